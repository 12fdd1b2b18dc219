import json

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from partnerships.access import public
from partnerships.domain.bounces import record_bounces, signature_holds


# A machine has no cookie to forge with: the signature over the body says who sent it.
@csrf_exempt
@require_POST
@public("a mail service reports here; only a body signed with the shared secret counts")
def bounce_record(request):
    """Body: {"events": [{"id", "address", "kind": "hard" | "soft" | "complaint"}]}; header X-Partnering-Signature."""
    if not settings.BOUNCE_SECRET:
        raise Http404
    if not signature_holds(request.body, request.headers.get("X-Partnering-Signature", "")):
        return JsonResponse({"error": "The signature does not fit."}, status=403)
    try:
        told = json.loads(request.body)
        new = record_bounces(events=told["events"])
    except ValidationError as error:
        return JsonResponse({"error": " ".join(error.messages)}, status=400)
    except (ValueError, KeyError, TypeError, RecursionError):
        return JsonResponse({"error": "The body is no list of events."}, status=400)
    return JsonResponse({"new": new})
