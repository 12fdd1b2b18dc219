"""What the clock rings for. Each task calls one domain function; a lost tick is made good by the next."""

from celery import shared_task

from partnerships.domain.bounces import forget_bounces
from partnerships.domain.dispatch import send_dispatches
from partnerships.domain.invitation_reminders import plan_due_invitation_reminders
from partnerships.domain.invitations import expire_invitations
from partnerships.domain.members import end_due_memberships
from partnerships.idempotency import forget_idempotency_keys


@shared_task
def task_send_dispatches():
    send_dispatches()


@shared_task
def task_expire_invitations():
    expire_invitations()


@shared_task
def task_end_due_memberships():
    end_due_memberships()


@shared_task
def task_forget_idempotency_keys():
    forget_idempotency_keys()


@shared_task
def task_forget_bounces():
    forget_bounces()


@shared_task
def task_plan_mail():
    plan_due_invitation_reminders()
