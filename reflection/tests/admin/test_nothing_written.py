"""Nothing that a member writes is in the admin: by the list of what it holds, and by walking every page of it (T5, T10, A6)."""

import re
from collections import Counter
from urllib.parse import urljoin, urlsplit

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models
from django.urls import reverse
from django.utils import timezone

from partnerships.domain.members import set_brings
from partnerships.domain.stakeholders import record_position
from partnerships.tests.factories import make_stakeholder
from reflection.domain.drafts import save_draft
from reflection.domain.rounds_reveal import reveal_round
from reflection.domain.themes import create_theme
from reflection.models.actions import Action, ActionOwner, ActionReview
from reflection.models.answers import Answer
from reflection.models.outcomes import Decision, Learning, Matter
from reflection.tests.sessions import make_open, write

# Not written by a member: the words of the framework, and what a programme itself knows of its partnerships.
REFERENCE = {
    "partnerships": {"Programme", "Place", "Organisation", "Partnership", "Person", "Dispatch", "IdempotencyKey"},
    "reflection": {"Framework", "Question", "Prompt", "Characteristic", "Activity", "Resource", "Rhythm"},
}
# What the admin may show of a model that also holds words of members.
SHOWN = {
    "Membership": {
        "person",
        "partnership",
        "organisation",
        "joined_on",
        "left_on",
        "takes_part",
        "facilitates",
        "observes",
    },
    "Person": {
        "full_name",
        "called",
        "email",
        "time_zone",
        "is_active",
        "is_staff",
        "joined_at",
        "partnerships_in_words",
    },
}
MARK = "canary"
PAGES_OF_A_KIND = 2  # every row carries the mark, so any two do


def written_models():
    for app, reference in REFERENCE.items():
        for model in apps.get_app_config(app).get_models():
            if model.__name__ not in reference and not model.__name__.startswith("Historical"):
                yield model


def written_fields(model):
    """The columns that hold a member's own words."""
    for field in model._meta.fields:
        words = isinstance(field, models.CharField | models.TextField) and field.editable and not field.choices
        if words and not isinstance(field, models.EmailField) and field.name != "label":
            yield field


def test_models_with_words_of_members_are_not_in_the_admin():
    registered = {model for model in admin.site._registry if model in set(written_models())}
    assert {model.__name__ for model in registered} == {"Membership", "Invitation"}


@pytest.mark.parametrize("name", SHOWN)
def test_what_is_shown_of_a_person_is_listed(name):
    page = admin.site._registry[apps.get_model("partnerships", name)]
    columns = {name for name in page.list_display if hasattr(page.model, name)} | set(page.fields)
    assert columns - SHOWN[name] == set()
    assert page.inlines == ()
    asked = {
        *page.search_fields,
        *(item[0] if isinstance(item, tuple) else item for item in page.list_filter if not isinstance(item, type)),
    }
    written = {field.name for field in written_fields(apps.get_model("partnerships", "Membership"))}
    assert not {part for name in asked for part in name.split("__")} & written


def test_no_page_reaches_a_model_with_words_of_members():
    """Neither a column, a search, a filter nor an inline of any page leads to one."""
    written = set(written_models()) - {
        apps.get_model("partnerships", "Membership"),
        apps.get_model("partnerships", "Invitation"),
    }
    for model, page in admin.site._registry.items():
        paths = [
            *page.search_fields,
            *(
                item[0] if isinstance(item, tuple) else item
                for item in page.list_filter
                if isinstance(item, str | tuple)
            ),
        ]
        for path in paths:
            assert not set(_models_on(model, path)) & written, (model, path)
        assert not {inline.model for inline in page.inlines} & written


def _models_on(model, path):
    for part in path.split("__"):
        field = model._meta.get_field(part)
        if not field.is_relation:
            return
        model = field.related_model
        yield model


@pytest.fixture
def written(larkmere, framework, lead, bea):
    """Larkmere with a row of everything a member can write, and a mark in every one of its words."""
    member = larkmere.memberships.get(person=bea)
    set_brings(membership=member, brings=[("skill", "Cooking")], by=bea)
    group = make_stakeholder(larkmere, bea)
    record_position(stakeholder=group, agreement=3, trust=3, by=bea)
    session = make_open(larkmere, framework, lead)
    write(session, words=f"{MARK} of {{}}")
    round = reveal_round(round=session.rounds.get(), by=lead).round
    create_theme(round=round, name="Time", by=lead)
    now = timezone.now()
    for model in (Learning, Decision, Matter, Action):
        model.objects.create(session=session, round=round, text="Words", added_by=lead, added_at=now)
    ActionOwner.objects.create(action=Action.objects.get(), membership=member)
    ActionReview.objects.create(action=Action.objects.get(), session=session, answer="yes", note="Words")
    later = make_open(larkmere, framework, lead)
    save_draft(participation=later.participations.get(membership=member), round=later.rounds.get(), body="Words")
    marked = {"Answer"}  # as it was written: nobody can change a sealed one afterwards
    assert all(MARK in body for body in Answer.objects.values_list("body", flat=True))
    for model in set(written_models()) - {Answer}:
        names = [(field.name, field.max_length) for field in written_fields(model)]
        for number, row in enumerate(model.objects.values_list("pk", flat=True)):
            model.objects.filter(pk=row).update(
                **{name: f"{MARK} {number} {name}"[:longest] for name, longest in names}
            )
            marked.add(model.__name__)
    assert {
        "Membership",
        "Bring",
        "MembershipChange",
        "Stakeholder",
        "Session",
        "Draft",
        "Answer",
        "Theme",
        "Learning",
        "Action",
    } <= marked
    return larkmere


def crawl(client):
    """The pages of the admin that a person reaches by its links, as {address: text}: two of each kind, one filter at a time."""
    start = reverse("admin:index")
    seen, waiting, kinds = {}, [start], Counter()
    while waiting:
        address = waiting.pop(0)
        kind = re.sub(r"[0-9a-f-]{36}|history/\d+|=.*", "", address)
        if address in seen or kinds[kind] >= PAGES_OF_A_KIND or "logout" in address:
            continue
        kinds[kind] += 1
        seen[address] = client.get(address, follow=True).content.decode()
        for link in re.findall(r'href="([^"]+)"', seen[address]):
            parts = urlsplit(urljoin(address, link.replace("&amp;", "&")))
            if parts.path.startswith(start) and "&" not in parts.query and not re.match(r"(o|p|_facets)=", parts.query):
                waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return seen


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["superuser", "ines"])
def test_a_walk_through_the_whole_admin_finds_no_word_of_a_member(client, written, quarry_end, house, who):
    client.force_login(getattr(house, who))
    pages = crawl(client)
    assert len(pages) > 40
    assert [address for address, text in pages.items() if MARK in text] == []
    if who == "ines":
        theirs = ("Quarry End Growers", "Dan Achterberg", str(quarry_end.pk), str(house.dan.pk))
        assert [address for address, text in pages.items() if any(words in text for words in theirs)] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "key",
    [
        "sessions__why_now__icontains",
        "sessions__rounds__answers__body__icontains",
        "owner_partnership__memberships__limits",
    ],
)
def test_an_address_cannot_ask_a_framework_about_its_sessions(client, superuser, key):
    client.force_login(superuser)
    assert client.get(reverse("admin:reflection_framework_changelist"), {key: "tired"}).status_code == 400
