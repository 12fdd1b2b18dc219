"""The canary crawl (trust T5): marked words are looked for on every page, export, screen and mail that somebody can reach.

Two marks: one in everything that Larkmere ever wrote, which nobody outside may meet; one in every word that was not shown
yet, which nobody but its writer may meet, those who facilitate included.
"""

import io
import re
import zipfile
from collections import Counter, deque
from itertools import chain
from urllib.parse import urljoin, urlsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partnering.tests.browser.furnished import furnish
from partnerships.domain.dispatch import send_dispatches
from partnerships.domain.members import update_profile
from partnerships.models.partnerships import Partnership
from reflection.domain.drafts import save_draft
from reflection.domain.live_rooms import come_in
from reflection.models.checkins import CheckInAnswer
from reflection.models.drafts import Draft
from reflection.models.participations import Participation
from reflection.tests.admin.test_nothing_written import written_fields
from reflection.tests.sessions import make_live

pytestmark = [pytest.mark.django_db, pytest.mark.postgres_only]
FOREIGN, UNSHOWN = "zqlark", "zqhush"
#: The admin has a walk of its own (`reflection/tests/admin`); signing out would end this one.
NOT_WALKED = re.compile(rf"^/{settings.ADMIN_PATH}|sign-out|logout")
OF_A_KIND = 3  # pages of one kind, by its address without ids: every row carries the mark, so any will do
#: Shared by many groups, or known to all: no group's own words.
SHARED = {
    "Person", "Programme", "Place", "Organisation", "Framework", "Question", "Prompt", "Characteristic", "Activity", "Resource",
    "IdempotencyKey", "Dispatch",
}  # fmt: skip


@pytest.fixture
def things(house, framework):
    things = furnish(house, framework)
    things.live = make_live(house.larkmere, framework, things.lead, title="In the room now", questions=2)
    for place in things.live.participations.all():
        come_in(participation=place)
        save_draft(participation=place, round=things.live.rounds.first(), body="Being written", ready=True)
    return things


# --- Marking -------------------------------------------------------------------------------------------------------
def path_to_partnership(model):
    """How a row leads to its partnership, as a lookup; None for what belongs to no group."""
    ways, seen = deque([("", model)]), {model}
    while ways:
        path, here = ways.popleft()
        for field in here._meta.fields:
            if field.is_relation and field.related_model not in seen and field.related_model.__name__ not in SHARED:
                way = f"{path}__{field.name}" if path else field.name
                if field.related_model is Partnership:
                    return way
                seen.add(field.related_model)
                ways.append((way, field.related_model))
    return None


def mark_everything(partnership):
    """Put the mark into every word of one group's rows; returns the columns that hold it, as "Model.field"."""
    marked = set()
    for model in chain(*(apps.get_app_config(name).get_models() for name in ("partnerships", "reflection"))):
        path = "pk" if model is Partnership else path_to_partnership(model)
        if path is None or model.__name__ in SHARED or model.__name__.startswith("Historical"):
            continue
        for number, row in enumerate(model.objects.filter(**{path: partnership.pk}).values_list("pk", flat=True)):
            for field in written_fields(model):
                words = f"{FOREIGN} {number} {field.name}"[: field.max_length]
                try:
                    with transaction.atomic():
                        model.objects.filter(pk=row).update(**{field.name: words})
                except DatabaseError:
                    continue  # the database has its own idea of this column: a code, a key, a sealed answer
                if FOREIGN in words:
                    marked.add(f"{model.__name__}.{field.name}")
    return marked


# --- Walking -------------------------------------------------------------------------------------------------------
def text_of(answer):
    """All that an answer says, what is packed into it included."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"\n".join(packed.read(name) for name in packed.namelist())
    return body.decode(errors="replace") + str(answer.headers)


def walk(client, *starts):
    """Every page that a person reaches by links from these addresses, as {address: all that it says}."""
    seen, kinds, waiting = {}, Counter(), deque(["/", *starts])
    while waiting:
        address = waiting.popleft()
        kind = re.sub(r"[0-9a-f-]{36}|=[^&]*", "", address)
        if address in seen or kinds[kind] >= OF_A_KIND or NOT_WALKED.search(address):
            continue
        kinds[kind] += 1
        answer = client.get(address, follow=True)
        seen[address] = text_of(answer)
        for link in re.findall(r'(?:href|data-live-[a-z]+|data-poll[a-z-]*)="([^"]+)"', seen[address]):
            parts = urlsplit(urljoin(address, link.replace("&amp;", "&")))
            if (
                parts.netloc in ("", "testserver")
                and parts.path.startswith("/")
                and not parts.path.startswith("/static/")
            ):
                waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return seen


def browser_of(person):
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def holding(pages, mark):
    return [address for address, text in pages.items() if mark in text]


def addresses_of(things):
    """Larkmere's own addresses, as somebody might have been sent them."""
    session, live = things.shown.pk, things.live.pk
    names = (
        "live_console",
        "live_screen",
        "live_follow",
        "live_follow_state",
        "live_screen_state",
        "live_mine",
        "session_ticket",
    )
    return [
        *(reverse(f"reflection:{name}", args=[live]) for name in names),
        *(reverse(f"reflection:{name}", args=[session]) for name in ("session_detail", "session_run", "outcome_agree")),
        *(
            reverse(f"reflection:{name}", args=[things.past.pk])
            for name in ("record_detail", "record_word", "record_csv")
        ),
        reverse("reflection:answer_list", args=[things.grouping.pk]),
        reverse("partnerships:partnership_detail", args=[things.larkmere.pk]),
    ]


# --- What is looked for ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["dan", "lena", None])
def test_nobody_outside_meets_a_word_of_the_group(things, house, who):
    marked = mark_everything(things.larkmere)
    assert len(marked) >= 40, sorted(marked)
    pages = walk(browser_of(who and getattr(house, who)), *addresses_of(things))
    assert len(pages) >= (8 if who is None else 20)
    assert holding(pages, FOREIGN) == []
    assert holding(pages, "Larkmere Vale Together") == []


def mark_unshown():
    """A mark with its writer's name in every word that was not shown: drafts, notes, what was said to oneself."""
    for draft in Draft.objects.select_related("participation"):
        Draft.objects.filter(pk=draft.pk).update(body=f"{UNSHOWN} {draft.participation_id}")
    CheckInAnswer.objects.filter(words_to="me").update(words=f"{UNSHOWN} in a check-in")


@pytest.mark.parametrize("who", ["amina", "ruth", "bea", "fay", "ines"])
def test_nobody_meets_a_word_of_another_that_was_not_shown(things, house, who):
    limits = {
        "hopes": "",
        "limits": f"{UNSHOWN} on my profile",
        "room_hours": None,
        "authority": "view",
        "consult_whom": "",
        "consult_days": "",
    }
    joyce = things.larkmere.memberships.get(person=house.joyce)
    update_profile(membership=joyce, by=house.joyce, expected=joyce.version, brings=[], **limits)
    mark_unshown()
    assert Draft.objects.filter(body__startswith=UNSHOWN).count() >= 30
    person = getattr(house, who)
    pages = walk(browser_of(person), *addresses_of(things))
    own = {f"{UNSHOWN} {pk}" for pk in Participation.objects.of(person).values_list("pk", flat=True)}
    met = {found for text in pages.values() for found in re.findall(rf"{UNSHOWN} [0-9a-z -]+", text)}
    assert {
        words for words in met if words.strip() not in own and not any(words.startswith(mine) for mine in own)
    } == set()
    if who == "bea":
        assert met, "her own words are there for her: the walk can find what it looks for"


def test_no_mail_holds_a_word_that_somebody_wrote_in_a_session(things, settings):
    settings.MAIL_FROM_HOUR, settings.MAIL_UNTIL_HOUR = 0, 24
    mark_unshown()
    send_dispatches(at=timezone.now())
    assert len(mail.outbox) > 10
    for letter in mail.outbox:
        said = str(letter.message())
        assert UNSHOWN not in said
        assert "We cook on the day" not in said  # what was shown is for the page, not for a mail (E13)
