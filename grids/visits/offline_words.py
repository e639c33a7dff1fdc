"""What the script of the door page says. Here and not in the script, so that each sentence has its translation."""

from django.utils.translation import gettext as _

from grids.visits.enums import Outcome
from grids.visits.walk import Walk
from portal.ui import words as spoken


def words() -> dict[str, str]:
    """Sentences by the name the script calls them; {n} and {door} are filled in by it."""
    return {
        "met": str(Outcome.MET.label),
        "not_home": str(Outcome.NOT_HOME.label),
        "declined": str(Outcome.DECLINED.label),
        "next": _("存好，去下一户 {door}"),
        "last": _("存好，今天走完了"),
        # behind 待上传 n 条
        "kept": _("存好了，有信号再传。"),
        "sending": _("正在传…"),
        "sent": _("都送到了。"),
        "sign_in_kept": _("请重新登录，记录还在。"),
        "other_kept": _("这是别人存的，要本人登录才能传。"),
        "locked": _("要先开锁才能传。"),
        "some_refused": _("有 {n} 条没有收，原因写在下面。"),
        # what is missing
        "no_outcome": _("点一下：见到了、没人在，还是改天来。"),
        "no_day": _("答应的事要有个日子。"),
        "no_text": _("要转的事还没写清楚。"),
        "no_time": _("写一下几点敲的门。"),
        "bad_photo": _("这张照片手机打不开，请换一张，或者截个图再选。没有存，字都还在。"),
        "full": _("手机存满了，这一条没有存下，字都还在。请删掉些东西，再按一次“存好”。"),
        "not_kept": _("这一条没有存下，字都还在。请再按一次“存好”。"),
        "full_doors": _("手机快满了，今天的门存不下。有信号时照常用。"),
        "not_kept_doors": _("今天的门没有存下。有信号时照常用。"),
        "not_mine": _("这一户现在不归您，或者并到别处了。要留个底，请告诉书记。"),
        "refused": _("没有收，请看一看再传。"),
        "not_opened": _("这一条是用以前的口令锁的，打不开了。还记得就重写一条，再把它去掉。"),
        # turning it on, unlocking
        "turned_on": _("离线开好了。没有信号也能打开这一页。"),
        "too_short": _("口令太短，至少 10 个字。"),
        "not_same": _("两遍不一样，请再填一次。"),
        "wrong_phrase": _("口令不对。"),
        "sensor_no": _("没有认出来，请再试一次。"),
        "sensor_none": _("这部手机的指纹做不到这件事，请设口令。"),
        "need_signal": _("这一步要有信号。"),
        "sign_in": _("请先重新登录。"),
        "forgot_lose": _("没有口令谁也打不开。清掉以后，没传的 {n} 条就没有了，要凭记性重写。"),
        "forgot_none": _("没有口令谁也打不开。没有等着传的，清掉重新设就行。"),
        "locked_title": _("没有信号，先开锁"),
        "locked_offline": _("今天的门锁着存在这部手机里。"),
        "locked_online": _("有 {n} 条上次没传完，开了锁就传。"),
        "locked_again": _("社区让这部手机清过一次。开了锁，再用就是。"),
        "nothing_kept": _("没有信号"),
        "no_doors": _("这里没有今天的门"),
        "kept_here": _("存好了，有信号再传"),
        # an order of the centre
        "wiped_title": _("今天的门清掉了"),
        "wiped": _("社区让这部手机清掉存着的门。要接着用，请重新打开这一页。"),
        "wiped_kept": _("社区让这部手机清掉存着的门。没传的 {n} 条还锁着，开了锁就传。"),
        "wiped_lost": _("社区让这部手机全清掉，没传的 {n} 条也清了，请找书记。"),
    }


def headings(walk: Walk) -> list[str]:
    """What the page says with so many doors left: the first for none, and so on."""
    total = spoken.count(walk.total)
    left = [_("今天%(all)s户，都走完了") % {"all": total}]
    for n in range(1, len(walk.stops) + 1):
        if n == walk.total:
            left.append(_("今天%(all)s户，从第一户开始") % {"all": total})
        else:
            left.append(_("今天%(all)s户，还有%(left)s户") % {"all": total, "left": spoken.count(n)})
    return left
