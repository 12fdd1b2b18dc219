"""Asking people in. All or nothing for a list of addresses; a new link ends the old one; holding the link proves the address."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models, transaction
from django.utils import timezone

from partnerships.domain.dispatch import plan_dispatch
from partnerships.domain.members import join_partnership, set_brings
from partnerships.domain.people import create_person
from partnerships.enums import Delivery, DispatchState, InvitationRole, InvitationState
from partnerships.models.bounces import AddressSuppression
from partnerships.models.dispatch import Dispatch, recipient_key
from partnerships.models.invitations import GONE_WORDS, Invitation, new_seed
from partnerships.models.members import Membership
from partnerships.models.partnerships import Partnership
from partnerships.models.people import Person

OPEN_FOR = timedelta(days=30)
# A mail that could not go out for two days is not sent into a silence: whoever invited is shown that it was late.
USEFUL_FOR = timedelta(days=2)
MOST_AT_ONCE = 50
AS_ROLE = {
    InvitationRole.MEMBER: {"takes_part": True},
    InvitationRole.FACILITATOR: {"takes_part": True, "facilitates": True},
    InvitationRole.OBSERVER: {"takes_part": False, "observes": True},
}

OTHER_ADDRESS = "This invitation was sent to another address than yours. Ask for one to this address."

DELIVERIES = {
    DispatchState.FAILED: Delivery.NOT_DELIVERED,
    DispatchState.SUPPRESSED: Delivery.NOT_DELIVERED,
    DispatchState.UNKNOWN: Delivery.NOT_SURE,
    DispatchState.EXPIRED: Delivery.NOT_SENT,
}


@transaction.atomic
def invite_people(*, partnership, by, emails, role=InvitationRole.MEMBER, message="", organisation=None, at=None):
    """Invite everyone in `emails`: text with one address a line ("Name <address>" will do), or a list of such lines; at most 50.

    All or nothing. Raises ValidationError for "emails" with one error for each line that needs a look (its params: line,
    typed, advice). Returns the invitations; their mails are planned in the same transaction.
    """
    at = at or timezone.now()
    if role not in AS_ROLE:
        raise ValidationError({"role": "Choose what you are asking them to be."})
    partnership = Partnership.objects.lock().get(pk=partnership.pk)
    lines = emails.splitlines() if isinstance(emails, str) else list(emails)
    addresses = _read_addresses(partnership, lines, at)
    _expire(Invitation.objects.filter(partnership=partnership), at)
    return [
        _invite(
            partnership=partnership,
            email=email,
            full_name=name,
            role=role,
            message=message,
            organisation=organisation,
            by=by,
            at=at,
        )
        for name, email in addresses
    ]


@transaction.atomic
def invite_founder(*, email, by=None, programme=None, full_name="", message="", at=None):
    """Invite someone to begin a partnership, for a Programme or for none. Raises ValidationError for a bad or invited address."""
    at = at or timezone.now()
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise ValidationError({"email": advice_for(email)}) from None
    founding = Invitation.objects.filter(partnership__isnull=True, email__iexact=email)
    _expire(founding, at)
    if founding.unanswered().exists():
        raise ValidationError({"email": "This address has an invitation already. Send that one again instead."})
    return _invite(
        partnership=None,
        programme=programme,
        email=email,
        full_name=full_name,
        role=InvitationRole.FOUNDER,
        message=message,
        by=by,
        at=at,
    )


@transaction.atomic
def resend_invitation(*, invitation, by, at=None):
    """Send an open or run-out invitation again with a new link; the old link ends. Raises ValidationError when it was answered or withdrawn."""
    at = at or timezone.now()
    _lock(invitation)
    state = invitation.state_at(at)
    if state not in (InvitationState.OPEN, InvitationState.EXPIRED):
        raise ValidationError(GONE_WORDS[state])
    newer = (
        Invitation.objects.open(at)
        .filter(partnership=invitation.partnership, email__iexact=invitation.email)
        .exclude(pk=invitation.pk)
    )
    if newer.exists():
        raise ValidationError("This address has a newer invitation. Send that one again instead.")
    invitation.seed = new_seed()
    invitation.expires_at, invitation.expired_at = at + OPEN_FOR, None
    invitation.times_sent += 1
    invitation.save(update_fields=["seed", "expires_at", "expired_at", "times_sent"])
    _plan_mail(invitation, at)
    return invitation


@transaction.atomic
def withdraw_invitation(*, invitation, by, at=None):
    """Take an invitation back; its link ends. Raises ValidationError when it was answered or withdrawn before."""
    return _close(
        invitation, "withdrawn_at", at or timezone.now(), allowed={InvitationState.OPEN, InvitationState.EXPIRED}
    )


@transaction.atomic
def decline_invitation(*, invitation, at=None):
    """Write down a "Not now". Raises ValidationError when the invitation is no longer open."""
    return _close(invitation, "declined_at", at or timezone.now(), allowed={InvitationState.OPEN})


@transaction.atomic
def accept_invitation(
    *,
    invitation,
    person=None,
    full_name="",
    called="",
    pronouns="",
    time_zone="Europe/London",
    organisation=None,
    brings=(),
    at=None,
):
    """Say yes. Returns (person, membership); for an invitation to begin a partnership, membership is None.

    person: who is signed in. Without one, an account is made for the invited address, which the link has proven.
    organisation: an Organisation, or None for the one in the invitation. brings: (kind, text).
    Raises ValidationError when the invitation is no longer open; with code "other_address" when it was sent to an address
    that is not one of theirs, proven, in any case of letters; with code "sign_in" when the address has an account
    already: a link that could be passed on must not open somebody's account.
    """
    at = at or timezone.now()
    if invitation.partnership_id:
        Partnership.objects.lock().get(pk=invitation.partnership_id)
    _lock(invitation)
    state = invitation.state_at(at)
    if state != InvitationState.OPEN:
        raise ValidationError(GONE_WORDS[state], code="gone")
    if person is not None and not invitation.is_for(person):
        raise ValidationError(OTHER_ADDRESS, code="other_address")
    if person is None:
        if has_account(invitation):
            raise ValidationError(
                "You have an account with this address. Sign in first, then come back to this page.", code="sign_in"
            )
        person = create_person(
            email=invitation.email,
            full_name=full_name or invitation.full_name,
            called=called,
            pronouns=pronouns,
            time_zone=time_zone,
            at=at,
        )
    membership = None
    if invitation.role != InvitationRole.FOUNDER:
        membership = join_partnership(
            partnership=invitation.partnership,
            person=person,
            by=person,
            organisation=organisation or invitation.organisation,
            at=at,
            **AS_ROLE[invitation.role],
        )
        if brings:
            set_brings(membership=membership, brings=brings, by=person, at=at)
    invitation.accepted_at, invitation.accepted_by = at, person
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    return person, membership


def has_account(invitation):
    """Whether the invited address belongs to someone with an account: they sign in, and the link alone does not let them in."""
    return Person.objects.filter(email__iexact=invitation.email).exists()


@dataclass(frozen=True)
class Waiting:
    """An invitation without an answer, and what became of its latest mail: `delivery`, and since when."""

    invitation: Invitation
    delivery: Delivery
    since: datetime


def list_waiting(*, partnership, at=None):
    """Every unanswered invitation of a partnership as `Waiting`, the newest first (three queries). We never know who opened one."""
    at = at or timezone.now()
    invitations = list(partnership.invitations.waiting())
    mails = Dispatch.objects.filter(recipient_key__in=[recipient_key(invitation) for invitation in invitations])
    latest = {mail.occurrence: mail for mail in mails}
    came_back = set(
        AddressSuppression.objects.of(invitation.email for invitation in invitations).values_list("address", flat=True)
    )
    return [
        Waiting(invitation, Delivery.NOT_DELIVERED, invitation.created_at)
        if invitation.email.lower() in came_back
        else _waiting(invitation, latest.get(f"{invitation.pk}:{invitation.times_sent}"), at)
        for invitation in invitations
    ]


def _waiting(invitation, mail, at):
    if invitation.state_at(at) == InvitationState.EXPIRED:
        return Waiting(invitation, Delivery.RAN_OUT, invitation.expires_at)
    if mail is None:
        return Waiting(invitation, Delivery.ON_ITS_WAY, invitation.created_at)
    if mail.state == DispatchState.SENT:
        return Waiting(invitation, Delivery.SENT, mail.sent_at)
    return Waiting(invitation, DELIVERIES.get(mail.state, Delivery.ON_ITS_WAY), mail.planned_at)


def expire_invitations(*, at=None):
    """Mark what has run out, so that the address can be invited again. Returns how many."""
    return _expire(Invitation.objects.all(), at or timezone.now())


def advice_for(typed):
    """What to do about a line that is not an address."""
    if "@" not in typed:
        return "An address has an @ in it. Finish it, or take the line out."
    domain = typed.rpartition("@")[2]
    if "." not in domain:
        return "The end is missing, such as .org or .uk."
    return "This does not look like an address. Look for a space or a missing letter."


def _read_addresses(partnership, lines, at):
    filled = [(number, line.strip()) for number, line in enumerate(lines, 1) if line.strip(" \t,;")]
    if not filled:
        raise ValidationError({"emails": "Write one address on each line."})
    if len(filled) > MOST_AT_ONCE:
        raise ValidationError({"emails": f"That is {len(filled)} addresses. Send up to {MOST_AT_ONCE} at a time."})
    here = {
        membership.person.email.lower(): membership.person.short_name
        for membership in Membership.objects.current().filter(partnership=partnership).select_related("person")
    }
    waiting = {
        email.lower()
        for email in Invitation.objects.open(at).filter(partnership=partnership).values_list("email", flat=True)
    }
    read, seen, wrong = [], {}, []
    for number, typed in filled:
        name, email = parseaddr(typed.rstrip(" ,;")) if "<" in typed else ("", typed.rstrip(" ,;"))
        email = email.lower()
        advice = _what_is_wrong(email, typed, here, waiting, seen)
        if advice:
            wrong.append(
                ValidationError(
                    "Line %(line)s: %(advice)s", code="line", params={"line": number, "typed": typed, "advice": advice}
                )
            )
        seen.setdefault(email, number)
        read.append((name[:120], email))
    if wrong:
        raise ValidationError({"emails": wrong})
    return read


def _what_is_wrong(email, typed, here, waiting, seen):
    try:
        validate_email(email)
    except ValidationError:
        return advice_for(email or typed)
    if email in seen:
        return f"This is the address of line {seen[email]} again. Take one out."
    if email in here:
        return f"{here[email]} is here already. Take this line out."
    if email in waiting:
        return "This address has an invitation already. Send that one again, or take this line out."
    return ""


def _invite(*, at, message, full_name, **to):
    invitation = Invitation(
        created_at=at, expires_at=at + OPEN_FOR, message=message.strip(), full_name=full_name.strip(), **to
    )
    invitation.full_clean(exclude=["token_hash"])  # made from the seed when it is saved
    invitation.save(force_insert=True)
    _plan_mail(invitation, at)
    return invitation


def _plan_mail(invitation, at):
    plan_dispatch(
        kind="invitation_founder" if invitation.role == InvitationRole.FOUNDER else "invitation",
        occurrence=f"{invitation.pk}:{invitation.times_sent}",
        recipient=invitation,
        partnership=invitation.partnership,
        expires_at=at + USEFUL_FOR,
        at=at,
    )


def _expire(invitations, at):
    return invitations.past_their_time(at).update(expired_at=models.F("expires_at"))


def _lock(invitation):
    invitation.refresh_from_db(from_queryset=Invitation.objects.select_for_update(no_key=True))


def _close(invitation, field, at, *, allowed):
    _lock(invitation)
    state = invitation.state_at(at)
    if state not in allowed:
        raise ValidationError(GONE_WORDS[state])
    setattr(invitation, field, at)
    invitation.save(update_fields=[field])
    return invitation
