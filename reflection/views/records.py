"""The record of a session: a page to read and print, a Word file, a table; and the list of records for each reader."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partnerships.access import partnership_access, programme_admin_access
from partnerships.enums import Role
from reflection.access import record_access, shared_record_access
from reflection.charts.spreads import draw_results
from reflection.domain.records import build_record
from reflection.enums import RoundKind
from reflection.exports import asks_again
from reflection.exports.tables import answers_as_csv, ratings_as_csv
from reflection.exports.word import record_as_word
from reflection.models.sessions import Session

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CSV = "text/csv; charset=utf-8"


@require_safe
@record_access
def record_detail(request, session):
    record = build_record(session)
    context = {
        "session": session,
        "record": record,
        "ratings": [draw_results(results) for results in record.ratings],
        "leads": request.membership.facilitates,
    }
    return render(request, "reflection/records/record_detail.html", context)


def _file(session, content, kind, ending):
    """A file to keep. Its name holds nothing that anybody typed."""
    name = f"partnering-record-session-{session.number}.{ending}"
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@asks_again
@require_safe
@record_access
def record_word(request, session):
    return _file(session, record_as_word(build_record(session)), WORD, "docx")


@asks_again
@require_safe
@record_access
def record_csv(request, session):
    return _file(session, answers_as_csv(build_record(session)), CSV, "csv")


@asks_again
@require_safe
@record_access
def record_ratings(request, session):
    return _file(session, ratings_as_csv(build_record(session)), CSV, "numbers.csv")


@require_safe
@partnership_access(Role.OBSERVER)
def record_list(request, partnership):
    """What this person may read, and nothing about what they may not: not even how much there is."""
    sessions = list(Session.objects.with_record_for(request.membership).for_record_list())
    for session in sessions:
        session.question_numbers = [
            round.question.number for round in session.rounds.all() if round.kind == RoundKind.QUESTION
        ]
    people = [member.person.short_name for member in partnership.memberships.current().facilitating().by_name()]
    context = {
        "partnership": partnership,
        "sessions": sessions,
        "facilitators": people,
        "observes": request.membership.observes,
        "own_words": request.membership.participations.with_own_words() if request.membership.observes else [],
    }
    return render(request, "reflection/records/record_list.html", context)


@require_safe
@shared_record_access
def record_shared(request, session):
    context = {
        "session": session,
        "record": build_record(session, with_ratings=False),
        "programme": session.partnership.programme,
    }
    return render(request, "reflection/records/record_shared.html", context)


@require_safe
@programme_admin_access
def record_shared_list(request, programme):
    sessions = Session.objects.shared_with_programmes_of(request.user).of_programme(programme).for_record_list()
    return render(
        request, "reflection/records/record_shared_list.html", {"programme": programme, "sessions": list(sessions)}
    )
