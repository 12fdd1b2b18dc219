"""Pages of a check-in: the link that opens one form, the page of what came back, the rhythm."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partnerships.domain.links import sign_link
from partnerships.enums import BounceKind, SeenBy
from partnerships.models.bounces import AddressSuppression
from reflection.domain.checkins import answer_checkin, close_checkin
from reflection.emails.checkins import reply_url
from reflection.models.checkins import CheckInAnswer, CheckInInvitee
from reflection.models.rhythms import Rhythm, RhythmPause
from reflection.tests.checkins import make_checkin, make_rhythm, place_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def checkin(larkmere):
    make_rhythm(larkmere)
    return make_checkin(larkmere, at=timezone.now())


@pytest.fixture
def place(checkin, bea):
    return place_in(checkin, bea)


@pytest.fixture
def link(place):
    return reply_url(place).removeprefix("http://127.0.0.1:8000")


def page_of(person, name, **kwargs):
    client = Client()
    client.force_login(person)
    return client.get(reverse(f"reflection:{name}", kwargs=kwargs)).content.decode()


# --- The link ----------------------------------------------------------------------------------------------------------
def test_checkin_reply_is_answered_without_signing_in(client, link):
    sent = client.post(link, {"room": 2, "words": "Samir.", "words_to": "group", "know_to": "facilitators"})
    assert (sent.status_code, sent["Location"]) == (302, f"{link}sent/")
    answer = CheckInAnswer.objects.get()
    assert (answer.room, answer.words) == (2, "Samir.")
    assert "Thank you. That is all" in client.get(sent["Location"]).content.decode()
    assert "_auth_user_id" not in client.session


def test_checkin_reply_opens_with_the_choice_of_the_mail_and_saves_nothing(client, link):
    page = client.get(f"{link}?room=2").content.decode()
    assert 'name="room" value="2" checked' in page
    for _ in range(3):
        client.get(f"{link}?room=2")
        client.head(f"{link}?room=5")
    assert not CheckInAnswer.objects.exists()


@pytest.mark.parametrize("asked", ["room=9", "room=x", "room=²", "mood=12", "room=%00"])
def test_checkin_reply_takes_no_other_choice(client, link, asked):
    assert " checked" not in client.get(f"{link}?{asked}").content.decode().partition('name="words_to"')[0]


def test_checkin_reply_twice_edits_one_answer(client, link):
    first = {"mood": 4, "words": "Samir.", "words_to": "group", "know_to": "facilitators"}
    client.post(link, first)
    client.post(link, {"mood": 2, "words": "", "words_to": "me", "know_to": "facilitators"})
    answer = CheckInAnswer.objects.get()
    assert (answer.mood, answer.words, answer.words_to) == (2, "Samir.", SeenBy.GROUP)


def test_a_forwarded_link_shows_no_names_no_answers_and_no_way_further(client, link, place, larkmere):
    for other in CheckInInvitee.objects.filter(checkin=place.checkin).select_related("membership"):
        answer_checkin(
            invitee=other, words="Canary words.", words_to=SeenBy.GROUP, know="Canary.", know_to=SeenBy.GROUP
        )
    for address in (link, f"{link}sent/"):
        page = client.get(address).content.decode()
        assert "Canary" not in page
        assert "pn-nav" not in page
        for membership in larkmere.memberships.select_related("person"):
            assert membership.person.full_name not in page
            assert membership.person.email not in page


def test_the_partner_is_not_named_behind_a_link(client, larkmere, bea):
    place = place_in(make_checkin(larkmere, at=timezone.now(), asks_partner=True), bea)
    page = client.get(reply_url(place).removeprefix("http://127.0.0.1:8000")).content.decode()
    assert place.speaks_for.membership.person.full_name not in page
    assert "Sign in to see whose" in page


def test_not_this_time_behind_a_link(client, link, place):
    page = client.post(link, {"not_now": "1"}, follow=True).content.decode()
    assert "That is fine" in page
    place.refresh_from_db()
    assert place.declined_at is not None


def test_a_closed_checkin_says_so_and_takes_words(client, link, checkin):
    close_checkin(checkin=checkin)
    assert "This one has closed, and you are still welcome" in client.get(link).content.decode()
    client.post(link, {"mood": 5, "words_to": "group", "know_to": "facilitators"})
    assert CheckInAnswer.objects.get().mood == 5


def test_an_empty_form_keeps_the_page_and_says_what_to_do(client, link):
    answer = client.post(link, {"words_to": "group", "know_to": "facilitators"})
    assert answer.status_code == 422
    assert "Choose or write something first" in answer.content.decode()


def test_the_link_of_someone_who_left_opens_nothing(client, link, place):
    membership = place.membership
    membership.left_on = membership.joined_on
    membership.save(update_fields=["left_on"])
    assert client.get(link).status_code == 404
    assert client.post(link, {"mood": 3}).status_code == 404


def test_an_expired_link_is_gone(client, place):
    token = sign_link("checkin_answer", subject=place.membership, obj=place, expires_at=timezone.now() - timedelta(1))
    address = reverse("reflection:checkin_reply", kwargs={"token": token})
    assert client.get(address).status_code == 410
    answer = client.post(address, {"words": "Samir moved the rota.", "know": "Away on Friday."})
    assert answer.status_code == 410
    assert "Samir moved the rota." in answer.content.decode()
    assert "Away on Friday." in answer.content.decode()
    assert not CheckInAnswer.objects.exists()


# --- What came back ----------------------------------------------------------------------------------------------------
def test_checkin_detail_is_for_those_who_have_answered(checkin, place, bea, tom):
    answer_checkin(invitee=place_in(checkin, tom), words="Joyce rang on a bad day.", words_to=SeenBy.GROUP)
    ids = {"checkin_id": checkin.pk}
    before = page_of(bea, "checkin_detail", **ids)
    assert "Answer first, then you see what came back" in before
    assert "Joyce rang" not in before
    answer_checkin(invitee=place, mood=3)
    after = page_of(bea, "checkin_detail", **ids)
    assert "Joyce rang on a bad day." in after
    assert "Tom Oyelaran" in after


def test_numbers_show_once_closed_and_never_with_a_name(checkin, bea, larkmere):
    for other in CheckInInvitee.objects.filter(checkin=checkin).select_related("membership"):
        answer_checkin(invitee=other, mood=2, room=1)
    ids = {"checkin_id": checkin.pk}
    assert "The shape comes later" in page_of(bea, "checkin_detail", **ids)
    close_checkin(checkin=checkin)
    page = page_of(bea, "checkin_detail", **ids)
    assert "Chosen most: a bit low." in page
    main = page.partition('<main id="main"')[2].partition("</main>")[0]
    for membership in larkmere.memberships.select_related("person"):
        assert membership.person.full_name not in main


def test_words_for_facilitators_and_for_oneself_stay_there(checkin, bea, tom, amina):
    answer_checkin(invitee=place_in(checkin, bea), words="For leads.", words_to=SeenBy.FACILITATORS)
    answer_checkin(invitee=place_in(checkin, tom), words="For me.", words_to=SeenBy.ME)
    answer_checkin(invitee=place_in(checkin, amina), mood=3)
    ids = {"checkin_id": checkin.pk}
    detail, lead = page_of(amina, "checkin_detail", **ids), page_of(amina, "checkin_lead", **ids)
    assert "For leads." not in detail
    assert "For leads." in lead
    assert "For me." not in detail + lead


def test_an_answer_signed_in_comes_back_with_what_was_said(checkin, place, bea):
    client = Client()
    client.force_login(bea)
    address = reverse("reflection:checkin_answer", kwargs={"checkin_id": checkin.pk})
    client.post(address, {"mood": 4, "know": "Away.", "know_to": "me", "words_to": "group"})
    page = client.get(address).content.decode()
    assert 'name="mood" value="4" checked' in page
    assert "Away." in page


def test_from_one_to_the_next_shows_what_one_answered(larkmere, bea, tom):
    make_rhythm(larkmere)
    for days in (28, 14):
        made = make_checkin(larkmere, at=timezone.now() - timedelta(days=days))
        for other in made.invitees.exclude(membership__person=tom):
            answer_checkin(invitee=other, mood=2)
        close_checkin(checkin=made)
    ids = {"partnership_id": larkmere.pk}
    page = page_of(bea, "checkin_list", **ids)
    assert "From one to the next" in page
    assert 'class="s2" x="0.0" y="1" width="200.0"' in page
    assert "Much as on " in page
    assert "From one to the next" not in page_of(tom, "checkin_list", **ids)


@pytest.mark.parametrize("name", ["checkin_list", "checkin_detail"])
def test_pages_cost_the_same_however_much_is_there(name, larkmere, checkin, bea, django_assert_max_num_queries):
    for other in CheckInInvitee.objects.filter(checkin=checkin).select_related("membership"):
        answer_checkin(invitee=other, mood=2, words="Words.", words_to=SeenBy.GROUP)
    close_checkin(checkin=checkin)
    ids = {"partnership_id": larkmere.pk} if name == "checkin_list" else {"checkin_id": checkin.pk}
    client = Client()
    client.force_login(bea)
    address = reverse(f"reflection:{name}", kwargs=ids)
    client.get(address)  # the first page of a day moves the end of the session on
    with django_assert_max_num_queries(8):
        client.get(address)


# --- The rhythm ----------------------------------------------------------------------------------------------------------
FORM = {
    "version": 0, "is_on": "yes", "every_weeks": 2, "weekday": 1, "hour": 9, "asks_mood": "on",
    "pause_from": "", "pause_until": "", "pause_words": "",
}  # fmt: skip


@pytest.fixture
def desk(client, amina):
    client.force_login(amina)
    return client


def test_rhythm_update_keeps_a_rhythm_and_a_pause(desk, larkmere):
    address = reverse("reflection:rhythm_update", kwargs={"partnership_id": larkmere.pk})
    first, last = (str(timezone.localdate() + timedelta(days=days)) for days in (1, 9))
    answer = desk.post(address, FORM | {"pause_from": first, "pause_until": last, "pause_words": "We rest."})
    assert answer.status_code == 302
    rhythm = Rhythm.objects.get()
    assert (rhythm.every_weeks, rhythm.weekday, rhythm.asks_mood, rhythm.asks_room) == (2, 1, True, False)
    assert RhythmPause.objects.get().words == "We rest."
    assert "The next five" in desk.get(address).content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"asks_mood": ""}, "Choose at least one thing to ask."),
        ({"pause_from": "2099-01-01"}, "A pause needs both days"),
        ({"pause_from": "2099-01-09", "pause_until": "2099-01-01"}, "The last day can’t be before the first."),
        ({"pause_from": "2020-01-01", "pause_until": "2020-01-02"}, "This pause is over already."),
        ({"hour": 3}, "Choose a time from the list."),
    ],
)
def test_rhythm_update_refuses_and_changes_nothing(desk, larkmere, changes, words):
    answer = desk.post(reverse("reflection:rhythm_update", kwargs={"partnership_id": larkmere.pk}), FORM | changes)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert not Rhythm.objects.exists()
    assert not RhythmPause.objects.exists()


def test_rhythm_update_shows_a_clash(desk, larkmere):
    rhythm = make_rhythm(larkmere)
    Rhythm.objects.filter(pk=rhythm.pk).update(version=5, every_weeks=4)
    answer = desk.post(
        reverse("reflection:rhythm_update", kwargs={"partnership_id": larkmere.pk}), FORM | {"version": 1}
    )
    assert answer.status_code == 409
    assert Rhythm.objects.get().every_weeks == 4


def test_rhythm_mail_shows_the_mail(desk, larkmere):
    page = desk.get(reverse("reflection:rhythm_mail", kwargs={"partnership_id": larkmere.pk})).content.decode()
    assert "How are things, Amina?" in page
    assert "5. Plenty" in page


def test_rhythm_update_says_how_many_we_cannot_reach_and_never_who(desk, larkmere, bea, django_assert_max_num_queries):
    address = reverse("reflection:rhythm_update", args=[larkmere.pk])
    assert "We cannot reach" not in desk.get(address).content.decode()
    AddressSuppression.objects.create(address=bea.email.lower(), kind=BounceKind.HARD)
    make_rhythm(larkmere)
    with django_assert_max_num_queries(8):
        page = desk.get(address).content.decode()
    assert "We cannot reach 1 person: our mail comes back." in page
    assert bea.full_name not in page
