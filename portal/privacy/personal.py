"""What the ground's tables hold about people, and those of other people's apps. The ground's rooms do not say it
themselves: privacy stands on accounts and audit, and they must not lean back on it."""

from django.utils.translation import gettext_lazy as _

from portal.audit.sealing import KEPT_AT_LEAST
from portal.privacy.consents import label_of, only_for
from portal.privacy.declarations import (
    BLANK,
    DELETE,
    WITH_ACCOUNT,
    Basis,
    Held,
    Keep,
    Whose,
    declare,
    plain,
)

ACCOUNT = _("账号")
SIGN_IN = _("登录用")
OWN = Whose(user="pk")
SIX_MONTHS = 183
SIZES = (_("平常大小"), _("大"), _("更大"), _("最大"))
# ---------------------------------------------------------------- accounts
declare(
    "portal.User",
    whose=OWN,
    title=_("您的账号"),
    room=ACCOUNT,
    purpose=_("让您能登录，认得出是您"),
    basis=Basis.SERVICE,
    keep=WITH_ACCOUNT,
    fields={
        "username": Held(_("用户名"), blank="unspoken"),
        "phone": Held(_("手机号"), purpose=_("登录时收验证码；您办的事有了结果，告诉您")),
        "phone_verified": _("手机号验证过"),
        "name": Held(_("怎么称呼"), basis=Basis.CONSENT, purpose=_("页面上和通知里怎么称呼您")),
        "password": Held(_("口令"), secret=True),
        "date_joined": Held(_("注册时间"), stays=_("只剩日子，不知道是谁")),
        "elder_step": Held(_("字多大"), purpose=_("换一部手机也是您习惯的大字")),
    },
    plain="is_active is_staff is_superuser",
    says={"elder_step": lambda row: SIZES[row.elder_step] if row.elder_step < len(SIZES) else row.elder_step},
)
plain("portal.User_groups", "user group")
plain("portal.User_user_permissions", "user permission")
declare(
    "portal.PhoneCode",
    whose=OWN,
    purpose=_("核对验证码，防止有人乱试"),
    basis=Basis.SERVICE,
    keep=Keep(_("7 天"), after="sent_at", days=7, does=DELETE),
    fields={"phone": _("手机号"), "origin": Held(_("从哪个网络地址要的"), secret=True)},
    plain="digest sent_at tries",
    apart=True,
)
declare(
    "portal.Attachment",
    whose=Whose(user="uploaded_by"),
    title=_("您传的照片"),
    room=ACCOUNT,
    purpose=_("看清您反映的情况"),
    basis=Basis.SERVICE,
    keep=Keep(_("跟着那件事走；没用上的，一天后删")),
    fields={"file": Held(_("照片"), secret=True)},
    links="uploaded_by",
    plain="sha256 content_type width height size owner_type owner_id",
    head="created_at",
)
# ---------------------------------------------------------------- the trail
declare(
    "portal.AuditEntry",
    whose=Whose(resident="subject_id"),
    purpose=_("谁看过、谁改过您的信息，查得到"),
    basis=Basis.DUTY,
    keep=Keep(_("三年，只记编号，没有姓名"), after="at", days=KEPT_AT_LEAST.days),
    fields={"subject_id": Held(_("是谁的信息"), secret=True, stays=_("只是编号，删了姓名以后认不出是谁"))},
    by="actor_id",
    plain="txid at actor_role channel verb object_type object_id fields digest",
    apart=True,
)
declare(
    "portal.AuditNote",
    whose=Whose(resident="entry__subject_id"),
    purpose=_("为什么看、为什么改"),
    basis=Basis.DUTY,
    keep=Keep(_("两年"), after="entry__at", days=730, does=DELETE),
    fields={"text": _("写下的原因")},
    plain="entry",
    apart=True,
)
plain("portal.AuditSeal", "from_txid to_txid after_id upto_id count previous hash at")
plain("portal.DueRow", "key kind subject_id due_at done_at outcome retry_at attempts last_error")
# ---------------------------------------------------------------- messages, forms sent once
declare(
    "portal.Notice",
    whose=Whose(user="recipient"),
    title=_("发给您的消息"),
    room=_("消息"),
    purpose=_("您办的事有了进展，告诉您"),
    basis=Basis.SERVICE,
    keep=Keep(_("半年后只留下发过没有，内容删掉"), after="created_at", days=SIX_MONTHS, does=BLANK),
    fields={
        # Not empty: a message to a bare telephone has nothing else to go to, and the table wants one of the two.
        "address": Held(_("发到哪里"), blank="—"),
        "subject": _("标题"),
        "body": _("内容"),
        "read_at": Held(_("看过的时间"), purpose=_("看过的不再当新消息")),
    },
    links="recipient",
    plain="key channel url about_id state claimed_at sent_at attempts not_before last_error",
    head="subject sent_at",
)
declare(
    "portal.OnceKey",
    whose=OWN,
    purpose=_("按两下只办一次"),
    basis=Basis.SERVICE,
    keep=Keep(_("30 天"), after="at", days=30, does=DELETE),
    fields={"who": Held(_("谁按的"), secret=True), "body": Held(_("当时的答复"), secret=True)},
    plain="key path digest status location at",
    apart=True,
)
# ---------------------------------------------------------------- nobody's
# Sums of a day: no account, no session.
plain("portal.FormUse", "form field day shard label asked reused seconds")
plain("portal.Page", "slug kind title lead body scope_code published_at")
plain("portal.CalendarVersion", "version")
plain("portal.CalendarYear", "year official source imported_at", by="imported_by")
plain("portal.CalendarDay", "year date kind name")
plain("portal.DayOverride", "scope_code date kind name")
plain("portal.WorkingHours", "scope_code opens lunch_from lunch_to closes")
# ---------------------------------------------------------------- other people's apps
plain("contenttypes.ContentType", "app_label model")
plain("auth.Permission", "name content_type codename")
plain("auth.Group", "name")
plain("auth.Group_permissions", "group permission")
plain("admin.LogEntry", "action_time content_type object_id object_repr action_flag change_message", by="user")
declare(
    "sessions.Session",
    whose=OWN,
    purpose=SIGN_IN,
    basis=Basis.SERVICE,
    keep=Keep(_("到期就删"), after="expire_date", days=0, does=DELETE),
    fields={"session_data": Held(_("登录状态"), secret=True)},
    plain="session_key expire_date",
    apart=True,
)
declare(
    "account.EmailAddress",
    whose=Whose(user="user"),
    room=ACCOUNT,
    erased=DELETE,
    title=_("邮箱"),
    purpose=SIGN_IN,
    basis=Basis.CONSENT,
    keep=WITH_ACCOUNT,
    fields={"email": _("邮箱")},
    links="user",
    plain="verified primary",
)
plain("account.EmailConfirmation", "email_address created sent key")
declare(
    "mfa.Authenticator",
    whose=Whose(user="user"),
    title=_("动态口令"),
    erased=DELETE,
    room=ACCOUNT,
    purpose=_("看得到居民信息的账号要再验一次"),
    basis=Basis.DUTY,
    keep=WITH_ACCOUNT,
    fields={"data": Held(_("口令的种子"), secret=True), "last_used_at": Held(_("上次用它"), purpose=_("防止重复用"))},
    links="user",
    plain="type",
)
plain("socialaccount.SocialApp", "provider provider_id name client_id secret key settings")
declare(
    "socialaccount.SocialAccount",
    whose=Whose(user="user"),
    title=_("绑定的微信或钉钉"),
    erased=DELETE,
    room=ACCOUNT,
    purpose=SIGN_IN,
    basis=Basis.CONSENT,
    keep=Keep(_("解除绑定就删")),
    fields={
        "uid": Held(_("在那边的编号"), secret=True),
        "extra_data": Held(_("那边给的资料"), secret=True),
        "last_login": Held(_("最近一次绑定登录"), secret=True),
        "date_joined": _("什么时候绑的"),
    },
    links="user",
    plain="provider",
    head="provider",
)
declare(
    "socialaccount.SocialToken",
    whose=Whose(user="account__user"),
    purpose=SIGN_IN,
    basis=Basis.CONSENT,
    keep=Keep(_("解除绑定就删")),
    fields={"token": Held(_("凭据"), secret=True), "token_secret": Held(_("凭据"), secret=True)},
    plain="app account expires_at",
    apart=True,
)


def guesses(label: str, columns: str) -> None:
    declare(
        label,
        whose=OWN,
        purpose=_("有人乱猜口令时锁住"),
        basis=Basis.DUTY,
        keep=Keep(_("半年"), after="attempt_time", days=SIX_MONTHS, does=DELETE),
        fields={
            "username": _("试的用户名"),
            "ip_address": Held(_("从哪个网络地址"), secret=True),
            "user_agent": Held(_("用什么浏览器"), secret=True),
        },
        plain=f"http_accept path_info attempt_time {columns}",
        apart=True,
    )


guesses("axes.AccessAttempt", "get_data post_data failures_since_start")
guesses("axes.AccessFailureLog", "locked_out")
guesses("axes.AccessLog", "logout_time session_hash")
plain("axes.AccessAttemptExpiration", "access_attempt expires_at")
declare(
    "authtoken.Token",
    whose=Whose(user="user"),
    title=_("接口凭据"),
    erased=DELETE,
    room=ACCOUNT,
    purpose=_("用接口代替网页办事"),
    basis=Basis.CONSENT,
    keep=WITH_ACCOUNT,
    fields={"key": Held(_("凭据"), secret=True)},
    links="user",
    plain="created",
)
declare(
    "portal.LongWork",
    whose=Whose(user="owner"),
    title=_("您让做的要等一会儿的事"),
    room=ACCOUNT,
    purpose=_("做好了交给您，别人看不到"),
    basis=Basis.SERVICE,
    keep=Keep(_("7 天")),
    fields={
        "upload": Held(_("交来的文件"), secret=True),
        "result": Held(_("做好的文件"), secret=True),
        "result_name": _("文件名"),
        "note": _("结果"),
    },
    links="owner",
    plain="kind state params attempts url finished_at",
    head="kind created_at",
    says={"kind": lambda row: row.label},
)
# ---------------------------------------------------------------- this room's own
PRIVACY = _("授权和请求")
declare(
    "portal.Consent",
    whose=Whose(user="subject_id", resident="subject_id"),
    title=_("您的授权"),
    room=PRIVACY,
    purpose=_("您同意过什么、什么时候、哪句话，说得清"),
    basis=Basis.DUTY,
    keep=Keep(_("结束三年后删掉"), after="ended_at", days=1096, does=DELETE),
    fields={
        "words": Held(_("同意的是哪句话"), stays=_("当时同意过，要说得清；不含姓名")),
        "given_by": _("替谁同意的"),
        "paper_ref": _("纸质单号"),
        "given_at": Held(_("什么时候同意的"), stays=_("当时同意过，要说得清；不含姓名")),
        "expires_at": Held(_("到什么时候"), stays=_("当时同意过，要说得清；不含姓名")),
    },
    links="subject_id",
    by="recorded_by",
    plain="purpose version ended_at ended",
    head="purpose",
    says={"purpose": lambda row: label_of(row.purpose), "words": lambda row: row.said},
    # Guardrail 7: that there is a consent to being looked after tells that somebody is.
    only_of=lambda row: only_for(row.purpose),
)
declare(
    "portal.Erasure",
    whose=Whose(user="account_id", resident="resident_id"),
    title=_("您请求删除"),
    room=PRIVACY,
    purpose=_("您要求删，有人答复，删没删查得到"),
    basis=Basis.DUTY,
    keep=Keep(_("一直留着，只有编号；恢复备份时照着再删一遍")),
    fields={"reason": _("您想说的话"), "answer": Held(_("答复"), blank="—")},
    links="account_id resident_id",
    by="decided_by",
    plain="path state decided_at done_at counts",
    head="created_at state",
)
plain(
    "portal.Export",
    "number kind path place reason state decided_at answer file rows ready_at expires_at",
    by="asked_by decided_by",
)
plain("portal.RetentionRun", "started_at ended_at counts finished")
