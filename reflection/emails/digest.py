"""The weekly mail: what the week brings, and the news that did not come by itself. It says no more than single mails would."""

from django.template.loader import render_to_string

from partnerships.domain.dispatch import kinds, mail_kind
from partnerships.domain.dispatch_mail import one_line
from partnerships.emails import site_url
from partnerships.enums import MailSeries
from partnerships.models.members import Membership
from reflection.domain.calendars import invitation_of
from reflection.domain.digest_ahead import Ahead, ahead_for
from reflection.domain.digests import DIGEST, NO_NEWS_ONCE_OVER, news_for
from reflection.emails.checkins import reply_url


def _address(ahead: Ahead) -> str:
    here = {"partnership_id": ahead.partnership.pk}
    if ahead.kind in ("opens", "closes"):
        return site_url("reflection:session_detail", session_id=ahead.thing.pk)
    if ahead.kind == "meets":
        return site_url("reflection:session_detail", session_id=ahead.thing.session_id)
    if ahead.kind == "checkin":
        return reply_url(ahead.thing)
    if ahead.kind == "checkin_comes":
        return site_url("reflection:checkin_list", **here)
    if ahead.kind == "review":
        return site_url("reflection:learning_review", learning_id=ahead.thing.pk)
    return site_url("reflection:action_list", **here)


def _ahead_line(ahead: Ahead, person) -> dict:
    words = render_to_string("reflection/emails/_week_line.txt", {"ahead": ahead, "recipient": person})
    return {"partnership": ahead.partnership, "words": one_line(words), "url": _address(ahead)}


def _told(ahead) -> set:
    """What of the news stands under the week already: (kind, id)."""
    told = {("meeting_set", str(one.thing.pk)) for one in ahead if one.kind == "meets"}
    closing = [str(one.thing.pk) for one in ahead if one.kind == "closes"]
    return told | {(kind, pk) for kind in NO_NEWS_ONCE_OVER for pk in closing}


def _news_lines(dispatch, person, ahead) -> list[dict]:
    """What is still wanted and not told already, with the subject of its mail and where to look; the latest of each place."""
    at, told = dispatch.planned_at, _told(ahead)
    mine = Membership.objects.current().filter(person=person).select_related("partnership")
    here = {one.partnership_id for one in mine if not one.is_paused(one.partnership.local_date(at))}
    lines = {}
    for row in news_for(person, at):
        kind = kinds[row.kind]
        is_told = (row.kind, row.occurrence.split(":")[1]) in told
        if row.partnership_id in here and not is_told and kind.still_wanted(row, person):
            line = _news_line(kind, row, person)
            lines[line["url"]] = line
    return list(lines.values())


def _news_line(kind, row, person) -> dict:
    context = {"recipient": person, "partnership": row.partnership} | kind.context(row, person)
    subject = one_line(render_to_string(f"{kind.template}.subject.txt", context))
    words = subject.removeprefix(f"{one_line(row.partnership.name)}: ")
    return {"partnership": row.partnership, "words": words[:1].upper() + words[1:], "url": context["url"]}


def has_something(dispatch, person) -> bool:
    ahead = ahead_for(person, dispatch.planned_at)
    return bool(ahead or _news_lines(dispatch, person, ahead))


@mail_kind(
    DIGEST, essential=False, series=MailSeries.DIGEST, working_time=True, hidden=True, still_wanted=has_something
)
def mail_weekly_digest(dispatch, person):
    ahead = ahead_for(person, dispatch.planned_at)
    groups = {}
    for name, lines in (
        ("ahead", [_ahead_line(one, person) for one in ahead]),
        ("news", _news_lines(dispatch, person, ahead)),
    ):
        for line in lines:
            groups.setdefault(line["partnership"], {"ahead": [], "news": []})[name].append(line)
    meetings = [one.thing for one in ahead if one.kind == "meets"]
    return {
        "groups": sorted(groups.items(), key=lambda pair: pair[0].name),
        # The invitation that the single mail would have carried.
        "attachments": [
            (
                f"meeting-{number}.ics" if number else "meeting.ics",
                invitation_of(meeting=meeting, recipient=person).decode(),
                "text/calendar; method=REQUEST",
            )
            for number, meeting in enumerate(meetings)
        ],
    }
