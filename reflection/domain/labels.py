"""Which sector labels may stand beside sealed answers, and how counts are told before a reveal.

Pure functions of counts: no database, so that every pattern of answers can be enumerated in a test.
Source: the ladder of four in the domain notes; trust A13 (labels) and A9 (steps).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from partnerships.enums import Sector

#: People behind a label, and people left without one: never one or two.
SMALLEST_LABEL = 3

COMMUNITY_AND_RESIDENTS = "Community and residents"
COUNCIL_AND_OTHERS = "Council and others"
PUBLIC_SERVICES_AND_OTHERS = "Public services and others"

#: From the finest to the widest. On the last rung nothing is labelled.
LADDER: tuple[Mapping[str, str], ...] = (
    {sector.value: str(sector.label) for sector in Sector},
    {
        Sector.VCSE.value: COMMUNITY_AND_RESIDENTS,
        Sector.RESIDENT.value: COMMUNITY_AND_RESIDENTS,
        Sector.NHS.value: str(Sector.NHS.label),
        Sector.COUNCIL.value: COUNCIL_AND_OTHERS,
        Sector.OTHER.value: COUNCIL_AND_OTHERS,
    },
    {
        Sector.VCSE.value: COMMUNITY_AND_RESIDENTS,
        Sector.RESIDENT.value: COMMUNITY_AND_RESIDENTS,
        Sector.NHS.value: PUBLIC_SERVICES_AND_OTHERS,
        Sector.COUNCIL.value: PUBLIC_SERVICES_AND_OTHERS,
        Sector.OTHER.value: PUBLIC_SERVICES_AND_OTHERS,
    },
    {},
)


@dataclass(frozen=True)
class Labels:
    """The labels of one round: sector → words (missing: no label), and people behind each."""

    by_sector: Mapping[str, str]
    people: Mapping[str, int]
    rung: int

    def of(self, sector: str) -> str:
        return self.by_sector.get(sector, "")


def choose_labels(sectors: Iterable[str], *, known: Iterable[str] = ()) -> Labels:
    """The first rung on which every label stands for enough people, and so do those without one.

    Arguments:
        sectors: one entry for each *person* with ready words (not for each answer); empty for
            someone who gave no sector, who is left unlabelled on every rung.
        known: the sectors of those among them whose words a facilitator wrote down. Whoever knows
            two of three can tell the third, so these stand behind no label and protect nobody.

    A rung is all or nothing: one small group makes every label give way to wider ones, as the
    promise says, so that nobody follows by subtraction from the labels beside them (trust A13).
    People without a label must be none, or three and more, for the same reason.
    """
    counts, known_counts = Counter(sectors), Counter(known)
    unlabelled, known_unlabelled = counts.pop("", 0), known_counts.pop("", 0)
    for rung, names in enumerate(LADDER[:-1]):
        people, unknown = Counter(), Counter()
        for sector, count in counts.items():
            people[names[sector]] += count
            unknown[names[sector]] += count - known_counts[sector]
        groups = [*unknown.values(), *([unlabelled - known_unlabelled] if unlabelled else [])]
        if people and min(groups) >= SMALLEST_LABEL:
            by_sector = {sector: names[sector] for sector in counts}
            return Labels(by_sector=by_sector, people=dict(people), rung=rung)
    return Labels(by_sector={}, people={}, rung=len(LADDER) - 1)


def step_of(count: int, total: int) -> int:
    """The step that a count of people is told as, before a sealed round is shown (trust A9).

    Returns 0 for "a few" (none to two), then 3, 6, 9, 12, then tens; ``total`` once it is everyone.
    """
    if total and count >= total:
        return total
    if count < 3:
        return 0
    if count < 15:
        return min(count - count % 3, 12)
    return max(12, count - count % 10)


def step_in_words(count: int, total: int) -> str:
    """``step_of`` as people read it: "A few of 12", "6 or more of 12", "All 12"."""
    step = step_of(count, total)
    if total and step == total:
        return f"All {total}"
    if step == 0:
        return f"A few of {total}"
    return f"{step} or more of {total}"


def steps_up_to(total: int) -> list[int]:
    """The steps that a partnership of this size can pass, "a few" (0) first and everyone last."""
    return sorted({step_of(count, total) for count in range(total + 1)})


def labels_in_words(shown: Iterable[str]) -> str:
    """One sentence about wider labels, worked out from the labels that stand beside answers and nothing else.

    Counts of sectors that are hidden must not shape a sentence either. Empty when every label is a sector of its own.
    """
    shown = set(shown) - {""}
    if not shown:
        return "Sectors are not shown here: that takes at least 3 people from each sector."
    pairs = [
        (COMMUNITY_AND_RESIDENTS, "community groups and residents"),
        (COUNCIL_AND_OTHERS, "council and others"),
        (PUBLIC_SERVICES_AND_OTHERS, "public services and others"),
    ]
    shared = [words for label, words in pairs if label in shown]
    if not shared:
        return ""
    sentence = f"{shared[0].capitalize()} share one label"
    if len(shared) > 1:
        sentence += f", and so do {shared[1]}"
    return f"{sentence}, because fewer than 3 people from a sector wrote."
