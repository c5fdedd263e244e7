"""From the fields of a record to what a reader yields; and fields that many formats write in the same loose ways."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from store.errors import SourceError
from store.readers.base import Item
from store.readers.dates import loose_date
from store.readers.identifiers import arxiv, identify, pmid
from store.readers.names import natural, without_et_al
from store.readers.record import paper_from
from store.readers.textfile import TextFile

_WEB = re.compile(r"(?:https?|ftp)://\S{1,2000}", re.IGNORECASE)


def take(file: TextFile, line: int | None, format: str, fields: dict[str, Any], doubt: str = "") -> Iterator[Item]:
    """Yield the paper of a record and what is doubtful; or the problem that costs it.

    Args:
        file: Where it stands.
        line: Its first line.
        format: The name of the format.
        fields: Our own field names; under ``extra`` fields whose names the file chose, which may be any.
        doubt: Something doubtful about the record as a whole.
    """
    known = {key: value for key, value in fields.items() if key != "extra" and not _missing(value)}
    others = {(f"{key}_given" if key in known else key): value for key, value in fields.get("extra", {}).items()}
    try:
        paper = paper_from(known | {"extra": others}, file.source(line, format), doubt)
    except SourceError as fault:
        yield file.problem(line, "; ".join(filter(None, (fault.what, doubt))))
        return
    yield paper
    yield from file.doubts(paper)


def date_of(*given: str | None) -> str:
    """The most precise of several dates in free form, of equals the first; where none can be read, the first as given.

    Only those of the same year as the first that can be read count.
    """
    texts = [" ".join(text.split()) for text in given if text and text.strip()]
    read = [iso for iso in map(loose_date, texts) if iso]
    first_year = read[0][:4] if read else ""
    alike = [iso for iso in read if iso.startswith(first_year)]
    return max(alike, key=len) if alike else (texts[0] if texts else "")


def people(names: Iterable[str], *, ordered: bool = False) -> dict[str, Any]:
    """Our fields of a list of names: "Poe, Ann" is turned round, unless they are ``ordered``; "et al." may end it."""
    given = [" ".join(name.split()) for name in names if name and name.strip()]
    truncated = False
    while given and (without_et_al(given[-1])[1] or given[-1].strip(".").lower() in {"others", "et al"}):
        rest = without_et_al(given[-1])[0] if given[-1].strip(".").lower() != "others" else ""
        given, truncated = given[:-1] + ([rest] if rest else []), True
    found: dict[str, Any] = {"authors": given if ordered else [natural(name) for name in given]}
    return found | ({"authors_truncated": True} if truncated else {})


def links(given: Iterable[str]) -> dict[str, Any]:
    """``urls``: the web addresses in some texts; and ``links`` as given for those that are none."""
    texts = [text.strip() for text in given if text and text.strip()]
    found = [url for text in texts for url in _WEB.findall(text)]
    others = [text for text in texts if not _WEB.search(text)]
    return {"urls": list(dict.fromkeys(url for url in found if url.isprintable())), "links": others}


def identified(*texts: str | None) -> dict[str, str]:
    """What DOIs and arXiv ids stand alone in some texts, URLs of them too; the first of each kind."""
    found: dict[str, str] = {}
    for text in texts:
        found = identify(text) | found if text else found
    return found


def arxiv_id(text: str | None) -> str | None:
    """An arXiv id, where the text is one."""
    return arxiv(text) if text else None


def pubmed_id(text: str | None) -> str | None:
    """A PubMed id, where the text is one."""
    return pmid(text) if text else None


def pages(first: str | None, last: str | None = None) -> str:
    """First and last page as a range; one that is given as one text as it is."""
    first, last = (first or "").strip(), (last or "").strip()
    return f"{first}–{last}" if first and last and first != last and last not in first else first or last


def _missing(value: Any) -> bool:
    return value is None or value == "" or value == [] or value == {}
