from django.utils.translation import gettext_lazy as _

from portal.privacy.declarations import BLANK, WITH_IT, Basis, Held, Hold, Keep, Whose, declare, plain, records

CASES = _("诉求")
OF_CASE = Whose(user="case__reporter")
OPEN = (
    *("submitted", "needs_info", "accepted", "assigned", "in_progress"),
    *("escalated", "shelved", "under_review", "awaiting_feedback"),
)
CONTACT = Keep(_("结案一年后删掉"), after="closed_at", days=365, does=BLANK)
WORDS = Keep(_("结案三年后删掉"), after="closed_at", days=1096, does=BLANK)
plain("petitions.Category", "code name hint sla kind order is_active")
declare(
    "petitions.Case",
    whose=Whose(user="reporter"),
    title=_("您反映的问题"),
    room=CASES,
    purpose=_("把您说的事办好，办完告诉您"),
    basis=Basis.SERVICE,
    keep=WORDS,
    fields={
        "title": Held(_("什么事"), keep=Keep(_("一直留着，只留一句话")), blank="—"),
        "description": _("事情是怎样的"),
        "address": Held(_("地点"), keep=WORDS),
        "reporter_name": Held(_("怎么称呼"), keep=CONTACT),
        "contact_phone": Held(_("联系电话"), purpose=_("办的人找得到您"), keep=CONTACT),
        "reply_by": Held(_("怎么回您"), keep=Keep(_("一直留着")), stays=_("不含姓名")),
        "answer": _("给您的答复"),
    },
    links="reporter",
    by="on_behalf_by holder_user below_user handled_by",
    plain="version ref token_salt token_hash state category sla restricted grid anonymous channel holder_grid "
    "holder_level holder_label below_grid below_level below_label round back_to returns ruling_open asking extended "
    "reopened merged_into due_at sign_by respond_by step_due_at provisional paused_at submitted_at accepted_at "
    "contacted_at signed_at handed_in_at first_closed_at closed_at solved satisfaction verdict power power_since "
    "power_asked_on ever_returned ever_escalated",
    head="ref submitted_at state",
    hold=Hold(_("有一件诉求在办"), (("state__in", OPEN),)),
)
records("petitions.CaseRecord", whose=Whose(user="subject__reporter"), room=CASES)
plain("petitions.Supervision", "case round rung at told skipped")
plain("petitions.Ask", "case kind until reason asked_at decided_at granted", by="asked_by")
declare(
    "petitions.Remark",
    whose=OF_CASE,
    title=_("您和经办人的话"),
    room=CASES,
    purpose=_("把您说的事办好"),
    basis=Basis.SERVICE,
    keep=Keep(_("结案三年后删掉"), after="case__closed_at", days=1096, does=BLANK),
    fields={"text": Held(_("说了什么"), blank="—")},
    by="author",
    plain="case at by_reporter",
    head="at",
)
declare(
    "petitions.InternalNote",
    whose=OF_CASE,
    title=_("经办人之间的话"),
    room=CASES,
    purpose=_("同事接着办，不用您再说一遍"),
    basis=Basis.DUTY,
    keep=Keep(_("结案三年后删掉"), after="case__closed_at", days=1096, does=BLANK),
    # The table exists so that no forgotten filter shows one on a slip; here the person is told that there are some.
    fields={"text": Held(_("写了什么"), blank="—", secret=True)},
    by="author",
    plain="case at",
    head="at",
)
plain("petitions.RefCounter", "prefix last")
plain(
    "petitions.CaseClock",
    "case round name natural amount started_at anchor_at left due_at warn_at provisional paused_at ended_at outcome",
)
plain("petitions.ClockChange", "clock at why from_due to_due")
plain("petitions.Term", "scope_code sla clock minutes natural")
plain("petitions.RoutingRule", "place category kind send_to team is_active")
plain("petitions.AnswerTemplate", "community category title text order is_active")
plain("petitions.NotSame", "one other at", by="by")
plain("petitions.Chase", "case power asked_on words at", by="author")
declare(
    "petitions.Rating",
    whose=OF_CASE,
    title=_("您的评价"),
    room=CASES,
    purpose=_("您说没办好，就重办"),
    basis=Basis.SERVICE,
    keep=Keep(_("结案三年后删掉写的话"), after="case__closed_at", days=1096, does=BLANK),
    fields={
        "satisfaction": Held(_("满意吗"), keep=WITH_IT, stays=_("算进总数，不含姓名")),
        "solved": Held(_("办好了吗"), keep=WITH_IT, stays=_("算进总数，不含姓名")),
        "words": _("想说的话"),
    },
    by="taken_by",
    plain="case round at channel",
    head="at",
)
plain("petitions.RatingLink", "case round token_hash expires_at used_at")
declare(
    "petitions.FollowUpCall",
    whose=OF_CASE,
    title=_("给您打的回访电话"),
    room=CASES,
    purpose=_("问您办好了没有"),
    basis=Basis.SERVICE,
    keep=Keep(_("结案三年后删掉写的话"), after="case__closed_at", days=1096, does=BLANK),
    fields={
        "said": Held(_("您说了什么"), blank="—"),
        "outcome": Held(_("打通了吗"), keep=WITH_IT, stays=_("不含姓名")),
    },
    by="by",
    plain="case round at",
    head="at",
)
plain(
    "petitions.WhistleCall",
    "version state case round department label what called_at amount natural due_at provisional arrived_at "
    "reported_at report rated_at rating ended_at",
    by="called_by",
)
plain(
    "petitions.WhistleRecord",
    "version from_state event to_state actor_role at reason data subject",
    by="actor",
)
