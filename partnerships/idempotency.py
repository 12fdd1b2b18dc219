"""One form, one result: sending the same form again answers what the first sending answered."""

import hashlib
import hmac
import json
import uuid
from datetime import timedelta
from functools import wraps

from django.core.exceptions import BadRequest
from django.db import IntegrityError, transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from partnerships.models.idempotency import IdempotencyKey

FIELD = "idempotency_key"
HEADER = "Idempotency-Key"
# A view that answers JSON sets this header on a 200 that stands for something done; it never leaves the server.
STORE_HEADER = "X-Idempotent-Store"
ONLY_THAT_IT_IS_DONE = (
    "done"  # its value where the words must not be kept, e.g. a name that is forgotten sooner: a repeat gets {}
)
KEPT_FOR = timedelta(days=7)
NOT_TYPED = {FIELD, "csrfmiddlewaretoken"}


class _Undone(Exception):
    """Carries the answer of a view that changed nothing worth keeping out of the transaction."""

    def __init__(self, response):
        self.response = response


def idempotent(view):
    """Run a POST once for each key that its page made (hidden field `idempotency_key`, or the header of the same name).

    The key, the work and the answer are one transaction. A form with mistakes, a refusal or an error leaves nothing
    behind, the key included. A repeat, also one that arrives while the first is still working, gets the first answer;
    the same key with other words gets a 422 page that keeps them.
    """

    @wraps(view)
    def once(request, *args, **kwargs):
        if request.method != "POST":
            return view(request, *args, **kwargs)
        key = _key(request)
        entry = IdempotencyKey(
            actor_key=_actor_key(request),
            action=request.resolver_match.view_name,
            key=_kept_as(key),
            body_hash=_body_hash(request, key),
        )
        try:
            with transaction.atomic():
                earlier = _claim(entry)
                if earlier:
                    return _replay(request, earlier, entry.body_hash)
                response = view(request, *args, **kwargs)
                if not _is_done(response):
                    raise _Undone(response)
                _remember(entry, response)
                return response
        except _Undone as undone:
            return undone.response

    return once


def forget_idempotency_keys(*, at=None):
    """Delete keys older than a week: no page stays open and is sent again for so long. Returns how many."""
    return IdempotencyKey.objects.filter(created_at__lt=(at or timezone.now()) - KEPT_FOR).delete()[0]


def _claim(entry):
    """Insert the key. While another request holds the same one, the database makes us wait here for its end."""
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError:
        return IdempotencyKey.objects.get(actor_key=entry.actor_key, action=entry.action, key=entry.key)
    return None


def _is_done(response):
    return (
        300 <= response.status_code < 400
        or response.status_code in (201, 204)
        or (response.status_code == 200 and STORE_HEADER in response)
    )


def _remember(entry, response):
    entry.status = response.status_code
    entry.location = response.get("Location", "")
    if STORE_HEADER in response:
        entry.body = "{}" if response[STORE_HEADER] == ONLY_THAT_IT_IS_DONE else response.text
        del response[STORE_HEADER]
    entry.save(update_fields=["status", "location", "body"])


def _replay(request, earlier, body_hash):
    if earlier.body_hash != body_hash:
        typed = [
            (name, value)
            for name, values in request.POST.lists()
            if name not in NOT_TYPED
            for value in values
            if value.strip()
        ]
        return render(request, "422.html", {"typed": typed}, status=422)
    if earlier.location:
        response = HttpResponseRedirect(earlier.location)
        response.status_code = earlier.status
        return response
    return HttpResponse(earlier.body, status=earlier.status, content_type="application/json" if earlier.body else None)


def _actor_key(request):
    if request.user.is_authenticated:
        return f"person:{request.user.pk}"
    # Someone without an account is known by the cookie that protects their form; only its hash is kept.
    cookie = request.META.get("CSRF_COOKIE", "")
    return f"visitor:{hashlib.sha256(cookie.encode()).hexdigest()[:40]}"


def _key(request):
    given = request.headers.get(HEADER) or request.POST.get(FIELD)
    if not given:
        return uuid.uuid4()
    try:
        return uuid.UUID(given)
    except ValueError:
        raise BadRequest("The form’s key is not one of ours.") from None


def _kept_as(key):
    """What is kept of a page's key: enough to know it again, too little to have it."""
    return uuid.UUID(bytes=hashlib.sha256(key.bytes).digest()[:16])


def _body_hash(request, key):
    """What was typed, hashed with the page's own key, which is kept nowhere.

    A bare hash could be tried out: beside who sent it, it would say whose an answer without a name is (trust A1).
    """
    digest = hmac.new(key.bytes, digestmod=hashlib.sha256)
    if request.content_type == "application/json":
        digest.update(request.path.encode() + b"\n" + request.body)
        return digest.hexdigest()
    typed = sorted((name, values) for name, values in request.POST.lists() if name not in NOT_TYPED)
    digest.update(json.dumps([request.path, typed]).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            digest.update(name.encode())
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
    return digest.hexdigest()
