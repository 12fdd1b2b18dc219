"""The words of this app that the code has to know. Each label is what a person reads."""

from enum import IntEnum

from django.db import models


class Role(IntEnum):
    """What a door asks for. Ordered: whoever may do more may do what needs less."""

    OBSERVER = 1
    MEMBER = 2
    FACILITATOR = 3


class Sector(models.TextChoices):
    NHS = "nhs", "NHS"
    COUNCIL = "council", "Local council"
    VCSE = "vcse", "Community and voluntary"
    RESIDENT = "resident", "Residents"
    OTHER = "other", "Other"


class PlaceLevel(models.TextChoices):
    NEIGHBOURHOOD = "neighbourhood", "Neighbourhood"
    PLACE = "place", "Town or district"
    SYSTEM = "system", "Whole area"


class Ring(models.TextChoices):
    CORE = "core", "Core"
    ACTIVE = "active", "Active"
    WIDER = "wider", "Wider"


class Authority(models.TextChoices):
    DECIDE = "decide", "I can say yes for my group"
    CONSULT = "consult", "I must ask first"
    VIEW = "view", "I bring a view"


class SeenBy(models.TextChoices):
    GROUP = "group", "Our group"
    FACILITATORS = "facilitators", "Facilitators"
    ME = "me", "Only me"


class NamedWords(models.TextChoices):
    """What becomes of someone's shown words that carry their name, when they leave."""

    KEEP = "keep", "Keep them, as “a former member”"
    WITHDRAW = "withdraw", "Take the words out"


class BringKind(models.TextChoices):
    SKILL = "skill", "Skill"
    KNOWLEDGE = "knowledge", "Know about"
    CONNECTION = "connection", "Know people"
    INTEREST = "interest", "Care about"
    RESOURCE = "resource", "Can lend"


class ChangeKind(models.TextChoices):
    JOINED = "joined", "Joined"
    RING = "ring", "Moved circle"
    ROLE = "role", "Changed role"
    ORGANISATION = "organisation", "Changed who they speak for"
    LEFT = "left", "Left"
    RETURNED = "returned", "Came back"


class LeadAgreed(models.TextChoices):
    TOGETHER = "together", "Agreed together"
    FUNDER = "funder", "Chosen by the funder"
    NOT_DISCUSSED = "not_discussed", "Not discussed yet"


class InvitationRole(models.TextChoices):
    MEMBER = "member", "Part of the group"
    FACILITATOR = "facilitator", "Part of the group, and helps to lead sessions"
    OBSERVER = "observer", "A reader of shared records"
    FOUNDER = "founder", "Begins a new partnership"


class InvitationState(models.TextChoices):
    OPEN = "open", "Waiting for an answer"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Not now"
    WITHDRAWN = "withdrawn", "Withdrawn"
    EXPIRED = "expired", "Ran out"


class Delivery(models.TextChoices):
    """How far the mail of an invitation came, as those who invite are told."""

    ON_ITS_WAY = "on_its_way", "On its way"
    SENT = "sent", "Sent"
    NOT_DELIVERED = "not_delivered", "Could not be delivered"
    NOT_SURE = "not_sure", "May not have arrived"
    NOT_SENT = "not_sent", "Could not be sent in time"
    RAN_OUT = "ran_out", "Ran out"


class DispatchState(models.TextChoices):
    PLANNED = "planned", "Planned"
    SENDING = "sending", "Sending"
    SENT = "sent", "Sent"
    FAILED = "failed", "Could not be sent"
    UNKNOWN = "unknown", "We do not know if it arrived"
    EXPIRED = "expired", "Too late to send"
    SUPPRESSED = "suppressed", "No longer wanted"


class Theme(models.TextChoices):
    DEVICE = "device", "As my device"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


class MailSeries(models.TextChoices):
    """The kinds of mail people choose about. Each label is what their page of reminders says."""

    SESSION_OPENS = "session-opens", "A session opens"
    CLOSES_SOON = "closes-soon", "A session closes soon"
    LIVE_TOMORROW = "live-tomorrow", "A live session tomorrow"
    CHECK_INS = "check-ins", "A check-in"
    ACTIONS = "actions", "Something you said you would do"
    REVIEWS = "reviews", "Something we learned, to look at again"
    RECORDS = "records", "A record is ready"
    DIGEST = "digest", "The weekly mail"


class MailPace(models.TextChoices):
    AT_ONCE = "once", "At once"
    WEEKLY = "weekly", "Weekly"
    NONE = "none", "None"


class CheckInPace(models.TextChoices):
    """How often someone is asked how they are, beside the rhythm of their group."""

    GROUP = "group", "As the group"
    MONTHLY = "month", "Once a month"
    NEVER = "never", "None"


class CheckInPress(models.TextChoices):
    """What one press under a check-in does, without a sign-in."""

    MONTHLY = "month", "Once a month"
    PAUSE = "pause", "Pause for 4 weeks"
    STOP = "stop", "Stop check-ins"
    BACK = "back", "Ask me as the group"


class NotSentBecause(models.TextChoices):
    """Why a planned mail was not sent after all."""

    GONE = "gone", "Nobody to send it to any more"
    LEFT = "left", "They have left the group"
    PAUSED = "paused", "They paused their mail"
    STOPPED = "stopped", "They chose none of these"
    WEEKLY = "weekly", "They get it in the weekly mail"
    TOO_MANY = "too_many", "They have had as many as a week may bring"
    UNREACHABLE = "unreachable", "Mail to this address comes back"
    NOT_NEEDED = "not_needed", "It was no longer needed"


class BounceKind(models.TextChoices):
    HARD = "hard", "There is no such mailbox"
    SOFT = "soft", "The mailbox could not take it"
    COMPLAINT = "complaint", "The reader called it spam"
