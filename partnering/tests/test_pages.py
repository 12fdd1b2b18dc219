"""The pages at the foot: what they promise is what the rules say, and the rules are what the doors do."""

import pytest
from django.urls import reverse

import reflection.rules  # noqa: F401  its rows belong to the list, whichever file is read first
from partnering.tests.house import our_patterns
from partnering.tests.test_architecture import decorators, rendered, view_functions
from partnerships.enums import Role
from partnerships.rules import NO, all_rules

# Pages on which nothing of a person or of what they wrote is read: a form to fill in, a question to answer, the framework.
NOTHING_TO_SEE = {
    "home", "who_can_see_what", "accessibility", "help",  # made of the others, or of nobody's words
    "invitation_read", "invitation_decline", "partnership_found", "partnership_first_steps",
    "partnership_update", "partnership_raise", "lead_create", "lead_end", "person_update", "mail_stop", "mail_pause",
    "membership_profile", "membership_ring", "membership_change", "membership_leave", "membership_end",
    "stakeholder_create", "stakeholder_update", "stakeholder_position_create",
    "framework_detail", "activity_list",
    "session_schedule", "session_open", "session_unschedule", "session_cancel", "session_close", "session_share", "session_more_time",
    "session_end_writing", "session_reveal", "session_remind", "round_reveal", "round_keep_closed", "round_move", "participation_call",
    "participation_called", "draft_discard", "draft_keep", "draft_confirm", "answer_add", "answer_take_back", "answer_move",
    "theme_create", "theme_update", "theme_merge", "theme_delete", "theme_differ",
    "learning_create", "learning_update", "learning_delete", "learning_review", "decision_create", "decision_update", "decision_delete",
    "matter_create", "matter_settle", "matter_delete", "action_create", "action_update", "action_delete", "action_review",
    "guest_code", "guest_join", "guest_wait", "live_begin", "live_lead", "live_mine", "mail_fewer",
    "action_complete", "checkin_answer", "checkin_reply", "checkin_reply_sent", "rhythm_update", "rhythm_mail", "trial_home", "trial_mail", "trial_message", "trial_reset",
}  # fmt: skip
# These doors hand over nothing but one's own place.
OWN = {"participation", "writing", "draft", "voting", "action_ownership"}


def doors():
    return {name: entry.callback.access for name, _, entry in our_patterns()}


def test_every_page_that_shows_something_has_a_row():
    on_a_row = {page.split(":")[-1] for rule in all_rules() for page in rule.pages}
    pages = {
        function.name
        for _, _, _, function in view_functions()
        if set(rendered(function)) and "require_POST" not in decorators(function)
    }
    assert pages - on_a_row - NOTHING_TO_SEE == set()


def test_every_row_names_pages_that_exist():
    assert {page for rule in all_rules() for page in rule.pages} - set(doors()) == set()


@pytest.mark.parametrize("rule", [rule for rule in all_rules() if rule.pages], ids=lambda rule: rule.key)
def test_a_row_says_what_the_doors_of_its_pages_do(rule):
    accesses = [doors()[page] for page in rule.pages]
    shared = [access for access in accesses if not access.own and access.kind not in OWN]
    if rule.key == "dots":  # one's own door, and everybody reads the totals on the answers
        shared = [doors()["reflection:answer_list"]]
    # A programme's doors ask for no role in the partnership: they open what it shared, and nothing of the group's own.
    if any(access.kind == "programme" for access in shared):
        assert rule.programme != NO
    least = min((access.role for access in shared if access.kind != "programme"), default=None)
    assert (rule.facilitators != NO) == (least is not None)
    assert (rule.group != NO) == (least is not None and least <= Role.MEMBER)
    assert (rule.readers != NO) == (least is not None and least <= Role.OBSERVER)


@pytest.mark.django_db
def test_who_can_see_what_prints_every_rule_word_for_word(client):
    page = client.get(reverse("who_can_see_what")).text
    for rule in all_rules():
        assert page.count(rule.thing) == 2  # the table, and the list for phones
    assert "never fewer than 3" in page
    assert "Your group chose" not in page


@pytest.mark.django_db
def test_who_can_see_what_knows_the_groups_of_whoever_signed_in(client, larkmere, bea, settings):
    settings.OPERATOR_NAME, settings.CONTROLLER_NAME, settings.BACKUP_DAYS = (
        "Northfold Digital",
        "Voluntary Action Larkmere",
        21,
    )
    client.force_login(bea)
    page = client.get(reverse("who_can_see_what")).text
    assert "Your group chose 5." in page
    assert "Northfold Digital keeps it running, for Voluntary Action Larkmere" in page
    assert "Copies are kept for 21 days" in page


@pytest.mark.django_db
def test_accessibility_says_how_to_reach_someone(client, settings):
    settings.CONTACT_EMAIL = ""
    assert "Tell whoever leads your sessions" in client.get(reverse("accessibility")).text
    settings.CONTACT_EMAIL = "help@larkmere.example"
    page = client.get(reverse("accessibility")).text
    assert "mailto:help@larkmere.example" in page
    assert "WCAG 2.2" in page and "Equality Advisory and Support Service" in page


@pytest.mark.django_db
def test_help_links_into_the_partnership_of_those_who_lead(client, larkmere, amina, bea):
    plan = reverse("reflection:session_plan", args=[larkmere.pk])
    for person, there in ((None, False), (bea, False), (amina, True)):
        if person:
            client.force_login(person)
        assert (plan in client.get(reverse("help")).text) == there


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["who_can_see_what", "accessibility", "help"])
def test_foot_pages_keep_the_way_home(client, larkmere, bea, name, django_assert_max_num_queries):
    client.force_login(bea)
    client.get(reverse(name))
    with django_assert_max_num_queries(4):
        page = client.get(reverse(name)).text
    assert reverse("reflection:session_list", args=[larkmere.pk]) in page
