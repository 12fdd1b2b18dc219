"""Frameworks for those who look after a programme.

They read the built-in framework, and copy it into a version of their own. They change the words of a version of
theirs until the first session uses it, and say which version is in use. Nobody adds a version out of nothing here:
it is copied, or loaded from its file.
"""

from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from partnerships.admin.base import HistoryToRead
from reflection.domain.framework import copy_framework, make_framework_current, retire_framework
from reflection.forms.framework import FrameworkCopyForm
from reflection.models.framework import Activity, Characteristic, Framework, Prompt, Question, Resource

SHORT = 60  # characters; what may be longer is a sentence


def may_read(person, framework=None):
    """Whether someone looks after a programme at all and, with a framework, whether it is one they may read."""
    if not (person.is_active and person.is_staff):
        return False
    if framework is None:
        return person.is_superuser or person.programmes.exists()
    return Framework.objects.administered_by(person).filter(pk=framework.pk).exists()


def may_change(person, framework):
    """Whether its words may change now: the built-in one changes with its file, a used one not at all."""
    return may_read(person, framework) and not framework.is_built_in and not framework.is_used


class WordsOfAVersion:
    """Permissions of everything that belongs to a version, found by ``framework_of``. Django's own are not asked."""

    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """A sentence gets a box in which all of it can be read."""
        if type(db_field) is models.CharField and db_field.max_length > SHORT:
            kwargs["widget"] = AdminTextareaWidget(attrs={"rows": 2})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def framework_of(self, obj):
        return obj.version_it_belongs_to if obj else None

    def has_module_permission(self, request):
        return may_read(request.user)

    def has_view_permission(self, request, obj=None):
        return may_read(request.user, self.framework_of(obj))

    def has_change_permission(self, request, obj=None):
        framework = self.framework_of(obj)
        return may_change(request.user, framework) if framework else may_read(request.user)

    def has_add_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class PartInline(WordsOfAVersion, admin.StackedInline):
    """Parts on the page of what they belong to: Django hands the inline its parent, a version or a question."""

    extra = 0
    addable = False

    def framework_of(self, obj):
        return obj if obj is None or isinstance(obj, Framework) else obj.version_it_belongs_to

    def has_add_permission(self, request, obj=None):
        framework = self.framework_of(obj)
        return bool(self.addable and framework and may_change(request.user, framework))

    def has_delete_permission(self, request, obj=None):
        return self.has_add_permission(request, obj)

    def get_formset(self, request, obj=None, **kwargs):
        """A key once given stays: trends hang on it. It can be typed for a new row only."""
        formset = super().get_formset(request, obj, **kwargs)

        class KeepsKeys(formset.form):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                if "key" in self.fields:
                    self.fields["key"].disabled = not self.instance._state.adding

        formset.form = KeepsKeys
        return formset


class QuestionInline(PartInline):
    model = Question
    fields = ["number", "title", "short_title", "explanation"]
    readonly_fields = ["number"]
    show_change_link = True


class CharacteristicInline(PartInline):
    model = Characteristic
    fields = ["text", "help"]


class ResourceInline(PartInline):
    model = Resource
    fields = ["position", "key", "title", "author", "sentence", "url"]
    addable = True
    classes = ["collapse"]


class ActivityInline(PartInline):
    model = Activity
    fields = ["position", "key", "name", "minutes", "people", "why", "how", "credit"]
    addable = True
    classes = ["collapse"]


class PromptInline(PartInline):
    model = Prompt
    fields = ["position", "key", "text", "help"]
    addable = True
    show_change_link = True


class VersionAdmin(WordsOfAVersion, HistoryToRead):
    """Going back means a new version: the history is there to read."""


@admin.register(Framework)
class FrameworkAdmin(VersionAdmin):
    list_display = ["name", "version", "belongs_to", "is_current", "questions_in_short", "used_by", "created_at"]
    list_filter = ["is_current", ("owner_programme", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["owner_programme", "owner_partnership"]
    search_fields = ["name", "key", "questions__title", "questions__prompts__text"]
    fields = [
        "name",
        "key",
        "version",
        "belongs_to",
        "is_current",
        "used_by",
        "attribution",
        "source_url",
        "created_at",
    ]
    readonly_fields = ["key", "version", "belongs_to", "is_current", "used_by", "created_at"]
    inlines = [QuestionInline, CharacteristicInline, ResourceInline, ActivityInline]
    actions = ["copy_version", "put_in_use", "take_out_of_use"]

    def get_queryset(self, request):
        return super().get_queryset(request).administered_by(request.user).with_use()

    def framework_of(self, obj):
        return obj

    @admin.display(description="belongs to")
    def belongs_to(self, framework):
        return framework.owner or "Everyone (built in)"

    @admin.display(description="questions")
    def questions_in_short(self, framework):
        return ", ".join(question.short_title for question in framework.questions.all())

    @admin.display(description="used by", ordering="session_count")
    def used_by(self, framework):
        count = framework.session_count
        return f"{count} session" if count == 1 else f"{count} sessions"

    @admin.action(description="Make a new version to change")
    def copy_version(self, request, queryset):
        if not (framework := self._only_one(request, queryset)):
            return None
        form = FrameworkCopyForm(request.POST if "copy" in request.POST else None, person=request.user)
        if framework.is_built_in and not form.is_valid():
            context = {**self.admin_site.each_context(request), "form": form, "framework": framework, "opts": self.opts}
            return TemplateResponse(request, "admin/reflection/framework/framework_copy.html", context)
        programme = form.cleaned_data["programme"] if framework.is_built_in else None
        draft = self._try(request, copy_framework, framework, owner_programme=programme)
        if draft:
            return HttpResponseRedirect(reverse("admin:reflection_framework_change", args=[draft.pk]))
        return None

    @admin.action(description="Put in use: new sessions begin with it")
    def put_in_use(self, request, queryset):
        if framework := self._one_of_theirs(request, queryset):
            self._try(request, make_framework_current, framework, done=f"{framework} is in use now.")

    @admin.action(description="Take out of use")
    def take_out_of_use(self, request, queryset):
        if framework := self._one_of_theirs(request, queryset):
            self._try(
                request, retire_framework, framework, done=f"{framework} is out of use. Sessions made with it go on."
            )

    def _one_of_theirs(self, request, queryset):
        """The one version picked, unless it is everybody's and the person looks after one programme only."""
        framework = self._only_one(request, queryset)
        if framework and framework.is_built_in and not request.user.is_superuser:
            self.message_user(
                request, "The built-in framework is everybody’s. Make a version of your own.", messages.ERROR
            )
            return None
        return framework

    def _only_one(self, request, queryset):
        if len(queryset) == 1:
            return queryset[0]
        self.message_user(request, "Choose one version at a time.", messages.ERROR)
        return None

    def _try(
        self, request, act, framework, *, done="The new version is below. Change its words, then put it in use.", **more
    ):
        try:
            result = act(framework=framework, by=request.user, **more)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return None
        self.message_user(request, done, messages.SUCCESS)
        return result


@admin.register(Question)
class QuestionAdmin(VersionAdmin):
    """Reached from its version, to change the prompts."""

    fields = ["framework", "number", "title", "short_title", "explanation"]
    readonly_fields = ["framework", "number"]
    inlines = [PromptInline]

    def get_queryset(self, request):
        mine = Framework.objects.administered_by(request.user)
        return super().get_queryset(request).of_frameworks(mine)

    def has_module_permission(self, request):
        return False


@admin.register(Prompt)
class PromptAdmin(VersionAdmin):
    """Reached from its question, for its history."""

    fields = ["question", "key", "text", "help", "position"]
    readonly_fields = ["question", "key"]

    def get_queryset(self, request):
        mine = Framework.objects.administered_by(request.user)
        return super().get_queryset(request).of_frameworks(mine)

    def has_module_permission(self, request):
        return False
