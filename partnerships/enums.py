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
