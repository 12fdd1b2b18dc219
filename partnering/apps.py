from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class PartneringConfig(AppConfig):
    name = "partnering"
    verbose_name = "Partnering"

    def ready(self):
        from partnering import checks  # noqa: F401  registering the checks is the import's whole purpose
        from partnering.middleware import note_sign_in

        user_logged_in.connect(note_sign_in)
