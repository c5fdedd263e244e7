"""The fields of the tantivy index, and how text becomes terms.

One text field holds title, title and abstract: a word of the title counts twice. The record is stored beside it, so
that reading needs no Chroma.
"""

import threading
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from store.citation_keys import list_own_keys
from store.dedup.keys import list_paper_keys, split_words
from store.filters import Statement
from store.index.spellings import list_spellings
from store.index.value_names import list_author_names, list_value_names, reverse_word
from store.kinds import list_kinds
from store.paper import Paper
from store.person_name import name_key
from store.record import pack
from store.text.abbreviations import find_abbreviations, get_singular
from store.text.patterns import compile_lazily

if TYPE_CHECKING:
    import tantivy


# Of the fields and of how text becomes terms; an index of another version is built again.
VERSION = 11
ANALYZER = "conspectus_en"
# The longest word that is indexed, in bytes; longer ones are noise. Chosen by hand; not measured.
LONGEST = 60
UNDATED = 0
UNCOUNTED = -1
# Added to the number of authors of a list that is cut off: how many more there are is not known.
CUT_OFF = 1_000_000
VALUES = ("venue", "keyword", "tag", "collection", "kind", "language")
"""Fields whose values are indexed as they are written."""
# The longest name of a venue, keyword or folder, in characters; longer ones are noise. Chosen by hand; not measured.
LONGEST_VALUE = 300
# Scripts written without spaces between words: Thai to Khmer, kana, Han. Each of their characters is a word here.
_UNSPACED = compile_lazily(
    r"([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])"
)


def build_analyzer(stemming: bool = True) -> "tantivy.TextAnalyzer":
    """Build the analyzer: lower case, ASCII letters, no stop words, and English stems unless these are not wanted."""
    import tantivy

    step = tantivy.Filter
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for token_filter in (
        step.remove_long(LONGEST),
        step.lowercase(),
        step.ascii_fold(),
        step.custom_stopword(sorted(stop_words())),
        *([step.stemmer("english")] if stemming else []),
    ):
        builder = builder.filter(token_filter)
    return builder.build()


_OWN = threading.local()


def _get_analyzer(stemming: bool) -> "tantivy.TextAnalyzer":
    """Return the analyzer of this thread: one must not be asked while another thread waits within it.

    It holds its lock while its words become Python's, where a collection of garbage may let another thread run.
    """
    analyzer: tantivy.TextAnalyzer | None = getattr(_OWN, f"stemming_{stemming}", None)
    if analyzer is None:
        analyzer = build_analyzer(stemming)
        setattr(_OWN, f"stemming_{stemming}", analyzer)
    return analyzer


@cache
def stop_words() -> frozenset[str]:
    """Load the words of the language that say nothing of a topic, in lower case."""
    return frozenset(files("store.index").joinpath("stopwords.txt").read_text(encoding="utf-8").split())


def extract_terms(text: str) -> list[str]:
    """Split a text into stems, in order, repeated ones repeated."""
    return [*_extract_known(text)] if len(text) <= _SHORT else _extract(text)


# Letters of a text whose terms are remembered: a word, a title, a sentence. For one question each is asked for several
# times. 1,024 of them: 3 MB of English, 27 MB of Chinese, where each character is a term. Both chosen by hand.
_SHORT = 300


@lru_cache(maxsize=1024)
def _extract_known(text: str) -> tuple[str, ...]:
    return tuple(_extract(text))


def _extract(text: str) -> list[str]:
    return _get_analyzer(stemming=True).analyze(_space_out(text))


def extract_words(text: str) -> list[str]:
    """Split a text into the words whose stems ``extract_terms`` gives, in the same order."""
    return _get_analyzer(stemming=False).analyze(_space_out(text))


def split_title(title: str) -> list[str]:
    """Split a title into words without case and accents, in order; none is left out."""
    return [word[:LONGEST] for word in split_words(_space_out(title))]


@cache
def get_schema() -> "tantivy.Schema":
    """Build the fields. ``row`` points into the file of vectors; ``date`` is yyyymmdd, 0 for what is unknown."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    for name in ("id", "hash", "author"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("author_key", "author_word", "first_author", "last_author", "category", "source", "keys", *VALUES):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("named", "abbreviation"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("row", "year", "date", "code", "retracted", "author_count", "abstract", "citations"):
        builder.add_integer_field(name, indexed=True, fast=True)
    for name in ("citation_key", "title_word", "title_term", "states"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("text", tokenizer_name=ANALYZER, index_option="freq")
    builder.add_bytes_field("record", stored=True)
    builder.add_bytes_field("roles", stored=True)
    builder.add_bytes_field("screened", stored=True)
    return builder.build()


def build_document(
    paper: Paper, content_hash: str, row: int, roles: str = "", screened: str = "", record: str = ""
) -> "tantivy.Document":
    """Build what is indexed of a paper.

    ``roles`` are those of its sentences, packed, and ``screened`` what a ``Screening`` keeps beside it; "" for what is
    to be found out when it is read. ``record`` is the packed paper, where that is at hand.
    """
    import tantivy

    fields = list_fields(paper)
    text = _space_out(fields["text"])
    stored = {"record": (record or pack(paper)).encode(), "roles": roles.encode(), "screened": screened.encode()}
    return tantivy.Document.from_dict(
        {**fields, "id": paper.id, "hash": content_hash, "row": row, "text": text, **stored}, get_schema()
    )


def list_fields(paper: Paper) -> dict[str, Any]:
    """List what a paper is found and filtered by, by the names of the fields; ``text`` as it is written."""
    names = [author.name for author in paper.authors]
    return {
        "year": paper.year or UNDATED,
        "date": date_number(paper.date),
        "code": int(paper.has_code),
        "retracted": int(bool(paper.retraction)),
        "author": names,
        "author_key": [name_key(name) for name in names],
        "author_word": sorted(set(_list_author_words(names))),
        **_list_placed_authors(paper),
        "author_count": _count_authors(paper),
        "abstract": int(bool(paper.abstract)),
        "citations": UNCOUNTED if paper.citation_count is None else paper.citation_count,
        "venue": _shorten([paper.venue] if paper.venue else []),
        "keyword": _shorten(paper.keywords),
        "tag": _shorten(paper.tags),
        "collection": _shorten(paper.collections),
        "kind": list_kinds(paper),
        "language": [paper.language] if paper.language else [],
        "named": sorted({*list_author_names(names), *list_value_names(paper)}),
        "category": list(paper.categories),
        "source": sorted({value for record in paper.records or (paper,) for value in _list_origins(record) if value}),
        "keys": list_paper_keys(paper),
        "citation_key": list_own_keys(paper),
        "title_word": sorted({word for record in (paper, *paper.records) for word in split_title(record.title)}),
        "title_term": sorted(set(extract_terms(_space_out(paper.title)))),
        "states": sorted(_list_statements(paper)),
        "abbreviation": list_definitions(f"{paper.title}. {paper.abstract}"),
        "text": f"{paper.title}\n{paper.title}\n{paper.abstract}",
    }


def list_definitions(text: str) -> list[str]:
    """List what a text defines as "terms=equivalent", both ways: "llm=large language models", "larg … model=LLM"."""
    definitions = [(get_singular(short), long) for short, long in find_abbreviations(text)]
    pairs = [pair for short, long in definitions for pair in ((short, long), (long, short))]
    return sorted({f"{key}={value}" for name, value in pairs if (key := " ".join(extract_terms(name)))})


def _list_author_words(names: list[str]) -> Iterator[str]:
    """List the words of names in all their spellings, and each backwards, for names with a letter wrong in front."""
    for name in names:
        yield from name_key(name).split()
        for ways in list_spellings(name):
            yield from ways
            yield from map(reverse_word, ways)


def _list_placed_authors(paper: Paper) -> dict[str, list[str]]:
    """List the keys of the first and the last author, as far as their places are known."""
    placed = sorted((author.position, author.name) for author in paper.authors if author.position is not None)
    first = [name_key(name) for position, name in placed[:1] if position == 1]
    is_complete = len(placed) == len(paper.authors) and not paper.authors_truncated
    return {"first_author": first, "last_author": [name_key(name) for _, name in placed[-1:]] if is_complete else []}


def _count_authors(paper: Paper) -> int:
    return len(paper.authors) + CUT_OFF * paper.authors_truncated


def _list_statements(paper: Paper) -> Iterator[Statement]:
    """List what a record states, as far as it can be asked for."""
    stated: tuple[tuple[Statement, object], ...] = (
        *((scheme, paper.identifiers.get(scheme)) for scheme in ("doi", "pmid", "arxiv")),
        ("link", paper.urls),
        ("authors", paper.authors),
        ("date", paper.date),
        ("venue", paper.venue),
        ("keywords", paper.keywords),
    )
    yield from (name for name, value in stated if value)
    if paper.citation_count is not None:
        yield "citations"


def _shorten(values: Iterable[str]) -> list[str]:
    """Leave out values that are too long for the index."""
    return [value for value in dict.fromkeys(values) if len(value) <= LONGEST_VALUE]


def _list_origins(record: Paper) -> tuple[str, str]:
    return record.source.file, record.source.format


def date_number(date: str | None) -> int:
    """Turn ``2018-05`` into 20180500, which sorts by time, the less precise first; 0 without a date."""
    return int((date or "").replace("-", "").ljust(8, "0"))


def _space_out(text: str) -> str:
    return text if text.isascii() else _UNSPACED.sub(r" \1 ", text)
