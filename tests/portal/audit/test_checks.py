from io import StringIO

import pytest
from django.core.management import call_command

SOUND = {"DEBUG": False, "DEMO": False, "DATABASE_APP_ROLE": "app", "SECRET_KEY": "s" * 60, "AUDIT_KEY": "a" * 60}


@pytest.fixture
def deploy_check(settings):
    """deploy_check(AUDIT_KEY="") → what `manage.py check --deploy` says, on a centre that is sound but for that."""

    def said(**changed: object) -> str:
        for name, value in (SOUND | changed).items():
            setattr(settings, name, value)
        errors = StringIO()
        call_command("check", deploy=True, stdout=StringIO(), stderr=errors)
        return errors.getvalue()

    return said


def test_check_is_content_with_two_roles_and_a_key(deploy_check):
    assert "portal.W" not in deploy_check()


def test_check_warns_of_one_role_for_all(deploy_check):
    said = deploy_check(DATABASE_APP_ROLE="")
    assert "portal.W001" in said
    assert "DATABASE_APP_ROLE" in said
    assert "portal.W002" not in said


@pytest.mark.parametrize("key", ["", SOUND["SECRET_KEY"]])
def test_check_warns_of_a_trail_without_its_own_key(deploy_check, key):
    said = deploy_check(AUDIT_KEY=key)
    assert "portal.W002" in said
    assert "AUDIT_KEY" in said
    assert "portal.W001" not in said


@pytest.mark.parametrize("trying", ["DEBUG", "DEMO"])
def test_check_leaves_those_who_only_try_in_peace(deploy_check, trying):
    assert "portal.W" not in deploy_check(DATABASE_APP_ROLE="", AUDIT_KEY="", **{trying: True})


def test_check_without_deploy_says_nothing(deploy_check, settings):
    settings.AUDIT_KEY = settings.DATABASE_APP_ROLE = ""
    errors = StringIO()
    call_command("check", stdout=StringIO(), stderr=errors)
    assert errors.getvalue() == ""
