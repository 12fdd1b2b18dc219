"""The doors to sessions and what belongs to them. They decide as partnerships' doors do.

A stranger and an absent object get the same 404. A plan that nobody was told of is absent for
everyone but those who facilitate. What one person wrote is absent for everyone else (trust A6).
"""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404

from partnerships.access import Access, admit, door
from partnerships.enums import Role
from reflection.enums import Audience, SessionState
from reflection.guest_doors import welcome_guest
from reflection.models.actions import Action, ActionOwner
from reflection.models.answers import Answer
from reflection.models.drafts import Draft
from reflection.models.outcomes import Decision, Learning, Matter
from reflection.models.participations import Participation
from reflection.models.rounds import Round
from reflection.models.sessions import Session
from reflection.models.themes import Theme

NOT_FOR_YOU = "The group chose who gets this record."
NOBODY = UUID(int=0)
NOT_ASKED = "You were not among those asked in this session."
NOT_YET = "This session has not opened yet. You can write once it has."


def _admit_to_session(request, session, role):
    """Let the person in, and give the session the partnership that the membership brought."""
    hidden = session.state == SessionState.PLANNED and session.scheduled_at is None
    # Asked in this order, a member who tries a hidden plan is not told that there is one to be refused.
    membership = admit(request, session.partnership_id, Role.OBSERVER if hidden else role)
    session.partnership = membership.partnership
    if hidden and not membership.facilitates:
        raise Http404
    return membership


def find_or_404(rows):
    """The one of these rows; 404 when there is none."""
    row = rows.first()
    if row is None:
        raise Http404
    return row


def session_access(role):
    """For `<uuid:session_id>`: a session of a partnership that the person is in, in at least this role."""

    def load(request, session_id):
        session = find_or_404(Session.objects.filter(pk=session_id).select_related("framework", "meeting"))
        _admit_to_session(request, session, role)
        return session

    return door(Access("session", role), "session_id", load)


def round_access(role):
    """For `<uuid:round_id>`: a round, with its question and session."""

    def load(request, round_id):
        round = find_or_404(Round.objects.filter(pk=round_id).select_related("question", "session__framework"))
        _admit_to_session(request, round.session, role)
        return round

    return door(Access("round", role), "round_id", load)


#: What the pages of a session show around one's own place in it.
AROUND_A_PLACE = ("session__framework", "membership__partnership", "membership__organisation", "live_place")


def _own_participation(request, least=Role.MEMBER, **of):
    """One's own place in a session, with session, membership and partnership, in one query; None for who has none."""
    mine = Participation.objects.select_related(*AROUND_A_PLACE)
    participation = _own_place(request, mine, least, **of)
    if participation is not None and not participation.is_guest:
        request.membership, session = participation.membership, participation.session
        request.membership.person = request.user
        request.partnership = session.partnership = request.membership.partnership
    return participation


def _own_place(request, places, least, **of):
    """The place of whoever asks, among `places` if they are a member."""
    participation = None
    if request.user.is_authenticated:
        participation = places.of_current_member(request.user).filter(**of).first()
    if participation is None and getattr(request, "guests_welcome", False):
        return _place_of_guest(request, **of)
    if participation is None or participation.membership.role < least:
        return None
    return participation


def _place_of_guest(request, **of):
    """The place of who was let in as a guest, if it is in this session; None for everybody else."""
    guest = welcome_guest(request)
    places = Participation.objects.filter(guest=guest, **of) if guest else Participation.objects.none()
    participation = places.select_related("session__framework", "session__partnership", "live_place").first()
    if participation:
        participation.guest, participation.membership = guest, None
        request.guest, request.membership = guest, None
        request.partnership = participation.session.partnership
    return participation


def _refuse_who_was_not_asked(request, session):
    """404 to whoever may not know of the session, 403 to members who have no place in it."""
    _admit_to_session(request, session, Role.MEMBER)
    raise PermissionDenied(NOT_YET if session.state == SessionState.PLANNED else NOT_ASKED)


def participation_access(view):
    """For `<uuid:session_id>`: one's own participation in it, for those who were asked."""

    def load(request, session_id):
        participation = _own_participation(request, session=session_id)
        if participation is None:
            _refuse_who_was_not_asked(request, find_or_404(Session.objects.filter(pk=session_id)))
        return participation

    return door(Access("participation", Role.MEMBER), "session_id", load)(view)


def own_words_access(view):
    """For `<uuid:session_id>`: one's own place in it, to read one's own words.

    For those who were asked, whoever became a reader meanwhile among them: what they wrote is still theirs.
    """

    def load(request, session_id):
        participation = _own_participation(request, least=Role.OBSERVER, session=session_id)
        if participation is None:
            _refuse_who_was_not_asked(request, find_or_404(Session.objects.filter(pk=session_id)))
        return participation

    return door(Access("own_words", Role.OBSERVER, own=True), "session_id", load)(view)


def writing_access(view):
    """For `<uuid:round_id>`: one's own participation, with `participation.round` to write in.

    `participation.rounds` are all rounds of the session in their order: pages to write on show the way
    through them, and one query loads them all.
    """

    def load(request, round_id):
        rounds = list(Round.objects.filter(session__rounds=round_id).select_related("question"))
        if not rounds:
            raise Http404
        participation = _own_participation(request, session=rounds[0].session_id)
        if participation is None:
            _refuse_who_was_not_asked(request, rounds[0].session)
        for round in rounds:
            round.session = participation.session
        participation.rounds = rounds
        participation.round = next(round for round in rounds if round.pk == round_id)
        return participation

    return door(Access("writing", Role.MEMBER), "round_id", load)(view)


def saving_access(view):
    """For `<uuid:round_id>`: one's own participation, with `participation.round`, for what a page saves by itself.

    The same people as `writing_access`. A room full of phones saves at once, so who may write is read only once: both come
    locked, the round first, and the view runs inside their transaction.
    """

    def load(request, round_id):
        round = find_or_404(Round.objects.for_writing().filter(pk=round_id))
        places = Participation.objects.for_writing()
        participation = _own_place(request, places, Role.MEMBER, session=round.session_id)
        if participation is None:
            _refuse_who_was_not_asked(request, round.session)
        if participation.is_guest:
            participation = find_or_404(places.filter(pk=participation.pk))
        participation.round, round.session = round, participation.session
        return participation

    return transaction.atomic(door(Access("writing", Role.MEMBER), "round_id", load)(view))


def draft_access(view):
    """For `<uuid:draft_id>`: one's own draft, a reader's from before too. To everybody else, whoever they are, it is absent."""

    def load(request, draft_id):
        whole = Draft.objects.filter(pk=draft_id).select_related(
            "round__session__partnership", "round__question", "participation__membership", "participation__guest"
        )
        draft = whole.of(request.user).first() if request.user.is_authenticated else None
        if draft is None:
            draft = find_or_404(whole.of_guest(welcome_guest(request) or NOBODY))
            _place_of_guest(request, pk=draft.participation_id)
            return draft
        _admit_to_session(request, draft.round.session, Role.OBSERVER)
        return draft

    return door(Access("draft", Role.OBSERVER, own=True), "draft_id", load)(view)


def asked_person_access(role):
    """For `<uuid:participation_id>`: another person's place in a session, for those who facilitate."""

    def load(request, participation_id):
        participation = find_or_404(
            Participation.objects.filter(pk=participation_id).select_related(
                "session__framework", "membership__person", "guest"
            )
        )
        _admit_to_session(request, participation.session, role)
        return participation

    return door(Access("asked_person", role), "participation_id", load)


def _inside_round(model, id_name, kind, role):
    """A door to what hangs on a round that was shown."""

    def load(request, thing_id):
        thing = find_or_404(model.objects.filter(pk=thing_id).select_related("round__question", "round__session"))
        _admit_to_session(request, thing.round.session, role)
        return thing

    return door(Access(kind, role), id_name, load)


def theme_access(role):
    """For `<uuid:theme_id>`."""
    return _inside_round(Theme, "theme_id", "theme", role)


def answer_access(role):
    """For `<uuid:answer_id>`: an answer that was shown."""
    return _inside_round(Answer, "answer_id", "answer", role)


def _inside_session(model, id_name, kind, role):
    """A door to what came of a session: for those who will get its record, and for whom it asked to do it."""

    def load(request, thing_id):
        thing = find_or_404(model.objects.filter(pk=thing_id).select_related("session"))
        membership = _admit_to_session(request, thing.session, role)
        if not in_audience(session=thing.session, membership=membership) and not _is_asked(thing, membership):
            raise PermissionDenied(NOT_FOR_YOU)
        return thing

    return door(Access(kind, role), id_name, load)


def _is_asked(thing, membership):
    return isinstance(thing, Action) and thing.owners.filter(membership=membership).exists()


def learning_access(role):
    """For `<uuid:learning_id>`."""
    return _inside_session(Learning, "learning_id", "learning", role)


def decision_access(role):
    """For `<uuid:decision_id>`."""
    return _inside_session(Decision, "decision_id", "decision", role)


def matter_access(role):
    """For `<uuid:matter_id>`: something still open."""
    return _inside_session(Matter, "matter_id", "matter", role)


def action_access(role):
    """For `<uuid:action_id>`."""
    return _inside_session(Action, "action_id", "action", role)


def action_ownership_access(view):
    """For `<uuid:action_id>`: one's own place among the owners of an action, to say yes or no to."""

    def load(request, action_id):
        owner = find_or_404(
            ActionOwner.objects.filter(
                action=action_id,
                membership__person=request.user.pk,
                membership__left_on__isnull=True,
            ).select_related("action__session", "membership")
        )
        _admit_to_session(request, owner.action.session, Role.MEMBER)
        return owner

    return door(Access("action_ownership", Role.MEMBER, own=True), "action_id", load)(view)


def in_audience(*, session, membership) -> bool:
    """Whether what comes of a session is for this member: those who facilitate, then the audience it was planned with.

    "Those who took part" costs one query, unless the session was loaded `with_reader`.
    """
    if membership.partnership_id != session.partnership_id:
        return False
    if membership.facilitates:
        return True
    if membership.observes:
        return session.audience == Audience.MEMBERS_AND_OBSERVERS
    if session.audience == Audience.TOOK_PART:
        if hasattr(session, "reader_took_part"):
            return session.reader_took_part
        return session.participations.filter(membership__person_id=membership.person_id, took_part=True).exists()
    return session.audience != Audience.FACILITATORS


def may_read_record(*, session, membership) -> bool:
    """Whether this member may read the record of a session. Only closed sessions have one."""
    return session.state == SessionState.CLOSED and in_audience(session=session, membership=membership)


def outcome_access(view):
    """For `<uuid:session_id>`: a session and what comes of it, for members who will get its record."""

    def load(request, session_id):
        session = find_or_404(Session.objects.filter(pk=session_id).with_reader(request.user))
        membership = _admit_to_session(request, session, Role.MEMBER)
        if not in_audience(session=session, membership=membership):
            raise PermissionDenied(NOT_FOR_YOU)
        return session

    return door(Access("outcome", Role.MEMBER), "session_id", load)(view)


def voting_access(view):
    """For `<uuid:answer_id>`: one's own place in its session, with `participation.answer` to put dots on."""

    def load(request, answer_id):
        answer = find_or_404(Answer.objects.filter(pk=answer_id).select_related("round__question", "round__session"))
        participation = _own_participation(request, session=answer.round.session_id)
        if participation is None:
            _refuse_who_was_not_asked(request, answer.round.session)
        participation.answer = answer
        return participation

    return door(Access("voting", Role.MEMBER), "answer_id", load)(view)


def record_access(view):
    """For `<uuid:session_id>`: a closed session with those who led it, for the audience of its record and no one else.

    To a reader from outside the group a record that was not shared is absent: they must not learn
    how much there is. A member of the group outside the audience is told that it is not for them.
    """

    def load(request, session_id):
        session = find_or_404(Session.objects.filter(pk=session_id).with_leads().with_reader(request.user))
        membership = _admit_to_session(request, session, Role.OBSERVER)
        if not may_read_record(session=session, membership=membership):
            if membership.observes or session.state != SessionState.CLOSED:
                raise Http404
            raise PermissionDenied(NOT_FOR_YOU)
        return session

    return door(Access("record", Role.OBSERVER), "session_id", load)(view)


def shared_record_access(view):
    """For `<uuid:session_id>`: a record that its partnership shared with the programme, for those who look after that.

    To everybody else, members included, it is absent here: they have the record's own page.
    """

    def load(request, session_id):
        shared = Session.objects.shared_with_programmes_of(request.user)
        return find_or_404(shared.filter(pk=session_id).with_leads().select_related("partnership__programme"))

    return door(Access("programme"), "session_id", load)(view)
