#!/usr/bin/env python3
"""Everything a newcomer needs, with nothing installed but Python 3.11 and git:

python3 dev.py run             the app with demo people, on http://127.0.0.1:8000
python3 dev.py run --port 8010
python3 dev.py test            all tests, on a real PostgreSQL, Redis and Chromium
python3 dev.py test PATH -k …  a selection; arguments go to pytest
python3 dev.py bench [NAME]    measurements
python3 dev.py manage …        Django's manage.py with the right Python
"""

import argparse
import os
import sys

from partnering.dev import checks, serve
from partnering.dev.console import Problem, say


def run(arguments):
    options = argparse.ArgumentParser(prog="dev.py run")
    options.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
    serve.serve(options.parse_args(arguments).port)
    return 0


COMMANDS = {"run": run, "test": checks.test, "bench": checks.bench, "manage": checks.manage}


def main(arguments):
    command = COMMANDS.get(arguments[0]) if arguments else None
    if command is None:
        say(__doc__)
        return 2
    return command(arguments[1:])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Problem as problem:
        say(f"\n{problem}")
        sys.exit(1)
    except KeyboardInterrupt:
        say("\nStopped.")
        sys.exit(130)
