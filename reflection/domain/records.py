"""The record of a session: one reading of it, which the page, the Word file and the table all print.

What a record says about people follows the round: names where answers were shown with names, labels
where they were shown with sectors, nothing where they were shown alone. Figures are the frozen ones
(trust A15), and attendance is a total (domain notes, Decided).
"""

from dataclasses import dataclass, replace
from datetime import date

from django.utils.text import capfirst

from reflection.domain.action_lines import Line, with_people
from reflection.domain.labels import LADDER
from reflection.domain.outcomes import Noted, outcomes_of
from reflection.domain.rating_results import Results, results_of
from reflection.domain.themes import Column, arrange
from reflection.enums import RATED, Attribution, Audience, DidWeDoIt, RoundKind, SessionMode
from reflection.models.actions import Action
from reflection.models.answers import Answer
from reflection.models.rounds import Round
from reflection.models.sessions import Session
from reflection.models.themes import Theme

GETS_IT = {
    Audience.MEMBERS: "Members only. Please don’t pass it on without asking",
    Audience.TOOK_PART: "Those who took part. Please don’t pass it on without asking",
    Audience.MEMBERS_AND_OBSERVERS: "Members, and the readers they chose. Please don’t pass it on without asking",
    Audience.FACILITATORS: "Those who facilitate, and nobody else",
}
HOW_SHOWN = {
    Attribution.SECTOR: "Shown with sector, never with names",
    Attribution.ANONYMOUS: "Shown with no name and no sector",
    Attribution.NAMED: "Shown with names",
    Attribution.TOGETHER: "Brought by pairs and fours, shown with neither names nor sectors",
}
NARROW_LABELS = frozenset(LADDER[0].values())
#: Kinds of rounds whose words a record keeps.
WITH_WORDS = (RoundKind.QUESTION, RoundKind.ACTIVITY)
KEPT_CLOSED = "These answers were not shown. The words stayed with those who wrote them."
ON_THEIR_OWN = "On their own"
NOT_SAID = "Carried over"


@dataclass(frozen=True)
class Words:
    """One answer. At most one of ``label`` and ``name`` says anything; ``added_on`` is for words that came late.

    ``order`` is the mixed order, the same for everybody, for files that do not group.
    """

    text: str
    order: str
    label: str = ""
    name: str = ""
    added_on: str = ""

    @property
    def beside(self) -> str:
        """What stands in brackets behind the words."""
        return ", ".join(filter(None, [self.label or self.name, self.added_on and f"added on {self.added_on}"]))


@dataclass(frozen=True)
class Group:
    """A theme with its answers. ``name`` is empty where nothing was grouped."""

    name: str
    words: tuple[Words, ...]
    notice: str = ""
    differs: bool = False
    different_view: str = ""


@dataclass(frozen=True)
class Part:
    """One question, or what pairs and fours brought (without a number). ``intro`` says how many wrote, ``how_shown`` how their words are shown; ``groups`` is empty when it stayed closed."""

    number: int | None
    title: str
    intro: str
    how_shown: str
    attribution: str
    groups: tuple[Group, ...] = ()

    @property
    def answers(self):
        return [words for group in self.groups for words in group.words]


@dataclass(frozen=True)
class Row:
    """A row of one of the two tables of actions. ``third`` is the day, or the answer to "did we do it?"."""

    text: str
    who: str
    third: str
    note: str = ""


@dataclass(frozen=True)
class Point:
    """A learning or a decision: the words, and the sentences that go with them."""

    text: str
    more: tuple[str, ...] = ()


@dataclass(frozen=True)
class Record:
    partnership: str
    number: int
    title: str
    facts: tuple[tuple[str, str], ...]
    changed: tuple[Row, ...]
    how_shown: str
    parts: tuple[Part, ...]
    learned: tuple[Point, ...]
    decided: tuple[Point, ...]
    agreed: tuple[Row, ...]
    still_open: tuple[str, ...]
    ratings: tuple[Results, ...] = ()


def build_record(session: Session, *, with_ratings: bool = True) -> Record:
    """Read the record of a session. Four queries, and two or three more where people rated, whatever its size.

    Arguments:
        session: closed, as `record_access` hands it over (with partnership and the people who led it).
        with_ratings: whether numbers are for this reader. They are the group's: never for the programme.
    """
    outcomes = outcomes_of(session)
    # What came of a session for fewer people is not quoted to more of them.
    quotable = Session.objects.for_all_readers_of(session)
    lines = with_people(Action.objects.concerning(session).of_sessions(quotable))
    rounds = _rounds_of_record(session)
    parts = _parts(session, rounds)
    ways = {part.how_shown for part in parts if part.groups}
    if len(ways) == 1:
        # The same for every question: it is said once.
        parts = tuple(replace(part, how_shown="") for part in parts)
    return Record(
        partnership=session.partnership.name,
        number=session.number,
        title=session.title,
        facts=_facts(session),
        changed=tuple(_looked_back(line) for line in lines if line.answered),
        how_shown=ways.pop() if len(ways) == 1 else "",
        parts=parts,
        learned=tuple(_learned(noted) for noted in outcomes.learnings),
        decided=tuple(_decided(noted) for noted in outcomes.decisions),
        agreed=tuple(
            Row(line.action.text, line.who, short_date(line.action.due_on))
            for line in lines
            if line.action.session_id == session.pk
        ),
        still_open=tuple(noted.text for noted in outcomes.matters),
        ratings=tuple(results_of(round for round, _ in rounds)) if with_ratings else (),
    )


# --- Head ----------------------------------------------------------------------------------------------------------
def _facts(session):
    took_part = f"{session.took_part_count or 0} of {session.asked_count or 0} people"
    gets_it = GETS_IT[session.audience]
    if session.shared_with_programme_at:
        gets_it += f". Shared with the programme on {short_date(session.partnership.local_date(session.shared_with_programme_at))}"
    facts = (
        ("Why now", session.why_now),
        ("When and where", ". ".join(filter(None, [_when(session), session.where]))),
        ("Took part", took_part),
        ("Led by", _led_by(session)),
        ("Who gets this", gets_it),
    )
    return tuple((words, value) for words, value in facts if value)


def _when(session):
    local = session.partnership.local_date
    opened, closed = local(session.opened_at), local(session.closed_at)
    if session.mode == SessionMode.LIVE or opened == closed:
        return full_date(opened)
    return f"{full_date(opened)} to {full_date(closed)}"


def _led_by(session):
    roles = {}
    for role, member in (("chair", session.chaired_by), ("host", session.hosted_by), ("agenda", session.agenda_by)):
        if member is not None:
            roles.setdefault(member.person.full_name, []).append(role)
    if not roles:
        return session.planned_by.person.full_name
    return "; ".join(f"{name} ({', '.join(held)})" for name, held in roles.items())


# --- What people wrote ---------------------------------------------------------------------------------------------
def rounds_with_themes(session: Session) -> list[tuple[Round, list[Theme]]]:
    """The question rounds of a session in order, each with its themes. One query."""
    return [(round, themes) for round, themes in _rounds_of_record(session) if round.kind == RoundKind.QUESTION]


def _rounds_of_record(session):
    """The rounds of which a record tells something, in order, each with its themes. One query."""
    rows = (
        Round.objects.filter(session=session, kind__in=[*WITH_WORDS, *RATED])
        .with_theme_rows()
        .order_by("position", "themes__position", "themes__name")
    )
    found: dict[object, tuple[Round, list[Theme]]] = {}
    for row in rows:
        row.session = session
        round, themes = found.setdefault(row.pk, (row, []))
        if row.theme_id is not None:
            themes.append(
                Theme(
                    pk=row.theme_id,
                    round=round,
                    name=row.theme_name,
                    notice=row.theme_notice,
                    seen_differently=row.theme_differs,
                    different_view=row.theme_different_view,
                )
            )
    return list(found.values())


def _parts(session, rounds):
    by_round = {}
    for answer in Answer.objects.filter(round__session=session).with_places().with_writers().in_mixed_order():
        by_round.setdefault(answer.round_id, []).append(answer)
    return tuple(
        _part(session, round, themes, by_round.get(round.pk, []))
        for round, themes in rounds
        if round.kind in WITH_WORDS
    )


def _part(session, round, themes, answers):
    if not round.is_shown:
        return Part(*_heading(round), KEPT_CLOSED, "", round.attribution)
    board = arrange(themes=themes, answers=answers)
    groups = [
        _group(column, session)
        for column in board.columns
        if column.answers or column.theme.notice or column.theme.seen_differently
    ]
    loose = sorted((*board.unplaced, *board.alone), key=lambda answer: answer.pk)
    if loose:
        groups.append(Group(ON_THEIR_OWN if groups else "", tuple(_words(answer, session) for answer in loose)))
    intro = f"{_counted(round.answer_count, 'answer')} from {_counted(round.people_count, 'person', 'people')}."
    return Part(*_heading(round), intro, _how_shown(round, answers), round.attribution, tuple(groups))


def _heading(round):
    """Number and title. Pairs and fours have no number: the question they talked about may have a part of its own."""
    if round.kind == RoundKind.QUESTION:
        return round.question.number, round.question.title
    about = f": {round.question.title}" if round.question_id else ""
    return None, f"{round.get_kind_display()}{about}"


def _group(column: Column, session):
    theme = column.theme
    words = tuple(_words(answer, session) for answer in column.answers)
    return Group(theme.name, words, theme.notice, theme.seen_differently, theme.different_view)


def _words(answer, session):
    signature, order = getattr(answer, "signature", None), answer.pk.hex
    if signature is None:
        return Words(answer.body, order, label=answer.label)
    added_on = short_date(session.partnership.local_date(signature.added_at)) if signature.is_late else ""
    return Words(answer.body, order, name=signature.participation.name_on_words, added_on=added_on)


def _how_shown(round, answers):
    sentences = [f"{HOW_SHOWN[round.attribution]}."]
    if round.is_sealed:
        sentences.append("The order is mixed.")
    if round.attribution == Attribution.SECTOR:
        sentences.append(_about_labels({answer.label for answer in answers}))
    return " ".join(filter(None, sentences))


def _about_labels(labels):
    """Why a label is wider than a sector, or missing; "" when every one is a sector's own."""
    if labels == {""}:
        return "There are no labels, because fewer than 3 people from a sector wrote."
    wide = any(label not in NARROW_LABELS for label in labels if label)
    if wide and "" in labels:
        return "Where fewer than 3 people from a sector wrote, sectors share a label or have none."
    if wide:
        return "Some sectors share a label, because fewer than 3 people from one of them wrote."
    return "Where fewer than 3 people from a sector wrote, there is no label." if "" in labels else ""


# --- What came of it -----------------------------------------------------------------------------------------------
def _looked_back(line: Line):
    note = line.action.answered_note or (NOT_SAID if line.answered in (DidWeDoIt.NOT_YET, DidWeDoIt.PARTLY) else "")
    return Row(line.action.text, line.who, line.answered_words, capfirst(note))


def _learned(noted: Noted):
    return Point(
        noted.text,
        tuple(
            filter(
                None, [noted.do_differently and f"What we will do differently: {noted.do_differently}", _again(noted)]
            )
        ),
    )


def _decided(noted: Noted):
    more = [
        sentence(noted.how_agreed_words),
        noted.authority and sentence(f"Who has the authority: {noted.authority}"),
        noted.rather_wait and sentence(f"Who would rather wait: {noted.rather_wait}"),
        _again(noted),
    ]
    return Point(noted.text, tuple(filter(None, more)))


def _again(noted):
    return f"We look at it again on {short_date(noted.review_on)}." if noted.review_on else ""


# --- Words ---------------------------------------------------------------------------------------------------------
def sentence(words: str) -> str:
    """Words with a full stop, unless they end in a mark of their own."""
    return words if words[-1:] in ".!?…" else f"{words}."


def full_date(day: date | None) -> str:
    """ "Thursday 26 November 2026": a record is read years later, so the year always stands there."""
    return f"{day:%A} {day.day} {day:%B %Y}" if day else ""


def short_date(day: date | None) -> str:
    """ "26 November 2026"."""
    return f"{day.day} {day:%B %Y}" if day else ""


def _counted(number, one, many=""):
    return f"{number or 0} {one if number == 1 else many or one + 's'}"
