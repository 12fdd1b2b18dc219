"""The named signals of this app: the whole list. Sent inside the transaction of the change.

`screens_moved` is sent by `Session.touch`, with `session`.
`guest_put_out` when a guest's place was ended, with `session` and `guest`.
"""

from django.dispatch import Signal

screens_moved = Signal()
guest_put_out = Signal()
