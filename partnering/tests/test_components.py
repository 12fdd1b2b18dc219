"""The parts of the look: tags, filters, fields, summaries, navigation, error pages."""

import datetime as dt
import re
from types import SimpleNamespace

import pytest
import time_machine
from django import forms
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.utils import timezone

from partnering.context import Page, remember_partnerships
from partnering.templatetags import icons, words
from partnering.templatetags.fields import problem_words, problems_of
from partnerships.models.members import Membership
from partnerships.tests.factories import moment


def draw(source, **context):
    return Template("{% load ui %}" + source).render(Context(context)).strip()


# --- Words ---------------------------------------------------------------------------------------------------------
@time_machine.travel("2026-11-22 09:41", tick=False)
@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ at|day }}", "Thursday 26 November"),
        ("{{ at|day_short }}", "26 November"),
        ("{{ at|weekday }}", "Thursday"),
        ("{{ at|clock }}", "10am"),
        ("{{ at|daytime }}", "Thursday 26 November, 10am"),
        ("{{ at|month }}", "November 2026"),
        ("{{ at|ago }}", "in 4 days"),
        ("{{ last_year|day }}", "Monday 1 September 2025"),
        ("{{ last_year|ago }}", "14 months ago"),
        ("{{ nothing|day }}{{ nothing|ago }}", ""),
        ("{% time_range at end %}", "Thursday 26 November, 10 to 11.15am"),
        ("{% time_range at afternoon %}", "Thursday 26 November, 10am to 2.05pm"),
        ("{% time_range noon afternoon %}", "Thursday 26 November, midday to 2.05pm"),
        ("{% time_range last_year at %}", "Monday 1 September 2025, 1pm to Thursday 26 November, 10am"),
        ('{% moment at "clock" %}', '<time datetime="2026-11-26T10:00:00+00:00">10am</time>'),
        ("{{ 3|in_words }} {{ 11|in_words }} {{ 0|in_words }}", "three 11 none"),
        ('{{ 1|counted:"answer" }}, {{ 1200|counted:"answer" }}', "1 answer, 1,200 answers"),
        ('{{ 1|counted:"person,people" }}, {{ 4|counted:"person,people" }}', "1 person, 4 people"),
        ("{{ names|joined }}", "Amina, Ruth and Tom"),
    ],
)
def test_words_are_in_our_voice(source, expected):
    context = {
        "at": moment("2026-11-26 10:00"),
        "end": moment("2026-11-26 11:15"),
        "noon": moment("2026-11-26 12:00"),
        "afternoon": moment("2026-11-26 14:05"),
        "last_year": moment("2025-09-01 12:00"),  # summer time: one o'clock in London
        "nothing": None,
        "names": ["Amina", "Ruth", "Tom"],
    }
    assert draw(source, **context) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, "today"), (1, "yesterday"), (-1, "tomorrow"), (13, "13 days ago"), (14, "2 weeks ago"), (60, "2 months ago"), (730, "2 years ago"), (-21, "in 3 weeks")],
)  # fmt: skip
def test_ago_takes_the_largest_unit_that_is_at_least_two(days, expected):
    assert words.ago(timezone.localdate() - dt.timedelta(days=days)) == expected


def test_clock_follows_the_active_time_zone():
    with timezone.override("Europe/Warsaw"):
        assert draw("{{ at|clock }}", at=moment("2026-11-26 10:00")) == "11am"


# --- Marks ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", [*icons.ICONS, *icons.OWN])
def test_every_icon_can_be_drawn_and_is_hidden_from_readers(name):
    svg = icons.icon_svg(name)
    assert svg.startswith("<svg ") and 'aria-hidden="true"' in svg and "style=" not in svg


def test_every_sector_has_a_letter_and_words_of_its_own():
    sectors = ("vcse", "council", "nhs", "resident", "other", "")
    assert [re.search(r">(.)</text>", icons.sector_svg(key))[1] for key in sectors] == ["C", "L", "N", "R", "O", "?"]
    assert [icons.SECTORS[key][0] for key in sectors] == [
        "Community and voluntary", "Local council", "NHS", "Residents", "Other", "Sector not shown",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Bea Nwosu", "BN"),
        ("Wilhelmina-Konstanze Fitzgerald Lund", "WL"),
        ("Bea", "B"),
        ("", "?"),
        ("<b>", "?"),
        ("érica ñu", "ÉÑ"),
    ],
)
def test_initials(name, expected):
    assert icons.initials(name) == expected


def test_what_people_type_is_never_markup():
    drawn = draw(
        "{% face_of name %}{% tag name %}{% saved name %}{% back_link name name %}{% sector 'nhs' name %}",
        name='<i x="',
    )
    assert "<i" not in drawn


def test_blocks_keep_markup_and_say_who_sees():
    assert draw('{% promise "hidden" id="p" %} Only <strong>you</strong>. {% endpromise %}').endswith(
        "<p> Only <strong>you</strong>. </p></div>"
    )
    assert draw("{% sees id='s' %}Our group sees this{% endsees %}").startswith('<p class="pn-sees" id="s">')


def test_idempotency_makes_a_new_key_each_time():
    keys = re.findall(r'name="idempotency_key" value="([0-9a-f-]{36})"', draw("{% idempotency %}{% idempotency %}"))
    assert len(set(keys)) == 2


# --- Fields --------------------------------------------------------------------------------------------------------
class ActionForm(forms.Form):
    what = forms.CharField(label="What will be done?", help_text="One sentence.", max_length=10)
    who = forms.ChoiceField(label="Who will lead it?", choices=[("", "Choose")])
    how = forms.ChoiceField(label="How?", widget=forms.RadioSelect, choices=[("a", "Alone"), ("b", "Together")])
    secret = forms.CharField(widget=forms.HiddenInput)
    note = forms.CharField(required=False, widget=forms.Textarea)

    def clean(self):
        raise forms.ValidationError("The two do not fit together")


def test_a_field_ties_its_words_to_its_box():
    drawn = draw(
        '{% field form.what sees="Our group sees this" lines=2 inputmode="text" %}', form=ActionForm({"what": "x" * 11})
    )
    ids = re.search(r'aria-describedby="([^"]+)"', drawn[drawn.index("<input") :])[1].split()
    assert ids == ["id_what_sees", "id_what_helptext", "id_what_error"]
    assert all(f'id="{name}"' in drawn for name in ids)
    assert 'aria-invalid="true"' in drawn and 'class="form-control"' in drawn and 'inputmode="text"' in drawn


def test_what_is_not_required_says_so():
    assert "(if you like)" in draw("{% field form.note %}", form=ActionForm())
    assert "(if you like)" not in draw("{% field form.what %}", form=ActionForm())


def test_choices_are_a_group_with_a_name():
    drawn = draw("{% field form.how %}", form=ActionForm())
    assert drawn.count("<fieldset") == drawn.count("<legend") == 1 and drawn.count('class="pn-choice"') == 2


def test_crispy_draws_the_same_fields():
    form = ActionForm({"what": ""})
    by_crispy = Template("{% load crispy_forms_filters %}{{ form|crispy }}").render(Context({"form": form}))
    assert "".join(draw("{% field form.what %}", form=form).split()) in "".join(by_crispy.split())


def test_the_summary_links_every_error_to_its_box():
    found = [(problem.message, problem.target) for problem in problems_of(ActionForm({}))]
    assert found == [
        ("The two do not fit together", ""),
        ("Fill in: What will be done", "id_what"),
        ("Choose: Who will lead it", "id_who"),
        ("Choose: How", "id_how_0"),
        ("Fill in: Secret", ""),
    ]


def test_the_summary_takes_forms_lists_and_words():
    drawn = draw(
        "{% error_summary forms words title='Two lines need a look' %}",
        forms=[ActionForm({}), ActionForm()],
        words=["Line 2: finish the address"],
    )
    assert drawn.count("<li>") == 6 and "Two lines need a look" in drawn
    assert draw("{% error_summary form none %}", form=ActionForm(), none=[]) == ""


def test_words_of_the_form_are_kept():
    class Own(forms.Form):
        who = forms.CharField(error_messages={"required": "Choose who will lead this"})

    bound = Own({})["who"]
    assert problem_words(bound, bound.errors[0]) == "Choose who will lead this"


# --- The page ------------------------------------------------------------------------------------------------------
def page_for(person, partnership, **session):
    request = RequestFactory().get("/")
    request.user, request.session, request.partnership = person, session, partnership
    request.resolver_match = SimpleNamespace(url_name="round_reveal")
    request.membership = (
        Membership.objects.current()
        .select_related("partnership", "organisation")
        .get(person=person, partnership=partnership)
    )
    return Page(request)


def test_a_member_a_facilitator_and_a_reader_see_their_own_navigation(bea, amina, fay, larkmere):
    def nav(person):
        return [item.words for item in page_for(person, larkmere).nav]

    assert nav(bea) == ["Home", "Sessions", "People", "Learning"]
    assert nav(amina) == ["Home", "Sessions", "People", "Learning", "Overview"]
    assert nav(fay) == ["Records"]


def test_the_section_comes_from_the_noun_of_the_view(bea, larkmere):
    assert [item.words for item in page_for(bea, larkmere).nav if item.current] == ["Sessions"]


def test_the_shell_asks_the_database_for_nothing(bea, larkmere, django_assert_num_queries):
    page = page_for(bea, larkmere)
    with django_assert_num_queries(0):
        drawn = Template('{% extends "base.html" %}').render(Context({"page": page, "user": bea, "messages": []}))
    assert "Larkmere Vale Together" in drawn and ">C</text>" in drawn


def test_other_partnerships_are_remembered_and_written_once(bea, larkmere):
    class Session(dict):
        writes = 0

        def __setitem__(self, key, value):
            self.writes += 1
            super().__setitem__(key, value)

    request = SimpleNamespace(session=Session())
    elsewhere = SimpleNamespace(pk="1", name="Quarry End Growers")
    for _ in range(2):
        remember_partnerships(request, [larkmere, elsewhere])
    assert request.session.writes == 1
    assert page_for(bea, larkmere, **request.session).others == [["1", "Quarry End Growers"]]


def test_the_title_says_that_there_are_errors():
    source = '{% extends "base.html" %}{% block title %}Invite people{% endblock %}'
    assert "<title>Error: Invite people – Partnering</title>" in Template(source).render(
        Context({"form": ActionForm({})})
    )
    assert "<title>Invite people – Partnering</title>" in Template(source).render(Context({"form": ActionForm()}))


# --- Pages for when things go wrong --------------------------------------------------------------------------------
@pytest.fixture
def strict():
    return Client(enforce_csrf_checks=True)


WORDS = {"words": "The map of hungry streets was ours.", "version": "3", "csrfmiddlewaretoken": "old"}


def test_an_old_page_gives_the_words_back(strict):
    response = strict.post("/accounts/login/code/?next=/x/", WORDS, headers={"Sec-Fetch-Site": "same-origin"})
    page = response.content.decode()
    assert response.status_code == 403
    assert (
        'action="/accounts/login/code/?next=/x/"' in page and ">The map of hungry streets was ours.</textarea>" in page
    )
    assert (
        '<input type="hidden" name="version" value="3">' in page
        and "Send it again" in page
        and 'value="old"' not in page
    )


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}, {}])
def test_a_form_of_another_site_cannot_be_sent_again_from_here(strict, headers):
    page = strict.post("/accounts/login/code/", WORDS, headers=headers).content.decode()
    assert "The map of hungry streets was ours." in page
    assert "Send it again" not in page and 'name="words"' not in page and 'method="post"' not in page


def test_a_password_or_code_is_never_written_back(strict):
    typed = {"login": "bea@larkmere.example", "password": "three quiet words", "code": "418 207"}
    page = strict.post("/accounts/login/", typed, headers={"Sec-Fetch-Site": "same-origin"}).content.decode()
    assert "quiet words" not in page and "418" not in page and "Send it again" not in page


def test_a_refusal_inside_the_group_says_who_can_help(bea, larkmere):
    context = {"page": page_for(bea, larkmere), "user": bea, "needs_lead": True}
    drawn = Template('{% extends "403.html" %}').render(Context(context))
    assert "Amina and Ruth can do this." in drawn
    refused = Template('{% extends "403.html" %}').render(
        Context(context | {"needs_lead": False, "exception": "Not yours."})
    )
    assert "can do this" not in refused and "<p>Not yours.</p>" in refused


@pytest.mark.parametrize("name", ["400", "404", "410", "413", "422", "429", "500"])
def test_every_error_page_can_be_drawn_without_a_context(name):
    drawn = Template(f'{{% extends "{name}.html" %}}').render(Context({}))
    assert drawn.count("<h1") == 1 and f">{name}</p>" in drawn


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("login/code/", "Sign in"), ("login/", "Sign in with a password"), ("signup/", "Partnering is joined by invitation"),
        ("inactive/", "This account is asleep"), ("password/reset/", "Choose a new password"), ("password/reset/done/", "Look in your mail"),
    ],
)  # fmt: skip
def test_account_pages_are_ours(client, path, title):
    page = client.get(f"/accounts/{path}").content.decode()
    assert f"<title>{title} – Partnering</title>" in page and "pn-brand" in page


def test_account_pages_of_someone_signed_in_are_ours(client, bea):
    client.force_login(bea)
    for path in ("email/", "logout/", "password/set/"):
        response = client.get(f"/accounts/{path}")
        assert (response.status_code, "pn-brand" in response.content.decode()) == (200, True), path
