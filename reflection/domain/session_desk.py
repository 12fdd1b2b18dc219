"""What lies on the desk of someone who plans: the questions, who hosted, and what labels would show.

Read with few queries, whatever the number of sessions and people.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from partnerships.enums import Sector
from partnerships.models.members import Membership
from reflection.domain.labels import LADDER, SMALLEST_LABEL, choose_labels
from reflection.domain.rounds_planning import MINUTES_A_QUESTION, PlannedRound, rounds_of_plan
from reflection.domain.session_planning import PROMPTS_A_QUESTION
from reflection.enums import RoundKind
from reflection.models.actions import Action
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


def questions_with_visits(*, partnership, framework: Framework | None = None) -> list[DeskQuestion]:
    """The questions as DeskQuestions without prompts, by number: one query.

    Arguments:
        framework: whose questions; without one, those a new session would begin with.
    """
    return _desk_questions(_questions(partnership, framework), partnership)


def _questions(partnership, framework):
    visits = (
        Round.objects.questions()
        .shown()
        .filter(session__partnership=partnership, question__key=OuterRef("key"))
        .order_by("-revealed_at")
    )
    current = Framework.objects.current().available_to(partnership).values("pk")[:1]
    return (
        Question.objects.filter(framework=framework.pk if framework else Subquery(current))
        .select_related("framework")
        .annotate(last_shown_at=Subquery(visits.values("revealed_at")[:1]))
        .order_by("number")
    )


def _desk_questions(questions, partnership):
    longest = sorted(questions, key=lambda q: (q.last_shown_at is not None, q.last_shown_at))[:2]
    return [
        DeskQuestion(
            question=question,
            last_on=partnership.local_date(question.last_shown_at) if question.last_shown_at else None,
            longest=question in longest,
            oldest=question == longest[0],
        )
        for question in questions
    ]


def questions_to_plan(
    *, partnership, session: Session | None = None, planned: list[PlannedRound] | None = None
) -> list[DeskQuestion]:
    """The questions with their prompts, as a new plan or ``session`` has them: one query.

    Arguments:
        planned: the rounds of ``session``, where a page has read them already; else one query more.
    They come by number, or as the plan asks them where that differs, the others behind.
    """
    rows = _questions(partnership, session.framework if session else None).annotate(
        prompt_id=F("prompts__pk"), prompt_text=F("prompts__text"), prompt_position=F("prompts__position")
    )
    questions, prompts = {}, defaultdict(list)
    for row in rows.order_by("number", "prompts__position"):
        questions.setdefault(row.pk, row)
        if row.prompt_id:
            prompt = Prompt(pk=row.prompt_id, question=row, text=row.prompt_text, position=row.prompt_position)
            prompts[row.pk].append(prompt)
    desk = _desk_questions(list(questions.values()), partnership)
    if session is not None and planned is None:
        planned = rounds_of_plan(session=session)
    asked = {one.question_id: one for one in planned or () if one.kind == RoundKind.QUESTION}
    for one in desk:
        one.prompts = prompts[one.question.pk]
        _tick(one, asked.get(one.question.pk), session)
    return _as_planned(desk, asked)


def _tick(one, planned, session):
    one.chosen = session is None or planned is not None
    one.chosen_prompts = frozenset(prompt.pk for prompt in one.prompts[:PROMPTS_A_QUESTION])
    if planned:
        one.minutes, one.chosen_prompts = planned.minutes, planned.prompt_ids


def _as_planned(desk, asked):
    """By number when the plan asks them so; else in the order of the plan, and behind them what it does not ask."""
    places = [asked[one.question.pk].position for one in desk if one.chosen and one.question.pk in asked]
    if places == sorted(places):
        return desk
    behind = len(desk) + max(places)
    return sorted(desk, key=lambda one: asked[one.question.pk].position if one.question.pk in asked else behind)


def people_to_plan_with(*, partnership, session: Session | None = None) -> list[Membership]:
    """Everyone of the group today, and whoever the plan names though they have left: one query."""
    named = [session.hosted_by_id, session.chaired_by_id, session.agenda_by_id] if session else []
    return list(
        Membership.objects.by_name()
        .filter(partnership=partnership)
        .filter(Q(left_on__isnull=True, observes=False) | Q(pk__in=filter(None, named)))
    )


def recent_sessions(*, partnership) -> list[Session]:
    """The last twelve sessions that opened, the newest first, with who hosted and chaired: one query.

    Each carries what holds for the whole partnership: ``open_actions``, how many are still open, and
    ``last_rated_at``, when the signs were last rated (None: never).
    """
    still_open = Action.objects.still_open().filter(session__partnership=partnership)
    counted = still_open.order_by().values("session__partnership").annotate(n=Count("pk")).values("n")
    rated = Round.objects.shown().filter(kind=RoundKind.RATING, session__partnership=partnership)
    return list(
        partnership.sessions.numbered()
        .select_related("hosted_by__organisation", "chaired_by__organisation")
        .annotate(
            open_actions=Coalesce(Subquery(counted), 0),
            last_rated_at=Subquery(rated.order_by("-revealed_at").values("revealed_at")[:1]),
        )[:READ_BACK]
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
