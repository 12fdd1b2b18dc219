"""What `check --deploy` tells whoever puts this on a server."""

from partnering.checks import check_host_is_named, check_services


def test_an_unnamed_host_is_told_what_is_missing(settings):
    settings.OPERATOR_NAME, settings.OPERATOR_SECTOR = "Larkmere Digital", ""
    settings.CONTROLLER_NAME = settings.CONTACT_EMAIL = ""
    said = [warning.msg for warning in check_host_is_named(None)]
    assert said == [
        "OPERATOR_NAME is not set.",
        "OPERATOR_SECTOR is not set.",
        "CONTROLLER_NAME is not set.",
        "CONTACT_EMAIL is not set.",
    ]


def test_a_named_host_is_told_nothing(settings):
    settings.OPERATOR_NAME, settings.OPERATOR_SECTOR = "Larkmere Digital", "Community and voluntary"
    settings.CONTROLLER_NAME, settings.CONTACT_EMAIL = "Larkmere Vale Together", "help@example.org"
    assert check_host_is_named(None) == []


def test_embedded_services_are_each_named(settings, monkeypatch):
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")
    settings.REDIS_URL, settings.EMAIL_BACKEND = "", "partnering.mail.EmlBackend"
    settings.DEFAULT_FROM_EMAIL = "post@localhost"
    assert [warning.id for warning in check_services(None)] == [
        "partnering.W002",
        "partnering.W003",
        "partnering.W004",
        "partnering.W005",
    ]
