"""Icons, question marks, sector marks and faces as inline SVG.

Everything here is decoration: the meaning is always in words beside it, so each
drawing is hidden from screen readers. Icons come from heroicons; the five question
marks, the sector shapes and the faces are drawn by us.
"""

from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from heroicons.templatetags.heroicons import heroicon_outline

# Our word for a thing -> its drawing in heroicons. Any heroicons name works as well.
ICONS = {
    "sessions": "chat-bubble-bottom-center-text",
    "people": "users",
    "learning": "light-bulb",
    "overview": "chart-bar",
    "records": "book-open",
    "lock": "lock-closed",
    "eye-off": "eye-slash",
    "tick": "check",
    "done": "check-circle",
    "cross": "x-mark",
    "warning": "exclamation-triangle",
    "problem": "exclamation-circle",
    "info": "information-circle",
    "help": "question-mark-circle",
    "back": "arrow-left",
    "next": "arrow-right",
    "up": "arrow-up",
    "down": "arrow-down",
    "undo": "arrow-uturn-left",
    "refresh": "arrow-path",
    "mail": "envelope",
    "send": "paper-airplane",
    "print": "printer",
    "download": "arrow-down-tray",
    "search": "magnifying-glass",
    "edit": "pencil-square",
    "note": "pencil",
    "place": "map-pin",
    "person": "user-circle",
    "join": "user-plus",
    "leave": "user-minus",
    "talk": "chat-bubble-left-right",
    "settings": "cog-6-tooth",
    "sign-out": "arrow-right-start-on-rectangle",
    "bin": "trash",
    "open": "chevron-down",
    "organisation": "building-office-2",
    "money": "banknotes",
    "hand": "hand-raised",
    "list": "clipboard-document-list",
    "decision": "scale",
    "light": "sun",
    "dark": "moon",
    "device": "computer-desktop",
}

# Drawn by us on a 24 × 24 ground, stroke only.
OWN = {
    "purpose": '<circle cx="12" cy="12" r="9"/><path d="m16 8-2.4 5.6L8 16l2.4-5.6z"/>',
    "role": '<path d="M4 9h4.3a.7.7 0 0 0 .6-1 2.7 2.7 0 1 1 5 0 .7.7 0 0 0 .6 1H19v3.4a2.7 2.7 0 1 0 0 5.2V20H4z"/>',
    "members": '<circle cx="9" cy="8" r="3.2"/><path d="M3 19.5c.3-3.4 2.7-5.5 6-5.5s5.7 2.1 6 5.5z"/>'
    '<path d="M15 5.4a2.8 2.8 0 1 1 .8 5.3M17.6 14.2c2 .8 3.2 2.7 3.4 5.3h-3"/>',
    "work": '<path d="M4 9h16v10.3a.7.7 0 0 1-.7.7H4.7a.7.7 0 0 1-.7-.7zM4 9l2.5-4.6a.8.8 0 0 1 .7-.4h9.6'
    'a.8.8 0 0 1 .7.4L20 9M12 4v5"/><path d="M12 17.6c-4.3-2.7-3.2-5.2-1.6-5.2.8 0 1.4.6 1.6 1.1.2-.5.8-1.1'
    ' 1.6-1.1 1.6 0 2.7 2.5-1.6 5.2z"/>',
    "flower": '<circle cx="12" cy="12" r="2.2"/>'
    + "".join(
        f'<ellipse cx="12" cy="6.3" rx="2.3" ry="3.3" transform="rotate({turn} 12 12)"/>' for turn in range(0, 360, 60)
    ),
    "cup": '<path d="M4.5 9.5h12V15a4.5 4.5 0 0 1-4.5 4.5H9A4.5 4.5 0 0 1 4.5 15z"/>'
    '<path d="M16.5 11h1.3a2.4 2.4 0 0 1 0 4.8h-1.4M8.5 3.5c-1 1 1 2 0 3M12.5 3.5c-1 1 1 2 0 3"/>',
    "differ": '<path d="M4 4h11v11H4z"/><path d="M9 9h11v11H9z"/>',
    "grip": '<path d="M9 5v.01M9 12v.01M9 19v.01M15 5v.01M15 12v.01M15 19v.01" stroke-width="3"/>',
}
QUESTIONS = {1: "purpose", 2: "role", 3: "members", 4: "work", 5: "flower"}
QUESTION_WORDS = {1: "Purpose", 2: "Role", 3: "People", 4: "Work", 5: "Learning"}

# Shape and letter carry a sector; colour only helps.
_CIRCLE = '<circle class="s {0}" r="11"/>'
_SQUARE = '<rect class="s {0}" x="-9.8" y="-9.8" width="19.6" height="19.6" rx="2.5"/>'
_DIAMOND = '<polygon class="s {0}" points="0,-13.2 13.2,0 0,13.2 -13.2,0"/>'
_HOUSE = '<polygon class="s {0}" points="0,-12.6 10.8,-3.2 10.8,10.2 -10.8,10.2 -10.8,-3.2"/>'
_HEXAGON = '<polygon class="s {0}" points="0,-12.2 10.6,-6.1 10.6,6.1 0,12.2 -10.6,6.1 -10.6,-6.1"/>'
_DASHED = '<circle class="s {0}" r="11" stroke-dasharray="3 2"/>'

#            key: (words, letter, shape, class of its fill, text baseline)
SECTORS = {
    "vcse": ("Community and voluntary", "C", _CIRCLE, "sc", 4.2),
    "council": ("Local council", "L", _SQUARE, "sl", 4.2),
    "nhs": ("NHS", "N", _DIAMOND, "sn", 4.2),
    "resident": ("Residents", "R", _HOUSE, "sr", 5.6),
    "other": ("Other", "O", _HEXAGON, "so", 4.2),
    "community": ("Community and residents", "C", _CIRCLE, "sc", 4.2),
    "council_other": ("Council and others", "L", _SQUARE, "sl", 4.2),
    "public": ("Public services and others", "P", _HEXAGON, "so", 4.2),
    "": ("Sector not shown", "?", _DASHED, "sx", 4.2),
}

# Mouth of each mood, heavy to bright.
MOODS = {
    1: "M9 25q7-7 14 0",
    2: "M10 24q6-3 12 0",
    3: "M10 23h12",
    4: "M10 22q6 4 12 0",
    5: "M9 21q7 8 14 0",
}


@lru_cache(maxsize=256)
def icon_svg(name: str) -> SafeString:
    """The inline SVG of one icon. Raises heroicons.IconDoesNotExist for an unknown name."""
    if name in OWN:
        return mark_safe(  # noqa: S308 - constants of this file
            '<svg class="i" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" '
            f'stroke-linejoin="round" aria-hidden="true" focusable="false">{OWN[name]}</svg>'
        )
    drawn = heroicon_outline(ICONS.get(name, name), size=None, **{"class": "i", "focusable": "false"})
    return mark_safe("".join(line.strip() for line in drawn.splitlines()))  # noqa: S308 - package data


@lru_cache(maxsize=16)
def sector_svg(key: str) -> SafeString:
    """The mark of a sector or of a wider label; an unknown key gets the dashed mark of "not shown"."""
    _, letter, shape, fill, baseline = SECTORS.get(key, SECTORS[""])
    return mark_safe(  # noqa: S308 - constants of this file
        '<svg class="pn-mark" viewBox="-14 -14 28 28" aria-hidden="true" focusable="false">'
        f'{shape.format(fill)}<text y="{baseline}">{letter}</text></svg>'
    )


@lru_cache(maxsize=8)
def mood_svg(mood: int) -> SafeString:
    """One of five drawn faces, 1 (heavy) to 5 (bright); always shown beside its word."""
    return mark_safe(  # noqa: S308 - constants of this file
        '<svg class="face" viewBox="0 0 32 32" aria-hidden="true" focusable="false"><circle cx="16" cy="16" r="14"/>'
        f'<path d="M11 12.5v1M21 12.5v1" stroke-width="3.4"/><path d="{MOODS[mood]}"/></svg>'
    )


def initials(name: str) -> str:
    """At most two letters: the first of the first word and of the last ("Wilhelmina Lund" -> "WL")."""
    words = [word for word in name.replace("-", " ").split() if word[:1].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def face_html(name: str, sector: str | None) -> SafeString:
    """A round face with initials and, when `sector` is not None, the sector's mark on its edge."""
    return format_html(
        '<span class="pn-face" aria-hidden="true">{}{}</span>',
        initials(name),
        sector_svg(sector) if sector is not None else "",
    )
