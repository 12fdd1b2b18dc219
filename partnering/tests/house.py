"""How the house rules read the house: our files, our code as trees, our URL patterns and models."""

import ast
import re
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, get_resolver

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ("partnerships", "reflection", "partnering")  # each may import those before it
TEMPLATE_COMMENT = re.compile(r"{% comment .*?{% endcomment %}|{#.*?#}", re.DOTALL)


def name_of(path):
    return str(path.relative_to(ROOT))


def files(*endings, folders=(*LAYERS, "templates", "static", "benchmarks")):
    """Every file of ours with one of these endings; the migrations that Django wrote are not ours."""
    roots = [ROOT / folder for folder in folders]
    found = [path for root in roots for path in root.rglob("*") if path.suffix in endings]
    if folders == (*LAYERS, "templates", "static", "benchmarks"):
        found += [path for path in ROOT.iterdir() if path.suffix in endings]
    return sorted(path for path in found if "migrations" not in path.parts and "__pycache__" not in path.parts)


@cache
def tree(path):
    return ast.parse(path.read_text(), filename=str(path))


def app_code(*, tests=False):
    """(app, path, tree) of every Python file of the three layers."""
    for app in LAYERS:
        for path in files(".py", folders=(app,)):
            if tests or "tests" not in path.parts:
                yield app, path, tree(path)


def functions(node):
    return [part for part in ast.walk(node) if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)]


def imports(node):
    """(line, dotted name) of every import, also those inside functions; `from a import b` gives a.b."""
    for part in ast.walk(node):
        if isinstance(part, ast.Import):
            yield from ((part.lineno, alias.name) for alias in part.names)
        elif isinstance(part, ast.ImportFrom):
            yield from ((part.lineno, f"{part.module or '.'}.{alias.name}") for alias in part.names)


def template_text(path):
    """A template without its comments."""
    return TEMPLATE_COMMENT.sub("", path.read_text())


def patterns(resolver=None, prefix="", namespace=""):
    """(name with namespace, path, pattern) of every URL pattern of the site."""
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield (f"{namespace}:{entry.name}" if namespace else entry.name), path, entry
        else:
            inner = ":".join(filter(None, (namespace, entry.namespace)))
            yield from patterns(entry, path, inner)


def layer_of(pattern):
    """Which of the three layers a view belongs to, or "" for third-party code and the admin's methods."""
    module = getattr(pattern.callback, "__module__", "")
    return next((app for app in LAYERS if module.startswith(f"{app}.")), "")


def our_patterns():
    """Every URL that leads to a view of ours. Methods of an admin class are the admin's: its own rule holds for them."""
    found = [*patterns(), *(() if settings.TRIAL else trial_patterns())]
    return [row for row in found if layer_of(row[2]) and not row[0].startswith("admin:")]


def trial_patterns():
    """The trial pages, which are in the table of contents only where the trial is on."""
    return list(patterns(get_resolver("partnering.urls_trial")))


def our_models():
    """Models we wrote; the history tables that simple-history derives from them are its own."""
    return [
        model
        for app in LAYERS
        for model in apps.get_app_config(app).get_models()
        if not hasattr(model, "instance_type")
    ]
