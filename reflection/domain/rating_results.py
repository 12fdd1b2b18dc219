"""What a round of ratings tells once it is shown: how far apart people are, sign by sign. No mean, no score, no ranking."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from reflection.domain.ratings import CLOSING_SCALES, Scale
from reflection.domain.spreads import CANT_SAY, VALUES, Spread, spread_of
from reflection.enums import RoundKind
from reflection.models.framework import Characteristic
from reflection.models.ratings import Rating, RatingCount
from reflection.models.rounds import Round

CANT_SAY_WORDS = "Can’t say"
TOO_FEW = "Too few people said anything about this to tell it."


@dataclass(frozen=True)
class Result:
    """One sign. ``spread`` is None where too few rated it; ``by_label`` and ``by_number`` are pairs, empty where they are not told."""

    number: int
    scale: Scale
    spread: Spread | None
    by_label: tuple[tuple[str, Spread], ...] = ()
    by_number: tuple[tuple[str, str], ...] = ()

    @property
    def is_worth_a_talk(self) -> bool:
        return self.spread is not None and self.spread.is_worth_a_talk

    @property
    def in_words(self) -> str:
        return self.spread.in_words if self.spread else TOO_FEW


@dataclass(frozen=True)
class Results:
    """The results of one round: what is seen differently comes first, and within that the order of the signs."""

    round: Round
    rows: tuple[Result, ...]

    @property
    def is_closing(self) -> bool:
        return self.round.kind == RoundKind.CLOSING

    @property
    def apart(self) -> list[Result]:
        return [row for row in self.rows if row.is_worth_a_talk]

    @property
    def title(self) -> str:
        if self.is_closing:
            return "How was this session?"
        return "How we see our partnership"


def results_of(rounds: Iterable[Round]) -> list[Results]:
    """The results of those of these rounds that were rated and shown, in their order; each with ``session`` read.

    Three queries, none when there is nothing to tell.
    """
    shown = [round for round in rounds if round.is_rated and round.is_shown]
    if not shown:
        return []
    frameworks = {round.session.framework_id for round in shown if round.kind == RoundKind.RATING}
    scales = defaultdict(list)
    for sign in Characteristic.objects.filter(framework__in=frameworks) if frameworks else ():
        scales[sign.framework_id].append(Scale(sign.key, sign.text, sign.help))
    counts, names = _counts_of(shown), _names_of(shown)
    found = []
    for round in shown:
        of_round = CLOSING_SCALES if round.kind == RoundKind.CLOSING else scales[round.session.framework_id]
        rows = [
            _result(number, scale, counts[round.pk, scale.key], names[round.pk, scale.key])
            for number, scale in enumerate(of_round, start=1)
        ]
        found.append(Results(round, tuple(sorted(rows, key=lambda row: not row.is_worth_a_talk))))
    return found


def _counts_of(rounds):
    """(round, key) → label → value → people, of rounds whose numbers are counted."""
    counts = defaultdict(lambda: defaultdict(Counter))
    for row in RatingCount.objects.filter(round__in=[round.pk for round in rounds if round.is_counted]):
        counts[row.round_id, row.key][row.label][row.value] += row.people
    return counts


def _names_of(rounds):
    """(round, key) → value → names, of rounds with names."""
    named = [round.pk for round in rounds if not round.is_counted]
    names = defaultdict(lambda: defaultdict(list))
    if named:
        rows = Rating.objects.filter(round__in=named).select_related(
            "participation__membership__person", "participation__membership__organisation", "participation__guest"
        )
        for row in rows:
            names[row.round_id, row.key][row.value].append(row.participation.name_on_words)
    return names


def _result(number, scale, by_label, names):
    if names:
        spread = spread_of(value for value, people in names.items() for _ in people)
        told = [(_value_words(value), ", ".join(sorted(names[value]))) for value in (*VALUES, CANT_SAY) if names[value]]
        return Result(number, scale, spread, by_number=tuple(told))
    if not by_label:
        return Result(number, scale, None)
    labelled = [(label, _spread(by_label[label])) for label in sorted(by_label) if label]
    if labelled and by_label.get(""):
        labelled.append(("No label", _spread(by_label[""])))
    return Result(number, scale, _spread(sum(by_label.values(), Counter())), by_label=tuple(labelled))


def _spread(counter):
    return spread_of(counter.elements())


def _value_words(value):
    return CANT_SAY_WORDS if value == CANT_SAY else str(value)
