"""The verify rule (trust L5): for every action of a live session and every kind of screen, what was there before and what
the stream brought is what a fresh fetch shows; and nothing goes down a stream that a fresh fetch would not show."""

import json

import pytest
from django.core.exceptions import ValidationError

from partnerships.domain.members import change_role, leave_partnership
from reflection.domain import live, live_board, live_rooms, live_talk, live_voices
from reflection.domain.actions import (
    add_action,
    answer_action,
    complete_action,
    delete_action,
    review_action,
    update_action,
)
from reflection.domain.drafts import ask_for_call, confirm_spoken_words, discard_draft, save_draft, write_for
from reflection.domain.guests import admit_guest, ask_once_more, go_away, refuse_guest, renew_code
from reflection.domain.live_words import flag_word, flagged_words, settle_word
from reflection.domain.outcomes import add_decision, add_learning, add_matter, delete_learning, update_learning
from reflection.domain.rounds_planning import RoundChoice
from reflection.domain.rounds_reveal import add_late_words, take_back_late_words
from reflection.domain.sessions import close_session
from reflection.domain.themes import ALONE, create_theme, delete_theme, differ_on_theme, merge_themes, update_theme
from reflection.domain.votes import add_dot, take_dot
from reflection.enums import Attribution, RoundKind
from reflection.live import screens
from reflection.live.tickets import Listeners, channel_of
from reflection.models.answers import Answer
from reflection.models.drafts import Draft
from reflection.models.live import LiveRun
from reflection.tests.guests import ask
from reflection.tests.sessions import make_live, make_open

pytestmark = pytest.mark.django_db
SECRET = "unshown words of"


class Room:
    """A live session, every kind of screen of it, and what the streams brought to them."""

    def __init__(self, session, lead, told, commit):
        self.session, self.lead, self.told, self.commit = session, lead, told, commit
        self.people = list(session.participations.select_related("membership__person"))
        self.shown = {listeners: self.fresh(listeners) for listeners in Listeners}

    def fresh(self, listeners):
        screens._ready.clear()
        self.session.refresh_from_db()
        return screens.draw_screen(self.session, listeners)

    def do(self, name, act):
        """Do it, then look at every screen."""
        self.told.blocks.clear()
        with self.commit(execute=True):
            done = act()
        for listeners in Listeners:
            for channel, _, block in self.told.blocks:
                if channel == channel_of(self.session.pk, listeners):
                    assert SECRET not in block.decode(), name
                    self.shown[listeners] = json.loads(block.decode().split("data: ", 1)[1])["html"]
            assert self.shown[listeners] == self.fresh(listeners), (
                f"{name}: the {listeners}’s screen is not as a fresh one"
            )
        return done

    @property
    def round(self):
        return LiveRun.objects.select_related("round__session", "round__question").get(session=self.session).round

    def step(self, command, **more):
        run = LiveRun.objects.get(session=self.session)
        return self.do(
            f"{command.__name__} at {self.round.stage}",
            lambda: command(session=self.session, by=self.lead, expected=run.step, **more),
        )

    def write(self):
        for number, one in enumerate(self.people):
            self.do("come in", lambda one=one: live_rooms.come_in(participation=one))
            draft = self.do(
                "write", lambda one=one, n=number: save_draft(participation=one, round=self.round, body=f"{SECRET} {n}")
            )
            assert draft.draft is not None
            self.do("finish", lambda one=one: live_rooms.finish_round(participation=one, round=self.round))


@pytest.fixture(params=[Attribution.NAMED, Attribution.SECTOR])
def room(request, larkmere, framework, lead, told, django_capture_on_commit_callbacks):
    session = make_live(larkmere, framework, lead, questions=2, attribution=request.param)
    return Room(session, lead, told, django_capture_on_commit_callbacks)


def reveal(room):
    """Everybody’s words are ready and shown; from here on they are no secret."""
    room.write()
    Draft.objects.update(body="Shown by now.")
    room.step(live.reveal_led)
    assert room.round.is_shown


def test_writing_and_the_clock(room):
    one, other = room.people[:2]
    room.write()
    room.do("hand up", lambda: live_rooms.set_hand(participation=one, up=True))
    room.do("hand down", lambda: live_rooms.set_hand(participation=one, up=False))
    room.do("a call", lambda: ask_for_call(participation=one, note="Ring me tonight"))
    assert [listeners for listeners in Listeners if "Ring me" in room.shown[listeners]] == [Listeners.FACILITATOR]
    spoken = room.do(
        "write for",
        lambda: write_for(
            by=room.lead, participation=other, round=room.round, body=f"{SECRET} another", read_back=False
        ),
    )
    room.do("confirm", lambda: confirm_spoken_words(draft=spoken))
    room.do("a note", lambda: save_draft(participation=one, round=room.round, body=f"{SECRET} a note", note=True))
    room.do("discard", lambda: discard_draft(draft=Draft.objects.filter(participation=one, note=True).get()))
    room.do("minute", lambda: live.add_minutes(session=room.session, by=room.lead))
    room.do("pause", lambda: live.pause_clock(session=room.session, by=room.lead))
    room.do("resume", lambda: live.resume_clock(session=room.session, by=room.lead))
    room.do("lead", lambda: live.take_over(session=room.session, by=room.lead))
    room.step(live.keep_led_closed)
    room.step(live.go_back)
    room.step(live.go_next)


def test_too_few(room):
    if room.round.is_sealed:
        room.do("one writes", lambda: save_draft(participation=room.people[0], round=room.round, body="x", ready=True))
    assert room.step(live.reveal_led) is False


def test_making_sense_choosing_and_agreeing(room):
    reveal(room)
    by = {"by": room.lead}
    room.step(live.go_next)
    theme, other = (room.do("theme", lambda n=n: create_theme(round=room.round, name=n, **by)) for n in ("One", "Two"))
    cards = [str(pk) for pk in Answer.objects.in_mixed_order().values_list("pk", flat=True)]
    room.do("move", lambda: live_board.move_card(session=room.session, answer_id=cards[0], to=str(theme.pk), **by))
    room.do("alone", lambda: live_board.move_card(session=room.session, answer_id=cards[1], to=ALONE, **by))
    room.do("undo", lambda: live_board.undo_move(session=room.session, **by))
    room.do("rename", lambda: update_theme(theme=theme, expected=theme.version, name="Uno", notice="Both sides.", **by))
    room.do(
        "differ",
        lambda: differ_on_theme(
            theme=theme, expected=theme.version, seen_differently=True, different_view="We do not.", **by
        ),
    )
    room.do("merge", lambda: merge_themes(theme=other, into=theme, **by))
    third = room.do("theme", lambda: create_theme(round=room.round, name="Three", **by))
    room.do("delete", lambda: delete_theme(theme=third, expected=third.version, **by))
    room.step(live.go_next)
    answer = Answer.objects.get(pk=cards[0])
    room.do("dot", lambda: add_dot(participation=room.people[0], answer=answer))
    room.do("dot", lambda: add_dot(participation=room.people[1], answer=answer))
    room.do("dot back", lambda: take_dot(participation=room.people[1], answer=answer))
    room.step(live.go_next)
    agree(room, by)
    room.step(live.go_next)
    room.do("close", lambda: close_session(session=room.session, **by))


def agree(room, by):
    learning = room.do("learning", lambda: add_learning(session=room.session, text="We talk first.", **by))
    room.do("mend", lambda: update_learning(learning=learning, expected=learning.version, text="We talk last.", **by))
    room.do(
        "decision", lambda: add_decision(session=room.session, text="Rotate the chair.", how_agreed="consent", **by)
    )
    room.do("matter", lambda: add_matter(session=room.session, text="Who pays for the hall?", **by))
    owner = room.people[0].membership
    action = room.do("action", lambda: add_action(session=room.session, text="Ask the hall.", owners=[owner], **by))
    room.do("yes", lambda: answer_action(owner=action.owners.get(), yes=True))
    action.refresh_from_db()
    room.do(
        "action again",
        lambda: update_action(action=action, expected=action.version, text="Ask the hall soon.", owners=[owner], **by),
    )
    action.refresh_from_db()
    room.do("no action", lambda: delete_action(action=action, expected=action.version, **by))
    learning.refresh_from_db()
    room.do("no learning", lambda: delete_learning(learning=learning, expected=learning.version, **by))


def test_late_words(room):
    reveal(room)
    one = room.people[0]
    if room.round.is_sealed:
        with pytest.raises(ValidationError):
            add_late_words(participation=one, round=room.round, body="Late.")
        return
    late = room.do("late", lambda: add_late_words(participation=one, round=room.round, body="Late."))
    room.do("taken back", lambda: take_back_late_words(answer=late, participation=one))


def test_words_to_say_plainly_are_seen_by_those_who_lead_alone(room):
    room.do("flag", lambda: flag_word(session=room.session, word="subsidiarity"))
    room.do("flag again", lambda: flag_word(session=room.session, word="Subsidiarity"))
    assert [listeners for listeners in Listeners if "subsidiarity" in room.shown[listeners]] == [Listeners.FACILITATOR]
    (word,) = flagged_words(room.session)
    for name in ("settle", "settle again"):
        room.do(name, lambda: settle_word(session=room.session, word_id=word.pk))
    assert "subsidiarity" not in room.shown[Listeners.FACILITATOR]


def test_a_spoken_round(room):
    reveal(room)
    by = {"by": room.lead}
    one, other, third = room.people[:3]
    room.do("hand up", lambda: live_rooms.set_hand(participation=one, up=True))
    room.do("spoke", lambda: live_voices.mark_spoke(participation=one, seen=0, **by))
    room.do("tapped twice", lambda: live_voices.mark_spoke(participation=one, seen=0, **by))
    room.do("not spoke", lambda: live_voices.unmark_spoke(participation=one, seen=1, **by))
    room.do("begin", lambda: live_talk.begin_talk(session=room.session, **by))
    room.do("pass", lambda: live_talk.pass_turn(participation=one))
    room.do("pass for", lambda: live_talk.pass_turn(participation=other, **by))
    room.do("ask again", lambda: live_talk.ask_again(participation=one, **by))
    room.do("next", lambda: live_talk.speak_next(participation=other, **by))
    room.do("spoke in turn", lambda: live_voices.mark_spoke(participation=third, seen=0, **by))
    room.do("end", lambda: live_talk.end_talk(session=room.session, **by))
    room.do("begin anew", lambda: live_talk.begin_talk(session=room.session, **by))
    room.step(live.go_next)


def test_guests_at_the_door(room):
    by = {"by": room.lead}
    gus, marta = (room.do("ask", lambda name=name: ask(room.session, name)) for name in ("Gus", "Marta"))
    assert [listeners for listeners in Listeners if "Marta" in room.shown[listeners]] == [Listeners.FACILITATOR]
    room.do("refuse", lambda: refuse_guest(guest=marta, **by))
    room.do("ask once more", lambda: ask_once_more(guest=marta))
    room.do("go away", lambda: go_away(guest=marta))
    assert "Marta" not in room.shown[Listeners.FACILITATOR]
    place = room.do("admit", lambda: admit_guest(guest=gus, **by))
    room.do("admit again", lambda: admit_guest(guest=gus, **by))
    room.do("come in", lambda: live_rooms.come_in(participation=place))
    room.do("bring in", lambda: live_voices.bring_in(participation=room.people[0], **by))
    room.do("write", lambda: save_draft(participation=place, round=room.round, body=f"{SECRET} a guest"))
    room.do("another code", lambda: renew_code(session=room.session, **by))


def test_what_was_agreed_earlier_moves_in_another_place(
    larkmere, framework, lead, house, told, django_capture_on_commit_callbacks
):
    """“Did we do it?” shows actions that their owners answer from their own pages, and that another open session holds."""
    by, bea = {"by": lead}, house.of("bea")
    earlier = make_open(larkmere, framework, lead)
    action = add_action(session=earlier, text="Ring the bus company", owners=[bea], **by)
    between = make_open(larkmere, framework, lead)
    choices = [RoundChoice.together(RoundKind.LAST_ACTIONS), RoundChoice(framework.questions.first())]
    session = make_live(larkmere, framework, lead, choices=choices)
    room = Room(session, lead, told, django_capture_on_commit_callbacks)
    assert "Ring the bus company" in room.shown["participant"]
    owner = action.owners.get()
    for yes in (True, False, True):
        room.do(f"says {yes}", lambda yes=yes: answer_action(owner=owner, yes=yes))
    again = {"text": action.text, "owners": [house.of("tom")], **by}
    room.do("another owner", lambda: update_action(action=action, expected=action.version, **again))
    action.refresh_from_db()
    room.do("reviewed", lambda: review_action(action=action, session=between, answer="partly", **by))
    other = room.do("one more", lambda: add_action(session=earlier, text="Ask the school", everyone=True, **by))
    assert "Ask the school" in room.shown["participant"]
    room.do("not that", lambda: delete_action(action=other, expected=other.version, **by))
    room.do("done", lambda: complete_action(action=action, **by))
    assert "Ring the bus company" not in room.shown["participant"]


def test_a_member_who_leaves_is_a_former_member_on_every_screen_at_once(room):
    reveal(room)
    place = next(one for one in room.people if not one.membership.facilitates)
    name = str(place.membership.person)
    assert (name in room.shown["participant"]) is room.round.has_names
    room.do("leaves", lambda: leave_partnership(membership=place.membership, by=place.membership.person))
    assert name not in room.shown["participant"]


def test_who_only_reads_from_now_on_is_off_the_console_s_list_of_calls(room):
    place = next(one for one in room.people if not one.membership.facilitates)
    room.do("a call", lambda: ask_for_call(participation=place, note="Ring me tonight"))
    reads = {"takes_part": False, "facilitates": False, "observes": True}
    room.do("reads", lambda: change_role(membership=place.membership, by=room.lead.person, **reads))
    assert "Ring me tonight" not in room.shown[Listeners.FACILITATOR]


def test_who_may_be_handed_the_lead_changes(room):
    other = next(one.membership for one in room.people if not one.membership.facilitates)
    change = {"membership": other, "by": room.lead.person, "takes_part": True}
    room.do("facilitates", lambda: change_role(facilitates=True, **change))
    room.do("no longer", lambda: change_role(facilitates=False, **change))
