from partnerships.admin import dispatch, invitations, members, organisations, partnerships, people, programmes  # noqa: F401
