"""Who we are: a table of contents, one list per room."""

app_name = "partnerships"

urlpatterns = []
