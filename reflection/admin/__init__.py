from reflection.admin import framework  # noqa: F401
