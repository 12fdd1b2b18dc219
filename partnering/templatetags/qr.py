"""A QR code as a drawing inside the page: no picture to load, no style of its own, black on whatever is behind it."""

from functools import lru_cache

import segno
from django import template
from django.utils.safestring import mark_safe

register = template.Library()
QUIET_ZONE = 4  # modules of white around it, as the standard asks


@register.simple_tag
def qr_code(address):
    """The QR code of an address. Put it on white, in a box with `role="img"` and a name."""
    return _drawn(address)


@lru_cache(maxsize=64)
def _drawn(address):
    code = segno.make(address, error="m", micro=False)
    drawing = code.svg_inline(omitsize=True, svgclass=None, lineclass=None, border=QUIET_ZONE)
    return mark_safe(drawing.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S308  made by segno from an address of ours
