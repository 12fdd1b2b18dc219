"""A plan in words, and where two people's plans differ: for when somebody else saved first."""

from dataclasses import dataclass

from django.utils import timezone


@dataclass(frozen=True)
class Difference:
    """What two people wrote in the same place."""

    label: str
    theirs: str
    yours: str


class PlanInWords:
    """What the form that plans says of itself in words."""

    def differences(self, current):
        """Where the plan in the database differs from what was typed, as words for both."""
        theirs, yours = current.in_words(), self.in_words()
        labels = {name: field.label for name, field in (self.fields | current.fields).items()}
        return [
            Difference(labels[name], theirs.get(name, ""), yours.get(name, ""))
            for name in {**theirs, **yours}
            if theirs.get(name) != yours.get(name)
        ]

    def in_words(self):
        """Every answer of the form as a person would say it."""
        words = {name: str(self[name].value() or "") for name in ("title", "why_now", "where")}
        words |= {
            name: dict(self.fields[name].choices).get(str(self[name].value() or ""), "")
            for name in ("attribution", "audience", "hosted_by", "chaired_by", "agenda_by")
        }
        words |= {"mode": self.way.label}
        words |= {name: self._moment_in_words(name) for name in ("opens_at", "closes_at", "starts_at", "ends_at")}
        if self.meets:
            words["rounds"] = "\n".join(map(_round_in_words, self.round_rows))
        else:
            words["rate"] = "Yes" if self["rate"].value() else "No"
            words["questions"] = "\n".join(_question_in_words(row) for row in self.rows if row.ticked)
        return {name: str(words[name]) for name in self.fields if name in words}

    def _moment_in_words(self, name):
        moment = self._moment(name)
        if name not in self.fields:
            return ""
        return (
            f"{timezone.localtime(moment, self.partnership.zone):%-d %B %Y, %H:%M}"
            if moment
            else str(self[name].value() or "")
        )


def _question_in_words(row):
    prompts = [prompt.text for prompt, _, ticked in row.prompts if ticked]
    return f"{row.desk.question.number}. {row.desk.question.short_title}, {row.minutes_value} minutes. {' '.join(prompts)}".strip()


def _round_in_words(row):
    prompts = [prompt.text for prompt, _, ticked in row.prompts if ticked]
    return f"{row.name}, {row.minutes_value} minutes. {' '.join(prompts)}".strip()
