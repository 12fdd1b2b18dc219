from html import unescape

import pytest
from django.urls import reverse

from partnerships.tests.cast import membership_of
from reflection.models.framework import Framework
from reflection.tests.frameworks import own_version
from reflection.tests.sessions import make_plan


@pytest.fixture
def page(client, larkmere, bea):
    client.force_login(bea)
    return lambda name="framework_detail": unescape(
        client.get(reverse(f"reflection:{name}", args=[larkmere.pk])).content.decode()
    )


def test_framework_detail_shows_every_word_of_the_framework(page, framework):
    text = page()
    words = [framework.attribution, framework.source_url]
    for question in framework.questions.all():
        words += [question.title, question.explanation, *question.prompts.values_list("text", flat=True)]
    words += framework.characteristics.values_list("text", flat=True)
    for resource in framework.resources.all():
        words += [resource.title, resource.author, resource.sentence]
    assert [each for each in words if each not in text] == []


def test_framework_detail_shows_the_version_in_use_for_this_partnership(page, framework, programme, ines):
    draft = own_version(framework, ines, current=False, owner_programme=programme)
    prompt = draft.questions.get(number=1).prompts.first()
    prompt.text = "Who sleeps better because of us?"
    prompt.save()
    assert "Who sleeps better because of us?" not in page()
    Framework.objects.filter(pk=draft.pk).update(is_current=True)
    assert "Who sleeps better because of us?" in page()


def test_framework_detail_links_only_what_the_source_links(page, framework):
    text = page()
    assert text.count('rel="noopener noreferrer"') == 1
    framework.resources.filter(key="myrons-maxims").update(url="https://example.org/maxims")
    assert '<a href="https://example.org/maxims" rel="noopener noreferrer">Myron’s maxims</a>' in page()


def test_activity_list_shows_cards_with_their_steps(page, framework):
    text = page("activity_list")
    words = [
        word
        for card in framework.activities.all()
        for word in [card.name, card.people, card.why, card.credit, *card.steps]
    ]
    assert [each for each in words if each not in text] == []


@pytest.mark.parametrize(
    ("name", "title"), [("framework_detail", "The questions are not here yet"), ("activity_list", "No cards yet")]
)
def test_page_before_any_framework_is_loaded_says_so(page, name, title):
    assert title in page(name)


@pytest.mark.parametrize(("name", "queries"), [("framework_detail", 8), ("activity_list", 5)])
def test_page_costs_the_same_with_more_versions(
    client, larkmere, bea, amina, framework, ines, programme, django_assert_num_queries, name, queries
):
    client.force_login(bea)
    url = reverse(f"reflection:{name}", args=[larkmere.pk])
    client.get(url)
    with django_assert_num_queries(queries):
        client.get(url)
    make_plan(larkmere, own_version(framework, ines, owner_programme=programme), membership_of(amina, larkmere))
    with django_assert_num_queries(queries):
        client.get(url)


@pytest.mark.parametrize("name", ["framework_detail", "activity_list"])
def test_framework_pages_are_for_the_group(client, house, framework, name):
    url = reverse(f"reflection:{name}", args=[house.larkmere.pk])
    seen = {}
    for person in ("amina", "bea", "fay", "lena", "dan"):
        client.force_login(getattr(house, person))
        seen[person] = client.get(url).status_code
    assert seen == {"amina": 200, "bea": 200, "fay": 403, "lena": 404, "dan": 404}
