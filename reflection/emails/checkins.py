"""The mail of a check-in. It names nobody but its reader, and its subject asks nothing."""

from datetime import datetime, time, timedelta

from partnerships.domain.dispatch import mail_kind, plan_dispatches
from partnerships.domain.links import link_purpose, sign_link
from partnerships.domain.mail_choices import fewer_token
from partnerships.domain.working_time import local_moment, next_working_time
from partnerships.emails import site_url
from partnerships.enums import MailSeries
from reflection.domain.digests import cannot_wait
from reflection.domain.rhythms import date_due, rhythm_of
from reflection.enums import Mood, Room
from reflection.models.checkins import CheckIn, CheckInInvitee

#: A check-in of Tuesday is not delivered on Friday.
NEWS_FOR = timedelta(days=1)
LATE_FOR = timedelta(days=28)


def plan_checkin(*, checkin: CheckIn, memberships, at) -> None:
    """One mail to each person asked (memberships with their person)."""
    zone = checkin.partnership.time_zone
    plan_dispatches(
        kind="checkin",
        occurrence=f"checkin:{checkin.pk}:{checkin.on}",
        recipients=[membership.person for membership in memberships],
        partnership=checkin.partnership,
        # From when it may come: one that is sent by hand on a Friday evening waits for Monday.
        expires_at=min(next_working_time(max(checkin.opens_at, at), time_zone=zone) + NEWS_FOR, checkin.closes_at),
        at=at,
    )


def _invitee(dispatch, person):
    pk = dispatch.occurrence.split(":")[1]
    return (
        CheckInInvitee.objects.of_current_members()
        .of(person)
        .filter(checkin=pk)
        .select_related("checkin__partnership", "membership")
        .first()
    )


def still_to_answer(dispatch, person):
    invitee = _invitee(dispatch, person)
    return (
        invitee is not None
        and invitee.checkin.is_open
        and CheckInInvitee.objects.waiting().filter(pk=invitee.pk).exists()
    )


def checkin_cannot_wait(dispatch, person, at) -> bool:
    """Of a rhythm that is known, the weekly mail announces what it could not bring; one sent by hand nobody saw coming."""
    invitee = _invitee(dispatch, person)
    if invitee is None:
        return False
    checkin = invitee.checkin
    known_at, rhythm = checkin.opens_at, rhythm_of(checkin.partnership)
    due = date_due(rhythm, partnership=checkin.partnership, pauses=(), at=checkin.opens_at) if rhythm else None
    if due and due.opens_at == checkin.opens_at:
        known_at = local_moment(rhythm.starts_on, time(), zone=checkin.partnership.zone)
    return cannot_wait(person=person, known_at=known_at, over_at=checkin.closes_at, at=at)


@link_purpose("checkin_answer")
def load_checkin_place(link):
    """Someone's place in a check-in, from the link in their mail; gone once they have left the group."""
    places = CheckInInvitee.objects.of_current_members().filter(pk=link.obj, membership=link.subject)
    return places.select_related("answer", "membership", "checkin__partnership").first()


def expires_at_of(checkin: CheckIn) -> datetime:
    """Until when the links of a check-in's mail work."""
    return checkin.closes_at + LATE_FOR


def reply_url(invitee: CheckInInvitee) -> str:
    """The link of one person to one check-in. It works for late answers too."""
    token = sign_link(
        "checkin_answer",
        subject=invitee.membership,
        obj=invitee,
        expires_at=expires_at_of(invitee.checkin),
    )
    return site_url("reflection:checkin_reply", token=token)


def what_is_asked_first(checkin: CheckIn, url: str) -> dict:
    """The question whose choices stand in the mail: room, else mood; each choice opens the page with it chosen."""
    name, choices = ("room", Room) if checkin.asks_room else ("mood", Mood)
    if not (checkin.asks_room or checkin.asks_mood):
        return {"choices": [], "name": ""}
    rows = [{"value": value, "words": words, "url": f"{url}?{name}={value}"} for value, words in choices.choices]
    return {"choices": rows, "name": name}


@mail_kind(
    "checkin",
    essential=False,
    series=MailSeries.CHECK_INS,
    still_wanted=still_to_answer,
    working_time=True,
    hidden=True,
    cannot_wait=checkin_cannot_wait,
)
def mail_checkin(dispatch, person):
    invitee = _invitee(dispatch, person)
    token = fewer_token(membership=invitee.membership, expires_at=expires_at_of(invitee.checkin))
    fewer = {"fewer_url": site_url("partnerships:mail_fewer", token=token)}
    return checkin_context(invitee.checkin, reply_url(invitee)) | fewer


def checkin_context(checkin, url):
    """What the three templates need; a preview gives a check-in that was never saved and an address that leads nowhere."""
    return {
        "checkin": checkin,
        "url": url,
        "minimum": checkin.partnership.minimum_group,
        **what_is_asked_first(checkin, url),
    }
