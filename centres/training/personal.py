from django.utils.translation import gettext_lazy as _

from portal.privacy.declarations import BLANK, Basis, Held, Hold, Keep, Whose, declare, plain, records

TRAINING = _("培训")
plain(
    "centres.TrainingBase",
    "centre name square_metres intro beds seats_per_meal rules bed_fen breakfast_fen lunch_fen dinner_fen "
    "room_hour_fen price_note is_active",
)
plain("centres.CourseCategory", "base name order")
plain(
    "centres.CourseOffer",
    "category title minutes lecturer purpose price_fen price_note min_group max_group order is_active",
)
declare(
    "centres.TrainingOrder",
    whose=Whose(user="contact"),
    title=_("您替单位订的培训"),
    room=TRAINING,
    purpose=_("和来培训的单位联系"),
    basis=Basis.SERVICE,
    keep=Keep(_("结束两年后删掉电话和写的话"), after="last_day", days=730, does=BLANK),
    fields={"contact_phone": Held(_("联系电话"), blank="+000000"), "wish": _("写的话")},
    links="contact",
    plain="version ref state base organisation people first_day last_day",
    head="organisation first_day state",
    hold=Hold(_("还有一批培训订着"), (("state__in", ("submitted", "confirmed")),)),
)
records("centres.TrainingRecord", whose=Whose(user="subject__contact"), room=TRAINING)
plain(
    "centres.OrderLine",
    "order kind day course room starts_at ends_at meal quantity unit_fen booking lost",
)
