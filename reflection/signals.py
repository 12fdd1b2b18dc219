"""The named signals of this app: the whole list.

`screens_moved` is sent by `Session.touch`, inside the transaction of the change, with `session`.
"""

from django.dispatch import Signal

screens_moved = Signal()
