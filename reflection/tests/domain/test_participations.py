"""The one reminder, and what is let go when somebody leaves."""

import threading
import time

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from partnerships.domain.members import change_role, leave_partnership, update_profile
from partnerships.enums import NamedWords
from partnerships.models.dispatch import Dispatch
from partnerships.tests.cast import membership_of
from partnerships.tests.together import at_once
from reflection.domain.drafts import ask_for_call, confirm_spoken_words, finish_writing, save_draft, write_for
from reflection.domain.participations import remind_unfinished
from reflection.domain.rounds_reveal import reveal_round
from reflection.domain.sessions import end_writing, lock_session
from reflection.emails.sessions import has_not_finished
from reflection.enums import ActionState, Attribution, OwnerReply
from reflection.models import Action, ActionOwner, Answer, Draft, Participation, Round, Signature
from reflection.tests.sessions import make_open, make_revealed, write

pytestmark = pytest.mark.django_db


def reminded():
    return {
        key.partition(":")[2]
        for key in Dispatch.objects.filter(kind="session_reminder").values_list("recipient_key", flat=True)
    }


def test_remind_unfinished_goes_to_those_who_have_not_finished(larkmere, framework, lead, bea, gwen):
    session = make_open(larkmere, framework, lead)
    finish_writing(participation=session.participations.get(membership__person=bea))
    paused = membership_of(gwen, larkmere)
    update_profile(membership=paused, by=gwen, expected=paused.version, paused_until=larkmere.local_date())
    session = remind_unfinished(session=session, by=lead)
    everyone = {str(pk) for pk in session.participations.values_list("membership__person", flat=True)}
    assert reminded() == everyone - {str(bea.pk), str(gwen.pk)}
    assert session.reminded_at is not None


def test_a_reminder_does_not_go_to_who_has_finished_meanwhile(larkmere, framework, lead, bea):
    session = make_open(larkmere, framework, lead)
    remind_unfinished(session=session, by=lead)
    row = Dispatch.objects.get(kind="session_reminder", recipient_key=f"person:{bea.pk}")
    assert has_not_finished(row, bea) is True
    finish_writing(participation=session.participations.get(membership__person=bea))
    assert has_not_finished(row, bea) is False


def test_remind_unfinished_only_once(larkmere, framework, lead):
    session = make_open(larkmere, framework, lead)
    remind_unfinished(session=session, by=lead)
    with pytest.raises(ValidationError, match="gone once"):
        remind_unfinished(session=session, by=lead)
    assert Dispatch.objects.filter(kind="session_reminder").count() == 12


def test_remind_unfinished_not_when_writing_is_over(larkmere, framework, lead):
    session = make_open(larkmere, framework, lead)
    end_writing(session=session, by=lead)
    with pytest.raises(ValidationError, match="Writing has ended"):
        remind_unfinished(session=session, by=lead)
    assert reminded() == set()


def test_leaving_deletes_drafts_and_notes_and_nobody_else_s(larkmere, framework, lead, bea):
    session = make_open(larkmere, framework, lead)
    write(session, 12)
    place = session.participations.get(membership__person=bea)
    save_draft(participation=place, round=session.rounds.get(), body="A note", note=True)
    ask_for_call(participation=place, note="After six")
    leave_partnership(membership=place.membership, by=bea)
    assert Draft.objects.filter(participation=place).count() == 0
    assert Draft.objects.filter(round__session=session).count() == 11
    assert Participation.objects.values_list("wants_call", "call_note").get(pk=place.pk) == (False, "")


@pytest.mark.parametrize(
    ("chosen", "words"), [(NamedWords.KEEP, None), (NamedWords.WITHDRAW, "Withdrawn by its writer.")]
)
def test_named_words_of_a_leaver_lose_the_name_and_if_they_chose_the_words(
    larkmere, framework, lead, bea, chosen, words
):
    session, round = make_revealed(larkmere, framework, lead, attribution=Attribution.NAMED)
    mine = Answer.objects.get(signature__participation__membership__person=bea)
    others = list(Answer.objects.exclude(pk=mine.pk).order_by("pk").values_list("pk", "body"))
    figures = Round.objects.values_list("people_count", "answer_count").get(pk=round.pk)
    leave_partnership(membership=membership_of(bea, larkmere), by=bea, named_words=chosen)
    after = Answer.objects.with_writers().get(pk=mine.pk)
    assert after.body == (words or mine.body)
    assert after.signature.participation.membership.name_on_words == "A former member"
    assert list(Answer.objects.exclude(pk=mine.pk).order_by("pk").values_list("pk", "body")) == others
    assert Round.objects.values_list("people_count", "answer_count").get(pk=round.pk) == figures


def test_sealed_words_of_a_leaver_stay(larkmere, framework, lead, bea):
    make_revealed(larkmere, framework, lead)
    before = list(Answer.objects.order_by("pk").values_list("pk", "body"))
    leave_partnership(membership=membership_of(bea, larkmere), by=bea, named_words=NamedWords.WITHDRAW)
    assert list(Answer.objects.order_by("pk").values_list("pk", "body")) == before


def make_reader(place, by):
    return change_role(membership=place.membership, by=by.person, takes_part=False, facilitates=False, observes=True)


def test_a_reader_s_unshown_words_become_notes_and_are_never_shown(larkmere, framework, lead, bea):
    session = make_open(larkmere, framework, lead, attribution=Attribution.NAMED)
    write(session, 12)
    place = session.participations.get(membership__person=bea)
    words = place.drafts.get().body
    ask_for_call(participation=place, note="After six")
    make_reader(place, lead)
    assert list(place.drafts.values_list("body", "ready", "note")) == [(words, False, True)]
    assert Participation.objects.values_list("wants_call", "call_note").get(pk=place.pk) == (False, "")
    revealed = reveal_round(round=session.rounds.get(), by=lead)
    assert (revealed.people, revealed.answers) == (11, 11)
    assert not Answer.objects.filter(round__session=session, body=words).exists()
    assert list(place.drafts.values_list("body", flat=True)) == [words]


def test_a_reader_can_make_nothing_ready_any_more(larkmere, framework, lead, bea):
    session = make_open(larkmere, framework, lead)
    place, round = session.participations.get(membership__person=bea), session.rounds.get()
    spoken = write_for(participation=place, round=round, body="By phone", by=lead, read_back=False)
    make_reader(place, lead)
    tries = {
        "save": lambda: save_draft(participation=place, round=round, body="Late", ready=True),
        "confirm": lambda: confirm_spoken_words(draft=spoken),
        "for them": lambda: write_for(participation=place, round=round, body="Again", by=lead, read_back=True),
    }
    for name, attempt in tries.items():
        with pytest.raises(ValidationError) as refused:
            attempt()
        assert (name, refused.value.code) == (name, "over")
    finish_writing(participation=place)
    assert list(place.drafts.values_list("body", "ready", "note")) == [("By phone", False, True)]


def test_a_reader_s_shown_words_stay_and_their_open_actions_come_back(larkmere, framework, lead, bea):
    session, round = make_revealed(larkmere, framework, lead, attribution=Attribution.NAMED)
    place = session.participations.get(membership__person=bea)
    action = Action.objects.create(session=session, text="Ask the Tuesday cooks", added_by=lead)
    ActionOwner.objects.create(action=action, membership=place.membership)
    make_reader(place, lead)
    assert Signature.objects.filter(answer__round=round).count() == 12
    assert ActionOwner.objects.filter(action=action).count() == 0


def test_leaving_keeps_what_was_shown_with_a_name(larkmere, framework, lead, bea):
    _, round = make_revealed(larkmere, framework, lead, attribution=Attribution.NAMED)
    leave_partnership(membership=membership_of(bea, larkmere), by=bea)
    assert Signature.objects.filter(answer__round=round).count() == 12


def test_leaving_hands_open_actions_back_and_keeps_what_happened(larkmere, framework, lead, bea):
    session = make_open(larkmere, framework, lead)
    hers = membership_of(bea, larkmere)
    made = {
        name: Action.objects.create(session=session, text=name, added_by=lead, state=state)
        for name, state in [("alone", ActionState.OPEN), ("together", ActionState.PARTLY), ("done", ActionState.DONE)]
    }
    for action in made.values():
        ActionOwner.objects.create(action=action, membership=hers, reply=OwnerReply.YES, replied_at=timezone.now())
    ActionOwner.objects.create(action=made["together"], membership=lead)
    leave_partnership(membership=hers, by=bea)
    owners = {name: set(action.owners.values_list("membership", flat=True)) for name, action in made.items()}
    assert owners == {"alone": set(), "together": {lead.pk}, "done": {hers.pk}}
    made["alone"].refresh_from_db()
    assert made["alone"].state == ActionState.OPEN


def test_words_on_their_way_while_their_writer_leaves_are_not_kept(larkmere, framework, lead, bea):
    """The door let the page's own saving in a moment before: it must not leave words behind that a reveal would take."""
    session = make_open(larkmere, framework, lead)
    place, round = session.participations.get(membership__person=bea), session.rounds.get()
    draft = save_draft(participation=place, round=round, body="Begun").draft
    leave_partnership(membership=membership_of(bea, larkmere), by=bea)
    with pytest.raises(ValidationError, match="no longer in this group"):
        save_draft(participation=place, round=round, body="Begun and more", draft_id=draft.pk, expected=1, ready=True)
    with pytest.raises(ValidationError, match="no longer in this group"):
        save_draft(participation=place, round=round, body="For me", note=True)
    with pytest.raises(ValidationError, match="no longer in this group"):
        write_for(participation=place, round=round, body="By phone", by=lead, read_back=True)
    assert not Draft.objects.exists()


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_leaving_waits_for_first_words_that_are_being_kept_and_takes_them_too(larkmere, framework, lead, bea):
    session = make_open(larkmere, framework, lead)
    place, round = session.participations.get(membership__person=bea), session.rounds.get()
    written = threading.Event()

    def write_slowly():
        with transaction.atomic():
            save_draft(participation=place, round=round, body="First", ready=True)
            written.set()
            time.sleep(0.4)

    def leave():
        written.wait(timeout=10)
        leave_partnership(membership=membership_of(bea, larkmere), by=bea)

    assert at_once(write_slowly, leave) == [None, None]
    assert not Draft.objects.exists()


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_leaving_waits_for_a_reveal_and_takes_out_what_it_shows(larkmere, framework, lead, bea):
    """Both take the session before its rounds: in another order each would wait for the other."""
    session = make_open(larkmere, framework, lead, attribution=Attribution.NAMED, questions=2)
    first, second = session.rounds.order_by("position")
    write(session, 12, round=first)
    write(session, 12, round=second)
    reveal_round(round=first, by=lead)
    holds = threading.Event()

    def reveal_slowly():
        with transaction.atomic():
            lock_session(session.pk)
            holds.set()
            time.sleep(0.6)
            reveal_round(round=second, by=lead)

    def leave():
        holds.wait(timeout=10)
        leave_partnership(membership=membership_of(bea, larkmere), by=bea, named_words=NamedWords.WITHDRAW)

    assert at_once(reveal_slowly, leave) == [None, None]
    mine = Answer.objects.filter(signature__participation__membership__person=bea)
    assert list(mine.values_list("body", flat=True)) == ["Withdrawn by its writer."] * 2
    assert Draft.objects.filter(participation__membership__person=bea).count() == 0
