"""Pages that save by themselves at the moment of the reveal: every save is shown, or refused and its older words are."""

from collections import Counter

import pytest
from django.test import Client

from reflection.domain.rounds_reveal import reveal_round
from reflection.models.drafts import Draft
from reflection.tests.domain.test_races import Room
from reflection.tests.sessions import make_open

pytestmark = [pytest.mark.postgres_only, pytest.mark.django_db(transaction=True)]


def sign_in(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def room():
    room = Room(9)
    yield room
    room.close()


def test_words_a_page_saves_at_the_moment_of_the_reveal_are_shown_or_refused(room, larkmere, framework, lead):
    ends = Counter()
    clients = {member.pk: sign_in(member.person) for member in larkmere.memberships.select_related("person")}
    for _ in range(40):
        round = make_open(larkmere, framework, lead).rounds.get()
        places = list(round.session.participations.all()[:8])
        begun = Draft.objects.bulk_create(
            Draft(participation=place, round=round, body=f"Begun {place.pk}", ready=True) for place in places
        )

        def save(draft, place, round=round):
            client = clients[place.membership_id]
            fields = {"place": place.pk, "draft_id": draft.pk, "version": 1, "body": f"Changed {place.pk}"}
            return lambda: client.post(f"/rounds/{round.pk}/write/save/", fields).status_code

        saves = [save(draft, place) for draft, place in zip(begun, places, strict=True)]
        reveal = lambda round=round: reveal_round(round=round, by=lead)  # noqa: E731
        *early, _, last = room.together(*saves[:7], reveal, saves[7])
        shown = Counter(round.answers.values_list("body", flat=True))
        for place, status in zip(places, [*early, last], strict=True):
            words = f"{'Changed' if status == 200 else 'Begun'} {place.pk}"
            assert (status in (200, 409), shown[words]) == (True, 1)
            ends[status] += 1
        assert sum(shown.values()) == len(places)
    assert min(ends[200], ends[409]) > 0, "every save was on one side of the reveal: this was no race"
