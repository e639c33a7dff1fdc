import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import engines

from portal.ui.forms import DateInput, Form, PhoneInput, problems, view_of


class Report(Form):
    what = forms.CharField(label="事情", help_text="像跟邻居说话一样写。", widget=forms.Textarea)
    phone = forms.CharField(label="手机号", widget=PhoneInput, required=False)
    kind = forms.ChoiceField(label="哪一类", choices=[("a", "设施"), ("b", "环境")])
    reply = forms.ChoiceField(label="怎么回您", choices=[("call", "打电话"), ("wx", "微信")], widget=forms.RadioSelect)
    day = forms.DateField(label="日期", widget=DateInput, error_messages={"required": "哪一天来？"})
    anonymous = forms.BooleanField(label="不留姓名", required=False, help_text="查询靠回单号。")
    secret = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self):
        if self.cleaned_data.get("kind") == "b":
            raise forms.ValidationError("这一类请打电话。")


def draw(source: str, **context) -> str:
    return engines["django"].from_string(source).render(context)


def field(form: Form, name: str) -> str:
    # Cotton compiles files, not strings: the component's own file is drawn.
    return (
        engines["django"]
        .get_template("cotton/field.html")
        .render({"field": form[name], "label": "", "opt": "", "seg": "", "cols": "", "attrs": "", "slot": ""})
    )


def test_label_stands_before_hint_before_control_before_error():
    page = field(Report({}), "what")
    places = [page.index(part) for part in ("<label", 'class="hint"', "<textarea", 'class="err"')]
    assert places == sorted(places)


def test_control_names_its_hint_and_its_error():
    page = field(Report({}), "what")
    assert 'aria-describedby="id_what_helptext id_what_error"' in page
    assert 'id="id_what_helptext"' in page
    assert 'id="id_what_error"' in page
    assert 'aria-invalid="true"' in page


def test_a_sound_field_is_not_called_invalid():
    page = field(Report(), "what")
    assert "aria-invalid" not in page
    assert "err" not in page


def test_the_optional_one_is_marked_not_the_required():
    assert "可以不填" in field(Report(), "phone")
    assert "可以不填" not in field(Report(), "what")


def test_own_classes_of_a_widget_are_kept():
    assert 'class="in in-s"' in field(Report(), "phone")


def test_select_is_dressed_and_radios_are_rows():
    assert '<span class="sel"><select' in field(Report(), "kind")
    assert field(Report(), "reply").count('class="pick"') == 2


def test_a_closed_choice_says_why():
    form = Report()
    form.fields["reply"].choice_closed = {"wx": "社区还没开通"}
    page = field(form, "reply")
    assert 'value="wx" id="id_reply_1" disabled' in page
    assert "<small>社区还没开通</small>" in page


def test_posted_choices_stay_chosen():
    page = field(Report({"reply": "wx", "anonymous": "on"}), "reply")
    assert 'value="wx" id="id_reply_1" checked' in page
    assert "checked" in field(Report({"anonymous": "on"}), "anonymous")
    assert "checked" not in field(Report({}), "anonymous")


def test_hidden_field_is_only_its_input():
    assert field(Report(), "secret") == '<input type="hidden" name="secret" id="id_secret">'


def test_stock_words_become_a_neighbours_but_own_words_stay():
    form = Report({})
    assert form.errors["what"] == ["这里还没填。"]
    assert form.errors["day"] == ["哪一天来？"]


def test_limits_are_said_as_a_neighbour_says_them():
    class Course(Form):
        seats = forms.IntegerField(min_value=1, max_value=9)
        name = forms.CharField(max_length=4, min_length=2)
        page = forms.FileField(max_length=4, required=False)

    wrong = Course({"seats": "0", "name": "小区里的折纸课"})
    assert wrong.errors["seats"] == ["至少是 1。"]
    assert wrong.errors["name"] == ["太长了，最多写 4 个字，现在有 7 个。"]
    assert Course({"seats": "12", "name": "课"}).errors == {
        "seats": ["最多是 9。"],
        "name": ["太短了，至少写 2 个字。"],
    }
    named = Course({"seats": "1", "name": "折纸"}, {"page": SimpleUploadedFile("too-long.txt", b"x")})
    assert "12" in named.errors["page"][0]


def test_summary_leads_to_each_field():
    form = Report({"kind": "b", "reply": "", "day": "2026-09-20"})
    assert [(p.target, p.sentence) for p in problems(form)] == [
        ("", "这一类请打电话。"),
        ("id_what", "这里还没填。"),
        ("id_reply_0", "这里还没填。"),
    ]


def test_date_is_given_to_the_native_control_in_its_own_form():
    assert 'type="date" name="day" value="2026-09-20"' in field(Report(initial={"day": "2026-09-20"}), "day")


@pytest.mark.parametrize("value", ["<b>", '"><script>'])
def test_what_people_wrote_is_escaped(value):
    page = field(Report({"what": value, "phone": value}), "phone")
    assert value not in page


def test_view_says_which_kind():
    form = Report()
    assert [view_of(one).kind for one in form] == ["textarea", "input", "select", "picks", "input", "check", "hidden"]
