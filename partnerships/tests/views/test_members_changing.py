import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from partnerships.domain.members import update_profile
from partnerships.enums import ChangeKind, Ring
from partnerships.models.members import MembershipChange
from partnerships.tests.access_table import assert_refused, client_of
from partnerships.tests.factories import make_organisation
from partnerships.tests.views.test_members import LONG, page, url

pytestmark = pytest.mark.django_db


# --- Moving and changing ---------------------------------------------------------------------------------------------
def test_membership_ring_moves_me_with_my_reason_once(house):
    bea, client = house.of("bea"), client_of(house, "bea")
    sent = {"ring": "wider", "reason": "A new baby.", "idempotency_key": str(uuid.uuid4())}
    answers = [client.post(url("membership_ring", bea), sent) for _ in range(2)]
    assert [(answer.status_code, answer.url) for answer in answers] == [
        (302, reverse("partnerships:partnership_detail", args=[house.larkmere.pk]))
    ] * 2
    assert list(bea.changes.filter(kind=ChangeKind.RING).values_list("before", "after", "reason")) == [
        ("Core", "Wider", "A new baby.")
    ]


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"ring": "middle"}, "Choose one from the list."),
        ({}, "Choose a circle."),
        ({"ring": "wider", "reason": LONG}, "at most 500 characters fit"),
    ],
)
def test_membership_ring_refuses_in_words(house, sent, words):
    body = assert_refused(client_of(house, "bea"), url("membership_ring", house.of("bea")), sent).content.decode()
    assert words in body


def change(membership, **changes):
    today = membership.partnership.local_date()
    return {
        "ring": membership.ring,
        "role": "member",
        "organisation": str(membership.organisation_id or ""),
        "on": today.isoformat(),
        "reason": "",
    } | changes


def test_membership_change_notes_only_what_changed_each_with_day_and_reason(house):
    helen = house.of("helen")
    council = house.of("tom").organisation
    sent = change(helen, role="both", organisation=str(council.pk), on="2026-10-01", reason="A new post.")
    assert client_of(house, "amina").post(url("membership_change", helen), sent).status_code == 302
    noted = (
        helen.changes.exclude(kind=ChangeKind.JOINED)
        .order_by("kind")
        .values_list("kind", "before", "after", "reason", "by__email")
    )
    assert list(noted) == [
        (
            "organisation",
            "Larkmere Vale Hospitals NHS Trust",
            "Larkmere Borough Council",
            "A new post.",
            house.amina.email,
        ),
        ("role", "takes part", "takes part and facilitates", "A new post.", house.amina.email),
    ]
    assert {change.on.isoformat() for change in helen.changes.exclude(kind=ChangeKind.JOINED)} == {"2026-10-01"}
    helen.refresh_from_db()
    assert (helen.facilitates, helen.organisation, helen.ring) == (True, council, Ring.CORE)


def test_membership_change_can_name_an_organisation_that_is_new(house):
    gwen = house.of("gwen")
    sent = change(
        gwen, organisation="another", another_name="Eastfold Befrienders", another_sector="vcse", another_small="on"
    )
    assert client_of(house, "amina").post(url("membership_change", gwen), sent).status_code == 302
    organisation = house.of("gwen").organisation
    assert (organisation.name, organisation.sector, organisation.small) == ("Eastfold Befrienders", "vcse", True)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"organisation": "another"}, "Write the name of the other organisation."),
        (
            {"organisation": "another", "another_name": "Eastfold Befrienders"},
            "Choose which sector Eastfold Befrienders belongs to.",
        ),
        ({"organisation": str(uuid.uuid4())}, "Choose one from the list."),
        ({"on": "2026-06-02"}, "They came on 3 June 2026."),
        ({"on": "the 3rd"}, "Write a date like 2026-11-30."),
        ({"on": ""}, "Write the day from which this holds."),
        ({"role": "boss"}, "Choose one from the list."),
        ({"reason": LONG, "ring": "core"}, "at most 500 characters fit"),
    ],
)
def test_membership_change_refuses_in_words_and_changes_nothing(house, changes, words):
    gwen = house.of("gwen")
    body = assert_refused(
        client_of(house, "amina"), url("membership_change", gwen), change(gwen, **changes)
    ).content.decode()
    assert words in body


def test_membership_change_refuses_an_organisation_of_another_table(house):
    """T4: an organisation that exists, and is not around this table, is refused like one that does not exist."""
    foreign = make_organisation("Quarry End Seeds")
    house.quarry_end.organisations.add(foreign)
    gwen = house.of("gwen")
    sent = change(gwen, organisation=str(foreign.pk))
    body = assert_refused(client_of(house, "amina"), url("membership_change", gwen), sent).content.decode()
    assert ("Choose one from the list." in body, "Quarry End Seeds" in body) == (True, False)


def test_membership_change_refuses_a_day_to_come(house):
    gwen = house.of("gwen")
    later = (house.larkmere.local_date() + timedelta(days=1)).isoformat()
    body = assert_refused(
        client_of(house, "amina"), url("membership_change", gwen), change(gwen, on=later, ring="core")
    ).content.decode()
    assert "This day has not come yet." in body


def test_membership_change_leaves_no_group_without_someone_who_facilitates(house):
    amina, ruth = house.of("amina"), house.of("ruth")
    assert (
        client_of(house, "amina").post(url("membership_change", ruth), change(ruth, role="member")).status_code == 302
    )
    sent = change(amina, role="member", ring="wider")
    body = assert_refused(client_of(house, "amina"), url("membership_change", amina), sent).content.decode()
    assert "Nobody else facilitates here." in body


# --- Leaving ---------------------------------------------------------------------------------------------------------
def test_membership_leave_ends_it_today_with_a_word_to_the_group(house):
    bea, client = house.of("bea"), client_of(house, "bea")
    update_profile(membership=bea, by=house.bea, expected=bea.version, limits="Screens after a shift.")
    today = house.larkmere.local_date()
    sent = {
        "on": today.isoformat(),
        "reason": "Come and eat with us.",
        "named_words": "keep",
        "idempotency_key": str(uuid.uuid4()),
    }
    response = client.post(url("membership_leave", bea), sent)
    assert (response.status_code, response.url) == (302, reverse("home"))
    bea = house.of("bea")
    assert (bea.left_on, bea.limits) == (today, "")
    assert client.get(url("membership_detail", bea)).status_code == 404
    body = page(client_of(house, "tom"), reverse("partnerships:partnership_detail", args=[house.larkmere.pk]))
    assert "Come and eat with us." in body


def test_membership_leave_names_a_day_to_come_and_takes_it_back(house):
    client, bea = client_of(house, "bea"), house.of("bea")
    last = house.larkmere.local_date() + timedelta(days=30)
    client.post(url("membership_leave", bea), {"on": last.isoformat(), "reason": "", "named_words": "withdraw"})
    assert house.of("bea").leaves_on == last
    assert "Your last day is" in page(client, url("membership_leave", bea))
    people = page(client_of(house, "tom"), reverse("partnerships:membership_list", args=[house.larkmere.pk]))
    assert people.count("Leaves on") == 1
    client.post(url("membership_stay", bea))
    assert (house.of("bea").is_current, house.of("bea").leaves_on) == (True, None)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"on": "2199-01-01", "named_words": "keep"}, "Choose a day within a year."),
        ({"on": "2026-11-01"}, "Choose whether to keep them or to take them out."),
        ({"on": "2026-11-01", "named_words": "burn"}, "Choose whether to keep them or to take them out."),
        ({"on": "2020-01-01", "named_words": "keep"}, "The last day can’t be before the first, 1 September 2025."),
        ({"on": ""}, "Write the last day."),
        ({"on": "soon", "reason": "typed by me"}, "Write a date like 2026-11-30."),
        ({"on": "2026-11-01", "reason": LONG}, "at most 500 characters fit"),
    ],
)
def test_membership_leave_refuses_in_words(house, sent, words):
    body = assert_refused(client_of(house, "bea"), url("membership_leave", house.of("bea")), sent).content.decode()
    assert words in body
    assert sent.get("reason", "")[:11] in body


def test_membership_leave_tells_the_last_one_who_facilitates_what_to_do_first(house):
    dan = house.of("dan", house.quarry_end)
    piotr = house.of("piotr", house.quarry_end)
    assert "Nobody else facilitates here" not in page(client_of(house, "dan"), url("membership_leave", dan))
    client_of(house, "piotr").post(
        url("membership_leave", piotr), {"on": house.quarry_end.local_date().isoformat(), "named_words": "keep"}
    )
    body = page(client_of(house, "dan"), url("membership_leave", dan))
    assert "Nobody else facilitates here" in body
    assert_refused(
        client_of(house, "dan"),
        url("membership_leave", dan),
        {"on": house.quarry_end.local_date().isoformat(), "named_words": "keep"},
    )


def test_membership_leave_offers_staying_as_the_filled_button(house):
    body = page(client_of(house, "bea"), url("membership_leave", house.of("bea")))
    assert ">Stay</a>" in body.split("btn-primary")[1]
    assert body.count("btn-primary") == 1


def test_membership_end_notes_that_someone_left_once(house):
    gwen, client = house.of("gwen"), client_of(house, "amina")
    sent = {"on": "2026-11-01", "reason": "Moved away.", "idempotency_key": str(uuid.uuid4())}
    assert [client.post(url("membership_end", gwen), sent).status_code for _ in range(2)] == [302, 302]
    assert list(gwen.changes.filter(kind=ChangeKind.LEFT).values_list("on", "reason", "by__email")) == [
        (house.of("gwen").left_on, "Moved away.", house.amina.email)
    ]
    body = assert_refused(client, url("membership_end", gwen), {"on": "2026-11-02"}).content.decode()
    assert "Gwen left on 1 November 2026." in body


def test_membership_end_of_oneself_is_leaving(house):
    amina = house.of("amina")
    response = client_of(house, "amina").get(url("membership_end", amina))
    assert (response.status_code, response.url) == (302, url("membership_leave", amina))
    assert not MembershipChange.objects.filter(membership=amina, kind=ChangeKind.LEFT).exists()
