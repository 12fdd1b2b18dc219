"""Making sense together: which answers belong to each other, and what we notice.

An answer is never touched by this: where it stands is a row of its own. Everything here happens
while the session is open and once the answers are shown; afterwards the record holds what we made of them.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from partnerships.models.base import StaleVersion
from reflection.domain.rounds import lock_round_and_session, next_stage
from reflection.enums import SessionState, Stage
from reflection.models.actions import Action
from reflection.models.answers import Answer
from reflection.models.live import LiveRun
from reflection.models.outcomes import Decision, Learning, Matter
from reflection.models.rounds import Round
from reflection.models.themes import Placement, Theme

#: Places that are no theme: nobody has placed it yet; left on its own on purpose.
UNPLACED = "unplaced"
ALONE = "alone"
PLACE_WORDS = {UNPLACED: "Not in a theme yet", ALONE: "On its own"}

NOTICE_LIMIT = 500


@dataclass(frozen=True)
class Moved:
    """Where an answer was and where it is: a Theme, ``ALONE`` or ``UNPLACED``."""

    answer: Answer
    before: Theme | str
    after: Theme | str

    @property
    def words(self):
        return str(self.after.name) if isinstance(self.after, Theme) else PLACE_WORDS[self.after]


@dataclass
class Column:
    """A theme with its answers; without a theme, answers that have none."""

    theme: Theme | None
    answers: list = field(default_factory=list)

    @property
    def dots(self):
        return sum(getattr(answer, "dots", 0) for answer in self.answers)

    @property
    def labels(self):
        return {answer.label for answer in self.answers if answer.label}


@dataclass(frozen=True)
class Board:
    """The answers of a round as they were put together. The order within a column is the mixed order."""

    columns: list[Column]
    unplaced: list[Answer]
    alone: list[Answer]

    @property
    def everything(self):
        """All the answers in their one mixed order, as they were shown before anybody put them together."""
        placed = (answer for column in self.columns for answer in column.answers)
        return sorted([*placed, *self.unplaced, *self.alone], key=lambda answer: answer.pk)

    @property
    def worth_a_talk(self):
        """Columns that we see differently, or in which every kind of label speaks: spread, not size."""
        everyone = {label for column in self.columns for label in column.labels}
        everyone |= {answer.label for answer in (*self.unplaced, *self.alone) if answer.label}
        return [
            column
            for column in self.columns
            if column.theme.seen_differently or (len(everyone) > 1 and column.labels == everyone)
        ]


def place_of(answer: Answer):
    """The id of the theme an answer stands in, ``ALONE`` or ``UNPLACED``. Load it with ``with_places()``."""
    placement = getattr(answer, "placement", None)
    if placement is None:
        return UNPLACED
    return placement.theme_id or ALONE


def arrange(*, themes, answers) -> Board:
    """Put answers (loaded ``with_places()``, in mixed order) under their themes."""
    columns = {theme.pk: Column(theme) for theme in themes}
    loose = {UNPLACED: [], ALONE: []}
    for answer in answers:
        place = place_of(answer)
        (columns[place].answers if place in columns else loose[place]).append(answer)
    return Board(list(columns.values()), loose[UNPLACED], loose[ALONE])


def _lock_for_sense(round: Round) -> Round:
    """Lock session and round, and refuse when there is nothing to make sense of now."""
    locked = lock_round_and_session(round)
    if locked.session.state != SessionState.OPEN:
        raise ValidationError("This session is not open, so its themes stay as they are.", code="session")
    if not locked.is_shown:
        raise ValidationError("These answers have not been shown yet.", code="stage")
    return locked


def _begin_grouping(round: Round) -> None:
    """Whoever makes the first theme, or moves the first answer, has begun to group: the stage says so to everyone."""
    if round.stage == Stage.REVEALED:
        round.stage = next_stage(kind=round.kind, stage=round.stage, event="group")
        round.save(update_fields=["stage"])


def create_theme(
    *, round: Round, name: str, by, notice: str = "", answer: Answer | None = None, at: datetime | None = None
) -> Theme:
    """Begin a theme, with its first answer if there is one.

    Raises ValidationError when the name is empty, too long or taken, or the answer is of another round.
    """
    with transaction.atomic():
        locked = _lock_for_sense(round)
        last = locked.themes.aggregate(last=Max("position"))["last"] or 0
        theme = Theme(round=locked, name=_tidy(name), notice=notice.strip(), position=last + 1)
        _check(theme)
        theme.save()
        if answer is not None:
            _require_same_round(answer, locked)
            _place(answer, theme)
            LiveRun.objects.forget_move(session=locked.session)
        _begin_grouping(locked)
        locked.session.touch()
    return theme


def update_theme(*, theme: Theme, by, expected: int, name: str, notice: str) -> Theme:
    """Rename a theme, or write what we notice. Raises StaleVersion when someone saved in between."""
    with transaction.atomic():
        locked = _lock_for_sense(theme.round)
        theme.name, theme.notice = _tidy(name), notice.strip()
        _check(theme)
        theme.save_versioned(expected=expected, fields=["name", "notice"])
        locked.session.touch()
    return theme


def differ_on_theme(*, theme: Theme, by, expected: int, seen_differently: bool, different_view: str = "") -> Theme:
    """Mark a theme “we see this differently”, with the other view (domain § Decided 18).

    Unsigned: nobody is kept with it. Taking the mark away takes the note with it.
    """
    with transaction.atomic():
        locked = _lock_for_sense(theme.round)
        theme.seen_differently = seen_differently
        theme.different_view = different_view.strip() if seen_differently else ""
        theme.save_versioned(expected=expected, fields=["seen_differently", "different_view"])
        locked.session.touch()
    return theme


def merge_themes(*, theme: Theme, into: Theme, by) -> Theme:
    """Move every answer and note of ``theme`` to ``into``, and what was agreed from it; then it is gone.

    Raises ValidationError when they are not two themes of one round, or both notes do not fit in one.
    """
    with transaction.atomic():
        locked = _lock_for_sense(theme.round)
        pair = {
            found.pk: found
            for found in Theme.objects.select_for_update().filter(pk__in=[theme.pk, into.pk], round=locked)
        }
        if len(pair) != 2:
            raise ValidationError({"into": "Choose another theme of this question."})
        gone, kept = pair[theme.pk], pair[into.pk]
        kept.notice = _join(kept.notice, gone.notice)
        kept.different_view = _join(kept.different_view, gone.different_view)
        kept.seen_differently = kept.seen_differently or gone.seen_differently
        kept.version += 1
        kept.save(update_fields=["notice", "different_view", "seen_differently", "version"])
        LiveRun.objects.forget_move_by(gone)
        Placement.objects.filter(theme=gone).update(theme=kept)
        for model in (Learning, Decision, Matter, Action):
            model.objects.filter(theme=gone).update(theme=kept)
        gone.delete()
        locked.session.touch()
    return kept


def delete_theme(*, theme: Theme, by, expected: int) -> None:
    """Delete a theme. Its answers are not in a theme then; none is lost.

    Raises StaleVersion when someone changed it since the page asked.
    """
    with transaction.atomic():
        locked = _lock_for_sense(theme.round)
        current = Theme.objects.select_for_update().filter(pk=theme.pk).first()
        if current is None:
            return
        if current.version != expected:
            raise StaleVersion(current)
        LiveRun.objects.forget_move_by(current)
        current.delete()
        locked.session.touch()


def move_answer(*, answer: Answer, to: Theme | str, by) -> Moved:
    """Put an answer in a theme, on its own (``ALONE``) or back among the rest (``UNPLACED``).

    Only its Placement is written: the answer's own row is never changed.
    """
    with transaction.atomic():
        locked = _lock_for_sense(answer.round)
        _require_same_round(answer, locked)
        if isinstance(to, Theme) and not locked.themes.filter(pk=to.pk).exists():
            raise ValidationError("That theme is not among those of this question any more.", code="foreign")
        placement = Placement.objects.select_related("theme").filter(answer=answer).first()
        before = UNPLACED if placement is None else placement.theme or ALONE
        if to == UNPLACED:
            Placement.objects.filter(answer=answer).delete()
        else:
            _place(answer, to if isinstance(to, Theme) else None)
        LiveRun.objects.forget_move(session=locked.session)  # `live_board.move_card` writes its own down after this
        _begin_grouping(locked)
        locked.session.touch()
    return Moved(answer, before=before, after=to)


def _place(answer, theme):
    Placement.objects.update_or_create(answer=answer, defaults={"theme": theme})


def _require_same_round(answer, round):
    if answer.round_id != round.pk:
        raise ValidationError("That answer belongs to another question.", code="foreign")


def _tidy(name):
    return " ".join(name.split())


def _check(theme):
    if not theme.name:
        raise ValidationError({"name": "Give the theme a name."})
    theme.full_clean(exclude=["round"])
    if Theme.objects.filter(round=theme.round_id, name__iexact=theme.name).exclude(pk=theme.pk).exists():
        raise ValidationError(
            {"name": "There is a theme with this name already. Move the answers there, or choose another name."}
        )


def _join(first, second):
    joined = "\n".join(filter(None, [first, second]))
    if len(joined) > NOTICE_LIMIT:
        raise ValidationError(
            f"What we notice in the two themes is longer than {NOTICE_LIMIT} characters together. Shorten one of them first."
        )
    return joined
