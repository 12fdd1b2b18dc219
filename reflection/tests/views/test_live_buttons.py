"""Every button of the console, at every stage of every kind of round, is one that the server knows."""

import re

import pytest
from django.db import transaction
from django.urls import reverse

from reflection.domain.actions import add_action
from reflection.domain.drafts import ask_for_call
from reflection.domain.live_rooms import come_in
from reflection.domain.live_words import flag_word
from reflection.domain.sessions import close_session
from reflection.domain.themes import create_theme
from reflection.enums import Attribution, RoundKind, Stage
from reflection.models.live import LiveRun
from reflection.tests.guests import ask, let_in
from reflection.tests.pairs import make_together
from reflection.tests.ratings import make_live_round, rate
from reflection.tests.sessions import make_live, write
from reflection.views.live_commands import COMMANDS

pytestmark = pytest.mark.django_db

BUTTON = re.compile(r'name="command" value="([^"]+)"')


class Console:
    """Amina's console without a script: what may be pressed on it, and what became of it."""

    def __init__(self, client, session):
        self.client, self.session, self.pressed = client, session, set()
        self.address = reverse("reflection:live_console", args=[session.pk])

    def buttons(self):
        return BUTTON.findall(self.client.get(self.address).text)

    def press(self, command):
        press = reverse("reflection:live_command", args=[self.session.pk])
        return self.client.post(press, {"command": command}, headers={"accept": "application/json"})

    def try_each(self):
        """Press one button of each kind, and leave everything as it was."""
        for command in {(one.split(":")[0], one.count(":")): one for one in reversed(self.buttons())}.values():
            with transaction.atomic():
                answer = self.press(command)
                transaction.set_rollback(True)
            assert answer.status_code == 200, (command, answer.json())
            self.pressed.add(command.split(":")[0])

    def go(self, *names):
        """Press the first of these that the page has; False when it has none."""
        waiting = [one for name in names for one in self.buttons() if one.split(":")[0] == name]
        return bool(waiting) and self.press(waiting[0]).status_code == 200


def people_a_room(session, lead):
    """A guest in it, one at the door, a word that was flagged, and somebody who would rather talk."""
    let_in(session, lead)
    ask(session, "Marta")
    people = list(session.participations.filter(membership__isnull=False))
    for one in people[:6]:
        come_in(participation=one)
    ask_for_call(participation=people[7], note="Ring me")
    flag_word(session=session, word="subsidiarity")


def walk_in(session, lead, client, walk):
    """What was pressed on the way through a session, which is over then."""
    people_a_room(session, lead)
    console = Console(client, session)
    walk(console)
    close_session(session=session, by=lead)
    return console.pressed


def walk_through(console):
    """On and on, until no press leads on."""
    before = None
    while before != (before := console.buttons()):
        console.try_each()
        console.go("keep-closed", "next", "reveal")


def walk_words(console):
    """Six answers are enough to be shown without names; the question after them stays closed."""
    write(console.session, 6)
    walk_through(console)
    assert LiveRun.objects.get(session=console.session).round.position == 2


def walk_numbers(console):
    rate(console.session.rounds.get(kind=RoundKind.RATING), [1, 3, 5, 5, 2, 2])
    walk_through(console)


def walk_board(console):
    """Cards and themes, and a round of talk whose first one has passed."""
    write(console.session, 6)
    console.go("reveal")
    console.go("next")
    assert LiveRun.objects.get(session=console.session).round.stage == Stage.GROUPING
    create_theme(round=console.session.rounds.get(), name="Time", by=console.session.live_run.led_by)
    for name in ("move", "spoke", "talk", "pass", "pause"):
        console.try_each()
        assert console.go(name)
    console.try_each()


def walk_together(console):
    """Alone, in pairs, mixed again, and in fours."""
    for name in ("small", "mix", "seat", "unseat", "small"):
        console.try_each()
        assert console.go(name)
    console.try_each()


def test_each_button_of_every_stage_does_something(larkmere, framework, lead, amina, client):
    client.force_login(amina)
    place = larkmere, framework, lead
    before = make_live(*place)
    add_action(session=before, text="Ask the hall.", owners=[lead], by=lead)
    close_session(session=before, by=lead)
    pressed = walk_in(make_live(*place, questions=2), lead, client, walk_words)
    for kind in sorted(set(RoundKind) - {RoundKind.QUESTION, RoundKind.ACTIVITY}):
        walk = walk_numbers if kind == RoundKind.RATING else walk_through
        pressed |= walk_in(make_live_round(*place, kind).session, lead, client, walk)
    pressed |= walk_in(make_live(*place, attribution=Attribution.NAMED), lead, client, walk_board)
    pressed |= walk_in(make_together(*place).session, lead, client, walk_together)
    assert pressed == set(COMMANDS)
