"""Mails about a session: it has opened, it was called off, writing is over, the record is there."""

from datetime import datetime, timedelta

from django.utils import timezone

from partnerships.domain.dispatch import mail_kind, plan_dispatches
from partnerships.emails import site_url
from partnerships.enums import MailSeries
from partnerships.models.members import Membership
from partnerships.models.people import Person
from reflection.domain.digests import cannot_wait
from reflection.enums import Audience, SessionState
from reflection.models.participations import Participation
from reflection.models.sessions import Session

NEWS_IS_OLD_AFTER = timedelta(days=7)
RECORD_IS_OLD_AFTER = timedelta(days=14)


def occurrence_of(session: Session, day=None) -> str:
    return f"session:{session.pk}:{day}" if day else f"session:{session.pk}"


# --- Planned by the domain, in the transaction of what they tell about -----------------------------
def plan_session_opened(*, session: Session, memberships, at: datetime) -> None:
    """Tell everyone who was asked (memberships with their person) that they may write now."""
    people = [membership.person for membership in memberships]
    _plan("session_opened", session, people, at, expires_at=session.closes_at)


def plan_session_cancelled(*, session: Session, at: datetime) -> None:
    """Tell those who were asked; of a plan that never opened, everyone who would have been."""
    group = Membership.objects.current().filter(partnership=session.partnership_id)
    asked = group.filter(participations__session=session) if session.opened_at else group.taking_part()
    _plan("session_cancelled", session, _people(asked), at, expires_at=at + NEWS_IS_OLD_AFTER)


def plan_writing_ended(*, session: Session, at: datetime) -> None:
    """Tell those who lead that it is time to show the answers. Nothing is shown by itself."""
    leads = Membership.objects.current().facilitating().filter(partnership=session.partnership_id)
    # Given more time, writing ends again on another day, and they are told again.
    day = session.partnership.local_date(session.closes_at)
    _plan("writing_ended", session, _people(leads), at, expires_at=at + NEWS_IS_OLD_AFTER, day=day)


def plan_record_ready(*, session: Session, at: datetime) -> None:
    """Tell the audience of the record that it is there. Whoever planned chose who that is."""
    readers = Membership.objects.current().filter(partnership=session.partnership_id)
    _plan("record_ready", session, _people(audience_of(session, readers)), at, expires_at=at + RECORD_IS_OLD_AFTER)


def plan_session_reminder(*, session: Session, at: datetime) -> None:
    """Remind those who have not finished and have not paused their reminders. Nobody is told who they are."""
    today = session.partnership.local_date(at)
    unfinished = (
        Membership.objects.current()
        .filter(participations__in=session.participations.unfinished())
        .exclude(paused_until__gte=today)
    )
    _plan("session_reminder", session, _people(unfinished), at, expires_at=session.closes_at)


def audience_of(session: Session, memberships):
    """Of these memberships, those who get the record: those who lead always, then as was chosen."""
    leads = memberships.facilitating()
    if session.audience == Audience.FACILITATORS:
        return leads
    if session.audience == Audience.TOOK_PART:
        took_part = session.participations.filter(took_part=True).values("membership__person")
        return leads | memberships.of_the_group().filter(person__in=took_part)
    return memberships if session.audience == Audience.MEMBERS_AND_OBSERVERS else memberships.of_the_group()


def _people(memberships):
    return Person.objects.filter(pk__in=memberships.values("person"))


def _plan(kind, session, people, at, expires_at, day=None):
    plan_dispatches(
        kind=kind,
        occurrence=occurrence_of(session, day),
        recipients=people,
        partnership=session.partnership,
        expires_at=expires_at,
        at=at,
    )


# --- Asked again just before sending ---------------------------------------------------------------
def _session(dispatch) -> Session:
    pk = dispatch.occurrence.split(":")[1]
    return Session.objects.select_related("partnership").get(pk=pk)


def _member(session, person):
    return Membership.objects.current().filter(person=person, partnership=session.partnership_id).first()


def _asked(session, person):
    return Participation.objects.of(person).filter(session=session, membership__left_on__isnull=True)


def may_still_write(dispatch, person) -> bool:
    session = _session(dispatch)
    return session.is_writable() and _asked(session, person).exists()


def has_not_finished(dispatch, person) -> bool:
    session = _session(dispatch)
    mine = _asked(session, person).unfinished().select_related("membership").first()
    if mine is None or not session.is_writable():
        return False
    paused = mine.membership.paused_until
    return paused is None or paused < session.partnership.local_date()


def opening_cannot_wait(dispatch, person, at) -> bool:
    """It was opened since the last weekly mail, which could not announce it, and is over before the next."""
    session = _session(dispatch)
    known_at = session.scheduled_at or session.opened_at
    return cannot_wait(person=person, known_at=known_at, over_at=session.closes_at, at=at)


def closing_cannot_wait(dispatch, person, at) -> bool:
    session = _session(dispatch)
    return cannot_wait(person=person, known_at=session.opened_at, over_at=session.closes_at, at=at)


def is_called_off(dispatch, person) -> bool:
    session = _session(dispatch)
    return session.state == SessionState.CANCELLED and _member(session, person) is not None


def waits_for_showing(dispatch, person) -> bool:
    """Still for this person to do: they lead, writing is over, and something is not shown yet."""
    session = _session(dispatch)
    member = _member(session, person)
    waiting = session.is_open and not session.is_writable() and session.rounds.filter(stage="writing").exists()
    return waiting and member is not None and member.facilitates


def may_read_record_now(dispatch, person) -> bool:
    session = _session(dispatch)
    mine = Membership.objects.current().filter(person=person, partnership=session.partnership_id)
    return session.state == SessionState.CLOSED and audience_of(session, mine).exists()


# --- What their words need -------------------------------------------------------------------------
def _about(dispatch, page):
    session = _session(dispatch)
    leads = Membership.objects.current().facilitating().filter(partnership=session.partnership_id).by_name()
    minutes = [round.writing_minutes for round in session.rounds.questions()]
    return {
        "session": session,
        "url": site_url(f"reflection:{page}", session_id=session.pk),
        "question_count": len(minutes),
        "any_shown": session.rounds.shown().exists(),
        "minutes": sum(minutes),
        "lead_names": [lead.person.short_name for lead in leads],
        "now": timezone.now(),
    }


@mail_kind(
    "session_opened",
    essential=False,
    series=MailSeries.SESSION_OPENS,
    still_wanted=may_still_write,
    cannot_wait=opening_cannot_wait,
)
def mail_session_opened(dispatch, person):
    return _about(dispatch, "session_detail")


@mail_kind(
    "session_reminder",
    essential=False,
    series=MailSeries.CLOSES_SOON,
    hidden=True,
    still_wanted=has_not_finished,
    cannot_wait=closing_cannot_wait,
)
def mail_session_reminder(dispatch, person):
    return _about(dispatch, "session_detail")


@mail_kind("session_cancelled", essential=True, still_wanted=is_called_off)
def mail_session_cancelled(dispatch, person):
    return _about(dispatch, "session_detail")


@mail_kind("writing_ended", essential=True, still_wanted=waits_for_showing)
def mail_writing_ended(dispatch, person):
    return _about(dispatch, "session_run")


@mail_kind("record_ready", essential=False, series=MailSeries.RECORDS, still_wanted=may_read_record_now)
def mail_record_ready(dispatch, person):
    return _about(dispatch, "record_detail")
