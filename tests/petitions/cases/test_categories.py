"""A category in use is retired, not deleted: gone from the forms, still on what was filed under it."""

import pytest
from django.db.models import ProtectedError
from django.urls import reverse

from petitions.cases import admin, queries
from petitions.cases.models import Category
from portal.audit.models import AuditEntry


def delete(client, category):
    return client.post(reverse("admin:petitions_category_delete", args=[category.pk]), {"post": "yes"}, follow=True)


def test_one_in_use_is_not_deleted_and_the_page_says_what_to_do(desk, browse, category):
    desk.file(category=category)
    client = browse("sysadmin")
    page = delete(client, category)
    assert page.status_code == 200
    assert "有 1 处用着这一类，不能删。" in page.content.decode()
    assert Category.objects.filter(pk=category.pk).exists()
    with pytest.raises(ProtectedError):  # and the table itself says no
        category.delete()


def test_used_at_the_last_moment_it_is_a_sentence_and_no_error(desk, browse, category, monkeypatch):
    desk.file(category=category)
    monkeypatch.setattr(queries, "uses_of", lambda found: 0)
    page = delete(browse("sysadmin"), category)
    assert page.status_code == 200
    assert Category.objects.filter(pk=category.pk).exists()


def test_one_never_used_is_deleted_and_recorded(browse, category):
    assert delete(browse("sysadmin"), category).status_code == 200
    assert not Category.objects.exists()
    assert AuditEntry.objects.filter(verb="case.category.delete", object_id=str(category.pk)).count() == 1


def test_there_is_no_bulk_deleting(browse, category):
    url = reverse("admin:petitions_category_changelist")
    page = browse("sysadmin").post(url, {"action": "delete_selected", "_selected_action": [category.pk]}, follow=True)
    assert page.status_code == 200
    assert Category.objects.exists()


def test_retired_it_is_gone_from_every_form_and_stays_on_old_cases(desk, browse, call, category):
    old = desk.file(category=category)
    category.is_active = False
    category.save()
    assert category.name not in browse().get("/report/").content.decode()
    assert category.name not in browse("clerk").get("/desk/").content.decode()
    accept = browse("clerk").get(reverse("case-event", args=[old.ref, "accept"])).content.decode()
    assert f'value="{category.code}"' not in accept
    assert category.name in browse("clerk").get(old.get_absolute_url()).content.decode()
    assert browse().get("/report/", {"category": category.code}).status_code == 200
    body = {"title": "灯", "description": "楼道灯不亮了", "category": category.code}
    assert call("resident").post("/api/v1/cases/", body, format="json").status_code in (201, 422)
    desk.act(old, "accept", "clerk")
    old.refresh_from_db()
    assert old.category == category


def test_what_stands_on_it_is_said_on_its_own_page(desk, browse, category):
    desk.file(category=category)
    page = browse("sysadmin").get(reverse("admin:petitions_category_change", args=[category.pk])).content.decode()
    assert admin.retire_instead(1) in page
