from django.apps import AppConfig


class PartnershipsConfig(AppConfig):
    name = "partnerships"
    verbose_name = "Who we are"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from partnerships import emails  # noqa: F401  registering the kinds of mail is the import's whole purpose
