"""The mails of reflection."""


def plan_session_opened(*, session, memberships, at):
    pass


def plan_session_cancelled(*, session, at):
    pass


def plan_writing_ended(*, session, at):
    pass


def plan_record_ready(*, session, at):
    pass
