r"""BibTeX (ctan.org/pkg/btxdoc) and biblatex (ctan.org/pkg/biblatex), as reference managers and publishers write them.

Field names in any case, macros, ``#``, ``crossref``, ``xdata``, entries without a key or with one that others have too.
"""

import re
from collections.abc import Iterator
from typing import Any

from store.field_names import rename_fields
from store.person_name import UNSPACED
from store.readers.author_names import split_run
from store.readers.bibtex_entries import RawEntry, parse_entries
from store.readers.dates import parse_month
from store.readers.encoding import Encoding
from store.readers.identifiers import normalise_arxiv_id, normalise_pmid, strip_tex
from store.readers.people import Person, build_person, strip_asides, strip_degrees
from store.readers.reader import Item, Reader
from store.readers.record_builder import build_paper, choose_date, identify_texts, map_authors, map_links
from store.readers.textfile import TextFile, make_printable
from store.text.clean import clean_text
from store.text.latex import brace_pairs
from store.work_types import OF_BOOK_SERIES, TYPES, read_type

_JOURNALS = {
    "aap": "Astronomy and Astrophysics", "aapr": "Astronomy and Astrophysics Reviews",
    "aaps": "Astronomy and Astrophysics Supplement", "actaa": "Acta Astronomica", "aj": "The Astronomical Journal",
    "ao": "Applied Optics", "apj": "The Astrophysical Journal", "apjl": "The Astrophysical Journal Letters",
    "apjlett": "The Astrophysical Journal Letters", "apjs": "The Astrophysical Journal Supplement Series",
    "apjsupp": "The Astrophysical Journal Supplement Series", "applopt": "Applied Optics",
    "apss": "Astrophysics and Space Science", "araa": "Annual Review of Astronomy and Astrophysics",
    "azh": "Astronomicheskii Zhurnal", "baas": "Bulletin of the American Astronomical Society",
    "bac": "Bulletin of the Astronomical Institutes of Czechoslovakia", "caa": "Chinese Astronomy and Astrophysics",
    "cjaa": "Chinese Journal of Astronomy and Astrophysics", "fcp": "Fundamentals of Cosmic Physics",
    "gca": "Geochimica et Cosmochimica Acta", "grl": "Geophysical Research Letters", "iaucirc": "IAU Circulars",
    "icarus": "Icarus", "jcap": "Journal of Cosmology and Astroparticle Physics",
    "jcp": "The Journal of Chemical Physics", "jgr": "Journal of Geophysical Research",
    "jqsrt": "Journal of Quantitative Spectroscopy and Radiative Transfer",
    "jrasc": "Journal of the Royal Astronomical Society of Canada", "maps": "Meteoritics and Planetary Science",
    "memras": "Memoirs of the Royal Astronomical Society", "memsai": "Memorie della Società Astronomica Italiana",
    "mnras": "Monthly Notices of the Royal Astronomical Society", "na": "New Astronomy",
    "nar": "New Astronomy Reviews", "nat": "Nature", "nphysa": "Nuclear Physics A",
    "pasa": "Publications of the Astronomical Society of Australia",
    "pasj": "Publications of the Astronomical Society of Japan",
    "pasp": "Publications of the Astronomical Society of the Pacific", "physrep": "Physics Reports",
    "physscr": "Physica Scripta", "planss": "Planetary and Space Science", "pra": "Physical Review A",
    "prb": "Physical Review B", "prc": "Physical Review C", "prd": "Physical Review D", "pre": "Physical Review E",
    "prl": "Physical Review Letters", "procspie": "Proceedings of the SPIE", "psj": "The Planetary Science Journal",
    "qjras": "Quarterly Journal of the Royal Astronomical Society",
    "rmxaa": "Revista Mexicana de Astronomía y Astrofísica", "rnaas": "Research Notes of the AAS",
    "skytel": "Sky and Telescope", "solphys": "Solar Physics", "sovast": "Soviet Astronomy",
    "ssr": "Space Science Reviews", "zap": "Zeitschrift für Astrophysik",
}  # fmt: skip
_MACRO = re.compile(r"\{*\s*\\([a-z]+)\s*\}*")


def expand_journal(value: str) -> str:
    """Return the name that a macro stands for; everything else as it is."""
    macro = _MACRO.fullmatch(value.strip())
    return _JOURNALS.get(macro[1], value) if macro else value


_SNIFF = re.compile(r"^[^\n%@]{0,200}@[ \t]*[A-Za-z]\w*[ \t]*[{(][^={}\n]{0,200}(?:,|\n|$)", re.MULTILINE)
_SIGNS = re.compile(r"^[ \t]*%+ *Encoding:|^[ \t]*@(?:string|preamble|comment)[ \t]*[{(]", re.IGNORECASE | re.MULTILINE)
_TEXTS = ("title", "booktitle", "journaltitle", "journal", "abstract")
_PARENTS = ("crossref", "xdata")
# Of these a child takes its parent's under another name, or not at all.
_INHERITED = {"title": "booktitle", "subtitle": "booksubtitle"}
_OWN = {"crossref", "xdata", "abstract", "doi", "url", "eprint", "pages", "keywords", "ids", "entryset", "note"}
_PLAIN = {"url", "doi", "file", "eprint", "howpublished", "issn", "isbn", "pmid", "pmcid"}
_NO_PAPER = {"xdata", "set"}  # they hold what other entries refer to
# What types of entries, and biblatex's keys for ``type``, say of a work.
_GENRES = {
    "phdthesis": "PhD thesis", "mastersthesis": "Master's thesis", "mathesis": "Master's thesis",
    "bathesis": "Bachelor's thesis", "candthesis": "Candidate thesis", "techreport": "Technical report",
    "resreport": "Research report", "patentus": "U.S. patent", "patenteu": "European patent",
    "patentde": "German patent", "patentfr": "French patent", "patentuk": "British patent",
}  # fmt: skip
# Our fields of people who are no authors, by biblatex's; those of ``editora`` and so on have types of their own.
_ROLES = {
    "editor": "editors",
    "translator": "translators",
    "bookauthor": "book_authors",
}
_MAPPED = """title subtitle author editor translator bookauthor abstract doi url pmid pmcid eprint eprinttype
    archiveprefix eprintclass primaryclass keywords keyword author_keywords year month day date journal journaltitle
    pages""".split()


class BibtexReader(Reader):
    """Reads the entries of a file, of which up to 100 MB are held in memory."""

    NAME = "bibtex"
    LABEL = "BibTeX or biblatex"
    SIGNS = ((_SNIFF,), (_SIGNS,))  # an entry or another block that begins with ``@``, or JabRef's first line

    def read_records(self, file: TextFile, encoding: Encoding) -> Iterator[Item]:
        """Yield each entry, with what it takes over from others."""
        entries, strings = parse_entries(file.read_whole(encoding).removeprefix("\ufeff"))
        for entry in entries:
            missing = {name: _find_undefined(name, value, strings) for name, value in entry.fields.items()}
            doubts = [
                f'"{name}" is the macro {make_printable(macro)}, which the file does not define'
                for name, macro in missing.items()
                if macro
            ]
            entry.doubt = "; ".join(filter(None, (entry.doubt, *doubts)))
            entry.fields = {name: _resolve_value(value, strings) for name, value in entry.fields.items()}
        by_key = {entry.key.lower(): entry for entry in reversed(entries) if entry.key}
        for entry in entries:
            if entry.fault:
                yield file.problem(entry.line, entry.fault)
            elif entry.type not in _NO_PAPER:
                unknown: dict[str, None] = {}
                fields = _map_fields(entry, by_key, unknown)
                named = f"TeX that is not known was left out: {' '.join(unknown)}" if unknown else ""
                doubt = "; ".join(filter(None, (entry.doubt, named)))
                yield from build_paper(file, entry.line, self.NAME, fields, doubt)


def _map_fields(entry: RawEntry, by_key: dict[str, RawEntry], unknown: dict[str, None]) -> dict[str, Any]:
    """Return our fields of an entry with what it takes over from others; ``unknown`` gets TeX that is not known."""
    if not entry.fields:
        return {"type": entry.type, "citation_key": entry.key}
    fields = _inherit_fields(entry, by_key, {entry.key.lower()})
    fields |= {name: expand_journal(fields[name]) for name in ("journal", "journaltitle") if name in fields}
    text = {
        name: _read_tex(fields.get(name, ""), unknown)
        for name in (*_TEXTS, "subtitle", "issuetitle", "maintitle", "titleaddon")
    }
    title = text["title"] or text["booktitle"] or text["issuetitle"] or text["maintitle"] or text["titleaddon"]
    von = "particle" if _USE_PREFIX.search(fields.get("options", "")) else "dropping_particle"
    others = {name: value for name, value in fields.items() if name not in _MAPPED}
    if kind := _read_subtype(entry.type, others.get("entrysubtype", "")):
        del others["entrysubtype"]
    _settle_numbers(entry.type, others)
    if genre := _GENRES.get(others.get("type", "").strip("{} ").lower() or entry.type.removesuffix("report")):
        others["type"] = genre
    return {
        "extra": rename_fields({name: _clean_extra(name, value, unknown) for name, value in others.items()}, "bibtex"),
        "type": entry.type,
        "kind": kind,
        "citation_key": entry.key,
        "title": ": ".join(filter(None, (title, text["subtitle"]))),
        "abstract": text["abstract"],
        "abstract_raw": fields.get("abstract", "").strip(),
        **map_authors(_parse_names(fields.get("author", ""), von)),
        **{ours: _parse_names(fields.get(name, ""), von) for name, ours in _ROLES.items()},
        "date": _choose_date(fields),
        "venue": text["journaltitle"] or text["journal"] or text["booktitle"],
        "keywords": _split_keywords(fields, unknown),
        "pages": strip_tex(fields.get("pages", "")),
        "tags": _split_list(fields, "mendeley-tags", "tags"),
        "collections": _split_list(fields, "groups", "mendeley-groups"),
        **_map_identifiers(fields),
        "urls": map_links(strip_tex(fields.get(name, "")) for name in ("url", "howpublished"))["urls"],
    }


def _settle_numbers(type: str, others: dict[str, str]) -> None:
    """Sort out what ``number`` and ``issue`` are: Zotero and CNKI have the number in ``issue``, biblatex a name.

    The ``number`` of a book in a series, and of what stands in such a book, counts the books of the series.
    """
    issue = others.get("issue", "")
    is_counted = "series" in others and "series_number" not in others and read_type([type], "bibtex") in OF_BOOK_SERIES
    if is_counted and "number" in others and (not issue or re.search("[0-9]", issue)):
        others["series_number"] = others.pop("number")
    if issue and "number" not in others:
        others["number"] = others.pop("issue")


def _inherit_fields(entry: RawEntry, by_key: dict[str, RawEntry], seen: set[str]) -> dict[str, str]:
    fields = dict(entry.fields)
    for relation in _PARENTS:
        for key in (key.strip().lower() for key in entry.fields.get(relation, "").split(",")):
            parent = by_key.get(key)
            if parent and key not in seen:
                for name, value in _inherit_fields(parent, by_key, seen | {key}).items():
                    own = relation == "crossref" and name in _OWN
                    child = _INHERITED.get(name, name) if relation == "crossref" else name
                    if not own:
                        fields.setdefault(child, value)
    return fields


def _choose_date(fields: dict[str, str]) -> str:
    year, month = fields.get("year", ""), fields.get("month", "")
    number = parse_month(month)
    month_year = f"{year}-{number:02}" if number and re.fullmatch(r"\s*\d{4}\s*", year) else f"{month} {year}".strip()
    day = re.search(r"(?<!\d)\d{1,2}(?!\d)", fields.get("day", "") or (month if not month.strip().isdecimal() else ""))
    spelt = f"{month_year.strip()}-{int(day[0]):02}" if number and day and "-" in month_year else month_year
    dates = (fields.get("date", ""), year, spelt, month_year, f"{month} {year}")
    return choose_date(*(clean_text(text, tex=True) for text in dates))


def _read_subtype(type: str, subtype: str) -> str:
    """Return the type of CSL that ``entrysubtype`` names: "magazine" of an article, any other of ``@misc``."""
    kind = f"article-{subtype}" if type == "article" else subtype
    return kind if type in ("article", "misc") and kind in TYPES else ""


def _split_keywords(fields: dict[str, str], unknown: dict[str, None]) -> list[str]:
    texts = [fields[name] for name in ("keywords", "keyword", "author_keywords") if fields.get(name)]
    return [
        _read_tex(keyword, unknown)
        for text in texts
        for keyword in re.split(r"\\sep|;" if ";" in text else r"\\sep|,|\n", text)
    ]


def _split_list(fields: dict[str, str], *names: str) -> list[str]:
    """Return the tags of Mendeley, or the groups of JabRef."""
    texts = (clean_text(fields[name], tex=True) for name in names if fields.get(name))
    return [part for text in texts for part in re.split(r"[,;]", text)]


def _map_identifiers(fields: dict[str, str]) -> dict[str, Any]:
    eprint, kind = (
        strip_tex(fields.get("eprint", "")),
        (fields.get("eprinttype") or fields.get("archiveprefix") or "").lower(),
    )
    identifiers = identify_texts(
        *(strip_tex(fields.get(name, "")) for name in ("url", "howpublished", "number", "journal", "note"))
    )
    arxiv_id = normalise_arxiv_id(eprint) if kind in {"", "arxiv"} else None
    pubmed = strip_tex(fields.get("pmid", "")) or (eprint if kind in {"pubmed", "pmid"} else "")
    category = strip_tex(fields.get("eprintclass") or fields.get("primaryclass") or "")
    left = eprint if eprint and not arxiv_id and kind not in {"pubmed", "pmid"} else ""
    return {
        "doi": strip_tex(fields.get("doi", "")) or identifiers.get("doi"),
        "arxiv": arxiv_id or identifiers.get("arxiv"),
        "pmid": normalise_pmid(pubmed) or pubmed,
        "identifiers": {"pmcid": strip_tex(fields.get("pmcid", ""))},
        "categories": [category] if category else [],
        "eprint": left,
        "eprinttype": kind if left else "",
    }


def _clean_extra(name: str, value: str, unknown: dict[str, None]) -> str:
    return strip_tex(value) if name in _PLAIN else _read_tex(value, unknown)


def _read_tex(value: str, unknown: dict[str, None]) -> str:
    """Return a value as text; of a command that is not known the argument stays, and it is noted."""
    text = clean_text(value, tex=True)
    if "\\" not in text:
        return text
    commands = {*_COMMANDS.findall(text)} & {*_COMMANDS.findall(value)}
    if not commands:
        return text  # a backslash that the source spells
    unknown |= dict.fromkeys(sorted(commands))
    for _ in range(_MAX_DEPTH):
        text, count = _COMMAND_WITH_TEXT.subn(lambda match: match[2] or "" if match[1] in commands else match[0], text)
        if not count:
            break
    return clean_text(text)


_COMMANDS = re.compile(r"\\[A-Za-z]+")
_COMMAND_WITH_TEXT = re.compile(r"(\\[A-Za-z]+)\*?(?:\{([^{}]*)\})?")
_EXTENDED = re.compile(r"\b(family|given|prefix|suffix)(?:-i)?\s*=\s*(\"[^\"]*\"|\{[^{}]*\}|[^,]*)", re.IGNORECASE)
_USE_PREFIX = re.compile(r"useprefix\s*=\s*[\"{]?true", re.IGNORECASE)
_MAX_DEPTH = 20


def _resolve_value(value: str, strings: dict[str, str], depth: int = 0) -> str:
    """Return the text of a value: pieces joined at ``#``, macros written out, the outer braces or quotes gone."""
    return "".join(_resolve_piece(piece.strip(), strings, depth) for piece in _split_pieces(value, "#"))


def split_names(value: str) -> list[str]:
    """Split a list of names at each "and" outside of braces."""
    return [piece.strip() for piece in _split_pieces(value, "and") if piece.strip()]


def _parse_names(value: str, von: str) -> list[Person | str]:
    """Return the people of a list with "and", in parts by the rules of BibTeX; "others" stays as the last one.

    ``von`` is the part that particles are: with biblatex's ``useprefix`` they are cited with the family name.
    """
    texts = (text for run in split_names(value) for text in split_run(run)) if value else ()
    return [name for text in texts if (name := _parse_name(text, von))]


def _find_undefined(name: str, value: str, strings: dict[str, str]) -> str:
    """Find a macro in a value that nothing defines; "" for none, and for names of months, which every style has."""
    if value[:1] in ("{", '"') or name in ("month", "year"):
        return ""
    pieces = (piece.strip() for piece in _split_pieces(value, "#"))
    return next((piece for piece in pieces if _MACRO_NAME.fullmatch(piece) and piece.lower() not in strings), "")


_MACRO_NAME = re.compile(r"[A-Za-z][\w:.+/-]{0,60}")


def _resolve_piece(piece: str, strings: dict[str, str], depth: int) -> str:
    if len(piece) > 1 and (piece[0], piece[-1]) in {("{", "}"), ('"', '"')}:
        return piece[1:-1]
    macro = strings.get(piece.lower())
    return _resolve_value(macro, strings, depth + 1) if macro is not None and depth < _MAX_DEPTH else piece


def _split_pieces(value: str, separator: str) -> Iterator[str]:
    """The pieces of a value between a sign, or a word with white space around it, outside of braces and quotes."""
    pattern = r"[{}]|\\.|(?:(?<=\s)|^)and(?=\s|$)" if separator == "and" else r"[{}\"#]|\\."
    depth, quoted, start = 0, False, 0
    for mark in re.finditer(pattern, value, re.IGNORECASE | re.DOTALL):
        if mark[0] == '"':
            quoted ^= depth == 0
        elif mark[0] in "{}":
            depth = max(depth + (1 if mark[0] == "{" else -1), 0)
        elif mark[0].lower() == separator and not depth and not quoted:
            yield value[start : mark.start()]
            start = mark.end()
    yield value[start:]


def _parse_name(name: str, von: str) -> Person | str:
    from bibtexparser.middlewares.names import parse_single_name_into_parts  # late: it takes 80 ms

    parts = {key.lower(): text.strip('{}" ') for key, text in _EXTENDED.findall(name)}
    if parts.get("family"):
        prefix = {"particle" if _USE_PREFIX.search(name) else von: parts.get("prefix", "")}
        return _build_person(parts["family"], parts.get("given", ""), parts.get("suffix", ""), **prefix)
    if name.startswith("{") and brace_pairs(name).get(0) == len(name) - 1:
        return {"name": clean_text(name, tex=True), "literal": True}  # the name of a body, whose commas part nothing
    bare = strip_asides(_MARK.sub("", name))
    if plain := _PLAIN_NAME.fullmatch(bare):  # most names, which need no look at each letter
        return build_person(plain["family"] or plain["last"], plain["given"] or plain["first"])
    if "," in bare and "{" not in bare:
        bare = ", ".join(strip_degrees([part.strip() for part in bare.split(",")]))
    if len(words := bare.split()) == 2 and all(map(UNSPACED.fullmatch, words)):  # family name first, as written there
        return build_person(*words)
    if bare.lower() == "others" or bare.count(",") > 2:
        return clean_text(bare, tex=True)
    split = parse_single_name_into_parts(bare, strict=False)
    first, particle, last, junior = (" ".join(words) for words in (split.first, split.von, split.last, split.jr))
    return _build_person(last, first, junior, **{von: particle})


# Marks of affiliations and footnotes at names: formulas above the line, and commands with an argument, such as thanks,
# inst or orcidlink, but for those that set text.
_MARK = re.compile(
    r"\$\s*\^[^$]*\$|\\(?!text(?!superscript)|emph|mbox|hbox|uppercase|MakeUppercase|enquote|mkbib|foreign|relax)"
    r"[A-Za-z]{4,}\*?\s*(?:\[[^\]]*\])?\{[^{}]*\}"
)
_CAPITAL = r"[A-ZÀ-ÖØ-Þ][^\s,{}\\~$]*"
_PLAIN_NAME = re.compile(
    rf"(?P<family>{_CAPITAL}), (?P<given>[^,{{}}\\~$]*[^\s,{{}}\\~$])"
    rf"|(?P<first>{_CAPITAL}(?: {_CAPITAL}){{0,5}}) (?P<last>{_CAPITAL})"
)


def _build_person(family: str, given: str, suffix: str, **particles: str) -> Person | str:
    """Build a person of parts in TeX."""
    texts = [clean_text(text, tex=True) for text in (family, given, suffix)]
    return build_person(*texts, **{name: clean_text(text, tex=True) for name, text in particles.items()})
