"""What residents fill in: three steps to report, the slip's own forms."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from petitions.cases.enums import ReplyBy, Satisfaction, Solved
from petitions.cases.models import Category
from petitions.cases.services import LONGEST
from portal import phones
from portal.errors import Refusal
from portal.ui.forms import Form, Known, PhoneInput

MOST_PHOTOS = 3


class Photos(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several files of one control. Whether they are photos is found out by opening them (portal.attachments)."""

    widget = Photos(attrs={"accept": "image/*", "multiple": True})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        return [super(PhotosField, self).clean(one, initial) for one in given]


class Refusable(Form):
    """A form that can show what a service refused, beside the field it is about."""

    def refused(self, refusal: Refusal) -> None:
        errors = refusal.extra.get("errors") or {}
        for name, sentences in errors.items():
            field = name if name in self.fields else self.aliases.get(name)
            for sentence in sentences:
                self.add_error(field, sentence)
        if not errors:
            self.add_error(None, str(refusal.message))

    # Names the service uses → fields of this form.
    aliases: dict[str, str] = {}


def category_choices(categories: list[Category]) -> list[tuple[str, Any]]:
    return [("", _("说不清，请你们分")), *((one.code, one.name) for one in categories)]


class WhatForm(Refusable):
    aliases = {"description": "text"}
    text = forms.CharField(
        label=_("事情是怎样的"),
        help_text=_("什么时候、多久了、怎么个情况。像跟邻居说话一样写。"),
        max_length=LONGEST,
        min_length=4,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "min_length": _("再多写几个字，好让师傅找得到。"),
            "max_length": _("写得太长了，请缩到两千字以内。"),
        },
    )
    category = forms.ChoiceField(label=_("是哪一类"), help_text=_("拿不准就选第一个，我们来分。"), required=False)
    photos = PhotosField(
        label=_("照片"), help_text=_("最多三张，一张不超过 10 MB。照片里的位置信息会自动去掉。"), required=False
    )
    drop = forms.MultipleChoiceField(label=_("已经附上的"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, categories: list[Category], kept: list[str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = category_choices(categories)  # type: ignore[attr-defined]
        if kept:
            choices = [(one, _("第 %(n)d 张，不要了") % {"n": n}) for n, one in enumerate(kept, start=1)]
            self.fields["drop"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["drop"]


class WhereForm(Refusable):
    community = forms.ChoiceField(label=_("在哪个社区"))
    address = forms.CharField(
        label=_("具体在哪里"),
        help_text=_("几号楼几单元，或者什么店门口。师傅照着找。"),
        max_length=120,
        error_messages={"required": _("说个地方，师傅才找得到。比如：5 号楼 1 单元门口。")},
    )
    at_home = forms.BooleanField(
        label=_("就在我家"), help_text=_("勾上就不用写地方了。"), required=False, widget=forms.CheckboxInput
    )
    field_order = ("at_home", "community", "address")

    def __init__(
        self,
        *args: Any,
        communities: list[tuple[str, str]],
        home: tuple[str, str] | None = None,
        **kwargs: Any,
    ):
        """`home`: community and door of whoever is signed in, where the register has them."""
        if home and args and args[0] is not None and args[0].get("at_home"):
            # The place is where they live: known, and not asked.
            kwargs["reuse"] = {"community": Known(home[0]), "address": Known(home[1])}
            args = (args[0].copy(), *args[1:])
            for name in ("community", "address"):
                args[0].pop(name, None)
        super().__init__(*args, **kwargs)
        self.fields["community"].choices = communities  # type: ignore[attr-defined]
        if home is None:
            del self.fields["at_home"]
        else:
            self.fields["at_home"].label = gettext("就在我家：%(door)s") % {"door": home[1]}


class ReplyForm(Refusable):
    aliases = {"contact_phone": "phone", "reporter_name": "name"}
    reply_by = forms.ChoiceField(
        label=_("怎么回您"), choices=ReplyBy.choices, widget=forms.RadioSelect, initial=ReplyBy.CALL
    )
    phone = forms.CharField(
        label=_("电话"), max_length=30, required=False, widget=PhoneInput, help_text=_("只给办这件事的人看。")
    )
    name = forms.CharField(label=_("怎么称呼您"), max_length=20, required=False, help_text=_("比如：林阿姨。"))
    anonymous = forms.BooleanField(label=_("不留姓名"), help_text=_("查询靠回单号，请收好。"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["phone"].opt = _("凭回单查，可以不留")  # type: ignore[attr-defined]
        self.fields["reply_by"].choice_hints = {  # type: ignore[attr-defined]
            ReplyBy.CALL.value: _("有结果打给您"),
            ReplyBy.SMS.value: _("附查询链接"),
            ReplyBy.SLIP.value: _("报回单号，或扫码"),
        }

    @property
    def reused(self) -> set[str]:
        """Whoever leaves no name is not given away by what their account says."""
        return set() if self.data.get(self.add_prefix("anonymous")) else super().reused

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("reply_by") in (ReplyBy.CALL, ReplyBy.SMS) and not data.get("phone"):
            self.add_error("phone", _("要我们联系您，请留一个电话。"))
        elif data.get("phone"):
            try:
                phones.e164(data["phone"])
            except phones.NotAPhone as error:
                self.add_error("phone", str(error))
        return data


class TrackForm(Form):
    number = forms.CharField(label=_("回单号"), max_length=40, help_text=_("印在回单上，比如 WC 1124 0067 3。"))
    tail = forms.CharField(
        label=_("留的电话，最后四位"),
        max_length=8,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "in-s"}),
    )


class SayForm(Refusable):
    text = forms.CharField(label=_("想说的话"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}))


class RateForm(Refusable):
    solved = forms.ChoiceField(label=_("这件事办好了没有"), choices=Solved.choices, widget=forms.RadioSelect)
    satisfaction = forms.ChoiceField(label=_("办得您满意吗"), choices=Satisfaction.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("还想说一句"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReasonForm(Refusable):
    reason = forms.CharField(label=_("哪里还没办好"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class IntakeForm(Refusable):
    """The telephone is ringing: caller, one sentence, place."""

    aliases = {"description": "text", "contact_phone": "phone", "reporter_name": "name", "grid": "place"}
    phone = forms.CharField(label=_("来电"), max_length=30, required=False, widget=PhoneInput)
    name = forms.CharField(
        label=_("称呼"), max_length=20, required=False, widget=forms.TextInput(attrs={"class": "in-s"})
    )
    text = forms.CharField(
        label=_("什么事"),
        max_length=LONGEST,
        min_length=2,
        # One line: Enter files it, while the caller is still on the telephone.
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"min_length": _("再多写几个字，好让师傅找得到。")},
    )
    address = forms.CharField(label=_("在哪里"), max_length=120, required=False)
    category = forms.ChoiceField(label=_("是哪一类"), required=False)
    # A person of the register whose number need not be typed, nor shown.
    resident = forms.UUIDField(required=False, widget=forms.HiddenInput)
    channel = forms.ChoiceField(
        choices=[("phone", _("电话")), ("desk", _("来窗口"))],
        label=_("怎么来的"),
        widget=forms.RadioSelect,
        initial="phone",
    )

    def __init__(self, *args: Any, categories: list[Category], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = category_choices(categories)  # type: ignore[attr-defined]
