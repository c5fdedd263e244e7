"""Papers as BibTeX, in UTF-8, for biber and for bibtex.

``bibtex`` writes what a citation needs; ``format_entries`` all that a record holds, so that it is read again without
loss.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import quote

from assistant.export.fields import (
    BOOKLIKE,
    escape_latex,
    find_kind,
    find_page,
    has_genre,
    join_values,
    list_addresses,
    list_people,
    read_extra,
    read_identifier,
    read_journal,
    to_line,
    to_lines,
)
from store.citation_keys import PaperKeys, citation_keys
from store.field_names import ours_to_names
from store.migration import upgrade_paper
from store.paper import Author, Paper
from store.person_name import PersonName, is_body, is_suffix, parse_name
from store.text.clean import clean_characters
from store.work_types import OF_BOOK_SERIES, TYPES, read_type, write_type

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
# Words between names: those that are part of a name stand in braces.
_BETWEEN = re.compile(r"\b(?:and|others)\b", re.IGNORECASE)
_IN_BOOKS = {"inproceedings", "incollection", "inbook", "conference", "suppbook", "bookinbook", "inreference"}
# Who publishes a thesis or a report stands under names of their own.
_PUBLISHERS = {
    "phdthesis": "school", "mastersthesis": "school", "thesis": "institution", "techreport": "institution",
    "report": "institution",
}  # fmt: skip
# Theses that are none for a doctorate, which ``phdthesis`` says.
_DEGREES = re.compile(
    r"\b(?:(?P<master>master|m\.? ?sc\b|magister)|bachelor|b\.? ?sc\b|diplom|licen[ct]|habilitation)", re.I
)
_ROLES = {"editor": "editor", "translator": "translator", "container-author": "bookauthor"}
# What a key, a kind and the name of a field may be, so that every reader of BibTeX takes them.
_KEY = re.compile(r"""[^\s,{}"#%'()=~\\@]{1,100}""")
_KIND = re.compile(r"(?!(?:string|comment|preamble)$)[a-z][a-z_-]{0,39}")
_NAME = re.compile(r"[a-z][a-z0-9_:+-]{0,39}")
# Fields that are written from elsewhere, and ``execute``, which biblatex runs.
_WRITTEN = """type citation_key title subtitle author abstract doi pmid pmcid eprint eprinttype archiveprefix
    eprintclass primaryclass keywords keyword year month day date journal journaltitle pages url execute
    retraction addendum editor translator bookauthor date_end season circa publisher options
    entrysubtype""".split()
# The number of a book, or of what stands in it, counts the books of its series; that of an issue makes room for it.
_IN_SERIES = {"series_number": "number", "issue": "issue"}
_PLAIN = {"file", "howpublished", "issn", "isbn"}
_DATES = {"original_date", "event_date", "accessed"}
# A date of ISO 8601-2 in signs that LaTeX reads as they are, or biblatex does: "-0349~", "196X", "1990?/1995".
_EDTF = re.compile(r"-?[0-9X]{4}[-0-9X?~/.]*")
_BRACES = re.compile(r"[\\{}]")
_SPECIAL = re.compile(r"[_%#&$~]")

Fields = Iterator[tuple[str, str]]
"""Names of fields and their values as they stand in the file, in order."""


def format_bibtex(papers: Iterable[Paper], keys: Mapping[str, str] | None = None) -> str:
    """Write an entry for each paper, in the order given, each paper once.

    Args:
        papers: The papers.
        keys: The key of each by its id; None for keys that are unique among these papers.
    """
    once = {paper.id: upgrade_paper(paper) for paper in papers}
    keys = citation_keys(once.values()) if keys is None else keys
    return "\n".join(
        _format_entry(_choose_type(paper), keys[paper.id], _list_short_fields(paper)) for paper in once.values()
    )


class KeyChoice:
    """Chooses a key for each paper of a file: the one that its source gave it where no other paper has that.

    Args:
        keys: Those that papers have else.
    """

    def __init__(self, keys: PaperKeys) -> None:
        self._keys = keys
        self._used: set[str] = set()

    def choose(self, paper: Paper, own: str) -> str:
        """Choose the key of the next paper; ``own`` is that of its source, "" where it gave none that can be used."""
        key = self._keys.find(paper)
        if own and own != key and own not in self._used and not self._keys.is_taken(own):
            key = own
        self._used.add(key)
        return key


def format_entries(papers: Iterable[Paper], keys: PaperKeys) -> Iterator[str]:
    """Write an entry with all that is known of each paper.

    Its key is the one that its source gave it, else, or where another has that, the one of ``keys``.
    """
    choice = KeyChoice(keys)
    for paper in papers:
        own = read_extra(paper, "citation_key")
        key = choice.choose(paper, own if _KEY.fullmatch(own) else "")
        kind = _choose_type(paper)
        yield f"{_format_entry(kind, key, _list_all_fields(paper, kind))}\n"


def _choose_type(paper: Paper) -> str:
    """Choose the type of the entry: the one that it had, or BibTeX's for what it is."""
    kind = read_extra(paper, "type").lower()
    if paper.source.format == "bibtex" and _KIND.fullmatch(kind):
        return kind
    own = find_kind(paper)
    if own == "thesis" and (
        degree := next(filter(None, map(_DEGREES.search, to_lines(paper.extra.get("genre")))), None)
    ):
        return "mastersthesis" if degree["master"] else "thesis"
    return write_type(own, "bibtex") or ("article" if own.startswith("article-") else "misc")


def _name_subtype(paper: Paper) -> str:
    """Name the type that BibTeX has no word for as biblatex's ``entrysubtype``, which pandoc reads of articles."""
    has_word = paper.kind not in TYPES or write_type(paper.kind, "bibtex")
    return "" if has_word else paper.kind.removeprefix("article-")


def _format_entry(kind: str, key: str, fields: Fields) -> str:
    lines = [f"  {name} = {value},\n" for name, value in dict(fields).items()]
    return f"@{kind}{{{key},\n{''.join(lines)}}}\n"


def _brace_values(texts: Mapping[str, str], escape: Callable[[str], str] = str) -> Fields:
    return ((name, f"{{{escape(text)}}}") for name, text in texts.items() if text)


def _list_short_fields(paper: Paper) -> Fields:
    kind = _choose_type(paper)
    place = "booktitle" if find_kind(paper) in BOOKLIKE else "journal"
    yield from _brace_values(
        {
            "title": _format_title(paper.title, whole=False),
            "author": _format_authors(paper, map(_format_person, list_people(paper))),
            **_format_contributors(paper),
            place: escape_latex(read_journal(paper)),
            "volume": escape_latex(read_extra(paper, "volume")),
            _PUBLISHERS.get(kind, "publisher"): escape_latex(read_extra(paper, "publisher")),
            "number": escape_latex(read_extra(paper, "issue") or read_extra(paper, "number")),
            "pages": re.sub(r"\s*[-–—]+\s*", "--", escape_latex(read_extra(paper, "pages"))),
            "year": str(paper.year or ""),
        }
    )
    yield from _list_month(paper)
    arxiv = paper.identifiers.get("arxiv", "")
    addresses = {
        "doi": paper.identifiers.get("doi", ""),
        "eprint": arxiv,
        "archiveprefix": "arXiv" if arxiv else "",
        "pmid": paper.identifiers.get("pmid", ""),
        "url": find_page(paper),
    }
    yield from _brace_values(addresses, escape_verbatim)
    yield from _brace_values({"note": escape_latex(paper.retraction)})


def _list_all_fields(paper: Paper, kind: str) -> Fields:
    venue, book = to_line(paper.venue), read_extra(paper, "booktitle")
    names = [*map(_format_person, list_people(paper))]
    place = "booktitle" if kind in _IN_BOOKS and not book else "journal"
    yield from _brace_values(
        {
            "title": _format_title(paper.title, whole=True),
            "author": _format_authors(paper, names) or ("others" if paper.authors_truncated else ""),
            **_format_contributors(paper),
            place: ""
            if venue == book
            else escape_latex(venue)
            if place == "journal"
            else _format_title(venue, whole=True),
            "entrysubtype": _name_subtype(paper) or escape_latex(read_extra(paper, "entrysubtype")),
            "pages": re.sub(r"\s*[–—]\s*", "--", escape_latex(read_extra(paper, "pages"))),
            "abstract": escape_latex(paper.abstract),
            "keywords": escape_latex(join_values(paper.keywords)),
            "year": (paper.date or "")[:4],
        }
    )
    yield from _list_month(paper)
    if not paper.date:
        text = read_extra(paper, "date")
        # "In press" stands in ``year``, which BibTeX prints as it is; biber passes over a ``date`` that is none.
        yield from _brace_values({"date" if _EDTF.fullmatch(text) else "year": _escape_date(text)})
    if paper.date and (paper.date_precision == "day" or paper.extra.get("date_end") or paper.extra.get("season")):
        yield "date", f"{{{_format_date(paper)}}}"
    arxiv, eprint = paper.identifiers.get("arxiv", ""), read_extra(paper, "eprint")
    addresses = {
        "doi": read_identifier(paper, "doi"),
        "eprint": arxiv or eprint,
        "archiveprefix": "arXiv" if arxiv else read_extra(paper, "eprinttype") if eprint else "",
        "primaryclass": "".join(paper.categories[:1]),
        "pmid": read_identifier(paper, "pmid"),
        "pmcid": paper.identifiers.get("pmcid", ""),
        "url": " ".join(url for url in list_addresses(paper) if url not in read_extra(paper, "howpublished")),
    }
    yield from _brace_values(addresses, _encode_braces)
    yield from _list_other_fields(paper, kind, names)
    yield from _brace_values({"addendum" if read_extra(paper, "note") else "note": escape_latex(paper.retraction)})


def _list_other_fields(paper: Paper, kind: str, authors: Iterable["_Name"]) -> Fields:
    names = ours_to_names("bibtex")
    if publisher := read_extra(paper, "publisher"):
        yield _PUBLISHERS.get(kind, "publisher"), f"{{{escape_latex(publisher)}}}"
    if options := _list_options(paper, authors):
        yield "options", f"{{{options}}}"
    in_series = (
        "series" in paper.extra and "issue_name" not in paper.extra and read_type([kind], "bibtex") in OF_BOOK_SERIES
    )
    for name, value in paper.extra.items():
        field, text = (_IN_SERIES if in_series else names).get(name, names.get(name, name)), "; ".join(to_lines(value))
        if field == "address" and name != field and field in paper.extra:
            field = "location"
        if (name == "number" and "issue" in paper.extra) or (name == "genre" and not has_genre(paper)):
            continue
        inherited = name in ("crossref", "xdata") and paper.source.format != "bibtex"
        ours = name in names and name not in ("publisher", "pages", "date_end", "season")
        if text and (ours or name not in _WRITTEN) and not inherited and _NAME.fullmatch(field):
            escape = _escape_plain if name in _PLAIN else _escape_date if name in _DATES else escape_latex
            yield field, f"{{{escape(text)}}}"


def _format_date(paper: Paper) -> str:
    """The date in the form of ISO 8601-2 that biblatex takes: a range, or a season as month 21 to 24."""
    season, end = read_extra(paper, "season"), read_extra(paper, "date_end")
    start = f"{(paper.date or '')[:4]}-2{season}" if season in ("1", "2", "3", "4") else paper.date
    return f"{start}/{end}" if re.fullmatch(r"\d{4}(?:-\d\d){0,2}", end) else f"{start}"


def _list_options(paper: Paper, authors: Iterable["_Name"]) -> str:
    """The options of the entry: with ``useprefix`` particles are cited with the family name, as others have them."""
    options = escape_latex(read_extra(paper, "options"))
    is_own = paper.source.format == "bibtex"
    names = (*authors, *map(_format_person, paper.contributors))
    prefixed = any(name.is_prefixed or (not is_own and name.has_particle) for name in names)
    return ", ".join(filter(None, (options, "useprefix=true" if prefixed and "useprefix" not in options else "")))


def _list_month(paper: Paper) -> Fields:
    """BibTeX's macro for the month, where it is known."""
    month = int((paper.date or "")[5:7] or 0)
    if 1 <= month <= len(_MONTHS):
        yield "month", _MONTHS[month - 1]


def _format_title(title: str, *, whole: bool) -> str:
    """Write a title as LaTeX, what styles must not write in lower case in braces: "WiSE-FT", "LLM".

    BibTeX and pandoc write the rest in lower case where the style says so, while CSL-JSON has titles as they are. With
    ``whole`` every capital is meant but that of the first word, so that a library makes the same references as either.
    """
    words = clean_characters(title).split()
    return " ".join(_format_word(word, whole and place > 0) for place, word in enumerate(words))


@lru_cache(maxsize=1 << 14)  # Titles of a library share most of their words.
def _format_word(word: str, capital_meant: bool) -> str:
    mixed = not word[1:].islower() and any(before.isalnum() and after.isupper() for before, after in pairwise(word))
    return f"{{{escape_latex(word)}}}" if mixed or (capital_meant and word[:1].isupper()) else escape_latex(word)


def _format_authors(paper: Paper, authors: Iterable["_Name"]) -> str:
    """The names with "and" between them, "others" at the end where the source hides some; "" for none."""
    names = [name.text for name in authors if name.text]
    return " and ".join([*names, "others"] if names and paper.authors_truncated else names)


def _format_contributors(paper: Paper) -> dict[str, str]:
    """The people of each role that BibTeX has a field for, by that field."""
    if not paper.contributors:
        return {}
    return {
        field: " and ".join(_format_person(one).text for one in list_people(paper, role))
        for role, field in _ROLES.items()
    }


class _Name(NamedTuple):
    """A name as "von Last, Jr, First".

    ``is_prefixed`` says that the source tells its particle, ``has_particle`` that its family name begins with one that
    nothing else tells.
    """

    text: str
    has_particle: bool
    is_prefixed: bool = False


def _format_person(author: Author) -> _Name:
    """Write a name; what BibTeX would read in another way stands in braces."""
    one = author
    return _format_name(
        one.name, one.family, one.given, one.particle, one.dropping_particle, one.suffix, literal=one.literal
    )


# Names whose spelling is kept: people write several papers. Chosen by hand: twice the authors of 5,000 papers.
@lru_cache(maxsize=1 << 15)
def _format_name(
    name: str, family: str, given: str, particle: str, dropping_particle: str, suffix: str, *, literal: bool
) -> _Name:
    if not (literal or family or particle or dropping_particle) and (plain := _invert_plain_name(name)):
        return _Name(plain, has_particle=False)
    shown = clean_characters(name)
    if literal:
        return _Name(f"{{{escape_latex(shown)}}}", has_particle=False, is_prefixed=bool(particle))
    von = " ".join(filter(None, (dropping_particle, particle)))
    whole = " ".join(filter(None, (von, family)))
    person = PersonName(whole, given, suffix) if family else parse_name(name)
    has_particle = not dropping_particle and " " in person.family and person.family[0].islower()
    parts, von = PersonName(*map(clean_characters, person)), clean_characters(von)
    if not family and _is_whole(shown, parts):
        return _Name(f"{{{escape_latex(shown)}}}", has_particle, bool(particle))
    last = parts.family.removeprefix(von).strip()
    texts = [" ".join(filter(None, (escape_latex(von), _brace(last, "," in last)))), parts.suffix, parts.given]
    text = ", ".join([texts[0], *(_brace(text, "," in text) for text in texts[1:] if text)])
    return _Name(text, has_particle, bool(particle))


def _invert_plain_name(name: str) -> str:
    """Return "Poe, Ann" of a name of two words without any sign, as many are; "" of all that need a closer look."""
    given, _, family = name.partition(" ")
    if not (name.isascii() and given.isalnum() and family.isalnum()) or is_suffix(given) or is_body(name):
        return ""
    return "" if _BETWEEN.search(name) else f"{family}, {given}"


def _is_whole(name: str, parts: PersonName) -> bool:
    return is_suffix(parts.given) if parts.given else bool(parts.suffix) or is_body(name)


def _brace(text: str, always: bool) -> str:
    if not always and text.isalpha() and text.isascii() and text.lower() not in ("and", "others"):
        return text  # most
    return f"{{{escape_latex(text)}}}" if always or _BETWEEN.search(text) else escape_latex(text)


def _encode_braces(text: str) -> str:
    """An address or number, which LaTeX does not read; %-encoded where it would end the field."""
    return _BRACES.sub(lambda sign: quote(sign[0], safe=""), text)


def _escape_plain(text: str) -> str:
    """The same in a field that LaTeX does read."""
    return _SPECIAL.sub(lambda sign: r"\textasciitilde{}" if sign[0] == "~" else f"\\{sign[0]}", _encode_braces(text))


def _escape_date(text: str) -> str:
    """A date as biblatex reads it; what is none as any text."""
    return text if _EDTF.fullmatch(text) else escape_latex(text)


_NOT_VERBATIM = re.compile(r"[\\{}\s]")


def escape_verbatim(text: str) -> str:
    """Escape a text for a field that LaTeX does not read, such as ``doi``; %-encoded where it would end the field."""
    return _NOT_VERBATIM.sub(lambda match: quote(match[0], safe=""), clean_characters(text))
