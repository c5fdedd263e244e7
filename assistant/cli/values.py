"""What an argument may be. Each takes it as typed and raises ArgumentTypeError where it makes no sense."""

import re
from argparse import ArgumentTypeError


def text(given: str) -> str:
    """An argument as text, also where a terminal sent bytes that are none."""
    return given.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def positive(given: str) -> int:
    """A number from 1 up."""
    if not re.fullmatch(r"0*[1-9][0-9]{0,8}", given):
        raise ArgumentTypeError(f"{given!r} is no number from 1 up")
    return int(given)


def dollars(given: str) -> float:
    """An amount of US dollars."""
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", given):
        raise ArgumentTypeError(f"{given!r} is no amount such as 2.50")
    return float(given)


def port(given: str) -> int:
    """A port that anybody may listen on."""
    if not re.fullmatch(r"[0-9]{4,5}", given) or not 1024 <= int(given) <= 65535:
        raise ArgumentTypeError(f"{given!r} is no port from 1024 to 65535")
    return int(given)


def year(given: str) -> int:
    """A year in four digits."""
    if not re.fullmatch(r"[0-9]{4}", given):
        raise ArgumentTypeError(f"{given!r} is no year such as 2018")
    return int(given)


def years(given: str) -> tuple[int, int]:
    """The first and last year of ``2018`` or ``2018-2020``; both are included."""
    parts = re.fullmatch(r"([0-9]{4})(?:\s*[-–]\s*([0-9]{4}))?", given)
    if not parts:
        raise ArgumentTypeError(f"{given!r} is no year such as 2018 or 2018-2020")
    first, last = int(parts[1]), int(parts[2] or parts[1])
    if last < first:
        raise ArgumentTypeError(f"{given!r} ends before it begins")
    return first, last
