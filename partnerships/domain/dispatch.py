"""The ledger of every mail we send: planned, claimed, checked again, handed over, marked.

Mail cannot be delivered exactly once. For each kind we choose what a doubt means: a reminder that may have gone is
never sent again, an invitation that may not have gone is sent once more. A row is claimed before its mail is handed
over, so any number of senders may run beside each other.
"""

import logging
import smtplib
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from celery import current_app
from django.core.mail import get_connection
from django.db import transaction
from django.utils import timezone

from partnerships.domain.dispatch_checks import Readers, Weeks, wait_until
from partnerships.domain.dispatch_mail import compose
from partnerships.domain.dispatch_notes import note_attempt, note_sent
from partnerships.enums import DispatchState
from partnerships.models.dispatch import LOST_AFTER, Dispatch, recipient_key

logger = logging.getLogger(__name__)

# What to do when nobody knows whether a mail went: leave it, or send it once more (at most twice in all).
AT_MOST_ONCE = 1
RESEND_ONCE = 2

CHUNK = 50  # mails over one connection to the mail server
TRY_AGAIN_AFTER = timedelta(minutes=5)
MOST_REFUSALS = 5  # a server that says "not now" so often means no


@dataclass(frozen=True)
class MailKind:
    """A kind of mail: what its templates need, and whether it is still wanted when its turn comes."""

    name: str
    app: str
    context: Callable
    still_wanted: Callable
    essential: bool
    policy: int
    counts: bool
    working_time: bool
    series: str
    hidden: bool
    cannot_wait: Callable | None = None

    @property
    def template(self):
        return f"{self.app}/emails/{self.name}"


kinds = {}


def mail_kind(
    name,
    *,
    essential,
    still_wanted,
    policy=AT_MOST_ONCE,
    counts=None,
    working_time=False,
    series="",
    hidden=False,
    cannot_wait=None,
):
    """Register a kind of mail. Decorates `context(dispatch, recipient) -> dict` for its three templates.

    The templates are `<app>/emails/<name>.subject.txt`, `.txt` and `.html`.

    Arguments:
        still_wanted: `(dispatch, recipient) -> bool`, asked just before sending.
        essential: it cannot be switched off, paused or limited.
        policy: AT_MOST_ONCE or RESEND_ONCE.
        counts: towards the most that someone gets in a week; left out, every kind that is not essential.
        working_time: it waits for the reader's next working hours when its time comes outside them.
        series: the MailSeries under which people switch it off; every kind that is not essential has one.
        cannot_wait: `(dispatch, recipient, at) -> bool`: of those who want it weekly, whether it comes by itself this once,
            since the weekly mail would be too late for it.
        hidden: who gets it says what someone did or has not done yet, so no office sees its rows (A9, A10).
    """
    if not essential and not series:
        raise ValueError(f"“{name}” can be switched off, so it needs a series.")

    def register(context):
        if name in kinds:
            raise ValueError(f"There is a kind of mail “{name}” already.")
        kinds[name] = MailKind(
            name=name,
            app=context.__module__.partition(".")[0],
            context=context,
            still_wanted=still_wanted,
            essential=essential,
            policy=policy,
            counts=not essential if counts is None else counts,
            working_time=working_time,
            series=series,
            hidden=hidden,
            cannot_wait=cannot_wait,
        )
        return context

    return register


def plan_dispatches(
    *, kind, occurrence, recipients, partnership=None, not_before=None, expires_at=None, context=None, at=None
):
    """Write down one mail to each of `recipients` (Person or Invitation). Planning the same again changes nothing.

    occurrence: what this is about, an id and where needed a local date, never a moment. expires_at: after this it is too
    late to be useful. context: ids only. Join it to the transaction of what it tells about.
    """
    if kind not in kinds:
        raise LookupError(f"No kind of mail is called “{kind}”.")
    at = at or timezone.now()
    Dispatch.objects.bulk_create(
        [
            Dispatch(
                kind=kind,
                occurrence=occurrence,
                recipient_key=recipient_key(recipient),
                partnership=partnership,
                planned_at=at,
                not_before=not_before or at,
                expires_at=expires_at,
                context=context or {},
            )
            for recipient in recipients
        ],
        ignore_conflicts=True,
    )
    transaction.on_commit(wake_sender, robust=True)


def wake_sender():
    """Ask a worker to look at the ledger now. Call it after a commit."""
    # Only to spare people the wait for the next tick of the clock, which sends whatever this call could not announce.
    current_app.send_task("partnerships.tasks.task_send_dispatches", expires=55, retry=False)


def plan_dispatch(*, kind, occurrence, recipient, **plan):
    """Write down one mail to one recipient; otherwise as `plan_dispatches`."""
    plan_dispatches(kind=kind, occurrence=occurrence, recipients=[recipient], **plan)


def send_dispatches(*, at=None, chunk=CHUNK):
    """Send everything that is due, after clearing away what is too late or was lost. Returns a Counter of what became of it."""
    expire_dispatches(at=at)
    reap_dispatches(at=at)
    results = Counter()
    while claim := claim_dispatches(limit=chunk, at=at):
        results += send_claimed(claim=claim, at=at)
    return results


def expire_dispatches(*, at=None, planned_before=None):
    """What was planned and is now too late becomes `expired`: Tuesday's mail is not sent on Friday. Returns how many.

    planned_before: a moment, for history that is entered late; whatever was planned before it is too late as well.
    """
    return Dispatch.objects.too_late(at, planned_before).update(state=DispatchState.EXPIRED)


def reap_dispatches(*, at=None):
    """Settle rows whose sender died on the way (15 minutes): `unknown`, or planned once more where the kind says so. Returns how many."""
    again = [kind.name for kind in kinds.values() if kind.policy == RESEND_ONCE]
    lost = Dispatch.objects.lost(at)
    never_tried = lost.filter(attempts=0).update(state=DispatchState.PLANNED, claim=None, claimed_at=None)
    once_more = lost.filter(kind__in=again, attempts__lt=RESEND_ONCE).update(
        state=DispatchState.PLANNED, claim=None, claimed_at=None
    )
    return never_tried + once_more + lost.update(state=DispatchState.UNKNOWN)


def claim_dispatches(*, limit=CHUNK, at=None):
    """Take up to `limit` due rows for oneself. Returns the claim (a UUID), or None when nothing was left to take.

    Commits before it returns: nobody hands over a mail whose claim could still be rolled back.
    """
    at = at or timezone.now()
    claim = uuid.uuid4()
    with transaction.atomic(durable=True):
        due = list(Dispatch.objects.due(at).order_by("planned_at", "id").values_list("pk", flat=True)[:limit])
        # The state is asked again here: of two senders that saw the same row, the second finds it taken.
        taken = Dispatch.objects.filter(pk__in=due, state=DispatchState.PLANNED).update(
            state=DispatchState.SENDING, claim=claim, claimed_at=at
        )
    return claim if taken else None


def send_claimed(*, claim, at=None):
    """Hand over the mails of one claim, over one connection. Returns a Counter of states.

    If the mail server cannot be reached, what is left goes back to `planned` for five minutes later.
    """
    at = at or timezone.now()
    rows = list(
        Dispatch.objects.filter(claim=claim, state=DispatchState.SENDING)
        .select_related("partnership")
        .order_by("planned_at", "id")
    )
    readers = Readers(rows)
    results = Counter()
    rows, weeks = _look_at_weeks(rows, results, at)
    connection = get_connection(fail_silently=False)
    try:
        for row in rows:
            try:
                connection.open()  # does nothing while it is open
            except (OSError, smtplib.SMTPException) as error:
                logger.warning("The mail server cannot be reached: %s", _name_of(error))
                _release(claim, at)
                break
            state = _send_one(row, readers, weeks, connection, at)
            if state:
                results[state] += 1
    finally:
        _close(connection)
    return results


def _look_at_weeks(rows, results, at):
    """Give back what has to wait for mails that other senders hold. Returns the rows that are left, and the Weeks."""
    counting = [kind.name for kind in kinds.values() if kind.counts]
    with transaction.atomic():
        weeks = Weeks([row for row in rows if row.kind in counting], counting, at)
        waiting = {row for row in rows if row.kind in counting and not weeks.why_not(row) and weeks.must_wait(row)}
        for row in waiting:
            results[_mark(row, DispatchState.PLANNED, at)] += 1
    return [row for row in rows if row not in waiting], weeks


def _send_one(row, readers, weeks, connection, at):
    """Send one mail and mark its row. Returns the state it came to, or None when it is no longer ours."""
    kind = kinds.get(row.kind)
    if kind is None:
        return _mark(row, DispatchState.FAILED, at, "no such kind of mail")
    try:
        settled = _leave_unsent(row, kind, readers, weeks, at)
        if settled:
            return settled
        message = compose(kind, row, readers.get(row), connection)
    except Exception as error:  # one mail that cannot be written must not hold up the others
        logger.exception("A mail of kind %s could not be written", row.kind)
        return _mark(row, DispatchState.FAILED, at, _name_of(error))
    if not _hold(row):
        return None
    try:
        message.send()
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        _close(connection)
        return _refused(row, error, at)
    except (OSError, smtplib.SMTPException) as error:
        # The line broke: the server may have taken the mail and could not say so.
        _close(connection)
        if row.attempts < kind.policy:
            return _mark(row, DispatchState.PLANNED, at, _name_of(error))
        weeks.count(row)
        return _mark(row, DispatchState.UNKNOWN, at, _name_of(error))
    weeks.count(row)
    return _mark(row, DispatchState.SENT, at)


def _leave_unsent(row, kind, readers, weeks, at):
    """Settle a mail that is not to be sent, or not now. Returns the state it came to, or None when it may go."""
    reason = readers.why_not(kind, row, at)
    later = None if reason else wait_until(kind, row, readers.get(row), at)
    if kind.counts and not later:
        reason = reason or weeks.why_not(row)
    if reason:
        return _mark(row, DispatchState.SUPPRESSED, at, reason=reason)
    if later or (kind.counts and weeks.must_wait(row)):
        return _mark(row, DispatchState.PLANNED, at, not_before=later)
    return None


def _refused(row, error, at):
    """The server said no, so the mail has surely not gone: later if it said "not now", else never."""
    codes = (
        [code for code, _ in error.recipients.values()]
        if isinstance(error, smtplib.SMTPRecipientsRefused)
        else [error.smtp_code]
    )
    for_now = all(400 <= code < 500 for code in codes) and row.attempts < MOST_REFUSALS
    words = f"{_name_of(error)} {' '.join(map(str, codes))}"
    return _mark(row, DispatchState.PLANNED if for_now else DispatchState.FAILED, at, words)


def _hold(row):
    """Count this attempt, if the claim is still ours. A sender that slept for long finds its rows settled by others."""
    if timezone.now() - row.claimed_at >= LOST_AFTER:
        return False
    row.attempts += 1
    return note_attempt(row)


def _mark(row, state, at, error="", *, reason="", not_before=None):
    if state == DispatchState.SENT:
        note_sent(row, at)
        return state
    changes = {"state": state, "error": error[:200], "reason": reason}
    if state == DispatchState.PLANNED:
        changes |= {"claim": None, "claimed_at": None, "not_before": not_before or at + TRY_AGAIN_AFTER}
    Dispatch.objects.filter(pk=row.pk, claim=row.claim, state=DispatchState.SENDING).update(**changes)
    return state


def _release(claim, at):
    Dispatch.objects.filter(claim=claim, state=DispatchState.SENDING).update(
        state=DispatchState.PLANNED, claim=None, claimed_at=None, not_before=at + TRY_AGAIN_AFTER
    )


def _close(connection):
    try:
        connection.close()
    except (OSError, smtplib.SMTPException):
        connection.connection = None


def _name_of(error):
    # Never the server's own words: they repeat the address.
    return type(error).__name__
