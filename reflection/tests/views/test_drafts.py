"""Writing: the page, its buttons, and words that are not one's own."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from partnerships.domain.members import leave_partnership
from partnerships.tests.factories import make_member
from reflection.domain.drafts import BODY_LIMIT, save_draft, write_for
from reflection.domain.sessions import close_session
from reflection.enums import OF_A_SESSION, Audience
from reflection.models.drafts import Draft
from reflection.models.outcomes import Decision, Learning
from reflection.tests.sessions import make_open, make_plan, make_revealed, write
from reflection.tests.writing import box, page

pytestmark = pytest.mark.django_db


# --- The page ------------------------------------------------------------------------------------------------------
def test_draft_write_says_before_the_box_who_will_see_it(bea_client, round):
    html = bea_client.get(page(round)).text
    assert "Only you can see this until Amina or Ruth shows the answers." in html
    assert html.index('id="promise"') < html.index("<textarea")
    assert re.search(r'<textarea[^>]*aria-describedby="promise body-hint"', html)
    assert "Question 1 of 5" in html
    for number in range(1, 6):
        assert f'data-q="{number}"' in html


@pytest.mark.parametrize("attribution", OF_A_SESSION)
def test_draft_write_promises_what_the_group_chose(client, bea, larkmere, framework, lead, attribution):
    client.force_login(bea)
    html = client.get(page(make_open(larkmere, framework, lead, attribution=attribution).rounds.get())).text
    promised = {
        "named": "Then it is shown with your name",
        "sector": "It will be shown with your sector if at least 3 people from each sector answer",
        "anonymous": "It will be shown with no name and no sector.",
    }
    assert {name for name, words in promised.items() if words in html} == {attribution}
    assert ("data-names=" in html) is (attribution != "named")


def test_draft_write_costs_at_most_eight_queries_with_any_number_of_words(
    bea_client, session, round, place, lead, django_assert_max_num_queries
):
    bea_client.get(page(round))  # the first visit of a day writes down that it was made
    for count in (0, 3, 30):
        for number in range(count):
            save_draft(participation=place, round=round, body=f"Thought {count} {number}", ready=True)
        write_for(participation=place, round=round, body=f"Spoken {count}", by=lead, read_back=False)
        with django_assert_max_num_queries(8):
            assert bea_client.get(page(round)).status_code == 200


def test_draft_write_shows_nobody_elses_words(bea_client, session, round):
    write(session, round=round, words="Secret of {}")
    html = bea_client.get(page(round)).text
    assert "Secret of bea@larkmere.example" in html
    assert html.count("Secret of") == 1


def test_draft_write_next_makes_the_words_ready_and_goes_on(bea_client, session, round, place):
    answer = bea_client.post(page(round), box(place, "My thought"))
    assert answer.status_code == 302
    assert answer.url == page(session.rounds.all()[1])
    draft = place.drafts.get()
    assert (draft.body, draft.ready, draft.round_id) == ("My thought", True, round.pk)


def test_draft_write_sent_twice_is_one_draft(bea_client, round, place):
    form = box(place, "Pressed twice")
    assert [bea_client.post(page(round), form).status_code for _ in range(2)] == [302, 302]
    assert place.drafts.count() == 1


def test_draft_write_after_the_last_question_leads_to_the_end(bea_client, session, place):
    last = session.rounds.last()
    answer = bea_client.post(page(last), box(place, "The last word"))
    assert answer.url == reverse("reflection:participation_finish", kwargs={"session_id": session.pk})


def test_draft_write_skip_keeps_the_words_unready(bea_client, session, round, place):
    assert bea_client.post(page(round), box(place, "Not sure yet", "skip")).url == page(session.rounds.all()[1])
    assert place.drafts.get().ready is False
    assert bea_client.post(page(round), box(place, "", "skip")).status_code == 302
    assert place.drafts.count() == 1


def test_draft_write_another_thought_gets_an_empty_box_and_lists_the_first(bea_client, round, place):
    answer = bea_client.post(page(round), box(place, "The first thought", "add"))
    assert answer.url == f"{page(round)}?draft=new"
    html = bea_client.get(answer.url).text
    assert "The first thought" in html.split("</textarea>")[1]
    assert html.split("<textarea")[1].split(">")[1].split("<")[0].strip() == ""
    assert "Ready to be shown" in html


def test_draft_write_opening_another_thought_keeps_the_box_first(bea_client, round, place):
    other = save_draft(participation=place, round=round, body="The other one").draft
    answer = bea_client.post(page(round), box(place, "In the box", "open", open=other.pk))
    assert answer.url == f"{page(round)}?draft={other.pk}"
    assert set(place.drafts.values_list("body", flat=True)) == {"The other one", "In the box"}
    assert "The other one" in bea_client.get(answer.url).text.split("<textarea")[1].split("</textarea")[0]


def test_draft_write_a_note_to_myself_is_never_ready(bea_client, round, place):
    bea_client.post(page(round), box(place, "For me alone", "note"))
    draft = place.drafts.get()
    assert (draft.note, draft.ready) == (True, False)
    html = bea_client.get(f"{page(round)}?draft={draft.pk}").text
    assert "Only you will ever see this note." in html


def test_draft_write_keeps_both_when_another_tab_was_first(bea_client, round, place):
    draft = save_draft(participation=place, round=round, body="As it was").draft
    save_draft(participation=place, round=round, body="By the phone", draft_id=draft.pk, expected=1)
    answer = bea_client.post(page(round), box(place, "By the laptop", draft_id=draft.pk, version=1), follow=True)
    html = answer.text
    assert "Both are kept" in html
    assert "By the phone" in html
    assert "By the laptop" in html
    assert place.drafts.count() == 2


def test_draft_write_long_words_are_refused_and_stay_in_the_box(bea_client, round, place):
    assert BODY_LIMIT == 5_000
    long = "ä" * (BODY_LIMIT + 1)
    answer = bea_client.post(page(round), box(place, long))
    assert answer.status_code == 422
    assert "more than 5,000 characters" in answer.text
    assert long in answer.text
    assert "Error:" in answer.text.split("</title>")[0]
    assert place.drafts.count() == 0


def test_draft_write_windows_line_ends_are_the_same_words(bea_client, round, place):
    draft = save_draft(participation=place, round=round, body="one\ntwo").draft
    bea_client.post(page(round), box(place, "one\r\ntwo", draft_id=draft.pk, version=1))
    draft.refresh_from_db()
    assert (draft.body, draft.version, draft.ready) == ("one\ntwo", 1, True)


# --- Words of others, foreign ids, people who were not asked --------------------------------------------------------
def test_draft_write_with_somebody_elses_draft_leaves_it_alone(bea_client, session, round, place):
    theirs = write(session, round=round, words="Theirs {}")[0].drafts.get()
    bea_client.post(page(round), box(place, "Mine now", draft_id=theirs.pk, version=1))
    theirs.refresh_from_db()
    assert theirs.body.startswith("Theirs")
    assert place.drafts.exclude(body__startswith="Theirs").get().body == "Mine now"
    assert "Theirs" not in bea_client.get(f"{page(round)}?draft={theirs.pk}").text.replace(
        "Theirs bea@larkmere.example", ""
    )


def test_draft_write_ignores_fields_that_are_not_its_own(bea_client, session, round, place, larkmere, framework, lead):
    other = make_open(larkmere, framework, lead)
    foreign = framework.questions.last().prompts.first()
    extra = {
        "prompt": foreign.pk,
        "participation": other.participations.first().pk,
        "round": other.rounds.get().pk,
        "confirmed": "",
        "ready": "1",
    }
    bea_client.post(page(round), box(place, "Only the box counts", "skip", **extra))
    draft = place.drafts.get()
    assert (draft.prompt_id, draft.participation_id, draft.round_id, draft.ready) == (None, place.pk, round.pk, False)


def test_draft_write_refuses_a_page_of_somebody_else_on_this_device(bea_client, session, round, place):
    ruths = session.participations.exclude(pk=place.pk).first()
    answer = bea_client.post(page(round), box(ruths, "Typed by another"))
    assert answer.status_code == 422
    assert "Someone else has signed in on this device" in answer.text
    assert "Typed by another" in answer.text
    assert Draft.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "value"), [("draft_id", "1"), ("version", "-1"), ("version", ""), ("version", "9" * 40), ("place", "x")]
)
def test_draft_write_with_a_broken_page_keeps_the_words(bea_client, round, place, field, value):
    answer = bea_client.post(page(round), box(place, "Safe and sound", **{field: value}))
    assert answer.status_code == 422
    assert "Safe and sound" in answer.text
    assert Draft.objects.count() == 0


def test_draft_write_for_who_was_not_asked_is_a_page_in_words(client, round, larkmere):
    late = make_member(larkmere)
    client.force_login(late.person)
    answer = client.get(page(round))
    assert answer.status_code == 403
    assert client.get(reverse("reflection:draft_write", kwargs={"round_id": uuid4()})).status_code == 404


def test_draft_write_is_absent_for_strangers_and_for_who_left(client, round, dan, bea, larkmere):
    client.force_login(dan)
    assert client.get(page(round)).status_code == 404
    client.force_login(bea)
    leave_partnership(membership=larkmere.memberships.get(person=bea), by=bea)
    assert client.get(page(round)).status_code == 404


def test_draft_write_before_the_session_opens_says_when_it_can_be_used(bea_client, larkmere, framework, lead):
    plan = make_plan(larkmere, framework, lead, opens_at=timezone.now() + timedelta(days=1))
    assert bea_client.get(page(plan.rounds.get())).status_code == 404  # nobody was told of it yet


# --- Last time -------------------------------------------------------------------------------------------------------
def close_with(larkmere, framework, lead, model, text, **fields):
    session, round = make_revealed(larkmere, framework, lead, **fields)
    model.objects.create(session=session, round=round, text=text, added_by=lead)
    return close_session(session=session, by=lead)


def test_draft_write_tells_what_came_of_it_last_time(bea_client, larkmere, framework, lead, session, round):
    close_with(larkmere, framework, lead, Learning, "We learned to ask first.")
    newest = close_with(larkmere, framework, lead, Decision, "We share the notes.")
    html = bea_client.get(page(round)).text
    assert "We share the notes." in html
    assert "We learned to ask first." not in html
    assert str(newest.pk) in html
    assert "We share the notes." not in bea_client.get(page(session.rounds.all()[1])).text


def test_draft_write_tells_nothing_of_a_record_that_is_not_for_me(
    bea_client, client, ruth, larkmere, framework, lead, round
):
    close_with(larkmere, framework, lead, Decision, "For those who lead.", audience=Audience.FACILITATORS)
    assert "For those who lead." not in bea_client.get(page(round)).text
    client.force_login(ruth)
    assert "For those who lead." in client.get(page(round)).text


# --- One draft of mine ------------------------------------------------------------------------------------------------
def test_draft_discard_and_keep_also_keep_what_stands_in_the_box(bea_client, round, place):
    first, second = (save_draft(participation=place, round=round, body=body).draft for body in ("First", "Second"))
    bea_client.post(
        reverse("reflection:draft_discard", kwargs={"draft_id": first.pk}), box(place, "In the box", "skip")
    )
    bea_client.post(
        reverse("reflection:draft_keep", kwargs={"draft_id": second.pk}), box(place, "In the box, more", "skip")
    )
    assert set(place.drafts.values_list("body", "note")) == {
        ("Second", True),
        ("In the box", False),
        ("In the box, more", False),
    }


def test_draft_discard_of_somebody_else_is_absent(bea_client, session, round):
    theirs = write(session, round=round)[0].drafts.get()
    for verb in ("discard", "keep", "confirm"):
        assert bea_client.post(reverse(f"reflection:draft_{verb}", kwargs={"draft_id": theirs.pk})).status_code == 404
    theirs.refresh_from_db()
    assert (theirs.note, theirs.ready) == (False, True)


def test_draft_confirm_makes_spoken_words_count(bea_client, round, place, lead):
    words = write_for(participation=place, round=round, body="As she said it", by=lead, read_back=False)
    html = bea_client.get(page(round)).text
    assert "Amina wrote this down for you" in html
    assert "Yes, that is what I said" in html
    bea_client.post(reverse("reflection:draft_confirm", kwargs={"draft_id": words.pk}))
    words.refresh_from_db()
    assert (words.ready, words.confirmed) == (True, True)
