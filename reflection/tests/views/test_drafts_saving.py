"""The page that saves by itself, and everything that may go wrong while somebody writes."""

import json
import logging
import re

import pytest
from django.urls import reverse
from django.utils.module_loading import import_string

from reflection.domain.drafts import BODY_LIMIT, save_draft
from reflection.domain.rounds import keep_round_closed
from reflection.domain.rounds_reveal import reveal_round
from reflection.domain.sessions import cancel_session, end_writing
from reflection.enums import Attribution
from reflection.models.answers import Answer
from reflection.models.drafts import Draft
from reflection.tests.sessions import make_revealed, write
from reflection.tests.writing import autosave, box, page

pytestmark = pytest.mark.django_db


# --- Writing is over -------------------------------------------------------------------------------------------------
def test_draft_write_when_the_answers_came_out_meanwhile_keeps_the_box(bea_client, session, round, place, lead):
    form = box(place, "Half a thou")
    write(session, round=round)
    reveal_round(round=round, by=lead)
    answer = bea_client.post(page(round), form)
    assert answer.status_code == 422
    assert "The answers are out" in answer.text
    assert "Half a thou" in answer.text
    assert "Keep it as a note to myself" in answer.text
    assert "Add mine" not in answer.text  # sealed: a late one could be told apart
    assert not Draft.objects.filter(body="Half a thou").exists()
    assert not Answer.objects.filter(body="Half a thou").exists()
    bea_client.post(page(round), form | {"note": "1", "next": ""} | {"draft_id": form["draft_id"]})
    assert not Answer.objects.filter(body="Half a thou").exists()


def test_draft_write_offers_to_add_late_words_where_names_are_shown(bea_client, larkmere, framework, lead, bea):
    session, round = make_revealed(larkmere, framework, lead, attribution=Attribution.NAMED)
    place = session.participations.get(membership__person=bea)
    answer = bea_client.post(page(round), box(place, "Half a thou"))
    assert "Add mine, with my name" in answer.text
    added = bea_client.post(
        reverse("reflection:answer_add", kwargs={"round_id": round.pk}), box(place, "Half a thought", "add")
    )
    assert added.status_code == 302
    assert Answer.objects.get(body="Half a thought").signature.participation_id == place.pk


STATES = {
    "ended": "Writing has ended",
    "kept closed": "This question stayed closed",
    "cancelled": "This session was called off",
    "too few": "Too few to show safely",
}


@pytest.mark.parametrize("state", STATES)
def test_draft_write_says_honestly_how_it_stands_and_keeps_the_words(bea_client, session, round, place, lead, state):
    save_draft(participation=place, round=round, body="Words of mine", ready=True)
    if state in ("ended", "too few"):
        end_writing(session=session, by=lead)
    if state == "too few":
        assert not reveal_round(round=round, by=lead).shown
    if state == "kept closed":
        keep_round_closed(round=round, by=lead)
    if state == "cancelled":
        cancel_session(session=session, by=lead, why="Not now.")
    html = bea_client.get(page(round)).text
    assert [words for words in STATES.values() if words in html] == [STATES[state]]
    assert "Words of mine" in html
    assert 'name="next"' not in html
    bea_client.post(page(round), box(place, "A note is always possible", "note"))
    assert place.drafts.get(note=True).body == "A note is always possible"


# --- The page saves by itself -------------------------------------------------------------------------------------------
def test_draft_save_answers_with_what_the_server_has(bea_client, round, place):
    form = box(place, "Typing")
    answer = bea_client.post(autosave(round), form)
    assert answer.status_code == 200
    assert answer.json().keys() == {"words", "draft", "version", "ready"}
    assert (answer.json()["draft"], answer.json()["version"], answer.json()["ready"]) == (
        str(form["draft_id"]),
        1,
        False,
    )
    assert re.fullmatch(
        r"Saved at (\d{1,2}(\.\d\d)?(am|pm)|midday|midnight)\. Only you can see it\.", answer.json()["words"]
    )


def test_draft_save_never_makes_words_ready(bea_client, round, place):
    bea_client.post(autosave(round), box(place, "Typing", "next", ready="1", note=""))
    assert place.drafts.get().ready is False


def test_draft_save_of_a_stale_page_is_a_conflict_with_both_texts(bea_client, round, place):
    draft = save_draft(participation=place, round=round, body="Base").draft
    save_draft(participation=place, round=round, body="Newer", draft_id=draft.pk, expected=1)
    answer = bea_client.post(autosave(round), box(place, "Mine", draft_id=draft.pk, version=1))
    assert answer.status_code == 409
    found = answer.json()
    assert (found["problem"], found["other"]) == ("clash", {"draft": str(draft.pk), "body": "Newer"})
    assert found["draft"] != str(draft.pk)
    assert Draft.objects.get(pk=found["draft"]).body == "Mine"


def test_draft_save_says_when_writing_is_over_or_the_text_too_long(bea_client, session, round, place, lead):
    long = bea_client.post(autosave(round), box(place, "x" * (BODY_LIMIT + 1)))
    assert (long.status_code, long.json()["problem"]) == (422, "refused")
    assert "more than 5,000 characters" in long.json()["words"]
    end_writing(session=session, by=lead)
    over = bea_client.post(autosave(round), box(place, "Late"))
    assert (over.status_code, over.json()["problem"]) == (409, "over")
    assert Draft.objects.count() == 0
    assert bea_client.post(autosave(round), box(place, "Late", note="1")).status_code == 200


def test_draft_save_says_what_came_to_pass_meanwhile_and_nothing_else(bea_client, session, round, place, lead):
    def happened():
        return bea_client.post(autosave(round), box(place, "Late")).json()["happened"]

    end_writing(session=session, by=lead)
    assert happened() == "Writing ended here while you were writing."
    keep_round_closed(round=round, by=lead)
    assert happened() == "This question was kept closed while you were writing: no answers were shown."


def test_draft_save_says_that_the_answers_were_shown_if_they_were(bea_client, session, round, place, lead):
    write(session, round=round)
    reveal_round(round=round, by=lead)
    late = bea_client.post(autosave(round), box(place, "Late")).json()
    assert late["happened"] == "The answers were shown while you were writing."


def test_draft_save_never_writes_into_another_persons_place(bea_client, session, round, place):
    other = session.participations.exclude(pk=place.pk).first()
    answer = bea_client.post(autosave(round), box(other, "Typed by another"))
    assert (answer.status_code, answer.json()["problem"]) == (422, "refused")
    assert Draft.objects.count() == 0


def test_draft_save_leaves_no_line_with_both_a_person_and_a_draft(bea, client, session, round, place, settings, capfd):
    """A17: what is written about saving, to the log or past it, can't join a person and their words."""
    client.force_login(bea)
    written = []

    class Lines(logging.Handler):
        def emit(self, record):
            written.append(self.format(record))

    handler = Lines()
    handler.addFilter(import_string(settings.LOGGING["filters"]["no_personal_data"]["()"])())
    line = settings.LOGGING["formatters"]["line"]
    handler.setFormatter(import_string(line["()"])(line["format"]))
    logging.getLogger().addHandler(handler)
    try:
        drafts = [box(place, f"canary {number}") for number in range(30)]
        for form in drafts:
            client.post(autosave(round), form)
            client.post(autosave(round), form | {"body": "canary again", "version": 0})  # a clash: 409 is logged
            client.post(autosave(round), form | {"body": "canary " * 2000})  # refused: 422 is logged
            client.post(page(round), form | {"version": "broken"})
    finally:
        logging.getLogger().removeHandler(handler)
    assert len(written) > 60
    written += "".join(capfd.readouterr()).splitlines()
    ids = {str(pk) for pk in Draft.objects.values_list("pk", flat=True)} | {str(form["draft_id"]) for form in drafts}
    people = {str(bea.pk), str(place.pk), str(place.membership_id), bea.email, bea.full_name}
    assert [line for line in written if any(each in line for each in people)] == []
    assert [line for line in written if any(each in line for each in ids)] == []
    assert [line for line in written if "canary" in line] == []


# --- Signed out meanwhile -----------------------------------------------------------------------------------------------
def test_draft_write_gives_the_words_back_to_who_was_signed_out(client, round, place):
    answer = client.post(page(round), box(place, "Typed for an hour & <more>"))
    assert answer.status_code == 401
    assert "You have been signed out" in answer.text
    assert "Typed for an hour &amp; &lt;more&gt;" in answer.text
    assert Draft.objects.count() == 0
    assert client.get(page(round)).status_code == 302
    assert client.post(autosave(round), box(place, "By the script")).status_code == 302


def test_draft_write_with_a_form_that_is_too_old_gives_the_words_back(bea, round, place):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(bea)
    answer = strict.post(page(round), box(place, "Typed for an hour"), headers={"sec-fetch-site": "same-origin"})
    assert answer.status_code == 403
    assert "Typed for an hour" in answer.text
    assert Draft.objects.count() == 0


# --- Is there something new? -----------------------------------------------------------------------------------------------
def test_session_state_answers_304_until_something_moved(bea_client, session, round, place, lead):
    address = reverse("reflection:session_state", kwargs={"session_id": session.pk})
    first = bea_client.get(address)
    session.refresh_from_db()
    assert json.loads(first.content) == {"version": session.screen_version}
    same = {"if-none-match": first.headers["ETag"]}
    save_draft(participation=place, round=round, body="What one person writes moves no screen", ready=True)
    assert bea_client.get(address, headers=same).status_code == 304
    keep_round_closed(round=round, by=lead)
    moved = bea_client.get(address, headers=same)
    assert (moved.status_code, moved.json()["version"]) == (200, session.screen_version + 1)


def test_draft_discard_gives_the_box_back_to_who_was_signed_out(client, round, place):
    draft = save_draft(participation=place, round=round, body="To be deleted").draft
    answer = client.post(
        reverse("reflection:draft_discard", kwargs={"draft_id": draft.pk}), box(place, "In the box still")
    )
    assert answer.status_code == 401
    assert "In the box still" in answer.text
    assert Draft.objects.filter(pk=draft.pk).exists()
