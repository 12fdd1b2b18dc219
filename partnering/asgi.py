"""One process for everything: streams to raw ASGI callables, all else to Django's WSGI application.

Django itself never runs under ASGI: it costs three to four times as much there (docs/decisions/0003).
"""

from a2wsgi import WSGIMiddleware

from partnering.wsgi import application as pages

# More threads than two compete for the interpreter and make every page slower.
django = WSGIMiddleware(pages, workers=2)

# path prefix → raw ASGI callable. Live screens mount theirs here.
STREAMS = {}


async def lifespan(receive, send):
    """Answer the server's start and stop; there is nothing of ours to prepare."""
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def application(scope, receive, send):
    if scope["type"] == "lifespan":
        return await lifespan(receive, send)
    for prefix, stream in STREAMS.items():
        if scope["path"].startswith(prefix):
            return await stream(scope, receive, send)
    return await django(scope, receive, send)
