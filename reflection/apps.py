from django.apps import AppConfig


class ReflectionConfig(AppConfig):
    name = "reflection"
    verbose_name = "How we reflect"

    def ready(self):
        # Both modules register themselves: signal receivers, and the kinds of mail we send.
        from reflection import emails, receivers  # noqa: F401
