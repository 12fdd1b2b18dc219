"""The mails of a session: who gets one, what it says, and that it is asked again before it goes (E13, C9)."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partnerships.domain.dispatch import send_dispatches
from partnerships.domain.members import leave_partnership
from partnerships.enums import DispatchState
from partnerships.models.dispatch import Dispatch
from partnerships.tests.cast import membership_of
from reflection.domain.drafts import finish_writing
from reflection.domain.participations import remind_unfinished
from reflection.domain.sessions import cancel_session, close_session, end_writing, give_more_time, schedule_session
from reflection.enums import OF_A_SESSION, Audience
from reflection.tests.sessions import make_open, make_plan, make_revealed, write

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _in_memory(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.SITE_URL = "https://partnering.test"
    settings.MAIL_MOST_A_WEEK = 1000  # the limit has tests of its own


def sent(kind):
    """Send what is due and return the messages of one kind, by the local part of their address."""
    mail.outbox.clear()
    Dispatch.objects.exclude(kind=kind).delete()
    send_dispatches()
    return {message.to[0].partition("@")[0]: message for message in mail.outbox}


def test_session_opened_goes_to_everyone_asked_in_one_insert(larkmere, framework, lead):
    plan = make_plan(larkmere, framework, lead, questions=5)
    with CaptureQueriesContext(connection) as queries:
        schedule_session(session=plan, by=lead)
    inserts = [query["sql"] for query in queries if query["sql"].startswith('INSERT INTO "partnerships_dispatch"')]
    assert len(inserts) == 1
    messages = sent("session_opened")
    assert len(messages) == 12
    message = messages["bea"]
    assert message.subject == "Larkmere Vale Together: a session has opened"
    assert "Bea, a session has opened" in message.body
    assert "Five questions, about 35 minutes in all." in message.body
    assert "until Amina or Ruth shows the answers" in message.body
    assert "with your sector where that is safe, never with your name" in message.body
    assert f"https://partnering.test/sessions/{plan.pk}/" in message.body
    assert Dispatch.objects.values_list("occurrence", flat=True).distinct().get() == f"session:{plan.pk}"


@pytest.mark.parametrize("attribution", OF_A_SESSION)
def test_no_mail_of_a_session_carries_a_question_a_title_an_answer_or_another_name(
    larkmere, framework, lead, attribution
):
    """Every kind of mail, in words and HTML (E13)."""
    canaries = {"attribution": attribution, "title": "CANARY-TITLE", "why_now": "CANARY-WHY", "where": "CANARY-PLACE"}
    session = make_open(larkmere, framework, lead, questions=5, **canaries)
    remind_unfinished(session=session, by=lead)
    messages = send_all()
    write(session, words="CANARY-WORDS {}")
    end_writing(session=session, by=lead)
    messages += send_all()
    cancel_session(session=session, by=lead, why="Too many are away.")
    shown, _ = make_revealed(larkmere, framework, lead, **canaries)
    close_session(session=shown, by=lead)
    messages += send_all()
    kinds = set(Dispatch.objects.filter(state=DispatchState.SENT).values_list("kind", flat=True))
    assert kinds == {"session_opened", "session_reminder", "writing_ended", "session_cancelled", "record_ready"}
    everybody = {member.person.short_name for member in larkmere.memberships.current().select_related("person")}
    titles = [question.title for question in framework.questions.all()]
    for message in messages:
        text = " ".join([message.subject, message.body, re.sub(r"<[^>]+>", " ", message.alternatives[0].content)])
        assert "CANARY" not in text
        assert [title for title in titles if title in text] == []
        reader = message.to[0].partition("@")[0].capitalize()
        assert {name for name in everybody if re.search(rf"\b{name}\b", text)} <= {"Amina", "Ruth", reader}


def send_all():
    mail.outbox.clear()
    send_dispatches()
    return list(mail.outbox)


def test_session_opened_is_not_sent_to_who_left_or_after_it_closed(larkmere, framework, lead, bea):
    session = make_open(larkmere, framework, lead)
    leave_partnership(membership=membership_of(bea, larkmere), by=bea)
    assert "bea" not in sent("session_opened")
    assert Dispatch.objects.get(recipient_key=f"person:{bea.pk}").state == DispatchState.SUPPRESSED
    late = make_open(larkmere, framework, lead)
    close_session(session=late, by=lead)
    assert sent("session_opened") == {}
    assert session.is_open


def test_session_reminder_is_not_sent_to_who_finished_meanwhile(larkmere, framework, lead, bea):
    session = make_open(larkmere, framework, lead)
    remind_unfinished(session=session, by=lead)
    finish_writing(participation=session.participations.get(membership__person=bea))
    messages = sent("session_reminder")
    assert len(messages) == 11
    assert "bea" not in messages
    assert "have not said that you are finished" in messages["gwen"].body


def test_session_cancelled_tells_why_and_what_became_of_words(larkmere, framework, lead):
    session = make_open(larkmere, framework, lead)
    cancel_session(session=session, by=lead, why="Too many of us are away.")
    message = sent("session_cancelled")["bea"]
    assert "Too many of us are away." in message.body
    assert "it came back to you" in message.body


def test_session_cancelled_after_something_was_shown_does_not_deny_it(larkmere, framework, lead):
    session, _ = make_revealed(larkmere, framework, lead)
    cancel_session(session=session, by=lead, why="We stop here.")
    body = sent("session_cancelled")["bea"].body
    assert "What had been shown stays with the group." in body
    assert "Nothing was shown to anyone." not in body


def test_session_cancelled_before_it_opened_goes_to_all_who_would_have_been_asked(larkmere, framework, lead):
    later = timezone.now() + timedelta(days=1)
    plan = make_plan(larkmere, framework, lead, opens_at=later, closes_at=later + timedelta(days=3))
    schedule_session(session=plan, by=lead)
    cancel_session(session=plan, by=lead, why="Not now.")
    messages = sent("session_cancelled")
    assert len(messages) == 12
    assert "came back" not in messages["bea"].body


def test_a_draft_that_is_cancelled_tells_nobody(larkmere, framework, lead):
    cancel_session(session=make_plan(larkmere, framework, lead), by=lead, why="A mistake.")
    assert Dispatch.objects.count() == 0


def test_writing_ended_goes_to_those_who_lead_and_again_after_more_time(larkmere, framework, lead):
    session = make_open(larkmere, framework, lead)
    end_writing(session=session, by=lead)
    assert set(sent("writing_ended")) == {"amina", "ruth"}
    session = give_more_time(session=session, by=lead, closes_at=timezone.now() + timedelta(days=20))
    end_writing(session=session, by=lead)
    assert set(sent("writing_ended")) == {"amina", "ruth"}


GROUP = {"amina", "ruth", "bea", "tom", "helen", "joyce", "derek", "piotr", "kalpana", "gwen", "nia", "samir"}


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        (Audience.MEMBERS, GROUP),
        (Audience.MEMBERS_AND_OBSERVERS, GROUP | {"fay"}),
        (Audience.FACILITATORS, {"amina", "ruth"}),
        # The first seven by address wrote; Ruth facilitates and gets every record.
        (Audience.TOOK_PART, {"amina", "bea", "derek", "gwen", "helen", "joyce", "kalpana", "ruth"}),
    ],
)
def test_record_ready_goes_to_its_audience_and_no_one_else(larkmere, framework, lead, audience, readers):
    session, _ = make_revealed(larkmere, framework, lead, audience=audience, writers=7)
    close_session(session=session, by=lead)
    messages = sent("record_ready")
    assert set(messages) == readers
    assert f"/sessions/{session.pk}/record/" in messages["amina"].body


def test_times_in_a_mail_are_on_the_reader_s_own_clock(larkmere, framework, lead, bea):
    bea.time_zone = "Asia/Tokyo"
    bea.save(update_fields=["time_zone"])
    closes = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=3)
    make_open(larkmere, framework, lead, closes_at=closes)
    messages = sent("session_opened")
    assert "9pm" in messages["bea"].body
    assert "9pm" not in messages["tom"].body
