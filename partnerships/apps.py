from django.apps import AppConfig


class PartnershipsConfig(AppConfig):
    name = "partnerships"
    verbose_name = "Who we are"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # Registering the kinds of mail and the purposes of links is the imports' whole purpose.
        from partnerships import emails  # noqa: F401
        from partnerships.domain import mail_choices  # noqa: F401
