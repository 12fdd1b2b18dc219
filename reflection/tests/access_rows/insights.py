from partnerships.tests.access_table import GROUP, Row

ROWS = [Row("reflection:insight_overview", GROUP, lambda house: {"partnership_id": house.larkmere.pk})]
