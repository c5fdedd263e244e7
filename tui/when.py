"""Times as people say them."""

from datetime import datetime, timedelta

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)


def in_words(time: datetime, now: datetime) -> str:
    """When something was, seen from now: "5 minutes ago", "yesterday", "Monday", "3 May", "3 May 2025".

    Args:
        time: The moment; both carry a time zone, and days are those of ``now``'s zone.
        now: What it is seen from; a moment after it, from a clock that is wrong, is "just now".
    """
    ago = now - time
    if ago < _MINUTE:
        return "just now"
    if ago < _HOUR:
        return _counted(ago // _MINUTE, "minute")
    local = time.astimezone(now.tzinfo)
    days = (now.date() - local.date()).days
    if days == 0:
        return _counted(ago // _HOUR, "hour")
    if days == 1:
        return "yesterday"
    if days < 7:
        return f"{local:%A}"
    return f"{local.day} {local:%B}" if local.year == now.year else f"{local.day} {local:%B %Y}"


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'} ago"
