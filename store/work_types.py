"""The types of works in the words of CSL 1.0.2, and what each format calls them.

One table a format, ours first; ``read_type`` goes from theirs to ours, ``write_type`` back. Where a format has several
words for one type, the first is written.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache

TYPES = frozenset(
    """article article-journal article-magazine article-newspaper bill book broadcast chapter classic collection dataset
    document entry entry-dictionary entry-encyclopedia event figure graphic hearing interview legal_case legislation
    manuscript map motion_picture musical_score pamphlet paper-conference patent performance periodical
    personal_communication post post-weblog regulation report review review-book software song speech standard thesis
    treaty webpage""".split()
)
"""The types of CSL (docs.citationstyles.org/en/stable/specification.html, appendix III)."""

OF_BOOK_SERIES = ("book", "paper-conference", "chapter", "entry", "entry-dictionary", "entry-encyclopedia")
"""The types of books and of what stands in one, which are counted by the books of a series."""

_BIBTEX = {
    "article-journal": "article suppperiodical",
    "article": "misc",
    "paper-conference": "inproceedings conference",
    "chapter": "incollection inbook bookinbook suppbook suppcollection",
    "book": "book proceedings collection mvbook mvcollection mvproceedings reference mvreference manual commentary",
    "thesis": "phdthesis thesis mastersthesis",
    "report": "techreport report",
    "webpage": "online electronic www",
    "manuscript": "unpublished",
    "pamphlet": "booklet",
    "entry-encyclopedia": "inreference",
    "periodical": "periodical",
    "patent": "patent",
    "dataset": "dataset",
    "software": "software",
    "graphic": "artwork image",
    "song": "audio music",
    "motion_picture": "movie video",
    "legal_case": "jurisdiction",
    "legislation": "legislation legal",
    "standard": "standard",
    "personal_communication": "letter",
    "performance": "performance",
    "review": "review",
}
_RIS = {
    "article-journal": "JOUR EJOUR ABST INPR",
    "article": "UNPB",
    "article-magazine": "MGZN",
    "article-newspaper": "NEWS",
    "paper-conference": "CPAPER CONF",
    "chapter": "CHAP ECHAP",
    "book": "BOOK EBOOK EDBOOK CTLG SER",
    "thesis": "THES",
    "report": "RPRT GOVDOC",
    "manuscript": "MANSCPT",
    "pamphlet": "PAMP",
    "webpage": "ELEC",
    "post-weblog": "BLOG",
    "software": "COMP",
    "dataset": "DATA AGGR DBASE",
    "patent": "PAT",
    "standard": "STAND",
    "legislation": "STAT LEGAL",
    "bill": "BILL",
    "legal_case": "CASE UNBILL",
    "hearing": "HEAR",
    "entry-dictionary": "DICT",
    "entry-encyclopedia": "ENCYC",
    "map": "MAP",
    "graphic": "ART",
    "figure": "FIGURE CHART",
    "motion_picture": "VIDEO MPCT ADVS",
    "song": "SOUND",
    "musical_score": "MUSIC",
    "speech": "SLIDE",
    "personal_communication": "PCOMM ICOMM",
    "classic": "CLSWK",
    "periodical": "JFULL",
    "interview": "INTV",
    "document": "GEN",
}
# The reference types of EndNote, which .enw and EndNote XML share.
_ENDNOTE = {
    "article-journal": "Journal Article|Electronic Article",
    "article": "Unpublished Work",
    "article-magazine": "Magazine Article",
    "article-newspaper": "Newspaper Article",
    "paper-conference": "Conference Paper|Conference Proceedings|Conference Proceeding",
    "chapter": "Book Section|Electronic Book Section",
    "book": "Book|Edited Book|Electronic Book|Catalog|Serial",
    "thesis": "Thesis",
    "report": "Report|Government Document",
    "manuscript": "Manuscript|Ancient Text",
    "pamphlet": "Pamphlet",
    "webpage": "Web Page|Online Multimedia",
    "post-weblog": "Blog",
    "software": "Computer Program",
    "dataset": "Dataset|Aggregated Database|Online Database",
    "patent": "Patent",
    "standard": "Standard",
    "legislation": "Statute|Legal Rule or Regulation",
    "bill": "Bill",
    "legal_case": "Case",
    "hearing": "Hearing",
    "entry-dictionary": "Dictionary",
    "entry-encyclopedia": "Encyclopedia",
    "map": "Map",
    "graphic": "Artwork",
    "figure": "Figure|Chart or Table",
    "motion_picture": "Film or Broadcast|Audiovisual Material",
    "musical_score": "Music",
    "personal_communication": "Personal Communication",
    "classic": "Classical Work",
    "interview": "Interview",
    "document": "Generic",
}
# What databases, publishers and Zotero say beside that: Crossref, OpenAlex, Semantic Scholar, Lens, Scopus, Web of
# Science, PubMed, Europe PMC and DataCite. Many call several kinds of articles in journals by names of their own.
_DATABASES = {
    "article-journal": """journal article|article|review|review article|research article|short survey|letter|editorial
        |note|erratum|correction|retraction|retracted|comment|published erratum|case report|case reports|news
        |meta analysis|clinical trial|randomized controlled trial|systematic review|data paper|article in press
        |early access|editorial material|meeting abstract|letters and comments|journal|magazine|retraction notice
        |comparative study|observational study|multicenter study|evaluation study|validation study|clinical study
        |scientific article|other journal article|text serial journal|journalpaper|article journal""",
    "article": "preprint|posted content|working paper|eprint|e print|text preprint|submitted",
    "paper-conference": """proceedings article|conference paper|proceedings paper|conference|conference article
        |conference proceedings article|conference abstract|inproceedings|conference and workshop papers
        |conference contribution|conferencepaper""",
    "chapter": "book chapter|book part|book section|book track|bookchapter|reference chapter|section|part in book",
    "book": """monograph|edited book|reference book|book set|book series|proceedings|conference review|bookset|books
        |books and theses|editorship|parts in books or collections""",
    "thesis": """dissertation|doctoral thesis|master thesis|masters thesis|phd thesis|bachelor thesis
        |academic dissertation""",
    "report": "report component|report series|technical report|tech report|guideline|practice guideline",
    "review": "peer review|peerreview",
    "review-book": "book review",
    "dataset": "data|database|data set|datasets",
    "entry": "reference entry|dictionary entry",
    "software": "computer program|model|software paper",
    "periodical": "journal issue|journal volume",
    "post": "forum post|social media post",
    "speech": "presentation|lecture|talk|slides|poster",
    "motion_picture": "film|video recording|audiovisual",
    "broadcast": "radio broadcast|tv broadcast|podcast",
    "graphic": "image|artwork",
    "document": "other|component|paratext|attachment",
    "entry-encyclopedia": "encyclopedia article",
    "legal_case": "case",
    "legislation": "statute",
    "post-weblog": "blog post",
    "personal_communication": "email|instant message",
}
_TABLES: dict[str, dict[str, str]] = {"bibtex": _BIBTEX, "ris": _RIS, "endnote": _ENDNOTE}
# Kinds that say little: another word of the same record that says more goes before them.
_BROAD = ("article-journal", "document")


def read_type(values: Iterable[str], format: str = "") -> str:
    """Find the type that a source names, in the words of CSL; "" where it names none that is known.

    Args:
        values: What the source says, several words where it has several (PubMed has up to ten).
        format: The name of its format; its own words count first.
    """
    kinds_by_word = _index_words(_family(format))
    kinds = [kind for value in values for part in re.split("[;|]", value) if (kind := kinds_by_word.get(_squash(part)))]
    return next((kind for kind in kinds if kind not in _BROAD), kinds[0] if kinds else "")


def write_type(kind: str, format: str) -> str:
    """Return the word of a format (``bibtex``, ``ris``, ``endnote``) for a type; "" where it has none."""
    words = _TABLES[format].get(kind, "")
    return words.split("|")[0] if format == "endnote" else words.partition(" ")[0]


def _family(format: str) -> str:
    return {"refer": "endnote", "endnote-xml": "endnote"}.get(format, format)


@cache
def _index_words(format: str) -> dict[str, str]:
    """Index our types by the words of all sources, those of one format before the others."""
    csl = {_squash(kind): kind for kind in sorted(TYPES)}
    if format == "csl-json":
        return csl
    words = dict(csl)
    for table, separator in ((_BIBTEX, " "), (_ENDNOTE, "|"), (_DATABASES, "|"), (_TABLES.get(format, {}), None)):
        for kind, texts in table.items():
            parts = re.split(r"\|" if separator == "|" or (separator is None and format == "endnote") else r"\s", texts)
            words |= {_squash(part): kind for part in parts if part.strip()}
    if format in ("csv", "rayyan"):
        words |= {
            _squash(code): kind for kind, codes in _RIS.items() for code in codes.split() if _squash(code) not in words
        }
    return words


@lru_cache(maxsize=4096)
def _squash(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()
