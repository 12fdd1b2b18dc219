from datetime import date

import pytest
from django.core.exceptions import ValidationError

from partnerships.domain.members import leave_partnership
from partnerships.domain.stakeholders import add_stakeholder, record_position, update_stakeholder
from partnerships.models.base import StaleVersion
from partnerships.models.stakeholders import Stakeholder, StakeholderPosition
from partnerships.tests.cast import membership_of
from partnerships.tests.factories import make_stakeholder, moment
from partnerships.tests.together import at_once

pytestmark = pytest.mark.django_db
NOW = moment("2026-11-30 12:00")


def test_a_group_is_added_with_who_is_in_touch(larkmere, bea):
    group = add_stakeholder(
        partnership=larkmere,
        by=bea,
        name="  Vale  Food Bank ",
        kind="Charities",
        held_by=membership_of(bea, larkmere),
        at=NOW,
    )
    kept = Stakeholder.objects.get()
    assert (kept, kept.name, kept.held_by.person, kept.created_by, kept.version) == (
        group,
        "Vale Food Bank",
        bea,
        bea,
        1,
    )


def test_a_name_is_there_once_in_each_partnership(larkmere, quarry_end, bea):
    make_stakeholder(larkmere, bea, "Vale Food Bank")
    make_stakeholder(quarry_end, bea, "Vale Food Bank")
    with pytest.raises(ValidationError, match="This group is in the list already"):
        make_stakeholder(larkmere, bea, "VALE food bank")


@pytest.mark.parametrize("who", ["lena", "fay", "dan"])
def test_who_is_in_touch_is_of_the_group_today(house, who):
    holder = house.of(who, house.quarry_end if who == "dan" else house.larkmere)
    group = make_stakeholder(house.larkmere, house.bea)
    with pytest.raises(ValidationError) as refused:
        update_stakeholder(stakeholder=group, by=house.bea, expected=1, held_by=holder)
    assert refused.value.message_dict == {"held_by": ["Choose someone who is in the group today."]}
    assert Stakeholder.objects.get().held_by is None


def test_a_stale_change_shows_what_was_saved_in_between(larkmere, bea):
    mine = make_stakeholder(larkmere, bea)
    theirs = Stakeholder.objects.get()
    update_stakeholder(stakeholder=theirs, by=bea, expected=1, accountable_for="One clear ask at a time")
    with pytest.raises(StaleVersion) as stale:
        update_stakeholder(stakeholder=mine, by=bea, expected=1, accountable_for="Something else")
    assert stale.value.current.accountable_for == "One clear ask at a time"


def test_a_day_that_has_not_come_is_refused(larkmere, bea):
    group = make_stakeholder(larkmere, bea)
    with pytest.raises(ValidationError, match="This day has not come yet"):
        update_stakeholder(stakeholder=group, by=bea, expected=1, last_talked_on=date(2026, 12, 1), at=NOW)
    with pytest.raises(ValidationError, match="This day has not come yet"):
        record_position(stakeholder=group, by=bea, agreement=3, trust=3, on=date(2026, 12, 1), at=NOW)


def test_a_position_is_a_dated_row_and_the_same_day_replaces(larkmere, bea):
    group = make_stakeholder(larkmere, bea)
    record_position(stakeholder=group, by=bea, agreement=2, trust=4, on=date(2026, 5, 1), at=NOW)
    record_position(stakeholder=group, by=bea, agreement=1, trust=1, at=NOW)
    record_position(stakeholder=group, by=bea, agreement=5, trust=3, note=" After the fair. ", at=NOW)
    assert list(group.positions.values_list("on", "agreement", "trust", "note")) == [
        (date(2026, 5, 1), 2, 4, ""),
        (date(2026, 11, 30), 5, 3, "After the fair."),
    ]


@pytest.mark.parametrize(("agreement", "trust"), [(0, 3), (3, 6), (3, -1)])
def test_positions_go_from_one_to_five(larkmere, bea, agreement, trust):
    group = make_stakeholder(larkmere, bea)
    with pytest.raises(ValidationError):
        record_position(stakeholder=group, by=bea, agreement=agreement, trust=trust, at=NOW)
    assert not StakeholderPosition.objects.exists()


def test_whoever_leaves_is_in_touch_no_longer_only_when_someone_says_so(larkmere, bea):
    """The row still says who held the contact, so the page can ask who takes it on."""
    group = make_stakeholder(larkmere, bea, held_by=membership_of(bea, larkmere))
    leave_partnership(membership=membership_of(bea, larkmere), by=bea)
    group.refresh_from_db()
    assert not group.held_by.is_current


def test_two_looks_on_the_same_day_at_the_same_moment_are_one(transactional_db, larkmere, bea):
    group = make_stakeholder(larkmere, bea)
    at_once(
        *(
            lambda trust=trust: record_position(stakeholder=group, by=bea, agreement=3, trust=trust, at=NOW)
            for trust in (1, 2, 3)
        )
    )
    assert group.positions.count() == 1


def test_a_list_costs_the_same_whatever_its_length(larkmere, bea, django_assert_num_queries):
    for number in range(6):
        group = make_stakeholder(larkmere, bea, held_by=membership_of(bea, larkmere))
        record_position(stakeholder=group, by=bea, agreement=3, trust=1 + number % 5, at=NOW)
    with django_assert_num_queries(2):
        for each in larkmere.stakeholders.with_positions():
            assert (each.held_by.person.short_name, len(each.positions.all())) == ("Bea", 1)
