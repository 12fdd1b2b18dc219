"""One process for everything: streams to raw ASGI callables, all else to Django's WSGI application.

Django itself never runs under ASGI: it costs three to four times as much there (docs/decisions/0003).
"""

from a2wsgi import WSGIMiddleware

from partnering.wsgi import application as pages
from reflection.live.stream import PREFIX, start, stream

# One thread: two compete for the interpreter, and on SQLite for the one place to write, where the loser sleeps.
django = WSGIMiddleware(pages, workers=1)

# path prefix → raw ASGI callable
STREAMS = {PREFIX: stream}


async def lifespan(receive, send):
    """Answer the server's start and stop."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await start()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def application(scope, receive, send):
    if scope["type"] == "lifespan":
        return await lifespan(receive, send)
    for prefix, answer in STREAMS.items():
        if scope["path"].startswith(prefix):
            return await answer(scope, receive, send)
    return await django(scope, receive, send)
