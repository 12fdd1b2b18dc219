"""Who joins, changes, leaves and returns. History is added to, never overwritten."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from partnerships import signals
from partnerships.domain.members import (
    change_organisation,
    change_ring,
    change_role,
    join_partnership,
    leave_partnership,
    set_brings,
    update_profile,
)
from partnerships.domain.partnerships import update_partnership
from partnerships.enums import Authority, ChangeKind, Ring, SeenBy
from partnerships.models.base import StaleVersion
from partnerships.models.members import Bring, Membership, MembershipChange
from partnerships.tests.access_table import fingerprint
from partnerships.tests.cast import membership_of
from partnerships.tests.factories import make_member, make_organisation, make_partnership, make_person, moment
from partnerships.tests.together import at_once

pytestmark = pytest.mark.django_db
NOW = moment("2026-11-30 12:00")


def history(membership):
    return [
        (change.on.isoformat(), change.kind, change.before, change.after, change.reason)
        for change in membership.changes.all()
    ]


def test_joining_is_dated_where_the_partnership_lives(db):
    partnership = make_partnership(time_zone="Pacific/Auckland", at=moment("2026-01-01 09:00"))
    member = make_member(partnership, at=moment("2026-05-31 20:00"), ring=Ring.WIDER)
    assert member.joined_on == date(2026, 6, 1)
    assert history(member) == [("2026-06-01", ChangeKind.JOINED, "", "Wider", "")]


def test_joining_twice_is_refused(larkmere, bea):
    with pytest.raises(ValidationError, match="Bea is in Larkmere Vale Together already"):
        join_partnership(partnership=larkmere, person=bea, by=bea, at=NOW)


def test_nobody_joins_a_partnership_that_has_ended(larkmere, dan, amina):
    update_partnership(partnership=larkmere, by=amina, expected=larkmere.version, ended_on=date(2026, 11, 29))
    with pytest.raises(ValidationError, match="ended on 29 November 2026"):
        join_partnership(partnership=larkmere, person=dan, by=amina, at=NOW)


def test_an_organisation_comes_to_the_table_with_its_member(larkmere, dan):
    organisation = make_organisation("Vale Buses")
    join_partnership(partnership=larkmere, person=dan, by=dan, organisation=organisation, at=NOW)
    assert organisation in type(organisation).objects.around(larkmere)


def test_change_ring_adds_a_dated_row_with_its_reason(larkmere, helen):
    helen = membership_of(helen, larkmere)
    change_ring(membership=helen, ring=Ring.ACTIVE, by=helen.person, reason="I have fewer Tuesdays.", at=NOW)
    change_ring(membership=helen, ring=Ring.ACTIVE, by=helen.person, at=NOW)
    assert helen.ring == membership_of(helen.person, larkmere).ring == Ring.ACTIVE
    assert history(helen)[1:] == [("2026-11-30", ChangeKind.RING, "Core", "Active", "I have fewer Tuesdays.")]


def test_change_organisation_says_from_what_to_what(larkmere, bea):
    mine, other = membership_of(bea, larkmere), make_organisation("Vale Buses")
    change_organisation(membership=mine, organisation=None, by=bea, at=NOW)
    for _ in range(2):
        change_organisation(membership=mine, organisation=other, by=bea, at=NOW + timedelta(minutes=1))
    resident = "resident, for no organisation"
    assert history(mine)[1:] == [
        ("2026-11-30", ChangeKind.ORGANISATION, "Tannery Row Kitchen", resident, ""),
        ("2026-11-30", ChangeKind.ORGANISATION, resident, "Vale Buses", ""),
    ]


ROLES = {
    "takes part": (True, False, False),
    "facilitates": (False, True, False),
    "takes part and facilitates": (True, True, False),
    "reads what is shared": (False, False, True),
}


@pytest.mark.parametrize("before", ROLES)
@pytest.mark.parametrize("after", ROLES)
@pytest.mark.parametrize("another_facilitates", [True, False])
def test_every_change_of_role(db, before, after, another_facilitates):
    """All sixteen pairs, with and without someone else who facilitates: only the last facilitator may not stop."""
    founder = make_person()
    partnership = make_partnership(founder)
    member = make_member(partnership)
    takes_part, facilitates, observes = ROLES[before]
    change_role(membership=member, by=founder, takes_part=takes_part, facilitates=facilitates, observes=observes)
    if not another_facilitates:
        Membership.objects.filter(person=founder).update(facilitates=False)
    rows = member.changes.count()
    takes_part, facilitates, observes = ROLES[after]
    wanted = {"takes_part": takes_part, "facilitates": facilitates, "observes": observes}
    leaves_nobody = ROLES[before][1] and not facilitates and not another_facilitates
    if leaves_nobody:
        with pytest.raises(ValidationError, match="Nobody else facilitates here"):
            change_role(membership=member, by=founder, **wanted)
    else:
        change_role(membership=member, by=founder, **wanted)
    kept = Membership.objects.get(pk=member.pk)
    expected = before if leaves_nobody else after
    assert (kept.takes_part, kept.facilitates, kept.observes) == ROLES[expected]
    assert kept.changes.count() == rows + (expected != before)
    if expected != before:
        latest = kept.changes.filter(kind=ChangeKind.ROLE).latest("recorded_at")
        assert (latest.before, latest.after) == (before, after)


def test_a_reader_who_would_take_part_is_refused_with_words(larkmere, bea, amina):
    with pytest.raises(ValidationError, match="or only reads what is shared"):
        change_role(
            membership=membership_of(bea, larkmere), by=amina, takes_part=True, facilitates=False, observes=True
        )


def test_leaving_ends_the_membership_and_tells_whoever_listens(larkmere, bea):
    mine, heard = membership_of(bea, larkmere), []
    update_profile(
        membership=mine, by=bea, expected=mine.version, limits="No screens after a shift.", hopes="Nobody asks twice."
    )

    def listener(**said):
        heard.append((said["membership"].pk, said["membership"].left_on, said["by"], said["at"]))

    signals.membership_ended.connect(listener)
    try:
        leave_partnership(membership=mine, by=bea, reason="Back on the ward.", at=NOW)
    finally:
        signals.membership_ended.disconnect(listener)
    assert heard == [(mine.pk, date(2026, 11, 30), bea, NOW)]
    kept = membership_of(bea, larkmere)
    assert (kept.left_on, kept.limits, kept.hopes) == (date(2026, 11, 30), "", "Nobody asks twice.")
    assert history(kept)[-1] == ("2026-11-30", ChangeKind.LEFT, "Core", "", "Back on the ward.")


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2026, 12, 1), "This day has not come yet"),
        (date(2025, 8, 31), "The last day can’t be before the first, 1 September 2025"),
    ],
)
def test_a_last_day_that_does_not_fit_is_refused(larkmere, bea, on, words):
    mine = membership_of(bea, larkmere)
    with pytest.raises(ValidationError, match=words):
        leave_partnership(membership=mine, by=bea, on=on, at=NOW)
    assert membership_of(bea, larkmere).is_current


def test_nobody_leaves_twice(larkmere, lena):
    gone = membership_of(lena, larkmere)
    for change in (
        lambda: leave_partnership(membership=gone, by=lena, at=NOW),
        lambda: change_ring(membership=gone, ring=Ring.CORE, by=lena, at=NOW),
        lambda: change_role(membership=gone, by=lena, takes_part=False, facilitates=True, at=NOW),
        lambda: change_organisation(membership=gone, organisation=None, by=lena, at=NOW),
    ):
        with pytest.raises(ValidationError, match="Lena left on 30 September 2026"):
            change()


def test_the_last_who_facilitates_cannot_leave(quarry_end, dan, piotr):
    leave_partnership(membership=membership_of(piotr, quarry_end), by=piotr, at=NOW)
    with pytest.raises(ValidationError, match="Nobody else facilitates here"):
        leave_partnership(membership=membership_of(dan, quarry_end), by=dan, at=NOW)
    assert membership_of(dan, quarry_end).is_current


def test_whoever_returns_gets_a_new_membership(larkmere, lena):
    before = membership_of(lena, larkmere)
    again = join_partnership(partnership=larkmere, person=lena, by=lena, at=NOW)
    assert again.pk != before.pk
    assert history(again) == [("2026-11-30", ChangeKind.RETURNED, "", "Active", "")]
    assert Membership.objects.get(pk=before.pk).left_on == date(2026, 9, 30)


def test_nobody_returns_before_they_left(larkmere, lena):
    with pytest.raises(ValidationError, match="Lena was still here on that day"):
        join_partnership(partnership=larkmere, person=lena, by=lena, at=moment("2026-09-29 12:00"))


def test_a_profile_is_written_by_its_own_person(larkmere, bea, amina):
    mine = membership_of(bea, larkmere)
    with pytest.raises(PermissionDenied):
        update_profile(membership=mine, by=amina, expected=1, hopes="Hers")
    with pytest.raises(PermissionDenied):
        set_brings(membership=mine, by=amina, brings=[("skill", "Hers")])
    assert not Bring.objects.exists()


def test_a_whole_profile_is_saved_in_one_go(larkmere, bea):
    mine = membership_of(bea, larkmere)
    update_profile(
        membership=mine,
        by=bea,
        expected=mine.version,
        hopes="That nobody asks twice.",
        hopes_seen_by=SeenBy.FACILITATORS,
        room_hours=6,
        authority=Authority.CONSULT,
        consult_whom="Our cooks",
        consult_days="about a week",
        brings=[("skill", "Cooks for sixty"), ("connection", "  "), ("resource", "Two big pots")],
    )
    kept = membership_of(bea, larkmere)
    assert (kept.hopes, kept.hopes_seen_by, kept.room_hours, kept.authority, kept.version) == (
        "That nobody asks twice.",
        "facilitators",
        6,
        "consult",
        2,
    )
    assert list(kept.brings.values_list("kind", "text")) == [("skill", "Cooks for sixty"), ("resource", "Two big pots")]


def test_a_stale_profile_changes_nothing_and_keeps_its_brings(larkmere, bea):
    mine, elsewhere = membership_of(bea, larkmere), membership_of(bea, larkmere)
    update_profile(membership=elsewhere, by=bea, expected=1, hopes="First", brings=[("skill", "Kept")])
    with pytest.raises(StaleVersion) as stale:
        update_profile(membership=mine, by=bea, expected=1, hopes="Second", brings=[])
    assert stale.value.current.hopes == "First"
    assert list(mine.brings.values_list("text", flat=True)) == ["Kept"]


def test_lines_that_need_a_look_are_named_and_nothing_is_saved(larkmere, bea):
    mine = membership_of(bea, larkmere)
    set_brings(membership=mine, by=bea, brings=[("skill", "Kept")])
    with pytest.raises(ValidationError) as refused:
        set_brings(membership=mine, by=bea, brings=[("skill", "Fine"), ("magic", "Wand"), ("skill", "x" * 201)])
    assert refused.value.message_dict == {
        "brings": [
            "Line 2: Value 'magic' is not a valid choice.",
            "Line 3: Ensure this value has at most 200 characters (it has 201).",
        ]
    }
    assert list(mine.brings.values_list("text", flat=True)) == ["Kept"]
    with pytest.raises(ValidationError, match="That is 31 lines"):
        set_brings(membership=mine, by=bea, brings=[("skill", "x")] * 31)


@pytest.mark.parametrize("change", ["ring", "role", "organisation", "leave"])
def test_a_reason_that_is_too_long_undoes_the_change(larkmere, bea, change):
    mine, reason = membership_of(bea, larkmere), "x" * 501
    before = fingerprint(Membership, MembershipChange)
    with pytest.raises(ValidationError, match="at most 500 characters"):
        {
            "ring": lambda: change_ring(membership=mine, ring=Ring.WIDER, by=bea, reason=reason),
            "role": lambda: change_role(membership=mine, takes_part=True, facilitates=True, by=bea, reason=reason),
            "organisation": lambda: change_organisation(membership=mine, organisation=None, by=bea, reason=reason),
            "leave": lambda: leave_partnership(membership=mine, by=bea, reason=reason),
        }[change]()
    assert fingerprint(Membership, MembershipChange) == before


def test_two_who_leave_at_the_same_moment_do_not_leave_nobody(transactional_db):
    for _ in range(5):
        founder, other = make_person(), make_person()
        partnership = make_partnership(founder)
        make_member(partnership, other, facilitates=True)
        found = at_once(
            *(
                lambda who=who, where=partnership: leave_partnership(membership=membership_of(who, where), by=who)
                for who in (founder, other)
            )
        )
        assert sorted(type(each).__name__ for each in found) == ["Membership", "ValidationError"]
        assert partnership.memberships.current().facilitating().count() == 1


def test_joining_twice_at_the_same_moment_is_once(transactional_db):
    partnership, person = make_partnership(), make_person()
    found = at_once(*[lambda: join_partnership(partnership=partnership, person=person, by=person)] * 4)
    assert sorted(type(each).__name__ for each in found) == [
        "Membership",
        "ValidationError",
        "ValidationError",
        "ValidationError",
    ]
    assert person.memberships.count() == 1
