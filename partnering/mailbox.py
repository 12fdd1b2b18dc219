"""Reading back the messages that the mail backend kept as files."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path

from django.conf import settings

from partnerships.models import Person

NAME = re.compile(r"\d{8}T\d{6}\.\d{6}Z-[0-9a-f]{8}\.eml")
#: A trial left running for months must not make a page of thousands.
MOST_SHOWN = 200


@dataclass(frozen=True)
class Kept:
    """A message as it was kept: ``name`` of the file, when, and the message itself."""

    name: str
    at: datetime
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def to(self) -> list[str]:
        return [address for _, address in getaddresses(self.message.get_all("To", []))]

    @property
    def sender(self) -> str:
        return str(self.message["From"])

    @property
    def plain(self) -> str:
        part = self.message.get_body(("plain",))
        return part.get_content() if part else ""

    @property
    def page(self) -> str:
        part = self.message.get_body(("html",))
        return part.get_content() if part else ""

    @property
    def source(self) -> str:
        return self.message.as_string()


def _read(path: Path) -> Kept:
    at = datetime.strptime(path.name.partition("-")[0], "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=UTC)
    return Kept(path.name, at, message_from_bytes(path.read_bytes(), policy=policy.default))


def _paths() -> list[Path]:
    return sorted(
        (path for path in Path(settings.MAIL_FOLDER).glob("*.eml") if NAME.fullmatch(path.name)), reverse=True
    )


def count_kept() -> int:
    return len(_paths())


def kept_messages() -> list[Kept]:
    """The newest messages first, at most 200."""
    return [_read(path) for path in _paths()[:MOST_SHOWN]]


def names_of(addresses) -> dict[str, str]:
    """The name of whoever has an account with each address; the address itself where nobody has."""
    addresses = set(addresses)
    known = dict(Person.objects.filter(email__in=addresses).values_list("email", "full_name"))
    return {address: known.get(address, address) for address in addresses}


def empty_mailbox() -> None:
    """Delete every message that the mail backend kept, and nothing else that lies in the folder."""
    for path in _paths():
        path.unlink(missing_ok=True)


def kept_message(name: str) -> Kept | None:
    """One message by the name of its file; None for any other name, whatever lies in the folder."""
    path = Path(settings.MAIL_FOLDER) / name
    return _read(path) if NAME.fullmatch(name) and path.is_file() else None
