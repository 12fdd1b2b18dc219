from django.apps import AppConfig


class PartnershipsConfig(AppConfig):
    name = "partnerships"
    verbose_name = "Who we are"
    default_auto_field = "django.db.models.BigAutoField"
