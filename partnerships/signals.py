"""The named signals of this app: the whole list. What must be felt upwards is said here, nowhere else.

`membership_ended` is sent by `leave_partnership`, inside its transaction, with `membership` (ended), `by` (a Person or None) and `at` (datetime).
"""

from django.dispatch import Signal

membership_ended = Signal()
