"""What reflection does when who-we-are changes, and when a session's screens do. Named signals only."""

from functools import partial

from django.db import transaction
from django.dispatch import receiver

from partnerships.enums import NamedWords
from partnerships.models.members import Membership
from partnerships.signals import membership_ended, membership_reads_only, role_changed, sign_in_ended
from reflection.domain.actions import hand_back_actions
from reflection.domain.participations import forget_words_of, give_words_back_to, withdraw_named_words_of
from reflection.domain.sessions import move_rooms
from reflection.live.announce import announce_revocation, announce_session
from reflection.signals import guest_put_out, screens_moved


@receiver(membership_ended)
def let_go_of_leaver(sender, membership, by, at, **kwargs):
    """Their unshown words go, named ones if they chose so, and open actions come back to the group: in the transaction of leaving."""
    if membership.named_words == NamedWords.WITHDRAW:
        # Before the rounds are taken: sessions come first in the order of locks.
        withdraw_named_words_of(membership=membership, at=at)
    forget_words_of(membership=membership, at=at)
    hand_back_actions(membership=membership, at=at)


@receiver(membership_reads_only)
def give_back_to_reader(sender, membership, by, at, **kwargs):
    """They can no longer change what they wrote, so none of it is shown: in the transaction of the change."""
    give_words_back_to(membership=membership, at=at)
    hand_back_actions(membership=membership, at=at)


@receiver(membership_ended)
@receiver(role_changed)
def end_streams(sender, membership, **kwargs):
    """Once it is certain, what they listen to ends. `robust`: who cannot be told must not stop the change."""
    revoke = partial(announce_revocation, membership.partnership_id, membership.person_id)
    transaction.on_commit(revoke, robust=True)


@receiver(membership_ended)
@receiver(role_changed)
def tell_rooms(sender, membership, **kwargs):
    """Live screens show who is of the group: names beside words, who sits together, who can be handed the lead."""
    move_rooms(partnership_id=membership.partnership_id)


@receiver(sign_in_ended)
def end_streams_of_account(sender, person, **kwargs):
    """As for a member who leaves, in every partnership of theirs."""
    for partnership_id in Membership.objects.filter(person=person).current().values_list("partnership_id", flat=True):
        transaction.on_commit(partial(announce_revocation, partnership_id, person.pk), robust=True)


@receiver(guest_put_out)
def end_streams_of_guest(sender, session, guest, **kwargs):
    """As for a member who leaves: what they listen to ends, and no ticket of theirs opens anything."""
    revoke = partial(announce_revocation, session.partnership_id, guest.key_to_streams)
    transaction.on_commit(revoke, robust=True)


@receiver(screens_moved)
def tell_screens(sender, session, **kwargs):
    """Once it is certain, everybody who looks at this session hears of it."""
    transaction.on_commit(partial(announce_session, session.pk), robust=True)
