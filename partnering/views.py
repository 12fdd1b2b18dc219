"""Health and error pages."""

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from partnerships.access import ROLE_SENTENCES, public
from partnerships.enums import Role


@require_safe
@never_cache
@public("a probe has no account, and the answer says nothing but that the process answers")
def health_live(request):
    return JsonResponse({"live": True})


@require_safe
@never_cache
@public("a probe has no account, and the answer names no version, host or person")
def health_ready(request):
    """Ready when the database answers and has every migration. Without Redis the pages still work, so that is `degraded`."""
    database = migrations = False
    try:
        connection.ensure_connection()
        database = True
        executor = MigrationExecutor(connection)
        migrations = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        pass
    ready = database and migrations
    answer = {"ready": ready, "database": database, "migrations": migrations, "degraded": not queue_answers()}
    return JsonResponse(answer, status=200 if ready else 503)


def queue_answers():
    """Whether the cache, and so the Redis behind the queue, can be reached."""
    from django.core.cache import cache

    try:
        cache.get("health")
    except Exception:  # noqa: BLE001  whatever the driver raises, the answer is the same
        return False
    return True


def bad_request(request, exception):
    """400, or 413 when the form was larger than we take (1 MB)."""
    if isinstance(exception, RequestDataTooBig):
        return render(request, "413.html", status=413)
    return render(request, "400.html", status=400)


def forbidden(request, exception):
    """403, with what the door said: who leads can do it, or why nobody can do it for somebody else."""
    said = str(exception)
    needs_lead = said == ROLE_SENTENCES[Role.FACILITATOR]
    if said == ROLE_SENTENCES[Role.MEMBER]:
        said = "Only the people of the group open this page. You read the records that they share."
    return render(request, "403.html", {"exception": said, "needs_lead": needs_lead}, status=403)


def csrf_failure(request, reason=""):
    """The page was open too long, or the cookie is gone: what to do next, and no word about tokens."""
    return render(request, "403_csrf.html", status=403)
