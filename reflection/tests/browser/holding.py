"""Answers that are held back, as a slow line does."""

from reflection.tests.browser.test_drafts import wait_for


class Held:
    """The first answer from an address, which waits until `let_go`. What is asked after it goes through."""

    def __init__(self, page, address):
        self.page, self.waiting = page, []
        page.route(address, self._hold_the_first)

    def _hold_the_first(self, route):
        if self.waiting:
            route.continue_()
        else:
            self.waiting.append((route, route.fetch()))

    def wait(self):
        wait_for(lambda: self.page.wait_for_timeout(50) or self.waiting)

    def let_go(self):
        """Hand the answer over; returns it."""
        self.wait()
        route, answer = self.waiting[0]
        route.fulfill(response=answer)
        return answer
