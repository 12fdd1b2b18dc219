from partnerships.models.bounces import AddressSuppression, BounceEvent
from partnerships.models.dispatch import Dispatch
from partnerships.models.idempotency import IdempotencyKey
from partnerships.models.invitations import Invitation
from partnerships.models.leads import LeadTerm
from partnerships.models.mail_choices import MailChoice
from partnerships.models.members import Bring, Membership, MembershipChange
from partnerships.models.organisations import Organisation
from partnerships.models.partnerships import Partnership, Place
from partnerships.models.people import Person
from partnerships.models.programmes import Programme
from partnerships.models.stakeholders import Stakeholder, StakeholderPosition

__all__ = [
    "AddressSuppression",
    "BounceEvent",
    "Bring",
    "Dispatch",
    "IdempotencyKey",
    "Invitation",
    "LeadTerm",
    "MailChoice",
    "Membership",
    "MembershipChange",
    "Organisation",
    "Partnership",
    "Person",
    "Place",
    "Programme",
    "Stakeholder",
    "StakeholderPosition",
]
