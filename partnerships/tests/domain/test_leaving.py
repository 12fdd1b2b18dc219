"""A last day that is named beforehand: nothing changes until it is over, and it can be taken back."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from partnerships.domain.members import (
    _end_if_due,
    end_due_memberships,
    leave_partnership,
    plan_leaving,
    stay_after_all,
)
from partnerships.enums import ChangeKind, NamedWords
from partnerships.tests.cast import membership_of
from partnerships.tests.factories import make_member, make_partnership, moment

pytestmark = pytest.mark.django_db
NOW = moment("2026-11-30 12:00")
LAST = date(2026, 12, 31)


def plan(larkmere, bea, **more):
    mine = membership_of(bea, larkmere)
    return plan_leaving(membership=mine, by=bea, at=NOW, **({"on": LAST, "reason": "Back on the ward."} | more))


def test_plan_leaving_changes_nothing_until_the_day_is_over(larkmere, bea):
    plan(larkmere, bea, named_words=NamedWords.WITHDRAW)
    assert end_due_memberships(at=moment("2026-12-31 23:30")) == 0
    mine = membership_of(bea, larkmere)
    assert (mine.is_current, mine.leaves_on, mine.leaving_word) == (True, LAST, "Back on the ward.")
    assert end_due_memberships(at=moment("2027-01-01 00:30")) == 1
    assert end_due_memberships(at=moment("2027-01-01 00:30")) == 0
    gone = membership_of(bea, larkmere)
    assert (gone.left_on, gone.leaves_on, gone.leaving_word, gone.named_words) == (LAST, None, "", NamedWords.WITHDRAW)
    last = gone.changes.last()
    assert (last.kind, last.on, last.reason, last.by) == (ChangeKind.LEFT, LAST, "Back on the ward.", bea)


def test_the_day_is_over_where_the_group_lives():
    partnership = make_partnership(time_zone="Pacific/Auckland", at=moment("2026-01-01 09:00"))
    make_member(partnership, facilitates=True, at=moment("2026-02-01 09:00"))
    member = make_member(partnership, at=moment("2026-02-01 09:00"))
    plan_leaving(membership=member, by=member.person, on=LAST, at=NOW)
    assert end_due_memberships(at=moment("2026-12-31 10:30")) == 0  # half past eleven at night in Auckland
    assert end_due_memberships(at=moment("2026-12-31 11:30")) == 1


def test_stay_after_all_takes_it_back(larkmere, bea):
    mine = plan(larkmere, bea, named_words=NamedWords.WITHDRAW)
    stay_after_all(membership=mine, by=bea)
    assert end_due_memberships(at=moment("2027-02-01 12:00")) == 0
    mine = membership_of(bea, larkmere)
    assert (mine.is_current, mine.leaves_on, mine.leaving_word, mine.named_words) == (True, None, "", NamedWords.KEEP)


def test_leaving_today_overtakes_the_day_that_was_named(larkmere, bea):
    mine = plan(larkmere, bea)
    leave_partnership(membership=mine, by=bea, at=NOW)
    gone = membership_of(bea, larkmere)
    assert (gone.left_on, gone.leaves_on) == (date(2026, 11, 30), None)


@pytest.mark.parametrize(
    ("on", "words"), [(date(2026, 11, 30), "Choose a day to come"), (date(2027, 12, 2), "Choose a day within a year")]
)
def test_plan_leaving_refuses_a_day_that_does_not_fit(larkmere, bea, on, words):
    with pytest.raises(ValidationError, match=words):
        plan(larkmere, bea, on=on)
    assert membership_of(bea, larkmere).leaves_on is None


def test_only_oneself_names_a_last_day_or_takes_it_back(larkmere, bea, amina):
    mine = membership_of(bea, larkmere)
    with pytest.raises(PermissionDenied):
        plan_leaving(membership=mine, by=amina, on=LAST, at=NOW)
    plan(larkmere, bea)
    with pytest.raises(PermissionDenied):
        stay_after_all(membership=membership_of(bea, larkmere), by=amina)
    assert membership_of(bea, larkmere).leaves_on == LAST


def test_the_last_who_facilitates_goes_on_until_someone_else_does(quarry_end, dan, piotr):
    both = [membership_of(person, quarry_end) for person in (dan, piotr)]
    for mine in both:
        plan_leaving(membership=mine, by=mine.person, on=LAST, at=NOW)
    assert end_due_memberships(at=moment("2027-01-02 12:00")) == 1
    assert sum(membership_of(person, quarry_end).is_current for person in (dan, piotr)) == 1


def test_whoever_else_ends_it_does_not_choose_about_their_words(larkmere, bea, amina):
    mine = plan(larkmere, bea, named_words=NamedWords.WITHDRAW)
    leave_partnership(membership=mine, by=amina, at=NOW)
    assert membership_of(bea, larkmere).named_words == NamedWords.WITHDRAW


@pytest.mark.parametrize("second_thought", ["stay", "later"])
def test_a_second_thought_while_the_clock_is_working_holds(larkmere, bea, second_thought):
    """What the clock read before it took the lock is old by then; a tick that read it earlier must not end it."""
    mine = plan(larkmere, bea)
    old = membership_of(bea, larkmere)
    if second_thought == "stay":
        stay_after_all(membership=mine, by=bea)
    else:
        plan(larkmere, bea, on=date(2027, 3, 31))
    assert _end_if_due(old, moment("2027-01-02 12:00")) is False
    assert membership_of(bea, larkmere).is_current
