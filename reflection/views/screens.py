"""Whether there is something new to see: what pages ask every few seconds while they are looked at."""

from django.http import JsonResponse
from django.views.decorators.http import condition, require_safe

from partnerships.enums import Role
from reflection.access import session_access


def _etag(request, session):
    return f'"{session.pk}.{session.screen_version}"'


@require_safe
@session_access(Role.MEMBER)
@condition(etag_func=_etag)
def session_state(request, session):
    return JsonResponse({"version": session.screen_version})
