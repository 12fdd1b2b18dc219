"""Check-ins of the demonstration: every four weeks at first, every two since last spring, the newest one open."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import yaml
from django.utils import timezone

from partnerships.enums import SeenBy
from reflection.domain.checkins import answer_checkin, close_checkin, open_checkin
from reflection.domain.rhythms import set_rhythm
from reflection.enums import Weekday

OFTEN, SELDOM = 13, 12  # how many there were of each
SHARE = 0.7  # of those asked who answer
HOUR = 9


class CheckInStory:
    """The check-ins of one partnership, as steps on the story's timeline."""

    def __init__(self, story, key: str):
        self.story, self.key = story, key
        self.said = yaml.safe_load((Path(__file__).parent / "checkins.yaml").read_text())
        self.dice = random.Random(7)  # noqa: S311 - the same demonstration every time
        self.rhythm = None

    @property
    def partnership(self):
        return self.story.partnerships[self.key]

    def steps(self) -> list[tuple[datetime, Callable]]:
        # The newest is that of the last Tuesday before today: still open, and the next one is to come.
        newest = (timezone.localdate(self.story.now).weekday() - Weekday.TUESDAY) % 7 or 7
        often = [newest + 14 * number for number in range(OFTEN)]
        seldom = [often[-1] + 28 * (number + 1) for number in range(SELDOM)]
        steps = [
            (self._at(seldom[-1]) - timedelta(hours=1), lambda: self._keep_rhythm(4, seldom[-1])),
            (self._at(often[-1]) - timedelta(hours=1), lambda: self._keep_rhythm(2, often[-1])),
        ]
        happen = lambda days: lambda: self._happen(days, is_open=days == newest)  # noqa: E731
        return steps + [(self._at(days), happen(days)) for days in [*seldom, *often]]

    def _at(self, days):
        return self.story.moment(days, HOUR)

    def _keep_rhythm(self, weeks, days):
        lead = self.story.member("amina", self.partnership)
        self.rhythm = set_rhythm(
            partnership=self.partnership,
            by=lead,
            expected=self.rhythm.version if self.rhythm else None,
            every_weeks=weeks,
            weekday=Weekday.TUESDAY,
            hour=HOUR,
            at=self._at(days),
        )

    def _happen(self, days, *, is_open):
        at = self._at(days)
        checkin, _ = open_checkin(partnership=self.partnership, rhythm=self.rhythm, opens_at=at, at=at)
        places = {
            place.membership.person_id: place
            for place in checkin.invitees.select_related("membership", "checkin__partnership")
        }
        words = dict(self.said["words"].get(checkin.question_key, ()))
        know = {row[0]: row[1:] for row in self.dice.sample(self.said["know"], 2)}
        for key, person in self.story.people.items():
            place = places.get(person.pk)
            speaks = key in words or key in know
            # Whoever has words answers; Bea has not answered the open one yet, so that there is something to try.
            answers = place and (speaks or self.dice.random() < SHARE) and not (is_open and key == "bea")
            if answers:
                audience, text = know.get(key, (SeenBy.FACILITATORS.value, ""))
                answer_checkin(
                    invitee=place,
                    mood=self.dice.choice([2, 3, 3, 4, 4, 5]),
                    room=self.dice.choice([1, 2, 2, 3, 3, 4]),
                    words=words.get(key, ""),
                    words_to=SeenBy.GROUP.value,
                    know=text,
                    know_to=audience,
                    at=min(at + timedelta(hours=self.dice.randint(1, 30)), self.story.now),
                )
        if not is_open:
            close_checkin(checkin=checkin, at=checkin.closes_at)
