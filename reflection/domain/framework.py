"""Load, copy and switch versions of a framework. A version that a session uses keeps its words for good."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from reflection.domain.framework_files import fingerprint, read_framework
from reflection.models.framework import Activity, Characteristic, Framework, Prompt, Question, Resource

RESOURCE_FIELDS = ("key", "title", "author", "sentence", "url")
ACTIVITY_FIELDS = ("key", "name", "minutes", "people", "why", "credit")


@dataclass(frozen=True)
class Loaded:
    """What loading a file did: ``outcome`` is created, unchanged, updated or new version."""

    framework: Framework
    outcome: str


@transaction.atomic
def load_framework(*, path, at=None):
    """Bring the built-in framework of a file into the database, or change nothing at all.

    Unchanged content does nothing. Changed content is written in place while no session uses the newest version,
    and makes the next version, in use from now on, once one does.

    Arguments: ``path`` of the YAML file; ``at``, the moment to record (default: now).
    Returns Loaded. Raises ValidationError naming file, line and field of every mistake.
    """
    at = at or timezone.now()
    content = read_framework(path)
    content_hash = fingerprint(content)
    # Locked, so that nobody plans a session with words that change under them.
    versions = Framework.objects.built_in().filter(key=content["key"]).select_for_update()
    latest = versions.order_by("-version").first()
    if latest and latest.content_hash == content_hash:
        return Loaded(latest, "unchanged")
    about = {name: content[name] for name in ("name", "attribution", "source_url")}
    if latest and not latest.is_used:
        return Loaded(_rewrite(latest, content, {**about, "content_hash": content_hash}, at), "updated")
    _switch_off(versions, by=None, at=at)
    framework = Framework(
        key=content["key"], version=latest.version + 1 if latest else 1, **about,
        is_current=True, content_hash=content_hash, created_at=at,
    )  # fmt: skip
    _save(framework, by=None, at=at, reason="Loaded from its file")
    _write_parts(framework, content, by=None, at=at)
    return Loaded(framework, "new version" if latest else "created")


@transaction.atomic
def copy_framework(*, framework, by, owner_programme=None, owner_partnership=None, at=None):
    """Make the next version, with the same words and keys, as a draft to change before it is put in use.

    Arguments: ``framework`` to copy; ``by``, the person, kept in the history; an owner, where the copy is for
    another one than the framework's own (the built-in framework has none, so it needs one); ``at``.
    Returns the draft. Raises ValidationError without an owner, with two, or when a draft is waiting already.
    """
    at = at or timezone.now()
    if not (owner_programme or owner_partnership):
        owner_programme, owner_partnership = framework.owner_programme, framework.owner_partnership
    if not (owner_programme or owner_partnership):
        raise ValidationError("The built-in framework changes with its file. Choose who the new version is for.")
    draft = Framework(
        key=framework.key, name=framework.name, attribution=framework.attribution, source_url=framework.source_url,
        owner_programme=owner_programme, owner_partnership=owner_partnership, created_at=at,
    )  # fmt: skip
    latest = Framework.objects.owned_like(draft).select_for_update().order_by("-version").first()
    if latest and not latest.is_current and not latest.is_used:
        raise ValidationError(f"Version {latest.version} is a draft that nobody uses yet. Change that one.")
    draft.version = latest.version + 1 if latest else 1
    draft.full_clean()
    _save(draft, by=by, at=at, reason=f"Copied from version {framework.version}")
    _write_parts(draft, content_of(framework), by=by, at=at)
    return draft


@transaction.atomic
def make_framework_current(*, framework, by, at=None):
    """Put a version in use: sessions planned from now on are made with it; earlier ones keep theirs.

    Raises ValidationError if a question has no prompt left.
    """
    versions = Framework.objects.owned_like(framework).select_for_update()
    framework = versions.get(pk=framework.pk)
    if empty := framework.questions.without_prompts().first():
        raise ValidationError(f"Question {empty.number} has no prompt. Write one, then put this version in use.")
    _switch_off(versions.exclude(pk=framework.pk), by=by, at=at)
    framework.is_current = True
    _save(framework, by=by, at=at, reason="Put in use")
    return framework


@transaction.atomic
def retire_framework(*, framework, by, at=None):
    """Take a version out of use. Sessions made with it go on as they are; new ones use the next nearest framework.

    Raises ValidationError for the built-in framework: without it a new partnership could not plan.
    """
    if framework.is_built_in:
        raise ValidationError("The built-in framework stays in use, so that everybody has one to plan with.")
    _switch_off(Framework.objects.filter(pk=framework.pk).select_for_update(), by=by, at=at)
    framework.is_current = False
    return framework


def content_of(framework):
    """A version's words in the shape of its file, keys included."""
    questions = [
        {
            "key": question.key,
            "title": question.title,
            "short_title": question.short_title,
            "explanation": question.explanation,
            "prompts": list(question.prompts.values("key", "text", "help")),
            "resources": list(question.resources.values(*RESOURCE_FIELDS)),
        }
        for question in framework.questions.all()
    ]
    activities = [
        {name: getattr(activity, name) for name in ACTIVITY_FIELDS}
        | {"question": activity.question.key if activity.question else "", "how": activity.steps}
        for activity in framework.activities.select_related("question")
    ]
    return {
        "questions": questions,
        "characteristics": list(framework.characteristics.values("key", "text", "help")),
        "resources": list(framework.resources.filter(question=None).values(*RESOURCE_FIELDS)),
        "activities": activities,
    }


def _rewrite(framework, content, about, at):
    for name, value in about.items():
        setattr(framework, name, value)
    _save(framework, by=None, at=at, reason="Loaded again from its file")
    # Nothing points at the parts of an unused version, so they are replaced and not compared one by one.
    for parts in (framework.activities, framework.resources, framework.characteristics, framework.questions):
        parts.all().delete()
    _write_parts(framework, content, by=None, at=at)
    return framework


def _write_parts(framework, content, *, by, at):
    questions, prompts, resources = [], [], []
    for number, words in enumerate(content["questions"], 1):
        question = Question(
            framework=framework, number=number, key=words["key"], title=words["title"],
            short_title=words["short_title"], explanation=words["explanation"],
        )  # fmt: skip
        questions.append(question)
        prompts += [Prompt(question=question, position=n, **each) for n, each in enumerate(words["prompts"], 1)]
        resources += [(question, each) for each in words["resources"]]
    resources += [(None, each) for each in content["resources"]]
    by_key = {question.key: question for question in questions}
    activities = [
        Activity(
            framework=framework, position=n, question=by_key.get(each["question"]), how="\n".join(each["how"]),
            **{name: each[name] for name in ACTIVITY_FIELDS},
        )
        for n, each in enumerate(content["activities"], 1)
    ]  # fmt: skip
    bulk_create_with_history(questions, Question, default_user=by, default_date=at)
    bulk_create_with_history(prompts, Prompt, default_user=by, default_date=at)
    Characteristic.objects.bulk_create(
        Characteristic(framework=framework, position=n, **each) for n, each in enumerate(content["characteristics"], 1)
    )
    Resource.objects.bulk_create(
        Resource(framework=framework, question=question, position=n, **each)
        for n, (question, each) in enumerate(resources, 1)
    )
    Activity.objects.bulk_create(activities)


def _switch_off(versions, *, by, at):
    for framework in versions.filter(is_current=True):
        framework.is_current = False
        _save(framework, by=by, at=at, reason="Taken out of use")


def _save(framework, *, by, at, reason):
    # What the change history keeps: who, when and why.
    framework._history_user = by
    framework._history_date = at or timezone.now()
    framework._change_reason = reason
    framework.save()
    del framework._history_user, framework._history_date, framework._change_reason
