"""Links in mails: whatever opens them, a person, a scanner, twice, changes nothing; each token works for its own purpose alone (trust E1–E3, E5)."""

import hashlib
import itertools
import logging
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partnering.tests.house import our_patterns
from partnerships.domain.dispatch import kinds, send_dispatches
from partnerships.domain.dispatch_checks import Readers
from partnerships.domain.dispatch_mail import compose
from partnerships.domain.invitation_reminders import plan_due_invitation_reminders
from partnerships.domain.invitations import invite_founder
from partnerships.domain.links import purposes, sign_link
from partnerships.domain.mail_choices import update_mail_choice
from partnerships.enums import MailPace, MailSeries
from partnerships.models.dispatch import Dispatch
from partnerships.tests.access_table import client_of
from partnerships.tests.cast import membership_of
from partnerships.tests.factories import make_invitation
from reflection.domain.actions import add_action, answer_action
from reflection.domain.calendars import renew_feed
from reflection.domain.digests import plan_due_digests
from reflection.domain.meetings import set_meeting
from reflection.domain.outcomes import add_learning
from reflection.domain.participations import remind_unfinished
from reflection.domain.reminders import plan_due_reminders
from reflection.domain.sessions import cancel_session, close_session, end_writing
from reflection.tests.checkins import make_checkin, place_in
from reflection.tests.sessions import make_open, make_revealed

pytestmark = pytest.mark.django_db
# Three that fetch what stands in mail: one like a browser with a cookie jar, one bare, one that asks for the head first.
SCANNERS = {
    "safe links": (["GET", "GET"], {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0", "Accept": "text/html"}),
    "bare": (["GET", "OPTIONS", "GET"], {"User-Agent": "python-requests/2.31", "Accept": "*/*"}),
    "head first": (["HEAD", "OPTIONS", "HEAD", "GET"], {"User-Agent": "MailScanner", "X-Forwarded-For": "203.0.113.9", "Purpose": "prefetch"}),
}  # fmt: skip
NOT_OURS_TO_KEEP = {"django_session"}  # a visit may begin one; it holds nothing of anyone


@pytest.fixture
def mails(house, framework, lead, settings):
    """One mail of each kind, as it would be sent to somebody: {kind: (row, message)}."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    settings.MAIL_MOST_A_WEEK = 1000
    plan_what_people_do(house, framework, lead)
    plan_what_the_clock_does(house, framework, lead)
    made = {}
    # The latest of each: a meeting that moved has overtaken its first mail.
    for row in Dispatch.objects.select_related("partnership").order_by("-planned_at", "pk"):
        if row.kind not in made:
            made[row.kind] = (row, compose(kinds[row.kind], row, Readers([row]).get(row)))
    return made


def plan_what_people_do(house, framework, lead):
    larkmere, now = house.larkmere, timezone.now()
    make_invitation(larkmere, house.amina, "lou@eastfold.example")
    invite_founder(email="new@founder.example", by=house.ines)
    session = make_open(larkmere, framework, lead)
    remind_unfinished(session=session, by=lead)
    end_writing(session=session, by=lead)
    cancel_session(session=session, by=lead, why="Too many are away.")
    shown, _ = make_revealed(larkmere, framework, lead)
    close_session(session=shown, by=lead)
    make_checkin(larkmere, at=now)
    moved = make_open(larkmere, framework, lead)
    for days in (30, 31):
        meets = now + timedelta(days=days)
        set_meeting(session=moved, by=lead, starts_at=meets, ends_at=meets + timedelta(hours=1))


def plan_what_the_clock_does(house, framework, lead):
    """A month in which a session closes and something is due, seen by a clock that rings every morning."""
    larkmere, now = house.larkmere, timezone.now()
    bea, today = membership_of(house.bea, larkmere), timezone.localdate()
    session = make_open(larkmere, framework, lead, closes_at=now + timedelta(days=25))
    meets = now + timedelta(days=14)
    set_meeting(session=session, by=lead, starts_at=meets, ends_at=meets + timedelta(hours=1))
    add_learning(session=session, by=lead, text="Words", review_on=today + timedelta(days=7))
    add_action(session=session, by=lead, text="Asked", owners=[bea])
    promised = add_action(session=session, by=lead, text="Promised", owners=[bea], due_on=today + timedelta(days=10))
    answer_action(owner=promised.owners.get(), yes=True)
    update_mail_choice(membership=bea, by=house.bea, closes_soon=MailPace.WEEKLY)
    morning = now.replace(hour=10, minute=0)
    for days in range(1, 30):
        at = morning + timedelta(days=days)
        for plan in (plan_due_invitation_reminders, plan_due_reminders, plan_due_digests):
            plan(at)
        send_dispatches(at=at)


def test_the_walk_has_a_mail_of_every_kind(mails):
    """A kind of mail that is added needs a way to be sent here: the tests below are about every mail."""
    assert set(mails) == set(kinds)


def links_of(message):
    words = " ".join(
        [message.body, *(part.content for part in message.alternatives), *map(str, message.extra_headers.values())]
    )
    return sorted(set(re.findall(rf"{re.escape(settings.SITE_URL)}(/[^\s\"'<>]*)", words.replace("&amp;", "&"))))


def everything():
    """A hash of every row of every table, but for the listed ones."""
    found = hashlib.sha256()
    for model in sorted(apps.get_models(include_auto_created=True), key=lambda one: one._meta.db_table):
        if model._meta.db_table not in NOT_OURS_TO_KEEP:
            for row in model._base_manager.order_by("pk").values_list():
                found.update(repr(row).encode())
    return found.hexdigest()


def test_opening_any_link_of_any_mail_changes_nothing(house, mails):
    """Every link × three scanners × twice. The person's own visit works afterwards as if nobody had been there."""
    links = {link for _, message in mails.values() for link in links_of(message)}
    assert any("/mail/stop/" in link for link in links)
    assert any("/invitations/" in link for link in links)
    assert any("/check-in" in link and "?" in link for link in links)
    for link in links:
        before = everything()  # ahead of the very first: what acts only once would act on it
        first = Client().get(link)
        for methods, headers in SCANNERS.values():
            for _ in range(2):
                client = Client(headers=headers)
                for method in methods:
                    client.generic(method, link)
                assert "_auth_user_id" not in client.session
        assert everything() == before, link
        again = Client().get(link)
        assert (again.status_code, len(again.content)) == (first.status_code, len(first.content))


def test_every_mail_that_can_be_switched_off_says_how(mails):
    for name, (_, message) in mails.items():
        headers = message.message()
        if kinds[name].essential:
            assert "List-Unsubscribe" not in headers
            continue
        [stop] = re.findall(r"^<(.+)>$", headers["List-Unsubscribe"].replace("\n", "").replace(" ", ""))
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert stop.startswith(f"{settings.SITE_URL}/mail/stop/")
        for _ in range(2):
            answer = Client(enforce_csrf_checks=True).post(
                stop.removeprefix(settings.SITE_URL), {"List-Unsubscribe": "One-Click"}
            )
            assert answer.status_code == 200


def test_sender_and_replies_come_from_settings(house, mails, settings):
    settings.DEFAULT_FROM_EMAIL, settings.REPLY_TO = "Partnering <post@partnering.test>", "help@partnering.test"
    for row, _ in mails.values():
        message = compose(kinds[row.kind], row, Readers([row]).get(row)).message()
        assert (message["From"], message["Reply-To"]) == ("Partnering <post@partnering.test>", "help@partnering.test")


HOSTILE = [
    "A\r\nBcc: x@x.example", "A\nBcc: x@x.example", "A\rBcc: x@x.example", "A\r\n\r\nwords", "A\x00B", "A\x0bB", "A\x0cB", "A\x85B",
    "A\u2028Bcc: x@x.example", "A\u2029B", "=?utf-8?q?A=0D=0ABcc:_x@x.example?=", "=?utf-8?b?QQ0KQmNjOiB4?=", "A\u202eB", "A\ufeffB",
    "A\tB", "Ä" * 100, "A" * 119, "<script>", "🙂\r\nX: y", "A,\r\n\tfolded: yes",
]  # fmt: skip


def test_no_name_makes_a_header(house, mails):
    """Twenty hostile names of a partnership and of people, in every kind of mail (E13)."""
    wrong = []
    for name, (kind, (row, message)) in itertools.product(HOSTILE, mails.items()):
        usual = {header.lower() for header in message.message().keys()}  # noqa: SIM118  a message is no dict
        reader = Readers([row]).get(row)
        reader.full_name = reader.called = name
        if row.partnership:
            row.partnership.name = name
        found = compose(kinds[kind], row, reader).message()
        headers = {header.lower() for header in found.keys()}  # noqa: SIM118
        folded = found["Subject"].replace("\n ", "")
        if headers != usual or "\n" in folded or len(found.get_all("Subject")) != 1:
            wrong.append((kind, name))
    assert wrong == []


# --- The token matrix (E3) --------------------------------------------------------------------------------------------
def endpoints():
    """Every address that stands behind a signed link: {name: its purpose}."""
    found = {name: getattr(entry.callback, "link_purpose", None) for name, _, entry in our_patterns()}
    return {name: purpose for name, purpose in found.items() if purpose}


def subjects(house):
    """What a token of each purpose is about; a new purpose needs a line here."""
    place = place_in(make_checkin(house.larkmere, at=timezone.now()), house.bea)
    return {
        "mail_stop": {"subject": house.bea, "obj": house.larkmere, "note": MailSeries.CHECK_INS},
        "checkin_answer": {"subject": place.membership, "obj": place},
        "checkin_fewer": {"subject": place.membership, "obj": house.larkmere},
        "calendar_feed": {"subject": house.bea, "obj": renew_feed(person=house.bea)},
    }


def test_every_endpoint_has_a_purpose_that_exists():
    assert set(endpoints().values()) == set(purposes)


def test_the_matrix_has_a_token_of_every_purpose(house):
    assert set(subjects(house)) == set(purposes)


def test_each_token_works_on_its_own_endpoint_alone(house):
    made, later = subjects(house), timezone.now() + timedelta(days=1)
    wrong = {}
    for (page, own), (purpose, about) in itertools.product(endpoints().items(), made.items()):
        address = reverse(page, kwargs={"token": sign_link(purpose, expires_at=later, **about)})
        for method in ("get", "post"):
            before = everything()
            status = getattr(Client(), method)(address, {"nothing": "of use"}).status_code
            if purpose == own and status in (404, 410):
                wrong[page, purpose, method] = status
            if purpose != own and (status not in (404, 405) or everything() != before):
                wrong[page, purpose, method] = status
    assert wrong == {}


def test_run_out_altered_and_gone_get_one_page(house):
    made, now = subjects(house), timezone.now()
    for page, purpose in endpoints().items():
        about = made[purpose]
        good = sign_link(purpose, expires_at=now + timedelta(days=1), **about)
        tokens = {
            "run out": sign_link(purpose, expires_at=now - timedelta(seconds=1), **about),
            "altered": good[:-1] + ("A" if good[-1] != "A" else "B"),
            "of nobody": sign_link(purpose, expires_at=now + timedelta(days=1), **(about | {"subject": uuid4()})),
            "about nothing": sign_link(purpose, expires_at=now + timedelta(days=1), **(about | {"obj": uuid4()})),
        }
        bodies = set()
        for why, token in tokens.items():
            answer = Client().get(reverse(page, kwargs={"token": token}))
            assert answer.status_code == (410 if why == "run out" else 404), (page, why)
            bodies.add(re.sub(rb"nonce-[^ ]+", b"", answer.content))
        assert len(bodies) == 1
        assert b"Sign in" in bodies.pop()


def test_a_link_signs_nobody_in_and_stays_out_of_logs(house, caplog):
    later = timezone.now() + timedelta(days=1)
    caplog.set_level(logging.DEBUG)
    from partnering.logs import NoPersonalData

    for purpose, about in subjects(house).items():
        token = sign_link(purpose, expires_at=later, **about)
        for page in [name for name, own in endpoints().items() if own == purpose]:
            client = Client()
            answer = client.get(reverse(page, kwargs={"token": token}))
            assert "_auth_user_id" not in client.session
            assert answer.headers["Referrer-Policy"] in ("same-origin", "no-referrer")
            assert client.get("/").status_code == 302 or b"Sign in" in client.get("/").content
        Client().get(f"/nothing-here/{token}/")  # a 404 is logged with its path
        for record in caplog.records:
            NoPersonalData().filter(record)
            assert token not in record.getMessage()


def test_someone_who_left_has_no_link_any_more(house):
    from partnerships.domain.members import leave_partnership

    about = subjects(house)["checkin_answer"]
    address = reverse("reflection:checkin_reply", kwargs={"token": sign_link("checkin_answer", expires_at=timezone.now() + timedelta(days=1), **about)})  # fmt: skip
    assert Client().get(address).status_code == 200
    leave_partnership(membership=membership_of(house.bea, house.larkmere), by=house.bea)
    assert Client().get(address).status_code == 404
    assert client_of(house, "amina").get(address).status_code == 404
