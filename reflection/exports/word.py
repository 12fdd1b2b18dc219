"""The record of a session as a Word file, with real headings, lists and tables, so that it can be worked on and heard."""

import io
import re

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from reflection.domain.records import Record, sentence

LANGUAGE = "en-GB"
#: Characters that XML has no way to hold.
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def record_as_word(record: Record) -> bytes:
    """The same content as the page, section by section. Returns the bytes of a .docx file."""
    document = Document()
    _set_up(document, record)
    _head(document, record)
    if record.changed:
        document.add_heading("What changed since last time", 1)
        rows = [(row.text, row.who, " ".join(filter(None, [sentence(row.third), row.note]))) for row in record.changed]
        _table(document, ("Action", "Who", "Did we do it?"), rows)
    if record.parts:
        document.add_heading("What people wrote", 1)
    if record.how_shown:
        document.add_paragraph(_plain(record.how_shown))
    for part in record.parts:
        _part(document, part)
    for results in record.ratings:
        _ratings(document, results)
    _points(document, "What we learned", record.learned, bold=False)
    _points(document, "What we decided", record.decided, bold=True)
    if record.agreed:
        document.add_heading("Who will do what", 1)
        _table(document, ("Action", "Who", "By"), [(row.text, row.who, row.third) for row in record.agreed])
    if record.still_open:
        document.add_heading("Still open", 1)
        for text in record.still_open:
            document.add_paragraph(_plain(text), style="List Bullet")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _set_up(document, record):
    """A4, a font that every computer has, and the language, which tells a screen reader how to say it."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin = section.bottom_margin = Cm(1.8)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Verdana", Pt(10)
    for style in document.styles.element.iter(qn("w:lang")):
        style.set(qn("w:val"), LANGUAGE)
    properties = normal.element.get_or_add_rPr()
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), LANGUAGE)
    properties.append(language)
    about = document.core_properties
    about.title, about.author, about.language = _plain(record.title), _plain(record.partnership), LANGUAGE
    about.comments, about.last_modified_by = "", ""


def _head(document, record):
    document.add_paragraph(_plain(f"{record.partnership}. Session {record.number}"))
    document.add_heading(_plain(record.title), 0)
    for words, value in record.facts:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(2)
        paragraph.add_run(f"{words}: ").bold = True
        paragraph.add_run(_plain(value))


def _part(document, part):
    document.add_heading(_plain(f"{part.number}. {part.title}" if part.number else part.title), 2)
    document.add_paragraph(_plain(" ".join(filter(None, [part.intro, part.how_shown]))))
    for group in part.groups:
        if group.name:
            document.add_heading(_plain(group.name), 3)
        for words in group.words:
            paragraph = document.add_paragraph(_plain(words.text), style="List Bullet")
            if words.beside:
                paragraph.add_run(_plain(f" ({words.beside})")).italic = False
        _said(document, "What we noticed", group.notice)
        if group.differs:
            _said(document, "We did not agree", group.different_view or "we see this differently.")


def _ratings(document, results):
    """Each sign in words and as a row of one table; what is seen differently first."""
    document.add_heading(results.title, 1)
    document.add_paragraph(_plain(f"{_people(results.round.people_count)}. What we see differently comes first."))
    rows = []
    for row in results.rows:
        words = [row.in_words, *(f"{label}: {spread.in_words}" for label, spread in row.by_label)]
        words += [f"{number}: {names}" for number, names in row.by_number]
        if row.is_worth_a_talk:
            words.append("Worth a talk")
        rows.append((row.scale.text, ". ".join(words) + ".", str(row.spread.people) if row.spread else ""))
    _table(document, ("Sign", "How many chose each number, from 1 to 5", "People"), rows)


def _people(count):
    return "1 person" if count == 1 else f"{count or 0} people"


def _said(document, words, text):
    if text:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{words}: ").bold = True
        paragraph.add_run(_plain(text))


def _points(document, heading, points, *, bold):
    if not points:
        return
    document.add_heading(heading, 1)
    for point in points:
        paragraph = document.add_paragraph()
        paragraph.add_run(_plain(point.text)).bold = bold
        for more in point.more:
            paragraph.add_run(_plain(f" {more}"))


def _table(document, head, rows):
    """A table whose first row is marked as its header: read out with every cell, and repeated on a new page."""
    table = document.add_table(rows=1, cols=len(head), style="Table Grid")
    for cell, words in zip(table.rows[0].cells, head, strict=True):
        cell.paragraphs[0].add_run(words).bold = True
    marked = table.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001  python-docx has no other way to mark a header row
    header = OxmlElement("w:tblHeader")
    header.set(qn("w:val"), "true")
    marked.append(header)
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.paragraphs[0].add_run(_plain(text))
    document.add_paragraph()


def _plain(text):
    return NOT_IN_XML.sub("", text)
