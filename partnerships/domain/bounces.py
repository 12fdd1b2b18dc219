"""Addresses that mail does not reach: what mail servers report, and whom we write to no more (trust E11)."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models.functions import Lower
from django.utils import timezone

from partnerships.enums import BounceKind
from partnerships.models.bounces import KEPT_FOR, AddressSuppression, BounceEvent
from partnerships.models.invitations import Invitation
from partnerships.models.members import Membership

SOFT_TIMES = 3
SOFT_OVER = timedelta(days=7)
SIGNED_WITHIN = timedelta(minutes=5)  # an older report is one that somebody kept and sends again


@dataclass(frozen=True)
class Report:
    """One report of a mail server, checked: `event_id` is its own name for it."""

    event_id: str
    address: str
    kind: BounceKind


def read_report(event):
    """A Report from the dict of one event ("id", "address", "kind"). Raises ValidationError when it is none."""
    if not isinstance(event, dict):
        raise ValidationError("Each report is an object with “id”, “address” and “kind”.")
    event_id, address, kind = (event.get(name) for name in ("id", "address", "kind"))
    if not isinstance(event_id, str) or not 0 < len(event_id) <= 200 or not event_id.isprintable():
        raise ValidationError("A report has an “id” of 1 to 200 characters.")
    if kind not in BounceKind.values:
        raise ValidationError(f"The “kind” of a report is one of {', '.join(BounceKind.values)}.")
    if not isinstance(address, str):
        raise ValidationError("A report has an “address”.")
    validate_email(address.strip())
    return Report(event_id, address.strip().lower(), BounceKind(kind))


@transaction.atomic
def record_bounces(*, events, at=None):
    """Note what mail servers report, and stop writing to addresses that do not work.

    A mailbox that does not exist and a complaint count at once; one that could not take mail counts after 3 reports over
    at least 7 days. The same report again changes nothing. Returns how many reports are new.
    Raises ValidationError when one of them cannot be read; then nothing is changed.
    """
    at = at or timezone.now()
    reports = [read_report(event) for event in events]
    new = 0
    for report in reports:
        _, created = BounceEvent.objects.get_or_create(
            event_id=report.event_id, defaults={"address": report.address, "kind": report.kind, "at": at}
        )
        if created:
            new += 1
            _suppress_if_due(report, at)
    return new


def _suppress_if_due(report, at):
    if report.kind == BounceKind.SOFT:
        times = BounceEvent.objects.filter(address=report.address, kind=BounceKind.SOFT, at__gt=at - KEPT_FOR)
        moments = list(times.order_by("at").values_list("at", flat=True))
        if len(moments) < SOFT_TIMES or moments[-1] - moments[0] < SOFT_OVER:
            return
    AddressSuppression.objects.get_or_create(address=report.address, defaults={"kind": report.kind, "since": at})


@transaction.atomic
def lift_suppression(*, address):
    """Write to an address again: its owner has shown that mail reaches them there. What was reported is forgotten."""
    AddressSuppression.objects.of([address]).delete()
    BounceEvent.objects.filter(address=address.lower()).delete()


def forget_bounces(*, at=None):
    """Delete reports older than 90 days. Whom we do not write to stays. Returns how many were deleted."""
    return BounceEvent.objects.filter(at__lt=(at or timezone.now()) - KEPT_FOR).delete()[0]


@dataclass(frozen=True)
class Unreached:
    """How many people of a partnership mail does not reach: members, and unanswered invitations."""

    members: int
    invitations: int

    @property
    def total(self):
        return self.members + self.invitations


def count_unreached_members(*, partnership):
    """How many people of a partnership its mail does not reach (one query)."""
    members = Membership.objects.current().filter(partnership=partnership).annotate(address=Lower("person__email"))
    return members.filter(address__in=AddressSuppression.objects.values("address")).count()


def count_unreached(*, partnership, at=None):
    """Whom we cannot reach, as numbers: nobody is named, and no server's words are repeated (two queries)."""
    suppressed = AddressSuppression.objects.values("address")
    members = count_unreached_members(partnership=partnership)
    invitations = Invitation.objects.open(at).filter(partnership=partnership)
    return Unreached(members, invitations.annotate(address=Lower("email")).filter(address__in=suppressed).count())


def sign_report(body, *, moment):
    """The value of the header `X-Partnering-Signature` for a body (bytes) sent at `moment`."""
    seconds = int(moment.timestamp())
    digest = hmac.new(settings.BOUNCE_SECRET.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"


def signature_holds(body, signature, *, at=None):
    """Whether a body comes from whoever knows BOUNCE_SECRET, within the last five minutes."""
    try:
        seconds = int(dict(part.split("=", 1) for part in signature.split(","))["t"])
        moment = datetime.fromtimestamp(seconds, tz=timezone.get_default_timezone())
    except (ValueError, KeyError, OverflowError, OSError):
        return False
    if abs((at or timezone.now()) - moment) > SIGNED_WITHIN:
        return False
    return hmac.compare_digest(sign_report(body, moment=moment).encode(), signature.encode())
