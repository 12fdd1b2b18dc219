"""The pool of short questions: read from its file, and whose turn it is."""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from django.core.exceptions import ValidationError

from reflection.domain.framework_files import Fields, Listing, Report, Text, is_key, parse_yaml
from reflection.models.checkins import CheckIn

POOL_FILE = Path(__file__).parent.parent / "questions" / "checkins.yaml"
NOT_AGAIN_FOR = timedelta(days=183)  # six months
FEWEST, MOST = 30, 200  # weekly check-ins use 27 in six months

POOL = Fields(
    {
        "questions": Listing(
            Fields(
                {"key": Text(CheckIn, "question_key", validator=is_key), "text": Text(CheckIn, "question")},
            ),
            FEWEST,
            MOST,
        )
    }
)


@dataclass(frozen=True)
class PoolQuestion:
    key: str
    text: str


def read_pool(path=POOL_FILE) -> tuple[PoolQuestion, ...]:
    """Read and check a pool of questions.

    Raises ValidationError with one sentence for each mistake: file, line, field and what to do.
    """
    path = Path(path)
    root = parse_yaml(path, holds="list of questions")
    report = Report(path.name, [])
    content = POOL.read(root, "", report)
    if not report.problems:
        _refuse_same_words(content["questions"], root, report)
    if report.problems:
        raise ValidationError(report.problems)
    return tuple(PoolQuestion(row["key"], row["text"]) for row in content["questions"])


def _refuse_same_words(rows, root, report):
    seen = {}
    for number, (row, node) in enumerate(zip(rows, root.value[0][1].value, strict=True), 1):
        words = row["text"].casefold()
        if words in seen:
            report.add(node, f"questions {number} › text", f"question {seen[words]} has the same words. Keep one.")
        seen.setdefault(words, number)


@cache
def pool() -> tuple[PoolQuestion, ...]:
    """The questions that come with the product, read once."""
    return read_pool()


def next_question(*, partnership, on: date) -> PoolQuestion | None:
    """The question a group is asked on a day: none that it was asked in the six months before.

    Each group goes through the pool in an order of its own. None when all of them were asked of late.
    """
    lately = set(
        CheckIn.objects.of_partnership(partnership)
        .asking_since(on - NOT_AGAIN_FOR)
        .values_list("question_key", flat=True)
    )
    ever = dict(
        CheckIn.objects.of_partnership(partnership)
        .exclude(question_key="")
        .order_by("on")
        .values_list("question_key", "on")
    )
    left = [question for question in pool() if question.key not in lately]
    # The longest unasked first; those never asked in the group's own order.
    return min(
        left, key=lambda question: (ever.get(question.key, date.min), _turn(partnership, question)), default=None
    )


def _turn(partnership, question):
    return hashlib.sha256(f"{partnership.pk}:{question.key}".encode()).digest()
