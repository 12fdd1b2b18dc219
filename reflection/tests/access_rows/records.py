"""Records: for their audience and no one else. A reader from outside finds nothing where nothing was shared."""

from partnerships.tests.access_table import GROUP, PROGRAMME, READERS, Row
from reflection.domain.sessions import close_session, share_with_programme
from reflection.models import Session
from reflection.tests.sessions import make_revealed

MEMBERS = {**GROUP, "fay": 404}


def closed(house):
    session, _ = make_revealed(house.larkmere, house.framework, house.of("amina"))
    return {"session_id": close_session(session=session, by=house.of("amina")).pk}


def here(house):
    return {"partnership_id": house.larkmere.pk}


def shared(house):
    kwargs = closed(house)
    share_with_programme(session=Session.objects.get(pk=kwargs["session_id"]), by=house.of("amina"))
    return kwargs


ROWS = [
    Row("reflection:record_detail", MEMBERS, closed),
    Row("reflection:record_word", MEMBERS, closed),
    Row("reflection:record_csv", MEMBERS, closed),
    Row("reflection:record_list", READERS, here),
    Row("reflection:record_shared", PROGRAMME, shared),
    Row("reflection:record_shared_list", PROGRAMME, lambda house: {"programme_id": house.programme.pk}),
]
