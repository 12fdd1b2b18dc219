"""Nothing that came of a session for a few is read by the others, wherever they go: every page they can reach by its links."""

import re

import pytest
from django.urls import reverse

from partnerships.domain.stakeholders import add_stakeholder
from reflection.domain.actions import add_action, review_action
from reflection.domain.outcomes import add_decision, add_learning, add_matter
from reflection.domain.sessions import close_session
from reflection.domain.themes import create_theme
from reflection.enums import Audience
from reflection.models import Participation
from reflection.tests.sessions import make_open, make_revealed

pytestmark = pytest.mark.django_db
LINK = re.compile(r'(?:href|action)="(/[^"#]*)')
SECRET = "Zauberwort"


def everything_said(session, round, lead, words):
    """Each kind of thing that can come of a session, with these words in every text of it."""
    of = {"session": session, "by": lead, "round": round, "theme": create_theme(round=round, name="A theme", by=lead)}
    add_learning(text=f"{words} learned", do_differently=f"{words} differently", **of)
    add_decision(text=f"{words} decided", authority=words, rather_wait=words, how_agreed="consent", **of)
    add_matter(text=f"{words} open", **of)
    return [add_action(text=f"{words} {number}", everyone=True, **of) for number in range(2)]


def walk(client, *begin):
    """The text of every page that the links and forms of the pages lead to, by its address. GET alone, files too."""
    seen, todo = {}, ["/", *begin]
    while todo:
        address = todo.pop()
        if address in seen or address.startswith(("/static", "/accounts")):
            continue
        response = client.get(address)
        seen[address] = response.content.decode(errors="replace")
        if response.status_code == 302:
            todo.append(response.url.partition("#")[0])
        elif "text/html" in response.get("Content-Type", ""):
            todo += [one.replace("&amp;", "&") for one in LINK.findall(seen[address])]
    return seen


@pytest.mark.parametrize("audience", [Audience.FACILITATORS, Audience.TOOK_PART])
@pytest.mark.parametrize(("name", "most"), [("amina", True), ("bea", False), ("fay", False), ("ines", False)])
def test_what_is_for_a_few_is_found_by_nobody_else(client, larkmere, framework, lead, house, audience, name, most):
    secret, round = make_revealed(larkmere, framework, lead, audience=audience, title="For a few")
    Participation.objects.filter(session=secret, membership__person=house.bea).update(took_part=False)
    done, still_open = everything_said(secret, round, lead, SECRET)
    close_session(session=secret, by=lead)
    between = make_open(larkmere, framework, lead, audience=Audience.MEMBERS_AND_OBSERVERS)
    review_action(action=done, session=between, by=lead, answer="yes", note=f"{SECRET} went well")
    close_session(session=between, by=lead)
    now, round = make_revealed(larkmere, framework, lead)
    everything_said(now, round, lead, "Plain words")
    review_action(action=still_open, session=now, by=lead, answer="partly", note=f"{SECRET} half done")
    add_stakeholder(partnership=larkmere, by=lead.person, name="The choir", sector="vcse", ring="wider")
    writing = make_open(larkmere, framework, lead)
    client.force_login(getattr(house, name))
    pages = walk(
        client,
        reverse("reflection:outcome_agree", kwargs={"session_id": now.pk}),
        reverse("reflection:draft_write", kwargs={"round_id": writing.rounds.get().pk}),
    )
    assert len(pages) > (15 if name in ("amina", "bea") else 5)
    assert bool([address for address, text in pages.items() if SECRET in text]) == most
    assert ("Plain words" in "".join(pages.values())) == (name in ("amina", "bea"))
