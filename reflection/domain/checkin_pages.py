"""What the pages of a check-in show: the shapes, the words that are for their reader, what to ask each other."""

from dataclasses import dataclass

from django.db.models import Q, Subquery

from partnerships.enums import SeenBy
from partnerships.models.members import Membership
from reflection.enums import Measure, Mood, Room
from reflection.models.checkins import CheckIn, CheckInAnswer, CheckInInvitee

WORDS_OF = {Measure.MOOD: Mood, Measure.ROOM: Room}
BAR = 100  # the width of the longest bar, in units of its drawing
LOW = 2  # "a bit low", "a little", and below


@dataclass(frozen=True)
class Step:
    """One of the five answers: how many chose it, and how wide its bar is drawn (0 to 100)."""

    value: int
    words: str
    count: int
    width: int


@dataclass(frozen=True)
class Shape:
    """The five counts of one measure, as they were when the check-in closed."""

    measure: Measure
    steps: tuple[Step, ...]

    @property
    def people(self) -> int:
        return sum(step.count for step in self.steps)

    @property
    def says(self) -> str:
        """The shape in one sentence."""
        most = max(step.count for step in self.steps)
        often = [step.words for step in self.steps if step.count == most]
        return f"{self.people} people. Chosen most: {' and '.join(often).lower()}."

    @property
    def is_low(self) -> bool:
        return 2 * sum(step.count for step in self.steps if step.value <= LOW) >= self.people


@dataclass(frozen=True)
class Said:
    """Words for their reader, with the name of who wrote them."""

    writer: Membership
    text: str
    about: Membership | None = None
    heard: str = ""


def shapes_of(checkin: CheckIn) -> list[Shape]:
    """The frozen figures of a check-in, one Shape for each measure that enough people answered. One query."""
    counts = {}
    for figure in checkin.figures.all():
        counts.setdefault(Measure(figure.measure), {})[figure.value] = figure.count
    return [_shape(measure, counts[measure]) for measure in Measure if measure in counts]


def _shape(measure, counts):
    most = max(counts.values()) or 1
    steps = (
        Step(value, words, counts.get(value, 0), BAR * counts.get(value, 0) // most)
        for value, words in WORDS_OF[measure].choices
    )
    return Shape(measure, tuple(steps))


def to_ask_each_other(shapes: list[Shape]) -> str:
    """A question that a shape suggests. Never about a person."""
    low = {shape.measure for shape in shapes if shape.is_low}
    if Measure.ROOM in low:
        return "Half of us or more have little room. What could we set aside for now?"
    if Measure.MOOD in low:
        return "Half of us or more arrive with a weight. What would make the next weeks lighter?"
    return "There is some room among us. What is worth doing while there is?" if shapes else ""


def place_of(*, checkin: CheckIn, membership: Membership) -> CheckInInvitee | None:
    """Someone's own place in a check-in, with their answer and what was told about them. One query."""
    return (
        CheckInInvitee.objects.filter(checkin=checkin, membership=membership)
        .select_related(
            "answer", "speaks_for__membership__person", "spoken_for_by__answer", "spoken_for_by__membership__person"
        )
        .first()
    )


def has_answered(place: CheckInInvitee | None) -> bool:
    return place is not None and hasattr(place, "answer")


def words_for_the_group(checkin: CheckIn) -> dict:
    """What writers chose to show the group: {"words": [Said], "know": [Said], "news": [Said]}. One query.

    Only for those who have answered: the page asks `has_answered` first.
    """
    answers = (
        CheckInAnswer.objects.of_checkin(checkin)
        .with_writer()
        .select_related("invitee__speaks_for__membership__person", "invitee__speaks_for__membership__organisation")
    )
    said = {"words": [], "know": [], "news": []}
    for answer in answers:
        writer = answer.invitee.membership
        if answer.words and answer.words_to == SeenBy.GROUP:
            said["words"].append(Said(writer, answer.words))
        if answer.know and answer.know_to == SeenBy.GROUP:
            said["know"].append(Said(writer, answer.know))
        if answer.news and answer.news_shared and answer.invitee.speaks_for:
            said["news"].append(
                Said(writer, answer.news, answer.invitee.speaks_for.membership, answer.get_heard_display())
            )
    return said


def words_for_facilitators(checkin: CheckIn) -> dict:
    """What writers chose to show to those who facilitate, and nobody else: {"words": [Said], "know": [Said]}. One query."""
    said = {"words": [], "know": []}
    for answer in CheckInAnswer.objects.of_checkin(checkin).with_writer():
        if answer.words and answer.words_to == SeenBy.FACILITATORS:
            said["words"].append(Said(answer.invitee.membership, answer.words))
        if answer.know and answer.know_to == SeenBy.FACILITATORS:
            said["know"].append(Said(answer.invitee.membership, answer.know))
    return said


def neighbours_of(checkin: CheckIn) -> tuple[CheckIn | None, CheckIn | None]:
    """The check-in before and the one after. One query."""
    ours = CheckIn.objects.of_partnership(checkin.partnership_id)
    before = ours.filter(on__lt=checkin.on).order_by("-on").values("pk")[:1]
    after = ours.filter(on__gt=checkin.on).order_by("on").values("pk")[:1]
    found = list(ours.filter(Q(pk=Subquery(before)) | Q(pk=Subquery(after))).only("pk", "on"))
    return (
        next((other for other in found if other.on < checkin.on), None),
        next((other for other in found if other.on > checkin.on), None),
    )
