"""Every kind of reminder with hostile words in everything it is about: nothing written and nobody else's name gets out (E13, E14)."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail

from partnerships.domain.dispatch import send_dispatches
from partnerships.domain.mail_choices import update_mail_choice
from partnerships.enums import MailPace
from partnerships.models.dispatch import Dispatch
from partnerships.tests.cast import membership_of
from reflection.domain.actions import add_action, answer_action
from reflection.domain.digests import plan_due_digests
from reflection.domain.meetings import call_off_meeting, set_meeting
from reflection.domain.outcomes import add_learning
from reflection.domain.reminders import plan_due_reminders
from reflection.tests.sessions import make_open, write

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY = datetime(2027, 2, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
REMINDERS = {
    *("session_closes_soon", "meeting_set", "meeting_changed", "meeting_tomorrow", "action_asked", "action_due"),
    *("action_late", "learning_review", "weekly_digest"),
}
HOSTILE = [
    "Vale\r\nBcc: all@evil.example",
    "Vale\n\n<script>alert(1)</script>",
    "=?utf-8?q?Vale=0aBcc:_all@evil.example?=",
    "Vale\u2028Bcc: all@evil.example",
    "Vale\x00\x0b\x85Bcc: all@evil.example",
    "\u202eelaV {{ settings.SECRET_KEY }} {% now 'Y' %}",
]
HEADERS = {
    *("content-type", "mime-version", "subject", "from", "to", "date", "message-id", "auto-submitted"),
    *("list-unsubscribe", "list-unsubscribe-post"),
}


@pytest.fixture(autouse=True)
def _in_memory(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.SITE_URL = "https://partnering.test"
    settings.MAIL_MOST_A_WEEK = 1000


def every_reminder(larkmere, framework, lead, bea):
    """A fortnight with one of each; returns the messages by kind."""
    mail.outbox.clear()
    session = make_open(
        larkmere, framework, lead, at=MONDAY, title="CANARY-TITLE", why_now="CANARY-WHY", where="CANARY-PLACE",
        closes_at=MONDAY + 20 * DAY,
    )  # fmt: skip
    write(session, 4, words="CANARY-WORDS {}")
    add_learning(session=session, by=lead, text="CANARY-LEARNING", review_on=date(2027, 2, 9), at=MONDAY)
    for text in ("CANARY-ONE", "CANARY-TWO"):
        action = add_action(
            session=session,
            by=lead,
            text=text,
            owners=[membership_of(bea, larkmere)],
            due_on=date(2027, 2, 10),
            at=MONDAY,
        )
    answer_action(owner=action.owners.get(), yes=True, at=MONDAY)
    meet = {"session": session, "by": lead}
    set_meeting(**meet, starts_at=MONDAY + 9 * DAY, ends_at=MONDAY + 9.1 * DAY, at=MONDAY)
    send_dispatches(at=MONDAY + timedelta(hours=1))
    set_meeting(**meet, starts_at=MONDAY + 10 * DAY, ends_at=MONDAY + 10.1 * DAY, at=MONDAY + DAY)
    update_mail_choice(membership=membership_of(bea, larkmere), by=bea, closes_soon=MailPace.WEEKLY)
    for days in range(1, 14):
        at = MONDAY + days * DAY
        plan_due_reminders(at)
        plan_due_digests(at)
        send_dispatches(at=at)
    call_off_meeting(**meet, at=MONDAY + 9 * DAY)
    sent = set(Dispatch.objects.filter(state="sent").values_list("kind", flat=True))
    assert sent >= REMINDERS
    return list(mail.outbox)


def test_no_reminder_carries_what_was_written_or_anybody_elses_name(larkmere, framework, lead, bea):
    everybody = {member.person.short_name for member in larkmere.memberships.current().select_related("person")}
    for message in every_reminder(larkmere, framework, lead, bea):
        html = message.alternatives[0].content
        text = " ".join([message.subject, message.body, re.sub(r"<[^>]+>", " ", html)])
        assert "CANARY" not in text
        reader = message.to[0].partition("@")[0].capitalize()
        assert {name for name in everybody if re.search(rf"\b{name}\b", text)} <= {"Amina", "Ruth", reader}
        # Plain words always, with every address that the buttons carry, and a way to stop.
        assert set(re.findall(r'href="([^"]+)"', html)) <= set(re.findall(r"https://\S+?(?=\s|$)", message.body))
        assert "From Partnering" in message.body
        assert ("List-Unsubscribe" in message.extra_headers) is ("Stop this kind of mail" in message.body)
        assert "<img" not in html


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_adds_no_header_and_no_markup(name, larkmere, framework, lead, bea):
    type(larkmere).objects.filter(pk=larkmere.pk).update(name=name.replace("\x00", ""))
    larkmere.refresh_from_db()
    for message in every_reminder(larkmere, framework, lead, bea):
        raw = message.message()
        assert {header.lower() for header in raw.keys()} <= HEADERS  # noqa: SIM118  one header may stand twice
        assert len(raw.keys()) == len(set(raw.keys()))
        assert message.recipients() == message.to
        assert len(message.subject.splitlines()) == 1
        assert "<script" not in message.alternatives[0].content
        assert "2026" not in message.subject
