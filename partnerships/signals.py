"""The named signals of this app: the whole list. What must be felt upwards is said here, nowhere else.

`membership_ended` is sent by `leave_partnership`, inside its transaction, with `membership` (ended), `by` (a Person or None) and `at` (datetime).
`membership_reads_only` is sent by `change_role` in the same way, when someone of the group becomes one who only reads.
`role_changed` is sent by `change_role`, inside its transaction, with `membership` as it is now.
`sign_in_ended` is sent by `end_sign_in`, inside its transaction, with `person`.
"""

from django.dispatch import Signal

membership_ended = Signal()
membership_reads_only = Signal()
role_changed = Signal()
sign_in_ended = Signal()
