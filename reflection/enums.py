"""The closed lists of how we reflect. The words behind each value are what people read."""

from django.db.models import TextChoices


class SessionMode(TextChoices):
    OVER_TIME = "over_time", "Over some days"
    LIVE = "live", "Live, together"
    BOTH = "both", "Write first, then meet"


class SessionState(TextChoices):
    PLANNED = "planned", "Planned"
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"
    CANCELLED = "cancelled", "Called off"


class Audience(TextChoices):
    """Who gets the record. Sharing with the programme is a separate act."""

    MEMBERS = "members", "Members"
    TOOK_PART = "took_part", "Those who took part"
    MEMBERS_AND_OBSERVERS = "members_and_observers", "Members and observers"
    FACILITATORS = "facilitators", "Facilitators only"


class RoundKind(TextChoices):
    ARRIVE = "arrive", "Arrive"
    LAST_ACTIONS = "last_actions", "Did we do it?"
    QUESTION = "question", "Question"
    RATING = "rating", "Signs of a healthy partnership"
    ACTIVITY = "activity", "Activity"
    CLOSING = "closing", "Closing"


class Stage(TextChoices):
    WAITING = "waiting", "Waiting"
    WRITING = "writing", "Write"
    REVEALED = "revealed", "Reveal"
    GROUPING = "grouping", "Group"
    CHOOSING = "choosing", "Choose"
    AGREEING = "agreeing", "Agree"
    DONE = "done", "Done"


class Attribution(TextChoices):
    """How answers are shown. Sector and anonymous are sealed: nothing joins answer and writer."""

    SECTOR = "sector", "With sector, never with names"
    ANONYMOUS = "anonymous", "No name and no sector"
    NAMED = "named", "With names"


SEALED = (Attribution.SECTOR, Attribution.ANONYMOUS)


class OwnerReply(TextChoices):
    ASKED = "asked", "Asked"
    YES = "yes", "Said yes"
    NO = "no", "Said no"


class ActionState(TextChoices):
    OPEN = "open", "Open"
    DONE = "done", "Done"
    PARTLY = "partly", "Partly done"
    LET_GO = "let_go", "Let go"


class DidWeDoIt(TextChoices):
    YES = "yes", "Yes"
    PARTLY = "partly", "Partly"
    NOT_YET = "not_yet", "Not yet"
    LET_GO = "let_go", "Let it go"


class DidItHold(TextChoices):
    NOT_YET = "not_yet", "Not yet"
    YES = "yes", "Yes"
    PARTLY = "partly", "Partly"
    NO = "no", "No"


class HowAgreed(TextChoices):
    CONSENT = "consent", "Everyone could live with it"
    ALL = "all", "Everyone wanted it"
    MAJORITY = "majority", "Most wanted it"
    ASKED = "asked", "Those with the authority decided, after hearing everyone"
