"""Guardrails 3 and 4: nobody is scored or ranked, and nobody is asked about the Party."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from volunteers.service import queries, services
from volunteers.service.models import TeamMembership, Volunteer, VolunteerTeam

ROOT = Path(settings.BASE_DIR)
# What a row about a volunteer may hold. A new column fails here until somebody has looked.
FIELDS = {
    Volunteer: {"id", "created_at", "user", "name", "sort_key", "skills", "availability", "left_at"},
    TeamMembership: {"id", "created_at", "team", "volunteer", "asked_at", "joined_at", "ended_at"},
    VolunteerTeam: {"id", "created_at", "grid", "name", "sort_key", "kind", "about", "leader", "ended_at"},
}
# By name, or by the time at which one asked: nothing that says who does more, better or faster.
HARMLESS = {"sort_key", "id", "asked_at", "name", "volunteer__sort_key", "volunteer_id", "team__sort_key", "team_id"}
ORDERINGS = re.compile(r"order_by\(([^)]*)\)|ordering\s*=\s*\[([^\]]*)\]")


@pytest.mark.parametrize("model", FIELDS, ids=lambda model: model.__name__)
def test_nothing_else_is_held(model):
    assert {field.name for field in model._meta.fields} == FIELDS[model]


def test_volunteers_are_ordered_by_name_or_time_alone():
    found = set()
    for path in (ROOT / "volunteers/service").glob("*.py"):
        for match in ORDERINGS.finditer(path.read_text()):
            found |= {name.lstrip("-") for name in re.findall(r"[\"']([^\"']+)[\"']", match[1] or match[2] or "")}
    assert found - HARMLESS == set()
    assert found  # the pattern still finds what it looks for


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["", "?ordering=-size", "?ordering=hours", "?sort=points", "?order_by=-joined_at"])
def test_no_query_reorders_the_teams(cast, browse, query):
    for name in ("护河队", "爱心队", "修车队"):
        services.found_team(actor=cast.actor("secretary"), grid=cast.place.community, name=name, kind="service")
    text = browse().get(f"/teams/{query}").content.decode()
    places = [text.index(name) for name in ("爱心队", "护河队", "修车队")]
    assert places == sorted(places)


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["", "?ordering=claimed_by", "?ordering=-fulfilled", "?sort=speed"])
def test_no_query_reorders_the_wishes_by_who_helps(cast, call, query):
    from tests.petitions.wishes.people import a_wish

    first, second = a_wish(cast), a_wish(cast)
    rows = call("resident").get(f"/api/v1/wishes/{query}").data["results"]
    assert [row["id"] for row in rows] == [str(second.pk), str(first.pk)]


@pytest.mark.django_db
def test_members_stand_by_name_however_long_they_have_been_there(cast):
    people = {who: services.become_volunteer(actor=cast.actor(who), name=name) for who, name in NAMES.items()}
    team = services.found_team(actor=cast.actor("secretary"), grid=cast.place.community, name="护河队", kind="service")
    for who in ("outsider", "volunteer", "neighbour"):
        asked = services.ask_to_join(actor=cast.actor(who), team_id=team.pk)
        services.take_in(actor=cast.actor("secretary"), membership_id=asked.pk)
    assert [row.volunteer for row in queries.members_of(team)] == [people[who] for who in NAMES]
    assert queries.asking_for(cast.actor("secretary"), timezone.now()) == []


NAMES = {
    "volunteer": "李梅",
    "outsider": "孙晓",
    "neighbour": "张强",
}  # by pinyin; by code point 张 would come before 李


def test_nobody_is_asked_about_the_party():
    """Guardrail 4."""
    files = [*(ROOT / "volunteers/service").glob("*.py"), *(ROOT / "templates/volunteers/service").glob("*.html")]
    asked = [path.name for path in files if path.name != "demo.py" and "党员" in path.read_text()]
    assert asked == []
