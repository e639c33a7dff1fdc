"""Sample data for `/_look/`: every part in every state, as on 2026-09-18 14:20. Nobody in it is real."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.ui import charts, icons
from portal.ui.forms import CodeInput, DateInput, Form, Known, PhoneInput, TimeInput
from portal.ui.tables import Cell, Column, Table

NOW = datetime(2026, 9, 18, 6, 20, tzinfo=UTC)


class SampleForm(Form):
    what = forms.CharField(
        label=gettext_lazy("事情是怎样的"),
        min_length=6,
        help_text=gettext_lazy("在哪里、什么时候、多久了。像跟邻居说话一样写。"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"min_length": gettext_lazy("再多写几个字，好让师傅找得到。")},
    )
    phone = forms.RegexField(
        r"^1\d{10}$",
        label=gettext_lazy("手机号"),
        widget=PhoneInput,
        error_messages={"invalid": gettext_lazy("手机号是 11 位，请看看是不是少了一位。")},
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("是哪一类"),
        help_text=gettext_lazy("拿不准就选最后一个。"),
        choices=[("a", gettext_lazy("公共设施坏了")), ("b", gettext_lazy("说不清，请你们分"))],
    )
    photo = forms.ImageField(
        label=gettext_lazy("照片"), required=False, help_text=gettext_lazy("照片里的位置信息会自动去掉。")
    )
    day = forms.DateField(label=gettext_lazy("日期"), widget=DateInput, initial="2026-09-20")
    start = forms.TimeField(label=gettext_lazy("开始"), widget=TimeInput, initial=time(9))
    code = forms.CharField(label=gettext_lazy("验证码"), widget=CodeInput, required=False)
    reply = forms.ChoiceField(
        label=gettext_lazy("怎么回您"),
        widget=forms.RadioSelect,
        initial="call",
        choices=[("call", gettext_lazy("打电话")), ("sms", gettext_lazy("发短信")), ("wx", gettext_lazy("微信"))],
    )
    purposes = forms.MultipleChoiceField(
        label=gettext_lazy("这次来做什么"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[("publicity", gettext_lazy("政策宣传")), ("needs", gettext_lazy("诉求反馈"))],
    )
    anonymous = forms.BooleanField(
        label=gettext_lazy("不留姓名"), required=False, help_text=gettext_lazy("查询靠回单号，请收好。")
    )
    fixed = forms.CharField(label=gettext_lazy("楼栋"), initial="5 号楼 1 单元", disabled=True, required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        reply: Any = self.fields["reply"]
        reply.choice_hints = {"sms": _("附查询链接")}
        reply.choice_closed = {"wx": _("社区还没开通")}


def late_table() -> Table:
    rows = [
        (Cell(_("地下车库渗水"), "#", note="HY 0908 003"), _("城管中队"), _("12 小时"), _("街道已知道")),
        (Cell(_("楼道堆物挡住消防栓"), "#", note="HY 0914 002"), _("第 7 网格"), _("3 小时"), _("社区已知道")),
    ]
    columns = [
        Column(_("什么事")),
        Column(_("在谁手里")),
        Column(_("已超（上班时间）"), short=_("已超")),
        Column(_("督办")),
    ]
    return Table(
        _("超时的诉求，按超时长短排列"),
        columns,
        [(what, who, Cell(late, "#", kind="late"), told) for what, who, late, told in rows],
    )


def context(request: HttpRequest) -> dict[str, Any]:
    grids = [
        charts.Group(_("第 %s 网格") % n, "#", values) for n, values in enumerate(((0, 1, 4), (0, 0, 6), (1, 0, 6)), 1)
    ]
    pieces = [
        charts.Series(_("超时"), "c-late"),
        charts.Series(_("今天到期"), "c-w"),
        charts.Series(_("还有时间"), "c-rest"),
    ]
    weeks = [(18, 17), (22, 19), (16, 20), (25, 21), (19, 22), (24, 20), (21, 23), (17, 12)]
    first = datetime(2026, 7, 27, tzinfo=UTC)
    days = [first + timedelta(weeks=n) for n in range(8)]
    groups = [charts.Group(f"{d.month}/{d.day}", "#", pair) for d, pair in zip(days, weeks, strict=True)]
    labels = (_("收到"), _("受理"), _("分派"), _("办理"), _("核查"), _("评价"))
    return {
        "now": NOW,
        "t": NOW + timedelta(days=3, hours=20),
        "t_end": NOW + timedelta(days=3, hours=22),
        "form": SampleForm(),
        "known": SampleForm(reuse={"phone": Known("13800002046", "138****2046")}, auto_id="known_%s"),
        "wrong": SampleForm({"what": _("灯坏"), "phone": "1380000204", "kind": "a", "day": "x"}, auto_id="wrong_%s"),
        "icons": icons.NAMES,
        "steps": [{"label": x, "state": "past" if n < 3 else "now" if n == 3 else ""} for n, x in enumerate(labels)],
        "alternatives": [
            {"label": _("书画室 今天 19:00–20:30"), "url": "#"},
            {"label": _("书画室 明天 15:30–17:00"), "url": "#"},
            {"label": _("五邻议事厅 今天 15:30–17:00"), "url": "#"},
        ],
        "late": late_table(),
        "bars": charts.bars(_("各网格手上的件数，按网格编号排列"), grids, pieces),
        "columns": charts.columns(
            _("近八周每周收到与办结件数"), groups, [charts.Series(_("收到"), "c-a"), charts.Series(_("办结"), "c-b")]
        ),
        "pages": Paginator(range(60), 20).page(2),
        "screen": request.GET.get("screen") == "1",
    }
