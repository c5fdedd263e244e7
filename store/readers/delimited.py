"""Tables as CSV (RFC 4180), TSV or with semicolons, as databases and reference managers export them.

The first row with the name of a title or abstract column and another known one is the header; its delimiter holds.
What programs call their columns, in several languages, stands in one table.
"""

import ast
import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from store.field_names import rename_fields
from store.readers.artefacts import is_missing
from store.readers.author_names import pair_initials, part_initials, split_names
from store.readers.encoding import Encoding
from store.readers.people import ROLES
from store.readers.reader import Item, Reader
from store.readers.record_builder import build_paper, choose_date, format_pages, identify_texts, map_authors, map_links
from store.readers.textfile import MAX_LINE, TextFile
from store.readers.wos import WosReader

# What a cell of a field looks like; of others nothing can be told.
_FORMS = {
    "doi": re.compile(r"(?:https?://\S*|doi:\s*)?10\.\d{4,9}/\S+", re.IGNORECASE),
    "issn": re.compile(r"(?:\d{4}-?\d{3}[\dXx](?:[;,]\s*)?)+"),
    "isbn": re.compile(r"(?:97[89][\d-]{10,14}|[\d-]{9,12}[\dXx])(?:[;,]\s*[\dXx-]+)*"),
    "pmid": re.compile(r"\d{1,9}(?:\.0)?"),
    "year": re.compile(r"(?:1[5-9]|20)\d\d(?:\.0)?"),
    "url": re.compile(r"(?:https?://|www\.)\S++(?:(?<=[;,])\s+\S++)*"),
}


def align_row(fields: Mapping[int, str], width: int, row: Sequence[str]) -> tuple[list[str], int]:
    """Move the cells that no column is named for to the end of a row, and tell from which place on cells moved.

    Args:
        fields: Our field for each column that is known, by its place from 0.
        width: How many columns the header names.
        row: More cells than that.

    Returns:
        The row in the order of the header, and the place of the first cell that stands elsewhere now: ``width`` where
        no form tells that the names fit better from another place on. Of places that fit alike the last is taken, so
        that as few cells as can be are moved.
    """
    surplus = len(row) - width
    formed = {place: form for place, name in fields.items() if (form := _FORMS.get(name))}
    # From each place on: how many cells more have their column's form if the surplus stands before it.
    best, first, gain = 0, width, 0
    for place in range(width - 1, -1, -1):
        if form := formed.get(place):
            gain += _fits(form, row[place + surplus]) - _fits(form, row[place])
            if gain > best:
                best, first = gain, place
    return [*row[:first], *row[first + surplus :], *row[first : first + surplus]], first


def _fits(form: re.Pattern[str], cell: str) -> int:
    text = cell.strip()
    return 0 if not text else 1 if form.fullmatch(text) else -1


_ALIASES = {
    "title": """title, display name, document title, article title, original title, primary title, ti, t1, item title,
        paper title, titel, titre, título, titulo""",
    "abstract": """abstract, abstract note, abstracts, abstract text, ab, notes abstract, zusammenfassung, résumé,
        resumen, n2, kurzfassung, résumé de l article, summary""",
    "authors": """authors, author, author s, author names, author full names, first authors, authors list, creators,
        author list, au, af, autoren, auteurs, autores, a1, autor, autor in, autorin, verfasser, verfasser in, auteur,
        auteur s, autores as, autori, authorships author display name, authorships raw author name""",
    "date": """date, publication date, published, date published, pub date, issue date, cover date, da, publication date
        online, datum, erscheinungsdatum, veröffentlichungsdatum, date de publication, fecha, fecha de publicación,
        publication date print""",
    "year": """year, publication year, published year, year published, pub year, py, jahr, année, año, ano, y1, pubyear,
        erscheinungsjahr, publikationsjahr, veröffentlichungsjahr, année de publication, año de publicación""",
    "month": "month, monat, mois, mes, published month, publication month, pub month",
    "day": "day, tag, jour, published day, publication day",
    "venue": """venue, source title, journal, journal title, publication title, journal book, secondary title, journal
        name, publication, container title, so, source, jo, jf, t2, zeitschrift, publication venue, conference name,
        published in, booktitle, book title, zeitschriftentitel, publikationstitel, quelle, revue,
        titre de la revue, revista, primary location source display name, host venue display name""",
    "keywords": """keywords, author keywords, keyword, manual tags, de, kw, index terms, mesh terms, index keywords,
        automatic tags, keywords plus, ieee terms, subject headings, emtree medical index terms, tags, schlagwörter,
        mesh, schlagworte, schlüsselwörter, stichwörter, mots clés, mots clefs, palabras clave, palavras chave""",
    "categories": "categories, category, arxiv categories",
    "doi": "doi, doi number, di, digital object identifier, doi link, doi url",
    "pmid": "pmid, pubmed id, pubmedid, pubmed, pm, accession number pubmed, ids pmid",
    "arxiv": "arxiv, arxiv id, arxivid, arxiv number",
    "pmcid": "pmcid, pmc id, pmc, ids pmcid",
    "url": """url, link, links, urls, open url link, article url, source url, website, pdf link, ur, full text link,
        fulltext url, source urls, external url, lien, enlace""",
    "citation_key": "citation key, key, bibtex key, citekey",
    "volume": "volume, vl, vol, bd, band, jahrgang, biblio volume",
    "issue": """issue, number, is, no, ip, issue number, heft, ausgabe, numéro, número,
        biblio issue""",
    "pages": "pages, page range, page, pagination, seiten, páginas",
    "first_page": "start page, page start, first page, bp, sp, biblio first page",
    "last_page": "end page, page end, last page, ep, biblio last page",
    "journal_abbreviation": """journal abbreviation, abbreviation, abbreviated source title, journal iso abbreviation,
        iso source abbreviation, iso abbreviation, journal abbreviated title, journal abbrev""",
    "article_number": "article number, art no, article no",
    "series": "series, book series title, book series, series title",
    "edition": "edition",
    "place": "place, location, publisher location, place of publication, place published, city, publisher city",
    "issn": "issn, issns, sn, print issn",
    "eissn": "eissn, ei, online issn",
    "isbn": "isbn, isbns, bn",
    "publisher": "publisher, pu, pb, verlag, éditeur, editorial",
    "language": "language, la, language of original document, sprache, langue, idioma",
    "type": """type, document type, item type, publication type, dt, type of reference, reference type, ty,
        article type, entry type""",
    "affiliations": "affiliations, author affiliations, addresses, c1, author address",
    "note": "notes, note, n1",
    "citation_count": """citation count, cites, cited by, times cited, citations, citation counts, cited by count, tc,
        times cited all databases, times cited wos core""",
    "retraction": "retraction",
    "tags": "labels filed in, labels",
    "collections": "collections, folders filed in, folders, groups",
}
# People by role, as we and Zotero call them: "Series editors", "Series Editor".
_ALIASES |= {
    field: f"{field.replace('_', ' ')}, {field.replace('_', ' ').removesuffix('s')}"
    for field in ROLES
    if field != "other_contributors"  # the column of Zotero's that would be for it has all sorts of people
}
_NAMES = {alias.strip(): name for name, aliases in _ALIASES.items() for alias in " ".join(aliases.split()).split(",")}
# "Source" is a journal in Embase, but the database in Scopus, beside a better column.
_WEAK = """source, publication, number, key, page, no, is, date, first authors, original title, category, quelle,
    publication date print, summary, display name, authorships raw author name"""
_WEAK_NAMES = set(" ".join(_WEAK.split()).split(", "))

# What has a property, before the name of it; a journal's own are no property of the work but for a few: "Journal URL".
_OWN = re.compile(r"(?:item|article|document|paper|work|record|manuscript|bibliographic|reference|content) ")
_OF_JOURNAL = re.compile(r"(?:journal|publication|source) ")
_ISSUE_NAMES = frozenset("volume|issue|issue number|issn|eissn|publisher|pages|page range|abbreviation".split("|"))
# Two words in one: "StartPage", "ArticleURL", "PubMedID".
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z]{2,}$)")
_FULL_NAMES = {"author full names"}  # better than the initials that Scopus and Web of Science have beside them

_DELIMITERS = ",\t;|"
_HEADER_LINES = 30  # exports put titles and remarks above the header; chosen by hand, not measured
_LISTS = {"authors", "keywords", "url", "tags", "collections", *ROLES}
# Columns whose words are keywords and what its readers put on the paper.
_TAGS = {"manual tags", "tags"}
GUARD = "'"
"""What stands before a cell that a spreadsheet would take for a formula."""
_FORMULAS = tuple("=+-@\t\r＝＋－＠")
_STRONG = {"title", "abstract"}
_PMID = re.compile(r"(?:PMID|MEDLINE|pubmed)\s*(?::\s*)?([0-9]{1,9})", re.IGNORECASE)
_LONGEST_LITERAL = 100_000  # letters, for parsing takes far more memory; chosen by hand, not measured
_WOS = WosReader()


class DelimitedReader(Reader):
    """Reads each row; one without anything in it is nothing."""

    NAME = "csv"
    LABEL = "a table as CSV or TSV"

    def sniff(self, head: str) -> bool:
        """Look for a header within the first lines."""
        return _find_header(head.removeprefix("\ufeff").splitlines()[:_HEADER_LINES]) is not None

    def read_records(self, file: TextFile, encoding: Encoding) -> Iterator[Item]:
        """Yield the paper of each row, or what is wrong with the row."""
        rows = _Rows(file.read_lines(encoding))
        header = rows.read_header()
        if header is None:
            yield file.problem(None, "no row names a column with titles or abstracts")
            return
        for line, row in rows.read_rows(header.delimiter):
            if isinstance(row, str):
                yield file.problem(line, row)
            elif any(map(str.strip, row)) and row != header.columns:
                row, surplus = _place_surplus(header, row)
                yield from build_paper(file, line, self.NAME, _map_fields(header, row), surplus)


class Header(NamedTuple):
    """The header's line (from 1), its delimiter and columns, and our fields for the known ones by their place."""

    line: int
    delimiter: str
    columns: list[str]
    fields: dict[int, str]


def match_columns(header: list[str]) -> dict[int, str]:
    """Return our field for each column that is known, by its place (from 0); several columns may have one field."""
    columns = [*map(_normalise_column, header)]
    fields = {place: name for place, column in enumerate(columns) if (name := _find_field(header[place]))}
    if "keywords" in columns and "tags" in columns:  # beside keywords they are not the authors' words
        fields[columns.index("tags")] = "tags"
    return fields


def _find_field(column: str) -> str:
    """Find our field for a column; "" for none.

    Databases put before a word what has the property: "Item DOI" and "Journal Volume" are what "DOI" and "Volume" are.
    """
    name = _normalise_column(column)
    words = _normalise_column(_CAMEL.sub(" ", column))
    own, of_journal = _OWN.sub("", words), _OF_JOURNAL.sub("", words)
    other = own if own != words else of_journal if of_journal in _ISSUE_NAMES else ""
    return _NAMES.get(name) or _NAMES.get(words) or ("" if other in _WEAK_NAMES else _NAMES.get(other, ""))


def _rank_column(column: str) -> int:
    """Return the place of a column among those of its field; lower ones are preferred."""
    name = _normalise_column(column)
    return (name in _WEAK_NAMES) - (name in _FULL_NAMES)


def _is_wos(header: list[str]) -> bool:
    """Return whether the columns are Web of Science's tags."""
    return {"PT", "AU", "TI", "SO"} <= {column.strip().lstrip("\ufeff") for column in header}


@lru_cache(maxsize=4096)
def _normalise_column(column: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", column.strip().lstrip("\ufeff").lower()))


def needs_guard(cell: str) -> bool:
    """Return whether a cell needs ``GUARD`` before it, and where it has it, is meant without it."""
    return cell.lstrip().startswith(_FORMULAS)


def _find_header(lines: list[str]) -> Header | None:
    """Return the first row that has a title or an abstract and another known column."""
    for number, line in enumerate(lines, start=1):
        for delimiter in sorted(_DELIMITERS, key=line.count, reverse=True):
            columns = _parse_row(line, delimiter)
            fields = match_columns(columns)
            if len(columns) > 1 and (
                _is_wos(columns) or (_STRONG & set(fields.values()) and len(set(fields.values())) > 1)
            ):
                return Header(number, delimiter, columns, fields)
    return None


def _map_fields(header: Header, row: list[str]) -> dict[str, Any]:
    """Return our fields of a row; columns that have no place among them keep their names."""
    if _is_wos(header.columns):
        return _WOS.map_fields(_map_tags(header, row))
    cells, others = _sort_cells(header, row)
    first = {name: values[0] for name, values in cells.items() if name not in _LISTS}
    own = [str(others[name]) for name in others if _normalise_column(name) in ("id", "entry id", "accession number")]
    identifiers = identify_texts(*cells.get("url", ()), first.get("doi", ""), *own)
    pmid = first.get("pmid") or next((match[1] for text in own if (match := _PMID.fullmatch(text))), "")
    as_they_are = """volume issue issn eissn isbn publisher place series edition journal_abbreviation article_number
        language type affiliations note citation_key retraction""".split()
    return {
        "extra": rename_fields(others, "csv"),
        **{name: first.get(name) for name in ("title", "abstract", "venue", *as_they_are)},
        **_map_people(cells.get("authors", [])),
        **{role: _map_people(cells[role])["authors"] for role in ROLES if role in cells},
        "date": choose_date(
            first.get("year"),
            first.get("date"),
            f"{first.get('date', '')} {first.get('year', '')}",
            _join_date(first),
            _find_embase_date(first.get("venue", "")),
        ),
        "keywords": [word for text in cells.get("keywords", ()) for word in _split_list(text)],
        **{
            name: [word for text in cells.get(name, ()) for word in _split_list(text)]
            for name in ("tags", "collections")
        },
        "citation_count": first.get("citation_count"),
        "doi": first.get("doi") or identifiers.get("doi"),
        "arxiv": first.get("arxiv") or identifiers.get("arxiv"),
        "categories": first.get("categories"),
        "pmid": pmid.removesuffix(".0"),
        "identifiers": {"pmcid": first.get("pmcid", "")},
        **map_links(cells.get("url", ())),
        "pages": first.get("pages") or format_pages(first.get("first_page"), first.get("last_page")),
    }


# Cells of a row that are read: as many as a sheet of Excel has columns. Each takes 20 µs, an endless row for ever.
_MOST_CELLS = 16_384


class _Rows:
    """The rows of a file under the number of their first line."""

    def __init__(self, lines: Iterator[tuple[int, str | None]]) -> None:
        self._lines = lines
        self._number = 0
        self._start = 0
        self._quotes = 0
        self._too_long = False

    def read_header(self) -> Header | None:
        for number, line in self._lines:
            self._number = number
            header = _find_header([line]) if line else None
            if header:
                return header._replace(line=number)
            if number >= _HEADER_LINES:
                return None
        return None

    def read_rows(self, delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
        # The limit is the module's own, there is none for one reader; lists of references pass its 128 KiB.
        csv.field_size_limit(max(csv.field_size_limit(), MAX_LINE))
        reader = csv.reader(self._feed_lines(), delimiter=delimiter, skipinitialspace=delimiter != "\t")
        while True:
            self._start, self._quotes, self._too_long = self._number + 1, 0, False
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as fault:
                yield self._start, f"not readable as a row: {fault}"
                continue
            if self._too_long:
                yield self._start, "a line of the row is longer than 10 million characters and was not read"
            elif self._quotes % 2 and self._number > self._start:
                yield self._start, "a quotation mark in this row is not closed; nothing after it was read"
            elif len(row) > _MOST_CELLS:
                yield self._start, f"the row has {len(row):,} cells, more than the {_MOST_CELLS:,} that one may have"
            else:
                yield self._start, row

    def _feed_lines(self) -> Iterator[str]:
        for number, line in self._lines:
            self._number = number
            self._too_long |= line is None
            self._quotes += line.count('"') if line else 0
            yield f"{line or ''}\n".replace("\0", "")


def _parse_row(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line.replace("\0", "")], delimiter=delimiter, skipinitialspace=delimiter != "\t"), [])
    except csv.Error:
        return []


def _sort_cells(header: Header, row: list[str]) -> tuple[dict[str, list[str]], dict[str, Any]]:
    """Return the cells that are known, by our names, the better columns first; and the others by theirs."""
    ranked: dict[str, list[tuple[int, str]]] = {}
    others: dict[str, Any] = {}
    for place, cell in enumerate(row):
        name, text = header.fields.get(place), _strip_guard(cell.strip())
        if is_missing(text):
            continue
        column = header.columns[place].strip() if place < len(header.columns) else ""
        if name and text:
            ranked.setdefault(name, []).append((_rank_column(column), text))
            if _normalise_column(column) in _TAGS and name != "tags":
                ranked.setdefault("tags", []).append((0, text))
        elif text:
            others[column or f"column {place + 1}"] = text
    for name, cells in ranked.items():
        cells.sort(key=lambda cell: cell[0])
        if name not in _LISTS and len(cells) > 1:
            others[f"other {name}"] = [text for _, text in cells[1:]]
    return {name: [text for _, text in cells] for name, cells in ranked.items()}, others


def _strip_guard(cell: str) -> str:
    return cell[1:] if cell.startswith(GUARD) and needs_guard(cell[1:]) else cell


def _map_tags(header: Header, row: list[str]) -> dict[str, list[str]]:
    """Return the cells of a row under Web of Science's tags; lists have semicolons in tables."""
    lists = {"AU", "AF", "BA", "CA", "C1", "CR"}
    cells = zip((column.strip().lstrip("\ufeff") for column in header.columns), row, strict=False)
    return {tag: [text.replace(";", "\n") if tag in lists else text] for tag, text in cells if text.strip()}


def _map_people(cells: list[str]) -> dict[str, Any]:
    text = cells[0] if cells else ""
    names = _parse_literal(text)
    if names is None and len(parts := _LINES.split(text)) > 1:
        names = parts
    if names is None and (";" in text or "|" in text):
        names = re.split("[;|]" if "|" in text else ";", text)
    if names is None:
        names = pair_initials(text) or _split_at_commas(text)
    names = [name for name in names if name.strip()]
    turned = [part_initials(name) for name in names]
    if all(initials or "et al" in name for initials, name in zip(turned, names, strict=True)):
        names = [initials or name for initials, name in zip(turned, names, strict=True)]
    return map_authors(names)


def _split_at_commas(text: str) -> list[str]:
    """Return three names of "Lim SM, Shiau CWC, Lau Y.", two of "Phillips J.C., Braun R."; others as in all lists."""
    bare = text.strip().removesuffix(".") if text.count(".") == 1 else text
    pieces = [piece.strip() for piece in bare.split(",") if piece.strip()]
    if len(pieces) > 1 and all(part_initials(piece) for piece in pieces if "et al" not in piece):
        return pieces
    return split_names(text)


# Signs between names that stand in none.
_LINES = re.compile(r"\n+|\s/\s|[；、]")
# Up to the next bracket, or the end.
_RUN = re.compile(r"[^()]*(?:[()]|$)")


def _split_list(text: str) -> list[str]:
    names = _parse_literal(text)
    if names is not None:
        return names
    return text.split(";") if ";" in text else _split_outside_brackets(text)


def _split_outside_brackets(text: str) -> list[str]:
    """Split at commas but those in brackets: "bleeding (diagnosis, therapy)" is one; each letter is looked at once."""
    parts: list[list[str]] = [[]]
    for run in _RUN.findall(text):
        first, *others = [run] if run.endswith(")") else run.split(",")
        parts[-1].append(first)
        parts += [[other] for other in others]
    return ["".join(part) for part in parts]


def _parse_literal(text: str) -> list[str] | None:
    """Return the list that pandas wrote as ``['a', 'b']``."""
    if not (text.startswith("[") and text.endswith("]")) or len(text) > _LONGEST_LITERAL:
        return None
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return [str(item) for item in value] if isinstance(value, list) else None


def _join_date(first: dict[str, str]) -> str:
    """Return the date in columns of its own, as Rayyan writes it."""
    year, month, day = (first.get(name, "").removesuffix(".0") for name in ("year", "month", "day"))
    return "-".join(filter(None, (year, month, day))) if month.isdecimal() else f"{day} {month} {year}".strip()


def _find_embase_date(source: str) -> str:
    """Return the date in Embase's "Journal (2014) 3:3 (152-160). Date of Publication: March 2014"."""
    match = re.search(r"Date of Publication: (.{4,40})$", source)
    return match[1] if match else ""


def _place_surplus(header: Header, row: list[str]) -> tuple[list[str], str]:
    """Put the cells that no column is named for behind the others, and say what was done; "" where they are empty."""
    width = len(header.columns)
    if not any(map(str.strip, row[width:])):
        return row, ""
    aligned, first = align_row(header.fields, width, row)
    moved = (
        ""
        if first == width
        else f"; by their form, those from “{header.columns[first].strip()}” on stand further right"
    )
    return aligned, f"the row has {len(row)} cells for {width} columns{moved}"
