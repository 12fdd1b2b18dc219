"""Signed links: each works for its own purpose, until its time, exactly as it was sent."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from partnerships.domain import links
from partnerships.domain.links import LinkRefused, link_purpose, read_link, sign_link

NOW = timezone.now().replace(microsecond=0)
LATER = NOW + timedelta(days=10)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_:=./ \n\x00é"


@pytest.fixture(autouse=True, scope="module")
def _two_purposes():
    for name in ("test_one", "test_two"):
        links.purposes[name] = lambda link: link
    yield
    for name in ("test_one", "test_two"):
        del links.purposes[name]


def make(purpose="test_one", **changes):
    return sign_link(
        purpose, **({"subject": uuid4(), "obj": uuid4(), "expires_at": LATER, "note": "check-ins"} | changes)
    )


def test_a_link_says_what_was_signed():
    subject, obj = uuid4(), uuid4()
    link = read_link("test_one", make(subject=subject, obj=obj), at=NOW)
    assert (link.purpose, link.subject, link.obj, link.partnership) == ("test_one", subject, obj, None)
    assert (link.expires_at, link.note) == (LATER, "check-ins")
    assert read_link("test_one", make(obj=None, note=""), at=NOW).obj is None


def test_the_partnership_is_inside(db, bea, larkmere):
    membership = larkmere.memberships.get(person=bea)
    assert read_link("test_one", make(subject=membership), at=NOW).partnership == larkmere.pk


def test_a_link_is_for_one_purpose():
    with pytest.raises(LinkRefused) as refused:
        read_link("test_two", make(), at=NOW)
    assert not refused.value.expired


def test_a_link_runs_out_at_its_second():
    token = make()
    assert read_link("test_one", token, at=LATER - timedelta(seconds=1))
    with pytest.raises(LinkRefused) as refused:
        read_link("test_one", token, at=LATER)
    assert refused.value.expired


@given(place=st.integers(0, 10_000), put=st.sampled_from(ALPHABET))
def test_no_letter_of_a_link_can_be_changed(place, put):
    token = make(subject=uuid4())
    place %= len(token)
    if token[place] == put:
        return
    with pytest.raises(LinkRefused):
        read_link("test_one", token[:place] + put + token[place + 1 :], at=NOW)


@pytest.mark.parametrize("token", ["", ":", "x", "a:b", "é", "🙂:🙂", "A" * 5000, "AAAA:" + "B" * 43])
def test_noise_is_refused(token):
    with pytest.raises(LinkRefused):
        read_link("test_one", token, at=NOW)


def test_shortened_or_lengthened_is_refused():
    token = make()
    for other in (token[:-1], token[1:], token + "A", "A" + token, token + "=", token.replace(":", "=:")):
        with pytest.raises(LinkRefused):
            read_link("test_one", other, at=NOW)


def test_keys_can_be_changed_without_breaking_links(settings):
    old, settings.SECRET_KEY = settings.SECRET_KEY, "k" * 60
    settings.SECRET_KEY_FALLBACKS = [old]
    new = make()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = old, []
    before = make()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "k" * 60, [old]
    assert read_link("test_one", before, at=NOW)
    assert read_link("test_one", new, at=NOW)
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(LinkRefused):
        read_link("test_one", before, at=NOW)


def test_a_purpose_is_registered_once_and_known():
    with pytest.raises(ValueError, match="already"):
        link_purpose("test_one")(len)
    with pytest.raises(LookupError):
        make("nothing")
