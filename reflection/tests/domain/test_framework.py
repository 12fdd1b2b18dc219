"""Loading, copying and switching versions: what changes, what stays, and what is written down about it."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from partnerships.tests.cast import membership_of
from reflection.domain.framework import copy_framework, load_framework, make_framework_current, retire_framework
from reflection.models.framework import Activity, Framework, Prompt, Question
from reflection.tests.frameworks import BUILT_IN, own_version, write_framework
from reflection.tests.sessions import make_plan

FIRST = "Who should be better off because of us?"
REWORDED = "Who gains when we do well?"
AT = datetime(2025, 3, 4, 10, 30, tzinfo=UTC)


def first_prompt(framework):
    return Prompt.objects.get(question__framework=framework, key="who-gains")


def test_load_framework_writes_everything_that_the_file_says(db):
    loaded = load_framework(path=BUILT_IN, at=AT)
    framework = loaded.framework
    assert loaded.outcome == "created"
    assert (framework.version, framework.is_current, framework.is_built_in, framework.created_at) == (1, True, True, AT)
    assert [(q.number, q.key, q.prompts.count()) for q in framework.questions.all()] == [
        (1, "purpose", 5),
        (2, "role", 3),
        (3, "people", 4),
        (4, "work", 6),
        (5, "learning", 4),
    ]
    assert [c.text for c in framework.characteristics.all()][:2] == [
        "We need each other for this",
        "Our aims are clear and within reach",
    ]
    assert framework.characteristics.count() == 12
    assert framework.resources.filter(question=None).count() == 7
    assert framework.resources.exclude(question=None).count() == 8
    assert framework.activities.count() == 12
    together = framework.activities.get(key="one-two-four-all")
    assert (together.question, together.minutes, len(together.steps)) == (None, 15, 4)
    assert framework.history.get().history_date == AT


def test_load_framework_again_changes_nothing(framework):
    before = list(Prompt.objects.values_list("pk", "text"))
    loaded = load_framework(path=BUILT_IN)
    assert (loaded.outcome, loaded.framework) == ("unchanged", framework)
    assert list(Prompt.objects.values_list("pk", "text")) == before
    assert framework.history.count() == 1


def test_load_framework_updates_an_unused_version_in_place(framework, tmp_path):
    loaded = load_framework(path=write_framework(tmp_path, FIRST, REWORDED))
    assert (loaded.outcome, loaded.framework) == ("updated", framework)
    assert first_prompt(framework).text == REWORDED
    assert (Framework.objects.count(), Question.objects.count(), Prompt.objects.count(), Activity.objects.count()) == (
        1,
        5,
        22,
        12,
    )


def test_load_framework_makes_a_new_version_once_a_session_uses_the_old_one(framework, larkmere, amina, tmp_path):
    session = make_plan(larkmere, framework, membership_of(amina, larkmere))
    loaded = load_framework(path=write_framework(tmp_path, FIRST, REWORDED))
    new = loaded.framework
    assert (loaded.outcome, new.version, new.is_current) == ("new version", 2, True)
    framework.refresh_from_db()
    assert not framework.is_current
    assert first_prompt(framework).text == FIRST
    assert first_prompt(new).text == REWORDED
    session.refresh_from_db()
    assert session.framework == framework
    assert session.rounds.get().question.framework == framework
    keys = [
        set(Prompt.objects.filter(question__framework=version).values_list("key", flat=True))
        for version in (framework, new)
    ]
    assert keys[0] == keys[1]


def test_load_framework_with_a_mistake_loads_nothing(framework, tmp_path):
    path = write_framework(tmp_path, f"text: {FIRST}", f"text: {REWORDED}\n        colour: amber")
    with pytest.raises(
        ValidationError, match=r"framework\.yaml, line 26, questions 1 › prompts 1 › colour: there is no such field"
    ):
        load_framework(path=path)
    assert first_prompt(framework).text == FIRST


def test_load_frameworks_command_says_what_it_did_and_is_safe_to_repeat(db, capsys, tmp_path):
    call_command("load_frameworks")
    call_command("load_frameworks")
    call_command("load_frameworks", write_framework(tmp_path, FIRST, REWORDED))
    name = "A reflective learning framework for partnering, version 1"
    assert capsys.readouterr().out.splitlines() == [
        f"{name} is loaded and in use.",
        f"{name} is loaded already. Nothing to do.",
        f"{name} has its new words. No session had used the old ones.",
    ]


def test_load_frameworks_command_loads_all_files_or_none(db, tmp_path):
    bad = write_framework(tmp_path, "short_title: Role", "short_title: no", name="bad.yaml")
    with pytest.raises(CommandError) as caught:
        call_command("load_frameworks", BUILT_IN, bad)
    assert str(caught.value).splitlines() == [
        "Nothing was loaded.",
        "bad.yaml, line 45, questions 2 › short_title: this should be words, but it is read as yes or no. Put it in quotes.",
    ]
    assert not Framework.objects.exists()


def test_copy_framework_makes_a_draft_with_the_same_words_and_keys(framework, ines, programme):
    draft = copy_framework(framework=framework, by=ines, owner_programme=programme, at=AT)
    assert (draft.version, draft.is_current, draft.owner, draft.created_at) == (1, False, programme, AT)
    for version in (framework, draft):
        version.words = [
            (question.number, question.key, question.title, prompt.position, prompt.key, prompt.text, prompt.help)
            for question in version.questions.all()
            for prompt in question.prompts.all()
        ]
    assert draft.words == framework.words
    for parts in ("resources", "activities"):
        rows = [
            list(getattr(version, parts).values_list("position", "key", "question__key"))
            for version in (framework, draft)
        ]
        assert rows[0] == rows[1]
    assert list(draft.characteristics.values_list("key", "text")) == list(
        framework.characteristics.values_list("key", "text")
    )
    note = draft.history.get()
    assert (note.history_user, note.history_date, note.history_change_reason) == (ines, AT, "Copied from version 1")


def test_copy_framework_counts_on_and_waits_for_the_draft_to_be_used(framework, ines, programme):
    first = own_version(framework, ines, owner_programme=programme)
    second = copy_framework(framework=first, by=ines)
    assert (second.version, second.owner_programme, second.is_current) == (2, programme, False)
    with pytest.raises(ValidationError, match=r"Version 2 is a draft that nobody uses yet\. Change that one\."):
        copy_framework(framework=first, by=ines)


def test_copy_framework_of_the_built_in_one_needs_one_owner(framework, ines, programme, larkmere):
    with pytest.raises(ValidationError, match="Choose who the new version is for"):
        copy_framework(framework=framework, by=ines)
    with pytest.raises(ValidationError, match="Choose a programme or a partnership as its owner, not both"):
        copy_framework(framework=framework, by=ines, owner_programme=programme, owner_partnership=larkmere)
    assert Framework.objects.count() == 1


def test_make_framework_current_takes_the_other_version_out_of_use(framework, ines, programme):
    first = own_version(framework, ines, owner_programme=programme)
    second = copy_framework(framework=first, by=ines)
    make_framework_current(framework=second, by=ines, at=AT)
    first.refresh_from_db()
    second.refresh_from_db()
    framework.refresh_from_db()
    assert (first.is_current, second.is_current, framework.is_current) == (False, True, True)
    note = second.history.get(history_change_reason="Put in use")
    assert (note.history_user, note.history_date) == (ines, AT)


def test_make_framework_current_refuses_a_question_without_prompts(framework, ines, programme):
    draft = copy_framework(framework=framework, by=ines, owner_programme=programme)
    for prompt in draft.questions.get(number=2).prompts.all():
        prompt.delete()
    with pytest.raises(ValidationError, match="Question 2 has no prompt"):
        make_framework_current(framework=draft, by=ines)
    draft.refresh_from_db()
    assert not draft.is_current


def test_retire_framework_gives_way_to_the_next_nearest(framework, ines, programme, larkmere):
    own = own_version(framework, ines, owner_programme=programme)
    retire_framework(framework=own, by=ines)
    assert Framework.objects.for_planning(larkmere) == framework


def test_retire_framework_keeps_the_built_in_one(framework, ines):
    with pytest.raises(ValidationError, match="The built-in framework stays in use"):
        retire_framework(framework=framework, by=ines)
    framework.refresh_from_db()
    assert framework.is_current
