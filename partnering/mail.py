"""Mail without a mail server: every message is kept as one .eml file that any mail program opens."""

import datetime
import secrets
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone


class EmlBackend(BaseEmailBackend):
    """Write each message to `settings.MAIL_FOLDER`.

    The name begins with the time in UTC to the microsecond, so the folder sorts by time. A message appears whole
    or not at all: it is written under a hidden name first and then renamed.
    """

    def __init__(self, folder=None, **kwargs):
        super().__init__(**kwargs)
        self.folder = Path(folder or settings.MAIL_FOLDER)

    def send_messages(self, email_messages):
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return sum(self._keep(message) for message in email_messages)

    def _keep(self, message):
        if not message.recipients():
            return 0
        name = f"{timezone.now().astimezone(datetime.UTC):%Y%m%dT%H%M%S.%fZ}-{secrets.token_hex(4)}.eml"
        draft = self.folder / f".{name}"
        draft.write_bytes(message.message().as_bytes(linesep="\r\n"))
        draft.replace(self.folder / name)
        return 1
