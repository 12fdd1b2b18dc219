"""Who may open what, for the whole site: every URL has a row, here or in its app, and third-party URLs follow a rule.

ACCESS holds the project's own rows; ROWS in `partnerships/tests/test_access.py` and `reflection/tests/test_access.py` hold theirs.
"""

import ast
from importlib import import_module

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.urls import NoReverseMatch, reverse

from partnering.tests.house import app_code, layer_of, name_of, our_patterns, patterns, trial_patterns

# name: (anonymous, signed in), for GET; every one of them refuses POST with 405.
ACCESS = {
    "home": (200, 200),
    "who_can_see_what": (200, 200),
    "accessibility": (200, 200),
    "help": (200, 200),
    "health_live": (200, 200),
    "health_ready": (200, 200),
}

# The account library's pages, as an anonymous visitor gets them. 302 leads to sign-in or back to the start of its steps.
ACCOUNTS = {
    "account_login": 200,
    "account_logout": 302,
    "account_inactive": 200,
    "account_signup": 200,
    "account_reauthenticate": 302,
    "account_email": 302,
    "account_email_verification_sent": 302,
    "account_change_password": 302,
    "account_set_password": 302,
    "account_reset_password": 200,
    "account_confirm_login_code": 302,
    "account_request_login_code": 200,
    "account_reset_password_from_key_done": 200,
    "account_reset_password_from_key": 200,
    "account_reset_password_done": 200,
}

# What programme admins work with. Nothing a member writes is in the admin (T10, A6).
IN_THE_ADMIN = {
    "partnerships.Dispatch",
    "partnerships.Invitation",
    "partnerships.Person",
    "partnerships.Programme",
    "partnerships.Place",
    "partnerships.Organisation",
    "partnerships.Partnership",
    "partnerships.Membership",
    "reflection.Framework",
    "reflection.Question",
    "reflection.Prompt",
    "reflection.Rhythm",
}

# Every key that a page reads from its address, with what it means. One that names a row is looked up inside what the door handed over (T4).
QUERY_KEYS = {
    "as": "trial: which way to read a kept mail; a word of ours",
    "action": "an action carried into this session, to answer for",
    "answer": "an answer of this round, to be put into the new theme first",
    "circle": "which ring of people to show; a word of ours",
    "draft": "one of my own drafts of this round",
    "find": "letters of a name to look for among the people shown anyway",
    "from": "the round of this session the person came from",
    "mood": "a check-in: the choice that was pressed in the mail, one of five",
    "known": "a live screen: the version that the asker has",
    "look": "whether the form asks about a name that looks like a person's",
    "room": "a check-in: the choice that was pressed in the mail, one of five",
    "round": "a round of this session",
    "to": "trial: whose kept mail to show",
}


def all_rows():
    theirs = [
        row.name for app in ("partnerships", "reflection") for row in import_module(f"{app}.tests.test_access").ROWS
    ]
    return {*ACCESS, *theirs, *(name for name, _, _ in trial_patterns())}


def test_the_trial_pages_are_absent_where_nobody_is_trying_out(client, db):
    assert settings.TRIAL is False
    for name, path, entry in trial_patterns():
        with pytest.raises(NoReverseMatch):
            reverse(name)
        if not entry.pattern.converters:
            assert (path, client.get(f"/{path}").status_code, client.post(f"/{path}").status_code) == (path, 404, 404)


def test_every_url_of_ours_has_a_row_and_every_row_a_url():
    assert all_rows() == {name for name, _, _ in our_patterns()}


def test_every_other_url_is_the_account_library_or_the_admin():
    strangers = {name for name, _, entry in patterns() if not layer_of(entry) and not (name or "").startswith("admin:")}
    assert strangers == set(ACCOUNTS)


@pytest.fixture
def person(db):
    return get_user_model().objects.create_user("pat@example.org", full_name="Pat Reed")


@pytest.mark.parametrize(("name", "statuses"), ACCESS.items())
def test_pages_of_the_project_answer_as_their_row_says(client, person, name, statuses):
    answers = [client.get(reverse(name)).status_code]
    client.force_login(person)
    answers.append(client.get(reverse(name)).status_code)
    assert tuple(answers) == statuses
    assert client.post(reverse(name)).status_code == 405


@pytest.mark.parametrize(("name", "status"), ACCOUNTS.items())
def test_account_pages_answer_a_visitor_as_their_row_says(client, db, name, status):
    kwargs = {"uidb36": "1", "key": "set-password"} if name == "account_reset_password_from_key" else {}
    assert client.get(reverse(name, kwargs=kwargs)).status_code == status


def admin_addresses():
    for name, _, entry in patterns():
        if (name or "").startswith("admin:") and entry.name:
            names = entry.pattern.converters
            yield name, reverse(name, kwargs={key: _sample(key) for key in names}) if names else _plain(name)


def _sample(key):
    return {"content_type_id": 1, "app_label": "partnerships", "url": "nowhere"}.get(
        key, "00000000-0000-4000-8000-000000000000"
    )


def _plain(name):
    """The address of a pattern that is a regular expression, which takes its arguments by position."""
    row = "00000000-0000-4000-8000-000000000000"
    for arguments in ([], ["partnerships"], ["reflection"], [row], [row, "1"]):
        try:
            return reverse(name, args=arguments)
        except NoReverseMatch:
            continue
    raise AssertionError(f"No address for {name}")


def test_the_admin_is_for_staff_alone(client, person):
    addresses = dict(admin_addresses())
    assert len(addresses) > 30
    for name, address in addresses.items():
        answer = client.get(address)
        assert (name, answer.status_code) == (name, 302)
        assert answer.url.partition("?")[0] in {reverse("admin:login"), reverse("account_request_login_code")}
    assert client.get(reverse("admin:login")).url.startswith(reverse("account_request_login_code"))
    client.force_login(person)
    refused = {name: client.get(address).status_code for name, address in addresses.items() if name != "admin:logout"}
    assert {name: status for name, status in refused.items() if status not in (302, 403, 404, 405)} == {}


def test_the_admin_holds_only_what_is_listed():
    reverse("admin:index")  # the table of contents takes two third-party pages out
    assert {model._meta.label for model in admin.site._registry} == IN_THE_ADMIN


def test_every_key_read_from_an_address_is_listed():
    """`request.GET["key"]` is a way in that no URL table shows: what is read is listed, and nothing else is."""
    found = set()
    for _, path, code in app_code():
        keys = dict(_reads(code))
        for part in ast.walk(code):
            if isinstance(part, ast.Attribute) and part.attr == "GET":
                # Handed on whole, or read by a key that is not written out: nobody could say what is read.
                found.add(keys.get(part, f"{name_of(path)}:{part.lineno}"))
    assert found == set(QUERY_KEYS)


def _reads(code):
    """(the `request.GET`, the key) of each `request.GET["key"]`, `.get("key")` and `.getlist("key")`."""
    for part in ast.walk(code):
        if isinstance(part, ast.Subscript):
            source, key = part.value, part.slice
        elif isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and part.args:
            source, key = part.func.value, part.args[0]
        else:
            continue
        if isinstance(key, ast.Constant):
            yield source, key.value
