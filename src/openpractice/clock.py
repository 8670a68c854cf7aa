"""The time as the kit writes it down, and as it reads it again."""

from datetime import UTC, datetime, timedelta


def utc_now(hours: float = 0) -> str:
    """This moment, or some hours after it: ISO 8601 in UTC, to the millisecond, with Z."""
    return as_text(datetime.now(UTC) + timedelta(hours=hours))


def as_text(moment: datetime, timespec: str = "milliseconds") -> str:
    """A moment as ISO 8601 in UTC with Z; one without a zone is taken as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec=timespec).replace("+00:00", "Z")


def read_time(text: object) -> datetime | None:
    """The moment that an ISO 8601 text names, in UTC; None when it names none."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
