"""The rows of "Who can see what" about sessions and what is written in them. `partnerships/rules.py` says how rows work."""

from partnerships.rules import IF_YOU_CHOSE, NO, YES, Rule, add_rule

AS_THE_SESSION_SAID = "As the session said"
IF_IT_WAS_FOR_YOU = "If it was for you"
IF_SHARED = "If shared"
IF_YOU_LEAD = "If you lead"
ONLY_YOU = "Only you"
TOTALS = "Totals"

WRITING = add_rule(
    Rule(
        "writing",
        "What you are still writing",
        YES, NO, NO, NO, NO,
        note="Someone who wrote it down for you has seen it too.",
        pages=("reflection:draft_write",),
    )
)  # fmt: skip
SITTING_TOGETHER = add_rule(
    Rule(
        "sitting_together",
        "What you write in a pair or a four",
        YES, NO, NO, NO, NO,
        note="Those who sit there with you see it and change it. Once shown it is “from a four”, with neither names nor sectors.",
        pages=("reflection:pair_detail",),
    )
)  # fmt: skip
NOTES = add_rule(
    Rule(
        "notes",
        "A note to yourself, and words that came back to you",
        YES, NO, NO, NO, NO,
        pages=("reflection:draft_list",),
    )
)  # fmt: skip
ANSWERS = add_rule(
    Rule(
        "answers",
        "Answers, once shown",
        YES, YES, YES, NO, NO,
        note="With a sector, a name or nothing, as the page said when you wrote.",
        pages=("reflection:answer_list", "reflection:theme_board"),
    )
)  # fmt: skip
NUMBERS = add_rule(
    Rule(
        "numbers",
        "The numbers you choose when we rate",
        YES, NO, NO, NO, NO,
        note="Deleted when they are counted. Where the group chose names, they are shown with yours.",
        pages=("reflection:round_rate",),
    )
)  # fmt: skip
SPREADS = add_rule(
    Rule(
        "spreads",
        "How far apart we are, once shown",
        YES, YES, YES, NO, NO,
        note="Totals of enough people, never a score. Readers find them in a record that was for them; the programme never does.",
        pages=("reflection:rating_list",),
    )
)  # fmt: skip
WHO_WROTE = add_rule(
    Rule(
        "who_wrote",
        "Who wrote an answer without a name",
        NO,
        NO,
        NO,
        NO,
        NO,
        note="Nothing in the system joins the two. Not for you either.",
    )
)
UNFINISHED = add_rule(
    Rule(
        "unfinished",
        "Who has not finished writing",
        ONLY_YOU, NO, NO, NO, NO,
        note="Everyone sees a count. Where answers have no names, it goes in steps.",
        pages=("reflection:participation_finish",),
    )
)  # fmt: skip
QUIET = add_rule(
    Rule(
        "quiet",
        "Who wrote nothing, once a session is over",
        NO,
        YES,
        NO,
        NO,
        NO,
        note="Only after sessions with names, so that someone can ring.",
    )
)
CALLS = add_rule(
    Rule(
        "calls",
        "That you would rather talk than write",
        YES, YES, NO, NO, NO,
        note="Forgotten when the session ends, with what you wrote about when to ring.",
        pages=("reflection:session_run", "reflection:draft_write_for"),
    )
)  # fmt: skip
DOTS = add_rule(
    Rule(
        "dots",
        "Where you put your dots",
        YES, TOTALS, TOTALS, NO, NO,
        note="Each answer shows how many it drew, never whose.",
        pages=("reflection:vote_choose",),
    )
)  # fmt: skip
GUESTS = add_rule(
    Rule(
        "guests",
        "The first name of a guest, while a session runs",
        YES, YES, YES, NO, NO,
        note="Where answers carry no names it stands beside none. When the session ends, the name, the sector and what was not shown are deleted.",
        pages=("reflection:answer_list", "reflection:live_follow"),
    )
)  # fmt: skip
PLANS = add_rule(
    Rule(
        "plans",
        "A plan that nobody was told of yet",
        IF_YOU_LEAD, YES, NO, NO, NO,
        pages=("reflection:session_plan", "reflection:session_edit", "reflection:session_preview"),
    )
)  # fmt: skip
SESSIONS = add_rule(
    Rule(
        "sessions",
        "When a session is, and what it asks",
        YES, YES, YES, NO, NO,
        pages=("reflection:session_list", "reflection:session_detail", "reflection:meeting_update"),
    )
)  # fmt: skip
AGREED = add_rule(
    Rule(
        "agreed",
        "What we learned and decided, and who will do what",
        IF_IT_WAS_FOR_YOU, YES, AS_THE_SESSION_SAID, NO, NO,
        note="What you said yes to yourself, you always see.",
        pages=("reflection:outcome_agree", "reflection:learning_list", "reflection:action_list"),
    )
)  # fmt: skip
RECORD = add_rule(
    Rule(
        "record",
        "The record of a session",
        IF_IT_WAS_FOR_YOU, YES, AS_THE_SESSION_SAID, IF_SHARED, IF_SHARED,
        note="Sharing it with the programme is a step of its own.",
        pages=("reflection:record_list", "reflection:record_detail", "reflection:record_shared_list", "reflection:record_shared"),
    )
)  # fmt: skip
TURNOUT = add_rule(
    Rule(
        "turnout",
        "How many took part",
        YES, YES, YES, IF_SHARED, IF_SHARED,
        note="A total, never with names. Small numbers are not told.",
        pages=("reflection:insight_overview", "reflection:record_detail"),
    )
)  # fmt: skip
CHECKIN_NUMBERS = add_rule(
    Rule(
        "checkin_numbers",
        "How you arrive and how much room you have",
        YES, TOTALS, TOTALS, NO, NO,
        note="One shape for everybody, drawn once, and only when enough people answered. Those who answered see it.",
        pages=("reflection:checkin_detail", "reflection:checkin_list"),
    )
)  # fmt: skip
CHECKIN_WORDS = add_rule(
    Rule(
        "checkin_words",
        "What you write in a check-in",
        YES, IF_YOU_CHOSE, IF_YOU_CHOSE, NO, NO,
        note="With your name. What is for the group is shown to those who have answered too.",
        pages=("reflection:checkin_detail",),
    )
)  # fmt: skip
CHECKIN_LEAD = add_rule(
    Rule(
        "checkin_lead",
        "Check-in words that you kept for facilitators",
        YES, YES, NO, NO, NO,
        note="With your name.",
        pages=("reflection:checkin_lead",),
    )
)  # fmt: skip
CHECKINS = add_rule(
    Rule(
        "checkins",
        "When we check in, and how many answered",
        YES, YES, YES, NO, NO,
        note="Never who has not.",
        pages=("reflection:checkin_list",),
    )
)  # fmt: skip
CALENDAR = add_rule(
    Rule(
        "calendar",
        "The address of your own calendar",
        ONLY_YOU, NO, NO, NO, NO,
        note="Whoever you give it to sees dates and the names of your groups, and nothing that anyone wrote. You can end it.",
        pages=("reflection:calendar_detail",),
    )
)  # fmt: skip
VOICES = add_rule(
    Rule(
        "voices",
        "That you spoke, or put your hand up, in a session together",
        YES, YES, NO, NO, NO,
        note="Names go when the session ends. Turns stay by sector, where 3 or more of its people were there.",
        pages=("reflection:live_console",),
    )
)  # fmt: skip
FLAGGED_WORDS = add_rule(
    Rule(
        "flagged_words",
        "A word you asked to hear in plain English",
        YES, YES, NO, NO, NO,
        note="The word alone: nobody can see who asked. It is deleted once explained, and when the session ends.",
        pages=("reflection:live_console",),
    )
)  # fmt: skip
