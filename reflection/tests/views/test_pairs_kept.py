"""What pairs and fours brought can be read afterwards: on the session's page, in the answers, and in the record and its files."""

import io

import pytest
from django.urls import reverse
from docx import Document

from reflection.domain.pairs_words import write_together
from reflection.domain.records import build_record
from reflection.domain.rounds_reveal import reveal_round
from reflection.domain.sessions import close_session
from reflection.enums import RoundKind
from reflection.exports.tables import answers_as_csv
from reflection.exports.word import record_as_word
from reflection.models import Session
from reflection.tests.pairs import in_pairs, make_together, writer_of

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["about a question", "about none"])
def shown(request, larkmere, framework, lead):
    round = make_together(larkmere, framework, lead)
    if request.param == "about none":
        type(round).objects.filter(pk=round.pk).update(question=None)
        round.refresh_from_db()
    pair = in_pairs(round, lead)[0]
    write_together(participation=writer_of(pair), round=round, text="Later meetings", expected=pair.version, ready=True)
    reveal_round(round=round, by=lead)
    round.refresh_from_db()
    return round


def test_answer_list_reads_what_a_pair_brought_without_names(shown, client, bea):
    client.force_login(bea)
    page = client.get(reverse("reflection:answer_list", args=[shown.pk])).content.decode()
    assert "Later meetings" in page and "From a pair" in page and 'name="body"' not in page
    url = reverse("reflection:session_detail", args=[shown.session_id])
    assert reverse("reflection:answer_list", args=[shown.pk]) in client.get(url).content.decode()


def test_the_record_and_its_files_keep_what_a_pair_brought(shown, lead, client, bea):
    close_session(session=shown.session, by=lead)
    record = build_record(Session.objects.with_leads().select_related("partnership").get(pk=shown.session_id))
    [part] = record.parts
    assert part.number is None and part.title.startswith(RoundKind.ACTIVITY.label)
    assert [(words.text, words.label, words.name) for words in part.answers] == [("Later meetings", "From a pair", "")]
    assert '"Later meetings"' in answers_as_csv(record).decode() and '"From a pair"' in answers_as_csv(record).decode()
    lines = [one.text for one in Document(io.BytesIO(record_as_word(record))).paragraphs]
    assert "Later meetings (From a pair)" in lines
    client.force_login(bea)
    page = client.get(reverse("reflection:record_detail", args=[shown.session_id])).content.decode()
    assert "Later meetings" in page and "From a pair" in page
