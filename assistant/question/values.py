"""What else a question says of papers: what they are called, state, are counted by, their kind and their language.

What is called by a name of the library is found by ``library_names``, what is counted by ``counts`` and what a record
states by ``record_fields``; kinds, languages and retractions have words of their own.
"""

import re
from collections.abc import Iterator

from assistant.question.condition import NEGATED_BEHIND, NEGATION, PAPERS, Condition
from assistant.question.counts import find_author_counts, find_citation_counts
from assistant.question.library_names import find_library_names
from assistant.question.record_fields import find_record_fields
from store.filters import Filters
from store.index.snapshot import Snapshot
from store.kinds import is_kind, normalise_kind
from store.text.language import NAMES
from store.text.patterns import compile_lazily


def find_values(question: str, view: Snapshot, listing: bool) -> list[Condition]:
    """Find the conditions of a question that are no times and no people.

    Args:
        question: One line of text.
        view: What the library holds.
        listing: Whether the question asks for papers; in any other, "with code" may be what it is about.
    """
    conditions = [*find_library_names(question, view), *_find_kinds(question, view, listing)]
    if listing:
        for find_plain in (_find_retracted, find_record_fields, find_author_counts, find_citation_counts):
            conditions += find_plain(question)
        conditions += _find_languages(question, view)
    return conditions


_AROUND_KIND = compile_lazily(
    rf"(?:^|\b(?:{'|'.join(NAMES.values())}|[a-z]+-author(?:ed)?|which|what|any|all|the|my|some|many|most|no|not|list|show(?:\s+me)?|find"
    r"|give(?:\s+me)?|only|are|is|were"
    r"|been|excluding|except(?:\s+for)?|exclude|without|but|than|from|minus|and|or|nor|non|,|an?|to|me|ignore|ignoring"
    r"|omit|skip"
    r"|how\s+many|number\s+of|kind|type|latest|newest|oldest|earliest|cited|recent|two|three|four|five|six|seven|eight|nine|ten|\d+))"
    r"[\s-]*$",
    re.I,
)
_BEHIND_KIND = compile_lazily(
    r"^\s*(?:$|[?.!,;]|\b(?:about|on|that|which|who|by|in|from|since|of|with|without|published|written|authored|dated|cited|using|where|whose|and|or|nor|but|are"
    r"|is|were|before|after|between|until|are|there|do|does|have|only|among|deals?|discuss(?:es)?|address(?:es)?|mention(?:s|ed)?|use[ds]?|includ(?:e|es|ed)|cover(?:s|ed)?"
    r"|concern(?:s|ed)?|report(?:s|ed)?|examined?|investigated?|compared?|looked|searched|stud(?:y|ied)|found|tested|assessed?|evaluated?|treat(?:s|ed)?|"
    r"c[ao]me|appear(?:s|ed)?|exists?|has|have|had|did|was|can|excluded|aside|apart|left|not|but|except|please|here"
    rf"|{PAPERS})\b)",
    re.I,
)
# Kinds that are seldom what a question means by the word: things that papers use or make.
_THINGS = frozenset(
    ("dataset", "software", "study protocol", "tutorial", "report", "book", "letter", "patent", "survey")
)


_HEAD = compile_lazily(
    r"^\W*(?:(?:\d+|two|three|four|five|six|seven|eight|nine|ten|most|which|what|how\s+many|number\s+of|in\s+(?:which|what)\s+year|were|list|show|find|give|me|only|all|any|the|are|is|there|an?|please"
    r"|and|do|i"
    r"|have|recent|newest|latest|oldest|earliest|cited)\b\s*)*$",
    re.I,
)


# "Cancer reviews", "stroke trials that are not in animals": a phrase of a topic and a kind, and nothing else before it.
_ASKING = (
    r"which|what|who|whom|whose|when|where|how|why|is|are|was|were|do|does|did|has|have|had|can|could|the|this|that|these"
    r"|those|an?|in|of|on|for|from|by|to|with|and|or|not|no|any|all|if|as"
)
_TITLED = compile_lazily(rf"^\W*(?:(?!(?:{_ASKING})\b)[\w’'-]+\s+){{1,3}}$", re.I)
_ENDS_TITLED = compile_lazily(
    r"^\s*(?:[?.!]*$|,|\b(?:that|which|about|on|by|from|since|before|after|between|published|written|not|but|without"
    r"|except|with)\b)",
    re.I,
)


def _find_kinds(question: str, view: Snapshot, listing: bool) -> Iterator[Condition]:
    """Find kinds of papers in the place of "papers": "which systematic reviews", "no preprints", "survey papers"."""
    words = list(re.finditer(r"[^\W_]+(?:[-'’][^\W_]+)*", question))
    last = -1
    for i, word in enumerate(words):
        for size in (4, 3, 2, 1):
            if i + size > len(words) or word.start() < last:
                continue
            start, end = word.start(), words[i + size - 1].end()
            text = question[start:end]
            before, behind = question[:start], question[end:]
            prefix = re.match(r"(?:non|not|un)-", text, re.I)
            if prefix:
                start, text, before = start + prefix.end(), text[prefix.end() :], before + prefix[0]
            if not is_kind(text):
                continue
            shut_out = _NEGATES.search(before) or NEGATED_BEHIND.match(behind)
            titled = text.lower().endswith("s") and _TITLED.match(before) and _ENDS_TITLED.match(behind)
            if not shut_out and not titled and not (_AROUND_KIND.search(before) and _BEHIND_KIND.match(behind)):
                continue
            if text.lower() in _PLAIN_WORDS or not (listing or titled or _HEAD.match(before) or last >= 0):
                continue
            kind = normalise_kind(text)
            papers = re.match(rf"\s+{PAPERS}\b", behind)
            is_in_library = bool(view.count_kind(kind))
            asked_for = papers or shut_out or kind in _SURE or re.search(r"\bthere\s+(?:an?|any)\s+$", before, re.I)
            if not is_in_library and not asked_for:
                continue
            if kind in _THINGS and not papers and not is_in_library:
                continue
            last = end
            yield Condition(start, end, "kind", Filters(kind=(kind,)))
            break


_SURE = frozenset(
    ("preprint", "systematic review", "meta analysis", "scoping review", "randomised controlled trial", "thesis")
)
_NEGATES = compile_lazily(
    rf"(?:{NEGATION.pattern}|\b(?:kind|type)\b)(?:[\s-]*\b(?:of|an?|the|any|are|is)\b)*[\s-]*$", re.I
)
_PLAIN_WORDS = frozenset(("article", "articles", "manuscript", "manuscripts"))


_RETRACTED = compile_lazily(r"\b(?P<no>un-?)?(?:retracted|withdrawn|taken\s+back)\b|\bretractions\b", re.I)


def _find_retracted(question: str) -> Iterator[Condition]:
    """Find whether papers were taken back."""
    for match in _RETRACTED.finditer(question):
        yes, no = Filters(retracted=True), Filters(retracted=False)
        yield Condition(match.start(), match.end(), "retracted", yes, no, bool(match["no"]))


_LANGUAGE = "|".join(NAMES.values())
_LANGUAGES = tuple(
    compile_lazily(pattern, re.I)
    for pattern in (
        rf"\b(?:{PAPERS}|written|published|are|is|not|neither|than|but|except|those|language|outside)\s+in\s+"
        rf"(?P<name>{_LANGUAGE})\b",
        rf"\blanguages?\s+(?:is\s+|are\s+)?(?:not\s+)?(?:other\s+than\s+)?(?P<name>{_LANGUAGE})\b",
        rf"\bnon-?\s?(?P<name>{_LANGUAGE})\b",
        rf"\b(?P<name>{_LANGUAGE})[\s-]language\b",
        rf"\b(?P<name>{_LANGUAGE})\s+(?:papers?|articles?|publications?|abstracts?|literature|records?)\b",
    )
)
_NEXT_LANGUAGE = compile_lazily(rf"\s*(?:,|\band\b|\bor\b|\bnor\b)\s*(?:in\s+)?(?P<name>{_LANGUAGE})\b", re.I)


_IN_LANGUAGE = compile_lazily(rf"\bin\s+(?P<name>{_LANGUAGE})\b")


def _find_languages(question: str, view: Snapshot) -> Iterator[Condition]:
    """Find the language of papers: "written in German or French", "not in English", "non-English papers".

    "in German" behind a topic is one where the library has papers of that language, else it belongs to the topic.
    """
    codes = {name.lower(): code for code, name in NAMES.items()}
    for pattern in (*_LANGUAGES, _IN_LANGUAGE):
        for match in pattern.finditer(question):
            if pattern is _IN_LANGUAGE and not view.has_language(codes[match["name"].lower()]):
                continue
            start, end, name = match.start("name"), match.end("name"), match["name"]
            yield Condition(start, end, "language", Filters(language=(codes[name.lower()],)))
            while joined := _NEXT_LANGUAGE.match(question[end:]):
                start, end = end + joined.start("name"), end + joined.end("name")
                yield Condition(start, end, "language", Filters(language=(codes[joined["name"].lower()],)))
