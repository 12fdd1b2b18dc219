#!/usr/bin/env python3
"""Django's command line for Partnering. `python3 dev.py manage …` finds the right Python by itself."""

import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partnering.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
