"""Check-ins: opened once, answered in a minute, drawn once; the numbers never carry a name."""

import threading
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from partnerships.domain.members import leave_partnership
from partnerships.enums import CheckInPace, DispatchState, SeenBy
from partnerships.models.dispatch import Dispatch
from partnerships.models.mail_choices import MailChoice
from partnerships.tests.factories import moment
from reflection.domain.checkin_pages import (
    neighbours_of,
    shapes_of,
    to_ask_each_other,
    words_for_facilitators,
    words_for_the_group,
)
from reflection.domain.checkins import (
    answer_checkin,
    close_checkin,
    close_due_checkins,
    decline_checkin,
    members_to_ask,
    plan_due_checkins,
    remembered_audiences,
    say_how_heard,
    send_checkin_now,
)
from reflection.enums import CheckInKind, Measure
from reflection.models.checkins import CheckIn, CheckInAnswer, CheckInFigure, CheckInInvitee
from reflection.models.rhythms import Rhythm, RhythmPause
from reflection.tests.checkins import TUESDAY, make_checkin, make_rhythm, place_in

pytestmark = pytest.mark.django_db


def answers_from(checkin, count, **given):
    places = list(checkin.invitees.select_related("membership").order_by("pk"))[:count]
    return [answer_checkin(invitee=place, **({"mood": 4, "room": 2} | given)) for place in places]


# --- Opening ---------------------------------------------------------------------------------------------------------
def test_a_checkin_opens_at_its_hour_and_only_once(larkmere):
    make_rhythm(larkmere)
    assert plan_due_checkins(TUESDAY - timedelta(minutes=1)) == 0
    assert plan_due_checkins(TUESDAY) == 1
    assert plan_due_checkins(TUESDAY) == 0
    assert plan_due_checkins(TUESDAY + timedelta(hours=3)) == 0
    checkin = CheckIn.objects.get()
    assert (checkin.on, checkin.opens_at) == (date(2026, 12, 1), TUESDAY)
    assert checkin.closes_at == moment("2026-12-14 17:00")


def test_everyone_who_takes_part_is_asked_by_one_mail(larkmere, fay, lena):
    checkin = make_checkin(larkmere)
    asked = set(checkin.invitees.values_list("membership__person", flat=True))
    assert asked == set(larkmere.memberships.current().taking_part().values_list("person", flat=True))
    assert not asked & {fay.pk, lena.pk}
    mails = Dispatch.objects.filter(kind="checkin")
    assert {mail.recipient_key for mail in mails} == {f"person:{pk}" for pk in asked}
    assert {mail.occurrence for mail in mails} == {f"checkin:{checkin.pk}:2026-12-01"}
    # A worker that was away must not deliver Tuesday's mail on Friday.
    assert {mail.expires_at for mail in mails} == {TUESDAY + timedelta(days=1)}


def test_a_day_that_was_missed_is_not_made_up_for(larkmere):
    make_rhythm(larkmere)
    assert plan_due_checkins(TUESDAY + timedelta(days=1)) == 0


def test_who_paused_or_chose_less_is_not_asked(larkmere, bea, tom, helen):
    of = lambda person: larkmere.memberships.get(person=person)  # noqa: E731
    paused = of(bea)
    paused.paused_until = date(2026, 12, 1)
    paused.save(update_fields=["paused_until"])
    MailChoice.objects.create(membership=of(tom), checkin_pace=CheckInPace.NEVER)
    MailChoice.objects.create(membership=of(helen), checkin_pace=CheckInPace.MONTHLY)
    asked = lambda checkin: set(checkin.invitees.values_list("membership__person", flat=True))  # noqa: E731
    first = make_checkin(larkmere)
    assert asked(first) & {bea.pk, tom.pk, helen.pk} == {helen.pk}
    second = make_checkin(larkmere, at=TUESDAY + timedelta(days=14))
    assert asked(second) & {bea.pk, tom.pk, helen.pk} == {bea.pk}
    third = make_checkin(larkmere, at=TUESDAY + timedelta(days=28))
    assert asked(third) & {bea.pk, tom.pk, helen.pk} == {bea.pk, helen.pk}


def test_a_pause_leaves_a_date_out(larkmere):
    make_rhythm(larkmere)
    RhythmPause.objects.create(partnership=larkmere, starts_on=date(2026, 11, 30), ends_on=date(2026, 12, 1))
    assert plan_due_checkins(TUESDAY) == 0
    assert plan_due_checkins(TUESDAY + timedelta(days=14)) == 1


def test_a_partnership_without_its_own_rhythm_keeps_its_programmes(larkmere):
    programmes = Rhythm.objects.create(programme=larkmere.programme, starts_on=date(2026, 12, 1))
    assert plan_due_checkins(TUESDAY) == 1
    own = make_rhythm(larkmere, is_on=False)
    assert plan_due_checkins(TUESDAY + timedelta(days=14)) == 0
    assert (own.is_on, programmes.is_on) == (False, True)


def test_opening_closes_the_one_before(larkmere):
    first = make_checkin(larkmere)
    make_checkin(larkmere, at=TUESDAY + timedelta(days=7))
    first.refresh_from_db()
    assert first.closed_at == TUESDAY + timedelta(days=7)


def test_send_now_needs_no_day_and_sends_once(larkmere):
    make_rhythm(larkmere)
    sunday = moment("2026-11-29 12:00")
    first, second = (send_checkin_now(partnership=larkmere, at=sunday) for _ in range(2))
    assert first.pk == second.pk
    assert Dispatch.objects.filter(kind="checkin").count() == first.invitees.count()


def test_send_now_says_what_is_missing(larkmere):
    with pytest.raises(ValidationError, match="has not chosen how often"):
        send_checkin_now(partnership=larkmere)


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_open_one(house):
    make_rhythm(house.larkmere)
    start = threading.Barrier(2)

    def ring():
        try:
            start.wait()
            plan_due_checkins(TUESDAY)
        finally:
            connection.close()

    clocks = [threading.Thread(target=ring) for _ in range(2)]
    [clock.start() for clock in clocks]
    [clock.join() for clock in clocks]
    checkin = CheckIn.objects.get()
    assert Dispatch.objects.filter(kind="checkin").count() == checkin.invitees.count()


# --- Answering -------------------------------------------------------------------------------------------------------
def test_answering_twice_edits_the_same_answer(larkmere, bea):
    place = place_in(make_checkin(larkmere), bea)
    answer_checkin(invitee=place, mood=2, words="Samir.", words_to=SeenBy.ME)
    answer_checkin(invitee=place, mood=4, words="Joyce.", words_to=SeenBy.GROUP)
    answer = CheckInAnswer.objects.get()
    assert (answer.mood, answer.room, answer.words, answer.words_to) == (4, None, "Joyce.", SeenBy.GROUP)


def test_behind_a_link_what_is_left_empty_stays(larkmere, bea):
    place = place_in(make_checkin(larkmere), bea)
    answer_checkin(invitee=place, mood=2, know="Away.", know_to=SeenBy.ME)
    answer_checkin(invitee=place, keep_empty=True, mood=None, room=5, know="", know_to=SeenBy.GROUP)
    answer = CheckInAnswer.objects.get()
    assert (answer.mood, answer.room, answer.know, answer.know_to) == (2, 5, "Away.", SeenBy.ME)


def test_nothing_at_all_is_not_an_answer(larkmere, bea):
    with pytest.raises(ValidationError, match="Choose or write something"):
        answer_checkin(invitee=place_in(make_checkin(larkmere), bea), words="  ")
    assert not CheckInAnswer.objects.exists()


def test_what_was_not_asked_is_not_kept(larkmere, bea):
    make_rhythm(larkmere, asks_mood=False)
    answer_checkin(invitee=place_in(make_checkin(larkmere), bea), mood=1, room=3, news="About nobody")
    answer = CheckInAnswer.objects.get()
    assert (answer.mood, answer.room, answer.news) == (None, 3, "")


def test_someone_who_left_sends_nothing(larkmere, bea):
    place = place_in(make_checkin(larkmere), bea)
    leave_partnership(membership=place.membership, by=bea, on=date(2026, 12, 1), at=TUESDAY)
    with pytest.raises(ValidationError, match="no longer in this group"):
        answer_checkin(invitee=place, mood=3)


def test_the_audience_is_remembered(larkmere, bea):
    place = place_in(make_checkin(larkmere), bea)
    assert remembered_audiences(place.membership) == {"words_to": "group", "know_to": "facilitators"}
    answer_checkin(invitee=place, words="Samir.", words_to=SeenBy.ME, know="Away.", know_to=SeenBy.GROUP)
    assert remembered_audiences(place.membership) == {"words_to": "me", "know_to": "group"}


def test_not_this_time_asks_no_more_and_answering_after_all_is_welcome(larkmere, bea):
    place = place_in(make_checkin(larkmere), bea)
    decline_checkin(invitee=place, at=TUESDAY)
    assert not CheckInInvitee.objects.waiting().filter(pk=place.pk).exists()
    answer_checkin(invitee=place, mood=3)
    place.refresh_from_db()
    assert place.declined_at is None


@pytest.mark.parametrize("field", ["mood", "room"])
def test_the_database_refuses_a_number_outside_the_five(larkmere, bea, field):
    answer_checkin(invitee=place_in(make_checkin(larkmere), bea), mood=3)
    with pytest.raises(IntegrityError), transaction.atomic():
        CheckInAnswer.objects.update(**{field: 6})


# --- Who reads words -------------------------------------------------------------------------------------------------
def test_words_go_where_their_writer_chose(larkmere, bea, tom, helen):
    checkin = make_checkin(larkmere)
    for person, to in ((bea, SeenBy.GROUP), (tom, SeenBy.FACILITATORS), (helen, SeenBy.ME)):
        name = person.full_name
        answer_checkin(invitee=place_in(checkin, person), words=f"w {name}", words_to=to, know=f"k {name}", know_to=to)
    read = lambda said: [(row.writer.person.full_name, row.text) for row in said]  # noqa: E731
    group, leads = words_for_the_group(checkin), words_for_facilitators(checkin)
    assert read(group["words"]) == [("Bea Nwosu", "w Bea Nwosu")]
    assert read(group["know"]) == [("Bea Nwosu", "k Bea Nwosu")]
    assert read(leads["words"]) == [("Tom Oyelaran", "w Tom Oyelaran")]
    assert read(leads["know"]) == [("Tom Oyelaran", "k Tom Oyelaran")]


# --- Closing: drawn once, for enough people ----------------------------------------------------------------------------
def test_no_figure_under_the_smallest_group(larkmere):
    checkin = make_checkin(larkmere)
    answers_from(checkin, larkmere.minimum_group - 1)
    close_checkin(checkin=checkin)
    checkin.refresh_from_db()
    assert checkin.answered_at_close == larkmere.minimum_group - 1
    assert not CheckInFigure.objects.exists()


def test_each_measure_needs_enough_people_of_its_own(larkmere):
    checkin = make_checkin(larkmere)
    answers_from(checkin, larkmere.minimum_group)
    CheckInAnswer.objects.filter(pk=CheckInAnswer.objects.first().pk).update(room=None)
    close_checkin(checkin=checkin)
    counts = dict(CheckInFigure.objects.filter(measure=Measure.MOOD).values_list("value", "count"))
    assert counts == {1: 0, 2: 0, 3: 0, 4: larkmere.minimum_group, 5: 0}
    assert not CheckInFigure.objects.filter(measure=Measure.ROOM).exists()


def test_nothing_is_drawn_before_it_closes(larkmere):
    checkin = make_checkin(larkmere)
    answers_from(checkin, 9)
    assert shapes_of(checkin) == []


def test_a_late_answer_changes_no_figure(larkmere, amina):
    checkin = make_checkin(larkmere)
    places = list(checkin.invitees.exclude(membership__person=amina))
    for place in places[:6]:
        answer_checkin(invitee=place, mood=2, room=2)
    assert close_due_checkins(checkin.closes_at - timedelta(seconds=1)) == 0
    assert close_due_checkins(checkin.closes_at) == 1
    before = list(CheckInFigure.objects.values_list("pk", "count"))
    answer_checkin(invitee=places[0], mood=5)
    answer_checkin(invitee=place_in(checkin, amina), mood=5, room=5)
    assert close_due_checkins(checkin.closes_at) == 0
    assert not close_checkin(checkin=checkin)
    assert list(CheckInFigure.objects.values_list("pk", "count")) == before
    checkin.refresh_from_db()
    assert checkin.answered_at_close == 6


def test_a_shape_says_itself_and_suggests_a_question(larkmere):
    checkin = make_checkin(larkmere)
    answers_from(checkin, 6, mood=4, room=1)
    close_checkin(checkin=checkin)
    mood, room = shapes_of(checkin)
    assert mood.says == "6 people. Chosen most: good."
    assert [step.width for step in room.steps] == [100, 0, 0, 0, 0]
    assert to_ask_each_other([mood, room]).startswith("Half of us or more have little room.")


def test_neighbours(larkmere):
    first, second, third = (make_checkin(larkmere, at=TUESDAY + timedelta(days=days)) for days in (0, 14, 28))
    assert neighbours_of(second) == (first, third)
    assert neighbours_of(first) == (None, second)


# --- Speak for your partner --------------------------------------------------------------------------------------------
def test_each_speaks_for_one_and_is_spoken_for_by_one(larkmere):
    checkin = make_checkin(larkmere, asks_partner=True)
    assert checkin.kind == CheckInKind.PARTNER
    places = list(checkin.invitees.all())
    assert len(places) > 3
    assert {place.speaks_for_id for place in places} == {place.pk for place in places}
    assert all(place.speaks_for_id != place.pk for place in places)


def test_news_reaches_the_group_only_when_the_person_says_so(larkmere):
    checkin = make_checkin(larkmere, asks_partner=True)
    teller = checkin.invitees.select_related("speaks_for__membership__person", "membership").first()
    answer = answer_checkin(invitee=teller, news="They mend bicycles.")
    assert words_for_the_group(checkin)["news"] == []
    about = teller.speaks_for.membership
    with pytest.raises(ValidationError, match="no news of yours"):
        say_how_heard(answer=answer, by=teller.membership, heard=5, shared=True, expected="They mend bicycles.")
    with pytest.raises(ValidationError, match="words have changed"):
        say_how_heard(answer=answer, by=about, heard=5, shared=True, expected="They sell bicycles.")
    say_how_heard(answer=answer, by=about, heard=4, shared=True, expected="They mend bicycles.")
    assert [(row.text, row.heard) for row in words_for_the_group(checkin)["news"]] == [("They mend bicycles.", "Well")]
    # Other words have not been heard yet.
    answer_checkin(invitee=teller, news="They mend boats.")
    assert words_for_the_group(checkin)["news"] == []


def test_one_person_alone_is_asked_without_a_partner(larkmere, amina):
    larkmere.memberships.exclude(person=amina).update(paused_until=date(2027, 1, 1))
    assert len(members_to_ask(larkmere, on=date(2026, 12, 1))) == 1
    assert make_checkin(larkmere, asks_partner=True).kind == CheckInKind.ORDINARY


def test_mail_states_start_planned(larkmere):
    make_checkin(larkmere)
    assert set(Dispatch.objects.filter(kind="checkin").values_list("state", flat=True)) == {DispatchState.PLANNED}
