"""The shape of an answer is an allow-list: nothing may be added that leads to a person (A1, A2)."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, models, transaction

from partnerships.models import Membership, Person
from reflection.domain.rounds_planning import RoundChoice
from reflection.domain.session_planning import update_plan
from reflection.enums import OF_A_SESSION, Attribution
from reflection.models import Answer, Draft, Participation, Round, Signature
from reflection.tests.sessions import make_open, make_revealed, write

pytestmark = pytest.mark.django_db


def test_answer_columns_are_an_allow_list():
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, "reflection_answer")
    assert {column.name for column in described} == {"id", "round_id", "prompt_id", "body", "label"}


def test_answer_refers_to_no_person_and_holds_no_time():
    kinds = {type(field) for field in Answer._meta.local_fields}
    assert kinds == {models.UUIDField, models.ForeignKey, models.TextField, models.CharField}
    referred = {f.related_model for f in Answer._meta.local_fields if f.is_relation}
    assert not referred & {Person, Membership, Participation, Draft}
    assert Answer._meta.pk.default.__name__ == "uuid4"


def test_answer_and_draft_have_no_history_and_no_admin():
    from django.contrib import admin

    for model in (Answer, Signature, Draft, Participation):
        assert not hasattr(model, "history")
        assert not admin.site.is_registered(model)


def test_answer_of_a_sealed_round_refuses_a_signature(larkmere, framework, lead):
    for attribution in (Attribution.SECTOR, Attribution.ANONYMOUS):
        session, round = make_revealed(larkmere, framework, lead, attribution=attribution)
        with pytest.raises(DatabaseError, match="no signature"), transaction.atomic():
            Signature.objects.create(answer=round.answers.first(), participation=session.participations.first())
    assert Signature.objects.count() == 0


@pytest.mark.parametrize("change", [{"body": "Other words"}, {"label": "NHS now"}])
def test_answer_of_a_sealed_round_is_never_changed(larkmere, framework, lead, change):
    _, round = make_revealed(larkmere, framework, lead)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        round.answers.update(**change)


def test_draft_never_prints_its_words():
    assert "secret" not in f"{Draft(body='secret')!s} {Draft(body='secret')!r}"


PAIRS = [(a, b) for a in OF_A_SESSION for b in OF_A_SESSION if a != b]


@pytest.mark.parametrize(("before", "after"), PAIRS)
@pytest.mark.parametrize("moment", ["draft exists", "ready", "shown"])
def test_attribution_is_fixed_once_somebody_wrote(larkmere, framework, lead, before, after, moment):
    """All six ordered pairs at each of three moments (A16), through the domain and past it."""
    if moment == "shown":
        session, round = make_revealed(larkmere, framework, lead, attribution=before)
    else:
        session = make_open(larkmere, framework, lead, attribution=before)
        round = session.rounds.get()
        write(session, 1, ready=moment == "ready")
    choices = [RoundChoice(round.question)]
    with pytest.raises(ValidationError, match="open already"):
        update_plan(session=session, by=lead, expected=session.version, choices=choices, attribution=after)
    with pytest.raises(DatabaseError, match="fixed"), transaction.atomic():
        Round.objects.filter(pk=round.pk).update(attribution=after)
    session.refresh_from_db()
    assert (session.attribution, session.rounds.get().attribution) == (before, before)
