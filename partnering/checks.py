"""System checks for whoever puts this on a server: `manage.py check --deploy`."""

from django.conf import settings
from django.core.checks import Tags, Warning, register


@register(Tags.security, deploy=True)
def check_host_is_named(app_configs, **kwargs):
    """People must be able to read who runs the server and who answers for their data."""
    names = {
        "OPERATOR_NAME": settings.OPERATOR_NAME if settings.OPERATOR_SECTOR else "",
        "OPERATOR_SECTOR": settings.OPERATOR_SECTOR,
        "CONTROLLER_NAME": settings.CONTROLLER_NAME,
        "CONTACT_EMAIL": settings.CONTACT_EMAIL,
    }
    return [
        Warning(f"{name} is not set.", hint="It is shown on the page “Who can see what”.", id="partnering.W001")
        for name, value in names.items()
        if not value
    ]


@register(Tags.security, deploy=True)
def check_services(app_configs, **kwargs):
    """Files and SQLite serve one machine for trying out; a real site needs the real services."""
    found = []
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        found.append(
            Warning("The database is SQLite.", hint="Set DATABASE_URL to a PostgreSQL database.", id="partnering.W002")
        )
    if not settings.REDIS_URL:
        found.append(
            Warning(
                "There is no Redis.",
                hint="Set REDIS_URL, so that rate limits hold across servers.",
                id="partnering.W003",
            )
        )
    if settings.EMAIL_BACKEND == "partnering.mail.EmlBackend":
        found.append(Warning("Mail is kept in files and sent to nobody.", hint="Set EMAIL_URL.", id="partnering.W004"))
    if "localhost" in settings.DEFAULT_FROM_EMAIL:
        found.append(Warning("Mail has no sender of yours.", hint="Set DEFAULT_FROM_EMAIL.", id="partnering.W005"))
    return found
