"""The form that plans a session: one page, filled in on arrival, everything typed kept."""

from django import forms
from django.core.exceptions import ValidationError

from reflection.domain.rounds_planning import MINUTES_A_QUESTION, MINUTES_TO_RATE, RoundChoice
from reflection.domain.session_planning import PLAN_FIELDS, WHY_LIMIT
from reflection.enums import OF_A_SESSION, Audience, RoundKind, SessionMode
from reflection.forms.moments import LocalMomentField
from reflection.forms.plan_rounds import (
    NAMES,
    Fit,
    QuestionRow,
    RoundRow,
    initial_rounds,
    keys_of,
    kind_of,
    minutes_field,
    minutes_name,
    question_key,
)
from reflection.forms.plan_words import PlanInWords
from reflection.models.sessions import Session

PEOPLE_FIELDS = {"hosted_by": "Not settled yet", "chaired_by": "Not settled yet", "agenda_by": "All of us"}
#: What only one way of meeting asks for. The others keep what was typed, out of sight.
ASKED_BY = {
    SessionMode.OVER_TIME: {"questions", "rate", "opens_at", "closes_at"},
    SessionMode.LIVE: {"rounds", "activity_question", "starts_at", "ends_at"},
    SessionMode.BOTH: {"rounds", "activity_question", "opens_at", "starts_at", "ends_at"},
}
LISTS = {"questions", "prompts", "order", "rounds"}
NOT_FROM_HERE = "Choose someone from this partnership."


class SessionPlanForm(PlanInWords, forms.Form):
    """``for_opening`` asks for what people must be told; a draft may do without a reason."""

    title = forms.CharField(
        label="What shall we call it?",
        max_length=120,
        error_messages={"required": "Give it a name", "max_length": "Keep the name under 120 characters."},
    )
    why_now = forms.CharField(
        label="Why now?",
        help_text="In your own words. One or two lines are enough.",
        max_length=WHY_LIMIT,
        required=False,
        widget=forms.Textarea,
        error_messages={"max_length": f"Keep it under {WHY_LIMIT:,} characters. People read this first."},
    )
    mode = forms.ChoiceField(
        label="How will people meet it?",
        choices=SessionMode.choices,
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": "Choose one of the three ways to meet."},
    )
    rounds = forms.MultipleChoiceField(
        label="What will we do, in what order?",
        error_messages={"required": "Add a round", "invalid_choice": "Choose rounds from this list."},
    )
    activity_question = forms.ChoiceField(
        label="What is it about?",
        required=False,
        error_messages={"invalid_choice": "Choose questions from this list."},
    )
    questions = forms.MultipleChoiceField(
        label="Which questions?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick at least one question", "invalid_choice": "Choose questions from this list."},
    )
    rate = forms.BooleanField(label="Rate the twelve signs too", required=False)
    prompts = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose prompts that belong to their question."},
    )
    attribution = forms.ChoiceField(
        label="How are answers shown?",
        choices=[(one.value, one.label) for one in OF_A_SESSION],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how answers are shown.", "invalid_choice": "Choose one of the three ways."},
    )
    opens_at = LocalMomentField(label="Opens", error_messages={"required": "Choose when it opens"})
    closes_at = LocalMomentField(label="Closes for writing", error_messages={"required": "Choose when it closes"})
    starts_at = LocalMomentField(label="Starts", error_messages={"required": "Choose when you meet"})
    ends_at = LocalMomentField(label="Ends", error_messages={"required": "Choose when it ends"})
    where = forms.CharField(
        label="Where we talk it over",
        help_text="A place, a call link, or both.",
        max_length=300,
        required=False,
        error_messages={"max_length": "Keep it under 300 characters."},
    )
    hosted_by = forms.ChoiceField(label="Who hosts?", required=False)
    chaired_by = forms.ChoiceField(label="Who chairs?", required=False)
    agenda_by = forms.ChoiceField(label="Who set the agenda?", required=False)
    audience = forms.ChoiceField(
        label="Who gets the record?",
        help_text="Nobody else, and never the programme unless you share it with them yourselves.",
        choices=Audience.choices,
        error_messages={"required": "Choose who gets the record.", "invalid_choice": "Choose one of the four."},
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, partnership, desk, people, for_opening=False, **kwargs):
        super().__init__(data, **kwargs)
        order = self.initial.get("order", ()) if data is None else data.getlist("order")
        self.partnership, self.desk, self.for_opening = partnership, in_order(desk, order), for_opening
        self.people = {str(member.pk): member for member in people}
        self._offer()
        for one in desk:
            self.fields[_minutes(one)] = minutes_field(one.question.short_title)
        for key in keys_of(desk):
            self.fields[minutes_name(key)] = minutes_field(self.name_of(key))
        for name in ("opens_at", "closes_at", "starts_at", "ends_at"):
            self.fields[name].zone = partnership.zone
        # What another way of meeting asks for is neither shown nor judged, and comes back as it was typed.
        asleep = set().union(*ASKED_BY.values()) - ASKED_BY[self.way] | self._minutes_asleep()
        self.asleep = {name: self.fields.pop(name) for name in asleep}
        if self.meets:
            self.fields["where"].label = "Where?"
            self.fields["where"].help_text = "A place, a call link, or both. We make a calendar invite for everyone."

    def _offer(self):
        """The choices of this partnership and this version of the questions."""
        fields = self.fields
        fields["questions"].choices = [(str(one.question.pk), one.question.title) for one in self.desk]
        fields["activity_question"].choices = [("", "Say it on the day"), *fields["questions"].choices]
        fields["prompts"].choices = [(str(prompt.pk), prompt.text) for one in self.desk for prompt in one.prompts]
        fields["rounds"].choices = [(key, self.name_of(key)) for key in keys_of(self.desk)]
        names = [(key, member.person.full_name) for key, member in self.people.items()]
        for name, nobody in PEOPLE_FIELDS.items():
            fields[name].choices = [("", nobody), *names]
            fields[name].error_messages["invalid_choice"] = NOT_FROM_HERE

    def _minutes_asleep(self):
        over_time = self.way == SessionMode.OVER_TIME
        return {minutes_name(key) for key in keys_of(self.desk)} if over_time else {_minutes(one) for one in self.desk}

    @property
    def way(self):
        """How people meet, as the page holds it now; over some days where it says nothing that we know."""
        value = self["mode"].value()
        return SessionMode(value) if value in SessionMode.values else SessionMode.OVER_TIME

    @property
    def meets(self):
        return self.way != SessionMode.OVER_TIME

    @property
    def is_live(self):
        return self.way == SessionMode.LIVE

    def name_of(self, key):
        """What people call a round: "Arrive", or the question itself in a word."""
        one = self.by_key.get(key)
        return one.question.short_title if one else NAMES[kind_of(key)]

    @property
    def by_key(self):
        return {question_key(one.question.number): one for one in self.desk}

    # --- What it says when sent ---
    def clean_why_now(self):
        why = self.cleaned_data["why_now"]
        if self.for_opening and not why:
            raise ValidationError("Say why now, in a line or two")
        return why

    def clean(self):
        values = self.cleaned_data
        opens, closes = values.get("opens_at"), values.get("closes_at")
        starts, ends = values.get("starts_at"), values.get("ends_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", "Choose a closing time after it opens")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", "Choose an end after it starts")
        if opens and starts and starts <= opens:
            self.add_error("starts_at", "Meet after it has opened for writing")
        return values

    def plan_fields(self):
        """The cleaned values as ``plan_session`` and ``update_plan`` take them."""
        kept = self.cleaned_data
        values = {name: kept[name] for name in PLAN_FIELDS if name in kept} | {"mode": self.way}
        if self.meets:
            values |= {"starts_at": kept["starts_at"], "ends_at": kept["ends_at"], "closes_at": kept["starts_at"]}
        if self.is_live:
            values |= {"opens_at": kept["starts_at"], "closes_at": kept["ends_at"]}
        return values | {name: self.people.get(values[name]) for name in PEOPLE_FIELDS}

    def choices(self):
        """The rounds in their order, each with its own ticked prompts and minutes."""
        return self._rounds_together() if self.meets else self._questions_over_time()

    def _questions_over_time(self):
        questions = set(self.cleaned_data["questions"])
        rating = [RoundChoice(kind=RoundKind.RATING, minutes=MINUTES_TO_RATE)] if self.cleaned_data["rate"] else []
        asked = [
            RoundChoice(one.question, self._ticked(one), self.cleaned_data[_minutes(one)] or MINUTES_A_QUESTION)
            for one in self.desk
            if str(one.question.pk) in questions
        ]
        return asked + rating

    def _rounds_together(self):
        about = {str(one.question.pk): one.question for one in self.desk}.get(self.cleaned_data["activity_question"])
        choices = []
        for key in dict.fromkeys(self.cleaned_data["rounds"]):
            one, kind, minutes = self.by_key.get(key), kind_of(key), self.cleaned_data[minutes_name(key)]
            question = one.question if one else about if kind == RoundKind.ACTIVITY else None
            choices.append(RoundChoice.together(kind, question, self._ticked(one) if one else (), minutes))
        return choices

    def _ticked(self, one):
        return tuple(prompt for prompt in one.prompts if str(prompt.pk) in self.cleaned_data["prompts"])

    # --- What the page draws ---
    @property
    def rows(self):
        questions, prompts = (
            set(map(str, self["questions"].value() or [])),
            set(map(str, self["prompts"].value() or [])),
        )
        return [
            QuestionRow(
                desk=one,
                place=index + 1,
                of=len(self.desk),
                id=f"{self['questions'].auto_id}_{index}",
                ticked=str(one.question.pk) in questions,
                prompts=[
                    (prompt, f"{self['prompts'].auto_id}_{one.question.number}_{number}", str(prompt.pk) in prompts)
                    for number, prompt in enumerate(one.prompts)
                ],
                minutes=self[_minutes(one)],
            )
            for index, one in enumerate(self.desk)
        ]

    @property
    def round_rows(self):
        """The rounds in their order, when people meet."""
        known, ticked = set(keys_of(self.desk)), set(map(str, self["prompts"].value() or []))
        keys = [key for key in dict.fromkeys(self["rounds"].value() or []) if key in known]
        return [
            RoundRow(
                key=key,
                name=self.by_key[key].question.title if key in self.by_key else self.name_of(key),
                place=place,
                of=len(keys),
                minutes=self[minutes_name(key)],
                desk=self.by_key.get(key),
                prompts=self._prompts_of(self.by_key[key], ticked) if key in self.by_key else (),
            )
            for place, key in enumerate(keys, start=1)
        ]

    def _prompts_of(self, one, ticked):
        box = f"{self['prompts'].auto_id}_{one.question.number}"
        return tuple((prompt, f"{box}_{n}", str(prompt.pk) in ticked) for n, prompt in enumerate(one.prompts))

    @property
    def addable(self):
        """What “Add a round” offers: key and words of each round that is not there yet."""
        there = set(self["rounds"].value() or [])
        return [
            (key, f"Question {self.by_key[key].question.number}: {words}" if key in self.by_key else words)
            for key, words in self.fields["rounds"].choices
            if key not in there
        ]

    @property
    def fit(self):
        return Fit(tuple(self.round_rows), self._moment("starts_at"), self._moment("ends_at"))

    @property
    def undo(self):
        return (self.data if self.is_bound else self.initial).get("undo") or ""

    @property
    def behind(self):
        """Names and values of what this way of meeting does not ask for: the page carries them, so that nothing is lost."""
        pairs = []
        for name, field in sorted(self.asleep.items()):
            value = forms.BoundField(self, field, name).value()
            values = (value or []) if name in LISTS else ["on" if value is True else field.widget.format_value(value)]
            pairs += [(name, one) for one in values if one not in (None, "")]
        if self.meets:
            pairs += [("order", str(one.question.pk)) for one in self.desk]
            shown = {str(prompt.pk) for row in self.round_rows for prompt, _, _ in row.prompts}
            pairs += [("prompts", pk) for pk in map(str, self["prompts"].value() or []) if pk not in shown]
        return pairs

    def as_typed(self):
        """The plan as the page holds it now, right or wrong: what the preview is drawn from."""
        rows = self.round_rows if self.meets else [row for row in self.rows if row.ticked]
        return {
            "title": self["title"].value() or "",
            "why_now": self["why_now"].value() or "",
            "where": self["where"].value() or "",
            "attribution": self["attribution"].value(),
            "opens_at": self._moment("starts_at" if self.is_live else "opens_at"),
            "closes_at": self._moment("starts_at" if self.meets else "closes_at"),
            "starts_at": self._moment("starts_at"),
            "ends_at": self._moment("ends_at"),
            "rows": rows,
            "first": next((row.desk.question for row in rows if row.desk), None),
            "rate": not self.meets and bool(self["rate"].value()),
            "minutes": sum(row.minutes_value for row in rows) + self._minutes_to_rate,
        }

    @property
    def _minutes_to_rate(self):
        return MINUTES_TO_RATE if not self.meets and self["rate"].value() else 0

    def _moment(self, name):
        if name not in self.fields:
            return None
        try:
            return self.fields[name].to_python(self[name].value())
        except ValidationError:
            return None


def in_order(desk, order):
    """The questions (DeskQuestions) in the order of these ids; those that it does not name keep theirs, behind."""
    places = {pk: place for place, pk in reversed(list(enumerate(map(str, order))))}
    return sorted(desk, key=lambda one: places.get(str(one.question.pk), len(places) + len(desk)))


def _minutes(one):
    return f"minutes_{one.question.number}"


def initial_from_plan(plan, desk, *, times, planned=(), open_actions=0):
    """The form's first values, from a ``Plan`` that comes filled in or from a saved Session.

    Arguments:
        times: the Times that a new plan comes with, for what this one does not have.
        planned: the PlannedRounds of a saved plan.
        open_actions: how many actions of the partnership are still open.
    """
    values = {name: getattr(plan, name) for name in PLAN_FIELDS if name not in PEOPLE_FIELDS}
    for name in PEOPLE_FIELDS:
        member = getattr(plan, f"{name}_id", None)
        values[name] = str(member) if member else ""
    values["questions"] = [str(one.question.pk) for one in desk if one.chosen]
    values["prompts"] = [str(pk) for one in desk for pk in one.chosen_prompts]
    over_time = plan.mode == SessionMode.OVER_TIME
    values |= {_minutes(one): one.minutes if over_time else MINUTES_A_QUESTION for one in desk}
    values["rate"] = over_time and any(one.kind == RoundKind.RATING for one in planned)
    values |= initial_rounds(desk, planned, plan.mode, open_actions)
    if plan.mode == SessionMode.LIVE:
        values |= {"opens_at": times.opens_at, "closes_at": times.closes_at}
    meeting = getattr(plan, "meeting", None)
    meets = meeting if meeting and meeting.called_off_at is None else times
    values |= {"starts_at": meets.starts_at, "ends_at": meets.ends_at}
    return values | {"version": plan.version if isinstance(plan, Session) else None}


def initial_from_post(data, form_class=SessionPlanForm):
    """What was typed, as first values: for showing the page again without judging it."""
    minutes = {name for name in data if name.startswith(("minutes_", "together_"))}
    return {
        name: data.getlist(name) if name in LISTS else data.get(name)
        for name in {*form_class.base_fields, *minutes, "order", "undo"}
    }
