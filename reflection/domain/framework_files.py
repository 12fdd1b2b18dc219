"""Read a framework file and say exactly what is wrong with it.

The file is YAML. We walk its tree of nodes, which know their line, instead of the plain values, which do not:
whoever edits the file gets its name, the line and the field for every mistake at once, and nothing is loaded.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import yaml
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator

from reflection.models.framework import (
    CHARACTERISTIC_COUNT,
    QUESTION_KEYS,
    Activity,
    Characteristic,
    Framework,
    Prompt,
    Question,
    Resource,
)

is_key = RegexValidator(r"^[a-z0-9-]+\Z", "Use small letters, numbers and hyphens only.")
is_link = URLValidator(schemes=["https", "http"], message="A link begins with https://.")
# The same reader in C, forty times as fast, where the package brings it.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DEEPEST = 12  # levels of lists and groups in each other; ours has 6
LARGEST_FILE = 500_000  # bytes; ours has 17,000
WORD = {
    "str": "words",
    "int": "a number",
    "float": "a number",
    "bool": "yes or no",
    "null": "nothing",
    "timestamp": "a date",
}


@dataclass
class Report:
    """What is wrong so far: one sentence each, with file, line and field."""

    file: str
    problems: list

    def add(self, node, field, words):
        self.problems.append(f"{self.file}, line {node.start_mark.line + 1}, {field or 'the whole file'}: {words}")


def refuse_repeated_key(item, keys, node, field, report):
    key = item.get("key")
    if key and key in keys:
        report.add(node, f"{field} › key", f"“{key}” is the key of two of these. Each needs its own.")
    keys.add(key)


@dataclass(frozen=True)
class Text:
    """Words up to the length that the model's field allows (characters)."""

    model: type
    field: str
    required: bool = True
    validator: object = None

    def read(self, node, field, report):
        kind = node.tag.rsplit(":", 1)[-1]
        if not isinstance(node, yaml.ScalarNode) or kind not in ("str", "null"):
            found = WORD.get(kind, "a list or a group of fields")
            return report.add(node, field, f"this should be words, but it is read as {found}. Put it in quotes.")
        value = " ".join(node.value.split()) if kind == "str" else ""
        longest = self.model._meta.get_field(self.field).max_length
        if not value and self.required:
            return report.add(node, field, "write something here.")
        if len(value) > longest:
            return report.add(node, field, f"this has {len(value)} characters. Make it {longest} at most.")
        if "\x00" in value:
            return report.add(node, field, "there is a character in it that cannot be kept. Type it again.")
        if value and self.validator:
            try:
                self.validator(value)
            except ValidationError as error:
                return report.add(node, field, f"“{value}” will not do. {error.messages[0]}")
        return value


@dataclass(frozen=True)
class Number:
    least: int
    most: int
    required: bool = True

    def read(self, node, field, report):
        kind = node.tag.rsplit(":", 1)[-1]
        plain = isinstance(node, yaml.ScalarNode) and kind == "int" and node.value.isdecimal() and len(node.value) < 10
        if plain and self.least <= int(node.value) <= self.most:
            return int(node.value)
        return report.add(node, field, f"this should be a whole number from {self.least} to {self.most}.")


@dataclass(frozen=True)
class Listing:
    """A list of items. With ``named``, each item's key has to be different."""

    item: object
    least: int
    most: int
    required: bool = True
    named: bool = True

    def read(self, node, field, report):
        if not isinstance(node, yaml.SequenceNode):
            return report.add(node, field, "this should be a list: one line for each, beginning with a dash.")
        count = len(node.value)
        if not self.least <= count <= self.most:
            wanted = f"{self.least}" if self.least == self.most else f"{self.least} to {self.most}"
            report.add(node, field, f"there should be {wanted} of these, and there are {count}.")
        # Far too many items would only repeat what the line above says.
        nodes = node.value[: self.most]
        items = [self.item.read(child, f"{field} {n}", report) for n, child in enumerate(nodes, 1)]
        if self.named:
            keys = set()
            for number, (child, item) in enumerate(zip(nodes, items, strict=True), 1):
                refuse_repeated_key(item or {}, keys, child, f"{field} {number}", report)
        return items


@dataclass(frozen=True)
class Fields:
    """A group of named fields: no other names, no name twice, none of the needed ones missing."""

    fields: dict

    def read(self, node, field, report):
        if not isinstance(node, yaml.MappingNode):
            return report.add(node, field, f"this should be a group of fields: {', '.join(self.fields)}.")
        found = {}
        for name_node, value_node in node.value:
            name = name_node.value if isinstance(name_node, yaml.ScalarNode) else "a list or a group of fields"
            here = f"{field} › {name}" if field else name
            if name in found:
                report.add(name_node, here, "this field is here twice. Keep one.")
            elif name not in self.fields:
                report.add(name_node, here, f"there is no such field. Choose from {', '.join(self.fields)}.")
            else:
                found[name] = self.fields[name].read(value_node, here, report)
        for name, kind in self.fields.items():
            if kind.required and name not in found:
                report.add(node, f"{field} › {name}" if field else name, "this field is missing.")
        return found


def _key(model):
    return Text(model, "key", validator=is_key)


def _link(model, field):
    return Text(model, field, required=False, validator=is_link)


PROMPT = Fields({"key": _key(Prompt), "text": Text(Prompt, "text"), "help": Text(Prompt, "help", required=False)})
RESOURCE = Fields(
    {
        "key": _key(Resource),
        "title": Text(Resource, "title"),
        "author": Text(Resource, "author", required=False),
        "sentence": Text(Resource, "sentence"),
        "url": _link(Resource, "url"),
    }
)
QUESTION = Fields(
    {
        "key": _key(Question),
        "title": Text(Question, "title"),
        "short_title": Text(Question, "short_title"),
        "explanation": Text(Question, "explanation"),
        "prompts": Listing(PROMPT, 1, 12),
        "resources": Listing(RESOURCE, 0, 20, required=False),
    }
)
CHARACTERISTIC = Fields(
    {
        "key": _key(Characteristic),
        "text": Text(Characteristic, "text"),
        "help": Text(Characteristic, "help", required=False),
    }
)
ACTIVITY = Fields(
    {
        "key": _key(Activity),
        "question": Text(Question, "key", required=False),
        "name": Text(Activity, "name"),
        "minutes": Number(1, 240),
        "people": Text(Activity, "people"),
        "why": Text(Activity, "why"),
        "credit": Text(Activity, "credit", required=False),
        "how": Listing(Text(Activity, "how"), 1, 10, named=False),
    }
)
FRAMEWORK = Fields(
    {
        "key": _key(Framework),
        "name": Text(Framework, "name"),
        "attribution": Text(Framework, "attribution"),
        "source_url": _link(Framework, "source_url"),
        "questions": Listing(QUESTION, len(QUESTION_KEYS), len(QUESTION_KEYS)),
        "characteristics": Listing(CHARACTERISTIC, CHARACTERISTIC_COUNT, CHARACTERISTIC_COUNT),
        "resources": Listing(RESOURCE, 0, 40, required=False),
        "activities": Listing(ACTIVITY, 0, 12, required=False),
    }
)


def read_framework(path):
    """Read and check one framework file.

    Arguments: ``path``, of a UTF-8 YAML file of at most 500,000 bytes.
    Returns the content as plain dicts and lists, every optional field present.
    Raises ValidationError with one sentence for each mistake: file, line, field and what to do.
    """
    path = Path(path)
    root = parse_yaml(path)
    report = Report(path.name, [])
    content = FRAMEWORK.read(root, "", report)
    if not report.problems:
        _check_together(content, root, report)
    if report.problems:
        raise ValidationError(report.problems)
    return _complete(content)


def fingerprint(content):
    """A hash of what a file says: the same after a new comment or another line break, different after a new word."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def parse_yaml(path, holds="framework"):
    """The root node of a YAML file. `holds`: what should be in it, for the sentence when nothing is."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ValidationError(f"{path.name}: this file is larger than {LARGEST_FILE:,} bytes. Is it the right one?")
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=LOADER) if _is_shallow(text) else None
    except OSError as error:
        raise ValidationError(f"{path}: we cannot read this file ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise ValidationError(f"{path.name}: this file is not UTF-8 text. Save it again as UTF-8.") from error
    except yaml.MarkedYAMLError as error:
        line = (error.problem_mark or error.context_mark).line + 1
        raise ValidationError(
            f"{path.name}, line {line}, the whole file: this is not YAML ({error.problem})."
        ) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise ValidationError(
            f"{path.name}, line {line}, the whole file: this is not YAML ({error.reason})."
        ) from error
    if root is None:
        raise ValidationError(f"{path.name}, line 1, the whole file: there is no {holds} in it.")
    return root


def _is_shallow(text):
    """Whether lists and groups are nested as a framework's are. The reader in C has no limit of its own, and crashes."""
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            return False
    return True


def _check_together(content, root, report):
    """What no field can know alone: the five keys and their order, resources and steps across the whole file."""
    nodes = {name.value: value for name, value in root.value}
    for number, (key, question) in enumerate(zip(QUESTION_KEYS, content["questions"], strict=True), 1):
        if question["key"] != key:
            where = nodes["questions"].value[number - 1]
            words = f"this should be “{key}”. The five keys stay the same, so that we can look back over the years."
            report.add(where, f"questions {number} › key", words)
    keys = set()
    for node, resource in _resources_with_nodes(content, nodes):
        refuse_repeated_key(resource, keys, node, "resources", report)
    longest = Activity._meta.get_field("how").max_length
    for activity, where in zip(content.get("activities") or [], _items(nodes, "activities"), strict=True):
        if activity.get("question") and activity["question"] not in QUESTION_KEYS:
            words = f"“{activity['question']}” is not the key of a question. Choose from {', '.join(QUESTION_KEYS)}."
            report.add(where, f"activities {activity['key']} › question", words)
        if len("\n".join(activity["how"])) > longest:
            report.add(
                where, f"activities {activity['key']} › how", f"make the steps {longest} characters at most, together."
            )


def _resources_with_nodes(content, nodes):
    for question, node in zip(content["questions"], _items(nodes, "questions"), strict=True):
        inside = {name.value: value for name, value in node.value}
        yield from zip(_items(inside, "resources"), question.get("resources") or [], strict=True)
    yield from zip(_items(nodes, "resources"), content.get("resources") or [], strict=True)


def _items(nodes, name):
    return nodes[name].value if name in nodes else []


def _complete(content, shape=FRAMEWORK):
    """Fill in the optional fields, so that leaving one out and leaving it empty are the same."""
    filled = {}
    for name, kind in shape.fields.items():
        value = content.get(name)
        if isinstance(kind, Listing) and isinstance(kind.item, Fields):
            value = [_complete(item, kind.item) for item in value or []]
        filled[name] = "" if value is None else value
    return filled
