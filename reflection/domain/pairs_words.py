"""What a pair or a four writes together: one text, changed by whoever sits there, with what was carried on into it.

Nobody outside the group reads it before it is ready, those who facilitate included. A ready pair's text is read by
its four; a ready four's by everybody, at the reveal.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from reflection.domain.pairs import NO_GROUPS
from reflection.domain.rounds import lock_round_and_session
from reflection.enums import RoundKind, SmallStep
from reflection.models.drafts import BODY_LIMIT, Draft
from reflection.models.pairs import Carried, SmallGroup
from reflection.models.participations import Participation
from reflection.models.rounds import Round

TOO_LONG = f"That is more than {BODY_LIMIT:,} characters together. Shorten it a little."
OVER = (
    "Writing together is over here, so this can’t be added now. Your words are still below: copy them if you need them."
)
ELSEWHERE = (
    "You sit with others now, so this was not added to their words. Yours are still below: copy them if you need them."
)
NOT_YOURS = "These words are not there to be carried on."
EMPTY = "Write down what you want to carry on first."


@dataclass(frozen=True)
class SmallTable:
    """Where somebody sits now, and all that they may read there.

    ``own`` are their own words; ``brought`` the ready texts of the pairs that met in this four; ``kept`` the text of
    their own pair that was not ready; ``carried`` the ids of what is in the text already. ``pair`` and ``four`` are
    theirs, whatever the step.
    """

    step: SmallStep
    group: SmallGroup | None = None
    others: list[Participation] = field(default_factory=list)
    own: list[Draft] = field(default_factory=list)
    brought: list[SmallGroup] = field(default_factory=list)
    kept: SmallGroup | None = None
    carried: frozenset[UUID] = frozenset()
    pair: SmallGroup | None = None
    four: SmallGroup | None = None

    @property
    def others_in_words(self) -> str:
        """ "Helen, Tom and Gwen": who else sits there, by first name."""
        return _in_words([one.short_name for one in self.others])

    @property
    def readers_in_words(self) -> str:
        """ "You, Tom and whoever joins you": who reads what is written there. True on a page that hears of nobody who comes, too."""
        return _in_words(["You", *(one.short_name for one in self.others), "whoever joins you"])


def table_of(*, participation: Participation, round: Round) -> SmallTable:
    """Where somebody sits in a round of pairs and fours: at most seven queries, whatever its size."""
    step = round.small_step
    own = list(Draft.objects.with_words().filter(participation=participation, round=round))
    mine = {
        group.step: group for group in SmallGroup.objects.filter(round=round).where_sits(participation).with_people()
    }
    pair, four = mine.get(SmallStep.PAIRS), mine.get(SmallStep.FOURS)
    group = mine.get(step)
    if group is None:
        return SmallTable(step, own=own, pair=pair, four=four)
    brought, kept = [], None
    if step == SmallStep.FOURS:
        brought = list(group.pairs.with_words().ready().order_by("number"))
        kept = pair if pair and pair.four_id == four.pk and pair.text and not pair.ready else None
    carried = Carried.objects.filter(into=group).values_list("draft", "pair")
    return SmallTable(
        step,
        group,
        sorted((one for one in group.people if one.pk != participation.pk), key=lambda one: one.short_name.lower()),
        own,
        brought,
        kept,
        frozenset(key for row in carried for key in row if key),
        pair,
        four,
    )


def write_together(
    *,
    participation: Participation,
    round: Round,
    text: str,
    expected: int,
    group_id: UUID | None = None,
    ready: bool | None = None,
    unheard: Collection[str] = (),
    at: datetime | None = None,
) -> SmallGroup:
    """Keep the text of the group that somebody sits in, by compare-and-set.

    Arguments:
        expected: the version of the text that the page showed.
        group_id: the group that the page showed; None for wherever they sit.
        ready: True says for the group that it is ready, False takes that back, None leaves it as it was.
        unheard: what the page sent since it last heard back. When one of these is what is stored, it is no clash.

    Raises StaleVersion with the newer text when somebody else of the group saved first: nothing is changed, and the page
    shows both. Raises ValidationError when writing is over, they have no seat, or the text is too long.
    """
    text = text.replace("\r\n", "\n")
    if len(text) > BODY_LIMIT:
        raise ValidationError(TOO_LONG, code="too_long")
    with transaction.atomic():
        locked, group = _lock_group(participation, round)
        if group_id and group.pk != group_id:
            raise ValidationError(ELSEWHERE, code="moved")
        if group.text in (text, *unheard):
            expected = group.version
        _save(group, text if text.strip() else "", ready, expected)
        if group.ready_changed:
            locked.session.touch()
    return group


def bring_words(*, participation: Participation, round: Round, draft_id) -> SmallGroup:
    """Put one's own words into the text of one's pair, below what stands there. Twice is once."""
    with transaction.atomic():
        _, group = _lock_group(participation, round)
        draft = _one(Draft.objects.with_words().filter(participation=participation, round=round), draft_id)
        return _carry(group, draft.body, draft=draft.pk)


def carry_on(*, participation: Participation, round: Round, pair_id) -> SmallGroup:
    """Put what a pair of this four wrote into the text of the four. A pair's text that is not ready yet only its own people bring."""
    with transaction.atomic():
        locked, four = _lock_group(participation, round)
        pair = _one(SmallGroup.objects.with_words().filter(four=four), pair_id)
        if not pair.ready:
            _one(SmallGroup.objects.where_sits(participation), pair.pk)
            SmallGroup.objects.filter(pk=pair.pk).update(ready=True)
            locked.session.touch()
        return _carry(four, pair.text, pair=pair)


def groups_to_show(round: Round) -> list[SmallGroup]:
    """The groups whose words the reveal shows: those of the step the round stands at that said they are ready. The round must be locked."""
    groups = SmallGroup.objects.of(round, round.small_step).ready().with_words()
    return list(groups.prefetch_related("seats"))


# --- Helpers -------------------------------------------------------------------------------------------------------
def _in_words(names):
    *before, last = names or [""]
    return f"{', '.join(before)} and {last}" if before else last


def _lock_group(participation, round):
    """The round and the group that somebody sits in now, locked. The session first: whether a group is ready shows on screens (trust C6)."""
    locked = lock_round_and_session(round)
    if locked.kind != RoundKind.ACTIVITY or not locked.is_writable(timezone.now()):
        raise ValidationError(OVER, code="over")
    where = SmallGroup.objects.of(locked, locked.small_step).where_sits(participation)
    group = where.select_for_update(of=("self",)).first()
    if (
        group is None
        or not Participation.objects.select_related("membership", "guest").get(pk=participation.pk).is_current
    ):
        raise ValidationError(NO_GROUPS, code="alone")
    return locked, group


def _save(group, text, ready, expected):
    before = group.ready
    changed = text != group.text
    group.text = text
    group.ready = bool(text) and (before if ready is None else ready)
    group.ready_changed = group.ready != before
    if ready and not text:
        raise ValidationError(EMPTY, code="empty")
    if changed:
        group.save_versioned(expected=expected, fields=["text", "ready"])
    elif group.ready_changed:
        group.save(update_fields=["ready"])
    return group


def _carry(group, words, *, draft=None, pair=None):
    if draft:
        _, new = Carried.objects.get_or_create(into=group, draft=draft)
    else:
        _, new = Carried.objects.get_or_create(into=group, pair=pair)
    if not new:
        return group
    text = f"{group.text}\n{words.strip()}" if group.text.strip() else words.strip()
    if len(text) > BODY_LIMIT:
        raise ValidationError(TOO_LONG, code="too_long")
    return _save(group, text, None, group.version)


def _one(rows, key):
    try:
        found = rows.filter(pk=key).first()
    except ValidationError:  # no id at all
        found = None
    if found is None:
        raise ValidationError(NOT_YOURS, code="gone")
    return found
