"""What a file without records that can be read is, as far as its name and its text tell, and what to do with it."""

import re
import shlex

from store.readers.identifiers import normalise_doi, trim_punctuation

SAVE_SHEET = "Open it, save its sheet as CSV UTF-8 and give that file."
_EXPORT = "Export the records as BibTeX, RIS or CSL JSON from the program that wrote it, and give that file."
_SHEETS = (".xlsx", ".xlsm", ".xls", ".ods")
_SIGNS = (
    (re.compile(r"\\begin\{thebibliography\}"), "a list of references set by BibTeX, which has no fields",
     "Give the .bib file that it was made from."),
    (re.compile(r"https?://www\.loc\.gov/mods/"), "MODS XML", _EXPORT),
    (re.compile(r"<rdf:RDF\b"), "RDF, as Zotero writes it among others", _EXPORT),
    (re.compile(r"^Reference Type: .*\n(?:.*\n){0,2}?Record Number: ", re.MULTILINE),
     "text in EndNote's style Show All",
     "In EndNote choose the output style RefMan (RIS) Export or the file type XML, and export again."),
)  # fmt: skip
# A line of a list of references: a year, and the letters of a title and its authors. Chosen by hand.
_REFERENCE = re.compile(r"(?=.*\b(?:19|20)[0-9]{2}[a-z]?\b).{40,}")
_DOI = re.compile(r"\b10\.[0-9]{4,9}/[^\s<>\"']{2,200}")


def is_sheet(name: str) -> bool:
    """Return whether a file has the name of a workbook."""
    return name.lower().endswith(_SHEETS)


def explain_text(head: str) -> tuple[str, str] | None:
    """Say what the beginning of a file is, and what to do; None where nothing tells."""
    named = next(((kind, hint) for sign, kind, hint in _SIGNS if sign.search(head)), None)
    if named:
        return named
    lines = [line for line in head.splitlines() if line.strip()]
    if sum(map(bool, map(_REFERENCE.match, lines))) * 2 > len(lines):
        hint = "Export the records, as RIS or BibTeX, from the program or database that they are from."
        return "a list of references as text, which has no fields", offer_dois(head) or hint
    return None


def offer_dois(text: str) -> str:
    """Say how the papers are fetched whose DOIs stand in a text; "" for none."""
    dois = dict.fromkeys(filter(None, (normalise_doi(trim_punctuation(match[0])) for match in _DOI.finditer(text))))
    first = next(iter(dois), "")
    return f"Papers whose DOIs stand in it are fetched so: conspectus fetch {shlex.quote(first)}" if first else ""
