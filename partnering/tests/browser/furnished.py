"""A house that is lived in: Larkmere with something on every page, made through the domain functions."""

from datetime import timedelta
from types import SimpleNamespace

from django.utils import timezone

from partnerships.domain.invitations import accept_invitation, invite_founder, invite_people
from partnerships.domain.leads import begin_lead_term
from partnerships.domain.members import update_profile
from partnerships.domain.stakeholders import add_stakeholder, record_position
from partnerships.enums import BringKind, InvitationRole, LeadAgreed, Ring, Sector
from partnerships.models.organisations import Organisation
from reflection.domain.actions import add_action, answer_action, complete_action
from reflection.domain.checkins import answer_checkin, close_checkin, open_checkin
from reflection.domain.drafts import ask_for_call, save_draft, write_for
from reflection.domain.live_pairs import take_small_step
from reflection.domain.live_rooms import come_in
from reflection.domain.outcomes import add_decision, add_learning, add_matter
from reflection.domain.rhythms import add_pause, set_rhythm
from reflection.domain.rounds import move_round
from reflection.domain.rounds_planning import RoundChoice
from reflection.domain.rounds_reveal import add_late_words, reveal_session
from reflection.domain.sessions import cancel_session, close_session, schedule_session, share_with_programme
from reflection.domain.themes import ALONE, create_theme, differ_on_theme, move_answer
from reflection.domain.votes import add_dot
from reflection.enums import Attribution, Audience, HowAgreed, RoundKind, SmallStep
from reflection.tests.ratings import make_rating, rate
from reflection.tests.sessions import make_live, make_open, make_plan, write

WORDS = "We cook on the day, and nobody pays for the hour before. {}"
#: The longest that a name or a line may sensibly be: what breaks a narrow page.
LONG = "Antidisestablishmentarianism-and-neighbourliness-in-Larkmere-Vale"


def furnish(house, framework):
    """Everything that has a page, as names: `things.past`, `things.theme`, `things.link`…"""
    things = SimpleNamespace(
        house=house, larkmere=house.larkmere, lead=house.of("amina"), bea=house.of("bea"), framework=framework
    )
    _people(things)
    _past(things)
    _called_off(things)
    _to_come(things)
    _writing(things)
    _shown(things)
    _named(things)
    _rated(things)
    _pairs(things)
    _checkins(things)
    return things


def _checkins(things):
    """One that has closed with a shape and words, and one to answer, in pairs."""
    rhythm = set_rhythm(partnership=things.larkmere, by=things.lead, every_weeks=2, asks_partner=True)
    today = timezone.localdate()
    add_pause(
        partnership=things.larkmere, by=things.lead, starts_on=today + timedelta(days=5),
        ends_on=today + timedelta(days=20), words=WORDS.format("Then we rest."),
    )  # fmt: skip
    at = timezone.now() - timedelta(days=20)
    things.past_checkin, _ = open_checkin(partnership=things.larkmere, rhythm=rhythm, opens_at=at, at=at)
    for number, place in enumerate(things.past_checkin.invitees.all()):
        answer_checkin(
            invitee=place, mood=number % 5 + 1, room=number % 2 + 1, words=WORDS.format(LONG), know="Away on Friday.",
            words_to="group", know_to="facilitators", news=WORDS.format("They mend bicycles."), at=at,
        )  # fmt: skip
    close_checkin(checkin=things.past_checkin)
    things.checkin, _ = open_checkin(partnership=things.larkmere, rhythm=rhythm, opens_at=timezone.now())
    things.place = things.checkin.invitees.get(membership=things.bea)


def _people(things):
    amina, larkmere, today = things.house.amina, things.larkmere, timezone.localdate()
    update_profile(
        membership=things.bea,
        by=things.house.bea,
        expected=things.bea.version,
        brings=[(BringKind.KNOWLEDGE, "Who eats alone on Tannery Row"), (BringKind.KNOWLEDGE, LONG)],
        hopes="That we stop meeting about meeting.",
        limits="Not on Thursdays: we cook.",
        room_hours=2,
        authority="view",
        consult_whom="",
        consult_days="",
    )
    things.stakeholder = add_stakeholder(
        partnership=larkmere, by=amina, name=f"Allotments {LONG}", kind="residents’ group", sector=Sector.VCSE,
        ring=Ring.WIDER, held_by=things.bea, last_talked_on=today,
    )  # fmt: skip
    for days, agreement, trust in ((200, 2, 2), (30, 3, 4)):
        record_position(
            stakeholder=things.stakeholder, by=amina, agreement=agreement, trust=trust, on=today - timedelta(days=days)
        )
    council = Organisation.objects.get(name="Larkmere Borough Council")
    things.term = begin_lead_term(
        partnership=larkmere, organisation=council, by=amina, covers="The grant", agreed=LeadAgreed.TOGETHER
    )
    invite = {"partnership": larkmere, "by": amina, "message": "You know what a Sunday is like here."}
    things.invitation = invite_people(emails="Dirk Vaart <dirk@somewhere.example>", **invite)[0]
    things.reading = invite_people(emails="owen@somewhere.example", role=InvitationRole.OBSERVER, **invite)[0]
    things.gone = invite_people(emails="una@somewhere.example", **invite)[0]
    accept_invitation(invitation=things.gone, person=None, full_name="Una Prins", called="Una", pronouns="")
    things.founder_link = invite_founder(email="kit@somewhere.example", full_name="Kit Osei", by=things.house.ines)
    things.founding = invite_founder(email=things.house.helen.email, by=things.house.ines)
    accept_invitation(invitation=things.founding, person=things.house.helen)


def _past(things):
    """A closed session with all that comes of one, shared with readers; another that was for its facilitators only."""
    lead, now = things.lead, timezone.now()
    at = now - timedelta(days=200)
    past = make_open(
        things.larkmere, things.framework, lead, at=at, questions=2, title="After the first winter", where="Fold Street, upstairs",
        audience=Audience.MEMBERS_AND_OBSERVERS,
    )  # fmt: skip
    for round in past.rounds.all():
        for person in list(past.participations.select_related("membership__person")):
            words = WORDS.format(person.membership.person.email)
            save_draft(participation=person, round=round, body=words, ready=True, at=at + timedelta(days=1))
    reveal_session(session=past, by=lead, at=at + timedelta(days=9))
    first = past.rounds.first()
    theme = create_theme(round=first, name="Unpaid and unseen", notice="Small groups carry it.", by=lead)
    for answer in first.answers.all()[:4]:
        move_answer(answer=answer, to=theme, by=lead)
    kept = {"session": past, "by": lead, "at": at + timedelta(days=10)}
    day = timezone.localdate()
    things.due = add_learning(
        text="Ask before you plan.",
        do_differently="Ring first.",
        review_on=day - timedelta(days=1),
        theme=theme,
        **kept,
    )
    add_learning(text="Cooking is work.", **kept)
    add_decision(
        text="We meet at ten.", how_agreed=HowAgreed.CONSENT, rather_wait="One small group", review_on=day, **kept
    )
    add_matter(text="Who holds the grant?", **kept)
    owners = {"owners": [things.bea], "due_on": day + timedelta(days=3)}
    things.agreed = add_action(text="Ask the cooks what an hour costs", **owners, **kept)
    answer_action(owner=things.agreed.owners.get(), yes=True)
    add_action(text="Tell three neighbours", owners=[], everyone=True, **kept)
    done = add_action(text="Write to the council", owners=[lead], **kept)
    answer_action(owner=done.owners.get(), yes=True)
    complete_action(action=done, by=lead, what_happened="They rang back the same day.", at=at + timedelta(days=20))
    things.past = close_session(session=past, by=lead, at=at + timedelta(days=11))
    private = make_open(things.larkmere, things.framework, lead, title="Only for two", audience=Audience.FACILITATORS)
    write(private)
    reveal_session(session=private, by=lead)
    things.private = share_with_programme(session=close_session(session=private, by=lead), by=lead)


def _called_off(things):
    gone = make_open(things.larkmere, things.framework, things.lead, questions=2, title="Too soon")
    write(gone, 4)
    mine = gone.participations.get(membership=things.bea)
    save_draft(participation=mine, round=gone.rounds.first(), body="Not for everybody yet", ready=True)
    things.gone_session = cancel_session(session=gone, by=things.lead, why="Too many of us are away.")


def _to_come(things):
    later = timezone.now() + timedelta(days=4)
    when = {"opens_at": later, "closes_at": later + timedelta(days=9)}
    people = {"hosted_by": things.lead, "chaired_by": things.bea, "where": "Tannery Row Kitchen"}
    plan = make_plan(
        things.larkmere, things.framework, things.lead, questions=5, title="Who carries what?", **when, **people
    )
    things.coming = schedule_session(session=plan, by=things.lead)
    things.draft = make_plan(
        things.larkmere, things.framework, things.lead, questions=5, title=f"A draft {LONG}", **when
    )


def _writing(things):
    """Open, with every kind of words in it: ready, begun, a note, and some that somebody wrote down for Bea."""
    session = make_open(things.larkmere, things.framework, things.lead, questions=5, title="What are we for, now?")
    write(session, 3)
    rounds, mine = list(session.rounds.all()), session.participations.get(membership=things.bea)
    save_draft(participation=mine, round=rounds[0], body=f"Half a thought {LONG}")
    save_draft(participation=mine, round=rounds[0], body="For me alone", note=True)
    save_draft(participation=mine, round=rounds[1], body="Ready to be shown", ready=True)
    write_for(participation=mine, round=rounds[2], body="As she said it on the phone", by=things.lead, read_back=False)
    ask_for_call(participation=session.participations.get(membership__person=things.house.gwen), note="After 6 is best")
    things.writing, things.rounds = session, rounds


def _shown(things):
    """Answers out: one question grouped, one with dots, one finished, two with too few to show."""
    lead = things.lead
    session = make_open(things.larkmere, things.framework, lead, questions=5, title="How are we doing?")
    rounds = list(session.rounds.all())
    for round, writers in zip(rounds, (9, 9, 8, 2, 3), strict=True):
        write(session, writers, round=round, words=f"{WORDS} {LONG}" if round == rounds[0] else WORDS)
    reveal_session(session=session, by=lead)
    grouping, choosing, agreeing, things.too_few, _ = list(session.rounds.all())
    move_round(round=grouping, event="group", by=lead)
    things.theme = create_theme(round=grouping, name=f"Unseen {LONG}", by=lead, notice="It is always the same few.")
    other = create_theme(round=grouping, name="Who holds the reins", by=lead)
    answers = list(grouping.answers.in_mixed_order())
    for place, to in enumerate([things.theme, things.theme, other, ALONE]):
        move_answer(answer=answers[place], to=to, by=lead)
    other.refresh_from_db()
    differ_on_theme(
        theme=other,
        by=lead,
        expected=other.version,
        seen_differently=True,
        different_view="It is shared, more or less.",
    )
    move_round(round=choosing, event="choose", by=lead)
    mine = session.participations.get(membership=things.bea)
    for answer in list(choosing.answers.all())[:3]:
        add_dot(participation=mine, answer=answer)
    move_round(round=agreeing, event="agree", by=lead)
    kept = {"session": session, "by": lead}
    things.learning = add_learning(text="A meeting is not the work.", theme=things.theme, **kept)
    things.decision = add_decision(
        text="Half the seats for small groups.", how_agreed=HowAgreed.ALL, authority="All of us", **kept
    )
    things.matter = add_matter(text="Who speaks for the allotments?", **kept)
    things.action = add_action(
        text=f"Ring the cooks {LONG}", owners=[things.bea, lead], due_on=timezone.localdate(), **kept
    )
    things.shown, things.grouping, things.choosing, things.agreeing = session, grouping, choosing, agreeing


def _pairs(things):
    """A room in pairs, Bea with somebody."""
    choices = [RoundChoice.together(RoundKind.ACTIVITY)]
    session = make_live(things.larkmere, things.framework, things.lead, title="In twos and fours", choices=choices)
    for place in session.participations.all():
        come_in(participation=place)
    take_small_step(session=session, by=things.lead, expected=1, to=SmallStep.PAIRS)
    things.pairs = session.rounds.get()


def _rated(things):
    """The twelve signs: a round that Bea may still rate in, and one that was shown."""
    things.rating = make_rating(things.larkmere, things.framework, things.lead, title="How does it look to you?")
    things.rated = make_rating(things.larkmere, things.framework, things.lead, title="How it looked to us")
    for key, values in (("need", [3, 3, 4, 4, 4, 3]), ("aims", [1, 2, 5, 5, 0, 4]), ("trust", [2, 4])):
        rate(things.rated, values, key=key)
    reveal_session(session=things.rated.session, by=things.lead)
    things.rated.refresh_from_db()


def _named(things):
    """Shown with names, with a late word of Bea's."""
    session = make_open(
        things.larkmere, things.framework, things.lead, title="With our names", attribution=Attribution.NAMED
    )
    write(session, 6)
    reveal_session(session=session, by=things.lead)
    things.named, things.named_round = session, session.rounds.get()
    add_late_words(
        participation=session.participations.get(membership=things.bea), round=things.named_round, body="One more thing"
    )
