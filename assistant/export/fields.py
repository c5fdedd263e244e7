"""What the formats have in common: texts, dates and names of a paper as files may hold them."""

from collections.abc import Iterable
from typing import Any

from assistant.export.facts import journal
from store.paper import Paper
from store.person_name import is_body, listed_authors, person_name
from store.text.clean import clean_characters

ET_AL = "et al."


def line(value: Any) -> str:
    """A value on one line; "" for what is no text and no number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return clean_characters(str(value))


def lines(value: Any) -> list[str]:
    """A value, or the values of a list, each on one line; what is no text and no number is left out."""
    return [text for one in (value if isinstance(value, list) else [value]) if (text := line(one))]


def names(paper: Paper) -> list[str]:
    """The authors in order."""
    return [name for author in listed_authors(paper) if (name := line(author.name))]


def turned(name: str) -> str:
    """The name as "Poe, Ann" or "Roe, Jr., John"; as it is where that would not be read as the same name again."""
    family, given, suffix = person_name(name)
    whole = f"{given} {family}{f', {suffix}' if suffix else ''}"
    if is_body(name) or not given or whole != name:
        return name
    return ", ".join(part for part in (family, suffix, given) if part)


def venue(paper: Paper) -> str:
    """Where it was published, as the source says."""
    return line(paper.venue) or journal(paper)


def identifier(paper: Paper, scheme: str) -> str:
    """A bare identifier, or what the source gave for one that was none; "" for neither."""
    return paper.identifiers.get(scheme) or line(paper.extra.get(scheme))


def joined(values: Iterable[str]) -> str:
    """Values with semicolons; where there is but one, the last semicolon says that its commas part nothing."""
    texts = lines(list(values))
    return "; ".join(texts) + (";" if len(texts) == 1 and "," in texts[0] else "")


def own_addresses(paper: Paper) -> list[str]:
    """Its addresses but for those that its abstract names, with which they are read again."""
    return [url for one in paper.urls if (url := line(one)) and url not in paper.abstract]
