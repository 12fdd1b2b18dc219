"""Streams as a browser meets them, over real sockets: the door's ticket, what comes, and how they end."""

import time

import pytest
import redis
import time_machine
from django.core import signing
from django.db import transaction
from django.test import Client
from django.urls import reverse

from partnerships.domain.members import change_role, leave_partnership
from reflection.domain.rounds_reveal import reveal_round
from reflection.live import tickets
from reflection.tests.live.listening import Listener, forget_revocations, wait_for
from reflection.tests.sessions import make_live, make_open, write

pytestmark = pytest.mark.django_db(transaction=True)
WITHIN = 30  # seconds: the promise (trust T9)


@pytest.fixture
def session(live_app, larkmere, framework, lead):
    forget_revocations()
    return make_open(larkmere, framework, lead, questions=2)


@pytest.fixture
def ticket_of(session):
    """A function that gets a ticket as a page does: its address of the stream."""

    def ask(person):
        client = Client()
        client.force_login(person)
        return client.get(reverse("reflection:session_ticket", kwargs={"session_id": session.pk}))

    return ask


@pytest.fixture
def listen(live_app, ticket_of):
    opened = []

    def begin(person, *, path=None, **how):
        listener = Listener(live_app, path or ticket_of(person).json()["stream"], **how)
        opened.append(listener)
        return listener

    yield begin
    for listener in opened:
        listener.close()


def reveal(session, lead, *, written=False):
    if not written:
        write(session)
    reveal_round(round=session.rounds.first(), by=lead)
    session.refresh_from_db()


def test_session_ticket_says_where_to_listen_and_what_is_newest(ticket_of, session, bea, settings):
    session.refresh_from_db()
    answer = ticket_of(bea)
    assert set(answer.json()) == {"stream", "version", "every"}
    assert answer.json()["version"] == session.screen_version
    assert answer.json()["every"] == (60 if settings.REDIS_URL else 10)
    assert "no-store" in answer.headers["Cache-Control"]
    read = tickets.read_ticket(answer.json()["stream"].removeprefix("/live/"))
    assert read.channel == f"{session.pk}:pages"
    assert (str(bea.pk) in answer.text, bea.email in answer.text) == (False, False)


@pytest.mark.parametrize(("person", "follows"), [("amina", True), ("bea", False)])
def test_session_ticket_opens_no_live_screen(ticket_of, larkmere, framework, lead, person, follows, request):
    """A member who was not asked may open the session's page, and meets nothing there of what the room sees."""
    bea = request.getfixturevalue("bea")
    live = make_live(larkmere, framework, lead)
    live.participations.filter(membership__person=bea).delete()
    client = Client()
    client.force_login(request.getfixturevalue(person))
    follow = client.get(reverse("reflection:live_follow_state", kwargs={"session_id": live.pk}))
    assert (follow.status_code == 200) == follows
    answer = client.get(reverse("reflection:session_ticket", kwargs={"session_id": live.pk}))
    read = tickets.read_ticket(answer.json()["stream"].removeprefix("/live/"))
    assert read.channel == f"{live.pk}:pages"


def test_a_stream_says_that_a_version_is_out_and_nothing_else(listen, session, bea, lead):
    stream = listen(bea)
    assert stream.status == 200
    for header in ("content-type: text/event-stream", "cache-control: no-store", "x-accel-buffering: no"):
        assert header in stream.head.lower()
    assert "retry: " in stream.until("event: beat")
    reveal(session, lead)
    version = session.screen_version
    told = stream.until(f'id: {version}\nevent: moved\ndata: {{"version": {version}}}\n\n')
    assert "Words of" not in told


def test_a_change_that_is_taken_back_is_not_told(listen, session, bea, lead):
    stream = listen(bea)
    stream.until("event: beat")
    with transaction.atomic():
        reveal(session, lead)
        transaction.set_rollback(True)
    assert "moved" not in stream.after(0.7)


def test_who_comes_back_hears_what_came_meanwhile(listen, session, bea, lead):
    first = listen(bea)
    first.until("event: beat")
    session.refresh_from_db()
    before = session.screen_version
    first.close()
    reveal(session, lead)
    again = listen(bea, last=before)
    assert f"id: {session.screen_version}\n" in again.until("moved")
    nothing = listen(bea, last=session.screen_version)
    assert "moved" not in nothing.after(0.5)
    assert "refetch" not in nothing.text


@pytest.mark.parametrize("path", ["/live/", "/live/forged", "/live/a:b:c"])
def test_without_a_ticket_of_ours_there_is_no_stream(listen, bea, path):
    assert listen(bea, path=path).status == 403


def test_a_ticket_is_good_for_a_minute(listen, ticket_of, bea):
    path = ticket_of(bea).json()["stream"]
    with time_machine.travel(time.time() - 61, tick=True):
        old = signing.dumps(signing.loads(path.removeprefix("/live/"), salt=tickets.SALT), salt=tickets.SALT)
    assert listen(bea, path=f"/live/{old}").status == 403
    assert listen(bea, path=path).status == 200


def test_a_stream_is_only_read(listen, ticket_of, bea):
    assert listen(bea, path=ticket_of(bea).json()["stream"], method="POST").status == 405


def test_who_leaves_loses_the_stream_and_their_ticket_at_once(listen, ticket_of, session, bea, tom, lead):
    write(session)
    path = ticket_of(bea).json()["stream"]
    hers, his = listen(bea, path=path), listen(tom)
    hers.until("event: beat"), his.until("event: beat")
    leave_partnership(membership=session.partnership.memberships.get(person=bea), by=lead.person)
    assert hers.ended(seconds=WITHIN)
    assert listen(bea, path=path).status == 403
    assert ticket_of(bea).status_code == 404
    reveal(session, lead, written=True)
    assert "moved" in his.until("moved")
    assert "moved" not in hers.text


def test_a_break_in_what_the_hub_hears_ends_streams_and_takes_their_tickets_back(listen, ticket_of, bea, settings):
    """However short: the word that she was removed may have passed in it. Her page gets a new ticket through the door."""
    path = ticket_of(bea).json()["stream"]
    stream = listen(bea, path=path)
    stream.until("event: beat")
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        ours = str(client.connection_pool.connection_kwargs["db"])  # others may be testing on the same server
        for one in client.client_list(_type="pubsub"):
            if one["db"] == ours:
                client.client_kill_filter(_id=one["id"])
    assert stream.ended(seconds=5)
    wait_for(lambda: listen(bea).status == 200)
    assert listen(bea, path=path).status == 403


def test_who_may_sign_in_no_more_loses_the_stream_and_their_ticket_at_once(client, listen, ticket_of, superuser, bea):
    path = ticket_of(bea).json()["stream"]
    hers = listen(bea, path=path)
    hers.until("event: beat")
    client.force_login(superuser)
    address = reverse("admin:partnerships_person_change", args=[bea.pk])
    assert client.post(address, {"is_staff": ""}).status_code == 302
    assert hers.ended(seconds=WITHIN)
    assert listen(bea, path=path).status == 403
    assert ticket_of(bea).status_code == 302  # to sign in


def test_who_no_longer_facilitates_loses_the_facilitators_stream(listen, larkmere, framework, ruth, lead):
    forget_revocations()
    console = reverse("reflection:live_console_state", args=[make_live(larkmere, framework, lead).pk])
    client = Client()
    client.force_login(ruth)
    path = client.get(console).json()["stream"]
    assert tickets.read_ticket(path.removeprefix("/live/")).channel.endswith(":facilitator")
    stream = listen(ruth, path=path)
    stream.until("event: beat")
    hers = larkmere.memberships.get(person=ruth)
    change_role(membership=hers, by=lead.person, takes_part=True, facilitates=False)
    assert stream.ended(seconds=WITHIN)
    assert listen(ruth, path=path).status == 403
    assert client.get(console).status_code == 403


def test_a_change_of_role_that_is_taken_back_ends_nothing(listen, session, ruth, lead):
    stream = listen(ruth)
    stream.until("event: beat")
    with transaction.atomic():
        hers = session.partnership.memberships.get(person=ruth)
        change_role(membership=hers, by=lead.person, takes_part=True, facilitates=False)
        transaction.set_rollback(True)
    assert not stream.ended(seconds=0.7)
