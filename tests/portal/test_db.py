"""Rows written column by column are the rows that were given."""

import pytest

from portal.accounts.models import User
from portal.db import array_of, insert_many
from portal.longwork.models import LongWork

pytestmark = pytest.mark.django_db
ODD = ['a"b', "c\\d", "{e,f}", "NULL", "", " g ", "阿依努尔·买买提", "h\ni"]


def test_insert_many_writes_what_bulk_create_would():
    owner = User.objects.create(username="owner")
    given = [LongWork(owner=owner, kind="k", note=text, params={"said": [text, None, 1.5]}) for text in ODD]
    insert_many(given)
    rows = {one.pk: one for one in LongWork.objects.all()}
    assert [(rows[one.pk].note, rows[one.pk].params, rows[one.pk].finished_at) for one in given] == [
        (text, {"said": [text, None, 1.5]}, None) for text in ODD
    ]
    assert [rows[one.pk].created_at for one in given] == [one.created_at for one in given]
    given[0].note = "later"
    given[0].save()
    assert LongWork.objects.count() == len(ODD)


def test_insert_many_of_nothing_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        insert_many([])


def test_array_is_one_value_with_its_members_quoted():
    assert array_of(["a", None, 'b"', "\\"]) == '{"a",NULL,"b\\"","\\\\"}'
