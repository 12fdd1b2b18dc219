import hashlib
import secrets

from allauth.account.models import EmailAddress
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac

from partnerships.enums import InvitationRole, InvitationState
from partnerships.models.base import UUIDModel

UNANSWERED = models.Q(
    accepted_at__isnull=True, declined_at__isnull=True, withdrawn_at__isnull=True, expired_at__isnull=True
)

GONE_WORDS = {
    InvitationState.ACCEPTED: "This invitation has been accepted already.",
    InvitationState.DECLINED: "This invitation was answered with “Not now”.",
    InvitationState.WITHDRAWN: "This invitation was taken back.",
    InvitationState.EXPIRED: "This invitation has run out. Ask for a new one.",
}


def hash_of_token(token):
    return hashlib.sha256(token.encode()).hexdigest()


def new_seed():
    return secrets.token_hex(32)


class InvitationQuerySet(models.QuerySet):
    def unanswered(self):
        """Neither answered, withdrawn nor marked as run out. A few may have passed their time since the last sweep."""
        return self.filter(UNANSWERED)

    def open(self, at=None):
        return self.unanswered().filter(expires_at__gt=at or timezone.now())

    def past_their_time(self, at=None):
        return self.unanswered().filter(expires_at__lte=at or timezone.now())

    def waiting(self):
        """Sent and not answered, those that ran out among them: what can be sent again or taken back."""
        return self.filter(
            accepted_at__isnull=True, declined_at__isnull=True, withdrawn_at__isnull=True
        ).select_related("by", "organisation")

    def answered_since(self, at):
        return self.filter(models.Q(accepted_at__gte=at) | models.Q(declined_at__gte=at)).select_related("accepted_by")

    def with_token(self, token):
        return self.filter(token_hash=hash_of_token(token))

    def letting_found(self, person):
        """Accepted invitations to begin a partnership that this person has not used yet."""
        return self.filter(role=InvitationRole.FOUNDER, accepted_by=person, partnership__isnull=True)


class Invitation(UUIDModel):
    """A place kept for one address. Holding its link is the proof of holding the address."""

    partnership = models.ForeignKey(
        "partnerships.Partnership", models.CASCADE, null=True, blank=True, related_name="invitations"
    )
    programme = models.ForeignKey(
        "partnerships.Programme", models.CASCADE, null=True, blank=True, related_name="invitations"
    )
    email = models.EmailField()
    full_name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=11, choices=InvitationRole.choices, default=InvitationRole.MEMBER)
    organisation = models.ForeignKey(
        "partnerships.Organisation", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    message = models.TextField(blank=True, max_length=2000)
    # The link's token is made from this seed and the secret key; the row alone, in a stolen copy, opens nothing.
    seed = models.CharField(max_length=64, default=new_seed, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    times_sent = models.PositiveSmallIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        "partnerships.Person", models.SET_NULL, null=True, blank=True, related_name="invitations_accepted"
    )
    declined_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    expired_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(
        "partnerships.Person", models.SET_NULL, null=True, blank=True, related_name="invitations_sent"
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                models.F("partnership"),
                Lower("email"),
                condition=UNANSWERED,
                name="invitation_one_open_per_address",
                violation_error_message="This address has an invitation already.",
            ),
            models.UniqueConstraint(
                Lower("email"),
                condition=UNANSWERED & models.Q(partnership__isnull=True),
                name="invitation_one_open_founder",
                violation_error_message="This address has an invitation already.",
            ),
            models.CheckConstraint(condition=models.Q(role__in=InvitationRole.values), name="invitation_role_known"),
            models.CheckConstraint(
                condition=models.Q(role=InvitationRole.FOUNDER) | models.Q(partnership__isnull=False),
                name="invitation_to_something",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="invitation_expires_later"
            ),
        ]

    def __str__(self):
        return f"{self.get_role_display()} {self.pk}"

    def save(self, **kwargs):
        self.token_hash = hash_of_token(self.token)
        if kwargs.get("update_fields") and "seed" in kwargs["update_fields"]:
            kwargs["update_fields"] = {*kwargs["update_fields"], "token_hash"}
        super().save(**kwargs)

    @property
    def token(self):
        """What the link carries: made again whenever it is needed, kept nowhere."""
        return salted_hmac("partnerships.invitation", f"{self.pk}:{self.seed}", algorithm="sha256").hexdigest()

    def is_for(self, person):
        """Whether it was sent to a proven address of this person, in capitals or not (one query)."""
        return EmailAddress.objects.filter(user=person.pk, verified=True, email__iexact=self.email).exists()

    def state_at(self, at):
        for moment, state in (
            (self.accepted_at, InvitationState.ACCEPTED),
            (self.declined_at, InvitationState.DECLINED),
            (self.withdrawn_at, InvitationState.WITHDRAWN),
            (self.expired_at, InvitationState.EXPIRED),
        ):
            if moment is not None:
                return state
        return InvitationState.EXPIRED if self.expires_at <= at else InvitationState.OPEN

    @property
    def state(self):
        return self.state_at(timezone.now())
