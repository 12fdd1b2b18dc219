"""The end of writing, one's own words, and asking for a call."""

import pytest
from django.urls import reverse

from partnerships.domain.members import change_role
from reflection.domain.drafts import finish_writing, save_draft
from reflection.domain.rounds import keep_round_closed
from reflection.domain.rounds_reveal import reveal_round
from reflection.domain.sessions import end_writing
from reflection.tests.writing import box, page

pytestmark = pytest.mark.django_db


# --- My words -------------------------------------------------------------------------------------------------------------
def test_draft_list_tells_what_came_back_and_why(bea_client, session, place, lead):
    rounds = list(session.rounds.all())
    save_draft(participation=place, round=rounds[0], body="Unfinished when it was shown")
    save_draft(participation=place, round=rounds[1], body="Never shown", ready=True)
    save_draft(participation=place, round=rounds[2], body="A note of mine", note=True)
    save_draft(participation=place, round=rounds[3], body="Still open")
    others = [other for other in session.participations.all() if other != place]
    for other in others:
        save_draft(participation=other, round=rounds[0], body=f"{other.pk}", ready=True)
    reveal_round(round=rounds[0], by=lead)
    keep_round_closed(round=rounds[1], by=lead)
    html = bea_client.get(reverse("reflection:draft_list", kwargs={"session_id": session.pk})).text
    back, still, notes = (html.index(f'id="{part}"') for part in ("back", "writing", "notes"))
    assert back < html.index("You had an unfinished draft when the answers were shown; it stayed with you.") < still
    assert back < html.index("Never shown") < still < html.index("Still open") < notes < html.index("A note of mine")
    assert str(others[0].pk) not in html


def test_who_became_a_reader_finds_their_words_as_notes_and_may_delete_them(bea_client, session, round, place, lead):
    draft = save_draft(participation=place, round=round, body="Soup on Tuesdays", ready=True).draft
    change_role(membership=place.membership, by=lead.person, takes_part=False, facilitates=False, observes=True)
    address = reverse("reflection:draft_list", kwargs={"session_id": session.pk})
    records = bea_client.get(reverse("home"), follow=True).text
    assert ("Your own words, from before" in records, address in records) == (True, True)
    html = bea_client.get(address).text
    assert html.index('id="notes"') < html.index("Soup on Tuesdays")
    assert "what you had not shown became notes" in html
    assert bea_client.get(page(round)).status_code == 403
    response = bea_client.post(reverse("reflection:draft_discard", kwargs={"draft_id": draft.pk}), {"list": "1"})
    assert (response.status_code, response.url, place.drafts.count()) == (302, address, 0)
    assert "Your own words, from before" not in bea_client.get(reverse("home"), follow=True).text


def test_the_words_of_who_became_a_reader_are_for_nobody_else(session, round, place, lead, client):
    save_draft(participation=place, round=round, body="Soup on Tuesdays", ready=True)
    change_role(membership=place.membership, by=lead.person, takes_part=False, facilitates=False, observes=True)
    client.force_login(lead.person)
    for name, ids in (("draft_list", {"session_id": session.pk}), ("session_run", {"session_id": session.pk})):
        assert "Soup on Tuesdays" not in client.get(reverse(f"reflection:{name}", kwargs=ids)).text


def test_draft_list_costs_the_same_with_many_words(bea_client, session, place, django_assert_num_queries):
    address = reverse("reflection:draft_list", kwargs={"session_id": session.pk})
    bea_client.get(address)
    for count in (1, 3, 30):
        for number in range(count):
            save_draft(participation=place, round=session.rounds.all()[number % 5], body=f"{count} {number}")
        with django_assert_num_queries(5):
            bea_client.get(address)


# --- The end ----------------------------------------------------------------------------------------------------------------
def test_participation_finish_makes_ready_and_can_be_undone(bea_client, session, round, place):
    save_draft(participation=place, round=round, body="Begun")
    address = reverse("reflection:participation_finish", kwargs={"session_id": session.pk})
    assert "1 thought of yours is not ready" in bea_client.get(address).text
    html = bea_client.post(address, {"finished": "1"}, follow=True).text
    assert "Thank you. You’re finished." in html
    assert "Amina or Ruth shows all the answers at once" in html
    assert place.drafts.get().ready is True
    bea_client.post(address, {"undo": "1"})
    place.refresh_from_db()
    assert place.finished is False
    assert place.drafts.get().ready is True


def test_participation_finish_after_the_end_says_so(bea_client, session, place, lead):
    end_writing(session=session, by=lead)
    address = reverse("reflection:participation_finish", kwargs={"session_id": session.pk})
    assert "Writing has ended" in bea_client.get(address).text
    assert "Writing has ended here" in bea_client.post(address, {"finished": "1"}, follow=True).text
    place.refresh_from_db()
    assert place.finished is False


def test_participation_finish_costs_six_queries(bea_client, session, place, django_assert_num_queries):
    for round in session.rounds.all():
        save_draft(participation=place, round=round, body="One")
    finish_writing(participation=place)
    address = reverse("reflection:participation_finish", kwargs={"session_id": session.pk})
    bea_client.get(address)
    with django_assert_num_queries(6):
        bea_client.get(address)


def test_participation_call_asks_and_takes_back(bea_client, session, round, place):
    address = reverse("reflection:participation_call", kwargs={"session_id": session.pk}, query={"from": round.pk})
    assert bea_client.post(page(round), box(place, "I would rather talk", "call")).url == address
    assert place.drafts.get().body == "I would rather talk"
    asked = bea_client.post(address, {"call_note": "After six"}, follow=True)
    assert "Thank you. Amina or Ruth will ring you." in asked.text
    assert "You asked for a call" in asked.text
    bea_client.post(address, {"undo": "1"})
    place.refresh_from_db()
    assert (place.wants_call, place.call_note) == (False, "")


def test_participation_call_with_a_long_note_keeps_it(bea_client, session, place):
    address = reverse("reflection:participation_call", kwargs={"session_id": session.pk})
    answer = bea_client.post(address, {"call_note": "y" * 201})
    assert "Keep it under 200 characters." in answer.text
    assert "y" * 201 in answer.text
    place.refresh_from_db()
    assert place.wants_call is False
