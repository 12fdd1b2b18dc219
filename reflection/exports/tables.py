"""What people wrote, as a table for a spreadsheet.

The one danger of such a file is a cell that a spreadsheet runs as a formula (trust S11). The other is
that two columns together say who wrote what: so the file holds questions and words, with what the page
shows beside them, and never who took part (trust A20).
"""

import csv
import io
import unicodedata

from reflection.domain.records import Record
from reflection.domain.spreads import VALUES
from reflection.enums import Attribution

#: First characters that spreadsheets take for the beginning of a formula, or that shift a cell.
STARTS_A_FORMULA = frozenset("=+-@\t\r\n\0")
MINUS_SIGNS = frozenset("\u2212\u2010\u2011\u2012\u2013\u2014")  # typed for a minus; some programs read them as one


def answers_as_csv(record: Record) -> bytes:
    """The answers of a record, UTF-8 with the mark that Excel needs to know it.

    Columns: question and words; between them the label in rounds with sectors or of pairs and fours, or the name where every
    round is shown with names. Answers shown alone have neither column (A20). A session with names in one
    round and sealed answers in another gets no names: they never stand in one file.
    """
    shown = [part for part in record.parts if part.groups]
    ways = {part.attribution for part in shown}
    beside = (
        {"Label": "label"}
        if ways & {Attribution.SECTOR, Attribution.TOGETHER}
        else {"Name": "name"}
        if ways == {Attribution.NAMED}
        else {}
    )
    lines = io.StringIO(newline="")
    table = csv.writer(lines, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    table.writerow(["Question", *beside, "Words"])
    for part in shown:
        for words in sorted(part.answers, key=lambda words: words.order):
            table.writerow(
                [
                    safe_cell(cell)
                    for cell in (part.title, *(getattr(words, name) for name in beside.values()), words.text)
                ]
            )
    return _encoded(lines)


def ratings_as_csv(record: Record) -> bytes:
    """The numbers of a record: how many people chose each. UTF-8 as above.

    Columns: part, sign, whose (everyone, a label, or a name where the group chose names), 1 to 5, can't say. No mean, no score.
    """
    lines = io.StringIO(newline="")
    table = csv.writer(lines, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    table.writerow(["Part", "Sign", "Whose", *VALUES, "Can’t say", "People"])
    for results in record.ratings:
        for row in sorted(results.rows, key=lambda row: row.number):
            start = [results.title, row.scale.text]
            if row.spread is None:
                table.writerow([safe_cell(cell) for cell in (*start, row.in_words)])
                continue
            for whose, spread in (("Everyone", row.spread), *row.by_label):
                figures = (*spread.counts, spread.cant_say, spread.people)
                table.writerow([safe_cell(str(cell)) for cell in (*start, whose, *figures)])
            for number, names in row.by_number:
                table.writerow([safe_cell(cell) for cell in (*start, f"{number}: {names}")])
    return _encoded(lines)


def _encoded(lines):
    return b"\xef\xbb\xbf" + lines.getvalue().encode()


def safe_cell(text: str) -> str:
    """Text that no spreadsheet runs as a formula: such a cell gets an apostrophe in front, and loses nothing.

    Looks past leading spaces and characters that are not seen, and at full-width forms, which are
    folded into plain ones by the programs that open the file.
    """
    text = text.replace("\0", "")
    lead = text.lstrip().lstrip("".join({character for character in text[:64] if _is_unseen(character)}))
    first = unicodedata.normalize("NFKC", lead[:1])[:1]
    if text[:1] in STARTS_A_FORMULA or (first and (first in STARTS_A_FORMULA or first in MINUS_SIGNS)):
        return f"'{text}"
    return text


def _is_unseen(character):
    return character.isspace() or unicodedata.category(character) in ("Cf", "Cc", "Zs")
