from partnerships.tests.cast import *  # noqa: F403
from reflection.tests.conftest import framework, lead  # noqa: F401
