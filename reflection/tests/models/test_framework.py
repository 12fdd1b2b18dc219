"""A used version keeps its words, whoever tries; each partnership sees the frameworks that are for it."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from partnerships.tests.cast import membership_of
from reflection.models.framework import Framework, Prompt, Question, Resource
from reflection.tests.frameworks import own_version
from reflection.tests.sessions import make_plan

REFUSED = "A session has used this version, so its words stay as they are."


@pytest.fixture
def used(framework, larkmere, amina):
    make_plan(larkmere, framework, membership_of(amina, larkmere))
    return framework


def test_framework_is_used_from_the_first_plan_on(framework, larkmere, amina):
    assert not framework.is_used
    make_plan(larkmere, framework, membership_of(amina, larkmere))
    assert framework.is_used


def part(framework, name):
    first = {
        "question": framework.questions.first,
        "prompt": framework.questions.first().prompts.first,
        "sign": framework.characteristics.first,
        "resource": framework.resources.first,
        "activity": framework.activities.first,
    }
    return first[name]()


PARTS = ["question", "prompt", "sign", "resource", "activity"]


@pytest.mark.parametrize("name", PARTS)
def test_part_of_a_used_version_refuses_to_change_or_go(used, name):
    piece = part(used, name)
    for act in (piece.save, piece.clean, piece.delete):
        with pytest.raises(ValidationError, match=REFUSED):
            act()
    assert type(piece).objects.filter(pk=piece.pk).exists()


@pytest.mark.parametrize("name", PARTS)
def test_part_of_an_unused_version_changes_and_goes(framework, name):
    piece = part(framework, name)
    piece.save()
    piece.clean()
    piece.delete()
    assert not type(piece).objects.filter(pk=piece.pk).exists()


def test_part_is_not_added_to_a_used_version(used):
    with pytest.raises(ValidationError, match=REFUSED):
        Prompt(question=used.questions.first(), key="new", text="One more?").save()


def test_used_version_keeps_its_own_words_but_can_go_out_of_use(used):
    used.is_current = False
    used.save()
    used.name = "Another name"
    for act in (used.save, used.clean, used.delete):
        with pytest.raises(ValidationError, match=REFUSED):
            act()
    used.refresh_from_db()
    assert used.name == "A reflective learning framework for partnering"
    assert not used.is_current


def test_extra_belongs_to_a_question_of_the_same_version(framework, ines, programme):
    other = own_version(framework, ines, owner_programme=programme)
    resource = Resource(
        framework=framework, question=other.questions.first(), key="mixed", title="Mixed up", sentence="No."
    )
    with pytest.raises(ValidationError, match="Choose a question of the same version"):
        resource.full_clean()


def test_database_keeps_one_current_version_for_each_owner(framework, ines, programme, larkmere):
    own_version(framework, ines, owner_programme=programme)
    own_version(framework, ines, owner_partnership=larkmere)
    for owner in ({}, {"owner_programme": programme}, {"owner_partnership": larkmere}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Framework.objects.create(
                key=framework.key, version=7, name="Twice", attribution="Us", is_current=True, **owner
            )
        with pytest.raises(IntegrityError), transaction.atomic():
            Framework.objects.create(key=framework.key, version=1, name="Twice", attribution="Us", **owner)


def test_database_refuses_two_owners(programme, larkmere):
    with pytest.raises(IntegrityError), transaction.atomic():
        Framework.objects.create(
            key="ours", name="Ours", attribution="Us", owner_programme=programme, owner_partnership=larkmere
        )


@pytest.mark.parametrize("number", [0, 6])
def test_database_knows_five_questions(framework, number):
    with pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.bulk_create(
            [Question(framework=framework, key="sixth", number=number, title="?", short_title="?", explanation="?")]
        )


def test_for_planning_takes_the_nearest_version_in_use(framework, ines, programme, larkmere, quarry_end):
    programmes = own_version(framework, ines, owner_programme=programme)
    assert Framework.objects.for_planning(larkmere) == programmes
    ours = own_version(framework, ines, owner_partnership=larkmere)
    own_version(framework, ines, current=False, owner_partnership=larkmere)
    assert list(Framework.objects.current().available_to(larkmere)) == [ours, programmes, framework]
    assert Framework.objects.for_planning(larkmere) == ours
    assert list(Framework.objects.available_to(quarry_end)) == [framework]


def test_administered_by_shows_the_built_in_one_and_those_of_the_own_programmes(
    framework, ines, programme, larkmere, quarry_end, dan
):
    programmes = own_version(framework, ines, owner_programme=programme)
    ours = own_version(framework, ines, owner_partnership=larkmere)
    theirs = own_version(framework, dan, owner_partnership=quarry_end)
    assert set(Framework.objects.administered_by(ines)) == {framework, programmes, ours}
    assert set(Framework.objects.administered_by(dan)) == {framework}
    dan.is_superuser = True
    assert set(Framework.objects.administered_by(dan)) == {framework, programmes, ours, theirs}
