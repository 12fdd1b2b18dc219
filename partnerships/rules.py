"""Who can see what, as sentences that the code asks and a page shows.

A rule is one row of the page "Who can see what". `allows` is the same row asked as a question about two memberships,
so the page cannot say one thing and the code do another. Other apps add their rows with `add_rule`.
"""

from dataclasses import dataclass

from partnerships.enums import SeenBy

YES = "Yes"
NO = "No"
IF_YOU_CHOSE = "If you chose"
NAMES = "Names only"


@dataclass(frozen=True)
class Rule:
    """One thing, and for each kind of reader the word the page prints. Any word but "No" and "If you chose" means they may.

    `pages` are the names of the URLs on which it is read: their doors and this row must agree, and a test sees to it.
    """

    key: str
    thing: str
    you: str
    facilitators: str
    group: str
    readers: str
    programme: str
    note: str = ""
    pages: tuple = ()

    def word_for(self, *, to, of):
        """The word of this row for the person of membership `to`, about the person of membership `of`."""
        if to is None or not to.is_current:
            return NO
        if of is not None and to.pk == of.pk:
            return self.you
        if of is not None and to.partnership_id != of.partnership_id:
            return NO
        if to.observes:
            return self.readers
        return self.facilitators if to.facilitates else self.group

    def allows(self, *, to, of=None, chosen=None):
        """Whether the person of membership `to` may see this thing of membership `of`.

        `chosen` (a SeenBy) is the writer's own choice; it counts where the row says "If you chose".
        """
        word = self.word_for(to=to, of=of)
        if word == IF_YOU_CHOSE:
            return chosen == SeenBy.GROUP or (chosen == SeenBy.FACILITATORS and to.facilitates)
        return word != NO


_rules = {}


def add_rule(rule):
    """Put a row on the page. Raises ValueError when the key is taken."""
    if rule.key in _rules:
        raise ValueError(f"There is a rule “{rule.key}” already.")
    _rules[rule.key] = rule
    return rule


def all_rules():
    """Every row, in the order in which they were added."""
    return tuple(_rules.values())


PROFILE = add_rule(
    Rule(
        "profile",
        "Your page: what you bring, your circle",
        YES, YES, YES, NO, NO,
        pages=("partnerships:membership_detail", "partnerships:membership_list"),
    )
)  # fmt: skip
HOPES = add_rule(
    Rule(
        "hopes",
        "What you hope for",
        YES,
        IF_YOU_CHOSE,
        IF_YOU_CHOSE,
        NO,
        NO,
        note="Your group, unless you choose fewer.",
    )
)
LIMITS = add_rule(
    Rule(
        "limits",
        "What makes it hard for you",
        YES,
        IF_YOU_CHOSE,
        IF_YOU_CHOSE,
        NO,
        NO,
        note="Only you, unless you choose more.",
    )
)
ROOM = add_rule(
    Rule(
        "room",
        "How much room you have for this",
        YES,
        IF_YOU_CHOSE,
        IF_YOU_CHOSE,
        NO,
        NO,
        note="Your group, unless you choose fewer.",
    )
)
ADDRESS = add_rule(
    Rule(
        "address",
        "Your mail address",
        YES, YES, NO, NO, YES,
        note="To invite you and to help you sign in.",
        pages=("partnerships:invitation_create",),
    )
)  # fmt: skip
AROUND_US = add_rule(
    Rule(
        "around_us",
        "The groups around you, and where they stand",
        YES, YES, YES, NO, NO,
        note="About groups, never about a named person.",
        pages=("partnerships:stakeholder_list", "partnerships:stakeholder_detail"),
    )
)  # fmt: skip
WHO_IS_HERE = add_rule(
    Rule(
        "who_is_here",
        "Who is here, and since when",
        YES, YES, YES, NO, NAMES,
        note="The programme sees names and dates, never what anyone wrote.",
        pages=("partnerships:partnership_detail",),
    )
)  # fmt: skip
MAIL_CHOICE = add_rule(
    Rule(
        "mail_choice",
        "Which of our mail you want, and when you paused it",
        YES, NO, NO, NO, NO,
        pages=("partnerships:mail_choice_update",),
    )
)  # fmt: skip
