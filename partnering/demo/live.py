"""The live session of the demonstration: open, its room ready to be opened, on the day somebody tries it out."""

from datetime import timedelta

from reflection.domain.rounds_planning import RoundChoice
from reflection.domain.session_planning import plan_session
from reflection.domain.sessions import open_session, schedule_session
from reflection.enums import Attribution, Audience, RoundKind, SessionMode

PLANNED_BEFORE = timedelta(days=12)
ANNOUNCED_BEFORE = timedelta(days=10)
LASTS = timedelta(minutes=75)
#: Starts on a full five minutes, as people plan it.
GRID = 5
#: Named, so that three people are enough to show something.
ATTRIBUTION = Attribution.NAMED


class LiveStory:
    def __init__(self, story, partnership):
        self.story, self.key = story, partnership
        now = story.now.replace(second=0, microsecond=0)
        self.starts = now - timedelta(minutes=now.minute % GRID)

    def steps(self):
        """When each step happens, and what it is."""
        yield self.starts - PLANNED_BEFORE, self.plan
        yield self.starts - ANNOUNCED_BEFORE, self.announce
        yield self.starts, self.open

    def plan(self):
        partnership, framework = self.story.partnerships[self.key], self.story.framework
        self.lead = self.story.member("amina", partnership)
        questions = {question.key: question for question in framework.questions.prefetch_related("prompts")}
        question = questions["people"]
        self.session = plan_session(
            partnership=partnership,
            by=self.lead,
            framework=framework,
            choices=[
                RoundChoice.together(RoundKind.ARRIVE),
                RoundChoice.together(RoundKind.LAST_ACTIONS),
                RoundChoice.together(RoundKind.QUESTION, question, question.prompts.all()[:3]),
                RoundChoice.together(RoundKind.RATING),
                RoundChoice.together(RoundKind.CLOSING),
            ],
            title="Who is at the table, and who is not?",
            why_now="Three of us joined this year, and one left. Let’s look round before the spring.",
            mode=SessionMode.LIVE,
            attribution=ATTRIBUTION,
            audience=Audience.MEMBERS,
            opens_at=self.starts,
            closes_at=self.starts + LASTS,
            where="Tannery Row Kitchen, and online",
            hosted_by=self.story.member("bea", partnership),
            chaired_by=self.story.member("joyce", partnership),
            agenda_by=self.lead,
            at=self.starts - PLANNED_BEFORE,
        )

    def announce(self):
        schedule_session(session=self.session, by=self.lead, at=self.starts - ANNOUNCED_BEFORE)

    def open(self):
        self.session = open_session(session=self.session, by=self.lead, at=self.starts)
