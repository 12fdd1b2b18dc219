"""Note undelivered mail from standard input: what a mail server's log or a mail service's export says."""

import hashlib
import json
import sys

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from partnerships.domain.bounces import record_bounces


class Command(BaseCommand):
    help = (
        "Read reports of undelivered mail from standard input, one a line: “hard ADDRESS”, “soft ADDRESS ID”, "
        "“complaint ADDRESS”, or a JSON object with id, address and kind. The same line again changes nothing."
    )

    def handle(self, *args, **options):
        events = [self._event(number, line.strip()) for number, line in enumerate(sys.stdin, 1) if line.strip()]
        try:
            new = record_bounces(events=events)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(f"{new} new, {len(events) - new} known already.")

    def _event(self, number, line):
        if line.startswith("{"):
            try:
                return json.loads(line)
            except ValueError:
                raise CommandError(f"Line {number} is not JSON.") from None
        kind, address, *rest = [*line.split(maxsplit=2), ""][:3]
        if not address:
            raise CommandError(f"Line {number}: write a kind and an address, such as “hard name@example.org”.")
        # Without a name of its own, a line is known by what it says.
        named = rest[0] if rest and rest[0] else hashlib.sha256(line.encode()).hexdigest()
        return {"id": named, "address": address, "kind": kind}
