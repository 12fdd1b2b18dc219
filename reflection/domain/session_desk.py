"""What lies on the desk of someone who plans: the questions, who hosted, and what labels would show.

Read with few queries, whatever the number of sessions and people.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, OuterRef, Q, Subquery

from partnerships.enums import Sector
from partnerships.models.members import Membership
from reflection.domain.labels import LADDER, SMALLEST_LABEL, choose_labels
from reflection.domain.rounds_planning import MINUTES_A_QUESTION
from reflection.domain.session_planning import PROMPTS_A_QUESTION
from reflection.models.framework import Framework, Prompt, Question
from reflection.models.rounds import Round
from reflection.models.sessions import Session

#: Hosted sessions that the line about hosting looks back at, and how many sessions to read for it.
LOOK_BACK = 6
READ_BACK = 12

SECTOR_IN_A_SENTENCE = {
    Sector.NHS: "The NHS",
    Sector.COUNCIL: "The council",
    Sector.VCSE: "Community groups",
    Sector.RESIDENT: "Residents",
    Sector.OTHER: "Others",
}
SECTOR_PERSON = {
    Sector.NHS: "NHS person",
    Sector.COUNCIL: "council person",
    Sector.VCSE: "person from a community group",
    Sector.RESIDENT: "resident",
    Sector.OTHER: "other person",
}


@dataclass
class DeskQuestion:
    """A question to choose, its prompts, and when it was last talked about.

    ``longest`` marks the two longest unvisited, ``oldest`` the first of them; ``chosen``, ``minutes`` and ``chosen_prompts`` (ids)
    are what the plan holds now, or how a new plan comes filled in.
    """

    question: Question
    last_on: date | None
    longest: bool = False
    oldest: bool = False
    prompts: list[Prompt] = field(default_factory=list)
    chosen: bool = True
    minutes: int = MINUTES_A_QUESTION
    chosen_prompts: frozenset = frozenset()


def questions_with_visits(*, partnership, framework: Framework | None = None, session=None):
    """The questions as DeskQuestions without prompts: one query.

    Arguments:
        framework: whose questions; without one, those a new session would begin with.
        session: a plan, to mark what it holds.
    They come by number, or as the plan asks them where that differs, the others behind.
    """
    visits = (
        Round.objects.questions()
        .shown()
        .filter(session__partnership=partnership, question__key=OuterRef("key"))
        .order_by("-revealed_at")
    )
    wanted = framework.pk if framework else Subquery(_current(partnership).values("pk")[:1])
    rows = Question.objects.select_related("framework").annotate(
        last_shown_at=Subquery(visits.values("revealed_at")[:1])
    )
    if session is not None:
        mine = Round.objects.questions().filter(session=session, question=OuterRef("pk"))
        rows = rows.annotate(
            plan_minutes=Subquery(mine.values("minutes")[:1]), plan_position=Subquery(mine.values("position")[:1])
        )
    found = list(rows.filter(framework=wanted).order_by("number"))
    longest = sorted(found, key=lambda q: (q.last_shown_at is not None, q.last_shown_at))[:2]
    if session is not None:
        found = _as_planned(found)
    return [_desk_question(question, partnership, longest, session) for question in found]


def _as_planned(questions):
    """By number when the plan asks them so; else in the order of the plan, and behind them what it does not ask."""
    planned = [question for question in questions if question.plan_position is not None]
    if planned == sorted(planned, key=lambda question: question.plan_position):
        return questions
    return sorted(questions, key=lambda question: (question.plan_position is None, question.plan_position))


def _current(partnership):
    return Framework.objects.current().available_to(partnership)


def _desk_question(question, partnership, longest, session):
    shown = question.last_shown_at
    planned = getattr(question, "plan_minutes", None)
    return DeskQuestion(
        question=question,
        last_on=partnership.local_date(shown) if shown else None,
        longest=question in longest,
        oldest=question == longest[0],
        chosen=session is None or planned is not None,
        minutes=planned or MINUTES_A_QUESTION,
    )


def questions_to_plan(*, partnership, session: Session | None = None) -> list[DeskQuestion]:
    """The questions with their prompts, as a new plan or ``session`` has them: two queries."""
    framework = session.framework if session else None
    desk = questions_with_visits(partnership=partnership, framework=framework, session=session)
    prompts = Prompt.objects.filter(question__in=[one.question.pk for one in desk])
    if session is not None:
        kept = Round.prompts.through.objects.filter(round__session=session, prompt_id=OuterRef("pk"))
        prompts = prompts.annotate(kept=Exists(kept))
    by_question = {one.question.pk: one for one in desk}
    for prompt in prompts.order_by("position"):
        by_question[prompt.question_id].prompts.append(prompt)
    for one in desk:
        one.chosen_prompts = _chosen_prompts(one, session)
    return desk


def _chosen_prompts(one, session):
    if session is not None and one.chosen:
        return frozenset(prompt.pk for prompt in one.prompts if prompt.kept)
    return frozenset(prompt.pk for prompt in one.prompts[:PROMPTS_A_QUESTION])


def people_to_plan_with(*, partnership, session: Session | None = None) -> list[Membership]:
    """Everyone of the group today, and whoever the plan names though they have left: one query."""
    named = [session.hosted_by_id, session.chaired_by_id, session.agenda_by_id] if session else []
    return list(
        Membership.objects.by_name()
        .filter(partnership=partnership)
        .filter(Q(left_on__isnull=True, observes=False) | Q(pk__in=filter(None, named)))
    )


def recent_sessions(*, partnership) -> list[Session]:
    """The last twelve sessions that opened, the newest first, with who hosted and chaired: one query."""
    return list(
        partnership.sessions.numbered().select_related("hosted_by__organisation", "chaired_by__organisation")[
            :READ_BACK
        ]
    )


def balance_in_words(sessions: Iterable[Session]) -> str:
    """Who hosted most of the last six that had a host, and how often community groups and residents chaired.

    ``sessions``: the newest first. "" until two of them had a host.
    """
    hosts = [session.hosted_by.sector for session in sessions if session.hosted_by][:LOOK_BACK]
    chairs = [session.chaired_by.sector for session in sessions if session.chaired_by][:LOOK_BACK]
    if len(hosts) < 2:
        return ""
    sector, times = Counter(hosts).most_common(1)[0]
    line = f"{SECTOR_IN_A_SENTENCE[sector]} hosted {times} of the last {len(hosts)}."
    if chairs:
        community = sum(sector in (Sector.VCSE, Sector.RESIDENT) for sector in chairs)
        line += f" Community groups and residents chaired {community} of {len(chairs)}."
    return line


def time_in_words(minutes: int) -> str:
    """Minutes as people say them, to the nearest half hour from an hour on: "35 minutes", "5½ hours"."""
    if minutes < 60:
        return "1 minute" if minutes == 1 else f"{minutes} minutes"
    halves = round(minutes / 30)
    return f"{halves // 2}{'½' if halves % 2 else ''} hour{'' if halves == 2 else 's'}"


def labels_in_words(sectors: Iterable[str], minimum: int) -> list[str]:
    """What people would see if everyone of today wrote, as sentences, by the ladder itself.

    Arguments:
        sectors: one for each person who would be asked.
        minimum: people who must be ready before anything sealed is shown.
    """
    counts = Counter(Sector(sector) for sector in sectors)
    total = sum(counts.values())
    if total < minimum:
        when = "so open this when more have joined, or show answers with names."
        return [f"{_people(total)} would be asked. Nothing is shown unless {minimum} or more write, {when}"]
    labels = choose_labels(counts.elements())
    sentences = [_if_all_write(labels, total)]
    sentences += _who_shares(counts, labels)
    sentences += _what_one_less_changes(counts, labels)
    return [*sentences, f"Fewer than {minimum} people: nothing is shown."]


def _people(count):
    return "1 person" if count == 1 else f"{count} people"


def _if_all_write(labels, total):
    names = [f"{name} ({count})" for name, count in sorted(labels.people.items(), key=lambda one: -one[1])]
    if not names:
        return f"If all {total} write, the groups are too small to name, so no sector is shown."
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    unlabelled = total - sum(labels.people.values())
    rest = f" {_people(unlabelled)} would have no label." if unlabelled else ""
    how_many = "one label" if len(names) == 1 else f"{_small(len(names))} labels"
    return f"If all {total} write, people will see {how_many}: {listed}.{rest}"


def _small(count):
    return ("no", "one", "two", "three", "four", "five")[count]


def _who_shares(counts, labels):
    """The sectors too small to be named alone: at best they share a wider label."""
    small = [sector for sector in Sector if 0 < counts[sector] < SMALLEST_LABEL]
    sharing = [sector for sector in small if labels.of(sector) and labels.of(sector) != LADDER[0][sector]]
    if not sharing:
        return []
    if sharing == [Sector.RESIDENT] and counts[Sector.RESIDENT] > 1:
        return [f"There are {counts[Sector.RESIDENT]} residents here, so they never have a label of their own."]
    names = [SECTOR_IN_A_SENTENCE[sector].replace("The ", "the ") for sector in sharing]
    names[0] = names[0][0].upper() + names[0][1:]
    return [f"{' and '.join(names)} are fewer than {SMALLEST_LABEL} here, so they never have a label of their own."]


def _what_one_less_changes(counts, labels):
    """The first sector of which one person less means fewer labels."""
    for sector in Sector:
        if not counts[sector]:
            continue
        fewer = counts.copy()
        fewer[sector] -= 1
        left = len(choose_labels(fewer.elements()).people)
        if left < len(labels.people):
            what = f"falls to {_small(left)} label{'' if left == 1 else 's'}" if left else "falls to no label at all"
            return [f"If one {SECTOR_PERSON[sector]} does not write, it {what}."]
    return []
