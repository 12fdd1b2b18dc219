"""Words to borrow for those who lead: a line or two for each kind of round at each of its stages, and for moments of any round.

Data, in our own words. A test sees to it that no stage of any kind is without.
"""

from dataclasses import dataclass

from reflection.enums import RoundKind, Stage


@dataclass(frozen=True)
class Cue:
    """``say`` is to be said aloud; ``do`` is for the one who leads."""

    say: str
    do: str = ""


#: Least heard first: said wherever people are asked to speak.
ORDER = "Ask those first who have not been heard yet. The host organisation goes last."

CUES: dict[tuple[RoundKind, Stage], Cue] = {
    (RoundKind.ARRIVE, Stage.WRITING): Cue(
        "Welcome. Before we begin: one word for how you arrive today. You may pass.",
        "Write your own as well. It makes it easier for others.",
    ),
    (RoundKind.ARRIVE, Stage.REVEALED): Cue(
        "This is how we are today. Nobody needs to explain their word.",
        "Read the words aloud, slowly, and go on.",
    ),
    (RoundKind.LAST_ACTIONS, Stage.AGREEING): Cue(
        "Last time we said we would do these things. Let’s look at each: done, partly, not yet, or shall we let it go?",
        "Thank people for what is done. What is not done needs no excuse, only a choice.",
    ),
    (RoundKind.QUESTION, Stage.WRITING): Cue(
        "We take some minutes in quiet, each alone. Nobody sees your words until we show them together.",
        "Stay quiet yourself. Watch the clock, not the people.",
    ),
    (RoundKind.QUESTION, Stage.REVEALED): Cue(
        "Let’s read in quiet first. What surprises you? What did you not expect to see here?",
        ORDER,
    ),
    (RoundKind.QUESTION, Stage.GROUPING): Cue(
        "Which of these belong together? A thought may stand alone: being the only one does not make it small.",
        "Ask the group where a card goes before you move it.",
    ),
    (RoundKind.QUESTION, Stage.CHOOSING): Cue(
        "Put your dots where you would like us to spend our time. Nobody sees whose dots are where.",
        "Leave a quiet minute before you ask who is still choosing.",
    ),
    (RoundKind.QUESTION, Stage.AGREEING): Cue(
        "What have we learned? What will we do differently, who does it, and by when?",
        "An action is agreed when its owner says yes. Write down where we see it differently, too.",
    ),
    (RoundKind.RATING, Stage.WRITING): Cue(
        "For each sign, choose what is true for you today. “I can’t say” is an answer like the others.",
        "There is no score. You will see how far apart you are, and that is worth a talk.",
    ),
    (RoundKind.RATING, Stage.REVEALED): Cue(
        "Where do we see it most differently? Who would like to say what they see from where they stand?",
        ORDER,
    ),
    (RoundKind.ACTIVITY, Stage.WRITING): Cue(
        "I’ll say once how this goes. Stop me if something is not clear, and help each other find your places.",
        "Say how much time there is, and when it is half over. Walk past everybody once; read nobody’s text.",
    ),
    (RoundKind.ACTIVITY, Stage.REVEALED): Cue(
        "This is what each group wants all of us to hear. What do you find in more than one of them?",
        ORDER,
    ),
    (RoundKind.CLOSING, Stage.WRITING): Cue(
        "One last minute, each alone: was this time kept for reflection? Were you heard?",
        "Answer it yourself as well.",
    ),
    (RoundKind.CLOSING, Stage.REVEALED): Cue(
        "Thank you. This is how it was for us. What do we want to do differently next time?",
        "Say who writes to whom, and when you meet again.",
    ),
}

#: What may happen in any round: (when, what to say).
MOMENTS = (
    (
        "To begin a fair round",
        "One minute each, one at a time, and nobody answers back yet. You may pass, and I’ll ask you again at the end.",
    ),
    ("When someone goes on", "Thank you. I’ll stop you there, so that we hear from everyone."),
    ("When it goes quiet", "Let’s take half a minute. What have we not said yet?"),
    ("When it gets warm", "We see this differently, and that helps us. What does each of us see?"),
    ("When nobody disagrees", "If somebody from outside were listening, what would they doubt?"),
    ("When a word is not clear", "Could you say that again in everyday words?"),
)


def cue_for(kind: RoundKind, stage: Stage) -> Cue | None:
    """The words for where the room is; None where there is nothing to lead."""
    return CUES.get((kind, stage))
