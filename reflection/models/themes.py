"""Theme: a name for answers that belong together. Moving an answer never touches the answer."""

from django.db import models

from partnerships.models.base import UUIDModel, Versioned


class ThemeQuerySet(models.QuerySet):
    def other_than(self, theme):
        return self.exclude(pk=theme.pk)


class Theme(UUIDModel, Versioned):
    round = models.ForeignKey("reflection.Round", models.CASCADE, related_name="themes")
    name = models.CharField(max_length=80)
    notice = models.CharField("what we notice", max_length=500, blank=True)
    seen_differently = models.BooleanField("we see this differently", default=False)
    different_view = models.CharField("the other view", max_length=500, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    objects = ThemeQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]

    def __str__(self):
        return self.name


class Placement(UUIDModel):
    """Where an answer was put: in a theme, or (no theme) left on its own."""

    answer = models.OneToOneField("reflection.Answer", models.CASCADE, related_name="placement")
    theme = models.ForeignKey(Theme, models.CASCADE, null=True, blank=True, related_name="placements")

    def __str__(self):
        return "A placement"
