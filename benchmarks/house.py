"""A partnership of a given size, made through the domain functions, for measuring pages against."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from partnerships.domain.members import join_partnership, set_brings
from partnerships.domain.organisations import get_or_name_organisation
from partnerships.domain.partnerships import found_partnership
from partnerships.domain.people import create_person
from partnerships.domain.stakeholders import add_stakeholder, record_position
from partnerships.enums import BringKind, Sector
from reflection.domain.actions import add_action, answer_action
from reflection.domain.drafts import save_draft
from reflection.domain.outcomes import add_decision, add_learning
from reflection.domain.rounds_planning import RoundChoice
from reflection.domain.rounds_reveal import reveal_session
from reflection.domain.session_planning import plan_session
from reflection.domain.sessions import close_session, open_session
from reflection.domain.themes import create_theme, move_answer
from reflection.enums import Attribution, Audience, HowAgreed, SessionMode
from reflection.models import Draft, Framework

ONCE = {"people": 12, "sessions": 3, "stakeholders": 4}
TENFOLD = {name: count * 10 for name, count in ONCE.items()}
SECTORS = [Sector.NHS, Sector.COUNCIL, Sector.VCSE]


@dataclass
class House:
    partnership: object
    lead: object
    member: object
    open: object
    shown: object
    closed: object


def build_house(*, people: int, sessions: int, stakeholders: int, name: str) -> House:
    """``people`` take part; ``sessions`` are closed with everything in them, one is open, one is shown."""
    now = timezone.now()
    lead, members = _people(name, people, now)
    partnership = lead.partnership
    _stakeholders(partnership, lead, stakeholders)
    for number in range(sessions):
        began = now - timedelta(days=30 * (sessions - number) + 20)
        session = open_session_of(partnership, lead, began)
        _agreed(session, lead, members, began + timedelta(days=11))
        closed = close_session(session=session, by=lead, at=began + timedelta(days=12))
    shown = open_session_of(partnership, lead, now - timedelta(days=2))
    _grouped(shown, lead)
    running = open_session_of(partnership, lead, now - timedelta(days=1), show=False)
    return House(partnership, lead, members[0], running, shown, closed)


def _people(name, count, now):
    founder = create_person(email=f"lead@{name}.example", full_name="Lead Person", at=now)
    organisations = [
        get_or_name_organisation(name=f"{sector.label} of {name}", sector=sector, by=founder) for sector in SECTORS
    ]
    partnership = found_partnership(
        name=f"Partnership {name}", by=founder, organisation=organisations[0], at=now - timedelta(days=365 * 3)
    )
    members = []
    for number in range(count - 1):
        person = create_person(email=f"person{number}@{name}.example", full_name=f"Person Number {number}", at=now)
        member = join_partnership(
            partnership=partnership,
            person=person,
            by=founder,
            organisation=organisations[number % 3],
            at=now - timedelta(days=365 * 3),
        )
        set_brings(
            membership=member,
            brings=[(BringKind.SKILL, "Listening"), (BringKind.RESOURCE, "A van on Thursdays")],
            by=person,
        )
        members.append(member)
    lead = partnership.memberships.select_related("partnership", "organisation", "person").get(person=founder)
    return lead, members


def _stakeholders(partnership, lead, count):
    for number in range(count):
        stakeholder = add_stakeholder(
            partnership=partnership, by=lead.person, name=f"Group {number}", sector=Sector.VCSE, ring="wider"
        )
        record_position(stakeholder=stakeholder, by=lead.person, agreement=3, trust=4)


def plan_together(partnership, lead):
    """A live session on the five questions, planned for now."""
    return _plan(partnership, lead, timezone.now(), SessionMode.LIVE)


def open_session_of(partnership, lead, began, *, show=True):
    session = open_session(session=_plan(partnership, lead, began, SessionMode.OVER_TIME), by=lead, at=began)
    if show:
        _write(session, began)
        reveal_session(session=session, by=lead, at=began + timedelta(days=9))
    return session


def _plan(partnership, lead, began, mode):
    framework = Framework.objects.built_in().current().get()
    choices = [RoundChoice(question, tuple(question.prompts.all()[:3])) for question in framework.questions.all()]
    return plan_session(
        partnership=partnership,
        by=lead,
        framework=framework,
        choices=choices,
        title="How are we doing?",
        why_now="It is time.",
        mode=mode,
        attribution=Attribution.SECTOR,
        audience=Audience.MEMBERS,
        opens_at=began,
        closes_at=began + (timedelta(hours=2) if mode == SessionMode.LIVE else timedelta(days=10)),
        at=began,
    )


def _write(session, at):
    """One ready draft of everybody in every question, written in one go."""
    Draft.objects.bulk_create(
        Draft(
            participation=place, round=round, body=f"A thought about question {round.position}", ready=True, saved_at=at
        )
        for place in session.participations.all()
        for round in session.rounds.all()
    )


def _grouped(session, lead):
    round = session.rounds.first()
    theme = create_theme(round=round, name="Unpaid and unseen", by=lead)
    for answer in round.answers.all()[:6]:
        move_answer(answer=answer, to=theme, by=lead)
    return theme


def _agreed(session, lead, members, at):
    theme = _grouped(session, lead)
    add_learning(session=session, by=lead, text="Midday shuts people out.", theme=theme, at=at)
    add_decision(session=session, by=lead, text="We meet at ten.", how_agreed=HowAgreed.CONSENT, at=at)
    for owner in members[:3]:
        action = add_action(session=session, by=lead, text="Ask the cooks", owners=[owner], theme=theme, at=at)
        answer_action(owner=action.owners.get(), yes=True, at=at)


def write_one(session, member, *, questions: int, ready: bool = False):
    """So many drafts of one member; returns their participation."""
    place = session.participations.get(membership=member)
    for round in session.rounds.all()[:questions]:
        save_draft(participation=place, round=round, body=f"Words {round.position}", ready=ready)
    return place
