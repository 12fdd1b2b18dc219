"""The tags of our pages: {% load ui %} brings icons, marks, dates, fields and the small blocks."""

import uuid

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from partnering.templatetags import fields, icons, words

register = template.Library()
register.filters.update(words.register.filters)
register.filters.update(fields.register.filters)
register.tags.update(words.register.tags)
register.tags.update(fields.register.tags)


# --- Icons and marks -----------------------------------------------------------------------------------------------
@register.simple_tag
def icon(name):
    """A small drawing beside words: {% icon "clock" %}. See icons.ICONS; any heroicons name works too."""
    return icons.icon_svg(str(name))


@register.simple_tag
def sector_mark(sector):
    """The mark alone; say the sector in words beside it."""
    return icons.sector_svg(str(sector or ""))


@register.simple_tag
def sector(sector, words=""):
    """The mark and its word; `words` replaces the word (a wider label)."""
    key = str(sector or "")
    return format_html(
        '<span class="pn-sector">{} {}</span>',
        icons.sector_svg(key),
        words or icons.SECTORS.get(key, icons.SECTORS[""])[0],
    )


@register.simple_tag
def sector_shape(sector):
    """The shape of a sector alone, 22 across with its middle at 0, 0: a part of a larger drawing."""
    _, _, shape, fill, _ = icons.SECTORS.get(str(sector or ""), icons.SECTORS[""])
    return mark_safe(shape.format(fill))  # noqa: S308 - constants of icons.py


@register.filter
def sector_words(sector):
    """The words of a sector or wider label."""
    return icons.SECTORS.get(str(sector or ""), icons.SECTORS[""])[0]


@register.filter
def label_key(words):
    """The key of the mark that goes with a label in words, as answers carry it ("Community and residents")."""
    return next((key for key, row in icons.SECTORS.items() if row[0] == words), "")


@register.simple_tag
def face(membership):
    """Initials and sector mark of a membership (reads its person, and its organisation if that is loaded already)."""
    return icons.face_html(membership.person.full_name, _known_sector(membership))


@register.simple_tag
def face_of(name, sector=None):
    """A face for a bare name, without a mark unless a sector is given."""
    return icons.face_html(str(name), None if sector is None else str(sector))


@register.simple_tag
def face_of_place(place):
    """The face of whoever sits in a place of a session: a member's, or a guest's, who may have told no sector."""
    return icons.face_html(place.face_name, place.sector or None)


def _known_sector(membership):
    """The sector when it costs no query; None otherwise, so that a header never asks the database."""
    if membership.organisation_id and "organisation" not in membership._state.fields_cache:
        return None
    return str(membership.sector)


@register.simple_tag
def mood(value):
    """One of five drawn faces, 1 heavy to 5 bright; always beside its word."""
    return icons.mood_svg(int(value))


@register.simple_tag
def question_icon(number):
    return icons.icon_svg(icons.QUESTIONS[int(number)])


@register.filter
def question_word(number):
    """The one word of a question: Purpose, Role, People, Work, Learning."""
    return icons.QUESTION_WORDS[int(number)]


@register.simple_tag
def question_badge(number, small=False, hidden=False):
    """The coloured badge of a question (1 to 5). `hidden` leaves it to words beside it."""
    return format_html(
        '<span class="pn-qbadge{}" data-q="{}"{}>{}{} {}</span>',
        " pn-qbadge--small" if small else "",
        number,
        mark_safe(' aria-hidden="true"') if hidden else "",
        "" if hidden else mark_safe('<span class="visually-hidden">Question </span>'),
        number,
        question_icon(number),
    )


@register.simple_tag
def question_badges(numbers):
    """Small badges in a row with one spoken name: {% question_badges session.question_numbers %}."""
    numbers = list(numbers)
    spoken = ", ".join(icons.QUESTION_WORDS[int(number)] for number in numbers)
    return format_html(
        '<span class="pn-row pn-row--tight" role="img" aria-label="{}: {}">{}</span>',
        "Question" if len(numbers) == 1 else "Questions",
        spoken,
        format_html_join("", "{}", ((question_badge(number, small=True, hidden=True),) for number in numbers)),
    )


# --- Forms and links -----------------------------------------------------------------------------------------------
@register.simple_tag
def idempotency():
    """The key that makes a second press of the same form the same result. Goes inside every form that creates."""
    return format_html('<input type="hidden" name="idempotency_key" value="{}">', uuid.uuid4())


@register.simple_tag
def nav_url(name, *args, **kwargs):
    """The address of a page, or nothing when there is no such page (error pages and first steps draw the navigation too)."""
    try:
        return reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return ""


# --- Blocks --------------------------------------------------------------------------------------------------------
PROMISE_ICONS = {"lock": "lock", "hidden": "eye-off", "seen": "eye"}
NOTES = {"": "info", "good": "done", "care": "warning", "stop": "problem"}


@register.simple_block_tag
def promise(content, kind="lock", id=None):
    """Who will see this, and when: {% promise "lock" %}Only you can see this …{% endpromise %}.

    kind: "lock" only you, "hidden" nobody sees who, "seen" it will be seen. `id` ties it to a box.
    """
    return format_html(
        '<div class="pn-promise"{}>{}<p>{}</p></div>', _id(id), icons.icon_svg(PROMISE_ICONS[kind]), content
    )


@register.simple_block_tag
def note(content, kind="", title="", level=2):
    """A tinted note: kind "" calm, "good", "care" or "stop"; with a title it carries the kind's icon."""
    heading = ""
    if title:
        heading = format_html('<h{} class="h4">{} {}</h{}>', level, icons.icon_svg(NOTES[kind]), title, level)
    return format_html('<div class="pn-note{}">{}{}</div>', f" pn-note--{kind}" if kind else "", heading, content)


@register.simple_block_tag
def nothing(content, title="", level=2):
    """Nothing here yet ("empty" belongs to Django's loops): a sentence that says why, and the one next step."""
    heading = format_html('<h{} class="h3">{}</h{}>', level, title, level) if title else ""
    return format_html('<div class="pn-empty">{}{}</div>', heading, content)


@register.simple_tag
def tag(words, kind="", icon=""):
    """A small pill: {% tag "Facilitates" "brand" %}; kind "", brand, good, care, stop or calm."""
    return format_html(
        '<span class="pn-tag{}">{}{}</span>',
        f" pn-tag--{kind}" if kind else "",
        format_html("{} ", icons.icon_svg(icon)) if icon else "",
        words,
    )


@register.simple_block_tag
def sees(content, id=None, icon="people"):
    """One line under a label that says who sees the field."""
    return format_html('<p class="pn-sees"{}>{} <span>{}</span></p>', _id(id), icons.icon_svg(icon), content)


@register.simple_tag
def saved(words, off=False):
    """Where the words are now: "Saved at 9.41am". `off` when they are not saved."""
    return format_html(
        '<p class="pn-saved{}" role="status">{} <span>{}</span></p>',
        " pn-saved--off" if off else "",
        icons.icon_svg("warning" if off else "done"),
        words,
    )


@register.simple_tag
def back_link(url, words):
    """The way back at the top of a page: {% back_link url "Sessions" %}."""
    return format_html(
        '<nav class="pn-back" aria-label="Back"><a class="btn btn-text ps-0" href="{}">{} {}</a></nav>',
        url,
        icons.icon_svg("back"),
        words,
    )


def _id(value):
    return format_html(' id="{}"', value) if value else ""
