"""The framework to read: by everyone in the group."""

from partnerships.tests.access_table import GROUP, Row


def here(house):
    return {"partnership_id": house.larkmere.pk}


ROWS = [
    Row("reflection:framework_detail", GROUP, here),
    Row("reflection:activity_list", GROUP, here),
]
