"""The framework as data: five questions with their prompts, twelve signs, resources and activity cards.

The words people answered must stay the words they answered. So a version that a session uses is never
edited: ``FrameworkPart`` and ``Framework`` refuse it, the loader and ``copy_framework`` make a new version.
Questions, prompts and signs keep their ``key`` from version to version, so that "longest unvisited" and
trends survive a change of words.
"""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils import timezone
from simple_history.models import HistoricalRecords

from partnerships.models.base import UUIDModel
from partnerships.models.programmes import Programme

# The five questions, in the order everybody meets them. Colours, marks and trends hang on these keys.
QUESTION_KEYS = ("purpose", "role", "people", "work", "learning")
CHARACTERISTIC_COUNT = 12

USED = "A session has used this version, so its words stay as they are. Make a new version and change that one."


# The built-in framework has no owner.
NOBODYS = Q(owner_programme=None, owner_partnership=None)


def one_per_owner(name, fields, *, condition=None):
    """Three unique constraints that read as one: unique ``fields`` for each owner, nobody being an owner too.

    SQL counts two empty owners as different, so the built-in framework needs a constraint of its own.
    """
    also = condition or Q()
    return [
        models.UniqueConstraint(fields=fields, condition=NOBODYS & also, name=f"framework_{name}_builtin"),
        models.UniqueConstraint(
            fields=[*fields, "owner_programme"], condition=condition, name=f"framework_{name}_programme"
        ),
        models.UniqueConstraint(
            fields=[*fields, "owner_partnership"], condition=condition, name=f"framework_{name}_partnership"
        ),
    ]


class FrameworkQuerySet(models.QuerySet):
    def current(self):
        """The version in use now, one for each key and owner."""
        return self.filter(is_current=True)

    def built_in(self):
        return self.filter(NOBODYS)

    def owned_like(self, framework):
        """Every version of the same framework of the same owner."""
        return self.filter(
            key=framework.key,
            owner_programme_id=framework.owner_programme_id,
            owner_partnership_id=framework.owner_partnership_id,
        )

    def available_to(self, partnership):
        """What this partnership may plan with: its own, its programme's, the built-in one; nearest first."""
        ours = Q(owner_partnership_id=partnership.pk)
        programmes = Q(owner_programme_id=partnership.programme_id) if partnership.programme_id else Q(pk=None)
        distance = Case(When(ours, then=Value(0)), When(programmes, then=Value(1)), default=Value(2))
        return self.filter(NOBODYS | ours | programmes).order_by(distance, "key", "-version")

    def for_planning(self, partnership):
        """The one a new session of this partnership begins with, or None before any is loaded."""
        return self.current().available_to(partnership).first()

    def administered_by(self, person):
        """What a programme's administrator sees in the admin: the built-in ones and those of their programmes."""
        if person.is_superuser:
            return self
        programmes = Programme.objects.administered_by(person)
        return self.filter(NOBODYS | Q(owner_programme__in=programmes) | Q(owner_partnership__programme__in=programmes))

    def with_use(self):
        """With ``session_count``, and the questions in the order they are asked."""
        return self.annotate(session_count=models.Count("sessions", distinct=True)).prefetch_related("questions")

    def with_words(self):
        """With what the page of the framework reads: the questions, their prompts, resources and signs."""
        return self.prefetch_related("questions__prompts", "resources", "characteristics")

    def with_activities(self):
        return self.prefetch_related(models.Prefetch("activities", Activity.objects.select_related("question")))


class Framework(UUIDModel):
    """One version of a framework. Belongs to a programme, to a partnership, or to nobody: the built-in one."""

    key = models.SlugField(max_length=60, help_text="Stays the same from version to version.")
    version = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=200)
    attribution = models.CharField(max_length=500, help_text="Whose thinking this is, and which words are ours.")
    source_url = models.URLField("link to the source", blank=True)
    owner_programme = models.ForeignKey(
        "partnerships.Programme", models.PROTECT, null=True, blank=True, related_name="frameworks"
    )
    owner_partnership = models.ForeignKey(
        "partnerships.Partnership", models.PROTECT, null=True, blank=True, related_name="frameworks"
    )
    is_current = models.BooleanField("in use", default=False)
    content_hash = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    history = HistoricalRecords()
    objects = FrameworkQuerySet.as_manager()

    # Turning a version on or off changes no word that anybody answered.
    NOT_WORDS = frozenset({"id", "is_current", "content_hash"})

    class Meta:
        ordering = ["key", "-version"]
        constraints = [
            models.CheckConstraint(
                condition=Q(owner_programme=None) | Q(owner_partnership=None),
                name="framework_at_most_one_owner",
                violation_error_message="Choose a programme or a partnership as its owner, not both.",
            ),
            *one_per_owner("version", ["key", "version"]),
            *one_per_owner("current", ["key"], condition=Q(is_current=True)),
        ]

    def __str__(self):
        return f"{self.name}, version {self.version}"

    @property
    def is_built_in(self):
        return self.owner_programme_id is None and self.owner_partnership_id is None

    @property
    def owner(self):
        return self.owner_programme or self.owner_partnership

    @property
    def is_used(self):
        """Whether any session, planned ones too, was made with this version."""
        return self.sessions.exists()

    def refuse_if_used(self):
        if not self._state.adding and self.is_used:
            raise ValidationError(USED)

    def refuse_change_of_words(self):
        if self._state.adding:
            return
        words = [field.attname for field in self._meta.concrete_fields if field.name not in self.NOT_WORDS]
        before = Framework.objects.filter(pk=self.pk).values(*words).first()
        if before and any(getattr(self, name) != before[name] for name in words):
            self.refuse_if_used()

    def clean(self):
        self.refuse_change_of_words()

    def save(self, *args, **kwargs):
        self.refuse_change_of_words()
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        self.refuse_if_used()
        return super().delete(*args, **kwargs)


class FrameworkPart(UUIDModel):
    """A piece of a framework version. Refuses to be saved or deleted once a session uses the version."""

    class Meta:
        abstract = True

    @property
    def version_it_belongs_to(self):
        return self.framework

    def refuse_if_used(self):
        self.version_it_belongs_to.refuse_if_used()

    def clean(self):
        self.refuse_if_used()

    def save(self, *args, **kwargs):
        self.refuse_if_used()
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        self.refuse_if_used()
        return super().delete(*args, **kwargs)


class QuestionQuerySet(models.QuerySet):
    def without_prompts(self):
        return self.filter(prompts=None)

    def of_frameworks(self, frameworks):
        return self.filter(framework__in=frameworks)


class Question(FrameworkPart):
    """One of the five. The title is the framework's own; the explanation is ours."""

    framework = models.ForeignKey(Framework, models.CASCADE, related_name="questions")
    key = models.SlugField(max_length=40)
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    short_title = models.CharField(max_length=20)
    explanation = models.TextField(max_length=600)

    history = HistoricalRecords()
    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "key"], name="question_key_once"),
            models.UniqueConstraint(fields=["framework", "number"], name="question_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=5), name="question_number_1_to_5"),
        ]

    def __str__(self):
        return self.title


class PromptQuerySet(models.QuerySet):
    def of_frameworks(self, frameworks):
        return self.filter(question__framework__in=frameworks)


class Prompt(FrameworkPart):
    """A way into a question: short enough to tick when planning, with a little more help if it needs it."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="prompts")
    key = models.SlugField(max_length=40)
    text = models.CharField(max_length=90)
    help = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    history = HistoricalRecords()
    objects = PromptQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["question", "key"], name="prompt_key_once")]

    def __str__(self):
        return self.text

    @property
    def version_it_belongs_to(self):
        return self.question.framework


class Characteristic(FrameworkPart):
    """One of the twelve signs of a partnership that works well: something to rate, never to add up."""

    framework = models.ForeignKey(Framework, models.CASCADE, related_name="characteristics")
    key = models.SlugField(max_length=40)
    text = models.CharField(max_length=80)
    help = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["framework", "key"], name="characteristic_key_once")]

    def __str__(self):
        return self.text


class FrameworkExtra(FrameworkPart):
    """Belongs to the framework and, if it helps with one question most, to that question too."""

    framework = models.ForeignKey(Framework, models.CASCADE)
    question = models.ForeignKey(Question, models.CASCADE, null=True, blank=True)
    key = models.SlugField(max_length=40)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True

    def clean(self):
        super().clean()
        if self.question_id and self.question.framework_id != self.framework_id:
            raise ValidationError({"question": "Choose a question of the same version."})


class Resource(FrameworkExtra):
    """Something to read or try that the source names. We link to it only where the source gives the link."""

    title = models.CharField(max_length=120)
    author = models.CharField(max_length=160, blank=True)
    sentence = models.CharField(max_length=300)
    url = models.URLField(blank=True)

    class Meta:
        ordering = ["position"]
        default_related_name = "resources"
        constraints = [models.UniqueConstraint(fields=["framework", "key"], name="resource_key_once")]

    def __str__(self):
        return self.title


class Activity(FrameworkExtra):
    """A card for the facilitator: what to do together, for how long, in which steps."""

    name = models.CharField(max_length=80)
    minutes = models.PositiveSmallIntegerField()
    people = models.CharField(max_length=60, help_text="How many it works for, and in what groups.")
    why = models.CharField(max_length=200)
    credit = models.CharField(max_length=200, blank=True, help_text="Whose idea it was.")
    how = models.TextField(max_length=1500, help_text="One step on each line.")

    class Meta:
        ordering = ["position"]
        default_related_name = "activities"
        verbose_name_plural = "activities"
        constraints = [
            models.UniqueConstraint(fields=["framework", "key"], name="activity_key_once"),
            models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=240), name="activity_minutes_1_to_240"),
        ]

    def __str__(self):
        return self.name

    @property
    def steps(self):
        return [step.strip() for step in self.how.splitlines() if step.strip()]
