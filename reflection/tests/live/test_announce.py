"""Telling screens: for every action the version that is told is the one a fresh fetch shows; and Redis may be away."""

import logging
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partnerships.domain.members import change_role, join_partnership, leave_partnership
from partnerships.domain.people import create_person
from reflection.domain import sessions
from reflection.domain.guests_leaving import put_guest_out
from reflection.domain.live import go_back, go_next, keep_led_closed, reveal_led
from reflection.domain.rounds import keep_round_closed
from reflection.domain.rounds_reveal import reveal_round
from reflection.domain.themes import create_theme
from reflection.live import announce, bus
from reflection.live.blocks import moved
from reflection.live.tickets import PAGES, channel_of, person_key, read_ticket
from reflection.models.live import LiveRun
from reflection.models.rounds import Round
from reflection.models.sessions import Session
from reflection.tests.guests import browser_of, let_in
from reflection.tests.sessions import make_live, make_open, make_plan, make_revealed, write

pytestmark = pytest.mark.django_db


def open_plan(house):
    plan = make_plan(*house, at=timezone.now() + timedelta(days=1))
    sessions.schedule_session(session=plan, by=house[2])
    return plan, lambda: sessions.open_session(session=plan, by=house[2])


def reveal(house):
    session = make_open(*house)
    write(session)
    return session, lambda: reveal_round(round=session.rounds.first(), by=house[2])


def on_open(act):
    def begin(house):
        session = make_open(*house)
        return session, lambda: act(session, house[2])

    return begin


def theme(house):
    session, round = make_revealed(*house)
    return session, lambda: create_theme(round=round, by=house[2], name="Lifts home")


ACTIONS = {
    "open": open_plan,
    "reveal": reveal,
    "theme": theme,
    "keep closed": on_open(lambda session, lead: keep_round_closed(round=session.rounds.first(), by=lead)),
    "end writing": on_open(lambda session, lead: sessions.end_writing(session=session, by=lead)),
    "close": on_open(lambda session, lead: sessions.close_session(session=session, by=lead)),
    "cancel": on_open(lambda session, lead: sessions.cancel_session(session=session, by=lead, why="Snow.")),
    "more time": on_open(
        lambda session, lead: sessions.give_more_time(
            session=session, by=lead, closes_at=timezone.now() + timedelta(days=30)
        )
    ),
}


@pytest.mark.parametrize("viewer", ["bea", "amina", "ruth"])
@pytest.mark.parametrize("action", ACTIONS)
def test_what_was_seen_before_and_what_is_told_make_what_a_fresh_fetch_shows(
    action, viewer, larkmere, framework, lead, told, request, django_capture_on_commit_callbacks
):
    """The verify rule. And nothing is told that a fresh fetch would not show this viewer."""
    session, act = ACTIONS[action]((larkmere, framework, lead))
    client = Client()
    client.force_login(request.getfixturevalue(viewer))
    address = reverse("reflection:session_state", kwargs={"session_id": session.pk})
    before = client.get(address).json()["version"]
    with django_capture_on_commit_callbacks(execute=True):
        act()
    fresh = client.get(address).json()
    blocks = [block for channel, _, block in told.blocks if channel == channel_of(session.pk, PAGES)]
    assert fresh["version"] > before
    assert set(blocks) == {moved(fresh["version"])}


def test_one_change_is_made_ready_once_for_each_kind_of_listener(larkmere, framework, lead, told):
    session = make_open(larkmere, framework, lead)
    announce.announce_session(session.pk)
    assert sorted(channel for channel, _, _ in told.blocks) == [
        f"{session.pk}:pages",
        f"{session.pk}:participant",
    ]


def test_pages_beside_a_live_session_are_told_that_it_moved_and_nothing_of_what_its_screens_show(
    larkmere, framework, lead, told
):
    session = make_live(larkmere, framework, lead)
    announce.announce_session(session.pk)
    session.refresh_from_db()
    blocks = [block for channel, _, block in told.blocks if channel == channel_of(session.pk, PAGES)]
    assert blocks == [moved(session.screen_version)]


def test_one_press_of_the_console_is_told_once(larkmere, framework, lead, django_capture_on_commit_callbacks):
    session = make_live(larkmere, framework, lead, questions=3)
    presses = [keep_led_closed, reveal_led, go_next, go_back, go_next, go_next, go_next, go_next, go_back]
    for press in presses:
        run, before = LiveRun.objects.get(), Session.objects.get().screen_version
        if press is reveal_led:
            write(session, 6, round=run.round)
        with django_capture_on_commit_callbacks(execute=True) as told:
            press(session=session, by=lead, expected=run.step)
        assert (press, len(told), Session.objects.get().screen_version) == (press, 1, before + 1)
    assert LiveRun.objects.get().round.position == 2  # looked back at from the third


def test_nobody_is_told_before_it_is_certain(larkmere, framework, lead, told, django_capture_on_commit_callbacks):
    session = make_open(larkmere, framework, lead)
    with django_capture_on_commit_callbacks() as waiting:
        session.touch()
    assert told.blocks == []
    assert len(waiting) == 1


def test_a_session_that_is_gone_is_no_error(told):
    announce.announce_session("00000000-0000-4000-8000-000000000000")
    assert told.blocks == []


@pytest.mark.parametrize("moment", ["leaves", "stops facilitating", "only reads"])
def test_leaving_and_every_change_of_role_end_streams(
    moment, larkmere, lead, ruth, told, django_capture_on_commit_callbacks
):
    hers, now = larkmere.memberships.get(person=ruth), time.time()
    with django_capture_on_commit_callbacks(execute=True):
        if moment == "leaves":
            leave_partnership(membership=hers, by=lead.person)
        else:
            reads = moment == "only reads"
            change_role(membership=hers, by=lead.person, takes_part=not reads, facilitates=False, observes=reads)
    ((person, at),) = told.revoked
    assert person == person_key(larkmere.pk, ruth.pk)
    assert now <= at <= time.time()


def test_a_guest_whose_place_was_ended_hears_nothing_more(
    larkmere, framework, lead, told, django_capture_on_commit_callbacks
):
    session = make_live(larkmere, framework, lead)
    place = let_in(session, lead)
    address = reverse("reflection:live_follow_state", kwargs={"session_id": session.pk})
    browser = browser_of(session, "the key of Gus")
    ticket = read_ticket(browser.get(address).json()["stream"].removeprefix("/live/"))
    with django_capture_on_commit_callbacks(execute=True):
        put_guest_out(guest=place.guest, by=lead)
    assert [person for person, _ in told.revoked] == [ticket.person]
    assert browser.get(address).url == "/join/waiting/"


def test_the_key_of_a_person_says_nothing_about_them_elsewhere(larkmere, bea, tom):
    keys = {person_key(larkmere.pk, bea.pk), person_key(larkmere.pk, tom.pk), person_key(bea.pk, larkmere.pk)}
    assert len(keys) == 3
    assert not any(str(bea.pk)[:8] in key for key in keys)


# --- Redis is away -------------------------------------------------------------------------------------------------
def test_without_redis_a_change_is_made_as_ever(
    larkmere, framework, lead, settings, caplog, django_capture_on_commit_callbacks
):
    session = make_open(larkmere, framework, lead)
    write(session)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    begun = time.monotonic()
    with caplog.at_level(logging.WARNING), django_capture_on_commit_callbacks(execute=True):
        reveal_round(round=session.rounds.first(), by=lead)
    assert time.monotonic() - begun < 5
    assert Round.objects.get(session=session).answers.exists()
    assert "Screens were not told (ConnectionError)" in caplog.text


def test_without_redis_a_member_can_still_be_removed(larkmere, lead, bea, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    bus.revoke(person_key(larkmere.pk, bea.pk), time.time())


def test_a_newcomer_to_the_group_ends_nobodys_stream(larkmere, lead, told, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        new = create_person(email="new@larkmere.example", full_name="New Person")
        join_partnership(partnership=larkmere, person=new, by=lead.person)
    assert told.revoked == []


def test_blocks_of_one_message_arrive_each_as_it_was_made(settings, monkeypatch):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    sent, heard = [], []
    monkeypatch.setattr(bus, "_send", lambda name, message: sent.append((name, message)))
    told = {"a:participant": moved(7), "a:projector": b"", "a:pages": "id: 7\n\nzwölf 12\n\n".encode()}
    bus.publish(7, told)
    hub = SimpleNamespace(publish=lambda *block: heard.append(block))
    for name, message in sent:
        bus._deliver(hub, name, message)
    assert (len(sent), heard) == (1, [(channel, 7, block) for channel, block in told.items()])
