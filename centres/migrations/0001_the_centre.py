import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import centres.sharing.models
import portal.rows


class Migration(migrations.Migration):
    replaces = [
        ("centres", "0001_initial"),
        ("centres", "0002_initial"),
        ("centres", "0003_places_series_and_waitlist"),
        ("centres", "0004_door_appeal_area"),
        ("centres", "0005_surveys_and_displays"),
        ("centres", "0006_loans_and_drives"),
        ("centres", "0007_the_training_base"),
        ("centres", "0008_activities"),
        ("centres", "0009_classes_know_that_they_are"),
    ]

    initial = True

    dependencies = [
        ("grids", "0002_initial"),
        ("portal", "0001_initial"),
        ("portal", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Centre",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                ("address", models.CharField(blank=True, max_length=120, verbose_name="地址")),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="电话")),
                ("desk_hours", models.CharField(blank=True, max_length=40, verbose_name="办事窗口的时间")),
                ("welcome", models.CharField(blank=True, max_length=60, verbose_name="进门能看到的一句话")),
                ("monthly_quota", models.PositiveSmallIntegerField(default=2, verbose_name="每人每月几次")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="次序")),
                ("is_active", models.BooleanField(default=True, verbose_name="开着")),
                (
                    "grid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grids.grid",
                        verbose_name="社区",
                    ),
                ),
            ],
            options={
                "verbose_name": "党群服务中心",
                "verbose_name_plural": "党群服务中心",
                "ordering": ["order", "id"],
                "constraints": [models.UniqueConstraint(fields=("grid", "name"), name="centre_name_once")],
            },
        ),
        migrations.CreateModel(
            name="Activity",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("title", models.CharField(max_length=40, verbose_name="叫什么")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("after_school", "四点半课堂"),
                            ("summer_care", "暑托班、寒托班"),
                            ("daycare", "日托班"),
                            ("film", "电影"),
                            ("clinic", "义诊"),
                            ("haircut", "义剪"),
                            ("show", "义演"),
                            ("course", "课程"),
                            ("reading", "读书"),
                            ("volunteering", "志愿活动"),
                            ("meal", "助餐"),
                            ("other", "别的"),
                        ],
                        max_length=16,
                        verbose_name="哪一类",
                    ),
                ),
                ("about", models.CharField(max_length=200, verbose_name="一句话说清楚")),
                ("bring", models.CharField(blank=True, max_length=100, verbose_name="带什么来")),
                ("min_age", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="最小几岁")),
                ("max_age", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="最大几岁")),
                (
                    "capacity",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)], verbose_name="收多少人"
                    ),
                ),
                ("fee_fen", models.PositiveIntegerField(default=0, verbose_name="费用，分")),
                ("fee_note", models.CharField(blank=True, max_length=60, verbose_name="费用怎么算")),
                ("place", models.CharField(blank=True, max_length=60, verbose_name="不在活动室的话，在哪里")),
                ("provider", models.CharField(blank=True, max_length=60, verbose_name="谁来办")),
                (
                    "enrols",
                    models.CharField(
                        choices=[("term", "整期报名"), ("session", "一场一场报")],
                        default="term",
                        max_length=8,
                        verbose_name="怎么报名",
                    ),
                ),
                ("opens_at", models.DateTimeField(blank=True, null=True, verbose_name="几时起报名")),
                ("closes_at", models.DateTimeField(blank=True, null=True, verbose_name="报名到几时")),
                ("needs_pickup", models.BooleanField(default=False, verbose_name="孩子要大人来接")),
                ("gives_certificate", models.BooleanField(default=False, verbose_name="上完发结业证")),
                (
                    "stage",
                    models.CharField(
                        choices=[("draft", "还没发布"), ("published", "发布了"), ("cancelled", "不办了")],
                        default="draft",
                        max_length=12,
                    ),
                ),
                ("cancel_reason", models.CharField(blank=True, max_length=200)),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="activities",
                        to="centres.centre",
                        verbose_name="中心",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁写的",
                    ),
                ),
            ],
            options={
                "verbose_name": "活动",
                "verbose_name_plural": "活动",
                "indexes": [models.Index(fields=["centre", "stage"], name="activity_of_centre")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("capacity__gte", 1)), name="activity_has_seats"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("min_age__isnull", True),
                            ("max_age__isnull", True),
                            ("min_age__lte", models.F("max_age")),
                            _connector="OR",
                        ),
                        name="activity_ages_run_forward",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("opens_at__isnull", True),
                            ("closes_at__isnull", True),
                            ("opens_at__lt", models.F("closes_at")),
                            _connector="OR",
                        ),
                        name="activity_enrolment_runs_forward",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("stage", "cancelled"), _negated=True),
                            models.Q(("cancel_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="activity_cancel_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Room",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("name", models.CharField(max_length=40, verbose_name="名称")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("service", "办事"),
                            ("meeting", "议事"),
                            ("reading", "读书"),
                            ("study", "自习"),
                            ("arts", "书画文艺"),
                            ("sport", "活动健身"),
                            ("children", "少儿"),
                            ("elders", "长者"),
                            ("hall", "大厅"),
                            ("market", "集市"),
                            ("training", "培训"),
                            ("home", "会馆"),
                        ],
                        max_length=12,
                        verbose_name="类型",
                    ),
                ),
                (
                    "capacity",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="坐多少人",
                    ),
                ),
                ("equipment", models.CharField(blank=True, max_length=60, verbose_name="有什么")),
                ("floor", models.CharField(blank=True, max_length=30, verbose_name="在哪里")),
                ("access_note", models.CharField(blank=True, max_length=60, verbose_name="无障碍")),
                ("step_free", models.BooleanField(default=False, verbose_name="轮椅能进")),
                ("house_rule", models.CharField(blank=True, max_length=100, verbose_name="用完请")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="次序")),
                ("is_active", models.BooleanField(default=True, verbose_name="开着")),
                ("needs_booking", models.BooleanField(default=True, verbose_name="要先约")),
                ("needs_approval", models.BooleanField(default=False, verbose_name="要社区点头")),
                ("guardian_required", models.BooleanField(default=False, verbose_name="孩子要大人陪")),
                (
                    "min_minutes",
                    models.PositiveSmallIntegerField(
                        default=30, validators=[django.core.validators.MinValueValidator(15)], verbose_name="最短，分钟"
                    ),
                ),
                (
                    "max_minutes",
                    models.PositiveSmallIntegerField(
                        default=180,
                        validators=[django.core.validators.MaxValueValidator(1440)],
                        verbose_name="最长，分钟",
                    ),
                ),
                ("notice_minutes", models.PositiveIntegerField(default=0, verbose_name="至少提前多少分钟")),
                (
                    "horizon_days",
                    models.PositiveSmallIntegerField(
                        default=30,
                        validators=[django.core.validators.MaxValueValidator(366)],
                        verbose_name="最多提前多少天",
                    ),
                ),
                (
                    "others_horizon_days",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="外社区的人最多提前多少天"),
                ),
                ("buffer_minutes", models.PositiveSmallIntegerField(default=0, verbose_name="用完留多少分钟收拾")),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rooms",
                        to="centres.centre",
                        verbose_name="中心",
                    ),
                ),
                ("by_place", models.BooleanField(default=False, verbose_name="按位子约")),
                (
                    "place_word",
                    models.CharField(
                        blank=True, default="", help_text="座位、摊位", max_length=8, verbose_name="位子叫什么"
                    ),
                ),
                ("uses_quota", models.BooleanField(default=True, verbose_name="算每月的次数")),
                (
                    "area",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        max_digits=6,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="多少平方米",
                    ),
                ),
            ],
            options={
                "verbose_name": "活动室",
                "verbose_name_plural": "活动室",
                "ordering": ["order", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("centre", "name"), name="room_name_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("min_minutes__in", range(15, 1441, 15)),
                            ("max_minutes__in", range(15, 1441, 15)),
                            ("buffer_minutes__in", range(0, 241, 15)),
                        ),
                        name="room_on_the_quarter",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("min_minutes__lte", models.F("max_minutes"))), name="room_min_below_max"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("area__isnull", True), ("area__gt", 0), _connector="OR"),
                        name="room_area_is_some",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Part",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("name", models.CharField(max_length=40, verbose_name="名称")),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="centres.centre",
                        verbose_name="中心",
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="次序")),
            ],
            options={
                "verbose_name": "场地",
                "verbose_name_plural": "场地",
                "constraints": [models.UniqueConstraint(fields=("centre", "name"), name="part_name_once")],
            },
        ),
        migrations.CreateModel(
            name="BookingSeries",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("purpose", models.CharField(max_length=60, verbose_name="做什么")),
                (
                    "booked_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="centres.room"
                    ),
                ),
            ],
            options={
                "verbose_name": "一串预约",
                "verbose_name_plural": "一串预约",
            },
        ),
        migrations.CreateModel(
            name="Booking",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("version", models.PositiveIntegerField(default=0)),
                ("ref", models.CharField(editable=False, max_length=16, unique=True, verbose_name="编号")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "等社区点头"),
                            ("confirmed", "约好了"),
                            ("checked_in", "正在用"),
                            ("completed", "用完了"),
                            ("declined", "没约成"),
                            ("expired", "过时没人点头"),
                            ("cancelled", "取消了"),
                            ("no_show", "没来"),
                        ],
                        db_index=True,
                        max_length=24,
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="开始")),
                ("ends_at", models.DateTimeField(verbose_name="结束")),
                ("buffer_minutes", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("purpose", models.CharField(max_length=60, verbose_name="做什么")),
                ("people", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="多少人")),
                ("quota_month", models.DateField(editable=False)),
                ("counts", models.BooleanField(default=True, editable=False)),
                ("override_reason", models.CharField(blank=True, max_length=200, verbose_name="破例的原因")),
                ("overridden", models.CharField(blank=True, editable=False, max_length=16)),
                ("checked_in_at", models.DateTimeField(blank=True, null=True, verbose_name="到场")),
                (
                    "booked_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁约的",
                    ),
                ),
                (
                    "resident",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grids.resident",
                        verbose_name="哪位居民",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁的",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="centres.room",
                        verbose_name="活动室",
                    ),
                ),
                (
                    "part",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="centres.part",
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="centres.bookingseries",
                    ),
                ),
                ("is_programme", models.BooleanField(default=False, editable=False)),
            ],
            options={
                "verbose_name": "预约",
                "verbose_name_plural": "预约",
                "indexes": [
                    models.Index(fields=["room", "starts_at"], name="booking_of_room"),
                    models.Index(fields=["starts_at"], name="booking_by_start"),
                    models.Index(
                        condition=models.Q(("user__isnull", False)),
                        fields=["user", "-starts_at"],
                        name="booking_of_user",
                    ),
                    models.Index(
                        condition=models.Q(("counts", True)), fields=["user", "quota_month"], name="booking_quota_user"
                    ),
                    models.Index(
                        condition=models.Q(("counts", True)),
                        fields=["resident", "quota_month"],
                        name="booking_quota_resident",
                    ),
                    models.Index(
                        condition=models.Q(("series__isnull", False)),
                        fields=["series", "starts_at"],
                        name="booking_of_series",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("starts_at__lt", models.F("ends_at"))), name="booking_runs_forward"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("counts", False), ("user__isnull", False), ("resident__isnull", False), _connector="OR"
                        ),
                        name="booking_counts_for_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("overridden", ""), models.Q(("override_reason", ""), _negated=True), _connector="OR"
                        ),
                        name="booking_override_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("starts_at", models.DateTimeField(verbose_name="开始")),
                ("ends_at", models.DateTimeField(verbose_name="结束")),
                ("is_cancelled", models.BooleanField(default=False, verbose_name="这场取消了")),
                ("cancel_reason", models.CharField(blank=True, max_length=200)),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("taken_at", models.DateTimeField(blank=True, null=True, verbose_name="点过名")),
                (
                    "activity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="centres.activity",
                        verbose_name="活动",
                    ),
                ),
                (
                    "booking",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="session",
                        to="centres.booking",
                        verbose_name="占的预约",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="centres.room",
                        verbose_name="活动室",
                    ),
                ),
            ],
            options={
                "verbose_name": "场次",
                "verbose_name_plural": "场次",
                "ordering": ["starts_at", "id"],
                "indexes": [models.Index(fields=["starts_at"], name="session_by_start")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("starts_at__lt", models.F("ends_at"))), name="session_runs_forward"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("room__isnull", True), ("booking__isnull", False), ("is_cancelled", True), _connector="OR"
                        ),
                        name="session_occupies_its_room",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_cancelled", False), models.Q(("cancel_reason", ""), _negated=True), _connector="OR"
                        ),
                        name="session_cancel_says_why",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_cancelled", False)),
                        fields=("activity", "starts_at"),
                        name="session_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Enrolment",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("enrolled", "报上了"),
                            ("waiting", "候补"),
                            ("offered", "轮到您了"),
                            ("withdrawn", "不来了"),
                            ("lapsed", "过时了"),
                            ("cancelled", "取消了"),
                            ("finished", "上完了"),
                        ],
                        db_index=True,
                        max_length=24,
                    ),
                ),
                ("child_name", models.CharField(blank=True, max_length=20, verbose_name="孩子的名字")),
                ("age", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="多大")),
                ("who", models.CharField(editable=False, max_length=64)),
                ("line_no", models.PositiveIntegerField(editable=False)),
                ("offered_until", models.DateTimeField(blank=True, null=True)),
                ("consent_at", models.DateTimeField(blank=True, null=True, verbose_name="监护人同意")),
                ("consent_words", models.CharField(blank=True, max_length=200)),
                ("consent_name", models.CharField(blank=True, max_length=40, verbose_name="监护人")),
                (
                    "activity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="enrolments", to="centres.activity"
                    ),
                ),
                (
                    "enrolled_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "resident",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grids.resident",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrolments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrolments",
                        to="centres.session",
                    ),
                ),
            ],
            options={
                "verbose_name": "报名",
                "verbose_name_plural": "报名",
                "indexes": [
                    models.Index(fields=["activity", "session", "state", "line_no"], name="enrolment_line"),
                    models.Index(fields=["user", "-id"], name="enrolment_of_user"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("enrolled", "offered", "waiting"))),
                        fields=("activity", "session", "who"),
                        name="enrolment_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("user__isnull", False), ("resident__isnull", False), _connector="OR"),
                        name="enrolment_of_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("child_name", ""),
                            models.Q(
                                ("age__isnull", False),
                                ("consent_at__isnull", False),
                                models.Q(("consent_words", ""), _negated=True),
                                models.Q(("consent_name", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="enrolment_child_has_consent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("offered_until__isnull", False), ("state", "offered")),
                            models.Q(("offered_until__isnull", True), models.Q(("state", "offered"), _negated=True)),
                            _connector="OR",
                        ),
                        name="enrolment_offer_has_an_end",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("arrived_at", models.DateTimeField(verbose_name="签到")),
                ("left_at", models.DateTimeField(blank=True, null=True, verbose_name="签退")),
                ("picked_up_at", models.DateTimeField(blank=True, null=True, verbose_name="接走")),
                ("picked_up_by", models.CharField(blank=True, max_length=60, verbose_name="谁接走的")),
                ("by_code", models.BooleanField(default=False)),
                ("pickup_reason", models.CharField(blank=True, max_length=200, verbose_name="没用接送码的原因")),
                (
                    "handed_over_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "marked_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attendances", to="centres.enrolment"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attendances", to="centres.session"
                    ),
                ),
            ],
            options={
                "verbose_name": "签到",
                "verbose_name_plural": "签到",
                "constraints": [
                    models.UniqueConstraint(fields=("session", "enrolment"), name="attendance_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("picked_up_at__isnull", True),
                            ("by_code", True),
                            models.Q(("pickup_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="attendance_handed_over_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_at__isnull", True), ("left_at__gte", models.F("arrived_at")), _connector="OR"
                        ),
                        name="attendance_leaves_after_arriving",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BookingRecord",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField()),
                ("from_state", models.CharField(blank=True, max_length=24)),
                ("event", models.CharField(max_length=24)),
                ("to_state", models.CharField(max_length=24)),
                ("actor_role", models.CharField(max_length=24)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("reason", models.TextField(blank=True)),
                ("data", models.JSONField(default=dict)),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="records", to="centres.booking"
                    ),
                ),
            ],
            options={
                "ordering": ["version"],
                "abstract": False,
                "constraints": [models.UniqueConstraint(fields=("subject", "version"), name="booking_record_once")],
            },
        ),
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("number", models.PositiveIntegerField(default=1)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="Certificate",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("code", models.CharField(max_length=32, unique=True)),
                ("number", models.CharField(max_length=20, unique=True, verbose_name="证书编号")),
                ("masked_name", models.CharField(max_length=20)),
                ("title", models.CharField(max_length=40)),
                ("provider", models.CharField(blank=True, max_length=60)),
                ("minutes", models.PositiveIntegerField(verbose_name="学了多久，分钟")),
                ("issued_on", models.DateField(verbose_name="发证日期")),
                (
                    "enrolment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="certificate", to="centres.enrolment"
                    ),
                ),
            ],
            options={
                "verbose_name": "结业证",
                "verbose_name_plural": "结业证",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("minutes__gte", 1)), name="certificate_for_something")
                ],
            },
        ),
        migrations.CreateModel(
            name="CertificateCounter",
            fields=[
                ("head", models.CharField(max_length=8, primary_key=True, serialize=False)),
                ("last", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="TrainingBase",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("name", models.CharField(max_length=40, verbose_name="名称")),
                ("square_metres", models.PositiveIntegerField(blank=True, null=True, verbose_name="多少平方米")),
                ("intro", models.CharField(blank=True, max_length=120, verbose_name="一句话介绍")),
                ("beds", models.PositiveSmallIntegerField(default=0, verbose_name="多少张床")),
                ("seats_per_meal", models.PositiveSmallIntegerField(default=0, verbose_name="一餐坐多少人")),
                ("rules", models.TextField(blank=True, max_length=600, verbose_name="来之前请知道")),
                (
                    "bed_fen",
                    models.PositiveIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(10000000)],
                        verbose_name="一张床一晚，分",
                    ),
                ),
                (
                    "breakfast_fen",
                    models.PositiveIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(10000000)],
                        verbose_name="早餐一份，分",
                    ),
                ),
                (
                    "lunch_fen",
                    models.PositiveIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(10000000)],
                        verbose_name="午餐一份，分",
                    ),
                ),
                (
                    "dinner_fen",
                    models.PositiveIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(10000000)],
                        verbose_name="晚餐一份，分",
                    ),
                ),
                (
                    "room_hour_fen",
                    models.PositiveIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(10000000)],
                        verbose_name="会议室一小时，分",
                    ),
                ),
                ("price_note", models.CharField(blank=True, max_length=100, verbose_name="价钱的说明")),
                ("is_active", models.BooleanField(default=True, verbose_name="开着")),
                (
                    "centre",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="training_base",
                        to="centres.centre",
                        verbose_name="中心",
                    ),
                ),
            ],
            options={
                "verbose_name": "培训基地",
                "verbose_name_plural": "培训基地",
                "ordering": ["created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="CourseCategory",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("name", models.CharField(max_length=20, verbose_name="名称")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="次序")),
                (
                    "base",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="categories",
                        to="centres.trainingbase",
                        verbose_name="基地",
                    ),
                ),
            ],
            options={
                "verbose_name": "课程类别",
                "verbose_name_plural": "课程类别",
                "ordering": ["order", "id"],
                "constraints": [models.UniqueConstraint(fields=("base", "name"), name="course_category_once")],
            },
        ),
        migrations.CreateModel(
            name="CourseOffer",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("title", models.CharField(max_length=40, verbose_name="课名")),
                ("minutes", models.PositiveSmallIntegerField(default=90, verbose_name="多长，分钟")),
                ("lecturer", models.CharField(blank=True, max_length=60, verbose_name="谁来讲")),
                ("purpose", models.CharField(blank=True, max_length=200, verbose_name="学了能做什么")),
                (
                    "price_fen",
                    models.PositiveIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(10000000)],
                        verbose_name="每人，分",
                    ),
                ),
                ("price_note", models.CharField(blank=True, max_length=60, verbose_name="价钱的说明")),
                (
                    "min_group",
                    models.PositiveSmallIntegerField(
                        default=10, validators=[django.core.validators.MinValueValidator(1)], verbose_name="最少几人"
                    ),
                ),
                ("max_group", models.PositiveSmallIntegerField(default=80, verbose_name="最多几人")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="次序")),
                ("is_active", models.BooleanField(default=True, verbose_name="开着")),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="courses",
                        to="centres.coursecategory",
                        verbose_name="类别",
                    ),
                ),
            ],
            options={
                "verbose_name": "课程",
                "verbose_name_plural": "课程",
                "ordering": ["category__order", "order", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("category", "title"), name="course_offer_once"),
                    models.CheckConstraint(
                        condition=models.Q(("min_group__gte", 1), ("min_group__lte", models.F("max_group"))),
                        name="course_offer_group",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__in", range(15, 481, 15))), name="course_offer_on_the_quarter"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DayException",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("first_day", models.DateField(verbose_name="从哪天")),
                ("last_day", models.DateField(verbose_name="到哪天")),
                ("opens", models.TimeField(blank=True, null=True, verbose_name="开")),
                ("closes", models.TimeField(blank=True, null=True, verbose_name="关")),
                ("reason", models.CharField(max_length=40, verbose_name="为什么")),
                (
                    "centre",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="exceptions",
                        to="centres.centre",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="exceptions",
                        to="centres.room",
                    ),
                ),
            ],
            options={
                "verbose_name": "临时开放和停用",
                "verbose_name_plural": "临时开放和停用",
                "indexes": [models.Index(fields=["last_day"], name="day_exception_last")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("centre__isnull", False), ("room__isnull", True)),
                            models.Q(("centre__isnull", True), ("room__isnull", False)),
                            _connector="OR",
                        ),
                        name="day_exception_of_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("first_day__lte", models.F("last_day"))), name="day_exception_days"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closes__isnull", True), ("opens__isnull", True)),
                            models.Q(
                                ("opens__lt", models.F("closes")),
                                ("closes__minute__in", (0, 15, 30, 45)),
                                ("opens__minute__in", (0, 15, 30, 45)),
                            ),
                            _connector="OR",
                        ),
                        name="day_exception_hours",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DisplayItem",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("spot", models.UUIDField(default=portal.rows.uuid7, editable=False)),
                ("place", models.CharField(max_length=40, verbose_name="在哪里")),
                (
                    "kind",
                    models.CharField(
                        choices=[("board", "展板"), ("screen", "屏幕"), ("window", "橱窗")],
                        max_length=8,
                        verbose_name="哪一种",
                    ),
                ),
                ("title", models.CharField(max_length=40, verbose_name="标题")),
                ("text", models.TextField(max_length=4000, verbose_name="内容")),
                ("put_up_on", models.DateField(verbose_name="哪天挂的")),
                (
                    "interval_days",
                    models.PositiveSmallIntegerField(
                        default=90,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(730),
                        ],
                        verbose_name="多少天看一次",
                    ),
                ),
                ("review_due", models.DateField(verbose_name="哪天该看")),
                ("taken_down_on", models.DateField(blank=True, null=True, verbose_name="哪天取下的")),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="centres.centre",
                        verbose_name="中心",
                    ),
                ),
                (
                    "responsible",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁管",
                    ),
                ),
            ],
            options={
                "verbose_name": "阵地内容",
                "verbose_name_plural": "阵地内容",
                "indexes": [
                    models.Index(
                        condition=models.Q(("taken_down_on__isnull", True)), fields=["review_due"], name="display_due"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("taken_down_on__isnull", True)), fields=("spot",), name="display_one_hangs"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("review_due__gt", models.F("put_up_on")),
                            models.Q(
                                ("taken_down_on__isnull", True),
                                ("taken_down_on__gte", models.F("put_up_on")),
                                _connector="OR",
                            ),
                        ),
                        name="display_days_forward",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("interval_days__range", (1, 730))), name="display_interval"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DisplayReview",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("reviewed_at", models.DateTimeField(verbose_name="什么时候看的")),
                ("due_before", models.DateField(verbose_name="原来哪天该看")),
                ("due_after", models.DateField(verbose_name="改到哪天")),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="撤回的时间")),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reviews", to="centres.displayitem"
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "看过的记录",
                "verbose_name_plural": "看过的记录",
                "ordering": ["-reviewed_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("due_before", models.F("due_after")), _negated=True),
                        name="display_review_moves",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DonationDrive",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("title", models.CharField(max_length=40, verbose_name="叫什么")),
                ("purpose", models.CharField(blank=True, max_length=120, verbose_name="做什么用")),
                (
                    "unit",
                    models.CharField(
                        choices=[("books", "册"), ("pieces", "件"), ("yuan", "元")],
                        default="books",
                        max_length=8,
                        verbose_name="单位",
                    ),
                ),
                (
                    "target",
                    models.PositiveIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(10000000),
                        ],
                        verbose_name="想收多少",
                    ),
                ),
                ("first_day", models.DateField(verbose_name="从哪天")),
                ("last_day", models.DateField(verbose_name="到哪天")),
                ("where", models.CharField(max_length=80, verbose_name="送到哪里")),
                (
                    "grid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grids.grid",
                        verbose_name="在哪里",
                    ),
                ),
            ],
            options={
                "verbose_name": "募捐",
                "verbose_name_plural": "募捐",
                "ordering": ["last_day", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("grid", "title", "first_day"), name="drive_once"),
                    models.CheckConstraint(
                        condition=models.Q(("first_day__lte", models.F("last_day"))), name="drive_runs_forward"
                    ),
                    models.CheckConstraint(condition=models.Q(("target__gte", 1)), name="drive_has_a_target"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Pledge",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("quantity", models.PositiveIntegerField(verbose_name="多少")),
                (
                    "state",
                    models.CharField(
                        choices=[("pledged", "说好要送来"), ("brought", "收到了"), ("withdrawn", "不送了")],
                        default="pledged",
                        max_length=12,
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grids.grid",
                        verbose_name="送到哪个社区",
                    ),
                ),
                (
                    "drive",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="pledges", to="centres.donationdrive"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁",
                    ),
                ),
            ],
            options={
                "verbose_name": "说好要送来的",
                "verbose_name_plural": "说好要送来的",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "pledged")), fields=["community", "id"], name="pledge_waiting"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gte", 1), ("quantity__lte", 100000)), name="pledge_quantity"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "pledged")), fields=("drive", "user"), name="pledge_open_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Donation",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("quantity", models.IntegerField(verbose_name="多少")),
                ("giver_name", models.CharField(blank=True, max_length=20, verbose_name="谁送来的")),
                ("reason", models.CharField(blank=True, max_length=100, verbose_name="为什么改")),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grids.grid",
                        verbose_name="哪个社区",
                    ),
                ),
                (
                    "giver",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁记下的",
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="centres.donation",
                    ),
                ),
                (
                    "drive",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="donations",
                        to="centres.donationdrive",
                    ),
                ),
                (
                    "pledge",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="donation",
                        to="centres.pledge",
                    ),
                ),
            ],
            options={
                "verbose_name": "收到的捐赠",
                "verbose_name_plural": "收到的捐赠",
                "indexes": [models.Index(fields=["drive", "community"], include=("quantity",), name="donation_count")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("quantity__gte", 1), ("quantity__lte", 100000), ("reverses__isnull", True)),
                            models.Q(("quantity__gte", -100000), ("quantity__lte", -1), ("reverses__isnull", False)),
                            _connector="OR",
                        ),
                        name="donation_quantity",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reverses__isnull", True), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="donation_reversal_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DoorTries",
            fields=[
                ("key", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("count", models.PositiveIntegerField()),
                ("until", models.DateTimeField()),
            ],
            options={
                "verbose_name": "门口试码的次数",
                "verbose_name_plural": "门口试码的次数",
                "indexes": [models.Index(fields=["until"], name="door_tries_until")],
            },
        ),
        migrations.CreateModel(
            name="EnrolmentRecord",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField()),
                ("from_state", models.CharField(blank=True, max_length=24)),
                ("event", models.CharField(max_length=24)),
                ("to_state", models.CharField(max_length=24)),
                ("actor_role", models.CharField(max_length=24)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("reason", models.TextField(blank=True)),
                ("data", models.JSONField(default=dict)),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="records", to="centres.enrolment"
                    ),
                ),
            ],
            options={
                "ordering": ["version"],
                "abstract": False,
                "constraints": [models.UniqueConstraint(fields=("subject", "version"), name="enrolment_record_once")],
            },
        ),
        migrations.CreateModel(
            name="LoanItem",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("kit", "三件套"), ("tool", "工具"), ("book", "漂流书")],
                        max_length=8,
                        verbose_name="类型",
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="名称")),
                ("contents", models.CharField(blank=True, max_length=100, verbose_name="里面有什么")),
                (
                    "loan_days",
                    models.PositiveSmallIntegerField(
                        default=14,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(90),
                        ],
                        verbose_name="借几天",
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="次序")),
                ("is_active", models.BooleanField(default=True, verbose_name="在借")),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="centres.centre",
                        verbose_name="中心",
                    ),
                ),
            ],
            options={
                "verbose_name": "借用的东西",
                "verbose_name_plural": "借用的东西",
                "ordering": ["order", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("centre", "name"), name="loan_item_name_once"),
                    models.CheckConstraint(
                        condition=models.Q(("loan_days__gte", 1), ("loan_days__lte", 90)), name="loan_item_days"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LoanCopy",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("label", models.CharField(max_length=20, verbose_name="第几份")),
                (
                    "code",
                    models.CharField(
                        default=centres.sharing.models.new_code,
                        editable=False,
                        max_length=8,
                        unique=True,
                        verbose_name="编码",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="在借")),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="copies",
                        to="centres.loanitem",
                        verbose_name="东西",
                    ),
                ),
            ],
            options={
                "verbose_name": "借用的一份",
                "verbose_name_plural": "借用的一份",
                "ordering": ["label", "id"],
                "constraints": [models.UniqueConstraint(fields=("item", "label"), name="loan_copy_label_once")],
            },
        ),
        migrations.CreateModel(
            name="Loan",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reserved", "留着了"),
                            ("out", "借走了"),
                            ("returned", "还了"),
                            ("lapsed", "没来拿"),
                            ("cancelled", "不要了"),
                        ],
                        db_index=True,
                        max_length=24,
                    ),
                ),
                ("hold_until", models.DateTimeField(blank=True, null=True, verbose_name="留到")),
                ("out_on", models.DateField(blank=True, null=True, verbose_name="哪天借走")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="哪天还")),
                ("renewed", models.BooleanField(default=False, verbose_name="续过")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
                ("condition", models.CharField(blank=True, max_length=200, verbose_name="还回来的样子")),
                (
                    "resident",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grids.resident",
                        verbose_name="哪位居民",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁的",
                    ),
                ),
                (
                    "copy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="loans",
                        to="centres.loancopy",
                        verbose_name="哪一份",
                    ),
                ),
            ],
            options={
                "verbose_name": "借用",
                "verbose_name_plural": "借用",
                "indexes": [
                    models.Index(condition=models.Q(("state", "out")), fields=["due_on"], name="loan_out_by_due"),
                    models.Index(
                        condition=models.Q(("user__isnull", False)), fields=["user", "-id"], name="loan_of_user"
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ("reserved", "out"))),
                        fields=["resident"],
                        name="loan_of_resident",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("reserved", "out"))),
                        fields=("copy",),
                        name="loan_copy_live_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("user__isnull", False), ("resident__isnull", False), _connector="OR"),
                        name="loan_of_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("reserved", "out")), _negated=True),
                            models.Q(("hold_until__isnull", False), ("state", "reserved")),
                            models.Q(("due_on__gte", models.F("out_on")), ("out_on__isnull", False), ("state", "out")),
                            _connector="OR",
                        ),
                        name="loan_has_its_term",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LoanRecord",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField()),
                ("from_state", models.CharField(blank=True, max_length=24)),
                ("event", models.CharField(max_length=24)),
                ("to_state", models.CharField(max_length=24)),
                ("actor_role", models.CharField(max_length=24)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("reason", models.TextField(blank=True)),
                ("data", models.JSONField(default=dict)),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="records", to="centres.loan"
                    ),
                ),
            ],
            options={
                "ordering": ["version"],
                "abstract": False,
                "constraints": [models.UniqueConstraint(fields=("subject", "version"), name="loan_record_once")],
            },
        ),
        migrations.CreateModel(
            name="LoanWait",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("served", "轮到了"), ("left", "不排了")],
                        max_length=8,
                        verbose_name="结果",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waits",
                        to="centres.loanitem",
                        verbose_name="东西",
                    ),
                ),
                (
                    "resident",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grids.resident",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "排队",
                "verbose_name_plural": "排队",
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["item", "created_at"],
                        name="loan_wait_line",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("user__isnull", False), ("resident__isnull", False), _connector="OR"),
                        name="loan_wait_of_somebody",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("item", "user", "resident"),
                        name="loan_wait_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("outcome", "")),
                            models.Q(("ended_at__isnull", False), models.Q(("outcome", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="loan_wait_ends_with_outcome",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WaitlistEntry",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "候补中"),
                            ("offered", "轮到您了"),
                            ("accepted", "要到了"),
                            ("lapsed", "过时了"),
                            ("withdrawn", "不等了"),
                        ],
                        max_length=24,
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="开始")),
                ("ends_at", models.DateTimeField(verbose_name="结束")),
                ("purpose", models.CharField(max_length=60, verbose_name="做什么")),
                ("people", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="多少人")),
                ("offered_at", models.DateTimeField(blank=True, null=True, verbose_name="什么时候轮到")),
                ("offer_until", models.DateTimeField(blank=True, null=True, verbose_name="留到什么时候")),
                (
                    "booking",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waited",
                        to="centres.booking",
                    ),
                ),
                (
                    "joined_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "resident",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grids.resident",
                        verbose_name="哪位居民",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waitlist",
                        to="centres.room",
                        verbose_name="活动室",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁在等",
                    ),
                ),
            ],
            options={
                "verbose_name": "候补",
                "verbose_name_plural": "候补",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["room", "created_at"], name="waitlist_in_line"
                    ),
                    models.Index(
                        condition=models.Q(("user__isnull", False)),
                        fields=["user", "-starts_at"],
                        name="waitlist_of_user",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("starts_at__lt", models.F("ends_at"))), name="waitlist_runs_forward"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("user__isnull", False), ("resident__isnull", False), _connector="OR"),
                        name="waitlist_of_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "offered"), _negated=True),
                            ("offer_until__isnull", False),
                            _connector="OR",
                        ),
                        name="waitlist_offer_has_an_end",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("waiting", "offered"))),
                        fields=("room", "user", "resident", "starts_at", "ends_at"),
                        name="waitlist_once_in_line",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Occupancy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("period", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("used_until", models.DateTimeField()),
                (
                    "booking",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="occupancies",
                        to="centres.booking",
                    ),
                ),
                (
                    "part",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="centres.part"
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="occupancies",
                        to="centres.waitlistentry",
                    ),
                ),
            ],
            options={
                "verbose_name": "占用",
                "verbose_name_plural": "占用",
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("part", "="), ("period", "&&")], name="occupancy_excludes"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("period__isempty", False), ("period__lower_inf", False), ("period__upper_inf", False)
                        ),
                        name="occupancy_is_a_span",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("booking__isnull", False), ("offer__isnull", True)),
                            models.Q(("booking__isnull", True), ("offer__isnull", False)),
                            _connector="OR",
                        ),
                        name="occupancy_of_one_thing",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OpeningHour",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "day_kind",
                    models.CharField(
                        choices=[("working", "工作日"), ("rest", "休息日"), ("holiday", "节假日")],
                        max_length=8,
                        verbose_name="什么日子",
                    ),
                ),
                ("opens", models.TimeField(verbose_name="开")),
                ("closes", models.TimeField(verbose_name="关")),
                (
                    "centre",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hours",
                        to="centres.centre",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hours",
                        to="centres.room",
                    ),
                ),
            ],
            options={
                "verbose_name": "开放时间",
                "verbose_name_plural": "开放时间",
                "ordering": ["opens"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("centre__isnull", False), ("room__isnull", True)),
                            models.Q(("centre__isnull", True), ("room__isnull", False)),
                            _connector="OR",
                        ),
                        name="opening_hour_of_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("opens__lt", models.F("closes"))), name="opening_hour_runs_forward"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closes__minute__in", (0, 15, 30, 45)), ("opens__minute__in", (0, 15, 30, 45))
                        ),
                        name="opening_hour_on_the_quarter",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TrainingOrder",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("version", models.PositiveIntegerField(default=0)),
                ("ref", models.CharField(editable=False, max_length=16, unique=True, verbose_name="编号")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("submitted", "待回复"),
                            ("confirmed", "定下了"),
                            ("declined", "没接成"),
                            ("cancelled", "取消了"),
                            ("finished", "办完了"),
                        ],
                        db_index=True,
                        max_length=24,
                    ),
                ),
                ("organisation", models.CharField(max_length=60, verbose_name="单位")),
                ("contact_phone", models.CharField(max_length=16, verbose_name="联系电话")),
                (
                    "people",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)], verbose_name="多少人"
                    ),
                ),
                ("first_day", models.DateField(verbose_name="哪天来")),
                ("last_day", models.DateField(verbose_name="哪天走")),
                ("wish", models.CharField(blank=True, max_length=300, verbose_name="想学什么、有什么要照顾的")),
                (
                    "base",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="centres.trainingbase",
                        verbose_name="基地",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="training_orders",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="联系人",
                    ),
                ),
            ],
            options={
                "verbose_name": "培训单",
                "verbose_name_plural": "培训单",
                "indexes": [
                    models.Index(fields=["contact", "-id"], name="training_of_person"),
                    models.Index(fields=["base", "first_day"], name="training_of_base"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("first_day__lte", models.F("last_day"))), name="training_order_days"
                    ),
                    models.CheckConstraint(condition=models.Q(("people__gte", 1)), name="training_order_somebody"),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderLine",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("course", "课程"), ("room", "会议室"), ("meal", "用餐"), ("lodging", "住宿")],
                        max_length=8,
                        verbose_name="什么",
                    ),
                ),
                ("day", models.DateField(verbose_name="哪天")),
                ("starts_at", models.DateTimeField(blank=True, null=True, verbose_name="开始")),
                ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="结束")),
                (
                    "meal",
                    models.CharField(
                        blank=True,
                        choices=[("breakfast", "早餐"), ("lunch", "午餐"), ("dinner", "晚餐")],
                        max_length=10,
                        verbose_name="哪一餐",
                    ),
                ),
                (
                    "quantity",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)], verbose_name="多少"
                    ),
                ),
                ("unit_fen", models.PositiveIntegerField(default=0, verbose_name="单价，分")),
                ("lost", models.CharField(blank=True, max_length=200)),
                (
                    "booking",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="training_line",
                        to="centres.booking",
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="centres.courseoffer",
                        verbose_name="课程",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="centres.room",
                        verbose_name="哪一间",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="centres.trainingorder"
                    ),
                ),
            ],
            options={
                "verbose_name": "培训单的一项",
                "verbose_name_plural": "培训单的一项",
                "ordering": ["day", "starts_at", "id"],
                "indexes": [models.Index(fields=["day", "kind"], name="training_line_day")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("quantity__gte", 1)), name="training_line_something"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("course__isnull", False),
                                ("kind", "course"),
                                ("meal", ""),
                                ("room__isnull", False),
                                ("starts_at__isnull", False),
                            ),
                            models.Q(
                                ("course__isnull", True),
                                ("kind", "room"),
                                ("meal", ""),
                                ("room__isnull", False),
                                ("starts_at__isnull", False),
                            ),
                            models.Q(
                                ("course__isnull", True),
                                ("kind", "meal"),
                                ("room__isnull", True),
                                ("starts_at__isnull", True),
                                models.Q(("meal", ""), _negated=True),
                            ),
                            models.Q(
                                ("course__isnull", True),
                                ("kind", "lodging"),
                                ("meal", ""),
                                ("room__isnull", True),
                                ("starts_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="training_line_is_one_thing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ends_at__isnull", True), ("starts_at__isnull", True)),
                            ("starts_at__lt", models.F("ends_at")),
                            _connector="OR",
                        ),
                        name="training_line_runs_forward",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "meal")), fields=("order", "day", "meal"), name="training_meal_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "lodging")), fields=("order", "day"), name="training_night_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("booking__isnull", True), ("room__isnull", False), _connector="OR"),
                        name="training_line_books_a_room",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PickupCode",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("round", models.PositiveSmallIntegerField(default=1)),
                ("digest", models.CharField(max_length=64)),
                ("wrong", models.PositiveSmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pickup_codes", to="centres.enrolment"
                    ),
                ),
                (
                    "used_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="centres.session"
                    ),
                ),
            ],
            options={
                "verbose_name": "接送码",
                "verbose_name_plural": "接送码",
                "constraints": [models.UniqueConstraint(fields=("enrolment", "session"), name="pickup_code_once")],
            },
        ),
        migrations.CreateModel(
            name="PickupPerson",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("name", models.CharField(max_length=20, verbose_name="姓名")),
                ("phone", models.CharField(max_length=16, verbose_name="电话")),
                ("relation", models.CharField(max_length=12, verbose_name="是孩子的什么人")),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pickup_people",
                        to="centres.enrolment",
                    ),
                ),
            ],
            options={
                "verbose_name": "接送人",
                "verbose_name_plural": "接送人",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("enrolment", "name"), name="pickup_person_once"),
                    models.CheckConstraint(
                        condition=models.Q(("phone__regex", "^\\+[0-9]{6,15}$")), name="pickup_phone_e164"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Survey",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "还在写"), ("open", "正在问"), ("closed", "问完了")],
                        db_index=True,
                        max_length=24,
                    ),
                ),
                ("title", models.CharField(max_length=40, verbose_name="问什么")),
                ("why", models.CharField(max_length=120, verbose_name="为什么问")),
                ("opens_on", models.DateField(verbose_name="从哪天问起")),
                ("closes_on", models.DateField(verbose_name="问到哪天")),
                ("online", models.PositiveIntegerField(default=0, editable=False, verbose_name="网上答的")),
                ("paper", models.PositiveIntegerField(default=0, editable=False, verbose_name="纸上答的")),
                ("followup", models.CharField(blank=True, max_length=300, verbose_name="接下来做什么")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="什么时候收的")),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="centres.centre",
                        verbose_name="中心",
                    ),
                ),
            ],
            options={
                "verbose_name": "居民需求调研",
                "verbose_name_plural": "居民需求调研",
                "indexes": [models.Index(fields=["centre", "-closes_on"], name="survey_of_centre")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("opens_on__lte", models.F("closes_on"))), name="survey_days_forward"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "closed"), ("followup", ""), _connector="OR"),
                        name="survey_followup_after",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "draft"), _negated=True),
                            models.Q(("online", 0), ("paper", 0)),
                            _connector="OR",
                        ),
                        name="survey_draft_unanswered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="次序")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("one", "只选一个"),
                            ("several", "可以选几个"),
                            ("agree", "同意不同意，分五档"),
                            ("text", "写一句话"),
                        ],
                        max_length=8,
                        verbose_name="怎么答",
                    ),
                ),
                ("text", models.CharField(max_length=80, verbose_name="问题")),
                (
                    "options",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30), blank=True, default=list, size=None
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="questions", to="centres.survey"
                    ),
                ),
            ],
            options={
                "verbose_name": "调研的问题",
                "verbose_name_plural": "调研的问题",
                "ordering": ["order", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ["one", "several"]), ("options__len__gte", 2)),
                            models.Q(("kind__in", ["agree", "text"]), ("options__len", 0)),
                            _connector="OR",
                        ),
                        name="question_options_fit",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RefCounter",
            fields=[
                ("head", models.CharField(max_length=8, primary_key=True, serialize=False)),
                ("last", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="RoomLink",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("door", "门口的屏"), ("feed", "日历地址")], max_length=8, verbose_name="做什么用"
                    ),
                ),
                ("number", models.PositiveIntegerField(default=1)),
                ("is_on", models.BooleanField(default=True, verbose_name="有效")),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "made_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="centres.room",
                        verbose_name="活动室",
                    ),
                ),
            ],
            options={
                "verbose_name": "房间的地址",
                "verbose_name_plural": "房间的地址",
                "constraints": [
                    models.UniqueConstraint(fields=("room", "kind"), name="room_link_once"),
                    models.CheckConstraint(condition=models.Q(("kind__in", ["door", "feed"])), name="room_link_kind"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoomPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "part",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="room_parts", to="centres.part"
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="room_parts", to="centres.room"
                    ),
                ),
            ],
            options={
                "verbose_name": "活动室的场地",
                "verbose_name_plural": "活动室的场地",
                "constraints": [models.UniqueConstraint(fields=("room", "part"), name="room_part_once")],
            },
        ),
        migrations.CreateModel(
            name="SurveyAnswer",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "choices",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                ("text", models.CharField(blank=True, max_length=200)),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="centres.question"
                    ),
                ),
            ],
            options={
                "verbose_name": "调研的回答",
                "verbose_name_plural": "调研的回答",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("choices__len__gte", 1), ("text", "")),
                            models.Q(("choices__len", 0), models.Q(("text", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="survey_answer_says_something",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SurveyRecord",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField()),
                ("from_state", models.CharField(blank=True, max_length=24)),
                ("event", models.CharField(max_length=24)),
                ("to_state", models.CharField(max_length=24)),
                ("actor_role", models.CharField(max_length=24)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("reason", models.TextField(blank=True)),
                ("data", models.JSONField(default=dict)),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="records", to="centres.survey"
                    ),
                ),
            ],
            options={
                "ordering": ["version"],
                "abstract": False,
                "constraints": [models.UniqueConstraint(fields=("subject", "version"), name="survey_record_once")],
            },
        ),
        migrations.CreateModel(
            name="SurveyTicket",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("holder", models.CharField(max_length=64)),
                (
                    "survey",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tickets",
                        to="centres.survey",
                    ),
                ),
            ],
            options={
                "verbose_name": "答过的凭据",
                "verbose_name_plural": "答过的凭据",
                "constraints": [models.UniqueConstraint(fields=("survey", "holder"), name="survey_ticket_once")],
            },
        ),
        migrations.CreateModel(
            name="Suspension",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("until", models.DateTimeField(verbose_name="到什么时候")),
                ("reason", models.CharField(max_length=100, verbose_name="为什么")),
                ("lifted_at", models.DateTimeField(blank=True, null=True, verbose_name="提前恢复")),
                (
                    "resident",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="grids.resident",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="centres.centre",
                        verbose_name="中心",
                    ),
                ),
            ],
            options={
                "verbose_name": "暂停预约",
                "verbose_name_plural": "暂停预约",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("user__isnull", False), ("resident__isnull", False), _connector="OR"),
                        name="suspension_of_somebody",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SuspensionAppeal",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("words", models.CharField(max_length=300, verbose_name="怎么回事")),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "等社区回话"), ("lifted", "提前恢复了"), ("kept", "还是原来的日子")],
                        db_index=True,
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("reply", models.CharField(blank=True, max_length=200, verbose_name="回话")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="什么时候回的")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁说的",
                    ),
                ),
                (
                    "suspension",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appeal",
                        to="centres.suspension",
                        verbose_name="暂停预约",
                    ),
                ),
            ],
            options={
                "verbose_name": "暂停预约的申诉",
                "verbose_name_plural": "暂停预约的申诉",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "lifted", "kept"])), name="appeal_state"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", True),
                                ("decided_by__isnull", True),
                                ("reply", ""),
                                ("state", "waiting"),
                            ),
                            models.Q(
                                ("state__in", ("lifted", "kept")),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                models.Q(("reply", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="appeal_answered_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TrainingRecord",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField()),
                ("from_state", models.CharField(blank=True, max_length=24)),
                ("event", models.CharField(max_length=24)),
                ("to_state", models.CharField(max_length=24)),
                ("actor_role", models.CharField(max_length=24)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("reason", models.TextField(blank=True)),
                ("data", models.JSONField(default=dict)),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="records", to="centres.trainingorder"
                    ),
                ),
            ],
            options={
                "ordering": ["version"],
                "abstract": False,
                "constraints": [models.UniqueConstraint(fields=("subject", "version"), name="training_record_once")],
            },
        ),
        migrations.CreateModel(
            name="WaitlistRecord",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField()),
                ("from_state", models.CharField(blank=True, max_length=24)),
                ("event", models.CharField(max_length=24)),
                ("to_state", models.CharField(max_length=24)),
                ("actor_role", models.CharField(max_length=24)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("reason", models.TextField(blank=True)),
                ("data", models.JSONField(default=dict)),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="records", to="centres.waitlistentry"
                    ),
                ),
            ],
            options={
                "ordering": ["version"],
                "abstract": False,
                "constraints": [models.UniqueConstraint(fields=("subject", "version"), name="waitlist_record_once")],
            },
        ),
        migrations.AddField(
            model_name="room",
            name="parts",
            field=models.ManyToManyField(
                related_name="rooms", through="centres.RoomPart", to="centres.part", verbose_name="场地"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bookingrecord",
            trigger=pgtrigger.compiler.Trigger(
                name="booking_record_facts",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."from_state" IS DISTINCT FROM (NEW."from_state") OR OLD."event" IS DISTINCT FROM (NEW."event") OR OLD."to_state" IS DISTINCT FROM (NEW."to_state") OR OLD."actor_id" IS DISTINCT FROM (NEW."actor_id") OR OLD."actor_role" IS DISTINCT FROM (NEW."actor_role") OR OLD."at" IS DISTINCT FROM (NEW."at") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."subject_id" IS DISTINCT FROM (NEW."subject_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="893be4a73c0d2dafaa309dbf1fe3017faf9d55ef",
                    operation="UPDATE",
                    pgid="pgtrigger_booking_record_facts_a839d",
                    table="centres_bookingrecord",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bookingrecord",
            trigger=pgtrigger.compiler.Trigger(
                name="booking_record_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="0a199fcaf041305491822471e34ca91dece7d0df",
                    operation="DELETE",
                    pgid="pgtrigger_booking_record_stays_0e9f3",
                    table="centres_bookingrecord",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="donation",
            trigger=pgtrigger.compiler.Trigger(
                name="donation_facts",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."drive_id" IS DISTINCT FROM (NEW."drive_id") OR OLD."community_id" IS DISTINCT FROM (NEW."community_id") OR OLD."quantity" IS DISTINCT FROM (NEW."quantity") OR OLD."recorded_by_id" IS DISTINCT FROM (NEW."recorded_by_id") OR OLD."pledge_id" IS DISTINCT FROM (NEW."pledge_id") OR OLD."reverses_id" IS DISTINCT FROM (NEW."reverses_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="4d280d5dad524a6781c1f5672d086c252266347b",
                    operation="UPDATE",
                    pgid="pgtrigger_donation_facts_0e70b",
                    table="centres_donation",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="donation",
            trigger=pgtrigger.compiler.Trigger(
                name="donation_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="d9c9e3744589819a00c668180e7cb82213b81ab4",
                    operation="DELETE",
                    pgid="pgtrigger_donation_stays_49252",
                    table="centres_donation",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="enrolmentrecord",
            trigger=pgtrigger.compiler.Trigger(
                name="enrolment_record_facts",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."from_state" IS DISTINCT FROM (NEW."from_state") OR OLD."event" IS DISTINCT FROM (NEW."event") OR OLD."to_state" IS DISTINCT FROM (NEW."to_state") OR OLD."actor_id" IS DISTINCT FROM (NEW."actor_id") OR OLD."actor_role" IS DISTINCT FROM (NEW."actor_role") OR OLD."at" IS DISTINCT FROM (NEW."at") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."subject_id" IS DISTINCT FROM (NEW."subject_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="c490d1d77b781d72093642abaffde232f560edce",
                    operation="UPDATE",
                    pgid="pgtrigger_enrolment_record_facts_e8f94",
                    table="centres_enrolmentrecord",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="enrolmentrecord",
            trigger=pgtrigger.compiler.Trigger(
                name="enrolment_record_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="e38c8c05a6c5b201689c653462cd1b9f5eb08f0b",
                    operation="DELETE",
                    pgid="pgtrigger_enrolment_record_stays_380eb",
                    table="centres_enrolmentrecord",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="loanrecord",
            trigger=pgtrigger.compiler.Trigger(
                name="loan_record_facts",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."from_state" IS DISTINCT FROM (NEW."from_state") OR OLD."event" IS DISTINCT FROM (NEW."event") OR OLD."to_state" IS DISTINCT FROM (NEW."to_state") OR OLD."actor_id" IS DISTINCT FROM (NEW."actor_id") OR OLD."actor_role" IS DISTINCT FROM (NEW."actor_role") OR OLD."at" IS DISTINCT FROM (NEW."at") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."subject_id" IS DISTINCT FROM (NEW."subject_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="2ec243fb78b050f7b8039005a62d17843658a23d",
                    operation="UPDATE",
                    pgid="pgtrigger_loan_record_facts_a738c",
                    table="centres_loanrecord",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="loanrecord",
            trigger=pgtrigger.compiler.Trigger(
                name="loan_record_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="224d0ade810bff6db5cba8675620e5636b65b6ed",
                    operation="DELETE",
                    pgid="pgtrigger_loan_record_stays_c723d",
                    table="centres_loanrecord",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="surveyrecord",
            trigger=pgtrigger.compiler.Trigger(
                name="survey_record_facts",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."from_state" IS DISTINCT FROM (NEW."from_state") OR OLD."event" IS DISTINCT FROM (NEW."event") OR OLD."to_state" IS DISTINCT FROM (NEW."to_state") OR OLD."actor_id" IS DISTINCT FROM (NEW."actor_id") OR OLD."actor_role" IS DISTINCT FROM (NEW."actor_role") OR OLD."at" IS DISTINCT FROM (NEW."at") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."subject_id" IS DISTINCT FROM (NEW."subject_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="ea4bd30c230c5f454f9e23c217508206477dd2bb",
                    operation="UPDATE",
                    pgid="pgtrigger_survey_record_facts_d2a02",
                    table="centres_surveyrecord",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="surveyrecord",
            trigger=pgtrigger.compiler.Trigger(
                name="survey_record_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="adb1b2d014c1de7efdf0d8ead5553c268cee0ed7",
                    operation="DELETE",
                    pgid="pgtrigger_survey_record_stays_a6c4e",
                    table="centres_surveyrecord",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="trainingrecord",
            trigger=pgtrigger.compiler.Trigger(
                name="training_record_facts",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."from_state" IS DISTINCT FROM (NEW."from_state") OR OLD."event" IS DISTINCT FROM (NEW."event") OR OLD."to_state" IS DISTINCT FROM (NEW."to_state") OR OLD."actor_id" IS DISTINCT FROM (NEW."actor_id") OR OLD."actor_role" IS DISTINCT FROM (NEW."actor_role") OR OLD."at" IS DISTINCT FROM (NEW."at") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."subject_id" IS DISTINCT FROM (NEW."subject_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="0850b211fabfc4d9de617bb2e003c8062e689ea0",
                    operation="UPDATE",
                    pgid="pgtrigger_training_record_facts_e1a9d",
                    table="centres_trainingrecord",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="trainingrecord",
            trigger=pgtrigger.compiler.Trigger(
                name="training_record_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="d043d625b2fdcb55d8fcd7719759c0f69e34310d",
                    operation="DELETE",
                    pgid="pgtrigger_training_record_stays_6afa9",
                    table="centres_trainingrecord",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="waitlistrecord",
            trigger=pgtrigger.compiler.Trigger(
                name="waitlist_record_facts",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."from_state" IS DISTINCT FROM (NEW."from_state") OR OLD."event" IS DISTINCT FROM (NEW."event") OR OLD."to_state" IS DISTINCT FROM (NEW."to_state") OR OLD."actor_id" IS DISTINCT FROM (NEW."actor_id") OR OLD."actor_role" IS DISTINCT FROM (NEW."actor_role") OR OLD."at" IS DISTINCT FROM (NEW."at") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."subject_id" IS DISTINCT FROM (NEW."subject_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="9a6fbc084e8026b1ac6f9b82b9c829d6aac86983",
                    operation="UPDATE",
                    pgid="pgtrigger_waitlist_record_facts_41d44",
                    table="centres_waitlistrecord",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="waitlistrecord",
            trigger=pgtrigger.compiler.Trigger(
                name="waitlist_record_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="aa055c54f7ea04ef3cfaa9ec0d4159ef870570a1",
                    operation="DELETE",
                    pgid="pgtrigger_waitlist_record_stays_ff8f0",
                    table="centres_waitlistrecord",
                    when="BEFORE",
                ),
            ),
        ),
    ]
