"""The rows of the overview: frozen, and each knows the words that keep a small number from naming anyone."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

# Days after which a question is worth asking again, and after which it is worth asking why it was not.
A_MONTH, A_SEASON, HALF_A_YEAR = 31, 120, 183


@dataclass(frozen=True)
class Figure:
    """So many of so many; under ``minimum`` people only that it was fewer."""

    number: int
    of: int
    minimum: int = 0

    @property
    def is_hidden(self) -> bool:
        return self.number < self.minimum

    @property
    def words(self) -> str:
        """ "11 of 12", or "Fewer than 5 of 12"."""
        return f"Fewer than {self.minimum} of {self.of}" if self.is_hidden else f"{self.number} of {self.of}"

    @property
    def short(self) -> str:
        return f"<{self.minimum}/{self.of}" if self.is_hidden else f"{self.number}/{self.of}"


@dataclass(frozen=True)
class Visit:
    """One of the five questions. ``talked``: whether each of the sessions shown talked about it, the oldest first."""

    number: int
    title: str
    last_on: date | None
    times: int
    talked: tuple[bool, ...]
    today: date

    @property
    def days(self) -> int | None:
        """Days since it was last talked about; None when it never was."""
        return (self.today - self.last_on).days if self.last_on else None

    @property
    def look(self) -> tuple[str, str]:
        """(kind, icon) of the tag that says how long ago: a colour never stands alone."""
        if self.days is None:
            return "calm", "minus"
        if self.days <= A_MONTH:
            return "good", "tick"
        if self.days < A_SEASON:
            return "calm", "clock"
        return ("care", "clock") if self.days < HALF_A_YEAR else ("stop", "clock")

    @property
    def is_long_ago(self) -> bool:
        return self.days is None or self.days >= HALF_A_YEAR


@dataclass(frozen=True)
class Turnout:
    """Who took part in a closed session, as a total that was frozen when it closed (trust A15)."""

    session_id: UUID
    title: str
    on: date
    took_part: Figure


@dataclass(frozen=True)
class Quiet:
    """Someone who was asked in so many sessions with names and wrote nothing. For those who facilitate: to ring, not to judge."""

    member: object
    sessions: int
