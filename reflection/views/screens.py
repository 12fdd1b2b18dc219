"""Whether there is something new to see: what pages listen to, and what they ask while they can't."""

from django.conf import settings
from django.http import JsonResponse
from django.views.decorators.http import condition, require_safe

from partnerships.enums import Role
from reflection.access import session_access
from reflection.live.stream import address_for
from reflection.live.tickets import PAGES, person_key

# Seconds between two questions of a page that listens. Without Redis the worker, another process, can reach no stream:
# what it does (a session opens, writing ends) is noticed by asking, as often as without a stream.
ASK_EVERY_WITH_REDIS, ASK_EVERY = 60, 10


def _etag(request, session):
    return f'"{session.pk}.{session.screen_version}"'


@require_safe
@session_access(Role.MEMBER)
@condition(etag_func=_etag)
def session_state(request, session):
    return JsonResponse({"version": session.screen_version})


@require_safe
@session_access(Role.MEMBER)
def session_ticket(request, session):
    """For every page that isn't a live screen. What a live screen shows is told through that screen's own door."""
    person = person_key(session.partnership_id, request.membership.person_id)
    return JsonResponse(
        {
            "stream": address_for(session=session, listeners=PAGES, person=person),
            "version": session.screen_version,
            "every": ASK_EVERY_WITH_REDIS if settings.REDIS_URL else ASK_EVERY,
        }
    )
