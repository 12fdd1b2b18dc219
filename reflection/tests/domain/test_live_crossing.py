"""Two presses that cross, and a press from a page that the room has left behind: nothing happens twice, and nothing to the wrong part."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from reflection.domain.guests_leaving import put_guest_out
from reflection.domain.live import (
    add_minutes,
    begin_live,
    go_back,
    go_next,
    hand_over,
    keep_led_closed,
    pause_clock,
    resume_clock,
    reveal_led,
    take_over,
)
from reflection.domain.live_board import move_card, undo_move
from reflection.domain.live_console import read_console
from reflection.domain.live_pages import read_screen
from reflection.domain.live_rooms import come_in, count_finished, finish_round
from reflection.domain.live_talk import begin_talk, end_talk
from reflection.domain.live_voices import mark_spoke
from reflection.domain.participations import remind_unfinished
from reflection.domain.rounds_reveal import reveal_session
from reflection.domain.sessions import end_writing, give_more_time
from reflection.domain.themes import ALONE, UNPLACED, create_theme
from reflection.domain.votes import add_dot
from reflection.enums import SessionMode, Stage
from reflection.models.drafts import Draft
from reflection.models.live import LivePlace, LiveRun
from reflection.models.live_voices import TalkingTurn
from reflection.models.sessions import Session
from reflection.tests.guests import let_in
from reflection.tests.sessions import make_live, make_open, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(larkmere, framework, lead):
    return make_live(larkmere, framework, lead, questions=2)


def step_now():
    return LiveRun.objects.get().step


def room_goes_on_to(stage, session, by):
    """From the reveal of the round that the room is at."""
    write(session, 6, round=LiveRun.objects.get().round)
    reveal_led(session=session, by=by, expected=step_now())
    while LiveRun.objects.get().round.stage != stage:
        go_next(session=session, by=by, expected=step_now())


def test_finished_on_a_page_of_an_earlier_part_readies_nothing_of_this_one(client, session, lead, bea):
    earlier, now = session.rounds.all()
    keep_led_closed(session=session, by=lead, expected=1)
    write(session, round=now, ready=False)
    client.force_login(bea)
    address = reverse("reflection:live_finish", args=[session.pk])
    for about in ({"round": earlier.pk}, {}):
        page = client.post(address, about, follow=True)
        assert "The room has moved on. Nothing was changed." in page.text
    mine = Draft.objects.of(bea).filter(round=now)
    assert not mine.filter(ready=True).exists()
    client.post(address, {"round": now.pk})
    assert mine.filter(ready=True).exists()


@pytest.mark.parametrize("act", [add_minutes, pause_clock, resume_clock, begin_talk, end_talk])
def test_what_was_meant_for_an_earlier_step_does_nothing_here(act, session, lead):
    for one in session.participations.all()[:3]:
        come_in(participation=one)
    room_goes_on_to(Stage.REVEALED, session, lead)
    seen = step_now()
    go_next(session=session, by=lead, expected=seen)
    before = LiveRun.objects.values().get()
    with pytest.raises(ValidationError, match="This is where the room is now"):
        act(session=session, by=lead, expected=seen)
    assert LiveRun.objects.values().get() == before
    assert not TalkingTurn.objects.exists()


def test_a_second_go_round_keeps_the_order_and_who_has_spoken(session, lead):
    people = list(session.participations.all()[:3])
    for one in people:
        come_in(participation=one)
    room_goes_on_to(Stage.REVEALED, session, lead)
    begin_talk(session=session, by=lead, expected=step_now())
    first = TalkingTurn.objects.first()
    mark_spoke(participation=first.participation, by=lead, seen=0)
    before = list(TalkingTurn.objects.values())
    with pytest.raises(ValidationError, match="begun to go round"):
        begin_talk(session=session, by=lead, expected=step_now())
    assert list(TalkingTurn.objects.values()) == before


def test_undo_takes_back_the_move_that_the_page_offered_and_no_other(session, lead):
    room_goes_on_to(Stage.GROUPING, session, lead)
    mine, theirs = session.rounds.first().answers.all()[:2]
    move_card(session=session, by=lead, answer_id=str(mine.pk), to=ALONE)
    move_card(session=session, by=lead, answer_id=str(theirs.pk), to=ALONE)
    with pytest.raises(ValidationError, match="A card was moved since"):
        undo_move(session=session, by=lead, expected=(mine.pk, UNPLACED))
    offered = (theirs.pk, UNPLACED)
    theme = create_theme(round=LiveRun.objects.get().round, name="Time", by=lead)
    move_card(session=session, by=lead, answer_id=str(theirs.pk), to=str(theme.pk))
    with pytest.raises(ValidationError, match="A card was moved since"):
        undo_move(session=session, by=lead, expected=offered)  # the same card, moved once more by somebody else
    assert undo_move(session=session, by=lead, expected=(theirs.pk, ALONE)).after == ALONE


def test_who_takes_over_while_the_room_is_handed_to_another_keeps_it(session, lead, larkmere, ruth):
    hers = larkmere.memberships.get(person=ruth)
    take_over(session=session, by=hers)
    with pytest.raises(ValidationError, match="Somebody else leads by now"):
        hand_over(session=session, by=lead, to=lead.pk, expected=str(lead.pk))
    assert LiveRun.objects.get().led_by == hers
    hand_over(session=session, by=hers, to=lead.pk, expected=str(hers.pk))
    assert LiveRun.objects.get().led_by == lead


def test_from_agreeing_back_leads_to_choosing_only_while_no_dot_was_put(session, lead):
    keep_led_closed(session=session, by=lead, expected=1)
    room_goes_on_to(Stage.CHOOSING, session, lead)
    second = session.rounds.last()
    go_next(session=session, by=lead, expected=step_now())
    assert read_screen(session.pk).back.stage == Stage.CHOOSING
    go_back(session=session, by=lead, expected=step_now())
    add_dot(participation=session.participations.first(), answer=second.answers.first())
    go_next(session=session, by=lead, expected=step_now())
    assert (read_screen(session.pk).back.round, read_screen(session.pk).back.event) == (session.rounds.first(), "")
    assert go_back(session=session, by=lead, expected=step_now()).round == session.rounds.first()
    assert go_next(session=session, by=lead, expected=step_now()).round == second
    second.refresh_from_db()
    assert second.stage == Stage.AGREEING


def test_everyone_has_finished_is_said_of_those_alone_whom_the_step_is_told_of(session):
    people = list(session.participations.all())
    for one in people[:3]:
        finish_round(participation=one, round=session.rounds.first())
    assert not read_console(read_screen(session.pk)).finished.everyone  # twelve were asked, and three of them are here
    for one in people[3:6]:
        finish_round(participation=one, round=session.rounds.first())
    assert read_console(read_screen(session.pk)).finished.everyone


@pytest.mark.parametrize("left", ["before", "meanwhile"])
def test_a_step_that_was_told_stands_while_the_room_looks_back(left, session, lead):
    guest = let_in(session, lead)
    first, now = session.rounds.all()
    keep_led_closed(session=session, by=lead, expected=1)
    people = [guest, *session.participations.filter(membership__isnull=False)[:7]]
    for one in people:
        come_in(participation=one)
    for one in people[:6]:
        finish_round(participation=one, round=now)
    told = LiveRun.objects.get().step_told
    assert told
    if left == "before":
        put_guest_out(guest=guest.guest, by=lead)
    go_back(session=session, by=lead, expected=step_now())
    if left == "meanwhile":
        put_guest_out(guest=guest.guest, by=lead)
    assert LiveRun.objects.get().round == first
    go_next(session=session, by=lead, expected=step_now())
    run = LiveRun.objects.get()
    assert (run.round, run.step_told, LivePlace.objects.count()) == (now, told, 8)
    keep_led_closed(session=session, by=lead, expected=run.step)
    assert LiveRun.objects.get().step_told == told  # it was the last part: nothing comes after


def test_a_step_is_told_of_the_round_that_the_room_is_at(larkmere, framework, lead):
    """Where everything was written in before people met, somebody may be finished with a part that comes later."""
    plan = make_open(larkmere, framework, lead, questions=2, mode=SessionMode.BOTH)
    begin_live(session=plan, by=lead)
    first, second = plan.rounds.all()
    people = list(plan.participations.filter(membership__isnull=False)[:8])
    for one in people:
        come_in(participation=one)
    for one in people[:6]:
        finish_round(participation=one, round=first)
    finish_round(participation=people[6], round=second)
    assert LiveRun.objects.get().step_told == 6
    keep_led_closed(session=plan, by=lead, expected=1)
    run = LiveRun.objects.get()
    assert (run.round, run.step_told) == (second, None)


@pytest.mark.parametrize("attribution", ["sector", "named"])
def test_who_comes_in_late_finishes_nobody_else(attribution, larkmere, framework, lead):
    session = make_live(larkmere, framework, lead, questions=2, attribution=attribution)
    round, people = session.rounds.first(), list(session.participations.all()[:8])
    for one in people[:7]:
        come_in(participation=one)
    write(session, round=round)  # “Add”, and all of them write on
    come_in(participation=people[7])
    assert [place.participation for place in LivePlace.objects.filter(finished_round=round)] == [people[7]]
    finish_round(participation=people[0], round=round)
    assert not LiveRun.objects.get().step_told
    assert count_finished(round) == (2, 8)


def test_coming_back_from_a_look_at_the_part_before_finishes_nobody(session, lead):
    keep_led_closed(session=session, by=lead, expected=1)
    now = session.rounds.last()
    people = list(session.participations.all()[:7])
    for one in people:
        come_in(participation=one)
    write(session, round=now)  # “Add”, and all of them write on
    go_back(session=session, by=lead, expected=step_now())
    go_next(session=session, by=lead, expected=step_now())
    assert (LiveRun.objects.get().round, LiveRun.objects.get().step_told, count_finished(now)) == (now, None, (0, 7))


def test_a_step_that_was_told_stands_though_somebody_came_in_while_the_room_looked_back(session, lead):
    keep_led_closed(session=session, by=lead, expected=1)
    now = session.rounds.last()
    people = list(session.participations.all()[:9])
    for one in people[:7]:
        finish_round(participation=one, round=now)
    assert LiveRun.objects.get().step_told == 7  # everyone who is there
    go_back(session=session, by=lead, expected=step_now())
    for one in people[7:]:
        come_in(participation=one)
    go_next(session=session, by=lead, expected=step_now())
    assert (LiveRun.objects.get().step_told, count_finished(now)) == (7, (7, 9))


def test_words_that_were_ready_before_the_room_came_are_counted_once_it_is_there(larkmere, framework, lead):
    plan = make_open(larkmere, framework, lead, questions=2, mode=SessionMode.BOTH, attribution="named")
    first, second = plan.rounds.all()
    people = write(plan, 3, round=second)
    begin_live(session=plan, by=lead)
    for one in people:
        come_in(participation=one)
    assert count_finished(first) == (0, 3)
    keep_led_closed(session=plan, by=lead, expected=1)
    assert count_finished(second) == (3, 3)


def test_beside_the_console_a_room_is_not_moved(client, session, lead, amina):
    write(session, 6)
    round = session.rounds.first()
    client.force_login(amina)
    for name, data in (("round_reveal", {}), ("round_keep_closed", {}), ("round_move", {"event": "group"})):
        answer = client.post(reverse(f"reflection:{name}", args=[round.pk]), data)
        assert answer.url == reverse("reflection:live_console", args=[session.pk])
    assert "This session is being led live now." in client.get(answer.url).text
    assert client.get(reverse("reflection:round_reveal", args=[round.pk])).url == answer.url
    round.refresh_from_db()
    assert (round.stage, step_now()) == (Stage.WRITING, 1)


LATER = timezone.now() + timedelta(days=20)
#: What those who facilitate may press while each writes when it suits them, with what they send.
OVER_TIME = {
    "session_reveal": (reveal_session, {}),
    "session_end_writing": (end_writing, {}),
    "session_more_time": (give_more_time, {"closes_at": LATER}),
    "session_remind": (remind_unfinished, {}),
}


@pytest.fixture
def written_then_met(larkmere, framework, lead):
    """Written in before people met: enough to show both questions. Then somebody begins to lead the room."""
    session = make_open(larkmere, framework, lead, questions=2, mode=SessionMode.BOTH)
    for round in session.rounds.all():
        write(session, 6, round=round)
    seen_before = Session.objects.get()
    begin_live(session=session, by=lead)
    return seen_before


def as_it_is():
    return Session.objects.values().get(), list(Session.objects.get().rounds.values())


@pytest.mark.parametrize("name", OVER_TIME)
def test_a_page_of_the_days_before_goes_to_the_console_once_the_room_is_led(name, client, written_then_met, ruth):
    before = as_it_is()
    client.force_login(ruth)
    address, console = (reverse(f"reflection:{one}", args=[written_then_met.pk]) for one in (name, "live_console"))
    presses = [lambda: client.post(address, {"closes_at": f"{LATER:%Y-%m-%dT%H:%M}"})]
    if name != "session_remind":
        presses.append(lambda: client.get(address))
    for press in presses:
        assert press().url == console
        assert "This session is being led live now." in client.get(console).text
    assert as_it_is() == before


@pytest.mark.parametrize("name", OVER_TIME)
def test_a_press_that_waited_while_the_room_began_changes_nothing(name, written_then_met, lead):
    before, (act, data) = as_it_is(), OVER_TIME[name]
    with pytest.raises(ValidationError, match="This session is being led live now"):
        act(session=written_then_met, by=lead, **data)
    assert as_it_is() == before
