"""Organisations: the Party's chain is a tree of its own; partners and social organisations; who answers for whom."""

import pytest
from django.db import IntegrityError, transaction

from grids.registry.organisations import Organisation
from portal.accounts.actors import SYSTEM
from portal.audit.models import AuditEntry
from portal.errors import Conflict, Forbidden, Invalid
from volunteers.organisations.models import PartnerUnit, PartyUnit, SocialOrg
from volunteers.organisations.queries import branches_under, units_of
from volunteers.organisations.services import add_partner, add_party_unit, add_social_org

pytestmark = pytest.mark.django_db


@pytest.fixture
def committee(cast) -> PartyUnit:
    return add_party_unit(
        actor=cast.actor("secretary"), grid=cast.place.community, level="committee", name="社区党委", member_total=417
    )


def test_the_chain_has_four_links(cast, committee):
    actor, grid = cast.actor("secretary"), cast.place.grid
    branch = add_party_unit(actor=actor, grid=grid, level="branch", name="一支部", parent=committee, kind="grid")
    group = add_party_unit(actor=actor, grid=grid, level="group", name="一小组", parent=branch)
    anchor = add_party_unit(actor=actor, grid=grid, level="anchor", name="中心户 01", parent=group)
    assert anchor.parent.parent.parent == committee
    assert AuditEntry.objects.filter(verb="organisation.party_unit").count() == 4
    assert dict(branches_under(cast.place.community.path)) == {"grid": 1}


@pytest.mark.parametrize(
    ("level", "with_parent", "kind"),
    [
        ("branch", False, "grid"),  # hangs from nothing
        ("group", True, ""),  # skips a link
        ("anchor", True, ""),
        ("committee", True, ""),  # hangs from something
        ("branch", True, ""),  # of no kind
        ("committee", False, "grid"),  # of a kind
        ("branch", True, "secret"),
        ("cell", True, ""),
    ],
)
def test_links_that_do_not_fit_are_refused(cast, committee, level, with_parent, kind):
    with pytest.raises(Invalid):
        add_party_unit(
            actor=SYSTEM,
            grid=cast.place.grid,
            level=level,
            name="某支部",
            kind=kind,
            parent=committee if with_parent else None,
        )


def test_the_database_refuses_a_branch_that_hangs_from_nothing(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        PartyUnit.objects.create(grid=cast.place.grid, level="branch", name="一支部", kind="grid")


def test_units_hold_totals_and_no_members():
    """Guardrail 4."""
    assert {field.name for field in PartyUnit._meta.fields} == {
        "id", "created_at", "grid", "parent", "level", "kind", "name", "member_total",
    }  # fmt: skip


@pytest.mark.parametrize("who", ["resident", "grid_worker", "secretary_b", "auditor", "sysadmin"])
def test_organisations_are_written_within_reach_alone(cast, who):
    with pytest.raises(Forbidden):
        add_partner(actor=cast.actor(who), grid=cast.place.community, name="区医院", kind="institution")
    with pytest.raises(Forbidden):
        add_social_org(actor=cast.actor(who), grid=cast.place.community, name="合唱团", stage="settled")
    assert not Organisation.objects.exists()


def test_one_name_one_organisation_and_nothing_half_written(cast):
    given = {"actor": cast.actor("secretary"), "grid": cast.place.community, "name": "区医院", "kind": "institution"}
    add_partner(**given)
    with pytest.raises(Conflict):
        add_partner(**given)
    assert (Organisation.objects.count(), PartnerUnit.objects.count()) == (1, 1)


@pytest.mark.parametrize("given", [{"stage": "asleep"}, {"name": "社"}, {"does": "字" * 61}])
def test_bad_organisation_is_refused(cast, given):
    fields = {"name": "合唱团", "stage": "settled"} | given
    with pytest.raises(Invalid):
        add_social_org(actor=SYSTEM, grid=cast.place.community, **fields)
    assert not SocialOrg.objects.exists()


def test_units_are_those_one_answers_for_by_name(cast):
    for name in ("助老服务社", "爱心厨房"):
        add_social_org(actor=SYSTEM, grid=cast.place.community, name=name, stage="settled", contact=cast.org_contact)
    add_partner(actor=SYSTEM, grid=cast.place.community, name="供水公司", kind="enterprise", contact=cast.org_contact)
    assert [unit.name for unit in units_of(cast.org_contact.pk)] == ["爱心厨房", "供水公司", "助老服务社"]
    Organisation.objects.filter(name="供水公司").update(is_active=False)
    assert len(units_of(cast.org_contact.pk)) == 2
    assert units_of(cast.outsider.pk) == units_of(None) == []
