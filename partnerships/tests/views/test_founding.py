"""Setting the table: four parts, all or nothing, more lines without script, once for each invitation. And the first steps after it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from partnerships.domain.invitations import accept_invitation, invite_founder
from partnerships.domain.members import set_brings
from partnerships.enums import BringKind, Ring, Sector
from partnerships.models.members import Membership
from partnerships.models.organisations import Organisation
from partnerships.models.partnerships import Partnership
from partnerships.models.people import Person
from partnerships.tests.access_table import assert_refused, client_of, fingerprint
from partnerships.tests.factories import make_member, make_organisation
from partnerships.tests.together import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def founding(house):
    """(browser of Helen, who said yes to beginning a partnership; the address of the page)."""
    invitation = invite_founder(email=house.helen.email, by=house.ines, programme=house.programme)
    accept_invitation(invitation=invitation, person=house.helen)
    return client_of(house, "helen"), reverse("partnerships:partnership_found", args=[invitation.pk])


def typed(places=(), organisations=(), **changes):
    """What the page sends. places: (name, level); organisations: dicts of name, sector, small and own."""
    sent = {"name": "Fold Street Neighbours", "started_on": "", "minimum_group": "5", "own_number": ""}
    sent |= {"place-TOTAL_FORMS": max(len(places), 2), "place-INITIAL_FORMS": 0}
    sent |= {"organisation-TOTAL_FORMS": max(len(organisations), 3), "organisation-INITIAL_FORMS": 0}
    for number, (name, level) in enumerate([*places, *[("", "neighbourhood")] * 2]):
        sent |= {f"place-{number}-name": name, f"place-{number}-level": level}
    for number, line in enumerate(organisations):
        sent |= {f"organisation-{number}-{key}": value for key, value in line.items()}
    return sent | changes


def test_partnership_found_makes_it_all_at_once(house, founding):
    client, address = founding
    response = client.post(
        address,
        typed(
            places=[("Fold Street", "neighbourhood"), ("  Larkmere   Vale ", "place")],
            organisations=[
                {"name": "Moss Lane Youth Club", "sector": "vcse", "small": "on", "own": "on"},
                {"name": "fold street surgery", "sector": "nhs"},
            ],
            started_on="2026-01-12",
            minimum_group="8",
        ),
    )
    begun = Partnership.objects.get(name="Fold Street Neighbours")
    assert (response.status_code, response.url) == (
        302,
        reverse("partnerships:partnership_first_steps", args=[begun.pk]),
    )
    assert (begun.minimum_group, str(begun.started_on), begun.programme, begun.founded_by) == (
        8,
        "2026-01-12",
        house.programme,
        house.helen,
    )
    assert sorted(begun.places.values_list("name", "level")) == [
        ("Fold Street", "neighbourhood"),
        ("Larkmere Vale", "place"),
    ]
    assert sorted(begun.organisations.values_list("name", "small")) == [
        ("Fold Street Surgery", False),
        ("Moss Lane Youth Club", True),
    ]
    mine = begun.memberships.get()
    assert (mine.person, mine.organisation.name, mine.facilitates, mine.takes_part, mine.ring) == (
        house.helen, "Moss Lane Youth Club", True, True, Ring.CORE,
    )  # fmt: skip
    assert "The table is set." in client.get(response.url).content.decode()


def test_a_name_is_enough(house, founding):
    client, address = founding
    client.post(address, typed())
    begun = Partnership.objects.get(name="Fold Street Neighbours")
    assert (begun.minimum_group, begun.started_on, begun.memberships.get().sector) == (
        5,
        timezone.localdate(),
        Sector.RESIDENT,
    )


@pytest.mark.parametrize(
    ("chosen", "own", "kept"), [("3", "", 3), ("5", "12", 5), ("own", "4", 4), ("own", "100", 100)]
)
def test_the_smallest_group_is_one_of_three_or_a_number_of_ones_own(house, founding, chosen, own, kept):
    client, address = founding
    client.post(address, typed(minimum_group=chosen, own_number=own))
    assert Partnership.objects.get(name="Fold Street Neighbours").minimum_group == kept


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Write the name you use among yourselves."),
        ({"name": "x" * 121}, "Make this shorter"),
        ({"started_on": "yesterday"}, "Write a date like 2026-11-30."),
        ({"started_on": "2999-01-01"}, "This day has not come yet."),
        ({"minimum_group": ""}, "Choose how many make it safe."),
        ({"minimum_group": "1"}, "Choose how many make it safe."),
        ({"minimum_group": "own"}, "Write how many people make it safe."),
        ({"minimum_group": "own", "own_number": "2"}, "The smallest group can’t be under 3 people."),
        ({"minimum_group": "own", "own_number": "101"}, "That many people will never answer at once."),
        ({"minimum_group": "own", "own_number": "a few"}, "Write a number of people, such as 6."),
        ({"organisation-0-name": "Moss Lane Youth Club"}, "Choose its sector."),
        ({"organisation-0-name": "Moss Lane", "organisation-0-sector": "resident"}, "Choose one from the list."),
        ({"organisation-0-name": "x" * 161, "organisation-0-sector": "vcse"}, "Make this shorter"),
        ({"place-0-name": "x" * 121, "place-0-level": "place"}, "Make this shorter"),
        ({"place-0-name": "Fold Street", "place-0-level": "planet"}, "Choose one from the list."),
        ({"place-TOTAL_FORMS": "x"}, "This page is not complete."),
        (
            {
                "organisation-0-name": "A", "organisation-0-sector": "nhs", "organisation-0-own": "on",
                "organisation-1-name": "B", "organisation-1-sector": "nhs", "organisation-1-own": "on",
            },
            "Tick one organisation that you speak for",
        ),
    ],
)  # fmt: skip
def test_a_mistake_in_any_part_changes_nothing_and_keeps_the_rest(house, founding, changes, words):
    client, address = founding
    response = assert_refused(client, address, typed(places=[("Quarry End", "neighbourhood")]) | changes)
    body = response.content.decode()
    assert response.status_code == 422
    assert words in body
    assert "<title>Error: " in body
    kept = {"name": "Fold Street Neighbours", "place-0-name": "Quarry End"}
    if "place-TOTAL_FORMS" not in changes:
        assert [value in body for key, value in kept.items() if key not in changes] == [True] * (
            2 - len(kept.keys() & changes.keys())
        )


def test_more_lines_come_without_script_and_lose_nothing(house, founding):
    client, address = founding
    before = fingerprint()
    sent = typed(
        places=[("Fold Street", "neighbourhood"), ("Larkmere", "place")],
        organisations=[{"name": "Moss Lane Youth Club", "sector": "vcse", "small": "on", "own": "on"}],
        minimum_group="own",
        own_number="6",
        started_on="2026-01-12",
        more="1",
    )
    response = client.post(address, sent)
    body = response.content.decode()
    assert response.status_code == 200
    assert fingerprint() == before
    assert [f'name="place-{number}-name"' in body for number in range(5)] == [True] * 4 + [False]
    for words in (
        'value="Fold Street"',
        'value="Larkmere"',
        'value="Moss Lane Youth Club"',
        'value="6"',
        'value="2026-01-12"',
    ):
        assert (words, words in body) == (words, True)
    form = response.context["form"]
    line = response.context["lines"].forms[0]
    assert (form["minimum_group"].value(), bool(line["small"].value()), bool(line["own"].value())) == (
        "own",
        True,
        True,
    )


def test_one_invitation_sets_one_table(house, founding):
    client, address = founding
    assert client.post(address, typed()).status_code == 302
    assert (client.get(address).status_code, client.post(address, typed(name="Another")).status_code) == (404, 404)


def test_set_the_table_pressed_twice_is_one_partnership(house, founding):
    client, address = founding
    key = {"idempotency_key": "a4f0c7c1-5e1b-4e2c-8d8e-0b1c2d3e4f50"}
    answers = [client.post(address, typed(**key)) for _ in range(2)]
    assert answers[0].url == answers[1].url
    assert Partnership.objects.filter(name="Fold Street Neighbours").count() == 1


def test_set_the_table_in_two_windows_at_the_same_moment_is_one_partnership(transactional_db, house, founding):
    _, address = founding
    clients = [client_of(house, "helen") for _ in range(2)]
    answers = at_once(*(lambda client=client: client.post(address, typed()).status_code for client in clients))
    assert answers.count(302) == 1
    assert set(answers) <= {302, 404, 422}
    assert Partnership.objects.filter(name="Fold Street Neighbours").count() == 1


def test_an_organisation_that_is_known_keeps_its_own_facts(house, founding):
    client, address = founding
    client.post(address, typed(organisations=[{"name": "Tannery Row Kitchen", "sector": "other"}]))
    assert Organisation.objects.get(name="Tannery Row Kitchen").sector == Sector.VCSE


# --- First steps ---------------------------------------------------------------------------------------------------
def steps(client, partnership):
    return client.get(reverse("partnerships:partnership_first_steps", args=[partnership.pk])).content.decode()


def test_first_steps_count_down_to_the_smallest_group(house, founding):
    client, address = founding
    client.post(address, typed())
    begun = Partnership.objects.get(name="Fold Street Neighbours")
    assert "Answers without names need 5 people. You are 1 so far: four to go." in steps(client, begun)
    for _ in range(3):
        make_member(begun)
    make_member(begun, observes=True)
    assert "You are 4 so far: one to go." in steps(client, begun)
    make_member(begun)
    body = steps(client, begun)
    assert "You are 5 so far." in body
    assert body.count("pn-tag--good") == 1
    set_brings(
        membership=Membership.objects.get(person=house.helen, partnership=begun),
        brings=[(BringKind.SKILL, "Maps")],
        by=house.helen,
    )
    assert steps(client, begun).count("pn-tag--good") == 2


def test_first_steps_lead_to_inviting_planning_and_my_own_page(house):
    body = steps(client_of(house, "amina"), house.larkmere)
    for name, identity in (
        ("partnerships:invitation_create", house.larkmere.pk),
        ("reflection:session_plan", house.larkmere.pk),
        ("partnerships:membership_profile", house.of("amina").pk),
    ):
        assert f'href="{reverse(name, args=[identity])}"' in body


def test_first_steps_cost_the_same_for_1_3_and_30_more(house, django_assert_max_num_queries):
    client, costs = client_of(house, "amina"), []
    steps(client, house.larkmere)
    for more in (1, 2, 27):
        for _ in range(more):
            make_member(house.larkmere, organisation=make_organisation())
        with django_assert_max_num_queries(8) as counted:
            steps(client, house.larkmere)
        costs.append(len(counted))
    assert len(set(costs)) == 1, costs


# --- From the command to the first page ----------------------------------------------------------------------------
def test_the_whole_way_from_an_invitation_to_a_table_with_people(house, client):
    """A founder is asked, says yes, sets the table and asks the first person in, who says yes."""
    invitation = invite_founder(email="iqra@fold.example", by=house.ines)
    found = client.post(
        reverse("partnerships:invitation_read", args=[invitation.token]), {"full_name": "Iqra Mahmood"}
    ).url
    client.post(found, typed())
    begun = Partnership.objects.get(name="Fold Street Neighbours")
    client.post(
        reverse("partnerships:invitation_create", args=[begun.pk]), {"emails": "pearl@moss.example", "role": "member"}
    )
    pearl = begun.invitations.get(email="pearl@moss.example")
    client.logout()
    client.post(reverse("partnerships:invitation_read", args=[pearl.token]), {"full_name": "Pearl Osei"})
    assert sorted(begun.memberships.values_list("person__full_name", "facilitates")) == [
        ("Iqra Mahmood", True),
        ("Pearl Osei", False),
    ]
    assert Person.objects.get(email="pearl@moss.example").pk == client.get(reverse("home")).wsgi_request.user.pk
