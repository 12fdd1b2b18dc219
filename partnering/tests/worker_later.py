"""`celery` at another time: `python -m partnering.tests.worker_later SECONDS worker …`, so many seconds from now.

The clock of this process and of those it makes is moved and goes on ticking. The application has no such switch.
"""

import sys

import time_machine
from celery.__main__ import main

if __name__ == "__main__":
    seconds = float(sys.argv.pop(1))
    clock = time_machine.travel(0, tick=True).start()  # which takes a while
    clock.move_to(time_machine.escape_hatch.time.time() + seconds)
    main()
