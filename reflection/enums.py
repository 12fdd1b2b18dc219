"""The closed lists of how we reflect. The words behind each value are what people read."""

from django.db.models import IntegerChoices, TextChoices


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


class GuestState(TextChoices):
    ASKED = "asked", "Asked to come in"
    ADMITTED = "admitted", "Let in"
    REFUSED = "refused", "Not this time"
    GONE = "gone", "Gone"


class RoundKind(TextChoices):
    ARRIVE = "arrive", "Arrive"
    LAST_ACTIONS = "last_actions", "Did we do it?"
    QUESTION = "question", "Question"
    RATING = "rating", "Signs of a healthy partnership"
    ACTIVITY = "activity", "Pairs, fours, all"
    CLOSING = "closing", "Closing"


#: Kinds in which people choose numbers and write no words.
RATED = (RoundKind.RATING, RoundKind.CLOSING)


class Stage(TextChoices):
    WAITING = "waiting", "Waiting"
    WRITING = "writing", "Write"
    REVEALED = "revealed", "Reveal"
    GROUPING = "grouping", "Group"
    CHOOSING = "choosing", "Choose"
    AGREEING = "agreeing", "Agree"
    DONE = "done", "Done"


class Attribution(TextChoices):
    """How answers are shown. Sector and anonymous are sealed: nothing joins answer and writer.

    Together: shown as from a pair or a four. Who sat there is known among them, and nowhere else.
    """

    SECTOR = "sector", "With sector, never with names"
    ANONYMOUS = "anonymous", "No name and no sector"
    NAMED = "named", "With names"
    TOGETHER = "together", "From a pair or a four"


SEALED = (Attribution.SECTOR, Attribution.ANONYMOUS)
#: What a session may be planned with. *Together* belongs to pairs and fours alone.
OF_A_SESSION = (Attribution.SECTOR, Attribution.ANONYMOUS, Attribution.NAMED)


class SmallStep(TextChoices):
    """Where a round of pairs and fours stands while people write."""

    ALONE = "alone", "Alone"
    PAIRS = "pairs", "Pairs"
    FOURS = "fours", "Fours"


class TurnState(TextChoices):
    """Where somebody is in a spoken round."""

    WAITING = "waiting", "Waiting"
    SPOKE = "spoke", "Spoke"
    PASSED = "passed", "Passed"


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


class CheckInKind(TextChoices):
    ORDINARY = "ordinary", "Each for themself"
    PARTNER = "partner", "Speak for your partner"


class Measure(TextChoices):
    """What a check-in draws a shape of. The labels are its headings."""

    MOOD = "mood", "How we arrive"
    ROOM = "room", "Room for this work"


class Mood(IntegerChoices):
    HEAVY = 1, "Heavy"
    LOW = 2, "A bit low"
    STEADY = 3, "Steady"
    GOOD = 4, "Good"
    BRIGHT = 5, "Bright"


class Room(IntegerChoices):
    NONE = 1, "None"
    LITTLE = 2, "A little"
    SOME = 3, "Some"
    ENOUGH = 4, "Enough"
    PLENTY = 5, "Plenty"


class Heard(IntegerChoices):
    """How well the person spoken for finds their news told."""

    NOT = 1, "Not really"
    PARTLY = 2, "Partly"
    MOSTLY = 3, "Mostly"
    WELL = 4, "Well"
    FULLY = 5, "Just as I said it"


class Weekday(IntegerChoices):
    MONDAY = 0, "Mon"
    TUESDAY = 1, "Tue"
    WEDNESDAY = 2, "Wed"
    THURSDAY = 3, "Thu"
    FRIDAY = 4, "Fri"


class EveryWeeks(IntegerChoices):
    ONE = 1, "Every week"
    TWO = 2, "Every 2 weeks"
    FOUR = 4, "Every 4 weeks"
