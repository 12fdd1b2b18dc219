"""Three questions that a partnership could put to itself, from what its overview shows. They ask; they never judge."""

HOW_MANY = 3

# What each of the five is about, as it stands in a sentence.
ABOUT = {
    1: "what we are here to do",
    2: "what only we can bring",
    3: "who is at the table and who is not",
    4: "how work is shared and thanked",
    5: "what we are learning",
}
ALWAYS = (
    "What would we like to be able to say of ourselves in six months?",
    "Whose voice is not in the room yet?",
    "What could we stop doing?",
)


def questions_to_bring(*, visits, turnouts, lines, load, changes) -> tuple[str, ...]:
    """Three questions, the most telling first.

    Arguments: visits (Visit of the five), turnouts (Turnout, the oldest first), lines (open actions), load (what
    ``load_question`` asks, or ""), changes (who came and left, the newest first).
    """
    found = [
        _about_questions(visits),
        _about_late(lines),
        load,
        _about_leaving(changes),
        _about_turnout(turnouts),
        _about_joining(changes),
    ]
    return tuple(dict.fromkeys(filter(None, [*found, *ALWAYS])))[:HOW_MANY]


def _about_questions(visits):
    longest = min(visits, key=lambda visit: (visit.last_on is not None, visit.last_on), default=None)
    if longest is None or not longest.is_long_ago or not any(visit.last_on for visit in visits):
        return ""
    since = (
        "We have never talked about"
        if longest.last_on is None
        else f"Since {longest.last_on:%B} we have not talked about"
    )
    return f"{since} {ABOUT[longest.number]}. What might we be missing?"


def _about_late(lines):
    late = sum(bool(line.late) for line in lines)
    if not late:
        return ""
    return f"{'One action is' if late == 1 else f'{late} actions are'} late. Too much, not clear enough, or no longer right?"


def _about_leaving(changes):
    left = next((event for event in changes if event.kind == "left" and event.brings), None)
    return f"{left.people[0].person.short_name} left. Who has taken on “{left.brings[0]}”?" if left else ""


def _about_joining(changes):
    came = next((event for event in changes if event.kind in ("joined", "returned") and event.brings), None)
    return (
        f"{came.people[0].person.short_name} brings “{came.brings[0]}”. What can we do now that we could not before?"
        if came
        else ""
    )


def _about_turnout(turnouts):
    """Only between two figures that may both be told."""
    if len(turnouts) < 2 or any(turnout.took_part.is_hidden or not turnout.took_part.of for turnout in turnouts[-2:]):
        return ""
    before, last = (turnout.took_part for turnout in turnouts[-2:])
    if last.number * before.of >= before.number * last.of:
        return ""
    return f"{last.words} took part last time, {before.words} the time before. What got in the way?"
