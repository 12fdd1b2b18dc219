"""When the demonstration stays away: where nobody is trying out, over real people, and half of it always."""

import pytest
from django.core.management import CommandError, call_command

from partnering.demo.build import Story
from partnerships.tests.access_table import fingerprint
from partnerships.tests.factories import make_person

pytestmark = pytest.mark.django_db


def test_it_is_refused_where_nobody_is_trying_out(settings):
    settings.TRIAL = False
    before = fingerprint()
    with pytest.raises(CommandError, match="The demonstration is for trying out only"):
        call_command("load_demo")
    assert fingerprint() == before


def test_it_is_refused_over_real_people(settings):
    settings.TRIAL = True
    make_person("Bea Nwosu")
    before = fingerprint()
    with pytest.raises(
        CommandError,
        match=r"^There are real people in this database, so the made-up ones stay out\. Nothing was changed\.$",
    ):
        call_command("load_demo")
    assert fingerprint() == before


def test_half_a_telling_leaves_nothing_behind(settings, monkeypatch):
    """A mistake on the last page of the story takes all of it back."""

    def stumble(self):
        raise RuntimeError("on purpose")

    settings.TRIAL = True
    monkeypatch.setattr(Story, "_invite_somebody", stumble)
    call_command("load_frameworks", verbosity=0)
    before = fingerprint()
    with pytest.raises(RuntimeError, match="on purpose"):
        call_command("load_demo")
    assert fingerprint() == before
