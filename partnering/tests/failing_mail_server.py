"""A mail server that fails when a test wants it to, and knows what arrived all the same."""

from collections import Counter


def fault(at):
    """At which word of the mail server something happens: "rcpt" (before the mail), "data" and "taken" (it has all of it)."""

    def mark(function):
        function.at = at
        return function

    return mark


class MailServer:
    """Takes mail. Does what `fault` says at the mails that are `struck` (counted from 1, as they come)."""

    def __init__(self):
        self.reset()

    def reset(self):
        self.arrived, self.fault, self.struck = Counter(), None, {1}
        self.asked, self.handed_over, self.first = 0, 0, ""

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        self.asked += 1
        if self._strikes("rcpt", self.asked) and (answer := await self.fault(server)):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        words = envelope.content.decode(errors="replace")
        name = words.split("Message-ID: <", 1)[1].split("@", 1)[0]
        self.handed_over += 1
        self.first = self.first or name
        if self._strikes("data", self.handed_over) and (answer := await self.fault(server)):
            return answer
        self.arrived[name] += 1
        if self._strikes("taken", self.handed_over):
            return await self.fault(server) or "250 OK"
        return "250 OK"

    def _strikes(self, at, number):
        return bool(self.fault) and self.fault.at == at and number in self.struck
