"""The doors. A view gets its object from a door and has no other way to get one.

A door loads the object, decides, and hands it over. A stranger and an absent object get the same 404; someone who is
inside but may not do this gets 403. An ended membership is a stranger's. Every door leaves `view.access` behind, which
the tests and the page "Who can see what" read.
"""

from dataclasses import dataclass
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from partnerships.domain.links import LinkRefused, purposes, read_link
from partnerships.enums import InvitationState, Role
from partnerships.models.invitations import Invitation
from partnerships.models.leads import LeadTerm
from partnerships.models.members import Membership
from partnerships.models.programmes import Programme
from partnerships.models.stakeholders import Stakeholder

ROLE_SENTENCES = {
    Role.OBSERVER: "Everyone in the group, and the readers it chose.",
    Role.MEMBER: "Everyone in the group.",
    Role.FACILITATOR: "Those who facilitate.",
}
KIND_SENTENCES = {
    "public": "Anyone.",
    "signed_in": "Anyone who has signed in.",
    "programme": "Those who look after the programme.",
    "founding": "The person who was invited to begin a partnership.",
}


@dataclass(frozen=True)
class Access:
    """What a door asks: its kind, the least role, whether the thing must be one's own, and for public pages the reason."""

    kind: str
    role: Role | None = None
    own: bool = False
    reason: str = ""

    @property
    def sentence(self):
        if self.own:
            return "Only the person themself."
        return ROLE_SENTENCES[self.role] if self.role else KIND_SENTENCES[self.kind]


def find_membership(person, partnership_id):
    """The membership a person has today in a partnership, with partnership and organisation (one query); None for a stranger."""
    membership = (
        Membership.objects.current()
        .filter(person=person.pk, partnership=partnership_id)
        .select_related("partnership", "organisation")
        .first()
    )
    if membership:
        membership.person = person
    return membership


def admit(request, partnership_id, role):
    """Let the person of this request into a partnership in at least this role, or raise.

    Sets `request.partnership` and `request.membership`, which the page's navigation reads without a query.
    Raises Http404 for a stranger (the page of an absent partnership), PermissionDenied for a member with too little.
    """
    membership = find_membership(request.user, partnership_id)
    if membership is None:
        raise Http404
    request.membership = membership
    request.partnership = membership.partnership
    if membership.role < role:
        raise PermissionDenied(ROLE_SENTENCES[role])
    return membership


def door(access, id_name, load):
    """Make a decorator of a way to load: `load(request, id)` returns what the view is handed instead of the URL's `id_name`."""

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            return view(request, load(request, kwargs.pop(id_name)), *args, **kwargs)

        guarded.access = access
        return guarded

    return decorate


def partnership_access(role):
    """For `<uuid:partnership_id>`: hands over the partnership to people who are in it in at least this role."""

    def load(request, partnership_id):
        return admit(request, partnership_id, role).partnership

    return door(Access("partnership", role), "partnership_id", load)


def membership_access(role, *, own=False):
    """For `<uuid:membership_id>`: hands over a membership (current or ended) of a partnership the person is in.

    With `own`, only their own: nobody edits another person's words, facilitators included.
    """

    def load(request, membership_id):
        target = Membership.objects.filter(pk=membership_id).select_related("person", "organisation").first()
        if target is None:
            raise Http404
        mine = admit(request, target.partnership_id, role)
        if own and mine.pk != target.pk:
            raise PermissionDenied("Only the person it is about can do this. Nobody does it for them.")
        target.partnership = mine.partnership
        return mine if mine.pk == target.pk else target

    return door(Access("membership", role, own=own), "membership_id", load)


def _inside_partnership(model, id_name, kind, role, *related):
    """A door to a row that belongs to a partnership."""

    def load(request, thing_id):
        thing = model._default_manager.filter(pk=thing_id, partnership__isnull=False).select_related(*related).first()
        if thing is None:
            raise Http404
        thing.partnership = admit(request, thing.partnership_id, role).partnership
        return thing

    return door(Access(kind, role), id_name, load)


def invitation_access(role=Role.FACILITATOR):
    """For `<uuid:invitation_id>`: an invitation into a partnership, for those who may send them."""
    return _inside_partnership(Invitation, "invitation_id", "invitation", role, "organisation", "by")


def stakeholder_access(role):
    """For `<uuid:stakeholder_id>`: a group around a partnership. Never for readers: use at least Role.MEMBER."""
    return _inside_partnership(Stakeholder, "stakeholder_id", "stakeholder", role, "held_by__person")


def lead_access(role):
    """For `<uuid:lead_term_id>`: a term of leading."""
    return _inside_partnership(LeadTerm, "lead_term_id", "lead_term", role, "organisation")


def programme_admin_access(view):
    """For `<uuid:programme_id>`: a programme, for those who look after it. To everyone else it is absent."""

    def load(request, programme_id):
        programme = Programme.objects.administered_by(request.user).filter(pk=programme_id).first()
        if programme is None:
            raise Http404
        return programme

    return door(Access("programme"), "programme_id", load)(view)


def founding_access(view):
    """For `<uuid:invitation_id>`: an accepted invitation to begin a partnership, for the person who accepted it, once."""

    def load(request, invitation_id):
        invitation = (
            Invitation.objects.letting_found(request.user)
            .filter(pk=invitation_id)
            .select_related("programme", "by")
            .first()
        )
        if invitation is None:
            raise Http404
        return invitation

    return door(Access("founding"), "invitation_id", load)(view)


def invitation_link_access(view):
    """For `<str:token>` in a mail: hands over the open invitation. A capability for this one invitation, not a sign-in.

    An unknown token, that of an earlier mail among them, is a 404; one that was answered, withdrawn or ran out is a 410.
    Someone signed in with other addresses than the invited one is told that it went elsewhere, a 403.
    Each page says what to do next.
    """

    @login_not_required
    @wraps(view)
    def guarded(request, token, *args, **kwargs):
        invitation = (
            Invitation.objects.with_token(token)
            .select_related("partnership", "programme", "organisation", "by")
            .first()
        )
        if invitation is None:
            response = render(request, "partnerships/invitations/invitation_unknown.html", status=404)
        elif invitation.state != InvitationState.OPEN:
            response = invitation_gone(request, invitation)
        elif request.user.is_authenticated and not invitation.is_for(request.user):
            response = invitation_elsewhere(request, invitation)
        else:
            response = view(request, invitation, *args, **kwargs)
        # The address of this page is a key: no cache keeps it, and no other site is told of it.
        response.headers["Referrer-Policy"] = "same-origin"
        add_never_cache_headers(response)
        return response

    guarded.access = Access("public", reason="capability for one invitation")
    return guarded


def invitation_gone(request, invitation):
    """The page of an invitation that was answered, taken back or ran out, and whom to ask for another."""
    person = request.user if request.user.is_authenticated else None
    unused = person and Invitation.objects.letting_found(person).filter(pk=invitation.pk).exists()
    context = {"invitation": invitation, "unused": unused}
    return render(request, "partnerships/invitations/invitation_gone.html", context, status=410)


def link_access(purpose):
    """For `<str:token>` in a mail: hands over what the link of this purpose is about. A capability, never a sign-in.

    A link that was altered, has run out, was made for something else, or whose reader or thing is gone gets one page
    that says what to do: 410 for one that has run out, else 404.
    """

    def decorate(view):
        @login_not_required
        @wraps(view)
        def guarded(request, token, *args, **kwargs):
            try:
                thing = purposes[purpose](read_link(purpose, token))
                status = 404
            except LinkRefused as refused:
                thing, status = None, 410 if refused.expired else 404
            if thing is None:
                response = render(request, "partnerships/links/link_refused.html", status=status)
            else:
                response = view(request, thing, *args, **kwargs)
            # The address of this page is a key: no cache keeps it and no other site is told of it. Not "no-referrer":
            # with that, browsers hide where a form comes from, and the check against forged forms refuses it.
            response.headers["Referrer-Policy"] = "same-origin"
            add_never_cache_headers(response)
            return response

        guarded.access = Access("public", reason=f"a signed link opens this one thing ({purpose})")
        guarded.link_purpose = purpose
        return guarded

    return decorate


def invitation_elsewhere(request, invitation):
    """The page for someone signed in with another address than the invited one. It never shows which that is."""
    return render(request, "partnerships/invitations/invitation_elsewhere.html", {"invitation": invitation}, status=403)


def public(reason):
    """A page that anyone may open, and why that is right."""

    def decorate(view):
        @login_not_required
        @wraps(view)
        def open_to_all(request, *args, **kwargs):
            return view(request, *args, **kwargs)

        open_to_all.access = Access("public", reason=reason)
        return open_to_all

    return decorate


def signed_in(view):
    """A page about oneself: for anyone with an account."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.is_authenticated:
            raise Http404
        return view(request, *args, **kwargs)

    guarded.access = Access("signed_in")
    return guarded
