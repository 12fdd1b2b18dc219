"""The rounds of a plan as the page holds them while it is typed in: a row for each, their minutes, and what has no row.

A row is known by its key: a kind that comes once, or a question by its number ("question_2"). Nothing is kept here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django import forms
from django.utils import timezone

from reflection.domain.live_steps import minutes_of_stages
from reflection.domain.rounds_planning import LEAST_MINUTES, MINUTES_A_QUESTION, MINUTES_TOGETHER, MOST_MINUTES
from reflection.enums import RoundKind, SessionMode, Stage
from reflection.models.rounds import Round

NAMES = {
    RoundKind.ARRIVE: "Arrive",
    RoundKind.LAST_ACTIONS: "Last actions",
    RoundKind.RATING: "Rate the twelve signs",
    RoundKind.ACTIVITY: "Pairs, fours, all",
    RoundKind.CLOSING: "Closing",
}
ICONS = {
    RoundKind.ARRIVE: "cup",
    RoundKind.LAST_ACTIONS: "refresh",
    RoundKind.RATING: "list",
    RoundKind.ACTIVITY: "people",
    RoundKind.CLOSING: "flower",
}
STAGE_WORDS = {
    Stage.WRITING: "write",
    Stage.REVEALED: "show",
    Stage.GROUPING: "group",
    Stage.CHOOSING: "talk",
    Stage.AGREEING: "agree",
}
MINUTES_OF_SEVERAL = 52  # shared between the questions when there is more than one
LEAST_A_QUESTION = 10
#: What a button of the list does: the page comes back with it done, and with a way to undo it.
CHANGES = {"up", "down", "add", "remove", "take_off", "end_later", "undo"}


def question_key(number):
    return f"question_{number}"


def minutes_name(key):
    return f"together_{key}"


def keys_of(desk):
    """Every row that the questions of `desk` allow, in the order in which a session would have them."""
    questions = [question_key(one.question.number) for one in sorted(desk, key=lambda one: one.question.number)]
    return [RoundKind.ARRIVE.value, RoundKind.LAST_ACTIONS.value, *questions, *LAST]


LAST = (RoundKind.ACTIVITY.value, RoundKind.RATING.value, RoundKind.CLOSING.value)


def kind_of(key):
    return RoundKind.QUESTION if key.startswith("question_") else RoundKind(key)


@dataclass(frozen=True)
class QuestionRow:
    """One question as the page draws it: ticked or not, its prompts, its minutes."""

    desk: object
    place: int
    of: int
    id: str
    ticked: bool
    prompts: list
    minutes: object

    @property
    def chosen_count(self):
        return sum(ticked for _, _, ticked in self.prompts)

    @property
    def is_first(self):
        return self.place == 1

    @property
    def is_last(self):
        return self.place == self.of

    @property
    def opened(self):
        """Prompts stand open where the question is a good place to start and is ticked."""
        return self.ticked and self.desk.oldest

    @property
    def minutes_value(self):
        value = self.minutes.value()
        return int(value) if str(value).isascii() and str(value).isdigit() else MINUTES_A_QUESTION


@dataclass(frozen=True)
class RoundRow:
    """One round as the page draws it. ``desk`` is the question, for questions."""

    key: str
    name: str
    place: int
    of: int
    minutes: object
    desk: object = None
    prompts: tuple = ()

    @property
    def kind(self):
        return kind_of(self.key)

    @property
    def icon(self):
        return ICONS.get(self.kind, "")

    @property
    def is_first(self):
        return self.place == 1

    @property
    def is_last(self):
        return self.place == self.of

    @property
    def chosen_count(self):
        return sum(ticked for _, _, ticked in self.prompts)

    @property
    def minutes_value(self):
        return minutes_typed(self.minutes.value(), self.kind)

    @property
    def stages_in_words(self):
        """How the minutes are shared: "Write 6, show 3, group 9, talk 12, agree 8."."""
        shares = minutes_of_stages(Round(kind=self.kind, minutes=self.minutes_value)).items()
        words = ", ".join(f"{STAGE_WORDS[stage]} {minutes}" for stage, minutes in shares if minutes)
        return f"{words[:1].upper()}{words[1:]}." if words else ""


def minutes_typed(value, kind):
    """The minutes as typed, or those that the kind comes with where that is not a number."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else MINUTES_TOGETHER[kind]


@dataclass(frozen=True)
class Fit:
    """The minutes of the rounds against the clock. ``available`` is None while the times are not known."""

    rows: tuple
    starts_at: datetime | None
    ends_at: datetime | None

    @property
    def minutes(self):
        return sum(row.minutes_value for row in self.rows)

    @property
    def available(self):
        if not self.starts_at or not self.ends_at or self.ends_at <= self.starts_at:
            return None
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def too_many(self):
        """Minutes that the rounds need and the clock does not have."""
        return max(0, self.minutes - self.available) if self.available is not None else 0

    @property
    def spare(self):
        return max(0, self.available - self.minutes) if self.available is not None else 0

    @property
    def ends_if_all(self):
        """When it would end with every round as long as it is planned."""
        return self.starts_at + timedelta(minutes=self.minutes) if self.starts_at else None

    @property
    def longest(self):
        return max(self.rows, key=lambda row: row.minutes_value, default=None)

    @property
    def longest_can_give(self):
        return self.longest is not None and self.longest.minutes_value > self.too_many


def initial_rounds(desk, planned, mode, open_actions):
    """The first values of the rows: those of the plan, or those that a new session together comes with.

    Arguments:
        planned: the PlannedRounds of a saved plan; empty for a new one.
        mode: how people meet in it.
        open_actions: how many actions of the partnership are still open.
    """
    numbers = {one.question.pk: one.question.number for one in desk}
    values = {minutes_name(key): MINUTES_TOGETHER[kind_of(key)] for key in keys_of(desk)}
    if planned and mode != SessionMode.OVER_TIME:
        keys = []
        for one in planned:
            key = question_key(numbers[one.question_id]) if one.kind == RoundKind.QUESTION else one.kind.value
            keys.append(key)
            values[minutes_name(key)] = one.minutes
            if one.kind == RoundKind.ACTIVITY and one.question_id:
                values["activity_question"] = str(one.question_id)
        return values | {"rounds": keys}
    asked = [one.question.number for one in desk if one.chosen] if planned else []
    asked = asked or [next(one.question.number for one in desk if one.oldest)]
    if len(asked) > 1:
        each = max(LEAST_A_QUESTION, MINUTES_OF_SEVERAL // len(asked))
        values |= {minutes_name(question_key(number)): each for number in asked}
    before = ["arrive", "last_actions"] if open_actions else ["arrive"]
    rating = ["rating"] if len(asked) == 1 else []
    return values | {"rounds": [*before, *map(question_key, asked), *rating, "closing"]}


# --- What the buttons of the list do to what was typed ---
def changed(values, intent, of, form):
    """The typed values with one change made to the rounds, and the state before it kept for “Undo”.

    Arguments:
        values: as `initial_from_post` gives them; not changed.
        intent, of: which button, and of which row.
        form: the form as typed, to know what there is and whether it fits.
    """
    rounds = [key for key in values.get("rounds") or [] if key in keys_of(form.desk)]
    before = state_of(values, rounds)
    values = values | {"rounds": rounds, "undo": before}
    if intent == "undo":
        return values | read_state(form.initial.get("undo") or "", form)
    if intent in ("up", "down"):
        values["rounds"] = moved(rounds, of, -1 if intent == "up" else 1)
    elif intent == "remove":
        values["rounds"] = [key for key in rounds if key != of]
    elif intent == "add" and of in keys_of(form.desk):
        values["rounds"] = with_row(rounds, of)
        values[minutes_name(of)] = values.get(minutes_name(of)) or MINUTES_TOGETHER[kind_of(of)]
    elif intent == "take_off" and form.fit.longest_can_give:
        row = form.fit.longest
        values[minutes_name(row.key)] = row.minutes_value - form.fit.too_many
    elif intent == "end_later" and form.fit.ends_if_all:
        values["ends_at"] = f"{timezone.localtime(form.fit.ends_if_all, form.partnership.zone):%Y-%m-%dT%H:%M}"
    return values


def moved(order, of, step):
    """These keys with one of them a place earlier (``step`` -1) or later (1); at the end of the row nothing moves."""
    order = list(order)
    if of in order:
        here = order.index(of)
        there = min(max(here + step, 0), len(order) - 1)
        order.insert(there, order.pop(here))
    return order


def with_row(rounds, key):
    """One more round: arriving comes first, all else before the closing where that is last."""
    if key in rounds:
        return rounds
    if key == "arrive":
        return [key, *rounds]
    at = len(rounds) - 1 if rounds and rounds[-1] == "closing" and key != "closing" else len(rounds)
    return [*rounds[:at], key, *rounds[at:]]


def state_of(values, rounds):
    """The rounds with their minutes, and the end, in one line of text: what “Undo” goes back to."""
    ends = values.get("ends_at") or ""
    return " ".join([*(f"{key}={values.get(minutes_name(key)) or ''}" for key in rounds), f"ends_at={ends}"])


def read_state(text, form):
    """The values that `state_of` wrote down. What is not a row of this form is left out."""
    pairs = [pair.partition("=")[::2] for pair in text.split(" ")]
    known = set(keys_of(form.desk))
    rounds = [(key, minutes) for key, minutes in pairs if key in known]
    values = {"rounds": list(dict.fromkeys(key for key, _ in rounds))}
    values |= {minutes_name(key): minutes for key, minutes in rounds if minutes.isdigit()}
    return values | {key: value for key, value in pairs if key == "ends_at"}


def minutes_field(words):
    refused = f"Give {words} between {LEAST_MINUTES} and {MOST_MINUTES} minutes."
    return forms.IntegerField(
        label=f"Minutes for {words}",
        required=False,
        min_value=LEAST_MINUTES,
        max_value=MOST_MINUTES,
        error_messages={"invalid": refused, "min_value": refused, "max_value": refused},
    )
