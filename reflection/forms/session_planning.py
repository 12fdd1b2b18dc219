"""The form that plans a session: one page, filled in on arrival, everything typed kept."""

from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from reflection.domain.rounds_planning import MINUTES_A_QUESTION, RoundChoice
from reflection.domain.session_planning import PLAN_FIELDS, WHY_LIMIT
from reflection.enums import Attribution, Audience
from reflection.forms.moments import LocalMomentField
from reflection.models.sessions import Session

PEOPLE_FIELDS = {"hosted_by": "Not settled yet", "chaired_by": "Not settled yet", "agenda_by": "All of us"}
NOT_FROM_HERE = "Choose someone from this partnership."


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
class Difference:
    """What two people wrote in the same place."""

    label: str
    theirs: str
    yours: str


class SessionPlanForm(forms.Form):
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
    questions = forms.MultipleChoiceField(
        label="Which questions?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick at least one question", "invalid_choice": "Choose questions from this list."},
    )
    prompts = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose prompts that belong to their question."},
    )
    attribution = forms.ChoiceField(
        label="How are answers shown?",
        choices=Attribution.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how answers are shown.", "invalid_choice": "Choose one of the three ways."},
    )
    opens_at = LocalMomentField(label="Opens", error_messages={"required": "Choose when it opens"})
    closes_at = LocalMomentField(label="Closes for writing", error_messages={"required": "Choose when it closes"})
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
        self.fields["questions"].choices = [(str(one.question.pk), one.question.title) for one in self.desk]
        self.fields["prompts"].choices = [(str(prompt.pk), prompt.text) for one in self.desk for prompt in one.prompts]
        names = [(key, member.person.full_name) for key, member in self.people.items()]
        for name, nobody in PEOPLE_FIELDS.items():
            self.fields[name].choices = [("", nobody), *names]
            self.fields[name].error_messages["invalid_choice"] = NOT_FROM_HERE
        for name in ("opens_at", "closes_at"):
            self.fields[name].zone = partnership.zone
        for one in desk:
            self.fields[_minutes(one)] = _minutes_field(one.question)

    # --- What it says when sent ---
    def clean_why_now(self):
        why = self.cleaned_data["why_now"]
        if self.for_opening and not why:
            raise ValidationError("Say why now, in a line or two")
        return why

    def clean(self):
        opens, closes = self.cleaned_data.get("opens_at"), self.cleaned_data.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", "Choose a closing time after it opens")
        return self.cleaned_data

    def plan_fields(self):
        """The cleaned values as ``plan_session`` and ``update_plan`` take them. The mode is not the form's to say."""
        values = {name: self.cleaned_data[name] for name in PLAN_FIELDS if name != "mode"}
        return values | {name: self.people.get(values[name]) for name in PEOPLE_FIELDS}

    def choices(self):
        """The ticked questions in their order, each with its own ticked prompts and minutes."""
        questions, prompts = set(self.cleaned_data["questions"]), set(self.cleaned_data["prompts"])
        return [
            RoundChoice(
                question=one.question,
                prompts=tuple(prompt for prompt in one.prompts if str(prompt.pk) in prompts),
                minutes=self.cleaned_data[_minutes(one)] or MINUTES_A_QUESTION,
            )
            for one in self.desk
            if str(one.question.pk) in questions
        ]

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

    def as_typed(self):
        """The plan as the page holds it now, right or wrong: what the preview is drawn from."""
        rows = [row for row in self.rows if row.ticked]
        return {
            "title": self["title"].value() or "",
            "why_now": self["why_now"].value() or "",
            "attribution": self["attribution"].value(),
            "opens_at": self._moment("opens_at"),
            "closes_at": self._moment("closes_at"),
            "rows": rows,
            "minutes": sum(row.minutes_value for row in rows),
        }

    def _moment(self, name):
        try:
            return self.fields[name].to_python(self[name].value())
        except ValidationError:
            return None

    # --- When somebody else saved first ---
    def differences(self, current):
        """Where the plan in the database differs from what was typed, as words for both."""
        theirs, yours = current.in_words(), self.in_words()
        return [
            Difference(self.fields[name].label, theirs[name], yours[name])
            for name in theirs
            if theirs[name] != yours[name]
        ]

    def in_words(self):
        """Every answer of the form as a person would say it."""
        typed = self.as_typed()
        words = {name: str(self[name].value() or "") for name in ("title", "why_now", "where")}
        words |= {
            name: dict(self.fields[name].choices).get(str(self[name].value() or ""), "")
            for name in ("attribution", "audience", *PEOPLE_FIELDS)
        }
        words |= {name: self._moment_in_words(name) for name in ("opens_at", "closes_at")}
        words["questions"] = "\n".join(_question_in_words(row) for row in typed["rows"])
        return {name: str(words[name]) for name in self.fields if name in words}

    def _moment_in_words(self, name):
        moment = self._moment(name)
        return (
            f"{timezone.localtime(moment, self.partnership.zone):%-d %B %Y, %H:%M}"
            if moment
            else str(self[name].value() or "")
        )


def in_order(desk, order):
    """The questions (DeskQuestions) in the order of these ids; those that it does not name keep theirs, behind."""
    places = {pk: place for place, pk in reversed(list(enumerate(map(str, order))))}
    return sorted(desk, key=lambda one: places.get(str(one.question.pk), len(places) + len(desk)))


def moved(order, question, step):
    """These ids with one of them a place earlier (``step`` -1) or later (1); at the end of the row nothing moves."""
    order = list(order)
    if question in order:
        here = order.index(question)
        there = min(max(here + step, 0), len(order) - 1)
        order.insert(there, order.pop(here))
    return order


def _question_in_words(row):
    prompts = [prompt.text for prompt, _, ticked in row.prompts if ticked]
    return f"{row.desk.question.number}. {row.desk.question.short_title}, {row.minutes_value} minutes. {' '.join(prompts)}".strip()


def _minutes(one):
    return f"minutes_{one.question.number}"


def _minutes_field(question):
    refused = f"Give {question.short_title} between 1 and 240 minutes."
    return forms.IntegerField(
        label=f"Minutes for {question.short_title}",
        required=False,
        min_value=1,
        max_value=240,
        error_messages={"invalid": refused, "min_value": refused, "max_value": refused},
    )


def initial_from_plan(plan, desk):
    """The form's first values, from a ``Plan`` that comes filled in or from a saved Session."""
    values = {name: getattr(plan, name) for name in PLAN_FIELDS if name not in PEOPLE_FIELDS}
    for name in PEOPLE_FIELDS:
        member = getattr(plan, f"{name}_id", None)
        values[name] = str(member) if member else ""
    values["questions"] = [str(one.question.pk) for one in desk if one.chosen]
    values["prompts"] = [str(pk) for one in desk for pk in one.chosen_prompts]
    values |= {_minutes(one): one.minutes for one in desk}
    return values | {"version": plan.version if isinstance(plan, Session) else None}


def initial_from_post(data, form_class=SessionPlanForm):
    """What was typed, as first values: for showing the page again without judging it."""
    lists = {"questions", "prompts", "order"}
    return {
        name: data.getlist(name) if name in lists else data.get(name)
        for name in {*form_class.base_fields, *_minutes_names(data), "order"}
    }


def _minutes_names(data):
    return {name for name in data if name.startswith("minutes_")}
