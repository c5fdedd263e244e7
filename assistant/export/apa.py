"""A paper in the style of the American Psychological Association (7th edition), as plain text."""

import re

from assistant.export.fields import detail, journal, link
from store.citation_keys import listed_authors
from store.paper import Paper
from store.person_name import person_name
from store.text.clean import clean_characters

# Up to so many authors are named; of more, the first 19 and the last.
_MOST = 20


def apa(paper: Paper) -> str:
    """``Che, E., & Namkoong, H. (2023). Adaptive experimentation at scale. Venue. https://doi.org/…``.

    The title stays as the source writes it. Where the source hides authors it ends their names with "et al.".
    """
    authors, title = _authors(paper), _title(paper)
    first = (authors, f"({paper.year or 'n.d.'}).", title) if authors else (title, f"({paper.year or 'n.d.'}).")
    return clean_characters(" ".join((*first, _published(paper), link(paper))))


def _title(paper: Paper) -> str:
    title = clean_characters(paper.marked_title)
    arxiv = paper.identifiers.get("arxiv")
    return _ended(f"{title.rstrip('.')} (arXiv:{arxiv})" if arxiv and not journal(paper) else title)


def _published(paper: Paper) -> str:
    venue = journal(paper)
    if not venue:
        return "arXiv." if paper.identifiers.get("arxiv") else ""
    volume, number = detail(paper, "volume"), detail(paper, "issue") or detail(paper, "number")
    issue = f"{volume}({number})" if volume and number else volume
    return _ended(", ".join(part for part in (venue, issue, detail(paper, "pages")) if part))


def _authors(paper: Paper) -> str:
    names = [name for author in listed_authors(paper) if (name := _name(clean_characters(author.name)))]
    if paper.authors_truncated and names:
        return f"{', '.join(names[: _MOST - 1])}, et al."
    if len(names) > _MOST:
        return _ended(f"{', '.join(names[: _MOST - 1])}, … {names[-1]}")
    return _ended(f"{', '.join(names[:-1])}, & {names[-1]}" if len(names) > 1 else "".join(names))


def _name(name: str) -> str:
    family, given, suffix = person_name(name)
    return ", ".join(part for part in (family, _initials(given), suffix) if part)


def _initials(given: str) -> str:
    """Given names as initials: "Jean-Paul M." as "J.-P. M."."""
    words = re.sub(r"\.(?!-)", " ", given).split()  # "E.B." are two names, "J.-P." is one.
    return " ".join(initials for word in words if (initials := "-".join(map(_initial, word.split("-"))).strip("-")))


def _initial(name: str) -> str:
    letter = next(filter(str.isalpha, name), "")
    return f"{letter.upper()}." if letter else ""


def _ended(text: str) -> str:
    return text if not text or text.endswith((".", "?", "!")) else f"{text}."
