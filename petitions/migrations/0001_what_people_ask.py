import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import petitions.cases.slips
import portal.rows


class Migration(migrations.Migration):
    replaces = [("petitions", "0001_initial"), ("petitions", "0002_initial")]

    initial = True

    dependencies = [
        ("grids", "0002_initial"),
        ("portal", "__first__"),
        ("volunteers", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Category",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="代码")),
                ("name", models.CharField(max_length=30, verbose_name="名称")),
                ("hint", models.CharField(blank=True, max_length=60, verbose_name="举几个例子")),
                (
                    "sla",
                    models.CharField(
                        choices=[
                            ("emergency", "紧急"),
                            ("utility", "水电气热"),
                            ("consultation", "咨询"),
                            ("help", "求助、建议"),
                            ("complaint", "投诉、复杂"),
                        ],
                        max_length=16,
                        verbose_name="时限类别",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("plain", "一般"), ("mediation", "调解"), ("care", "特殊群体")],
                        default="plain",
                        max_length=12,
                        verbose_name="类型",
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=100, verbose_name="次序")),
                ("is_active", models.BooleanField(default=True, verbose_name="在用")),
            ],
            options={
                "verbose_name": "诉求类别",
                "verbose_name_plural": "诉求类别",
                "ordering": ["order", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sla", "rework"), _negated=True), name="category_is_filed"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("version", models.PositiveIntegerField(default=0)),
                ("ref", models.CharField(editable=False, max_length=20, unique=True, verbose_name="回单号")),
                ("token_salt", models.CharField(default=petitions.cases.slips.new_salt, editable=False, max_length=22)),
                ("token_hash", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("submitted", "待受理"),
                            ("needs_info", "待补充"),
                            ("accepted", "待分派"),
                            ("assigned", "待签收"),
                            ("in_progress", "办理中"),
                            ("escalated", "待上级接收"),
                            ("shelved", "挂账"),
                            ("under_review", "待核查"),
                            ("awaiting_feedback", "待评价"),
                            ("closed", "已结案"),
                            ("rejected", "不予受理"),
                            ("merged", "已并案"),
                            ("withdrawn", "已撤回"),
                        ],
                        max_length=24,
                    ),
                ),
                ("title", models.CharField(max_length=60, verbose_name="什么事")),
                ("description", models.TextField(blank=True, verbose_name="事情是怎样的")),
                (
                    "sla",
                    models.CharField(
                        choices=[
                            ("emergency", "紧急"),
                            ("utility", "水电气热"),
                            ("consultation", "咨询"),
                            ("help", "求助、建议"),
                            ("complaint", "投诉、复杂"),
                        ],
                        max_length=16,
                        verbose_name="时限类别",
                    ),
                ),
                ("restricted", models.BooleanField(default=False, verbose_name="限制查看")),
                ("address", models.CharField(blank=True, max_length=120, verbose_name="地点")),
                ("reporter_name", models.CharField(blank=True, max_length=20, verbose_name="怎么称呼")),
                ("contact_phone", models.CharField(blank=True, max_length=16, verbose_name="联系电话")),
                (
                    "reply_by",
                    models.CharField(
                        choices=[("call", "打电话"), ("sms", "发短信"), ("slip", "不用找我，我凭回单查")],
                        default="slip",
                        max_length=6,
                        verbose_name="怎么回您",
                    ),
                ),
                ("anonymous", models.BooleanField(default=False, verbose_name="不留姓名")),
                ("channel", models.CharField(default="web", max_length=12)),
                (
                    "holder_level",
                    models.CharField(
                        choices=[("grid", "网格"), ("community", "社区"), ("street", "街道"), ("district", "区")],
                        default="community",
                        max_length=12,
                    ),
                ),
                ("holder_label", models.CharField(blank=True, max_length=60)),
                ("below_level", models.CharField(blank=True, max_length=12)),
                ("below_label", models.CharField(blank=True, max_length=60)),
                (
                    "handled_by",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, editable=False, size=None
                    ),
                ),
                ("round", models.PositiveSmallIntegerField(default=1, verbose_name="第几轮")),
                ("back_to", models.CharField(blank=True, max_length=24)),
                ("returns", models.PositiveSmallIntegerField(default=0, verbose_name="本轮退单次数")),
                ("ruling_open", models.BooleanField(default=False)),
                (
                    "asking",
                    models.CharField(blank=True, choices=[("shelve", "挂账"), ("extend", "延期")], max_length=8),
                ),
                ("extended", models.BooleanField(default=False)),
                ("reopened", models.BooleanField(default=False)),
                ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="办结期限")),
                ("sign_by", models.DateTimeField(blank=True, null=True, verbose_name="签收期限")),
                ("respond_by", models.DateTimeField(blank=True, null=True, verbose_name="首次联系期限")),
                ("step_due_at", models.DateTimeField(blank=True, null=True, verbose_name="这一步的期限")),
                ("provisional", models.BooleanField(default=False, verbose_name="暂定")),
                ("paused_at", models.DateTimeField(blank=True, null=True, verbose_name="停表时间")),
                ("submitted_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="反映时间")),
                ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="受理时间")),
                ("contacted_at", models.DateTimeField(blank=True, null=True, verbose_name="首次联系时间")),
                ("signed_at", models.DateTimeField(blank=True, null=True, verbose_name="签收时间")),
                ("handed_in_at", models.DateTimeField(blank=True, null=True, verbose_name="交结果时间")),
                ("first_closed_at", models.DateTimeField(blank=True, null=True, verbose_name="首次结案时间")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="结案时间")),
                ("answer", models.TextField(blank=True, verbose_name="答复")),
                (
                    "solved",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "办好了"), ("partly", "办了一部分"), ("no", "没办好")],
                        max_length=8,
                        verbose_name="办好了吗",
                    ),
                ),
                (
                    "satisfaction",
                    models.CharField(
                        blank=True,
                        choices=[("satisfied", "满意"), ("fairly", "基本满意"), ("dissatisfied", "不满意")],
                        max_length=16,
                        verbose_name="评价",
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "办好了"), ("partly", "办了一部分"), ("no", "没办好")],
                        max_length=8,
                        verbose_name="反映人说办好了吗",
                    ),
                ),
                ("ever_returned", models.BooleanField(default=False)),
                ("ever_escalated", models.BooleanField(default=False)),
                (
                    "below_grid",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grids.grid",
                    ),
                ),
                (
                    "below_user",
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
                    "grid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grids.grid",
                        verbose_name="在哪里",
                    ),
                ),
                (
                    "holder_grid",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grids.grid",
                    ),
                ),
                (
                    "holder_user",
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
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="petitions.case",
                    ),
                ),
                (
                    "on_behalf_by",
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
                    "reporter",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="petitions.category",
                        verbose_name="类别",
                    ),
                ),
            ],
            options={
                "verbose_name": "诉求",
                "verbose_name_plural": "诉求",
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            (
                                "state__in",
                                (
                                    "submitted",
                                    "accepted",
                                    "assigned",
                                    "in_progress",
                                    "escalated",
                                    "needs_info",
                                    "shelved",
                                    "under_review",
                                    "awaiting_feedback",
                                ),
                            )
                        ),
                        fields=["due_at", "id"],
                        name="case_open_due",
                    ),
                    models.Index(
                        condition=models.Q(
                            (
                                "state__in",
                                (
                                    "submitted",
                                    "accepted",
                                    "assigned",
                                    "in_progress",
                                    "escalated",
                                    "needs_info",
                                    "shelved",
                                    "under_review",
                                    "awaiting_feedback",
                                ),
                            )
                        ),
                        fields=["grid", "state"],
                        name="case_open_grid",
                    ),
                    models.Index(
                        condition=models.Q(
                            (
                                "state__in",
                                (
                                    "submitted",
                                    "accepted",
                                    "assigned",
                                    "in_progress",
                                    "escalated",
                                    "needs_info",
                                    "shelved",
                                    "under_review",
                                    "awaiting_feedback",
                                ),
                            )
                        ),
                        fields=["holder_user", "state"],
                        name="case_of_holder",
                    ),
                    models.Index(
                        condition=models.Q(
                            (
                                "state__in",
                                (
                                    "submitted",
                                    "accepted",
                                    "assigned",
                                    "in_progress",
                                    "escalated",
                                    "needs_info",
                                    "shelved",
                                    "under_review",
                                    "awaiting_feedback",
                                ),
                            )
                        ),
                        fields=["holder_grid", "state"],
                        name="case_of_office",
                    ),
                    models.Index(
                        condition=models.Q(("reporter__isnull", False)),
                        fields=["reporter", "-id"],
                        name="case_of_reporter",
                    ),
                    models.Index(
                        condition=models.Q(("contact_phone", ""), _negated=True),
                        fields=["contact_phone"],
                        name="case_of_phone",
                    ),
                    models.Index(fields=["grid", "-submitted_at"], name="case_by_day"),
                    models.Index(fields=["grid", "accepted_at"], name="case_by_acceptance"),
                    models.Index(fields=["grid", "first_closed_at"], name="case_by_first_close"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("anonymous", False),
                            models.Q(("reporter__isnull", True), ("reporter_name", "")),
                            _connector="OR",
                        ),
                        name="case_anonymous_has_no_name",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["assigned", "in_progress", "under_review"]), _negated=True),
                            ("holder_user__isnull", False),
                            ("holder_grid__isnull", False),
                            _connector="OR",
                        ),
                        name="case_work_has_holder",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("merged_into__isnull", False), ("state", "merged")),
                            models.Q(models.Q(("state", "merged"), _negated=True), ("merged_into__isnull", True)),
                            _connector="OR",
                        ),
                        name="case_merged_into_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("merged_into", models.F("id")), _negated=True),
                        name="case_not_merged_into_itself",
                    ),
                    models.CheckConstraint(condition=models.Q(("round__gte", 1)), name="case_round_from_one"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "closed"), _negated=True),
                            models.Q(("closed_at__isnull", False), ("first_closed_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="case_closed_says_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "needs_info"), _negated=True),
                            models.Q(("back_to", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="case_needs_info_comes_back",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Ask",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("kind", models.CharField(choices=[("shelve", "挂账"), ("extend", "延期")], max_length=8)),
                ("until", models.DateTimeField(verbose_name="到什么时候")),
                ("reason", models.TextField(verbose_name="原因")),
                ("asked_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("granted", models.BooleanField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="asks",
                        to="petitions.case",
                    ),
                ),
            ],
            options={
                "verbose_name": "申请",
                "verbose_name_plural": "申请",
                "indexes": [models.Index(fields=["case", "id"], name="ask_of_case")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("decided_at__isnull", True)), fields=("case",), name="ask_one_open"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseClock",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("round", models.PositiveSmallIntegerField()),
                (
                    "name",
                    models.CharField(
                        choices=[
                            ("sign", "签收"),
                            ("contact", "首次联系"),
                            ("result", "首次处置"),
                            ("finish", "办结"),
                            ("receive", "接收上报"),
                            ("verify", "核查"),
                            ("info", "补充材料"),
                            ("rate", "评价"),
                            ("ruling", "裁定退单"),
                        ],
                        max_length=8,
                    ),
                ),
                ("natural", models.BooleanField(default=False)),
                ("amount", models.DurationField()),
                ("started_at", models.DateTimeField()),
                ("anchor_at", models.DateTimeField()),
                ("left", models.DurationField()),
                ("due_at", models.DateTimeField()),
                ("warn_at", models.DateTimeField(blank=True, null=True)),
                ("provisional", models.BooleanField(default=False)),
                ("paused_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True, choices=[("met", "按时"), ("missed", "超时"), ("void", "作废")], max_length=8
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clocks",
                        to="petitions.case",
                    ),
                ),
            ],
            options={
                "verbose_name": "时限",
                "verbose_name_plural": "时限",
                "indexes": [
                    models.Index(fields=["case", "id"], name="clock_of_case"),
                    models.Index(fields=["name", "due_at"], name="clock_due"),
                    models.Index(
                        condition=models.Q(("natural", False), ("outcome", "")), fields=["due_at"], name="clock_running"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "")), fields=("case", "name"), name="clock_one_running"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome", ""), ("ended_at__isnull", False), _connector="OR"),
                        name="clock_ends_with_outcome",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseRecord",
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
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="petitions.case",
                    ),
                ),
            ],
            options={
                "ordering": ["version"],
                "abstract": False,
                "indexes": [models.Index(fields=["event", "at"], name="case_record_event")],
                "constraints": [models.UniqueConstraint(fields=("subject", "version"), name="case_record_once")],
            },
        ),
        migrations.CreateModel(
            name="ClockChange",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("at", models.DateTimeField()),
                ("why", models.CharField(max_length=10)),
                ("from_due", models.DateTimeField()),
                ("to_due", models.DateTimeField()),
                (
                    "clock",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="petitions.caseclock"
                    ),
                ),
            ],
            options={
                "verbose_name": "时限变动",
                "verbose_name_plural": "时限变动",
            },
        ),
        migrations.CreateModel(
            name="InternalNote",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("text", models.TextField()),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="petitions.case"
                    ),
                ),
            ],
            options={
                "verbose_name": "内部备注",
                "verbose_name_plural": "内部备注",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Rating",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("round", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "satisfaction",
                    models.CharField(
                        choices=[("satisfied", "满意"), ("fairly", "基本满意"), ("dissatisfied", "不满意")],
                        max_length=16,
                    ),
                ),
                (
                    "solved",
                    models.CharField(
                        choices=[("yes", "办好了"), ("partly", "办了一部分"), ("no", "没办好")], max_length=8
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=300, verbose_name="想说的话")),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ratings",
                        to="petitions.case",
                    ),
                ),
            ],
            options={
                "verbose_name": "评价",
                "verbose_name_plural": "评价",
                "indexes": [models.Index(fields=["at"], name="rating_by_day")],
                "constraints": [models.UniqueConstraint(fields=("case", "round"), name="rating_once_a_round")],
            },
        ),
        migrations.CreateModel(
            name="RefCounter",
            fields=[
                ("prefix", models.CharField(max_length=8, primary_key=True, serialize=False)),
                ("last", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Remark",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("by_reporter", models.BooleanField()),
                ("text", models.TextField()),
                (
                    "author",
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
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="remarks", to="petitions.case"
                    ),
                ),
            ],
            options={
                "verbose_name": "留言",
                "verbose_name_plural": "留言",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Supervision",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("round", models.PositiveSmallIntegerField()),
                (
                    "rung",
                    models.CharField(
                        choices=[
                            ("warn", "已提醒经办"),
                            ("L1", "社区已知道"),
                            ("L2", "街道已知道"),
                            ("L3", "区里已知道"),
                        ],
                        max_length=4,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("told", models.PositiveSmallIntegerField(default=0)),
                ("skipped", models.BooleanField(default=False, verbose_name="跳过")),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supervisions",
                        to="petitions.case",
                    ),
                ),
            ],
            options={
                "verbose_name": "督办",
                "verbose_name_plural": "督办",
                "constraints": [models.UniqueConstraint(fields=("case", "round", "rung"), name="supervision_once")],
            },
        ),
        migrations.CreateModel(
            name="Term",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                (
                    "scope_code",
                    models.CharField(
                        max_length=12,
                        validators=[django.core.validators.RegexValidator("^\\d{12}$")],
                        verbose_name="社区代码",
                    ),
                ),
                (
                    "sla",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("emergency", "紧急"),
                            ("utility", "水电气热"),
                            ("consultation", "咨询"),
                            ("help", "求助、建议"),
                            ("complaint", "投诉、复杂"),
                            ("rework", "重办"),
                        ],
                        max_length=16,
                        verbose_name="时限类别",
                    ),
                ),
                (
                    "clock",
                    models.CharField(
                        choices=[
                            ("sign", "签收"),
                            ("contact", "首次联系"),
                            ("result", "首次处置"),
                            ("finish", "办结"),
                            ("receive", "接收上报"),
                            ("verify", "核查"),
                            ("info", "补充材料"),
                            ("rate", "评价"),
                            ("ruling", "裁定退单"),
                        ],
                        max_length=8,
                        verbose_name="哪个时限",
                    ),
                ),
                ("minutes", models.PositiveIntegerField(verbose_name="多少分钟")),
                ("natural", models.BooleanField(default=False, verbose_name="按自然时间")),
            ],
            options={
                "verbose_name": "社区自定时限",
                "verbose_name_plural": "社区自定时限",
                "constraints": [
                    models.UniqueConstraint(fields=("scope_code", "sla", "clock"), name="term_once"),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__gt", 0), ("minutes__lte", 120000)), name="term_in_range"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Tries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=100, unique=True)),
                ("count", models.PositiveIntegerField()),
                ("until", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="Wish",
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
                            ("in_review", "待审核"),
                            ("needs_changes", "待修改"),
                            ("declined", "没能挂出"),
                            ("open", "待认领"),
                            ("claimed", "已认领"),
                            ("in_progress", "实施中"),
                            ("to_confirm", "待确认"),
                            ("fulfilled", "已实现"),
                            ("expired", "已过期"),
                            ("withdrawn", "已撤回"),
                        ],
                        db_index=True,
                        max_length=24,
                    ),
                ),
                ("text", models.CharField(max_length=120, verbose_name="想要什么")),
                ("wall_text", models.CharField(blank=True, max_length=120, verbose_name="墙上的话")),
                ("contact_name", models.CharField(blank=True, max_length=20, verbose_name="怎么称呼")),
                ("contact_phone", models.CharField(blank=True, max_length=16, verbose_name="联系电话")),
                ("consent_at", models.DateTimeField(blank=True, null=True, verbose_name="同意留联系方式")),
                ("clock_version", models.PositiveIntegerField(default=0, editable=False)),
                ("clock_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("allowance", models.DurationField(blank=True, editable=False, null=True)),
                ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="到什么时候")),
                ("due_provisional", models.BooleanField(default=False, verbose_name="暂定")),
                ("opened_at", models.DateTimeField(blank=True, null=True, verbose_name="挂出时间")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="了结时间")),
                (
                    "grid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grids.grid",
                        verbose_name="在哪里",
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
                    "wisher",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="wishes",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="许愿人",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁写下的",
                    ),
                ),
            ],
            options={
                "verbose_name": "心愿",
                "verbose_name_plural": "心愿",
                "indexes": [
                    models.Index(fields=["state", "-id"], name="wish_wall"),
                    models.Index(
                        condition=models.Q(("wisher__isnull", False)), fields=["wisher", "-id"], name="wish_of_person"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["in_review", "needs_changes", "declined", "withdrawn"]),
                            models.Q(("wall_text", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="wish_wall_text_was_read",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["declined", "fulfilled", "expired", "withdrawn"]), _negated=True),
                            models.Q(("consent_at__isnull", True), ("contact_name", ""), ("contact_phone", "")),
                            _connector="OR",
                        ),
                        name="wish_contact_goes",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WishClaim",
            fields=[
                ("id", models.UUIDField(default=portal.rows.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="记下时间"),
                ),
                ("claimed_at", models.DateTimeField(verbose_name="认领时间")),
                ("handed_in_at", models.DateTimeField(blank=True, null=True, verbose_name="交来时间")),
                ("evidence", models.CharField(blank=True, max_length=300, verbose_name="办得怎样")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("given_up", "放弃"),
                            ("revoked", "收回"),
                            ("timed_out", "超时"),
                            ("fulfilled", "实现"),
                        ],
                        max_length=12,
                        verbose_name="结果",
                    ),
                ),
                (
                    "claimed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="wish_claims",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="volunteers.volunteerteam",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grids.organisation",
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="volunteers.volunteer",
                    ),
                ),
                (
                    "wish",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="claims", to="petitions.wish"
                    ),
                ),
            ],
            options={
                "verbose_name": "认领",
                "verbose_name_plural": "认领",
                "indexes": [models.Index(fields=["claimed_by", "-id"], name="wish_claim_of_person")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)), fields=("wish",), name="wish_claim_live_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("team__isnull", True), ("unit__isnull", True), ("volunteer__isnull", False)),
                            models.Q(("team__isnull", False), ("unit__isnull", True), ("volunteer__isnull", True)),
                            models.Q(("team__isnull", True), ("unit__isnull", False), ("volunteer__isnull", True)),
                            _connector="OR",
                        ),
                        name="wish_claim_one_claimant",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("outcome", "")),
                            models.Q(("ended_at__isnull", False), models.Q(("outcome", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="wish_claim_ends_with_outcome",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WishRecord",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="records", to="petitions.wish"
                    ),
                ),
            ],
            options={
                "ordering": ["version"],
                "abstract": False,
                "constraints": [models.UniqueConstraint(fields=("subject", "version"), name="wish_record_once")],
            },
        ),
        migrations.CreateModel(
            name="WishTerms",
            fields=[
                (
                    "grid",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="grids.grid",
                        verbose_name="在哪里",
                    ),
                ),
                (
                    "review_hours",
                    models.PositiveSmallIntegerField(
                        default=16,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="审核，工作小时",
                    ),
                ),
                (
                    "claim_hours",
                    models.PositiveSmallIntegerField(
                        default=40,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="认领后办成，工作小时",
                    ),
                ),
                (
                    "open_days",
                    models.PositiveSmallIntegerField(
                        default=30, validators=[django.core.validators.MinValueValidator(1)], verbose_name="挂多少天"
                    ),
                ),
            ],
            options={
                "verbose_name": "心愿的时限",
                "verbose_name_plural": "心愿的时限",
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="caserecord",
            trigger=pgtrigger.compiler.Trigger(
                name="case_record_facts",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."from_state" IS DISTINCT FROM (NEW."from_state") OR OLD."event" IS DISTINCT FROM (NEW."event") OR OLD."to_state" IS DISTINCT FROM (NEW."to_state") OR OLD."actor_id" IS DISTINCT FROM (NEW."actor_id") OR OLD."actor_role" IS DISTINCT FROM (NEW."actor_role") OR OLD."at" IS DISTINCT FROM (NEW."at") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."subject_id" IS DISTINCT FROM (NEW."subject_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="f1fbf653199c6c3a53429e6b32c825efd730fef4",
                    operation="UPDATE",
                    pgid="pgtrigger_case_record_facts_d3e72",
                    table="petitions_caserecord",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="caserecord",
            trigger=pgtrigger.compiler.Trigger(
                name="case_record_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="6b575cba8c3e95366a52fefe9c4493a1c170135a",
                    operation="DELETE",
                    pgid="pgtrigger_case_record_stays_21ff9",
                    table="petitions_caserecord",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="wishrecord",
            trigger=pgtrigger.compiler.Trigger(
                name="wish_record_facts",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."from_state" IS DISTINCT FROM (NEW."from_state") OR OLD."event" IS DISTINCT FROM (NEW."event") OR OLD."to_state" IS DISTINCT FROM (NEW."to_state") OR OLD."actor_id" IS DISTINCT FROM (NEW."actor_id") OR OLD."actor_role" IS DISTINCT FROM (NEW."actor_role") OR OLD."at" IS DISTINCT FROM (NEW."at") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."subject_id" IS DISTINCT FROM (NEW."subject_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="cf9dddac60716ef20e1a7d0582eb3f23a769613f",
                    operation="UPDATE",
                    pgid="pgtrigger_wish_record_facts_f5182",
                    table="petitions_wishrecord",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="wishrecord",
            trigger=pgtrigger.compiler.Trigger(
                name="wish_record_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="3dab7756d9f8e8fa32b9a9ab7f8c52d5110d87d3",
                    operation="DELETE",
                    pgid="pgtrigger_wish_record_stays_ea43e",
                    table="petitions_wishrecord",
                    when="BEFORE",
                ),
            ),
        ),
    ]
