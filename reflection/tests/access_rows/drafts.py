"""Writing and reading. Amina, Ruth, Bea and Piotr are asked in every session of Larkmere; Fay only reads."""

from partnerships.tests.access_table import GROUP, GUEST, GUESTS_TOO, Row, only
from reflection.domain.drafts import save_draft, write_for
from reflection.domain.rounds_reveal import add_late_words
from reflection.enums import Attribution
from reflection.tests.sessions import make_open, make_revealed

# A guest is known there, and it is not theirs.
BEA = only("bea") | {GUEST: 404}
FORM = {"methods": ("GET", "POST"), "post": 422}  # nothing was filled in, and the page says so
POST = {"methods": ("POST",)}


def _lead(house):
    return house.of("amina")


def _open(house):
    return make_open(house.larkmere, house.framework, _lead(house))


def session(house):
    return {"session_id": _open(house).pk}


def round(house):
    return {"round_id": _open(house).rounds.get().pk}


def shown(house):
    return {
        "round_id": make_revealed(house.larkmere, house.framework, _lead(house), attribution=Attribution.NAMED)[1].pk
    }


def draft(house):
    place = _open(house).participations.get(membership__person=house.bea)
    return {
        "draft_id": save_draft(participation=place, round=place.session.rounds.get(), body="Bea’s own words").draft.pk
    }


def spoken(house):
    place = _open(house).participations.get(membership__person=house.bea)
    words = write_for(
        participation=place, round=place.session.rounds.get(), body="As she said it", by=_lead(house), read_back=False
    )
    return {"draft_id": words.pk}


def late(house):
    session, round = make_revealed(house.larkmere, house.framework, _lead(house), attribution=Attribution.NAMED)
    place = session.participations.get(membership__person=house.bea)
    return {"answer_id": add_late_words(participation=place, round=round, body="One more thing").pk}


ROWS = [
    Row("reflection:draft_write", GUESTS_TOO, round, **FORM),
    Row("reflection:draft_save", GUESTS_TOO, round, methods=("POST",), post=422),
    # One person's words are absent for everybody else, whoever they are (A6).
    Row("reflection:draft_discard", BEA, draft, **POST),
    Row("reflection:draft_keep", BEA, draft, **POST),
    Row("reflection:draft_confirm", BEA, spoken, **POST),
    Row("reflection:draft_list", GROUP, session),
    Row("reflection:participation_finish", GROUP, session, methods=("GET", "POST")),
    Row(
        "reflection:participation_call",
        GUESTS_TOO,
        session,
        methods=("GET", "POST"),
        data=lambda house: {"call_note": "After six"},
    ),
    Row("reflection:answer_list", GROUP, shown),
    Row("reflection:answer_add", GUESTS_TOO, shown, methods=("POST",), post=422),
    Row("reflection:answer_take_back", GROUP, late, **POST),
    Row("reflection:session_state", GROUP, session),
    Row("reflection:session_ticket", GROUP, session),
]
