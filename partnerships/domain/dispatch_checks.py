"""Asked of every mail just before it goes: is there still someone to send it to, and do they still want it?

Both `Readers` and `Weeks` ask for a whole chunk at once: what a mail costs is mostly what it asks of the database.
"""

from collections import Counter
from datetime import timedelta

from django.conf import settings

from partnerships.domain.working_time import next_working_time
from partnerships.enums import MailPace, NotSentBecause
from partnerships.models.bounces import AddressSuppression
from partnerships.models.dispatch import Dispatch, recipient_key
from partnerships.models.invitations import Invitation
from partnerships.models.mail_choices import MailChoice
from partnerships.models.members import Membership
from partnerships.models.people import Person

WEEK = timedelta(days=7)


class Readers:
    """Who the rows of a chunk are for, and what they chose: at most five queries, however many rows.

    The address is read now, so a changed one is honoured.
    """

    def __init__(self, rows):
        wanted = {"person": [], "invitation": []}
        for row in rows:
            model, _, pk = row.recipient_key.partition(":")
            wanted[model].append(pk)
        people = list(Person.objects.filter(pk__in=wanted["person"], is_active=True)) if wanted["person"] else []
        invitations = (
            list(
                Invitation.objects.filter(pk__in=wanted["invitation"]).select_related("partnership", "programme", "by")
            )
            if wanted["invitation"]
            else []
        )
        self._by_key = {recipient_key(recipient): recipient for recipient in [*people, *invitations]}
        suppressed = AddressSuppression.objects.of(recipient.email for recipient in self._by_key.values())
        self._suppressed = set(suppressed.values_list("address", flat=True))
        groups = {row.partnership_id for row in rows if row.partnership_id}
        members = (
            Membership.objects.current().filter(person__in=people, partnership__in=groups).select_related("mail_choice")
            if people and groups
            else []
        )
        self._members = {(member.person_id, member.partnership_id): member for member in members}

    def get(self, row):
        """The Person or Invitation of a row; None when there is nobody any more."""
        return self._by_key.get(row.recipient_key)

    def why_not(self, kind, row, at):
        """Why a mail is not to be sent (a NotSentBecause), or "" when it may go."""
        recipient = self.get(row)
        if recipient is None:
            return NotSentBecause.GONE
        if recipient.email.lower() in self._suppressed:
            return NotSentBecause.UNREACHABLE
        if not kind.essential and isinstance(recipient, Person) and row.partnership_id:
            found = self._unwanted(kind, row, recipient, at)
            if found:
                return found
        return "" if kind.still_wanted(row, recipient) else NotSentBecause.NOT_NEEDED

    def _unwanted(self, kind, row, person, at):
        member = self._members.get((person.pk, row.partnership_id))
        if member is None:
            return NotSentBecause.LEFT
        if member.is_paused(row.partnership.local_date(at)):
            return NotSentBecause.PAUSED
        if not kind.series:
            return ""
        pace = (getattr(member, "mail_choice", None) or MailChoice()).pace_of(kind.series)
        if pace == MailPace.WEEKLY:
            return "" if kind.cannot_wait and kind.cannot_wait(row, person, at) else NotSentBecause.WEEKLY
        return NotSentBecause.STOPPED if pace == MailPace.NONE else ""


def wait_until(kind, row, recipient, at):
    """The next moment at which this mail may come, by the clock of whoever reads it; None when it may come now."""
    if not kind.working_time:
        return None
    zone = getattr(recipient, "time_zone", "") or (row.partnership and row.partnership.time_zone) or settings.TIME_ZONE
    then = next_working_time(at, time_zone=zone)
    return then if then > at else None


class Weeks:
    """How full the week of each reader of a chunk is, over all their partnerships (trust E12): two queries for them all.

    A mail that another sender holds and has not tried yet may go or not, so its place is kept: while it decides, ours
    waits. Make it in a transaction and give back in there what has to wait: the lock of the readers lets one sender
    decide after the other, so that the last one never waits for somebody who waits for it.
    """

    def __init__(self, rows, counting, at):
        """rows: those of one claim whose kind counts. counting: the names of all kinds that count."""
        self._gone, self._held_by_others = Counter(), Counter()
        if not rows:
            return
        keys = sorted({row.recipient_key for row in rows})
        # In one order, so that two senders with the same readers cannot wait for each other.
        people = Person.objects.select_for_update(no_key=True).order_by("pk")
        list(people.filter(pk__in=[key.partition(":")[2] for key in keys]).values_list("pk"))
        lately = Dispatch.objects.filter(recipient_key__in=keys, kind__in=counting).exclude(claim=rows[0].claim)
        for key, tried, number in lately.may_go(at - WEEK).how_many_for_each_reader():
            (self._gone if tried else self._held_by_others)[key] += number

    def why_not(self, row):
        """TOO_MANY when this reader's week is full, else ""."""
        return NotSentBecause.TOO_MANY if self._gone[row.recipient_key] >= settings.MAIL_MOST_A_WEEK else ""

    def must_wait(self, row):
        """Whether the room that is left may be needed for mails which other senders hold."""
        key = row.recipient_key
        return self._gone[key] + self._held_by_others[key] >= settings.MAIL_MOST_A_WEEK

    def count(self, row):
        """Another one has gone, or perhaps."""
        self._gone[row.recipient_key] += 1
