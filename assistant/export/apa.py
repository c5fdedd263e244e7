"""A paper in the style of the American Psychological Association (7th edition), as plain text.

The forms are those of the manual's chapter 10 for each type of work: a title that stands alone is followed by what it
is in brackets, a part of a book by "In" and the editors, and a publisher ends what no journal holds.
"""

from collections.abc import Sequence

from assistant.export.fields import BOOKLIKE, find_kind, find_link, list_people, read_extra, read_journal, to_line
from store.migration import upgrade_paper
from store.paper import Author, Paper
from store.person_name import format_initials, parse_author
from store.text.clean import clean_characters

# By the manual up to so many authors are named; of more, the first 19 and the last.
_MOST = 20
# What stands in brackets behind the title of types that readers could take for another one.
_DESCRIPTIONS = {"dataset": "Data set", "software": "Computer software", "thesis": "Thesis", "map": "Map"}
# What is dated to the day by the manual's chapter 10: pages, posts, papers and magazines, talks.
_DATED = frozenset(
    """webpage post post-weblog article-newspaper article-magazine broadcast speech event interview
    motion_picture personal_communication""".split()
)
_MONTHS = """January February March April May June July August September October November December""".split()
_SEASONS = {"1": "Spring", "2": "Summer", "3": "Fall", "4": "Winter"}
_IN_JOURNALS = ("article-journal", "article-magazine", "article-newspaper", "periodical", "review", "review-book")


def format_apa(paper: Paper) -> str:
    """Write ``Che, E., & Namkoong, H. (2023). Adaptive experimentation at scale. Venue. https://doi.org/…``.

    The title stays as the source writes it. Where the source hides authors it ends their names with "et al.". A work
    without authors begins with its editors, else with its title.
    """
    paper = upgrade_paper(paper)
    kind, title = find_kind(paper), _format_title(paper)
    year = f"({_format_date(paper, kind)})."
    leaders = list_people(paper)
    names = _format_authors(paper, leaders)
    if not leaders and kind not in BOOKLIKE and (editors := list_people(paper, "editor")):
        names = f"{_join_names([_format_inverted(editor) for editor in editors])} {_abbreviate_role(editors)}."
    start = (names, year, title) if names else (title, year)
    return clean_characters(" ".join((*start, _format_container(paper, kind), find_link(paper))))


def _format_date(paper: Paper, kind: str) -> str:
    """The year, of what appears on a day the month and the day, too: "2019, May 4"; "n.d." where nothing is known."""
    year, parts = str(paper.year or "n.d."), (paper.date or "").split("-")[1:]
    if kind not in _DATED:
        return year
    if not parts:
        season = _SEASONS.get(read_extra(paper, "season"), "")
        return f"{year}, {season}" if season else year
    month, day = _MONTHS[int(parts[0]) - 1], f" {int(parts[1])}" if len(parts) > 1 else ""
    return f"{year}, {month}{day}"


def _format_title(paper: Paper) -> str:
    title, kind = clean_characters(paper.marked_title), find_kind(paper)
    arxiv, journal = paper.identifiers.get("arxiv"), read_journal(paper)
    if arxiv and not journal:
        return _end_sentence(f"{title.rstrip('.')} (arXiv:{arxiv})")
    brackets = _format_brackets(paper, kind)
    details = _format_details(paper, kind)
    return (
        _end_sentence(" ".join((title.rstrip("."), *filter(None, (details, brackets)))))
        if details or brackets
        else (_end_sentence(title))
    )


def _format_details(paper: Paper, kind: str) -> str:
    """Edition and volume of a book, or the number of a report, in parentheses."""
    edition, volume, number = (read_extra(paper, name) for name in ("edition", "volume", "number"))
    parts: list[str] = []
    if kind == "book":
        parts = [_format_edition(edition), f"Vol. {volume}" if volume else ""]
    elif kind in ("report", "standard", "patent") and number:
        genre = read_extra(paper, "genre")
        parts = [f"{genre} No. {number}" if genre else f"No. {number}"]
    elif kind in ("software", "dataset") and read_extra(paper, "version"):
        parts = [f"Version {read_extra(paper, 'version')}"]
    return f"({', '.join(filter(None, parts))})" if any(parts) else ""


def _format_brackets(paper: Paper, kind: str) -> str:
    if kind == "thesis":
        school = read_extra(paper, "publisher")
        return f"[{', '.join(filter(None, (read_extra(paper, 'genre') or _DESCRIPTIONS[kind], school)))}]"
    return f"[{_DESCRIPTIONS[kind]}]" if kind in _DESCRIPTIONS else ""


def _format_container(paper: Paper, kind: str) -> str:
    venue, publisher = read_journal(paper), read_extra(paper, "publisher")
    if kind in BOOKLIKE and venue:
        return f"{_format_book(paper, venue)} {_end_sentence(publisher)}".strip()
    if venue:
        volume, number = read_extra(paper, "volume"), read_extra(paper, "issue") or read_extra(paper, "number")
        issue = f"{volume}({number})" if volume and number else volume or number
        pages = read_extra(paper, "pages") or read_extra(paper, "article_number")
        own = publisher if kind not in (*_IN_JOURNALS, "document", "article") else ""
        return _end_sentence(". ".join(filter(None, (", ".join(filter(None, (venue, issue, pages))), own))))
    if paper.identifiers.get("arxiv"):
        return "arXiv."
    return "" if kind in ("thesis", *_IN_JOURNALS) else _end_sentence(publisher)


def _format_book(paper: Paper, venue: str) -> str:
    """The book that a chapter stands in: "In M. Roe & E. Moe (Eds.), The Book (pp. 1–9)"."""
    editors = list_people(paper, "editor")
    names = [_format_straight(editor) for editor in editors]
    by = f"{_join_straight(names)} {_abbreviate_role(editors)}, " if editors else ""
    volume, pages = read_extra(paper, "volume"), read_extra(paper, "pages")
    details = [_format_edition(read_extra(paper, "edition")), f"Vol. {volume}" if volume else ""]
    details.append(f"{'pp.' if '–' in pages or '-' in pages else 'p.'} {pages}" if pages else "")
    inner = ", ".join(filter(None, details))
    return _end_sentence(f"In {by}{venue}{f' ({inner})' if inner else ''}")


def _format_edition(edition: str) -> str:
    if not edition.isdecimal():
        return f"{edition} ed." if edition and "ed" not in edition.lower() else edition
    number = int(edition[:6])
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number % 100 not in (11, 12, 13) else "th"
    return f"{number}{ending} ed." if number > 1 else ""


def _format_authors(paper: Paper, people: Sequence[Author]) -> str:
    names = [text for person in people if (text := _format_inverted(person))]
    if paper.authors_truncated and names:
        return f"{', '.join(names[: _MOST - 1])}, et al."
    if len(names) > _MOST:
        return _end_sentence(f"{', '.join(names[: _MOST - 1])}, … {names[-1]}")
    return _end_sentence(_join_names(names))


def _join_names(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])}, & {names[-1]}" if len(names) > 1 else "".join(names)


def _join_straight(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])}{',' if len(names) > 2 else ''} & {names[-1]}" if len(names) > 1 else "".join(names)


def _abbreviate_role(editors: Sequence[Author]) -> str:
    return "(Eds.)" if len(editors) > 1 else "(Ed.)"


def _format_inverted(author: Author) -> str:
    """The family name, the given names as initials ("Jean-Paul M." as "J.-P. M."), and a suffix."""
    family, given_names, suffix = parse_author(author)
    initials = format_initials(given_names)
    if given_names and not initials:  # no script with capitals, so none that is abbreviated
        return to_line(author.name)
    return ", ".join(part for part in (family, initials, _spell_suffix(suffix)) if part)


def _format_straight(author: Author) -> str:
    family, given_names, suffix = parse_author(author)
    initials = format_initials(given_names)
    if given_names and not initials:
        return to_line(author.name)
    return " ".join(filter(None, (initials, family))) + (f", {_spell_suffix(suffix)}" if suffix else "")


def _spell_suffix(suffix: str) -> str:
    return f"{suffix}." if suffix in ("Jr", "Sr") else suffix


def _end_sentence(text: str) -> str:
    return text if not text or text.endswith((".", "?", "!")) else f"{text}."
