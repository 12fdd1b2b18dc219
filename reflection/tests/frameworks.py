"""Builders: the built-in framework, a file with other words, and versions of a programme's own."""

from pathlib import Path

from django.apps import apps

from reflection.domain.framework import copy_framework, load_framework, make_framework_current

BUILT_IN = Path(apps.get_app_config("reflection").path) / "frameworks" / "framework.yaml"


def write_framework(folder, old="", new="", *, name="framework.yaml"):
    """The path of a copy of the built-in file with one piece of its words replaced."""
    text = BUILT_IN.read_text(encoding="utf-8")
    assert old in text
    path = folder / name
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def load_built_in(at=None):
    return load_framework(path=BUILT_IN, at=at).framework


def own_version(framework, by, *, current=True, **owner):
    """A version of a programme's or a partnership's own, with the same words."""
    draft = copy_framework(framework=framework, by=by, **owner)
    return make_framework_current(framework=draft, by=by) if current else draft
