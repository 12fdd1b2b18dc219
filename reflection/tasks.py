"""What the clock rings for. Each task calls the domain; a lost tick is made good by the next."""

from celery import shared_task

from reflection.domain.checkins import close_due_checkins, plan_due_checkins
from reflection.domain.digests import plan_due_digests
from reflection.domain.reminders import plan_due_reminders
from reflection.domain.sessions import end_due_writing, open_due_sessions


@shared_task
def task_keep_time():
    """Open what is due and end writing where its time is over. Safe to run twice, or on two workers at once."""
    open_due_sessions()
    end_due_writing()
    close_due_checkins()


@shared_task
def task_plan_mail():
    """Write down the mail whose time has come. Safe to run twice, or on two workers at once."""
    plan_due_checkins()
    # The weekly mail first: a reminder of the same hour stays back when that mail tells of it.
    plan_due_digests()
    plan_due_reminders()
