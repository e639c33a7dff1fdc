from django.utils.translation import gettext_lazy as _

from portal.privacy.declarations import DELETE, NIGHT, WITH_IT, Basis, Held, Hold, Keep, Whose, declare, plain, records

ACTIVITIES = _("活动报名")
OF_ENROLMENT = Whose(user="enrolment__user", resident="enrolment__resident")
# pickup.forget does it, 30 days after the last session.
TERM = Keep(_("上完 30 天后删掉"), does=NIGHT)

plain(
    "centres.Activity",
    "centre title kind about bring min_age max_age capacity fee_fen fee_note place provider enrols opens_at closes_at "
    "needs_pickup gives_certificate stage cancel_reason",
    by="created_by",
)
plain(
    "centres.Session",
    "activity starts_at ends_at room booking is_cancelled cancel_reason sequence taken_at",
)
declare(
    "centres.Enrolment",
    whose=Whose(user="user", resident="resident"),
    title=_("您报的名"),
    room=ACTIVITIES,
    purpose=_("座位给您留着，开课、停课通知得到"),
    basis=Basis.SERVICE,
    keep=WITH_IT,
    fields={
        "child_name": Held(_("孩子的名字"), basis=Basis.CONSENT, keep=TERM, blank="（已删）"),
        "age": Held(_("多大"), purpose=_("有的课分年龄；出生日期不留"), stays=_("只剩一个岁数，不知道是谁")),
        "who": Held(_("认人的码"), purpose=_("一个人只占一个座位"), secret=True, stays=_("算出来的码，认不出是谁")),
        "consent_at": Held(
            _("监护人什么时候同意的"), basis=Basis.DUTY, purpose=_("不满 14 岁要监护人同意"), blank="keep"
        ),
        "consent_words": Held(_("同意的是哪句话"), basis=Basis.DUTY, purpose=_("不满 14 岁要监护人同意"), blank="keep"),
        "consent_name": Held(
            _("监护人"), basis=Basis.CONSENT, purpose=_("不满 14 岁要监护人同意"), keep=TERM, blank="—"
        ),
    },
    links="user resident",
    by="enrolled_by",
    plain="version state activity session line_no offered_until",
    head="activity session state",
    hold=Hold(_("还有活动报着名"), (("state__in", ("offered", "waiting")),)),
)
records("centres.EnrolmentRecord", whose=Whose(user="subject__user", resident="subject__resident"), room=ACTIVITIES)
declare(
    "centres.Attendance",
    whose=OF_ENROLMENT,
    title=_("您来上课"),
    room=ACTIVITIES,
    purpose=_("孩子到了、被谁接走；上满了发结业证"),
    basis=Basis.SERVICE,
    keep=WITH_IT,
    fields={
        "arrived_at": Held(_("签到"), stays=_("只剩日子，不知道是谁")),
        "left_at": Held(_("签退"), stays=_("只剩日子，不知道是谁")),
        "picked_up_at": Held(_("接走"), keep=TERM),
        "picked_up_by": Held(_("谁接走的"), keep=TERM),
        "pickup_reason": Held(_("没用接送码的原因"), keep=TERM, blank="—"),
    },
    by="marked_by handed_over_by",
    plain="session enrolment by_code",
    head="session",
)
declare(
    "centres.Certificate",
    whose=OF_ENROLMENT,
    title=_("您的结业证"),
    room=ACTIVITIES,
    purpose=_("拿着证书的人，谁都可以核对真假"),
    basis=Basis.SERVICE,
    keep=Keep(_("一直留着，证书才核对得了；上面只有遮住的姓名")),
    fields={"masked_name": Held(_("遮住的姓名"), blank="*"), "number": Held(_("证书编号"), stays=_("不含姓名"))},
    plain="enrolment code title provider minutes issued_on",
    head="title issued_on",
)
plain("centres.CertificateCounter", "head last")
declare(
    "centres.PickupPerson",
    whose=OF_ENROLMENT,
    title=_("您写的接送人"),
    erased=DELETE,
    room=ACTIVITIES,
    purpose=_("孩子只交给您写下的人"),
    basis=Basis.CONSENT,
    keep=TERM,
    fields={
        "name": Held(_("姓名"), blank="—"),
        "phone": Held(_("电话"), blank="+000000"),
        "relation": Held(_("是孩子的什么人"), blank="—"),
    },
    plain="enrolment",
)
plain("centres.PickupCode", "enrolment session round digest wrong used_at", by="used_by")
