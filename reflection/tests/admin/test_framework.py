"""Who looks after a programme reads the built-in framework and changes drafts of their own; used versions stay."""

import pytest
from django.urls import reverse

from partnerships.domain.programmes import create_programme
from partnerships.tests.cast import membership_of
from reflection.models.framework import Framework, Prompt
from reflection.tests.frameworks import own_version
from reflection.tests.sessions import make_plan

LIST = "admin:reflection_framework_changelist"


@pytest.fixture
def admin(client, ines, larkmere):
    client.force_login(ines)
    return client


def act(client, action, *frameworks, **more):
    return client.post(
        reverse(LIST), {"action": action, "_selected_action": [f.pk for f in frameworks], **more}, follow=True
    )


def change_url(thing):
    return reverse(f"admin:reflection_{thing._meta.model_name}_change", args=[thing.pk])


def messages(response):
    return [str(message) for message in response.context["messages"]]


def form_of(response):
    """What a browser would post back: the form and every inline of a change page as they came."""
    data = dict(response.context["adminform"].form.initial)
    for formset in (each.formset for each in response.context["inline_admin_formsets"]):
        for form in [formset.management_form, *formset.forms]:
            data |= {
                form.add_prefix(name): form.get_initial_for_field(field, name) for name, field in form.fields.items()
            }
    return {name: "" if value is None else value for name, value in data.items()}


def test_list_shows_versions_with_what_uses_them(admin, framework, larkmere, amina, ines, programme):
    own_version(framework, ines, owner_programme=programme)
    make_plan(larkmere, framework, membership_of(amina, larkmere))
    rows = {row.belongs: row for row in [_row(each) for each in admin.get(reverse(LIST)).context["cl"].result_list]}
    assert set(rows) == {None, programme}
    assert (rows[None].session_count, rows[programme].session_count) == (1, 0)


def _row(framework):
    framework.belongs = framework.owner
    return framework


def test_list_leaves_out_versions_of_other_programmes(admin, framework, quarry_end, dan, superuser):
    other = create_programme(name="Another programme", by=dan)
    hidden = own_version(framework, dan, owner_programme=other)
    theirs = own_version(framework, dan, owner_partnership=quarry_end)
    assert [each.pk for each in admin.get(reverse(LIST)).context["cl"].result_list] == [framework.pk]
    for thing in (hidden, theirs, hidden.questions.first(), Prompt.objects.filter(question__framework=hidden).first()):
        history = reverse(f"admin:reflection_{thing._meta.model_name}_history", args=[thing.pk])
        assert admin.get(change_url(thing), follow=True).redirect_chain != []
        assert admin.get(history).status_code == 404
    admin.force_login(superuser)
    assert admin.get(reverse(LIST)).context["cl"].result_count == 3


def test_member_and_staff_without_a_programme_stay_outside(client, framework, bea, dan):
    client.force_login(bea)
    assert client.get(reverse(LIST)).status_code != 200
    dan.is_staff = True
    dan.save()
    client.force_login(dan)
    assert client.get(reverse(LIST)).status_code == 403


def test_built_in_framework_is_read_only_for_everyone(admin, framework, superuser):
    question = framework.questions.first()
    for person in (None, superuser):
        if person:
            admin.force_login(person)
        for thing in (framework, question, question.prompts.first()):
            assert admin.get(change_url(thing)).status_code == 200
            assert admin.post(change_url(thing), {"name": "Mine", "title": "Mine", "text": "Mine"}).status_code == 403
    framework.refresh_from_db()
    assert framework.name == "A reflective learning framework for partnering"


def test_copy_of_the_built_in_framework_asks_whose_it_is(admin, framework, programme):
    asked = act(admin, "copy_version", framework)
    assert asked.templates[0].name == "admin/reflection/framework/framework_copy.html"
    assert not Framework.objects.exclude(pk=framework.pk).exists()
    missing = act(admin, "copy_version", framework, copy="1")
    assert missing.context["form"].errors == {"programme": ["Choose who the new version is for."]}
    done = act(admin, "copy_version", framework, copy="1", programme=programme.pk)
    draft = Framework.objects.get(owner_programme=programme)
    assert done.redirect_chain[-1][0] == change_url(draft)
    assert draft.history.get().history_user.email == "ines@larkmere.example"


def test_copy_is_refused_for_a_programme_of_someone_else(admin, framework, dan):
    other = create_programme(name="Another programme", by=dan)
    answer = act(admin, "copy_version", framework, copy="1", programme=other.pk)
    assert answer.context["form"].errors == {"programme": ["Choose one from the list."]}
    assert Framework.objects.count() == 1


def test_draft_can_be_changed_but_keys_stay(admin, framework, ines, programme):
    draft = own_version(framework, ines, current=False, owner_programme=programme)
    question = draft.questions.get(number=1)
    data = form_of(admin.get(change_url(question)))
    data |= {"explanation": "Why do we do this?", "prompts-0-text": "Who sleeps better?", "prompts-0-key": "another"}
    assert admin.post(change_url(question), data).status_code == 302
    question.refresh_from_db()
    assert question.explanation == "Why do we do this?"
    first = question.prompts.first()
    assert (first.key, first.text) == ("who-gains", "Who sleeps better?")
    assert first.history.first().history_user == ines


def test_draft_page_saves_its_inlines(admin, framework, ines, programme):
    draft = own_version(framework, ines, current=False, owner_programme=programme)
    data = form_of(admin.get(change_url(draft)))
    data |= {
        "name": "Our questions",
        "questions-0-title": "What are we for?",
        "characteristics-0-text": "We need one another",
    }
    assert admin.post(change_url(draft), data).status_code == 302
    draft.refresh_from_db()
    assert (draft.name, draft.questions.first().title) == ("Our questions", "What are we for?")
    assert draft.characteristics.first().text == "We need one another"


def test_used_version_is_read_only(admin, framework, ines, programme, larkmere, amina):
    used = own_version(framework, ines, owner_programme=programme)
    make_plan(larkmere, used, membership_of(amina, larkmere))
    question = used.questions.first()
    for thing in (used, question, question.prompts.first()):
        assert admin.get(change_url(thing)).status_code == 200
        assert admin.post(change_url(thing), {"name": "Mine", "title": "Mine", "text": "Mine"}).status_code == 403


def test_old_state_is_not_posted_back(admin, framework, ines, programme):
    draft = own_version(framework, ines, current=False, owner_programme=programme)
    old = draft.history.get()
    draft.name = "Our questions"
    draft.save()
    url = reverse("admin:reflection_framework_simple_history", args=[draft.pk, old.history_id])
    assert admin.get(url).status_code == 200
    assert admin.post(url, {}).status_code == 403
    draft.refresh_from_db()
    assert draft.name == "Our questions"


def test_nothing_is_added_or_deleted_here(admin, framework, ines, programme):
    draft = own_version(framework, ines, current=False, owner_programme=programme)
    assert admin.get(reverse("admin:reflection_framework_add")).status_code == 403
    assert admin.post(reverse("admin:reflection_framework_delete", args=[draft.pk]), {"post": "yes"}).status_code == 403


def test_put_in_use_and_take_out_of_use(admin, framework, ines, programme, larkmere):
    draft = own_version(framework, ines, current=False, owner_programme=programme)
    assert messages(act(admin, "put_in_use", draft)) == [f"{draft} is in use now."]
    assert Framework.objects.for_planning(larkmere) == draft
    assert messages(act(admin, "take_out_of_use", draft)) == [f"{draft} is out of use. Sessions made with it go on."]
    assert Framework.objects.for_planning(larkmere) == framework


def test_put_in_use_is_not_for_everybodys_framework(admin, framework):
    answer = act(admin, "take_out_of_use", framework)
    assert messages(answer) == ["The built-in framework is everybody’s. Make a version of your own."]
    assert messages(act(admin, "put_in_use", framework)) == [
        "The built-in framework is everybody’s. Make a version of your own."
    ]


def test_one_version_at_a_time(admin, framework, ines, programme):
    draft = own_version(framework, ines, current=False, owner_programme=programme)
    for action in ("copy_version", "put_in_use", "take_out_of_use"):
        assert messages(act(admin, action, framework, draft)) == ["Choose one version at a time."]
