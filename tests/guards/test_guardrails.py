"""What this portal promises, numbered, and the tests that hold each promise: a promise without a test is not one.

A test says which promise it holds: in its name (test_guardrail_7_…), in its docstring ("Guardrail 7: …"), or in that of
its file. It is looked up in the code, so that a test that is renamed or deleted is missed here.
"""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from portal.privacy.checks import tables

TESTS = Path(__file__).resolve().parent.parent
VISITS, REGISTRY, PRIVACY = "grids/visits", "grids/registry", "portal/privacy"
# number → the promise, and where it is tested: file → names of tests.
GUARDRAILS: dict[int, tuple[str, dict[str, list[str]]]] = {
    1: (
        "Every personal field is declared once with purpose, basis and retention; an undeclared one fails the checks.",
        {
            "guards/test_declared.py": [
                "test_guardrail_1_every_column_is_declared_or_was_looked_at",
                "test_guardrail_1_a_declaration_says_what_is_there",
                "test_guardrail_1_purpose_basis_retention_and_whose",
                "test_a_new_column_fails_until_somebody_has_looked",
                "test_a_new_table_fails_until_somebody_has_looked",
            ]
        },
    ),
    2: (
        "Not held at all: religion, ethnicity, fertility, health, crime, faces, watch lists, movements, log-in counts.",
        {
            "guards/test_declared.py": [
                "test_guardrail_2_nothing_sounds_like_what_is_not_held",
                "test_forbidden_name_is_found",
                "test_forbidden_label_is_found",
            ],
            "portal/signin/test_staff.py": ["test_no_password_is_written_down_and_no_success_is_counted"],
        },
    ),
    3: (
        "Nobody is scored, ranked or listed by points, speed, attendance or rating.",
        {
            "guards/test_promises.py": ["test_guardrail_3_nothing_orders_people_by_a_figure"],
            "volunteers/service/test_guardrails.py": [
                "test_volunteers_are_ordered_by_name_or_time_alone",
                "test_no_query_reorders_the_teams",
            ],
        },
    ),
    4: (
        "Party membership is not asked; units hold totals.",
        {
            "volunteers/service/test_guardrails.py": ["test_nobody_is_asked_about_the_party"],
            "volunteers/organisations/test_services.py": ["test_units_hold_totals_and_no_members"],
        },
    ),
    5: (
        "What lies out of reach is not there: list, detail, search, export, report, API, attachment, guessed id.",
        {
            "guards/test_objects.py": ["test_only_who_reaches_it_finds_it"],
            "guards/test_lists.py": ["test_of_another_grid_no_list_says_a_word"],
            "guards/test_promises.py": ["test_guardrail_5_a_failure_inside_a_permission_check_denies"],
            f"{REGISTRY}/test_search.py": ["test_nothing_beyond_reach_is_found"],
            f"{PRIVACY}/test_exports.py": ["test_guardrail_5_nobody_asks_for_what_is_out_of_reach"],
        },
    ),
    6: (
        "No identity numbers; telephones are masked in lists, opened for a reason that is recorded.",
        {
            "guards/test_promises.py": ["test_guardrail_6_no_identity_number_is_held"],
            f"{REGISTRY}/test_pages.py": [
                "test_doors_show_family_names_and_no_telephone",
                "test_number_is_shown_after_a_reason_and_not_before",
            ],
            f"{REGISTRY}/test_api.py": [
                "test_household_shows_its_people_with_masked_telephones",
                "test_reveal_shows_the_number_and_records_who_asked_and_why",
                "test_reveal_without_a_reason_is_refused_and_records_nothing",
            ],
        },
    ),
    7: (
        "Care needs stand on a consent or a law, are seen by two people, never in lists, maps, exports; twelve months.",
        {
            f"{REGISTRY}/test_care.py": [
                "test_guardrail_7_only_the_assignee_and_the_secretary_see_it",
                "test_guardrail_7_nobody_else_acts_on_it",
                "test_guardrail_7_no_page_of_the_door_knows_of_it",
                "test_guardrail_7_no_export_and_no_trail_holds_a_word",
                "test_ground_that_is_none_is_refused",
                "test_reminded_thirty_days_before_and_over_after_twelve_months",
                "test_consent_taken_back_ends_it_at_once",
            ],
            f"{REGISTRY}/test_care_follows.py": [
                "test_guardrail_7_a_need_ends_with_its_person_and_comes_back_as_it_was",
                "test_merged_two_of_a_kind_are_one_and_come_apart_as_they_were",
                "test_consent_ends_with_a_need_that_is_done",
            ],
        },
    ),
    8: (
        "For a child under 14 the guardian consents; who may fetch it is forgotten 30 days after the term.",
        {
            f"{REGISTRY}/test_care.py": ["test_guardrail_8_for_a_child_the_guardian_consents"],
            "centres/activities/test_pickup.py": [
                "test_thirty_days_after_the_term_nobody_knows_who_fetched",
                "test_forgetting_twice_changes_nothing_and_a_later_session_puts_it_off",
            ],
        },
    ),
    9: (
        "One page: what is held, why, until when, who looked; correct, take along, withdraw, erase; on paper too.",
        {
            f"{PRIVACY}/test_my_data.py": [
                "test_page_shows_every_field_with_purpose_basis_and_end",
                "test_page_says_who_looked_when_and_why_by_role_and_place",
                "test_no_look_is_lost_however_many_and_however_old",
                "test_on_paper_everything_stands_open",
                "test_printed_twin_asks_why_and_is_itself_a_look",
                "test_nobody_else_prints_it",
                "test_take_along_is_for_machines_and_for_people",
                "test_consent_is_given_once_withdrawn_at_once_and_expires",
            ],
            f"{PRIVACY}/test_erasing.py": [
                "test_erased_name_telephone_and_words_are_gone_everywhere",
                "test_guardrail_9_what_it_waits_for_is_said_and_it_is_done_by_itself",
            ],
        },
    ),
    10: (
        "Retention runs every night, is safe to run twice, logs counts; a restored backup erases again.",
        {
            f"{PRIVACY}/test_retention.py": [
                "test_guardrail_10_every_declared_term_is_a_row_of_this_table",
                "test_guardrail_10_nothing_before_its_term_and_nothing_after_it",
                "test_killed_in_between_the_next_night_goes_on",
                "test_who_left_half_a_year_ago_has_no_name",
            ],
            f"{PRIVACY}/test_erasing.py": ["test_guardrail_10_nights_delete_once_and_count"],
            f"{PRIVACY}/test_restore.py": ["test_guardrail_10_a_restored_backup_erases_again"],
        },
    ),
    11: (
        "Workers are not tracked: no geolocation; a visit has an outcome and a time; photos lose their place.",
        {
            "guards/test_promises.py": [
                "test_guardrail_11_no_page_asks_where_a_telephone_is",
                "test_guardrail_11_a_visit_holds_no_place_but_the_door",
            ],
            "portal/attachments/test_photos.py": ["test_a_phones_photo_keeps_no_place_no_camera_no_name"],
        },
    ),
    12: (
        "Counts of residents by a personal trait are hidden under 10, and subtracting does not reveal them.",
        {
            f"{PRIVACY}/test_cells.py": [
                "test_small_count_is_said_without_its_number",
                "test_hidden_counts_cannot_be_had_by_subtracting_from_the_total",
            ],
            "volunteers/service/test_pages.py": ["test_fewer_than_ten_are_not_counted_in_public"],
        },
    ),
    13: (
        "Wishes show no name, door or photo in public; contact comes after consent and goes at closing.",
        {
            "petitions/wishes/test_privacy.py": [
                "test_public_page_gives_nobody_away",
                "test_contact_stays_hidden_without_consent",
                "test_contact_is_erased_at_closing",
            ]
        },
    ),
    15: (
        "Exports of personal data need two people, carry a watermark and expire.",
        {
            f"{PRIVACY}/test_exports.py": [
                "test_guardrail_15_nobody_lets_out_what_they_asked_for",
                "test_guardrail_15_others_find_nothing",
                "test_guardrail_15_every_sheet_and_the_workbook_say_whose_it_is",
                "test_guardrail_15_the_file_is_gone_after_seven_days",
                "test_each_person_in_it_reads_that_it_was_made",
            ],
            f"{PRIVACY}/test_retention.py": ["test_file_that_nobody_stands_for_goes"],
        },
    ),
    17: (
        "Lockout, idle log-out, a second factor where care needs are seen, no default account outside the demo.",
        {
            "portal/signin/test_staff.py": [
                "test_five_wrong_passwords_lock_the_name_for_half_an_hour",
                "test_desk_that_nobody_sits_at_is_closed",
                "test_session_without_second_factor_reaches_nobody",
                "test_outside_the_demo_nobody_is_shown_and_nobody_equipped",
            ],
            f"{REGISTRY}/test_care.py": ["test_guardrail_17_without_the_second_factor_nothing_is_shown"],
            "grids/postings/test_services.py": ["test_administering_auditing_and_working_stay_apart"],
            f"{VISITS}/test_offline.py": [
                "test_kept_page_names_nobody",
                "test_order_to_wipe_reaches_the_phone_without_a_session_until_it_has_obeyed",
            ],
        },
    ),
    18: (
        "The trail is append-only in the database, sealed in chained batches; last seal and erasures lie outside.",
        {
            "portal/audit/test_trail.py": [
                "test_trail_cannot_be_changed_by_the_application",
                "test_trail_resists_the_owner_outside_maintenance",
            ],
            "portal/audit/test_sealing.py": [
                "test_transaction_that_commits_late_is_not_passed_over",
                "test_tampering_by_the_owner_is_told_in_one_sentence",
                "test_last_seal_is_noted_outside_the_database",
            ],
            "portal/audit/test_ending.py": [
                "test_guardrail_18_lines_end_after_their_time_and_the_chain_holds",
                "test_guardrail_18_the_role_that_serves_pages_cannot",
            ],
            f"{PRIVACY}/test_erasing.py": ["test_guardrail_18_the_list_outside_names_ids_only"],
        },
    ),
}
# Promises about what the portal does not do yet, and the table that will hold it: hours of volunteers, owners' votes.
NOT_YET = {14: "ServiceRecord", 16: "Ballot"}
SAYS = re.compile(r"guardrails?[ _](\d+)", re.IGNORECASE)


@cache
def told_in(file: str) -> dict[str, set[int]]:
    """The tests of a file, each with the promises it says it holds."""
    tree = ast.parse((TESTS / file).read_text())
    of_file = promises(ast.get_docstring(tree) or "")
    return {
        one.name: of_file | promises(one.name) | promises(ast.get_docstring(one) or "")
        for one in tree.body
        if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")
    }


def promises(text: str) -> set[int]:
    return {int(number) for number in SAYS.findall(text)}


def test_every_number_has_its_promise():
    assert sorted([*GUARDRAILS, *NOT_YET]) == list(range(1, 19))


@pytest.mark.parametrize("number", GUARDRAILS)
def test_every_promise_is_held_by_a_test_that_says_so(number):
    _words, where = GUARDRAILS[number]
    named = [(file, name) for file, names in where.items() for name in names]
    missing = [f"{file}::{name}" for file, name in named if name not in told_in(file)]
    silent = [f"{file}::{name}" for file, name in named if number not in told_in(file).get(name, {number})]
    assert named
    assert (missing, silent) == ([], [])


def test_no_test_speaks_of_a_promise_that_is_none():
    spoken = {
        (str(path.relative_to(TESTS)), number)
        for path in TESTS.rglob("test_*.py")
        for numbers in told_in(str(path.relative_to(TESTS))).values()
        for number in numbers
    }
    assert {one for one in spoken if one[1] not in GUARDRAILS and one[1] not in NOT_YET} == set()


def test_what_is_not_there_yet_is_not_there():
    """The day it is, its promise needs its tests."""
    there = {model.__name__ for model in tables()}
    assert {number for number, name in NOT_YET.items() if name in there} == set()
