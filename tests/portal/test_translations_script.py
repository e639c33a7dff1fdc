"""What scripts/translations.py notices that no catalogue can: sentences nobody would find to translate."""

from pathlib import Path

import pytest

from scripts import translations

HERE = Path("room/words.py")


@pytest.mark.parametrize(
    "source",
    [
        "said = f\"{name}（{_('数量')}）\"",
        "said = f\"{ngettext('%(n)s 人', '%(n)s 人', n) % {'n': n}}\"",
        "said = 'a' f'{name} {_(\"，\")}'",
    ],
)
def test_a_sentence_inside_an_f_string_is_noticed(source: str) -> None:
    assert len(list(translations.in_f_strings(HERE, source))) == 1


@pytest.mark.parametrize("source", ["said = f'{name}' + _('数量')", "said = f'{_x(name)} _(no call)'"])
def test_a_sentence_beside_an_f_string_is_fine(source: str) -> None:
    assert list(translations.in_f_strings(HERE, source)) == []


@pytest.mark.parametrize("source", ["{{ why }}。{% translate '好' %}", '<p title="好">', "{% if a %}，{% endif %}"])
def test_bare_chinese_in_a_template_is_noticed(source: str) -> None:
    assert len(list(translations.bare(HERE, source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        "{{ why }}{% translate '。' %}",
        "{% blocktranslate count n=n %}{{ n }} 人{% plural %}{{ n }} 人{% endblocktranslate %}",
        "{# 不给人看 #}{% comment %}也不给人看{% endcomment %}",
        "中文",
    ],
)
def test_what_a_tag_translates_is_fine(source: str) -> None:
    assert list(translations.bare(HERE, source)) == []


def test_a_plural_forgotten_in_one_place_is_noticed() -> None:
    counted = translations.in_python(translations.ROOT / HERE, "ngettext('%(n)s 人', '%(n)s 人', n)")
    plain = translations.in_python(translations.ROOT / HERE, "_('%(n)s 人')")
    assert len(list(translations.half_counted([*counted, *plain]))) == 1


def test_a_context_of_its_own_is_another_sentence() -> None:
    source = "ngettext('%(n)s 人', '%(n)s 人', n); pgettext('人数', '%(n)s 人')"
    assert list(translations.half_counted(list(translations.in_python(translations.ROOT / HERE, source)))) == []
