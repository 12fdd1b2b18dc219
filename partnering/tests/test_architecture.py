"""House rules (docs/architecture.md). Each was seen to fail when it was broken on purpose."""

import ast
import re
from uuid import uuid4

from django.conf import settings
from django.db.models import UUIDField
from django.db.models.signals import m2m_changed, post_delete, post_init, post_save, pre_delete, pre_init, pre_save
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template
from django.urls.converters import IntConverter
from django.urls.resolvers import RegexPattern

from partnering.tests.house import (
    LAYERS,
    ROOT,
    app_code,
    files,
    functions,
    imports,
    layer_of,
    name_of,
    our_models,
    our_patterns,
    template_text,
    tree,
)  # fmt: skip

LINES = {".py": 400, ".css": 400, ".js": 400, ".html": 150}
STATEMENTS = 50
# Inside an app a file may import what stands before it or beside it, never what stands after it.
ORDER = {
    "enums": 0, "rules": 1, "signals": 1, "models": 2, "access": 3, "guest_doors": 3, "checkin_doors": 3, "domain": 3, "emails": 3, "idempotency": 3,
    "charts": 4, "exports": 4, "forms": 4, "live": 4, "views": 6, "urls": 7,
}  # fmt: skip
EDGES = 5  # they call domain, and nothing calls them but Django and Celery
EDGE_ROOMS = {"admin", "apps", "management", "receivers", "tasks"}


# --- Shape ---------------------------------------------------------------------------------------------------------
def test_layers_import_one_way_only():
    wrong = []
    for app, path, code in app_code(tests=True):
        above = LAYERS[LAYERS.index(app) + 1 :]
        wrong += [f"{name_of(path)}:{line} {name}" for line, name in imports(code) if name.split(".")[0] in above]
    assert wrong == []


def test_rooms_import_one_way_only():
    wrong = []
    for app, path, code in app_code():
        if app == "partnering":
            continue
        room = path.relative_to(ROOT).parts[1].removesuffix(".py")
        for line, name in imports(code):
            parts = name.split(".")
            if parts[0] != app or len(parts) == 1:
                continue
            to_an_edge = parts[1] in EDGE_ROOMS and room not in (parts[1], "apps")
            if to_an_edge or ORDER.get(parts[1], 0) > ORDER.get(room, EDGES):
                wrong.append(f"{name_of(path)}:{line} {name}")
    assert wrong == []


def test_no_file_is_longer_than_its_limit():
    too_long = {}
    for path in files(*LINES):
        lines = len(path.read_text().splitlines())
        if lines > LINES[path.suffix]:
            too_long[name_of(path)] = lines
    assert too_long == {}


def test_no_function_has_more_than_fifty_statements():
    too_long = {}
    for path in files(".py"):
        for function in functions(tree(path)):
            count = sum(isinstance(part, ast.stmt) for part in ast.walk(function)) - 1
            if count > STATEMENTS:
                too_long[f"{name_of(path)}:{function.name}"] = count
    assert too_long == {}


def test_there_is_no_junk_drawer():
    names = {"common", "core", "utils", "helpers", "misc"}
    assert [name_of(path) for path in files(".py") if names & set(path.with_suffix("").parts)] == []


# --- Database ------------------------------------------------------------------------------------------------------
def test_no_transaction_spans_a_whole_request():
    assert not any(database.get("ATOMIC_REQUESTS") for database in settings.DATABASES.values())


def test_nothing_of_ours_listens_to_saves():
    listeners = []
    for signal in (pre_init, post_init, pre_save, post_save, pre_delete, post_delete, m2m_changed):
        for entry in signal.receivers:
            receiver = (
                entry[1]()
                if callable(getattr(entry[1], "__self__", entry[1])) and hasattr(entry[1], "__callback__")
                else entry[1]
            )
            module = getattr(receiver, "__module__", "")
            if module.split(".")[0] in LAYERS:
                listeners.append(f"{module}.{receiver.__qualname__}")
    assert listeners == []


def test_every_model_has_a_uuid_for_its_key():
    """Made of chance alone: one that holds the time or counts would tell who wrote when (A2)."""
    keys = {model.__name__: model._meta.pk for model in our_models()}
    assert [name for name, key in keys.items() if not isinstance(key, UUIDField) or key.default is not uuid4] == []


def backed(model, names):
    """Whether a lookup by these field names is unique in the database."""
    unique = [{field.name} for field in model._meta.fields if field.unique]
    unique += [set(constraint.fields) for constraint in model._meta.total_unique_constraints if constraint.fields]
    unique += [set(constraint.fields) for constraint in model._meta.constraints if getattr(constraint, "fields", ())]
    wanted = {name.split("__")[0].removesuffix("_id") if name != "pk" else model._meta.pk.name for name in names}
    wanted |= set(names)  # a field may be called something_id itself
    return any(keys <= wanted for keys in unique)


def test_get_or_create_stands_on_a_unique_constraint():
    """Without one, two requests at the same moment both create (C7)."""
    models = {model.__name__: model for model in our_models()}
    wrong = []
    for _, path, code in app_code():
        for call in ast.walk(code):
            if not (
                isinstance(call, ast.Call) and getattr(call.func, "attr", "") in {"get_or_create", "update_or_create"}
            ):
                continue
            root = call.func
            while isinstance(root, ast.Attribute | ast.Call):
                root = root.func if isinstance(root, ast.Call) else root.value
            model = models.get(getattr(root, "id", ""))
            names = [keyword.arg for keyword in call.keywords if keyword.arg not in {"defaults", "create_defaults"}]
            if model is None or None in names or not backed(model, names):
                wrong.append(f"{name_of(path)}:{call.lineno}")
    assert wrong == []


def test_no_counter_is_read_added_to_and_saved():
    """`row.count += 1; row.save()` loses one of two at the same moment (C5): F() in an update does not, nor does a locked row.

    A function that works on a locked row says so: it locks, or what it is given is called `locked`.
    """
    wrong = []
    for _, path, code in app_code():
        for function in functions(code):
            added = {ast.unparse(one.value) for one in map(_adds_to_attribute, ast.walk(function)) if one}
            saved = {ast.unparse(part.func.value) for part in ast.walk(function) if _is_call_of(part, "save")}
            if added & saved and "lock" not in ast.unparse(function):
                wrong.append(f"{name_of(path)}:{function.name}")
    assert wrong == []


def _adds_to_attribute(part):
    """The attribute that a statement adds to: `row.count += 1`, or `row.count = row.count + 1`; else None."""
    if isinstance(part, ast.AugAssign):
        return part.target if isinstance(part.target, ast.Attribute) else None
    if (
        isinstance(part, ast.Assign)
        and isinstance(part.value, ast.BinOp)
        and isinstance(part.targets[0], ast.Attribute)
    ):
        read = {ast.unparse(one) for one in ast.walk(part.value) if isinstance(one, ast.Attribute)}
        return part.targets[0] if ast.unparse(part.targets[0]) in read else None
    return None


def _is_call_of(part, *names):
    return isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and part.func.attr in names


# --- Views and URLs ------------------------------------------------------------------------------------------------
def test_every_url_is_named_after_its_view():
    wrong = [
        (name, entry.callback.__name__)
        for name, _, entry in our_patterns()
        if (name or "").split(":")[-1] != entry.callback.__name__
    ]
    assert wrong == []


def test_every_url_lives_in_the_namespace_of_its_app():
    expected = {"partnering": "", "partnerships": "partnerships", "reflection": "reflection"}
    assert [
        name for name, _, entry in our_patterns() if (name or "").rpartition(":")[0] != expected[layer_of(entry)]
    ] == []


def test_every_view_has_a_door():
    assert [name for name, _, entry in our_patterns() if not hasattr(entry.callback, "access")] == []


def test_every_public_view_says_why():
    found = [(name, getattr(entry.callback, "access", None)) for name, _, entry in our_patterns()]
    assert [name for name, access in found if access and access.kind == "public" and not access.reason.strip()] == []


def test_no_address_counts_things():
    """A pattern that is a regular expression could count without saying so: there is none."""
    counts = [
        path
        for _, path, entry in our_patterns()
        if isinstance(entry.pattern, RegexPattern)
        or any(isinstance(converter, IntConverter) for converter in entry.pattern.converters.values())
    ]
    assert counts == []


def is_view_module(path):
    return "views" in path.parts or path.stem.split("_")[0] == "views"


def view_functions():
    """(app, room, function) of every view, from the source."""
    views = {entry.callback.__name__ for _, _, entry in our_patterns()}
    for app, path, code in app_code():
        if is_view_module(path):
            room = path.stem.removeprefix("views").removeprefix("_")
            yield from ((app, path, room, function) for function in functions(code) if function.name in views)


def rendered(function):
    """The templates a view names: `render(request, "…")`, without a partial's `#name`."""
    for call in ast.walk(function):
        is_render = isinstance(call, ast.Call) and getattr(call.func, "id", "") == "render" and len(call.args) > 1
        if is_render and isinstance(call.args[1], ast.Constant):
            yield call.args[1].value.partition("#")[0]


def decorators(function):
    return {ast.unparse(part).split("(")[0] for part in function.decorator_list}


def test_every_page_renders_the_template_of_its_own_name():
    """A view that only takes POST shows another view's page again when the form was wrong; all others show their own."""
    wrong = []
    for app, path, room, function in view_functions():
        own = f"{app}/{room}/{function.name}.html"
        alone = {f"{function.name}.html", f"partnering/{function.name}.html"} if app == "partnering" else set()
        names = set(rendered(function))
        if names and not {own, *alone} & names and "require_POST" not in decorators(function):
            wrong.append(f"{name_of(path)}:{function.name} renders {sorted(names)}, not {own}")
        wrong += [f"{name_of(path)}:{function.name}: {problem}" for problem in map(_problem_with, names) if problem]
    assert wrong == []


def _problem_with(template):
    try:
        get_template(template)
    except TemplateDoesNotExist:
        return f"there is no {template}"
    except TemplateSyntaxError as error:
        return str(error)
    return ""


def test_every_view_says_which_methods_it_takes():
    methods = {"require_POST", "require_GET", "require_safe", "require_http_methods"}
    wrong = [
        f"{name_of(path)}:{function.name}"
        for _, path, _, function in view_functions()
        if not methods & decorators(function)
    ]
    assert wrong == []


def test_views_ask_querysets_by_name():
    """A filter in a view is a QuerySet method that has no name yet."""
    wrong = []
    for _, path, code in app_code():
        if is_view_module(path):
            wrong += [
                f"{name_of(path)}:{part.lineno}"
                for part in ast.walk(code)
                if _is_call_of(part, "filter", "exclude", "annotate")
            ]
    assert wrong == []


def test_views_and_forms_send_no_mail():
    wrong = []
    for _, path, code in app_code():
        if {"views", "forms", "models"} & set(path.with_suffix("").parts):
            wrong += [f"{name_of(path)}:{line}" for line, name in imports(code) if name.startswith("django.core.mail")]
    assert wrong == []


# --- Templates and static files ------------------------------------------------------------------------------------
INLINE = {
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "an inline style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "an inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript: link": re.compile(r"javascript:", re.IGNORECASE),
}
ELSEWHERE = re.compile(
    r"""<(?:script|link|img|iframe|source)\b[^>]*(?:src|href)\s*=\s*["']?(?:https?:)?//|@import\s+(?:url\()?["']?(?:https?:)?//|url\(["']?(?:https?:)?//"""
    r"""|(?:from|import)\s*\(?["'](?:https?:)?//|\b(?:cdn\.|unpkg\.|jsdelivr|googleapis|gstatic|cloudflare)""",
    re.IGNORECASE,
)


def pages():
    """Templates that a browser shows. Mail has no content policy, and styles in it are written into the tags."""
    return [
        path
        for path in files(".html", folders=("templates",))
        if not {"emails", "email"} & {*path.parts, path.name.partition("_")[0]}
    ]


def test_templates_have_nothing_inline():
    wrong = [
        f"{name_of(path)}: {what}"
        for path in pages()
        for what, pattern in INLINE.items()
        if pattern.search(template_text(path))
    ]
    assert wrong == []


def test_nothing_is_loaded_from_elsewhere():
    wrong = [
        name_of(path)
        for path in files(".html", ".css", ".js", ".svg", folders=("templates", "static"))
        if ELSEWHERE.search(path.read_text())
    ]
    assert wrong == []


def test_scripts_of_ours_name_no_other_host():
    """Whatever they do with it: fetch, beacon, stream."""
    scripts = [path for path in files(".js", folders=("static",)) if "vendor" not in path.parts]
    assert scripts
    assert [name_of(path) for path in scripts if re.search(r"""["'`](?:https?|wss?):""", path.read_text())] == []


def test_every_shared_piece_says_what_it_takes():
    wrong = [
        name_of(path)
        for path in files(".html", folders=("templates",))
        if path.parent.name == "components" and not re.match(r"{#|{% comment", path.read_text())
    ]
    assert wrong == []
