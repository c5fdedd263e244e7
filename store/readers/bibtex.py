r"""BibTeX (ctan.org/pkg/btxdoc) and biblatex (ctan.org/pkg/biblatex), as reference managers and publishers write them.

Field names in any case, macros, ``#``, ``crossref``, ``xdata``, entries without a key or with one that others have too.
An entry that is not well-formed is read field by field, with a doubt.

What the values of BibTeX fields say: braces, quotes, macros, names.

Journals as ADS names them in BibTeX, by macros like ``\apj`` (ui.adsabs.harvard.edu/help, Journal macros).
"""

import re
from collections.abc import Iterator
from typing import Any

from store.readers.base import Item
from store.readers.bibtex_parser import Lost, RawEntry, parse_entries
from store.readers.dates import parse_month
from store.readers.names import reorder_name
from store.readers.record import arxiv_id, choose_date, identified, map_links, map_authors, pubmed_id, build_paper
from store.readers.textfile import NO_PAPER, TextFile
from store.text.clean import clean_text
from store.text.latex import brace_pairs

_ESCAPED = re.compile(r"\\([_%#&~{}$])|\{\\textasciitilde\}|\\textasciitilde(?:\{\})?")
_COMMAND = re.compile(r"\\(?:url|href)\s*\{([^{}]*)\}")
_EXTENDED = re.compile(r"\b(family|given|prefix|suffix)(?:-i)?\s*=\s*(\"[^\"]*\"|\{[^{}]*\}|[^,]*)", re.IGNORECASE)
_MAX_DEPTH = 20


def resolve_value(value: str, strings: dict[str, str], depth: int = 0) -> str:
    """The text of a value: pieces joined at ``#``, macros written out, the outer braces or quotes gone."""
    return "".join(_piece(piece.strip(), strings, depth) for piece in _split(value, "#"))


def parse_names(value: str) -> list[str]:
    """The names of a list with "and", clean and in the order "Ann Poe"; "others" stays as the last one."""
    return [name for name in (_name(piece.strip()) for piece in _split(value, "and")) if name]


def strip_escapes(value: str) -> str:
    """A URL, DOI or file name without the escapes that TeX needs."""
    text = _COMMAND.sub(r" \1 ", value)
    return " ".join(_ESCAPED.sub(lambda match: match[1] or "~", text).strip("{}").split())


def _piece(piece: str, strings: dict[str, str], depth: int) -> str:
    if len(piece) > 1 and (piece[0], piece[-1]) in {("{", "}"), ('"', '"')}:
        return piece[1:-1]
    macro = strings.get(piece.lower())
    return resolve_value(macro, strings, depth + 1) if macro is not None and depth < _MAX_DEPTH else piece


def _split(value: str, at: str) -> Iterator[str]:
    """The pieces of a value between a sign, or a word with white space around it, outside of braces and quotes."""
    pattern = r"[{}]|\\.|(?:(?<=\s)|^)and(?=\s|$)" if at == "and" else r"[{}\"#]|\\."
    depth, quoted, start = 0, False, 0
    for mark in re.finditer(pattern, value, re.IGNORECASE | re.DOTALL):
        if mark[0] == '"':
            quoted ^= depth == 0
        elif mark[0] in "{}":
            depth = max(depth + (1 if mark[0] == "{" else -1), 0)
        elif mark[0].lower() == at and not depth and not quoted:
            yield value[start : mark.start()]
            start = mark.end()
    yield value[start:]


def _name(name: str) -> str:
    parts = {key.lower(): clean_text(text.strip('{}" '), tex=True) for key, text in _EXTENDED.findall(name)}
    if parts.get("family"):
        whole = " ".join(filter(None, (parts.get("given"), parts.get("prefix"), parts["family"])))
        return f"{whole}, {parts['suffix']}" if parts.get("suffix") else whole
    if name.startswith("{") and brace_pairs(name).get(0) == len(name) - 1:
        return clean_text(name, tex=True)  # the name of a body, whose commas part nothing
    return reorder_name(clean_text(name, tex=True))


_journal_macros_NAMES = {
    "aap": "Astronomy and Astrophysics",
    "aapr": "Astronomy and Astrophysics Reviews",
    "aaps": "Astronomy and Astrophysics Supplement",
    "actaa": "Acta Astronomica",
    "aj": "The Astronomical Journal",
    "ao": "Applied Optics",
    "apj": "The Astrophysical Journal",
    "apjl": "The Astrophysical Journal Letters",
    "apjlett": "The Astrophysical Journal Letters",
    "apjs": "The Astrophysical Journal Supplement Series",
    "apjsupp": "The Astrophysical Journal Supplement Series",
    "applopt": "Applied Optics",
    "apss": "Astrophysics and Space Science",
    "araa": "Annual Review of Astronomy and Astrophysics",
    "azh": "Astronomicheskii Zhurnal",
    "baas": "Bulletin of the American Astronomical Society",
    "bac": "Bulletin of the Astronomical Institutes of Czechoslovakia",
    "caa": "Chinese Astronomy and Astrophysics",
    "cjaa": "Chinese Journal of Astronomy and Astrophysics",
    "fcp": "Fundamentals of Cosmic Physics",
    "gca": "Geochimica et Cosmochimica Acta",
    "grl": "Geophysical Research Letters",
    "iaucirc": "IAU Circulars",
    "icarus": "Icarus",
    "jcap": "Journal of Cosmology and Astroparticle Physics",
    "jcp": "The Journal of Chemical Physics",
    "jgr": "Journal of Geophysical Research",
    "jqsrt": "Journal of Quantitative Spectroscopy and Radiative Transfer",
    "jrasc": "Journal of the Royal Astronomical Society of Canada",
    "maps": "Meteoritics and Planetary Science",
    "memras": "Memoirs of the Royal Astronomical Society",
    "memsai": "Memorie della Società Astronomica Italiana",
    "mnras": "Monthly Notices of the Royal Astronomical Society",
    "na": "New Astronomy",
    "nar": "New Astronomy Reviews",
    "nat": "Nature",
    "nphysa": "Nuclear Physics A",
    "pasa": "Publications of the Astronomical Society of Australia",
    "pasj": "Publications of the Astronomical Society of Japan",
    "pasp": "Publications of the Astronomical Society of the Pacific",
    "physrep": "Physics Reports",
    "physscr": "Physica Scripta",
    "planss": "Planetary and Space Science",
    "pra": "Physical Review A",
    "prb": "Physical Review B",
    "prc": "Physical Review C",
    "prd": "Physical Review D",
    "pre": "Physical Review E",
    "prl": "Physical Review Letters",
    "procspie": "Proceedings of the SPIE",
    "psj": "The Planetary Science Journal",
    "qjras": "Quarterly Journal of the Royal Astronomical Society",
    "rmxaa": "Revista Mexicana de Astronomía y Astrofísica",
    "rnaas": "Research Notes of the AAS",
    "skytel": "Sky and Telescope",
    "solphys": "Solar Physics",
    "sovast": "Soviet Astronomy",
    "ssr": "Space Science Reviews",
    "zap": "Zeitschrift für Astrophysik",
}
_MACRO = re.compile(r"\s*\{*\s*\\([a-z]+)\s*\}*\s*")


def expand_journal(value: str) -> str:
    """The name that a macro stands for; everything else as it is."""
    macro = _MACRO.fullmatch(value)
    return _journal_macros_NAMES.get(macro[1], value) if macro else value


NAME = "bibtex"
LABEL = "BibTeX or biblatex"

_SNIFF = re.compile(r"^[^\n%@]{0,200}@[ \t]*[A-Za-z]\w*[ \t]*[{(][^={}\n]{0,200}(?:,|\n|$)", re.MULTILINE)
_SIGNS = re.compile(r"^[ \t]*%+ *Encoding:|^[ \t]*@(?:string|preamble|comment)[ \t]*[{(]", re.IGNORECASE | re.MULTILINE)
_TEXTS = ("title", "booktitle", "journaltitle", "journal", "abstract")
_PARENTS = ("crossref", "xdata")
# Of these a child takes its parent's under another name, or not at all.
_INHERITED = {"title": "booktitle", "subtitle": "booksubtitle"}
_OWN = {"crossref", "xdata", "abstract", "doi", "url", "eprint", "pages", "keywords", "ids", "entryset", "note"}
_NAMES = {"number": "issue", "address": "place", "location": "place", "annote": "note", "langid": "language"}
_PLAIN = {"url", "doi", "file", "eprint", "howpublished", "issn", "isbn", "pmid", "pmcid"}
_TAKEN = """title subtitle author abstract doi url pmid pmcid eprint eprinttype archiveprefix eprintclass
    primaryclass keywords keyword author_keywords year month day date journal journaltitle pages""".split()


def sniff(head: str) -> bool:
    """An entry or another block that begins with ``@``, or JabRef's first line."""
    return bool(_SNIFF.search(head) or _SIGNS.search(head))


def read(file: TextFile) -> Iterator[Item]:
    """Yield each entry; one without title, abstract and identifier is a problem. Up to 100 MB are held in memory."""
    encoding = file.encoding()
    if encoding.doubt:
        yield file.problem(None, encoding.doubt, lost=False)
    found, strings = parse_entries(file.whole(encoding).removeprefix("\ufeff"))
    for entry in found:
        if isinstance(entry, RawEntry):
            entry.fields = {name: resolve_value(value, strings) for name, value in entry.fields.items()}
    by_key = {entry.key.lower(): entry for entry in reversed(found) if isinstance(entry, RawEntry) and entry.key}
    for entry in found:
        if isinstance(entry, Lost):
            yield file.problem(entry.line, entry.reason)
        else:
            yield from build_paper(file, entry.line, NAME, fields(entry, by_key), entry.doubt)
    if not found:
        yield file.problem(None, NO_PAPER, lost=False)


def fields(entry: RawEntry, by_key: dict[str, RawEntry]) -> dict[str, Any]:
    """Our fields of an entry, with what it takes over from others."""
    given = _inherited(entry, by_key, {entry.key.lower()})
    given |= {name: expand_journal(given[name]) for name in ("journal", "journaltitle") if name in given}
    text = {
        name: clean_text(given.get(name, ""), tex=True)
        for name in (*_TEXTS, "subtitle", "issuetitle", "maintitle", "titleaddon")
    }
    title = text["title"] or text["booktitle"] or text["issuetitle"] or text["maintitle"] or text["titleaddon"]
    others = {name: value for name, value in given.items() if name not in _TAKEN}
    return {
        "extra": {_NAMES.get(name, name): _extra(name, value) for name, value in others.items()},
        "type": entry.type,
        "citation_key": entry.key,
        "title": ": ".join(filter(None, (title, text["subtitle"]))),
        "abstract": text["abstract"],
        "abstract_raw": given.get("abstract", "").strip(),
        **map_authors(parse_names(given.get("author", "")), ordered=True),
        "date": _date(given),
        "venue": text["journaltitle"] or text["journal"] or text["booktitle"],
        "keywords": _keywords(given),
        "pages": re.sub(r"\s*-{2,3}\s*", "–", strip_escapes(given.get("pages", ""))),
        **_identifiers(given),
        "urls": map_links(strip_escapes(given.get(name, "")) for name in ("url", "howpublished"))["urls"],
    }


def _inherited(entry: RawEntry, by_key: dict[str, RawEntry], seen: set[str]) -> dict[str, str]:
    found = dict(entry.fields)
    for relation in _PARENTS:
        for key in (key.strip().lower() for key in entry.fields.get(relation, "").split(",")):
            parent = by_key.get(key)
            if parent and key not in seen:
                for name, value in _inherited(parent, by_key, seen | {key}).items():
                    own = relation == "crossref" and name in _OWN
                    child = _INHERITED.get(name, name) if relation == "crossref" else name
                    if not own:
                        found.setdefault(child, value)
    return found


def _date(given: dict[str, str]) -> str:
    year, month = given.get("year", ""), given.get("month", "")
    number = parse_month(month)
    whole = f"{year}-{number:02}" if number and re.fullmatch(r"\s*\d{4}\s*", year) else f"{month} {year}".strip()
    day = re.search(r"(?<!\d)\d{1,2}(?!\d)", given.get("day", "") or (month if not month.strip().isdecimal() else ""))
    spelt = f"{whole.strip()}-{int(day[0]):02}" if number and day and "-" in whole else whole
    return choose_date(*(clean_text(text, tex=True) for text in (given.get("date", ""), year, spelt, whole)))


def _keywords(given: dict[str, str]) -> list[str]:
    texts = [given[name] for name in ("keywords", "keyword", "author_keywords") if given.get(name)]
    return [
        clean_text(one, tex=True)
        for text in texts
        for one in re.split(r"\\sep|;" if ";" in text else r"\\sep|,|\n", text)
    ]


def _identifiers(given: dict[str, str]) -> dict[str, Any]:
    eprint, kind = strip_escapes(given.get("eprint", "")), (given.get("eprinttype") or given.get("archiveprefix") or "").lower()
    said = identified(*(strip_escapes(given.get(name, "")) for name in ("url", "howpublished", "number", "journal", "note")))
    arxiv = arxiv_id(eprint) if kind in {"", "arxiv"} else None
    pubmed = strip_escapes(given.get("pmid", "")) or (eprint if kind in {"pubmed", "pmid"} else "")
    category = strip_escapes(given.get("eprintclass") or given.get("primaryclass") or "")
    left = eprint if eprint and not arxiv and kind not in {"pubmed", "pmid"} else ""
    return {
        "doi": strip_escapes(given.get("doi", "")) or said.get("doi"),
        "arxiv": arxiv or said.get("arxiv"),
        "pmid": pubmed_id(pubmed) or pubmed,
        "identifiers": {"pmcid": strip_escapes(given.get("pmcid", ""))},
        "categories": [category] if category else [],
        "eprint": left,
        "eprinttype": kind if left else "",
    }


def _extra(name: str, value: str) -> str:
    return strip_escapes(value) if name in _PLAIN else clean_text(value, tex=True)
