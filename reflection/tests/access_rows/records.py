"""Records: for their audience and no one else. A reader from outside finds nothing where nothing was shared."""

from partnerships.tests.access_table import GROUP, READERS, Row
from reflection.domain.sessions import close_session
from reflection.tests.sessions import make_revealed

MEMBERS = {**GROUP, "fay": 404}


def closed(house):
    session, _ = make_revealed(house.larkmere, house.framework, house.of("amina"))
    return {"session_id": close_session(session=session, by=house.of("amina")).pk}


def here(house):
    return {"partnership_id": house.larkmere.pk}


ROWS = [
    Row("reflection:record_detail", MEMBERS, closed),
    Row("reflection:record_word", MEMBERS, closed),
    Row("reflection:record_csv", MEMBERS, closed),
    Row("reflection:record_list", READERS, here),
]
