from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from petitions.wishes import rules
from petitions.wishes.services import MOST_PHOTOS
from portal import phones
from portal.ui.forms import Form, PhoneInput

SHORT_WISH = {"min_length": _("再多写几个字，好让人明白要什么。"), "max_length": _("短一点，一百二十个字以内。")}


def words_field(**given: Any) -> forms.CharField:
    return forms.CharField(
        min_length=4, max_length=120, widget=forms.Textarea(attrs={"rows": 3}), error_messages=SHORT_WISH, **given
    )


class WishForm(Form):
    """A new wish. `names` are those the words must not give away; `for_others` asks whose it is."""

    whose = forms.ChoiceField(
        label=_("替谁写"),
        widget=forms.RadioSelect,
        choices=[("neighbour", _("替一位居民")), ("self", _("我自己的"))],
        initial="neighbour",
    )
    text = words_field(
        label=_("想要什么"),
        help_text=_("一两句就行，像：想要一副老花镜，三百度，看报用。墙上谁都看得到，别写姓名、门牌和电话。"),
    )
    consent = forms.BooleanField(
        label=_("认领的人可以看到我的称呼和电话"),
        required=False,
        help_text=_("只有他看得到，心愿了结就收走。不勾也行，由社区在中间转话。"),
    )
    contact_name = forms.CharField(
        label=_("怎么称呼"), max_length=20, required=False, help_text=_("像：林奶奶、小何。")
    )
    contact_phone = forms.CharField(label=_("电话"), max_length=20, required=False, widget=PhoneInput)

    def __init__(self, *args: Any, for_others: bool = False, names: tuple[str, ...] = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.names = names
        if not for_others:
            del self.fields["whose"]
        else:
            self.fields["consent"].label = _("他同意认领的人看到称呼和电话")

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if problems := rules.wall_problems(text, self.names):
            raise forms.ValidationError(problems[0])
        return text

    def clean_contact_phone(self) -> str:
        phone: str = self.cleaned_data["contact_phone"]
        if not self.cleaned_data.get("consent"):
            return ""
        try:
            return phones.e164(phone) if phone else ""
        except phones.NotAPhone as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("consent") and not data.get("contact_phone") and "contact_phone" not in self.errors:
            self.add_error("contact_phone", _("留个电话，认领的人好找到您。"))
        return data

    @property
    def on_behalf(self) -> bool:
        return self.cleaned_data.get("whose") == "neighbour"


class ConsentForm(Form):
    contact_name = forms.CharField(label=_("怎么称呼"), max_length=20, required=False)
    contact_phone = forms.CharField(label=_("电话"), max_length=20, widget=PhoneInput)

    def clean_contact_phone(self) -> str:
        try:
            return phones.e164(self.cleaned_data["contact_phone"])
        except phones.NotAPhone as error:
            raise forms.ValidationError(str(error)) from error


# ---------------------------------------------------------------- one small form for each event
class EventForm(Form):
    """Every event: which one, and the version it was seen at, so that a stale page is told so."""

    event = forms.CharField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ReasonForm(EventForm):
    reason = forms.CharField(
        label=_("为什么"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("一句就行，对方看得到。"),
    )


class ApproveForm(EventForm):
    text = words_field(label=_("墙上的话"), help_text=_("姓名、门牌、电话都要拿掉；可以替他说得更明白。"))


class ResubmitForm(EventForm):
    text = words_field(label=_("想要什么"), help_text=_("照社区说的改一改。"))

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if problems := rules.wall_problems(text):
            raise forms.ValidationError(problems[0])
        return text


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = [super(PhotosField, self).clean(one, initial) for one in data or [] if one]
        if len(files) > MOST_PHOTOS:
            raise forms.ValidationError(_("照片最多三张。"))
        return files


class HandInForm(EventForm):
    evidence = forms.CharField(
        label=_("办得怎样"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("像：眼镜配好了，星期六下午送到手里。"),
    )
    photos = PhotosField(
        label=_("照片"),
        required=False,
        widget=SeveralFiles(attrs={"accept": "image/*"}),
        help_text=_("拍东西，别拍人。只有许愿的人和社区看得到。"),
    )
