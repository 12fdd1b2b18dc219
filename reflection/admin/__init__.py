from reflection.admin import framework, rhythms  # noqa: F401
