from datetime import date

import pytest

from partnerships.domain import member_lists
from partnerships.domain.members import join_partnership, leave_partnership, set_brings
from partnerships.enums import BringKind, Ring, Sector
from partnerships.tests.cast import membership_of
from partnerships.tests.factories import moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def everyone(larkmere):
    return list(larkmere.memberships.with_brings().with_last_words())


def names(memberships):
    return [membership.person.full_name for membership in memberships]


def test_people_come_by_the_first_name_that_is_shown(everyone):
    here = member_lists.by_first_name(membership for membership in everyone if membership.is_current)
    assert names(here)[:4] == ["Amina Rahman", "Bea Nwosu", "Derek Onslow", "Fay Lindqvist"]


def test_a_name_to_be_called_by_does_not_change_the_order(larkmere, bea):
    bea.called = "Zed"
    bea.save()
    assert names(larkmere.memberships.current().by_name())[:2] == ["Amina Rahman", "Bea Nwosu"]


def test_a_circle_and_those_who_facilitate(everyone):
    here = [membership for membership in everyone if membership.is_current]
    assert names(member_lists.by_first_name(member_lists.in_circle(here, "core"))) == [
        "Amina Rahman",
        "Bea Nwosu",
        "Helen Marsh",
        "Tom Oyelaran",
    ]
    assert names(member_lists.by_first_name(member_lists.in_circle(here, "facilitate"))) == [
        "Amina Rahman",
        "Ruth Castle",
    ]
    assert len(member_lists.in_circle(here, "nonsense")) == len(here)


def test_found_by_name_organisation_and_what_they_bring(larkmere, bea):
    set_brings(membership=membership_of(bea, larkmere), brings=[(BringKind.SKILL, "Cooks for 60")], by=bea)
    everyone = list(larkmere.memberships.current().with_brings())
    assert names(member_lists.found_by(everyone, "COOKS 60")) == ["Bea Nwosu"]
    assert names(member_lists.found_by(everyone, "tannery")) == ["Bea Nwosu"]
    assert names(member_lists.found_by(everyone, "nwosu kitchen")) == ["Bea Nwosu"]
    assert member_lists.found_by(everyone, "plumer") == []
    assert len(member_lists.found_by(everyone, "  ")) == len(everyone)


def test_comings_and_goings_tell_the_whole_time(larkmere, lena):
    membership_of(lena, larkmere).brings.create(kind=BringKind.CONNECTION, text="Links to schools")
    events = member_lists.comings_and_goings(
        list(larkmere.memberships.with_brings().with_last_words()), began_on=larkmere.started_on
    )
    assert [
        (event.on.isoformat(), event.kind, names(event.people), event.brings, event.words, event.count)
        for event in events
    ] == [
        ("2026-11-09", "joined", ["Samir Haddad"], (), "", 0),
        ("2026-09-30", "left", ["Lena Brandt"], ("Links to schools",), "A new post in another town.", 0),
        ("2026-06-03", "joined", ["Gwen Farrow", "Nia Probert"], (), "", 0),
        ("2026-02-02", "joined", ["Kalpana Iyer"], (), "", 0),
        ("2025-10-13", "joined", ["Piotr Zielak"], (), "", 0),
        ("2025-09-01", "began", [], (), "", 8),
    ]


def test_someone_who_comes_back_has_come_back(larkmere, lena):
    join_partnership(partnership=larkmere, person=lena, by=lena, at=moment("2026-11-20 09:00"))
    everyone = list(larkmere.memberships.with_brings().with_last_words())
    first = member_lists.comings_and_goings(everyone, began_on=larkmere.started_on)[0]
    assert (first.on, first.kind, names(first.people)) == (date(2026, 11, 20), "returned", ["Lena Brandt"])


def test_what_we_may_be_missing_is_what_those_brought_who_left_and_stayed_away(larkmere, lena, derek):
    since = date(2026, 1, 1)
    assert member_lists.recent_losses(list(larkmere.memberships.with_brings()), since=since) == []
    membership_of(lena, larkmere).brings.create(kind=BringKind.CONNECTION, text="Links to schools")
    membership = membership_of(derek, larkmere)
    set_brings(membership=membership, brings=[(BringKind.SKILL, "Adult care")], by=derek)
    leave_partnership(membership=membership, by=derek, at=moment("2026-10-15 09:00"))
    assert names(member_lists.recent_losses(list(larkmere.memberships.with_brings()), since=since)) == [
        "Derek Onslow",
        "Lena Brandt",
    ]
    assert names(member_lists.recent_losses(list(larkmere.memberships.with_brings()), since=date(2026, 10, 1))) == [
        "Derek Onslow"
    ]
    join_partnership(partnership=larkmere, person=lena, by=lena, at=moment("2026-11-20 09:00"))
    assert names(member_lists.recent_losses(list(larkmere.memberships.with_brings()), since=since)) == ["Derek Onslow"]


def test_circles_come_from_the_inside_out_and_empty_ones_are_left_out(everyone):
    here = [membership for membership in everyone if membership.is_current and membership.ring != Ring.ACTIVE]
    assert [(ring, len(people)) for ring, people in member_lists.circles(here)] == [(Ring.CORE, 4), (Ring.WIDER, 3)]


def test_sectors_come_from_a_to_z(everyone):
    assert member_lists.sectors(everyone) == [Sector.VCSE, Sector.COUNCIL, Sector.NHS, Sector.RESIDENT]
