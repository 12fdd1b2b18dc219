"""The record as page and files: for its audience, asked again after twelve hours, the same cost whatever its size."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from docx import Document

from reflection.domain.drafts import save_draft
from reflection.domain.outcomes import add_learning
from reflection.domain.rounds_reveal import reveal_session
from reflection.domain.sessions import close_session
from reflection.domain.themes import create_theme
from reflection.enums import Audience
from reflection.models import Participation
from reflection.tests.costs import cost
from reflection.tests.sessions import make_open, make_revealed
from reflection.tests.views.test_outcomes import fill

pytestmark = pytest.mark.django_db
FILES = ("record_word", "record_csv")


def address(name, **kwargs):
    return reverse(f"reflection:{name}", kwargs=kwargs)


@pytest.fixture
def closed(larkmere, framework, lead):
    session, round = make_revealed(
        larkmere, framework, lead, title="How work is shared", audience=Audience.MEMBERS_AND_OBSERVERS
    )
    create_theme(round=round, name="Unseen", by=lead, notice="Time costs.", answer=round.answers.first())
    add_learning(session=session, by=lead, text="Ask first.")
    return close_session(session=session, by=lead)


@pytest.mark.parametrize(
    ("audience", "statuses"),
    [
        (
            Audience.FACILITATORS,
            {"amina": 200, "bea": 403, "tom": 403, "fay": 404, "dan": 404, "lena": 404, "ines": 404},
        ),
        (Audience.TOOK_PART, {"amina": 200, "bea": 200, "tom": 403, "fay": 404, "dan": 404, "lena": 404, "ines": 404}),
        (Audience.MEMBERS, {"amina": 200, "bea": 200, "tom": 200, "fay": 404, "dan": 404, "lena": 404, "ines": 404}),
        (
            Audience.MEMBERS_AND_OBSERVERS,
            {"amina": 200, "bea": 200, "tom": 200, "fay": 200, "dan": 404, "lena": 404, "ines": 404},
        ),
    ],
)
def test_page_word_and_table_are_for_the_same_people(client, house, larkmere, framework, lead, audience, statuses):
    session, _ = make_revealed(larkmere, framework, lead, audience=audience)
    Participation.objects.filter(session=session).exclude(membership__person=house.bea).update(took_part=False)
    close_session(session=session, by=lead)
    for name in ("record_detail", *FILES):
        found = {}
        for person in statuses:
            client.force_login(getattr(house, person))
            found[person] = client.get(address(name, session_id=session.pk)).status_code
        assert (name, found) == (name, statuses)


def test_record_detail_shows_answers_learning_and_who_gets_it(client, closed, bea):
    client.force_login(bea)
    text = client.get(address("record_detail", session_id=closed.pk)).content.decode()
    assert all(
        words in text
        for words in (
            "How work is shared",
            "Unseen",
            "Time costs.",
            "Ask first.",
            "12 of 12 people",
            "12 answers from 12 people.",
        )
    )
    assert "Sector not shown" not in text
    assert "Share with the programme" not in text


def test_record_detail_offers_sharing_to_those_who_facilitate(client, closed, amina):
    client.force_login(amina)
    text = client.get(address("record_detail", session_id=closed.pk)).content.decode()
    assert address("session_share", session_id=closed.pk) in text


def test_files_come_as_files_with_names_that_nobody_typed(client, closed, bea):
    client.force_login(bea)
    word, table = (client.get(address(name, session_id=closed.pk)) for name in FILES)
    assert word["Content-Disposition"] == 'attachment; filename="partnering-record-session-1.docx"'
    assert table["Content-Disposition"] == 'attachment; filename="partnering-record-session-1.csv"'
    assert (table["Content-Type"], table["Cache-Control"]) == ("text/csv; charset=utf-8", "no-store")
    assert Document(io.BytesIO(word.content)).core_properties.title == "How work is shared"


@pytest.mark.parametrize("name", FILES)
def test_files_ask_for_a_fresh_sign_in_after_twelve_hours(client, closed, bea, name):
    client.force_login(bea)
    session = client.session
    session["signed_in_at"] = (timezone.now() - timedelta(hours=13)).timestamp()
    session.save()
    assert client.get(address("record_detail", session_id=closed.pk)).status_code == 200
    asked = client.get(address(name, session_id=closed.pk))
    assert asked.status_code == 302
    assert asked.url.startswith(reverse("account_request_login_code"))


def test_record_list_shows_a_reader_what_was_shared_and_no_trace_of_the_rest(
    client, larkmere, framework, lead, fay, closed
):
    session, _ = make_revealed(larkmere, framework, lead, title="Between members")
    close_session(session=session, by=lead)
    make_open(larkmere, framework, lead, title="Still open")
    client.force_login(fay)
    text = client.get(address("record_list", partnership_id=larkmere.pk)).content.decode()
    assert "How work is shared" in text
    assert "Ask first." in text
    assert "Between members" not in text
    assert "Still open" not in text
    assert "Session 1" not in text, "a number would tell how many there are"
    assert "of 2" not in text


def test_record_list_is_calm_when_nothing_was_shared(client, larkmere, fay, bea):
    for person, words in ((fay, "Nothing has been shared with you yet. That is usual."), (bea, "No records yet")):
        client.force_login(person)
        assert words in client.get(address("record_list", partnership_id=larkmere.pk)).content.decode()


def test_the_readers_navigation_leads_to_the_records(client, larkmere, fay):
    client.force_login(fay)
    text = client.get(address("record_list", partnership_id=larkmere.pk)).content.decode()
    nav = text[text.index('aria-label="Main"') :]
    assert (
        f'href="{address("record_list", partnership_id=larkmere.pk)}" aria-current="page"' in nav[: nav.index("</nav>")]
    )


@pytest.mark.parametrize("audience", [Audience.MEMBERS, Audience.TOOK_PART])
def test_a_record_costs_the_same_whatever_its_size(client, larkmere, framework, lead, house, bea, audience):
    client.force_login(bea)
    costs = []
    for size in (1, 3, 30):
        session = make_open(
            larkmere, framework, lead, questions=2, audience=audience, chaired_by=lead, hosted_by=house.of("tom")
        )
        for round in session.rounds.all():
            for number, participation in enumerate(session.participations.all()):
                save_draft(participation=participation, round=round, body=f"Thought {number}", ready=True)
        reveal_session(session=session, by=lead)
        for number in range(size):
            fill(session, session.rounds.first(), lead, [house.of("bea"), house.of("tom")], number)
        close_session(session=session, by=lead)
        costs.append(cost(client, address("record_detail", session_id=session.pk)))
    assert costs == [8, 8, 8]


def test_record_list_costs_the_same_for_many_records(client, larkmere, framework, lead, bea):
    client.force_login(bea)
    costs = []
    for size in (1, 3, 10):
        while larkmere.sessions.closed().count() < size:
            session, _ = make_revealed(larkmere, framework, lead)
            add_learning(session=session, by=lead, text="L")
            close_session(session=session, by=lead)
        costs.append(cost(client, address("record_list", partnership_id=larkmere.pk)))
    assert costs == [7, 7, 7]
