"""Papers out of Zotero's items, with what belongs to them: collections by name, notes, attachments, citation keys.

The fields themselves are read as those of a file of Zotero's JSON (``store.readers.zotero_json``).
"""

import html
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from store.paper import Paper, Problem, Source
from store.readers import read_bytes
from store.readers.record_builder import choose_date
from store.zotero.access import USER_LIBRARY
from store.zotero.mirror import NOTE_CHARACTERS, Collections, MirroredItem, list_collection_keys, list_tags

FORMAT = "zotero-json"
NOTES = 20
"""Notes and attachments of an item that are kept each. Chosen by hand."""

_TAG = re.compile(r"<(?:br|/p|/div|/li|/h\d)\b[^>]*>", re.IGNORECASE)
_MARKUP = re.compile(r"<[^>]*>")
# A tag, or a line of the field Extra, that says nothing but that the paper was taken back.
_TAKEN_BACK = re.compile(r"\W*(?P<word>retracted|withdrawn)(?:\s+(?:article|paper|publication))?\W*", re.IGNORECASE)
_LINE = re.compile(
    r"\s*(?:(?P<word>retracted|withdrawn)|retraction(?: date)?|status\s*:\s*(?P<status>retracted|withdrawn))"
    r"\s*(?::\s*(?P<rest>.*))?\s*$",
    re.IGNORECASE,
)
_KEY_LINE = re.compile(r"^\s*citation key\s*:\s*(\S+)\s*$", re.IGNORECASE | re.MULTILINE)
_DAY = re.compile(r"\b\d{4}(?:-\d{2}(?:-\d{2})?)?\b")
_DOI = re.compile(r"\b10\.\d{4,9}/\S+")
_NO = {"no", "false", "0", "none", "not retracted"}


class ItemRecord(NamedTuple):
    """What an item was read as: its paper, None where there is none, and what is doubtful or wrong."""

    key: str
    paper: Paper | None
    problems: tuple[Problem, ...] = ()


def name_source(library: str) -> str:
    """Return what ``Source.file`` calls a library of Zotero: ``zotero:user``, ``zotero:groups/123``."""
    return f"zotero:{library}"


def build_id(library: str, key: str) -> str:
    """Build the id of an item's record, which stays whatever is changed in the item."""
    return f"zotero:{key}" if library == USER_LIBRARY else f"zotero:{library.removeprefix('groups/')}/{key}"


def build_records(
    library: str,
    items: Sequence[MirroredItem],
    children: Mapping[str, Sequence[dict[str, Any]]],
    collections: Collections,
    keys: Mapping[str, str],
) -> list[ItemRecord]:
    """Read items as records.

    Args:
        library: Whose items.
        items: The items, which are no notes and no attachments.
        children: The notes and attachments of each, by its key.
        collections: The library's, for their names.
        keys: Better BibTeX's citation keys that are not in the items themselves, by key.
    """
    if not items:
        return []
    named = [_prepare_item(item.data, collections) for item in items]
    lines = "\n".join(json.dumps({"key": item.key, "data": data}) for item, data in zip(items, named, strict=True))
    papers: dict[int, Paper] = {}
    problems: dict[int, list[Problem]] = {}
    for read in read_bytes(lines.encode(), name_source(library), FORMAT):
        if isinstance(read, Paper) and read.source.line:
            papers[read.source.line - 1] = read
        elif isinstance(read, Problem):
            problems.setdefault((read.line or 1) - 1, []).append(read)
    records = []
    for place, item in enumerate(items):
        paper = papers.get(place)
        finished = _finish_paper(paper, library, item, children.get(item.key, ()), keys) if paper else None
        where = f"{name_source(library)}/{item.key}"
        item_problems = tuple(
            problem.model_copy(update={"file": where, "line": None}) for problem in problems.get(place, ())
        )
        records.append(ItemRecord(item.key, finished, item_problems))
    return records


def _prepare_item(data: dict[str, Any], collections: Collections) -> dict[str, Any]:
    """Give an item the names of its collections, and a date that was typed as people do in the form of others."""
    date = data.get("date")
    dated = {"date": choose_date(date)} if isinstance(date, str) else {}
    return {**data, **dated, "collections": collections.list_names(list_collection_keys(data))}


def _finish_paper(
    paper: Paper, library: str, item: MirroredItem, children: Sequence[dict[str, Any]], keys: Mapping[str, str]
) -> Paper:
    extra = dict(paper.extra)
    noted = item.data.get("extra") if isinstance(item.data.get("extra"), str) else ""
    own_key = _KEY_LINE.search(noted or "")
    key = str(extra.get("citation_key") or (own_key[1] if own_key else keys.get(item.key, "")))
    links, urls = _list_attachments(library, children)
    more: dict[str, Any] = {"citation_key": key, "zotero notes": _list_notes(children), "zotero attachments": links}
    extra |= {name: value for name, value in more.items() if value}
    return paper.model_copy(
        update={
            "id": build_id(library, item.key),
            "source": Source(file=name_source(library), format=FORMAT),
            "identifiers": {**paper.identifiers, "zotero": item.key},
            "urls": tuple(dict.fromkeys((*paper.urls, *urls))),
            "retraction": paper.retraction or find_retraction_mark(item.data),
            "extra": extra,
        }
    )


def find_retraction_mark(data: Mapping[str, Any]) -> str:
    """Return what tags and the field Extra say of a retraction, as ``Paper.retraction`` does; "" for nothing."""
    noted = data.get("extra") if isinstance(data.get("extra"), str) else ""
    marks = [_read_line(line) for line in str(noted).splitlines()]
    marks += [match["word"].lower() for match in map(_TAKEN_BACK.fullmatch, list_tags(dict(data))) if match]
    return max(filter(None, marks), key=lambda text: len(text.split()), default="")


def _read_line(line: str) -> str:
    match = _LINE.match(line)
    if not match:
        return ""
    rest = (match["rest"] or "").strip()
    if rest.casefold() in _NO or (match["rest"] is not None and not rest):
        return ""
    day, doi = _DAY.search(_DOI.sub("", rest)), _DOI.search(rest)
    if not match["word"] and not match["status"] and not day and not doi:
        return ""
    word = (match["word"] or match["status"] or "retracted").lower()
    return f"{word}{f' {day[0]}' if day else ''}{f' ({doi[0].rstrip(chr(46))})' if doi else ''}"


def strip_markup(note: str) -> str:
    """Return the text of a note, paragraph by paragraph."""
    text = html.unescape(_MARKUP.sub("", _TAG.sub("\n", note)))
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.splitlines())))


def _list_notes(children: Sequence[dict[str, Any]]) -> list[str]:
    notes = (strip_markup(str(child.get("note", ""))) for child in children if child.get("itemType") == "note")
    return [note[:NOTE_CHARACTERS] for note in notes if note][:NOTES]


def _list_attachments(library: str, children: Sequence[dict[str, Any]]) -> tuple[list[str], list[str]]:
    """Return where attachments are (a name and a link), and the web addresses among them."""
    place_in = "library" if library == USER_LIBRARY else library
    links, urls = [], []
    for child in children:
        if child.get("itemType") != "attachment":
            continue
        name, url = (str(child.get(field) or "") for field in ("title", "url"))
        file = str(child.get("filename") or child.get("path") or "")
        verb = "open-pdf" if str(child.get("contentType", "")).endswith("pdf") else "select"
        inside = f"zotero://{verb}/{place_in}/items/{child.get('key')}"
        place = url if child.get("linkMode") == "linked_url" else inside
        links.append(": ".join(filter(None, (name or file, place))))
        if url.startswith(("http://", "https://")) and url.isprintable() and " " not in url:
            urls.append(url)
    return links[:NOTES], urls[:NOTES]
