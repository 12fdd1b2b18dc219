"""Two things at the same moment, for real: each in a thread of its own, with a connection of its own."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connections


def at_once(*functions):
    """Run all of them at the same moment; returns, in their order, what each returned or raised.

    Needs `transactional_db`: what a test has not committed, another connection does not see.
    """
    start = threading.Barrier(len(functions))

    def run(function):
        try:
            start.wait(timeout=10)
            return function()
        except Exception as error:  # noqa: BLE001  the caller looks at what went wrong
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(functions)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, function) for function in functions]]
