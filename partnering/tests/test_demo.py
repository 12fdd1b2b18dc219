"""The demonstration as it is told: alive today, true to what the pages promise, and told once."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client, TestCase, override_settings
from django.urls import reverse
from django.utils import timezone

from partnering.demo.people import WORTH, address_of, is_demo
from partnerships.enums import DispatchState, Sector
from partnerships.models import Dispatch, Invitation, LeadTerm, Membership, Partnership, Person, Stakeholder
from partnerships.tests.access_table import fingerprint
from partnerships.tests.factories import make_person
from reflection.enums import Attribution, SessionState
from reflection.models import Action, Answer, Decision, Draft, Learning, Placement, Session, Signature

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def demonstration(django_db_setup, django_db_blocker, tmp_path_factory):
    """Loaded once for this file, and rolled back after it: the telling takes seconds."""
    with django_db_blocker.unblock(), override_settings(TRIAL=True, MAIL_FOLDER=tmp_path_factory.mktemp("mail")):
        atomics = TestCase._enter_atomics()
        try:
            call_command("load_frameworks", verbosity=0)
            call_command("load_demo", verbosity=0)
            yield [message.to for message in mail.outbox]
        finally:
            TestCase._rollback_atomics(atomics)


def test_it_is_refused_over_real_people_who_joined_it(demonstration, settings):
    settings.TRIAL = True
    make_person("Bea Nwosu")
    with pytest.raises(CommandError, match="There are real people"):
        call_command("load_demo")


COUNTED = {
    "sqlite": "SELECT count(*) > 0 FROM sqlite_stat1 WHERE tbl = %s",
    "postgresql": "SELECT reltuples > 0 FROM pg_class WHERE relname = %s",
}


def test_the_database_has_counted_its_rows(demonstration):
    """Without, SQLite looks for one person's place among all places of a session."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTED[connection.vendor], ["reflection_participation"])
        assert cursor.fetchone()[0]


def test_a_second_load_changes_nothing(demonstration, settings, capsys):
    settings.TRIAL = True
    before = fingerprint()
    call_command("load_demo")
    assert "loaded already" in capsys.readouterr().out
    assert fingerprint() == before


def test_everybody_is_made_up_and_nobody_can_sign_in_by_password(demonstration):
    people = list(Person.objects.all())
    assert [
        person.email for person in people if not is_demo(person) or person.has_usable_password() or person.is_superuser
    ] == []
    assert [person.full_name for person in people if person.is_staff] == ["Ines Varga"]
    assert {address_of(key) for key in WORTH} <= {person.email for person in people}


def test_every_partnership_has_someone_who_facilitates(demonstration):
    leads = {
        partnership.name: partnership.memberships.current().facilitating().count()
        for partnership in Partnership.objects.order_by("name")
    }
    assert leads == {"Fold Street Neighbours": 1, "Larkmere Vale Together": 2, "Moor Edge Winter Table": 1}


def test_sealed_rounds_have_no_signature_and_named_ones_have_one_each(demonstration):
    sealed = Answer.objects.exclude(round__attribution=Attribution.NAMED)
    named = Answer.objects.filter(round__attribution=Attribution.NAMED)
    assert (sealed.count() > 40, named.count() > 5) == (True, True)
    assert Signature.objects.filter(answer__in=sealed).count() == 0
    assert Signature.objects.filter(answer__in=named).count() == named.count()


def test_every_kind_of_thing_occurs(demonstration):
    larkmere = Partnership.objects.get(name="Larkmere Vale Together")
    here = larkmere.memberships.current().filter(observes=False).select_related("organisation")
    assert {membership.sector for membership in here} | {
        membership.sector for membership in larkmere.memberships.select_related("organisation")
    } == set(Sector)
    assert Membership.objects.filter(partnership=larkmere, left_on__isnull=False).count() == 1
    assert set(Session.objects.filter(partnership=larkmere).values_list("state", flat=True)) == set(SessionState)
    assert set(Session.objects.values_list("attribution", flat=True)) >= {
        Attribution.NAMED,
        Attribution.SECTOR,
        Attribution.ANONYMOUS,
    }
    for model, fewest in (
        (Learning, 5),
        (Decision, 3),
        (Action, 6),
        (Placement, 30),
        (Stakeholder, 3),
        (LeadTerm, 2),
        (Draft, 5),
    ):
        assert (model.__name__, model.objects.count() >= fewest) == (model.__name__, True)


def test_it_spans_eighteen_months_and_none_of_it_is_still_to_come(demonstration):
    now = timezone.now()
    larkmere = Partnership.objects.get(name="Larkmere Vale Together")
    assert timedelta(days=530) < now - larkmere.founded_at < timedelta(days=560)
    assert Membership.objects.filter(joined_on__gt=timezone.localdate()).count() == 0
    assert Person.objects.filter(joined_at__gt=now).count() == 0
    assert Session.objects.filter(state=SessionState.OPEN, closes_at__lte=now).count() == 0
    assert Session.objects.filter(state=SessionState.PLANNED, opens_at__lte=now).count() == 0


def test_old_mail_is_history_and_a_few_lie_in_the_mailbox(demonstration):
    old = timezone.now() - timedelta(days=2)
    assert (
        Dispatch.objects.filter(state__in=(DispatchState.PLANNED, DispatchState.SENDING), planned_at__lt=old).count()
        == 0
    )
    assert Dispatch.objects.filter(state=DispatchState.FAILED).count() == 0
    assert [address_of("bea")] in demonstration
    assert [address_of("dirk")] in demonstration
    assert len(demonstration) < 30
    assert Invitation.objects.get().state == "open"


def test_bea_is_half_way_through_writing(demonstration):
    drafts = Draft.objects.filter(
        participation__membership__person__email=address_of("bea"), round__session__state=SessionState.OPEN
    )
    assert drafts.count() >= 2
    assert "Carry on writing" in home_of("bea")


def home_of(key):
    client = Client()
    client.force_login(Person.objects.get(email=address_of(key)))
    return client.get(reverse("home")).content.decode()


def test_everybody_can_open_home_and_their_own_pages(demonstration):
    opened = 0
    for person in Person.objects.all():
        client = Client()
        client.force_login(person)
        addresses = [reverse("home"), reverse("partnerships:person_update")]
        for membership in Membership.objects.current().filter(person=person):
            here = {"partnership_id": membership.partnership_id}
            if membership.observes:
                addresses.append(reverse("reflection:record_list", kwargs=here))
                continue
            addresses += [reverse("partnerships:membership_detail", args=[membership.pk])]
            addresses += [reverse(name, kwargs=here) for name in (
                "partnerships:membership_list", "partnerships:partnership_detail", "partnerships:stakeholder_list",
                "reflection:session_list", "reflection:learning_list", "reflection:action_list", "reflection:record_list",
            )]  # fmt: skip
            if membership.facilitates:
                addresses += [
                    reverse(name, kwargs=here)
                    for name in ("reflection:insight_overview", "partnerships:invitation_create")
                ]
        found = {address: client.get(address, follow=True).status_code for address in addresses}
        assert {address: status for address, status in found.items() if status != 200} == {}
        opened += len(found)
    assert opened > 150
