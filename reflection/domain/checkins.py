"""Check-ins: opened by the clock, answered in a minute, closed once.

Numbers never carry a name. They are drawn once, when a check-in closes, each measure only if enough people answered it;
what comes later stays with its author and changes no figure (domain notes, Decided 14). Words go where their writer chose.
"""

import random
from collections import Counter
from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from partnerships.domain.working_time import local_moment
from partnerships.enums import CheckInPace, SeenBy
from partnerships.models.members import Membership
from partnerships.models.partnerships import Partnership
from reflection.domain.checkin_questions import next_question
from reflection.domain.rhythms import date_due, rhythm_of
from reflection.emails.checkins import plan_checkin
from reflection.enums import CheckInKind, Measure
from reflection.models.checkins import WORDS_LIMIT, CheckIn, CheckInAnswer, CheckInFigure, CheckInInvitee
from reflection.models.rhythms import Rhythm, RhythmPause

LONGEST_OPEN = timedelta(days=13)
CLOSING_HOUR = 17  # local
FEWEST_TO_PAIR = 2
#: Days between two check-ins of someone who is asked once a month: four weeks, less what a holiday may move.
A_MONTH = timedelta(days=24)
TEXT_FIELDS = ("words", "know", "news")
FIELDS = ("mood", "room", "words", "words_to", "know", "know_to", "news")
NOTHING = "Choose or write something first, or press “Not this time”."


# --- Opening --------------------------------------------------------------------------------------------------------
def plan_due_checkins(at: datetime | None = None) -> int:
    """Open the check-ins whose hour has come where their group lives, and write down their mail. Returns how many.

    Any number of clocks may call it, together or again: a group has one check-in a day at most.
    """
    at = at or timezone.now()
    rhythms = list(Rhythm.objects.beating().select_related("partnership", "programme"))
    own = {rhythm.partnership_id: rhythm for rhythm in rhythms if rhythm.partnership_id}
    by_programme = {rhythm.programme_id: rhythm for rhythm in rhythms if rhythm.programme_id}
    # A group that switched its own rhythm off has switched off its programme's with it.
    followers = Partnership.objects.filter(programme__in=by_programme, rhythm__isnull=True)
    groups = Partnership.objects.ongoing().filter(models.Q(pk__in=own) | models.Q(pk__in=followers.values("pk")))
    days = timedelta(days=8)
    pauses = {}
    for pause in RhythmPause.objects.filter(ends_on__gte=(at - days).date(), starts_on__lte=(at + days).date()):
        pauses.setdefault(pause.partnership_id, []).append(pause)
    opened = 0
    for partnership in groups:
        rhythm = own.get(partnership.pk) or by_programme[partnership.programme_id]
        due = date_due(rhythm, partnership=partnership, pauses=pauses.get(partnership.pk, ()), at=at)
        if due and not CheckIn.objects.of_partnership(partnership).filter(on=due.on).exists():
            opened += open_checkin(partnership=partnership, rhythm=rhythm, opens_at=due.opens_at, at=at)[1]
    return opened


def send_checkin_now(*, partnership: Partnership, by=None, at: datetime | None = None) -> CheckIn:
    """Open today's check-in without waiting for its hour; today's own if there is one already.

    Raises ValidationError where the group has no rhythm, or nobody to ask.
    """
    at = at or timezone.now()
    rhythm = rhythm_of(partnership)
    if rhythm is None:
        raise ValidationError("This group has not chosen how often it checks in.")
    checkin, _ = open_checkin(partnership=partnership, rhythm=rhythm, opens_at=at, at=at)
    if checkin is None:
        raise ValidationError("There is nobody to ask just now.")
    return checkin


def open_checkin(
    *, partnership: Partnership, rhythm: Rhythm, opens_at: datetime, at: datetime | None = None
) -> tuple[CheckIn | None, bool]:
    """Open a check-in: close the one before, choose the question, fix who is asked, write down the mail.

    Returns it and whether it is new; (None, False) when there is nobody to ask.
    """
    at = at or timezone.now()
    on = partnership.local_date(opens_at)
    with transaction.atomic():
        # The lock makes two clocks take turns: the second finds what the first made.
        Partnership.objects.lock().get(pk=partnership.pk)
        there = CheckIn.objects.of_partnership(partnership).filter(on=on).first()
        if there:
            return there, False
        asked = members_to_ask(partnership, on=on)
        if not asked:
            return None, False
        for earlier in CheckIn.objects.of_partnership(partnership).open():
            close_checkin(checkin=earlier, at=at)
        question = next_question(partnership=partnership, on=on) if rhythm.asks_question else None
        pairs = rhythm.asks_partner and len(asked) >= FEWEST_TO_PAIR
        checkin = CheckIn.objects.create(
            partnership=partnership,
            on=on,
            kind=CheckInKind.PARTNER if pairs else CheckInKind.ORDINARY,
            opens_at=opens_at,
            closes_at=closing_of(rhythm, on, partnership, opens_at),
            asks_mood=rhythm.asks_mood,
            asks_room=rhythm.asks_room,
            asks_know=rhythm.asks_know,
            question_key=question.key if question else "",
            question=question.text if question else "",
        )
        invitees = CheckInInvitee.objects.bulk_create(
            CheckInInvitee(checkin=checkin, membership=membership) for membership in asked
        )
        if pairs:
            _pair(invitees)
        plan_checkin(checkin=checkin, memberships=asked, at=at)
    return checkin, True


def members_to_ask(partnership: Partnership, *, on: date) -> list[Membership]:
    """Who is asked on a day: those who take part, have not paused, and whose own pace it is.

    "Once a month" means: not while they were asked in the last four weeks, less what a holiday may have moved.
    """
    lately = CheckInInvitee.objects.filter(checkin__partnership=partnership, checkin__on__gt=on - A_MONTH)
    return list(
        Membership.objects.current()
        .taking_part()
        .filter(partnership=partnership, person__is_active=True)
        .exclude(paused_until__gte=on)
        .exclude(mail_choice__checkin_pace=CheckInPace.NEVER)
        .exclude(mail_choice__checkin_pace=CheckInPace.MONTHLY, pk__in=lately.values("membership"))
        .select_related("person")
        .order_by("pk")
    )


def closing_of(rhythm, on, partnership, opens_at):
    """The day before the next one could come, and after 13 days at most, at five."""
    days = min(timedelta(weeks=rhythm.every_weeks, days=-1), LONGEST_OPEN)
    return max(local_moment(on + days, time(CLOSING_HOUR), zone=partnership.zone), opens_at + timedelta(days=1))


def _pair(invitees):
    """Each speaks for one other person and is spoken for by one: pairs, and one ring of three when their number is odd."""
    mixed = random.SystemRandom().sample(invitees, len(invitees))
    while mixed:
        size = 3 if len(mixed) == 3 else 2
        ring, mixed = mixed[:size], mixed[size:]
        for place, invitee in enumerate(ring):
            invitee.speaks_for = ring[(place + 1) % size]
    CheckInInvitee.objects.bulk_update(invitees, ["speaks_for"])


# --- Answering ------------------------------------------------------------------------------------------------------
def answer_checkin(
    *, invitee: CheckInInvitee, keep_empty: bool = False, at: datetime | None = None, **given
) -> CheckInAnswer:
    """Keep what someone answered; answering again edits the same answer (trust E6).

    Arguments:
        given: mood and room (1 to 5, or None), words, know and news (text), words_to and know_to (SeenBy).
        keep_empty: what is left empty stays as it was. So it is behind a link, whose page never shows what was sent before.

    After the check-in closed the answer is welcome and changes no figure. Raises ValidationError, keyed by field.
    """
    at = at or timezone.now()
    given = {name: value for name, value in given.items() if name in FIELDS}
    for name in TEXT_FIELDS:
        if name in given:
            given[name] = _tidy(given[name])
    with transaction.atomic():
        # Locked in the order of closing: an answer is counted, or it is late, and never half of each.
        checkin = CheckIn.objects.lock().get(pk=invitee.checkin_id)
        locked = CheckInInvitee.objects.of_current_members().lock().filter(pk=invitee.pk).first()
        if locked is None:
            raise ValidationError("You are no longer in this group, so nothing was sent.")
        answer = CheckInAnswer.objects.filter(invitee=locked).first() or CheckInAnswer(invitee=locked, first_at=at)
        before = answer.news
        if keep_empty:
            given = _without_empty(given)
        for name, value in given.items():
            setattr(answer, name, value)
        _blank_what_was_not_asked(answer, checkin, locked)
        if not any(getattr(answer, name) for name in ("mood", "room", *TEXT_FIELDS)):
            raise ValidationError(NOTHING)
        if answer.news != before:
            # Other words: the person they are about has not heard these yet.
            answer.heard, answer.news_shared = None, False
        answer.changed_at = at
        answer.full_clean(exclude=["invitee"])
        answer.save()
        CheckInInvitee.objects.filter(pk=locked.pk).update(declined_at=None)
    return answer


def _tidy(text):
    text = (text or "").replace("\r\n", "\n").replace("\x00", "").strip()
    if len(text) > WORDS_LIMIT:
        raise ValidationError(f"Keep each box under {WORDS_LIMIT:,} characters.")
    return text


def _without_empty(given):
    kept = {name: value for name, value in given.items() if value not in (None, "")}
    # Who sees a box goes with the words in it: an empty box says nothing about the words sent before.
    for words, audience in (("words", "words_to"), ("know", "know_to")):
        if words not in kept:
            kept.pop(audience, None)
    return kept


def _blank_what_was_not_asked(answer, checkin, invitee):
    if not checkin.asks_mood:
        answer.mood = None
    if not checkin.asks_room:
        answer.room = None
    if not checkin.asks_know:
        answer.know = ""
    if not checkin.question:
        answer.words = ""
    if invitee.speaks_for_id is None:
        answer.news = ""


def decline_checkin(*, invitee: CheckInInvitee, at: datetime | None = None) -> None:
    """ "Not this time": nothing is asked again. An answer that was sent stays. Nobody is told."""
    CheckInInvitee.objects.waiting().filter(pk=invitee.pk).update(declined_at=at or timezone.now())


def say_how_heard(
    *,
    answer: CheckInAnswer,
    by: Membership,
    heard: int,
    shared: bool = False,
    expected: str,
    at: datetime | None = None,
) -> CheckInAnswer:
    """The person whose news was told says how well they were heard, and whether the group may read it.

    Arguments:
        by: their membership; nobody else may say it for them.
        heard: 1 to 5 (``Heard``).
        expected: the news as the page showed it; other words by now are asked about again.
    """
    with transaction.atomic():
        locked = (
            CheckInAnswer.objects.select_for_update(of=("self",))
            .select_related("invitee__speaks_for")
            .get(pk=answer.pk)
        )
        about = locked.invitee.speaks_for
        if about is None or about.membership_id != by.pk or not locked.news:
            raise ValidationError("There is no news of yours here.")
        if locked.news != expected:
            raise ValidationError("These words have changed. Read them once more, then say.")
        locked.heard, locked.news_shared = heard, shared
        locked.full_clean(exclude=["invitee"])
        locked.save(update_fields=["heard", "news_shared"])
    return locked


def remembered_audiences(membership: Membership) -> dict:
    """Whom someone chose for their words the last time: what their next form begins with."""
    last = CheckInAnswer.objects.of_membership(membership).order_by("-changed_at").values("words_to", "know_to").first()
    return last or {"words_to": SeenBy.GROUP.value, "know_to": SeenBy.FACILITATORS.value}


# --- Closing --------------------------------------------------------------------------------------------------------
def close_due_checkins(at: datetime | None = None) -> int:
    """Close what is due, once each. Returns how many."""
    at = at or timezone.now()
    return sum(close_checkin(checkin=checkin, at=at) for checkin in CheckIn.objects.due_to_close(at))


def close_checkin(*, checkin: CheckIn, at: datetime | None = None) -> bool:
    """Close a check-in and draw its figures: each measure that at least k people answered. Returns whether it was open.

    Figures are drawn in this transaction and never again, so that two drawings can't be compared to find one person.
    """
    with transaction.atomic():
        locked = CheckIn.objects.lock().select_related("partnership").get(pk=checkin.pk)
        if not locked.is_open:
            return False
        answers = list(CheckInAnswer.objects.of_checkin(locked).values("mood", "room"))
        figures = []
        for measure in Measure:
            counts = Counter(row[measure.value] for row in answers if row[measure.value] is not None)
            if counts.total() >= locked.partnership.minimum_group:
                figures += [
                    CheckInFigure(checkin=locked, measure=measure, value=value, count=counts[value])
                    for value in range(1, 6)
                ]
        CheckInFigure.objects.bulk_create(figures)
        locked.closed_at, locked.answered_at_close = at or timezone.now(), len(answers)
        locked.save(update_fields=["closed_at", "answered_at_close"])
    return True
