"""One reminder of an invitation that nobody answered, and no second one."""

from datetime import datetime, timedelta

from django.utils import timezone

from partnerships.domain.dispatch import plan_dispatch
from partnerships.models.dispatch import Dispatch, recipient_key
from partnerships.models.invitations import Invitation

UNANSWERED_FOR = timedelta(days=7)
#: With less than this left, a reminder would be a rush.
TIME_LEFT = timedelta(days=1)
NEWS_FOR = timedelta(days=4)
KIND = "invitation_reminder"


def plan_due_invitation_reminders(at: datetime | None = None) -> int:
    """Plan the reminder of every invitation that has waited for a week since it was last sent. Returns how many are new.

    Once for each invitation, however often it is sent again.
    """
    at = at or timezone.now()
    waiting = Invitation.objects.open(at + TIME_LEFT).filter(created_at__lte=at - UNANSWERED_FOR)
    by_key = {recipient_key(invitation): invitation for invitation in waiting.select_related("partnership")}
    mails = Dispatch.objects.filter(recipient_key__in=by_key)
    lately = mails.filter(planned_at__gt=at - UNANSWERED_FOR)
    settled = set(mails.filter(kind=KIND).values_list("recipient_key", flat=True)) | set(
        lately.values_list("recipient_key", flat=True)
    )
    due = [invitation for key, invitation in by_key.items() if key not in settled]
    for invitation in due:
        plan_dispatch(
            kind=KIND,
            occurrence=f"{invitation.pk}:reminder",
            recipient=invitation,
            partnership=invitation.partnership,
            expires_at=min(at + NEWS_FOR, invitation.expires_at),
            at=at,
        )
    return len(due)
