"""The weekly mail. Each of its lines is the subject of a mail that did not come by itself, and where to look."""

from datetime import date

from django.template.loader import render_to_string
from django.utils import timezone

from partnerships.domain.dispatch import kinds, mail_kind
from partnerships.domain.dispatch_mail import one_line
from partnerships.enums import MailSeries
from partnerships.models.members import Membership
from reflection.domain.digests import gathered_for


def digest_lines(dispatch, person) -> list[dict]:
    """What is still wanted, a dict for each: partnership, words, url. What was done in the meantime is left out."""
    monday = date.fromisoformat(dispatch.occurrence.partition(":")[2])
    rows = gathered_for(person, monday, dispatch.planned_at)
    today = timezone.localdate(dispatch.planned_at)
    mine = Membership.objects.current().filter(person=person).exclude(paused_until__gte=today)
    here = set(mine.values_list("partnership", flat=True))
    return [
        _line(kinds[row.kind], row, person)
        for row in rows
        if row.partnership_id in here and row.kind in kinds and kinds[row.kind].still_wanted(row, person)
    ]


def _line(kind, row, person):
    context = {"recipient": person, "partnership": row.partnership} | kind.context(row, person)
    subject = one_line(render_to_string(f"{kind.template}.subject.txt", context))
    words = subject.removeprefix(f"{one_line(row.partnership.name)}: ")
    return {"partnership": row.partnership, "words": words[:1].upper() + words[1:], "url": context["url"]}


def has_something(dispatch, person) -> bool:
    return bool(digest_lines(dispatch, person))


@mail_kind("weekly_digest", essential=False, series=MailSeries.DIGEST, working_time=True, still_wanted=has_something)
def mail_weekly_digest(dispatch, person):
    lines = digest_lines(dispatch, person)
    groups = {}
    for line in lines:
        groups.setdefault(line["partnership"], []).append(line)
    return {"groups": list(groups.items()), "count": len(lines)}
