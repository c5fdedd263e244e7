"""A paper in the style of the American Psychological Association (7th edition), as plain text."""

import re

from assistant.export.fields import find_link, list_names, read_extra, read_journal
from store.paper import Paper
from store.person_name import parse_name
from store.text.clean import clean_characters

# By the manual up to so many authors are named; of more, the first 19 and the last.
_MOST = 20


def format_apa(paper: Paper) -> str:
    """Write ``Che, E., & Namkoong, H. (2023). Adaptive experimentation at scale. Venue. https://doi.org/…``.

    The title stays as the source writes it. Where the source hides authors it ends their names with "et al.".
    """
    authors, title, year = _format_authors(paper), _format_title(paper), f"({paper.year or 'n.d.'})."
    start = (authors, year, title) if authors else (title, year)
    return clean_characters(" ".join((*start, _format_venue(paper), find_link(paper))))


def _format_title(paper: Paper) -> str:
    title = clean_characters(paper.marked_title)
    arxiv = paper.identifiers.get("arxiv")
    return _end_sentence(f"{title.rstrip('.')} (arXiv:{arxiv})" if arxiv and not read_journal(paper) else title)


def _format_venue(paper: Paper) -> str:
    venue = read_journal(paper)
    if not venue:
        return "arXiv." if paper.identifiers.get("arxiv") else ""
    volume, number = read_extra(paper, "volume"), read_extra(paper, "issue") or read_extra(paper, "number")
    issue = f"{volume}({number})" if volume and number else volume
    return _end_sentence(", ".join(part for part in (venue, issue, read_extra(paper, "pages")) if part))


def _format_authors(paper: Paper) -> str:
    names = [text for name in list_names(paper) if (text := _format_name(name))]
    if paper.authors_truncated and names:
        return f"{', '.join(names[: _MOST - 1])}, et al."
    if len(names) > _MOST:
        return _end_sentence(f"{', '.join(names[: _MOST - 1])}, … {names[-1]}")
    return _end_sentence(f"{', '.join(names[:-1])}, & {names[-1]}" if len(names) > 1 else "".join(names))


def _format_name(name: str) -> str:
    """The family name, the given names as initials ("Jean-Paul M." as "J.-P. M."), and a suffix."""
    family, given_names, suffix = parse_name(name)
    words = re.sub(r"\.(?!-)", " ", given_names).split()  # "E.B." are two names, "J.-P." is one.
    initials = ("-".join(map(_format_initial, word.split("-"))).strip("-") for word in words)
    return ", ".join(part for part in (family, " ".join(filter(None, initials)), suffix) if part)


def _format_initial(name: str) -> str:
    letter = next(filter(str.isalpha, name), "")
    return f"{letter.upper()}." if letter else ""


def _end_sentence(text: str) -> str:
    return text if not text or text.endswith((".", "?", "!")) else f"{text}."
