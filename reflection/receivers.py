"""What reflection does when who-we-are changes. The one way in which partnerships is felt here."""

from django.dispatch import receiver

from partnerships.signals import membership_ended, membership_reads_only
from reflection.domain.actions import hand_back_actions
from reflection.domain.participations import forget_words_of, give_words_back_to


@receiver(membership_ended)
def let_go_of_leaver(sender, membership, by, at, **kwargs):
    """Their unshown words go, their open actions come back to the group: in the transaction of leaving."""
    forget_words_of(membership=membership, at=at)
    hand_back_actions(membership=membership, at=at)


@receiver(membership_reads_only)
def give_back_to_reader(sender, membership, by, at, **kwargs):
    """They can no longer change what they wrote, so none of it is shown: in the transaction of the change."""
    give_words_back_to(membership=membership, at=at)
    hand_back_actions(membership=membership, at=at)
