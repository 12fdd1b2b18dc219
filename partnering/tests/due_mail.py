"""Mail of every kind that the fault tests try, due on a Monday morning: planned as the application plans it."""

from datetime import UTC, date, datetime, timedelta

from partnerships.domain.dispatch import send_dispatches
from partnerships.domain.mail_choices import update_mail_choice
from partnerships.enums import DispatchState, MailPace
from partnerships.models.dispatch import Dispatch, recipient_key
from partnerships.models.people import Person
from partnerships.tests.cast import address, membership_of
from partnerships.tests.factories import make_invitation
from reflection.domain.actions import add_action, answer_action
from reflection.domain.checkins import plan_due_checkins
from reflection.domain.digests import plan_due_digests
from reflection.domain.participations import remind_unfinished
from reflection.domain.reminders import plan_due_reminders
from reflection.enums import EveryWeeks, Weekday
from reflection.tests.checkins import make_rhythm
from reflection.tests.sessions import make_open

#: Eleven o'clock on a working day: whatever waits for working hours may come.
MONDAY = datetime(2027, 2, 8, 11, tzinfo=UTC)
WEDNESDAY = datetime(2027, 2, 3, 10, tzinfo=UTC)
MAILS = 3
#: They get one mail a week, and nobody else does.
WEEKLY = ("tom", "helen", "joyce")
OWNERS = ("bea", "derek", "nia")
LONG = {"closes_at": MONDAY + timedelta(days=30)}


def weekly_digest(larkmere, framework, amina):
    for person in _people(WEEKLY):
        update_mail_choice(membership=membership_of(person, larkmere), by=person, session_opens=MailPace.WEEKLY)
    make_open(larkmere, framework, membership_of(amina, larkmere), at=WEDNESDAY, **LONG)
    Dispatch.objects.exclude(recipient_key__in=_keys(WEEKLY)).delete()
    send_dispatches(at=WEDNESDAY)
    plan_due_digests()


def action_due(larkmere, framework, amina):
    lead, owners = membership_of(amina, larkmere), [membership_of(person, larkmere) for person in _people(OWNERS)]
    session = make_open(larkmere, framework, lead, at=WEDNESDAY, **LONG)
    action = add_action(
        session=session, by=lead, text="Ask the school", owners=owners, due_on=date(2027, 2, 11), at=WEDNESDAY
    )
    for owner in action.owners.all():
        answer_action(owner=owner, yes=True, at=WEDNESDAY)
    plan_due_reminders()


def checkin(larkmere, framework, amina):
    make_rhythm(larkmere, weekday=Weekday.MONDAY, starts_on=MONDAY.date(), every_weeks=EveryWeeks.ONE)
    plan_due_checkins()


def session_opened(larkmere, framework, amina):
    make_open(larkmere, framework, membership_of(amina, larkmere))


def session_reminder(larkmere, framework, amina):
    lead = membership_of(amina, larkmere)
    remind_unfinished(session=make_open(larkmere, framework, lead), by=lead)


def invitation(larkmere, framework, amina):
    for number in range(MAILS):
        make_invitation(larkmere, amina, f"guest{number}@x.example")


#: kind: how it comes to be due. The last is the only one that is sent once more when in doubt.
DUE = {
    make.__name__: make for make in (weekly_digest, action_due, checkin, session_opened, session_reminder, invitation)
}
#: What the clock plans, and may plan again.
PLANNERS = {"weekly_digest": plan_due_digests, "action_due": plan_due_reminders, "checkin": plan_due_checkins}


def make_due(kinds, larkmere, framework, amina):
    """Three mails of each of these kinds, and no others. Returns a queryset of them."""
    kept = []
    for kind in kinds:
        DUE[kind](larkmere, framework, amina)
        rows = Dispatch.objects.filter(kind=kind)
        if kind != "weekly_digest":
            rows = rows.exclude(recipient_key__in=_keys(WEEKLY))
        kept += rows.values_list("pk", flat=True)[:MAILS]
        Dispatch.objects.filter(state=DispatchState.PLANNED).exclude(pk__in=kept).delete()
    assert len(kept) == MAILS * len(kinds), "not what this test is about"
    return Dispatch.objects.filter(pk__in=kept)


def _people(names):
    return Person.objects.filter(email__in=map(address, names))


def _keys(names):
    return [recipient_key(person) for person in _people(names)]
