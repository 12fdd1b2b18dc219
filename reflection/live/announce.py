"""The one place from which screens are told. Called when a transaction has been committed, never before."""

import time

from reflection.live import blocks, bus
from reflection.live.screens import draw_screens
from reflection.live.tickets import PAGES, Listeners, channel_of, person_key
from reflection.models.sessions import Session


def announce_session(session_id):
    """Tell everyone who looks at a session what is new: one block for each kind of listener, drawn once.

    The block for a live screen holds the screen itself; for any other page it says that a new version is out.
    """
    if live := draw_screens(session_id):
        version, drawn = live
        phones = blocks.screen(version, drawn.pop(Listeners.PARTICIPANT))
        bus.publish(version, {channel_of(session_id, Listeners.PARTICIPANT): phones})  # the many first
        told = {channel_of(session_id, listeners): blocks.screen(version, html) for listeners, html in drawn.items()}
    else:
        version = Session.objects.filter(pk=session_id).values_list("screen_version", flat=True).first()
        if version is None:
            return
        # Phones that wait for the room to open listen already.
        told = {channel_of(session_id, Listeners.PARTICIPANT): blocks.moved(version)}
    bus.publish(version, told | {channel_of(session_id, PAGES): blocks.moved(version)})


def announce_revocation(partnership_id, person_id):
    """End every stream that a person has open in a partnership: their next ticket is for what they may see now (T9)."""
    bus.revoke(person_key(partnership_id, person_id), time.time())
