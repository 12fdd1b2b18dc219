"""Form fields and error summaries: one shape for crispy forms and for fields placed by hand."""

from dataclasses import dataclass

from django import forms, template
from django.forms.utils import ErrorList

register = template.Library()

PLAIN_BOXES = (forms.widgets.Input, forms.Textarea)
SELECTS = (forms.Select,)


@dataclass
class Problem:
    """One line of the error summary: what to do, and where (a fragment, or nothing)."""

    message: str
    target: str = ""


def _widget_class(widget) -> str:
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return ""
    if isinstance(widget, forms.CheckboxInput):
        return "form-check-input"
    if isinstance(widget, SELECTS):
        return "form-select"
    return "form-control" if isinstance(widget, PLAIN_BOXES) else ""


def _box(field, extra_ids, **attrs):
    """The widget of a bound field with our class, our words tied to it, and no other change."""
    widget = field.field.widget
    classes = " ".join(filter(None, (_widget_class(widget), widget.attrs.get("class", ""), attrs.pop("class", ""))))
    if classes:
        attrs["class"] = classes
    described = " ".join(
        filter(None, (*extra_ids, field.aria_describedby or "", widget.attrs.get("aria-describedby", "")))
    )
    if described:
        attrs["aria-describedby"] = described
    return field.as_widget(attrs=attrs)


@register.inclusion_tag("components/_field.html")
def field(field, label=None, sees=None, seen_icon="people", optional=None, size="", lines=None, **attrs):
    """A labelled field: label, who sees it, help, error, box. Radios and tick lists come as choice boxes.

    `label` replaces the form's; `sees` says who will see what is written; `optional` True adds "(if you like)"
    (by default whatever the form does not require); `size` is a class of utilities.css for the box;
    `lines` the height of a textarea (2, 3 or 5). Further keywords become attributes of the box.
    """
    widget = field.field.widget
    sees_id = f"{field.auto_id}_sees" if sees else ""
    if isinstance(widget, forms.Textarea):
        # Django's ten rows are more than a phone shows; a form that asks for another height gets it.
        attrs.setdefault("rows", lines or (5 if str(widget.attrs.get("rows")) == "10" else widget.attrs["rows"]))
        size = f"{size} pn-lines-{lines}".strip() if lines else size
    if size:
        attrs["class"] = size
    choice = isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple))
    attrs = {name.replace("_", "-"): value for name, value in attrs.items()}
    return {
        "field": field,
        "label": field.label if label is None else label,
        "sees": sees,
        "sees_id": sees_id,
        "seen_icon": seen_icon,
        "optional": (not field.field.required) if optional is None else optional,
        "is_choice": choice,
        "is_multiple": isinstance(widget, forms.CheckboxSelectMultiple),
        "is_check": isinstance(widget, forms.CheckboxInput),
        "box": None if choice else _box(field, [sees_id], **attrs),
    }


@register.filter
def problem_words(bound, message):
    """The words of one error: where a form gives none of its own, "Fill in" and the name of the field."""
    if str(message) != str(forms.Field.default_error_messages["required"]):
        return message
    label = str(bound.label).rstrip("?: ")
    return f"Choose: {label}" if _is_choice(bound.field.widget) else f"Fill in: {label}"


def _is_choice(widget):
    return isinstance(widget, (forms.Select, forms.RadioSelect, forms.CheckboxSelectMultiple, forms.CheckboxInput))


def problems_of(form) -> list[Problem]:
    """Every error of a bound form in the order of its fields, those of the whole form first."""
    found = [Problem(message) for message in form.non_field_errors()]
    for bound in form:
        target = "" if bound.is_hidden else _first_id(bound)
        found += [Problem(problem_words(bound, message), target) for message in bound.errors]
    return found


def _first_id(bound) -> str:
    """The id a link must lead to: of the box itself, or of the first choice."""
    if isinstance(bound.field.widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return f"{bound.auto_id}_0"
    return bound.id_for_label or bound.auto_id


@register.inclusion_tag("components/_errors.html")
def error_summary(*sources, title="There is a problem"):
    """The summary at the top of a page with errors; draws nothing when there are none.

    Each source is a form, a formset, a list of forms, an ErrorList or a plain list of messages.
    """
    return {"problems": [problem for source in sources for problem in _problems(source)], "title": title}


def _problems(source):
    if not source:
        # An unbound form is falsy only through its errors; formsets and lists simply have none.
        return _of_form(source) if isinstance(source, forms.BaseForm) else []
    if isinstance(source, forms.BaseForm):
        return _of_form(source)
    if isinstance(source, forms.BaseFormSet):
        whole = [Problem(message) for message in source.non_form_errors()] if source.is_bound else []
        return whole + [problem for form in source.forms for problem in _of_form(form)]
    if isinstance(source, ErrorList):
        return [Problem(message) for message in source]
    return [problem for item in source for problem in ([Problem(item)] if isinstance(item, str) else _problems(item))]


def _of_form(form):
    return problems_of(form) if form.is_bound and form.errors else []
