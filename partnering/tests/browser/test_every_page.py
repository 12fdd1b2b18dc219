"""Every page of ours, as the person with the most to see on it: phone and desk, dark and light, and on the smallest screen.

A new URL fails `test_every_page_is_walked` until it has an entry here, or stands among those that are no page.
"""

import pytest
from django.urls import reverse

from partnering import urls_trial
from partnering.demo.build import address_of
from partnering.mailbox import kept_messages
from partnering.tests.browser.furnished import furnish
from partnering.tests.browser.rules import Inspector
from partnering.tests.house import our_patterns
from partnering.tests.test_access import ACCOUNTS
from partnering.urls import urlpatterns as real_urls
from partnering.views import bad_request as handler400  # noqa: F401  this module is a table of contents too, with the trial in it
from partnerships.domain.dispatch import send_dispatches
from partnerships.domain.dispatch_mail import unsubscribe_url
from partnerships.domain.mail_choices import fewer_token
from partnerships.domain.members import join_partnership
from partnerships.domain.people import create_person
from partnerships.enums import MailSeries
from partnerships.tests.test_access import ROWS as OURS
from reflection.domain.checkins import decline_checkin
from reflection.emails.checkins import reply_url
from reflection.tests.sessions import make_live, make_open
from reflection.tests.test_access import ROWS as THEIRS

urlpatterns = [*real_urls, *urls_trial.urlpatterns]

# Addresses that answer a GET with something other than a page, each with its reason.
NO_PAGE = {
    "health_live": "an answer for a machine",
    "health_ready": "an answer for a machine",
    "reflection:session_state": "a version number for the script that asks whether the session has moved on",
    "reflection:pair_state": "what the others of a pair have typed, for the script that asks",
    "reflection:guest_state": "one word for the script that asks at the door of a session",
    "reflection:guest_wait": "leads to the page for the code; what stands there for who asked: reflection/tests/browser/test_guests.py",
    "reflection:live_console_state": "the screen for the script that asks whether the room has moved on",
    "reflection:live_screen_state": "the screen for the script that asks whether the room has moved on",
    "reflection:live_follow_state": "the screen for the script that asks whether the room has moved on",
    "reflection:live_mine": "one's own part of a page, which a script puts into it",
    "reflection:live_lead": "the forms of who leads, which a script puts into the console",
    "reflection:session_ticket": "a ticket for the script that listens",
    "partnerships:mail_choice_mine": "leads to one's own page of reminders",
    "reflection:record_word": "a file to keep",
    "reflection:record_csv": "a file to keep",
    "reflection:record_ratings": "a file to keep",
    "reflection:calendar_feed": "dates for a calendar program",
    "trial_message_page": "a kept mail as it was sent, in a sandbox inside the page trial_message",
}
# Middle steps of the account library: a visit from nowhere leads back to the first step. `test_journeys.py` goes through the code.
MIDDLE_STEPS = {
    "account_confirm_login_code",
    "account_email_verification_sent",
    "account_reset_password_from_key",
    "account_reauthenticate",
}

here = lambda t: {"partnership_id": t.larkmere.pk}  # noqa: E731
bea = lambda t: {"membership_id": t.bea.pk}  # noqa: E731


def in_session(*names):
    return [lambda t, name=name: {"session_id": getattr(t, name).pk} for name in names]


def in_round(*names):
    return [lambda t, name=name: {"round_id": getattr(t, name).pk} for name in names]


def thing(kind, name=""):
    return [lambda t: {f"{kind}_id": getattr(t, name or kind).pk}]


def checkin(name):
    return lambda t: {"checkin_id": getattr(t, name).pk}


def checkin_token(t):
    return {"token": reply_url(t.place).rstrip("/").rpartition("/")[2]}


def declined_token(t):
    place = t.checkin.invitees.select_related("membership", "checkin").exclude(pk=t.place.pk).first()
    decline_checkin(invitee=place)
    return {"token": reply_url(place).rstrip("/").rpartition("/")[2]}


def token(name):
    return lambda t: {"token": getattr(t, name).token}


def stop_link(t):
    """The link that stops Bea's check-ins, as it stands in her mail."""
    url = unsubscribe_url(person=t.house.bea, series=MailSeries.CHECK_INS, partnership=t.larkmere)
    return {"token": url.rstrip("/").rpartition("/")[2]}


def fewer_link(t):
    return {"token": fewer_token(membership=t.place.membership, expires_at=t.checkin.closes_at)}


def live(t):
    """A session that the room is in, made once."""
    if not hasattr(t, "live_session"):
        t.live_session = make_live(t.larkmere, t.framework, t.lead, title="All in one room")
    return {"session_id": t.live_session.pk}


def room_not_open(t):
    return {"session_id": make_open(t.larkmere, t.framework, t.lead, mode="live", title="Soon in one room").pk}


nothing = [lambda t: {}]
WRITING = [lambda t, at=at: {"round_id": t.rounds[at].pk} for at in (0, 1, 2, 4)]

# Who walks over which page, and in which states: URL name → what its address names, once for each state.
WALKS = {
    "amina": {
        "home": nothing,
        "who_can_see_what": nothing,
        "partnerships:partnership_detail": [here],
        "partnerships:partnership_update": [here],
        "partnerships:partnership_raise": [here],
        "partnerships:partnership_first_steps": [here],
        "partnerships:membership_list": [here],
        "partnerships:membership_detail": [bea],
        "partnerships:membership_change": [bea],
        "partnerships:membership_end": [bea],
        "partnerships:lead_create": [here],
        "partnerships:lead_end": thing("lead_term", "term"),
        "partnerships:stakeholder_list": [here],
        "partnerships:stakeholder_create": [here],
        "partnerships:stakeholder_detail": thing("stakeholder"),
        "partnerships:stakeholder_update": thing("stakeholder"),
        "partnerships:stakeholder_position_create": thing("stakeholder"),
        "partnerships:invitation_create": [here],
        "reflection:framework_detail": [here],
        "reflection:activity_list": [here],
        "reflection:insight_overview": [here],
        "reflection:checkin_list": [here],
        "reflection:checkin_detail": [checkin("past_checkin")],
        "reflection:checkin_lead": [checkin("past_checkin")],
        "reflection:rhythm_update": [here],
        "reflection:rhythm_mail": [here],
    },
    "ruth": {
        "reflection:live_begin": [room_not_open],
        "reflection:live_console": [live],
        "reflection:live_screen": [live],
        "reflection:session_list": [here],
        "reflection:session_plan": [here],
        "reflection:session_edit": in_session("draft", "coming"),
        "reflection:session_preview": in_session("draft"),
        "reflection:session_open": in_session("coming"),
        "reflection:session_detail": in_session("writing", "coming", "past"),
        "reflection:session_run": in_session("writing", "shown", "named"),
        "reflection:session_more_time": in_session("writing"),
        "reflection:meeting_update": in_session("writing"),
        "reflection:session_end_writing": in_session("writing"),
        "reflection:session_reveal": in_session("writing"),
        "reflection:round_reveal": in_round("too_few"),
        "reflection:draft_write_for": in_session("writing"),
        "reflection:session_cancel": in_session("writing"),
        "reflection:session_close": in_session("shown"),
        "reflection:session_share": in_session("past"),
        "reflection:theme_board": in_round("grouping", "choosing", "named_round"),
        "reflection:theme_create": in_round("grouping"),
        "reflection:theme_update": thing("theme"),
        "reflection:theme_differ": thing("theme"),
        "reflection:theme_merge": thing("theme"),
        "reflection:theme_delete": thing("theme"),
        "reflection:outcome_agree": in_session("shown"),
        "reflection:learning_update": thing("learning"),
        "reflection:learning_delete": thing("learning"),
        "reflection:learning_review": thing("learning", "due"),
        "reflection:decision_update": thing("decision"),
        "reflection:decision_delete": thing("decision"),
        "reflection:matter_delete": thing("matter"),
        "reflection:action_update": [*thing("action"), *thing("action", "agreed")],
        "reflection:action_delete": thing("action"),
        "reflection:learning_list": [here],
        "reflection:record_detail": in_session("past"),
    },
    "bea": {
        "home": nothing,
        "help": nothing,
        "partnerships:membership_detail": [bea],
        "partnerships:membership_profile": [bea],
        "partnerships:membership_ring": [bea],
        "partnerships:membership_leave": [bea],
        "partnerships:mail_choice_update": [bea],
        "partnerships:person_update": nothing,
        "account_email": nothing,
        "account_logout": nothing,
        "account_set_password": nothing,
        "reflection:session_list": [here],
        "reflection:session_detail": in_session("writing", "gone_session", "shown"),
        "reflection:draft_write": [*WRITING, *in_round("too_few", "grouping", "named_round")],
        "reflection:draft_list": in_session("writing", "gone_session"),
        "reflection:participation_finish": in_session("writing"),
        "reflection:participation_call": in_session("writing"),
        "reflection:answer_list": in_round("grouping", "named_round", "too_few"),
        "reflection:round_rate": in_round("rating", "rated"),
        "reflection:rating_list": in_round("rated", "rating"),
        "reflection:pair_detail": in_round("pairs"),
        "reflection:theme_board": in_round("grouping"),
        "reflection:vote_choose": in_round("choosing"),
        "reflection:outcome_agree": in_session("shown"),
        "reflection:action_list": [here],
        "reflection:record_list": [here],
        "reflection:record_detail": in_session("past"),
        "reflection:checkin_answer": [checkin("checkin")],
        "reflection:calendar_detail": nothing,
        "reflection:live_follow": [live],
        "reflection:checkin_detail": [checkin("checkin"), checkin("past_checkin")],
    },
    "fay": {"reflection:record_list": [here], "reflection:record_detail": in_session("past")},
    "helen": {"partnerships:partnership_found": thing("invitation", "founding"), "account_change_password": nothing},
    "ines": {  # looks after a programme, and is in no group
        "home": nothing,
        "reflection:record_shared_list": [lambda t: {"programme_id": t.house.programme.pk}],
        "reflection:record_shared": in_session("private"),
    },
    "": {  # nobody has signed in
        "home": nothing,
        "accessibility": nothing,
        "partnerships:invitation_read": [token("invitation"), token("reading"), token("founder_link")],
        "reflection:guest_code": nothing,
        "reflection:guest_join": [lambda t: live(t) and {"code": t.live_session.join_code.code}],
        "partnerships:mail_stop": [stop_link],
        "partnerships:mail_fewer": [fewer_link],
        "reflection:checkin_reply": [checkin_token],
        "reflection:checkin_reply_sent": [declined_token],
        "account_request_login_code": nothing,
        "account_login": nothing,
        "account_signup": nothing,
        "account_inactive": nothing,
        "account_reset_password": nothing,
        "account_reset_password_done": nothing,
        "account_reset_password_from_key_done": nothing,
    },
}
TRIAL = {
    "trial_home": nothing[0],
    "trial_mail": nothing[0],
    "trial_message": lambda t: {"name": t.kept_mail},
    "trial_reset": nothing[0],
}
# Refusals are pages too: who, URL name, what its address names, status.
REFUSALS = [
    ("bea", "partnerships:invitation_create", here, 403),
    ("dan", "partnerships:partnership_detail", here, 404),
    ("", "partnerships:invitation_read", token("gone"), 410),
    ("", "partnerships:invitation_read", lambda t: {"token": "cut-off-while-copying"}, 404),
]


def walked():
    return {name for walk in WALKS.values() for name in walk} | set(TRIAL)


def pages():
    """Every URL of ours and of the account library, without those that the access tables know to take a POST alone."""
    only_posts = {row.name for row in (*OURS, *THEIRS) if "GET" not in row.methods} | {
        "trial_sign_in",
        "trial_tick",
        "trial_checkin",
    }
    return {name for name, _, _ in our_patterns()} - only_posts | set(ACCOUNTS)


def test_every_page_is_walked():
    left_out = set(NO_PAGE) | MIDDLE_STEPS
    assert (pages() - walked() - left_out, walked() - pages(), walked() & left_out) == (set(), set(), set())
    assert (len(NO_PAGE), len(MIDDLE_STEPS), len(walked())) == (18, 4, 108)


@pytest.fixture
def things(live_app, house, framework):
    things = furnish(house, framework)
    house.helen.set_password("a sentence that nobody guesses")
    house.helen.save()
    return things


class Walk:
    """Goes over the pages of each person in one window of theirs, and keeps what is wrong."""

    def __init__(self, things, open_browser, axe, origin):
        self.things, self.open_browser, self.axe, self.origin = things, open_browser, axe, origin
        self.windows, self.wrong, self.count = {}, [], 0

    def look(self, who, name, state, status=200):
        if who not in self.windows:
            person = getattr(self.things.house, who) if who else None
            self.windows[who] = Inspector(self.open_browser(person), self.axe, self.origin)
        path = reverse(name, kwargs=state(self.things))
        self.wrong += [
            f"{who or 'visitor'}, {name} {path}: {fault}" for fault in self.windows[who].faults(path, status=status)
        ]
        self.count += 1

    def end(self):
        assert not self.wrong, f"{len(self.wrong)} faults on {self.count} pages:\n" + "\n".join(self.wrong)


STRETCH = 25  # pages, so that all cores share the walk
WALK = [(who, name, state) for who, pages in WALKS.items() for name, states in pages.items() for state in states]


@pytest.mark.browser
@pytest.mark.parametrize("start", range(0, len(WALK), STRETCH))
def test_every_page_keeps_the_rules(things, open_browser, axe, live_app, start):
    walk = Walk(things, open_browser, axe, live_app)
    for who, name, state in WALK[start : start + STRETCH]:
        walk.look(who, name, state)
    walk.end()


@pytest.mark.browser
def test_refusals_and_the_trial_keep_the_rules(things, open_browser, axe, live_app, settings):
    walk = Walk(things, open_browser, axe, live_app)
    for who, name, state, status in REFUSALS:
        walk.look(who, name, state, status)
    settings.TRIAL, settings.ROOT_URLCONF, settings.EMAIL_BACKEND = True, __name__, "partnering.mail.EmlBackend"
    send_dispatches()
    things.kept_mail = kept_messages()[0].name
    walk.look("", "trial_home", nothing[0])  # while nobody made up is there
    made_up = create_person(email=address_of("amina"), full_name="Amina Rahman")
    join_partnership(partnership=things.larkmere, person=made_up, by=made_up, facilitates=True)
    for name, state in TRIAL.items():
        walk.look("", name, state)
    walk.end()


BAD_PAGE = f"""<!doctype html><html lang="en" data-bs-theme="light"><head><title>Bad</title></head><body><main>
<h1>One</h1><h1>Two</h1><p style="color: red">Red</p><pre>{"wide" * 400}</pre><img src="https://elsewhere.example/a.png">
</main><script>1</script></body></html>"""


@pytest.mark.browser
def test_a_page_that_breaks_the_rules_is_found_out(browser, axe, live_app):
    """The inspector itself: every rule has seen a page that breaks it."""
    page = browser.new_page(base_url=live_app)
    policy = "default-src 'none'; style-src 'self'; img-src *"
    page.route(
        "**/bad/",
        lambda route: route.fulfill(
            body=BAD_PAGE, content_type="text/html", headers={"Content-Security-Policy": policy}
        ),
    )
    page.route("https://elsewhere.example/**", lambda route: route.fulfill(body="", content_type="image/png"))
    faults = Inspector(page, axe, live_app).faults("/bad/")
    page.close()
    told = "\n".join(faults)
    assert faults[:4] == ["2 h1", "title “Bad”", "policy: style-src-attr inline", "policy: script-src-elem inline"]
    for rule in (
        "console: ",
        "asked elsewhere: https://elsewhere.example/a.png",
        "phone, dark: not dark",
        "320 px: scrolls sideways by ",
    ):
        assert rule in told
    assert "desk, light: image-alt: <img" in told
