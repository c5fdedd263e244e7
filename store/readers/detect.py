"""Which format a file is in, told by its content; and what a file that is no bibliography is instead."""

import re
import shlex
from urllib.parse import unquote

from store.errors import SourceError
from store.readers.arxiv_snapshot import ArxivSnapshotReader
from store.readers.arxiv_xml import ArxivAtomReader, ArxivOaiReader
from store.readers.author_listing import AuthorListingReader
from store.readers.bibtex import BibtexReader
from store.readers.biomedical_json import EuropePmcReader, PubmedSummaryReader
from store.readers.computing_json import DblpReader, HuggingFaceReader, OpenReviewReader
from store.readers.crossref import CrossrefReader
from store.readers.crossref_xml import CrossrefXmlReader
from store.readers.csl_json import CslJsonReader
from store.readers.delimited import DelimitedReader
from store.readers.endnote_xml import EndnoteXmlReader
from store.readers.identifiers import identify_text, normalise_doi
from store.readers.jsonl import JsonLinesReader
from store.readers.lens import LensReader
from store.readers.nbib import NbibReader
from store.readers.openalex import OpenAlexReader
from store.readers.ovid import OvidReader
from store.readers.physics_json import AdsReader, InspireReader
from store.readers.pubmed_xml import PubmedXmlReader
from store.readers.reader import Reader
from store.readers.refer import ReferReader
from store.readers.reference_managers import MendeleyReader, PaperpileReader
from store.readers.registries_json import DataciteReader, OrcidReader
from store.readers.ris import RisReader
from store.readers.semantic_scholar import SemanticScholarReader
from store.readers.textfile import HEAD_BYTES, TextFile
from store.readers.unread import SAVE_SHEET, explain_text, is_sheet, offer_dois
from store.readers.wos import WosReader
from store.readers.zotero_json import ZoteroJsonReader

READERS: tuple[Reader, ...] = (
    AuthorListingReader(),
    PubmedXmlReader(),
    EndnoteXmlReader(),
    ArxivAtomReader(),
    ArxivOaiReader(),
    CrossrefXmlReader(),
    ArxivSnapshotReader(),
    OpenAlexReader(),
    CrossrefReader(),
    SemanticScholarReader(),
    LensReader(),
    ZoteroJsonReader(),
    PaperpileReader(),
    MendeleyReader(),
    DataciteReader(),
    OrcidReader(),
    EuropePmcReader(),
    PubmedSummaryReader(),
    AdsReader(),
    InspireReader(),
    DblpReader(),
    OpenReviewReader(),
    HuggingFaceReader(),
    CslJsonReader(),
    BibtexReader(),
    RisReader(),
    OvidReader(),
    NbibReader(),
    WosReader(),
    ReferReader(),
    JsonLinesReader(),
    DelimitedReader(),
)
"""Every format, in the order in which they are tried: what is told surely comes before what may be several things."""

FORMATS: tuple[str, ...] = tuple(sorted(reader.NAME for reader in READERS))
"""Their names, for ``format=``."""


class OwnReport(SourceError):
    """A file is a report of Conspectus or its manifest: nothing is lost where it is passed over."""


def get_reader(format: str) -> Reader:
    """Return the reader of a format.

    Raises:
        SourceError: There is no format of this name.
    """
    for reader in READERS:
        if format == reader.NAME:
            return reader
    raise SourceError(f"There is no format {format!r}.", f"Known are {', '.join(FORMATS)}.")


def choose_reader(file: TextFile, reader: Reader | None) -> Reader:
    """Return the reader that was asked for, or else the first that knows the beginning of a file.

    Raises:
        SourceError: The file is empty or of a kind that holds no records as text, or no reader knows it; it says what
            the file is instead; ``OwnReport`` where it is a report.
    """
    _refuse_other_kinds(file)
    if reader:
        return reader
    head = file.text_head()
    if any(pattern.match(head) for pattern in _REPORTS):
        raise _make_own_error(file)
    if _FAILURE.match(head):
        raise SourceError(f"{file.name} is a service's message about an error, and holds no papers.", _ASK_AGAIN)
    is_page = _PAGE.match(head)  # what looks like an entry or a row in it is a part of its text, its styles or programs
    for candidate in READERS if not is_page else ():
        if candidate.sniff(head):
            return candidate
    if _has_manifest(file):
        raise _make_own_error(file)
    raise _make_unknown_error(file)


def _has_manifest(file: TextFile) -> bool:
    """Return whether a manifest is beside a file: one that no reader knows is of that report, then."""
    try:
        path = file.path.with_suffix(".manifest.json")
        if not path.is_file():  # A pipe of that name would be waited for.
            return False
        with path.open("rb") as manifest:
            head = manifest.read(_MANIFEST_HEAD)
    except (OSError, ValueError):
        return False
    return bool(_MANIFEST.match(head.decode(errors="replace")))


def _make_own_error(file: TextFile) -> OwnReport:
    return OwnReport(f"{file.name} is a report of Conspectus and holds no papers.", _OUR_REPORT)


_PACKED = "Unpack it and give the files in it."
_PICTURE = "Conspectus reads text: export the records as JSON Lines, or type them into such a file."
_PDF = (
    "Conspectus reads bibliographies and abstracts, not PDFs: "
    "export the records from your reference manager or database and give that file."
)
_OFFICE = "Export its records as text and give that file."

_SAVED = (
    "Where an export was to be saved, the site gave its log-in or error page instead: export again. "
    "Copy its text into a .txt file and give that, if it is an author's page."
)
_ASK_AGAIN = "Read what it says, ask the service again, and give the file that it answers with."
_OUR_REPORT = "Its papers are those of the library that it was made from: conspectus export writes them."
_MANIFEST = re.compile(r'\s*\{\s*"version":\s*"[^"]*",\s*"generation":\s*"[^"]*",\s*"papers":\s*\{')
# Bytes of a manifest by which it is told: a version and a hash stand there. Chosen by hand.
_MANIFEST_HEAD = 1000
# Answers of Semantic Scholar, OpenAlex, NCBI, DataCite, Elsevier and Crossref to what they cannot answer.
_FAILURE = re.compile(
    r'\ufeff?\s*\{\s*(?:"(?:errors?|service-error|fault)"\s*:|"(?:status|message-type)"\s*:\s*"(?:error|failed|failure)")'
)
# How a report begins: as JSON, its manifest, and as CSV a table of one's own and one of themes.
_REPORTS = (
    re.compile(r'\s*\{\s*"kind":\s*"\w+",\s*"title":\s*"(?:[^"\\]|\\.)*+",\s*"sections":\s*\['),
    _MANIFEST,
    re.compile(r"\ufeff?Paper,Key,Year,.* \(check\)\"?$", re.MULTILINE),
    re.compile(r"\ufeff?(?:Group,)?Theme,Papers,Years,(?:Stand for it|Representative papers)$", re.MULTILINE),
)
# The loop is atomic: comments could end at the ends of later ones, too, in exponentially many ways.
_PAGE = re.compile(r"\ufeff?\s*(?>(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*)<(?:!doctype\s+)?html", re.IGNORECASE | re.DOTALL)

# The first of PubMed's records as text, and what ends each; only from the first of such numbers on is it looked for.
_FIRST_ABSTRACT = re.compile(r"^\ufeff?1[.:] \S", re.MULTILINE)
_PUBMED_ID = re.compile(r"^PMID: [0-9]+", re.MULTILINE)

_MAGIC = (
    (b"%PDF-", "a PDF", _PDF),
    (b"PK\x03\x04", "a zip archive inside another archive", _PACKED),
    (b"PK\x05\x06", "an empty zip archive", _PACKED),
    (b"\x1f\x8b", "a gzip archive inside another archive", _PACKED),
    (b"BZh91AY&SY", "a bzip2 archive", _PACKED),
    (b"\xfd7zXZ\x00", "an xz archive", _PACKED),
    (b"(\xb5/\xfd", "a Zstandard archive", _PACKED),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _PACKED),
    (b"Rar!\x1a", "a RAR archive", _PACKED),
    (b"\x89PNG", "a PNG picture", _PICTURE),
    (b"\xff\xd8\xff", "a JPEG picture", _PICTURE),
    (b"GIF8", "a GIF picture", _PICTURE),
    (b"II*\x00", "a TIFF picture", _PICTURE),
    (b"MM\x00*", "a TIFF picture", _PICTURE),
    (b"SQLite format 3\x00", "an SQLite database", "Export the records from the program that wrote it."),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file", _OFFICE),
    (b"{\\rtf", "a rich text document", _OFFICE),
)


def _refuse_other_kinds(file: TextFile) -> None:
    """Stop at a file whose first bytes say that it is something else.

    Raises:
        SourceError: The file is empty or of a kind that holds no records as text.
    """
    if len(file.head) < HEAD_BYTES and not file.text_head().strip("\ufeff\x00 \t\r\n"):
        raise SourceError(f"{file.name} is empty.", "Give a file that holds papers.")
    start = file.head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if file.head[257:262] == b"ustar":
        raise SourceError(f"{file.name} is a tar archive.", _PACKED)
    for magic, kind, hint in _MAGIC:
        if start.startswith(magic):
            if is_sheet(file.name):
                named = (
                    "an old Excel workbook, or one with a password" if hint is _OFFICE else f"no workbook, but {kind}"
                )
                raise SourceError(f"{file.name} is {named}.", SAVE_SHEET)
            pdf_id = _find_pdf_id(file) if hint is _PDF else ""
            offer = f" It seems to be {pdf_id}: conspectus fetch {pdf_id} gets its record." if pdf_id else ""
            raise SourceError(f"{file.name} is {kind}.", hint + offer)


def _find_pdf_id(file: TextFile) -> str:
    """Find the DOI or arXiv id of a PDF in its name, or where its beginning names one; "" for none."""
    stem = file.name.replace("\\", "/").rpartition("/")[2].removesuffix(".pdf")
    text = file.head.decode("latin-1")
    named = _ARXIV_NAME.fullmatch(stem)
    doi = _DOI_NAME.search(unquote(stem)) or _DOI_TEXT.search(text)
    arxiv = named or _ARXIV_TEXT.search(text)
    if arxiv:
        return f"arxiv:{arxiv[1]}"
    return (normalise_doi(f"{doi[1]}/{doi[2]}") or "") if doi else ""


_ARXIV_NAME = re.compile(r"(?:arxiv[-_:.]?)?([0-9]{4}\.[0-9]{4,5})(?:v[0-9]+)?(?:[ _-].*)?", re.IGNORECASE)
_ARXIV_TEXT = re.compile(r"arXiv(?:\.org/abs/|:\s?)([0-9]{4}\.[0-9]{4,5})")
# Slashes cannot stand in the name of a file: others stand for the first.
_DOI_NAME = re.compile(r"(10\.[0-9]{4,9})[_/@:-](\S+)")
_DOI_TEXT = re.compile(r"(?:doi(?:\.org/|[:>\s(]{1,3}))\s?(10\.[0-9]{4,9})/([^\s<>()\"']{2,100})", re.IGNORECASE)


def _make_unknown_error(file: TextFile) -> SourceError:
    formats = ", ".join(f"{reader.NAME} ({reader.LABEL})" for reader in READERS)
    name, head = file.name, file.text_head()
    if _is_binary(head):
        return SourceError(f"{name} is a binary file.", f"Conspectus reads text: {formats}.")
    if _PAGE.match(head):
        if is_sheet(name):
            return SourceError(f"{name} is a table of a web page under the name of a workbook.", SAVE_SHEET)
        return SourceError(f"{name} is a web page.", " ".join(filter(None, (_SAVED, offer_dois(head)))))
    if (first := _FIRST_ABSTRACT.search(head)) and _PUBMED_ID.search(head, first.end()):
        hint = "Save it again with Format: PubMed (MEDLINE tags) or by Send to: Citation manager."
        return SourceError(f"{name} is PubMed's format “Abstract (text)”, which has no fields.", hint)
    if not head.strip():
        return SourceError(
            f"{name} holds nothing but blanks as far as it was looked at.", "Give a file that holds papers."
        )
    lines = head.split()
    if all(map(identify_text, lines)):
        hint = f"Their records are fetched by: xargs conspectus fetch < {shlex.quote(name)}"
        return SourceError(f"{name} is a list of DOIs or arXiv ids and holds no papers.", hint)
    if explanation := explain_text(head):
        return SourceError(f"{name} is {explanation[0]}.", explanation[1])
    return SourceError(f"The format of {name} is unknown.", f"Known are {formats}; name one to have it tried anyway.")


def _is_binary(head: str) -> bool:
    odd = sum((not char.isprintable() and not char.isspace()) or char == "�" for char in head)
    return "\x00" in head or odd * 10 > len(head)  # a tenth: chosen by hand, not measured
