"""What a page costs the database."""

from django.db import connection
from django.test.utils import CaptureQueriesContext


def cost(client, url):
    """The queries of one GET by someone who has been here today: the first visit of a day also writes that down."""
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)
