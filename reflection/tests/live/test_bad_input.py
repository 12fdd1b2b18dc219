"""What no page of ours sends: every button and every form of a live session answers it in words, and changes nothing."""

import pytest
from django.urls import reverse
from django.utils import timezone

from reflection.domain.live import go_next, reveal_led
from reflection.domain.rounds_planning import RoundChoice
from reflection.domain.sessions import close_session
from reflection.enums import RoundKind
from reflection.models import Draft, LivePlace
from reflection.tests.sessions import make_live, write
from reflection.views.live_commands import COMMANDS

pytestmark = pytest.mark.django_db

ID = "0b5ae32c-4c2d-4c0f-9d6c-60a2f0f7a4b1"
HOSTILE = [
    "",
    "x",
    "²",
    "-1",
    "1" * 5000,
    "9" * 30,
    "\x00",
    f"{ID}\x00",
    ID,
    f"{ID}:",
    f"{ID}:x",
    f"{ID}:²",
    f"{ID}:{'1' * 5000}",
]
HOSTILE += [
    f"{ID}:{'9' * 30}",
    f"{ID}:\x00",
    f"{ID}:{ID}",
    "x:x",
    "x:1",
    "1:x",
    "1:\x00",
    ":",
    "::::",
    "1" * 5000 + ":pairs",
]


@pytest.fixture
def session(larkmere, framework, lead):
    return make_live(larkmere, framework, lead)


@pytest.fixture
def shown(session, lead):
    write(session, 6)
    assert reveal_led(session=session, by=lead, expected=1)
    go_next(session=session, by=lead, expected=2)
    return session


@pytest.fixture
def together(larkmere, framework, lead):
    activity = RoundChoice.together(RoundKind.ACTIVITY, framework.questions.first())
    return make_live(larkmere, framework, lead, choices=[activity])


@pytest.mark.parametrize("name", COMMANDS)
def test_a_button_that_is_none_says_so(client, amina, shown, together, name):
    client.force_login(amina)
    for session in (shown, together):
        address = reverse("reflection:live_command", args=[session.pk])
        for about in HOSTILE:
            answer = client.post(address, {"command": f"{name}:{about}"}, headers={"Accept": "application/json"})
            assert answer.status_code in (200, 409, 422), (name, about)
            assert "words" in answer.json()


@pytest.mark.parametrize("command", ["", ":", "\x00", "next\x00:1", "x" * 5000])
def test_a_command_that_is_none_says_so(client, amina, session, command):
    client.force_login(amina)
    address = reverse("reflection:live_command", args=[session.pk])
    answer = client.post(address, {"command": command}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()) == (422, {"words": "Choose one of the buttons on this page."})


@pytest.mark.parametrize(
    ("word", "kept"),
    [("\x00", []), ("Co\x00production", ["Co production"]), ("A" * 5000, []), ("\u2028", []), (" a \t b ", ["a b"])],
)
def test_a_word_that_is_none_is_refused_and_others_are_one_line(client, larkmere, framework, lead, bea, word, kept):
    question = RoundChoice.together(RoundKind.QUESTION, framework.questions.first())
    session = make_live(larkmere, framework, lead, choices=[RoundChoice.together(RoundKind.ARRIVE), question])
    client.force_login(bea)
    for name in ("live_arrive", "live_flag"):
        assert client.post(reverse(f"reflection:{name}", args=[session.pk]), {"word": word}).status_code == 302
    assert [one.word for one in session.flagged_words.all()] == kept
    assert list(Draft.objects.values_list("body", flat=True)) == kept


def test_pages_of_one_s_own_part_take_any_draft(client, session, bea):
    client.force_login(bea)
    for draft in HOSTILE:
        assert client.get(reverse("reflection:live_mine", args=[session.pk]), {"draft": draft}).status_code == 200
        assert (
            client.get(reverse("reflection:live_follow_state", args=[session.pk]), {"known": draft}).status_code == 200
        )


@pytest.mark.parametrize("form", ["pair_alone", "pair_write", "pair_bring", "pair_join", "pair_pass"])
def test_forms_of_pairs_take_anything(client, together, bea, form):
    client.force_login(bea)
    address = reverse(f"reflection:{form}", args=[together.rounds.get().pk])
    for words in HOSTILE:
        fields = dict.fromkeys(
            ("pair", "draft", "group", "version", "text", "ready", "unheard", "body", "place", "draft_id"), words
        )
        assert client.post(address, fields).status_code in (302, 409, 422), words
        fields.pop("pair")
        assert client.post(address, fields).status_code in (302, 409, 422), words


@pytest.mark.parametrize("typed", [*HOSTILE, "BCDF23\x00", "ＢＣＤＦ23", "BCDF２３"])
def test_a_code_may_be_anything(client, session, typed):
    assert client.post(reverse("reflection:guest_code"), {"code": typed}).status_code in (302, 422)


@pytest.mark.parametrize("name", ["live_hand", "live_here", "live_finish"])
def test_nobody_is_there_once_it_is_over(client, session, lead, bea, name):
    """A press that comes late leaves no trace of who was there: that was forgotten when the session closed."""
    close_session(session=session, by=lead, at=timezone.now())
    client.force_login(bea)
    client.post(reverse(f"reflection:{name}", args=[session.pk]), {"up": "1"})
    assert not LivePlace.objects.exists()
