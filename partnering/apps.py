from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class PartneringConfig(AppConfig):
    name = "partnering"
    verbose_name = "Partnering"

    def ready(self):
        # Imported for what importing does: tasks find the Celery application, and checks register themselves.
        from partnering import celery, checks  # noqa: F401
        from partnering.middleware import note_sign_in

        user_logged_in.connect(note_sign_in)
