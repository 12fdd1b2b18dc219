"""Pairs and fours while a session is led live: the clock of each small step, who is counted, and what screens call it."""

from datetime import timedelta
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from reflection.domain.drafts import ask_for_call
from reflection.domain.live import keep_led_closed, reveal_led
from reflection.domain.live_console import plan_of
from reflection.domain.live_pages import read_screen
from reflection.domain.live_pairs import mix_again, note_called_in, take_small_step
from reflection.domain.live_rooms import finish_round
from reflection.domain.live_steps import minutes_of_small_steps
from reflection.domain.pairs_words import write_together
from reflection.enums import SmallStep, Stage
from reflection.live.screens import draw_screens, with_part
from reflection.live.tickets import Listeners
from reflection.models.live import LivePlace, LiveRun
from reflection.tests.pairs import groups_of, make_together

pytestmark = pytest.mark.django_db
PAIRS, FOURS = SmallStep.PAIRS, SmallStep.FOURS
AT = timezone.now().replace(microsecond=0)


@pytest.fixture
def round(larkmere, framework, lead):
    return make_together(larkmere, framework, lead)


def lead_to(round, lead, step):
    expected = LiveRun.objects.get(session=round.session).step
    return take_small_step(session=round.session, by=lead, expected=expected, to=step, chance=Random(1), at=AT)


def ready(group):
    write_together(
        participation=group.people[0], round=group.round, text="What we carry on", expected=group.version, ready=True
    )


def console(round):
    return draw_screens(round.session_id)[1][Listeners.FACILITATOR]


def test_each_small_step_has_its_own_minutes_and_mixing_again_gives_no_more(round, lead):
    minutes = minutes_of_small_steps(round)
    run = lead_to(round, lead, PAIRS)
    assert (run.ends_at, run.step_began_at) == (AT + timedelta(minutes=minutes[PAIRS]), AT)
    mixed = mix_again(session=round.session, by=lead, expected=run.step, chance=Random(2))
    assert (mixed.step, mixed.ends_at) == (run.step + 1, run.ends_at)
    LiveRun.objects.update(ends_at=None, paused_seconds=20)
    run = lead_to(round, lead, FOURS)
    assert (run.ends_at, run.paused_seconds) == (AT + timedelta(minutes=minutes[FOURS]), None)


def test_who_would_rather_talk_is_on_the_console_until_they_were_rung(round, lead):
    one = round.session.participations.get(membership__person__email="gwen@larkmere.example")
    ask_for_call(participation=one, note="Any time before noon")
    assert "Any time before noon" in console(round)
    for listeners in (Listeners.PARTICIPANT, Listeners.PROJECTOR):
        assert "Any time before noon" not in draw_screens(round.session_id)[1][listeners]
    assert note_called_in(session=round.session, place_id=one.pk) == "Gwen"
    assert "Would rather talk" not in console(round)


def test_showing_asks_again_while_a_pair_or_a_four_still_talks_and_not_once_all_are_ready(round, lead):
    for one in round.session.participations.all():
        finish_round(participation=one, round=round)  # what each person says of themself does not count here
    lead_to(round, lead, PAIRS)
    lead_to(round, lead, FOURS)
    fours = groups_of(round, FOURS)
    assert f"{len(fours)} fours are still talking." in console(round)
    for group in fours[1:]:
        ready(group)
    assert "1 four is still talking." in console(round)
    ready(fours[0])
    assert "still talking" not in console(round)
    assert "c-ask-" not in console(round)


def test_one_pair_that_is_all_there_are_is_shown_without_asking_again(larkmere, framework, lead):
    round = make_together(larkmere, framework, lead, here=2)
    lead_to(round, lead, PAIRS)
    assert "1 pair is still talking." in console(round)
    ready(groups_of(round, PAIRS)[0])
    assert "c-ask-" not in console(round)


@pytest.mark.parametrize("here", [0, 1])
def test_with_fewer_than_two_people_here_the_room_has_a_way_on(here, larkmere, framework, lead):
    round = make_together(larkmere, framework, lead, here=here)
    with pytest.raises(ValidationError, match="Two people or more need to be here"):
        lead_to(round, lead, PAIRS)
    assert 'value="keep-closed:1"' in console(round)
    keep_led_closed(session=round.session, by=lead, expected=1)
    round.refresh_from_db()
    assert (round.kept_closed, round.stage) == (True, Stage.DONE)


def test_with_two_people_here_the_way_on_is_into_pairs(larkmere, framework, lead):
    round = make_together(larkmere, framework, lead, here=2)
    assert "keep-closed" not in console(round)
    lead_to(round, lead, PAIRS)
    for place in LivePlace.objects.all()[:1]:
        place.delete()
    lead_to(round, lead, SmallStep.ALONE)
    assert "keep-closed" not in console(round)  # they have a pair to come back to


def test_screens_say_in_what_the_room_sits(round, lead):
    def words():
        screens = draw_screens(round.session_id)[1]
        return [screens[listeners].split('data-live-words="')[1].split('"')[0] for listeners in Listeners]

    assert words() == ["Alone"] * 3
    for step in (PAIRS, FOURS):
        lead_to(round, lead, step)
        assert words() == [step.label] * 3
    ready(groups_of(round, FOURS)[0])
    reveal_led(session=round.session, by=lead, expected=LiveRun.objects.get(session=round.session).step)
    assert words() == ["All together"] * 3


def test_the_plan_unfolds_into_alone_pairs_fours_and_all(round, lead):
    lead_to(round, lead, PAIRS)
    plan = plan_of(with_part(read_screen(round.session_id), Listeners.FACILITATOR))
    assert [(line.words, line.state) for line in plan if line.inside] == [
        ("Write, each alone", "done"),
        ("In pairs", "now"),
        ("In fours", ""),
        ("Hear from each group", ""),
    ]
    assert sum(line.minutes for line in plan if line.inside) == round.minutes
    assert "Now: in pairs" in console(round)
