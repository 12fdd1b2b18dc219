"""Reminders that the clock plans: a session closes soon, an action is due, something learned is to be looked at again.

None says who has done what, or what it is about: the words stay behind the sign-in (trust E13).
"""

from datetime import date, datetime, time, timedelta

from partnerships.domain.dispatch import mail_kind, plan_dispatches
from partnerships.domain.working_time import local_moment
from partnerships.emails import site_url
from partnerships.enums import MailSeries
from partnerships.models.members import Membership
from partnerships.models.people import Person
from reflection.domain.digests import cannot_wait
from reflection.domain.session_progress import progress_of, remember_steps
from reflection.emails.sessions import closing_cannot_wait, has_not_finished
from reflection.enums import ActionState, OwnerReply
from reflection.models.actions import ActionOwner
from reflection.models.outcomes import Learning
from reflection.models.sessions import Session

GATHERS_FOR = timedelta(minutes=30)
NEWS_FOR = timedelta(days=7)
OPEN = [ActionState.OPEN, ActionState.PARTLY]


# --- A session closes soon -----------------------------------------------------------------------------------------
@mail_kind(
    "session_closes_soon",
    essential=False,
    series=MailSeries.CLOSES_SOON,
    working_time=True,
    hidden=True,
    still_wanted=has_not_finished,
    cannot_wait=closing_cannot_wait,
)
def mail_session_closes_soon(dispatch, person):
    session = Session.objects.select_related("partnership").get(pk=dispatch.occurrence.split(":")[1])
    session.progress = progress_of(session=session, begun=session.participations.begun_by_themselves().count())
    remember_steps([session])
    return {
        "session": session,
        "progress": session.progress.words,
        "is_last": dispatch.occurrence.endswith(":last"),
        "url": site_url("reflection:session_detail", session_id=session.pk),
    }


# --- What someone said they would do -------------------------------------------------------------------------------
def _owned(dispatch, person):
    """One's own place among the owners, as long as the action is open and due on the day this mail is about."""
    _, pk, due_on = dispatch.occurrence.split(":")
    return (
        ActionOwner.objects.filter(
            action=pk, action__due_on=due_on, action__state__in=OPEN, reply=OwnerReply.YES,
            membership__person=person, membership__left_on__isnull=True,
        )
        .select_related("action__session__partnership")
        .first()
    )  # fmt: skip


def still_to_do(dispatch, person) -> bool:
    return _owned(dispatch, person) is not None


def due_cannot_wait(dispatch, person, at) -> bool:
    owner = _owned(dispatch, person)
    if owner is None:
        return False
    over_at = local_moment(owner.action.due_on + timedelta(days=1), time(), zone=dispatch.partnership.zone)
    return cannot_wait(person=person, known_at=owner.replied_at, over_at=over_at, at=at)


PROMISED = {
    "essential": False,
    "series": MailSeries.ACTIONS,
    "working_time": True,
    "hidden": True,
    "still_wanted": still_to_do,
}


@mail_kind("action_due", **PROMISED)
@mail_kind("action_late", **PROMISED)
def mail_promise(dispatch, person):
    """One mail before and one after the day: their words differ, what they are about does not."""
    owner = _owned(dispatch, person)
    return {
        "due_on": owner.action.due_on,
        "url": site_url("reflection:action_list", partnership_id=owner.action.session.partnership_id),
    }


def plan_actions_asked(*, session: Session, memberships: list[Membership], at: datetime) -> None:
    """Tell people that they were asked to do something: one mail for a session and a day, however much it is.

    It waits a little, so that what is agreed in one sitting comes together.
    """
    if not memberships:
        return
    day = session.partnership.local_date(at)
    plan_dispatches(
        kind="action_asked",
        occurrence=f"asked:{session.pk}:{day}",
        recipients=Person.objects.filter(pk__in=[membership.person_id for membership in memberships]),
        partnership=session.partnership,
        not_before=at + GATHERS_FOR,
        expires_at=at + NEWS_FOR,
        at=at,
    )


def _asked(dispatch, person):
    """What this person was asked to own in a session and has not answered."""
    return ActionOwner.objects.filter(
        action__session=dispatch.occurrence.split(":")[1],
        action__state__in=OPEN,
        reply=OwnerReply.ASKED,
        membership__person=person,
        membership__left_on__isnull=True,
    )


def still_asked(dispatch, person) -> bool:
    return _asked(dispatch, person).exists()


@mail_kind(
    "action_asked",
    essential=False,
    series=MailSeries.ACTIONS,
    working_time=True,
    hidden=True,
    still_wanted=still_asked,
)
def mail_action_asked(dispatch, person):
    return {"count": _asked(dispatch, person).count(), "url": site_url("home")}


# --- What the group learned ----------------------------------------------------------------------------------------
def _to_review(dispatch):
    _, partnership, day = dispatch.occurrence.split(":")
    due = Learning.objects.of_partnership(partnership).due_for_review(date.fromisoformat(day))
    return due.exclude(session__state="cancelled")


def still_to_review(dispatch, person) -> bool:
    leads = Membership.objects.current().facilitating().filter(partnership=dispatch.partnership_id, person=person)
    return leads.exists() and _to_review(dispatch).exists()


@mail_kind(
    "learning_review", essential=False, series=MailSeries.REVIEWS, working_time=True, still_wanted=still_to_review
)
def mail_learning_review(dispatch, person):
    return {
        "count": _to_review(dispatch).count(),
        "url": site_url("reflection:learning_list", partnership_id=dispatch.partnership_id),
    }
