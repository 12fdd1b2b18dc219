"""One session of the demonstration, step by step: planned, opened, written in, shown, made sense of, agreed, closed."""

from datetime import timedelta

from django.utils import timezone

from reflection.domain.actions import add_action, answer_action, complete_action, review_action
from reflection.domain.drafts import ask_for_call, save_draft
from reflection.domain.meetings import set_meeting
from reflection.domain.outcomes import add_decision, add_learning, add_matter, review_learning
from reflection.domain.rounds import move_round
from reflection.domain.rounds_planning import RoundChoice
from reflection.domain.rounds_reveal import reveal_round
from reflection.domain.session_planning import plan_session
from reflection.domain.sessions import cancel_session, close_session, end_writing, open_session, schedule_session
from reflection.domain.themes import create_theme, differ_on_theme, move_answer
from reflection.enums import Audience, HowAgreed, SessionMode
from reflection.models import Action

OWN_MEETING_AFTER = timedelta(days=2)
MEETING_TAKES = timedelta(minutes=75)


class SessionStory:
    def __init__(self, story, row):
        self.story, self.row = story, row
        self.opens = story.moment(row["days_ago"], 9)
        self.closes = story.moment(row["days_ago"] - row["days"], 17)
        self.themes = {}

    @property
    def partnership(self):
        return self.story.partnerships[self.row["in"]]

    @property
    def lead(self):
        founder = self.story.who["partnerships"][self.row["in"]]["founder"]
        return self.story.member(founder, self.partnership)

    def steps(self):
        """When each step happens, and what it is. What lies in the future is left to the app itself."""
        row = self.row
        planned = min(self.opens - timedelta(days=6), self.story.now - timedelta(hours=3))
        yield planned, self.plan
        if row.get("planned"):
            return
        yield self.opens, self.open
        yield self.opens + timedelta(hours=30), self.write
        if "cancelled" in row:
            yield self.story.moment(row["cancelled"][0], 12), self.cancel
        elif not row.get("open"):
            yield self.closes, self.show
            yield self.closes + OWN_MEETING_AFTER, self.agree
            yield self.closes + OWN_MEETING_AFTER + timedelta(days=12), self.follow_up

    def plan(self):
        row, lead = self.row, self.lead
        questions = {question.key: question for question in self.story.framework.questions.prefetch_related("prompts")}
        people = {
            name: self.story.member(row[name], self.partnership)
            for name in ("hosted_by", "chaired_by", "agenda_by")
            if name in row
        }
        self.session = plan_session(
            partnership=self.partnership,
            by=lead,
            framework=self.story.framework,
            choices=[
                RoundChoice(questions[each["question"]], tuple(questions[each["question"]].prompts.all()[:3]))
                for each in row["rounds"]
            ],
            title=row["title"],
            why_now=row["why"],
            mode=SessionMode.OVER_TIME,
            attribution=row["attribution"],
            audience=row.get("audience", Audience.MEMBERS),
            opens_at=self.opens,
            closes_at=self.closes,
            where=row.get("where", ""),
            at=min(self.opens - timedelta(days=6), self.story.now - timedelta(hours=3)),
            **people,
        )
        if row.get("planned"):
            told = self.story.now - timedelta(hours=2)
            schedule_session(session=self.session, by=lead, at=told)
            meets = self.closes.replace(hour=10) + OWN_MEETING_AFTER
            set_meeting(session=self.session, by=lead, starts_at=meets, ends_at=meets + MEETING_TAKES, at=told)

    def open(self):
        self.session = open_session(session=self.session, by=self.lead, at=self.opens)

    def write(self):
        places = {
            place.membership.person.email.partition("@")[0]: place
            for place in self.session.participations.with_people()
        }
        rounds = self.session.rounds.order_by("position")
        for number, (round, row) in enumerate(zip(rounds, self.row["rounds"], strict=True)):
            for minute, (who, _, words) in enumerate(row["answers"]):
                at = self.opens + timedelta(hours=3 + number, minutes=minute * 7)
                save_draft(participation=places[who], round=round, body=words, ready=True, at=at)
        if "call" in self.row:
            who, note = self.row["call"]
            ask_for_call(participation=places[who], note=note)

    def cancel(self):
        days, why = self.row["cancelled"]
        cancel_session(session=self.session, by=self.lead, why=why, at=self.story.moment(days, 12))

    def show(self):
        lead, at = self.lead, self.closes + timedelta(minutes=5)
        end_writing(session=self.session, by=lead, at=self.closes)
        for round, row in zip(self.session.rounds.order_by("position"), self.row["rounds"], strict=True):
            if not reveal_round(round=round, by=lead, at=at).shown:
                raise RuntimeError(f"{self.row['title']}: too few answers to show in {row['question']}")
            self._group(round, row, lead)

    def _group(self, round, row, lead):
        move_round(round=round, event="group", by=lead)
        for key, (name, notice) in row.get("themes", {}).items():
            self.themes[key] = create_theme(round=round, name=name, notice=notice, by=lead)
        theme_of = {words: key for _, key, words in row["answers"] if key != "-"}
        for answer in round.answers.all():
            if answer.body in theme_of:
                move_answer(answer=answer, to=self.themes[theme_of[answer.body]], by=lead)
        for key, words in row.get("differently", {}).items():
            theme = self.themes[key]
            theme.refresh_from_db()
            differ_on_theme(theme=theme, by=lead, expected=theme.version, seen_differently=True, different_view=words)

    def agree(self):
        row, lead, at = self.row, self.lead, self.closes + OWN_MEETING_AFTER
        for words, answer, note in row.get("reviews", []):
            action = Action.objects.of_partnership(self.partnership).get(text=words)
            review_action(action=action, session=self.session, by=lead, answer=answer, note=note, at=at)
        common = {"session": self.session, "by": lead, "at": at}
        self.learnings = [
            add_learning(
                text=each["text"],
                do_differently=each.get("differently", ""),
                review_on=self._day(each.get("review")),
                theme=self.themes.get(each.get("theme")),
                **common,
            )
            for each in row.get("learnings", [])
        ]
        for each in row.get("decisions", []):
            add_decision(
                text=each["text"],
                how_agreed=HowAgreed(each["how"]),
                authority=each.get("authority", ""),
                rather_wait=each.get("wait", ""),
                review_on=self._day(each.get("review")),
                theme=self.themes.get(each.get("theme")),
                **common,
            )
        for text in row.get("matters", []):
            add_matter(text=text, **common)
        self.actions = [self._agree_action(each, common) for each in row.get("actions", [])]
        self.session = close_session(session=self.session, by=lead, at=at + timedelta(hours=1))

    def _day(self, days_ago):
        return timezone.localdate(self.story.moment(days_ago)) if days_ago is not None else None

    def _agree_action(self, each, common):
        action = add_action(
            text=each["text"],
            owners=[self.story.member(key, self.partnership) for key in each["owners"]],
            due_on=timezone.localdate(common["at"]) + timedelta(days=each["due"]),
            theme=self.themes.get(each.get("theme")),
            **common,
        )
        if not each.get("asked"):
            for owner in action.owners.all():
                answer_action(owner=owner, yes=True, at=common["at"])
        return action

    def follow_up(self):
        """Between sessions: some actions are done, and some learning is looked at again."""
        at = self.closes + OWN_MEETING_AFTER + timedelta(days=12)
        for action, each in zip(self.actions, self.row.get("actions", []), strict=True):
            if each.get("end") == "done":
                owner = self.story.member(each["owners"][0], self.partnership)
                complete_action(action=action, by=owner, what_happened=each.get("note", ""), at=at)
        for learning, each in zip(self.learnings, self.row.get("learnings", []), strict=True):
            if "held" in each:
                learning.refresh_from_db()
                review_learning(
                    learning=learning,
                    by=self.lead,
                    expected=learning.version,
                    held=each["held"],
                    changed_main_task=each.get("main"),
                    at=at,
                )
