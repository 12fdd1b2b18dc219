"""Home, the overview, the pages at the foot and the admin as people meet them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from reflection.domain.actions import add_action
from reflection.domain.drafts import save_draft
from reflection.domain.rounds_reveal import reveal_session
from reflection.domain.sessions import close_session
from reflection.enums import Attribution
from reflection.tests.sessions import make_open, make_revealed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def scene(larkmere, framework, lead):
    """A session with names that is over, one that is open, and an action that is late."""
    at = timezone.now() - timedelta(days=200)
    past = make_open(larkmere, framework, lead, at=at, questions=2, attribution=Attribution.NAMED)
    for place in past.participations.all()[:10]:
        for round in past.rounds.all():
            save_draft(participation=place, round=round, body="Words", ready=True, at=at)
    reveal_session(session=past, by=lead, at=at)
    past.refresh_from_db()
    close_session(session=past, by=lead, at=at + timedelta(days=9))
    make_open(larkmere, framework, lead, questions=5)
    shown, _ = make_revealed(larkmere, framework, lead)
    add_action(
        session=shown,
        text="Ask the cooks which evening suits them",
        owners=[lead],
        due_on=timezone.localdate() + timedelta(days=3),
        by=lead,
    )
    return larkmere


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_pages_are_clean_for_axe_and_fit_320_px(open_browser, faults, scene, amina, dark):
    foot = [reverse(name) for name in ("who_can_see_what", "accessibility", "help")]
    overview = reverse("reflection:insight_overview", args=[scene.pk])
    assert faults(open_browser(amina, dark=dark), [reverse("home"), overview, *foot]) == []
    assert faults(open_browser(dark=dark), [reverse("home"), *foot]) == []


def test_the_admin_keeps_to_the_policy_of_what_a_page_may_load(open_browser, scene, superuser):
    """open_browser fails on a breach of the policy or an error of a script."""
    page = open_browser(superuser)
    page.goto(reverse("admin:index"))
    lists = [link.get_attribute("href") for link in page.locator("#content-main th a").all()]
    assert len(lists) == 10
    for address in lists:
        assert page.goto(address).status == 200
        if first := page.locator("#result_list tbody th a").all():
            first[0].click()
            page.wait_for_load_state()
            if page.locator("a.historylink").count():
                page.locator("a.historylink").click()
                page.wait_for_load_state()
    for model in ("invitation", "place", "organisation", "programme"):
        assert page.goto(reverse(f"admin:partnerships_{model}_add")).status == 200
