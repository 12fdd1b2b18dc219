"""The Word file, opened again: real headings, tables with a header row, the language, and every word of the page."""

import io
import zipfile
from datetime import date

import pytest
from docx import Document
from docx.oxml.ns import qn

from reflection.domain.actions import add_action, review_action
from reflection.domain.outcomes import add_decision, add_learning, add_matter
from reflection.domain.records import build_record
from reflection.domain.sessions import close_session
from reflection.domain.themes import create_theme, differ_on_theme
from reflection.exports.word import record_as_word
from reflection.models import Session
from reflection.tests.sessions import make_revealed

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(larkmere, framework, lead):
    before, _ = make_revealed(larkmere, framework, lead)
    action = add_action(session=before, by=lead, text="Move meetings", everyone=True)
    close_session(session=before, by=lead)
    session, round = make_revealed(larkmere, framework, lead, title="A & B <i>together</i>")
    theme = create_theme(
        round=round, name="Unseen & unpaid", by=lead, notice="Time <costs>.", answer=round.answers.first()
    )
    differ_on_theme(theme=theme, by=lead, expected=1, seen_differently=True, different_view="A burden.")
    review_action(action=action, session=session, by=lead, answer="yes", note="Two came back")
    add_learning(session=session, by=lead, text="Not\x0b equal.")
    add_decision(session=session, by=lead, text="The chair moves.", how_agreed="all")
    add_action(session=session, by=lead, text="Count hours", owners=[lead], due_on=date(2098, 1, 2))
    add_matter(session=session, by=lead, text="Who holds the grant?")
    close_session(session=session, by=lead)
    return build_record(Session.objects.with_leads().get(pk=session.pk))


def test_the_file_opens_with_headings_in_order(record):
    document = Document(io.BytesIO(record_as_word(record)))
    headings = [(p.style.name, p.text) for p in document.paragraphs if p.style.name.startswith(("Heading", "Title"))]
    question = f"1. {record.parts[0].title}"
    assert headings == [
        ("Title", "A & B <i>together</i>"),
        ("Heading 1", "What changed since last time"),
        ("Heading 1", "What people wrote"),
        ("Heading 2", question),
        ("Heading 3", "Unseen & unpaid"),
        ("Heading 3", "On their own"),
        ("Heading 1", "What we learned"),
        ("Heading 1", "What we decided"),
        ("Heading 1", "Who will do what"),
        ("Heading 1", "Still open"),
    ]


def test_tables_have_a_header_row_and_their_cells(record):
    document = Document(io.BytesIO(record_as_word(record)))
    changed, agreed = document.tables
    assert [[cell.text for cell in row.cells] for row in changed.rows] == [
        ["Action", "Who", "Did we do it?"],
        ["Move meetings", "All of us", "Yes. Two came back"],
    ]
    assert [cell.text for cell in agreed.rows[1].cells] == ["Count hours", "Amina Rahman", "2 January 2098"]
    for table in document.tables:
        marks = [row._tr.find(f".//{qn('w:tblHeader')}") is not None for row in table.rows]
        assert marks == [True] + [False] * (len(table.rows) - 1)


def test_the_file_is_in_our_language_and_tells_nothing_of_who_made_it(record):
    content = record_as_word(record)
    document = Document(io.BytesIO(content))
    assert {lang.get(qn("w:val")) for lang in document.styles.element.iter(qn("w:lang"))} == {"en-GB"}
    about = document.core_properties
    assert (about.language, about.author, about.title) == ("en-GB", "Larkmere Vale Together", "A & B <i>together</i>")
    assert (about.comments, about.last_modified_by) == ("", "")
    assert {"word/document.xml", "word/styles.xml"} <= set(zipfile.ZipFile(io.BytesIO(content)).namelist())


def test_everything_on_the_page_is_in_the_file(record):
    document = Document(io.BytesIO(record_as_word(record)))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for _, value in record.facts:
        assert value in text
    for words in record.parts[0].answers:
        assert f"{words.text} ({words.beside})" in text
    for said in (
        "What we noticed: Time <costs>.",
        "We did not agree: A burden.",
        "Not equal.",
        "The chair moves. Everyone wanted it.",
        "Who holds the grant?",
        record.how_shown,
    ):
        assert said in text
