from partnerships.tests.cast import *  # noqa: F403
