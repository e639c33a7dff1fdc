"""答复模板: how a community words its answers, in plain words; and the blanks to fill before one is sent."""

import re
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from grids.tree.enums import Level as GridLevel
from petitions.cases.models import AnswerTemplate, Case, Category
from portal.accounts.actors import Actor
from portal.accounts.enums import Role
from portal.accounts.reach import Reach
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Forbidden, Invalid, NotFound

if TYPE_CHECKING:
    from grids.tree.models import Grid

KEEPERS = (Role.SECRETARY,)
LONGEST = 2000
# 【填：哪天】: a word of its own, so that 【重要】 in an answer stays an answer.
BLANK = re.compile(r"【\s*填\s*[：:]?[^】\n]{0,30}】")


def blanks(text: str) -> list[str]:
    """What of a template nobody has filled in yet, as it stands there, each once."""
    return list(dict.fromkeys(BLANK.findall(text)))


def still_blank(text: str) -> str:
    """The sentence that refuses an answer with blanks in it; empty where there are none."""
    left = blanks(text)
    if not left:
        return ""
    return _("答复里还有没填的空：%(blanks)s。请换成实际的内容，再交。") % {"blanks": "、".join(left[:4])}


# ---------------------------------------------------------------- reading
def kept_by(reach: Reach) -> QuerySet[AnswerTemplate]:
    """The templates of the communities this person is secretary of."""
    rows = AnswerTemplate.objects.filter(reach.q("community__path", *KEEPERS))
    return rows.select_related("community", "category").order_by("-is_active", "category__order", "order", "id")


def template_for(reach: Reach, template_id: UUID) -> AnswerTemplate:
    """One of theirs. Raises NotFound for what is not there or not theirs."""
    found = kept_by(reach).filter(pk=template_id).first()
    if found is None:
        raise NotFound()
    return found


def for_case(case: Case) -> list[AnswerTemplate]:
    """What may be put into this case's answer: its community's, those of its own category first."""
    rows = AnswerTemplate.objects.filter(community__path=case.grid.community_path, is_active=True)
    rows = rows.filter(Q(category=None) | Q(category_id=case.category_id))
    return sorted(rows, key=lambda one: (one.category_id is None, one.order, one.pk))


def insert(template_id: str, case: Case, written: str) -> str:
    """The answer with this template's text behind what is written already; unchanged for one that is not offered."""
    chosen = next((one for one in for_case(case) if str(one.pk) == template_id), None)
    if chosen is None or chosen.text in written:
        return written
    return f"{written.rstrip()}\n{chosen.text}".strip()


# ---------------------------------------------------------------- writing
def save_template(
    *,
    actor: Actor,
    community: "Grid",
    title: str,
    text: str,
    category: Category | None = None,
    order: int = 100,
    template: AnswerTemplate | None = None,
) -> AnswerTemplate:
    """A new template, or one written anew. Raises Forbidden outside the secretary's community, Invalid, Conflict."""
    if not actor.reach.covers(community.path, *KEEPERS):
        raise Forbidden(_("那里的模板不归您管。"))
    errors: dict[str, list[str]] = {}
    if community.level != GridLevel.COMMUNITY:
        errors["community"] = [_("请选一个社区。")]
    if not title.strip():
        errors["title"] = [_("给它起个名字，好找。")]
    if not text.strip():
        errors["text"] = [_("还没有写答复。")]
    elif len(text) > LONGEST:
        errors["text"] = [_("写得太长了，请缩到两千字以内。")]
    if category is not None and not category.is_active:
        errors["category"] = [_("“%(name)s”这一类已经停用，请换一类。") % {"name": category.name}]
    if errors:
        raise Invalid(errors=errors)
    written = template or AnswerTemplate()
    written.community, written.category, written.order = community, category, order
    written.title, written.text = title.strip()[:30], text.strip()
    return _write(actor, written, "change" if template else "add")


def switch_template(*, actor: Actor, template: AnswerTemplate, on: bool) -> AnswerTemplate:
    """Take a template out of use or back into it. Answers written with it stay as they are."""
    if not actor.reach.covers(template.community.path, *KEEPERS):
        raise Forbidden(_("那里的模板不归您管。"))
    template.is_active = on
    return _write(actor, template, "on" if on else "off")


def _write(actor: Actor, template: AnswerTemplate, verb: str) -> AnswerTemplate:
    def work() -> AnswerTemplate:
        template.save()
        record(actor=actor, verb=f"case.template_{verb}", target=template, path=template.community.path)
        return template

    try:
        return in_one_transaction(work)
    except IntegrityError as error:
        said = _("已经有一个在用的模板叫“%(title)s”了，请换个名字。") % {"title": template.title}
        raise Conflict(said, code="TITLE_TAKEN", errors={"title": [said]}) from error
