"""The promise that stands above every box: who will see these words, and when.

One place makes it, for the page, the mail and the reveal, so that the words and the rule cannot
part. A change of the words is a new version; a session keeps the one it opened with (trust A16).
"""

from dataclasses import dataclass

from django.conf import settings

from reflection.enums import Attribution, RoundKind

PROMISE_VERSION = 1


@dataclass(frozen=True)
class Promise:
    """``icon`` is lock (only you), hidden (nobody sees who) or seen (with your name)."""

    icon: str
    text: str
    small_print: str = ""


def promise_for(*, attribution: str, minimum: int, revealers: str = "someone who leads") -> Promise:
    """The promise for one way of showing answers.

    Arguments:
        attribution: how the round's answers will be shown (``Attribution``).
        minimum: people who must be ready before anything sealed is shown.
        revealers: who can show the answers, as ``revealers_in_words`` says it. Public pages name
            nobody and keep "someone who leads".
    """
    until = f"Only you can see this until {revealers} shows the answers."
    if attribution == Attribution.TOGETHER:
        return Promise(
            "lock", "Only you see this. When you sit with someone, you choose what to bring; the rest stays yours."
        )
    if attribution == Attribution.NAMED:
        return Promise(
            "seen",
            f"{until} Then it is shown with your name, to everyone in the group. You can change it until then.",
        )
    if attribution == Attribution.SECTOR:
        how = (
            "It will be shown with your sector if at least 3 people from each sector answer, "
            "otherwise with a wider label or none. Never with your name."
        )
    else:
        how = "It will be shown with no name and no sector."
    return Promise("lock", f"{until} {how}", _sealed_small_print(minimum))


def promise_for_numbers(round, *, minimum: int, revealers: str = "someone who leads") -> Promise:
    """The promise above numbers; ``minimum`` and ``revealers`` as in ``promise_for``."""
    if round.kind == RoundKind.CLOSING:
        return Promise(
            "hidden",
            f"Nobody sees what you choose. The group sees totals, and only if {minimum} or more people answer. Never with a name or a sector.",
            _sealed_small_print_of_numbers(minimum),
        )
    if not round.is_sealed:
        return Promise(
            "seen",
            f"Only you can see your numbers until {revealers} shows them. Then they are shown with your name, to everyone in the group.",
        )
    text = f"Nobody sees your numbers. When answers are shown, the group sees how far apart we are, and only if {minimum} or more people answer. Never one score."
    if round.attribution == Attribution.SECTOR:
        text += " Sectors stand beside it only where at least 3 people from each answered."
    return Promise("hidden", text, _sealed_small_print_of_numbers(minimum))


def _sealed_small_print_of_numbers(minimum):
    return (
        "Until then your numbers are kept with your place in this session, so that you can change them. When they are shown "
        "they are counted, and your own are deleted: nobody in the partnership, and nobody using this service’s screens, can "
        f"undo that, you included. Of what fewer than {minimum} people rated, nothing is told. "
        f"Whoever runs the server keeps safety copies from before for up to {settings.BACKUP_DAYS} days."
    )


def revealers_in_words(names) -> str:
    """Who can show the answers, by first name: "Amina", "Amina or Ruth", for more than two "someone who leads"."""
    names = list(names)
    return " or ".join(names) if 0 < len(names) <= 2 else "someone who leads"


def _sealed_small_print(minimum: int) -> str:
    return (
        f"Nothing is shown unless {minimum} people or more are ready. Then the answers are shuffled, "
        "and the link between you and your words is destroyed: nobody in the partnership, and "
        "nobody using this service’s screens, can undo that, you included. "
        f"Whoever runs the server keeps safety copies from before for up to {settings.BACKUP_DAYS} days. "
        "In a small group people may know you by how you write. Councils and the NHS can be asked "
        "by law to hand over what was shown."
    )
