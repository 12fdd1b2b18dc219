"""Builds the demonstration through the domain functions, in the order in which things happened.

Every step is an event with a day; the events of people and sessions are sorted into one timeline, so
that whoever had left by then was not asked, and whoever had moved spoke for the right organisation.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

import yaml
from django.db import transaction
from django.utils import timezone

from partnering.demo.checkins import CheckInStory
from partnering.demo.live import LiveStory
from partnering.demo.people import address_of
from partnering.demo.sessions import SessionStory
from partnerships.domain.dispatch import expire_dispatches
from partnerships.domain.invitations import invite_people
from partnerships.domain.leads import begin_lead_term, end_lead_term
from partnerships.domain.members import (
    change_organisation,
    change_ring,
    join_partnership,
    leave_partnership,
    update_profile,
)
from partnerships.domain.organisations import get_or_name_organisation
from partnerships.domain.partnerships import found_partnership, get_or_name_place
from partnerships.domain.people import create_person
from partnerships.domain.programmes import create_programme
from partnerships.domain.stakeholders import add_stakeholder, record_position
from partnerships.models import Partnership, Person
from reflection.models.framework import Framework

FOLDER = Path(__file__).parent
#: A mail about something older than this would be odd to find in the mailbox on the first day.
MAIL_IS_NEWS_FOR = timedelta(days=5)
#: A new person looks round for a day before they write about themselves.
PROFILE_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Event:
    at: datetime
    happens: Callable


class Story:
    """The demonstration while it is being told: who has come in so far, by the key used in the files."""

    def __init__(self, now: datetime | None = None):
        self.now = now or timezone.now()
        self.who = yaml.safe_load((FOLDER / "who.yaml").read_text())
        self.stories = yaml.safe_load((FOLDER / "sessions.yaml").read_text())
        self.people: dict[str, Person] = {}
        self.partnerships: dict[str, Partnership] = {}
        self.organisations: dict = {}
        self.framework = Framework.objects.built_in().current().get()

    def moment(self, days_ago: float, hour: int = 10) -> datetime:
        """An hour of the day so many days ago; never later than now unless the day is still to come."""
        day = timezone.localdate(self.now) - timedelta(days=days_ago)
        at = timezone.make_aware(datetime.combine(day, time(hour)))
        return at if days_ago < 0 else min(at, self.now - timedelta(minutes=10))

    @transaction.atomic
    def tell(self) -> None:
        self._programme_and_organisations()
        events = [*self._partnership_events(), *self._people_events(), *self._session_events(), *self._checkin_events()]
        for event in sorted(events, key=lambda event: event.at):
            if event.at <= self.now or event.happens.__name__ == "plan":
                event.happens()
        self._invite_somebody()
        # Old mails are history: what nobody would want now is not sent now.
        expire_dispatches(at=self.now, planned_before=self.now - MAIL_IS_NEWS_FOR)

    def member(self, key: str, partnership: Partnership):
        return (
            partnership.memberships.select_related("person", "organisation")
            .filter(person=self.people[key])
            .latest("joined_on")
        )

    def _programme_and_organisations(self):
        about = self.who["programme"]
        admin = self._person(about["administrator"]["key"], about["administrator"]["name"], at=self.moment(600))
        Person.objects.filter(pk=admin.pk).update(is_staff=True)
        self.programme = create_programme(
            name=about["name"],
            funder=about["funder"],
            summary=about["summary"],
            starts_on=timezone.localdate(self.moment(600)),
            by=admin,
            at=self.moment(600),
        )
        for key, row in self.who["organisations"].items():
            self.organisations[key] = get_or_name_organisation(
                name=row["name"], sector=row["sector"], small=row.get("small", False), by=admin, at=self.moment(600)
            )

    def _person(self, key, name, *, pronouns="", at):
        if key not in self.people:
            self.people[key] = create_person(email=address_of(key), full_name=name, pronouns=pronouns, at=at)
        return self.people[key]

    # --- Partnerships and people --------------------------------------------------------------------------------
    def _partnership_events(self):
        people = {row["key"]: row for row in self.who["people"]}
        for key, row in self.who["partnerships"].items():
            at = self.moment(row["days_ago"], 9)
            yield Event(at, lambda key=key, row=row, at=at: self._found(key, row, people[row["founder"]], at))
        for row in self.who["leads"]:
            yield Event(self.moment(row["from"], 12), lambda row=row: self._lead(row))
        for row in self.who["stakeholders"]:
            first = max(days for days, _, _ in row["positions"])
            yield Event(self.moment(first, 12), lambda row=row: self._stakeholder(row))

    def _found(self, key, row, founder, at):
        by = self._person(founder["key"], founder["name"], pronouns=founder.get("pronouns", ""), at=at)
        self.partnerships[key] = found_partnership(
            name=row["name"],
            by=by,
            programme=self.programme,
            places=[get_or_name_place(name=name, level=level, by=by, at=at) for name, level in row["places"]],
            organisation=self.organisations.get(founder.get("organisation")),
            at=at,
        )

    def _lead(self, row):
        partnership = self.partnerships[row["partnership"]]
        by = self.people["amina"]
        term = begin_lead_term(
            partnership=partnership,
            organisation=self.organisations[row["organisation"]],
            starts_on=timezone.localdate(self.moment(row["from"])),
            covers=row["covers"],
            agreed=row["agreed"],
            by=by,
            at=self.moment(row["from"], 12),
        )
        if "to" in row:
            end_lead_term(
                lead_term=term, by=by, ends_on=timezone.localdate(self.moment(row["to"])), at=self.moment(row["to"], 11)
            )

    def _stakeholder(self, row):
        partnership, by = self.partnerships["larkmere"], self.people["amina"]
        held_by = None
        if row.get("held_by") in self.people:
            held_by = self.member(row["held_by"], partnership)
        stakeholder = add_stakeholder(
            partnership=partnership,
            by=by,
            name=row["name"],
            kind=row["kind"],
            sector=row["sector"],
            ring=row["ring"],
            held_by=held_by,
            accountable_for=row.get("owe", ""),
            last_talked_on=timezone.localdate(self.moment(row["talked"])),
        )
        for days, agreement, trust in row["positions"]:
            record_position(
                stakeholder=stakeholder,
                by=by,
                agreement=agreement,
                trust=trust,
                on=timezone.localdate(self.moment(days)),
                at=self.moment(days, 13),
            )

    def _people_events(self):
        founders = {row["founder"]: row["days_ago"] for row in self.who["partnerships"].values()}
        for row in self.who["people"]:
            days = row.get("days_ago", founders.get(row["key"]))
            if row["key"] not in founders:
                yield Event(self.moment(days, 9) + timedelta(minutes=5), lambda row=row: self._join(row))
            yield Event(self.moment(days, 11) + PROFILE_AFTER, lambda row=row: self._describe(row))
            if "left" in row:
                yield Event(self.moment(row["left"][0], 17), lambda row=row: self._leave(row))
        for row in self.who["changes"]:
            yield Event(self.moment(row["days_ago"], 14), lambda row=row: self._change(row))

    def _join(self, row):
        at = self.moment(row["days_ago"], 9)
        join_partnership(
            partnership=self.partnerships[row["in"]],
            person=self._person(row["key"], row["name"], pronouns=row.get("pronouns", ""), at=at),
            by=self.people[self.who["partnerships"][row["in"]]["founder"]],
            organisation=self.organisations.get(row.get("organisation")),
            takes_part=not row.get("observes", False),
            facilitates=row.get("facilitates", False),
            observes=row.get("observes", False),
            ring=row.get("ring", "wider"),
            at=at,
        )

    def _describe(self, row):
        membership = self.member(row["key"], self.partnerships[row["in"]])
        authority, whom, how_long = row.get("authority", ["view", "", ""])
        update_profile(
            membership=membership,
            by=self.people[row["key"]],
            expected=membership.version,
            brings=[tuple(pair) for pair in row.get("brings", [])],
            hopes=row.get("hopes", ""),
            limits=row.get("limits", ""),
            room_hours=row.get("room"),
            authority=authority,
            consult_whom=whom,
            consult_days=how_long,
        )

    def _leave(self, row):
        days, reason = row["left"]
        membership = self.member(row["key"], self.partnerships[row["in"]])
        leave_partnership(
            membership=membership,
            by=self.people[row["key"]],
            on=timezone.localdate(self.moment(days)),
            reason=reason,
            at=self.moment(days, 17),
        )

    def _change(self, row):
        membership = self.member(row["who"], self.partnerships["larkmere"])
        about = {
            "membership": membership,
            "by": self.people[row["who"]],
            "reason": row["reason"],
            "at": self.moment(row["days_ago"], 14),
        }
        if "ring" in row:
            change_ring(ring=row["ring"], **about)
        else:
            change_organisation(organisation=self.organisations[row["organisation"]], **about)

    def _invite_somebody(self):
        invite_people(
            partnership=self.partnerships["larkmere"],
            by=self.people["amina"],
            emails=f"Dirk Achterberg <{address_of('dirk')}>",
            message="You told me what a Sunday is like when the shops are shut. We need that in the room.",
            at=self.now,
        )

    # --- Sessions -----------------------------------------------------------------------------------------------
    def _session_events(self):
        for row in self.stories:
            story = SessionStory(self, row)
            yield from (Event(at, step) for at, step in story.steps())
        yield from (Event(at, step) for at, step in LiveStory(self, "larkmere").steps())

    def _checkin_events(self):
        return [Event(at, step) for at, step in CheckInStory(self, "larkmere").steps()]
