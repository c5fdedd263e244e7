"""What a question asks for: papers or a fact, about which topic, by whom, from when.

``clean_question`` makes one line of what people and programs type, ``parse_question`` reads it. English only; what none
of the wording below fits is taken as asking for a fact. An author whom the library does not hold is named, too.
"""

import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from assistant.limits import MAX_CHARACTERS
from assistant.question.query import MAX_QUESTION, Intent, Order, Query
from store.errors import InputError
from store.filters import Filters
from store.index.index_schema import extract_terms
from store.index.snapshot import Snapshot
from store.person_name import name_words
from store.text.clean import clean_characters

# What only LaTeX and HTML have; plain questions, nearly all, are spared the loading of what cleans it.
_MARKED = re.compile(r"[\\${}<&]")


class AuthorMentions(NamedTuple):
    """Names as the question has them, the question without them, and a name that the library does not hold."""

    names: tuple[str, ...]
    rest: str
    unknown: str = ""


class Years(NamedTuple):
    """The span, inclusive at both ends; None where it is open. ``rest`` is the question without it.

    ``plain`` says that only a year was named ("in 2018", "2018"), which may as well belong to the topic; ``named`` that
    it stands behind a capital word, as in "ImageNet 2012".
    """

    first: int | None
    last: int | None
    rest: str
    plain: bool = False
    named: bool = False


def clean_question(text: str) -> str:
    """Clean a question as it was typed; returns one line of clean Unicode.

    Raises:
        InputError: It is empty, enormous, or holds no letter or digit.
    """
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            f"The question is {len(text):,} characters long.",
            "Ask in a few sentences, or add the text with: conspectus add",
        )
    if _MARKED.search(text):
        from store.text.clean import clean_text

        clean = clean_text(text)
    else:
        clean = clean_characters(text)
    if not any(character.isalnum() for character in clean):
        raise InputError(
            "The question is empty.", 'Ask for example: conspectus ask "Which papers study Thompson sampling?"'
        )
    return clean


def parse_question(question: str, view: Snapshot, today: date | None = None) -> Query:
    """Read the first ``MAX_QUESTION`` characters of a question against what the library holds; nothing is guessed.

    Args:
        question: One line of clean text.
        view: What the library holds.
        today: What "the last five years" counts back from; None leaves such spans unread.
    """
    question = question[:MAX_QUESTION]
    people = find_authors(question, view)
    listing = bool(LIST.search(question) or COUNT.search(question))
    years = _find_paper_years(people, listing, view)
    category, rest = _find_category(years.rest, view)
    code = bool(listing and CODE.search(rest))
    filters = Filters(
        author=people.names, year_from=years.first, year_to=years.last, category=category, has_code=code or None
    )
    order = _find_order(rest)
    limit = _find_limit(rest) if order is not Order.RELEVANCE else None
    for pattern in (COUNT, *([CODE] if code else []), *([MANY] if limit else [])):
        rest = pattern.sub(" ", rest)
    topic = _extract_topic(rest)
    return Query(
        question=question,
        intent=_classify_question(question, filters, topic, order is not Order.RELEVANCE, listing),
        topic=topic,
        filters=filters,
        order=order,
        limit=limit,
        unknown=people.unknown,
        names_author=bool(people.names),
    )


def _find_paper_years(people: AuthorMentions, listing: bool, view: Snapshot) -> Years:
    """Find the years of the papers, not of something that happened ("in 2018") or of a name ("ImageNet 2012")."""
    years = find_years(people.rest)
    of_papers = listing or people.names or TIME.search(people.rest) or not _extract_topic(years.rest)
    if years.plain and (not of_papers or (years.named and years.first not in view.count_by_year())):
        return Years(None, None, people.rest)
    return years


def _classify_question(question: str, filters: Filters, topic: str, ordered: bool, listing: bool) -> Intent:
    if COUNT.search(question):
        return Intent.COUNT
    if RECORD.search(question):
        return Intent.RECORD
    if (filters != Filters() or ordered or listing) and not topic:
        return Intent.CATALOGUE
    return Intent.PAPERS if listing or ordered or filters.author else Intent.FACT


def _find_category(text: str, view: Snapshot) -> tuple[tuple[str, ...], str]:
    """Find categories that the library has; returns them and the text without them."""
    for match in CATEGORY.finditer(text):
        start, end = match.span(match.lastindex or 0)
        words = re.split(r"([\w.-]+)", text[start:end])
        codes = [word for word in words if view.has_category(word)]
        if codes:
            left = " ".join(word for word in words if word not in codes)
            return tuple(dict.fromkeys(codes)), f"{text[:start]} {left} {text[end:]}"
    return (), text


def _find_order(text: str) -> Order:
    """Find whether the oldest papers are asked for, or the newest."""
    if OLDEST.search(text):
        return Order.OLDEST
    return Order.NEWEST if NEWEST.search(text) else Order.RELEVANCE


def _find_limit(text: str) -> int | None:
    """Find how many papers are asked for; None where the question does not say."""
    match = MANY.search(text)
    if match:
        word = next(group for group in match.groups() if group).lower()
        return NUMBERS.get(word) or int(word)
    return 1 if ONE.search(text) else None


def _extract_topic(text: str) -> str:
    """Extract the words of a question that are left to search for; "" where every word is of the question itself."""
    words = [word for word in re.findall(r"\w(?:[\w'’./+-]*\w)?", text) if word.lower() not in FRAME]
    telling = [i for i, word in enumerate(words) if extract_terms(word)]
    return " ".join(words[telling[0] : telling[-1] + 1]) if telling else ""


PAPERS = r"(?:papers?|works?|articles?|publications?|studies|abstracts?|preprints?|research|literature)"
_OLD = r"(?:earliest|oldest|first)"
_NEW = r"(?:latest|newest|most\s+recent|last)"
_SOME = r"(?:\w+\s+){0,2}?"
NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
_NUMBER = rf"(\d{{1,3}}|{'|'.join(NUMBERS)})"


def _compile_any(*alternatives: str, flags: re.RegexFlag = re.I) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), flags)


LIST = _compile_any(
    rf"^\s*(?:and\s+)?(?:which|what)\s+{_SOME}{PAPERS}\b",
    r"^\s*(?:please\s+)?(?:list|show|find|give|compare|contrast|summari[sz]e|survey|review)\b",
    rf"\b(?:any|all|the|of|are|recent)\s+{PAPERS}\s+(?:\w+\s+)?"
    r"(?:on|about|that|which|using|with|by|in|from|since|deal)",
    r"\bwhat\s+(?:is|has been|was)\s+(?:there|done|said|known|written)\b",
    r"\b(?:overview|survey|comparison)\s+of\b",
    rf"^\s*{PAPERS}\b",
    r"\bdifferences?\s+between\b",
    r"\bhow\s+(?:do|does)\s+.+\s+(?:compare|differ)\b",
    r"\bwhich\s+of\s+(?:the|these|those|them)\b",
)
COUNT = _compile_any(rf"\bhow\s+many\s+{_SOME}{PAPERS}\b", rf"\bnumber\s+of\s+{PAPERS}\b")
RECORD = _compile_any(
    r"^\s*who\s+(?:wrote|authored|published|(?:is|are|were)\s+(?:the|its|their)\s+(?:co-?|first\s+)?authors?|is\s+behind)\b",
    r"\bauthors?\s+of\b",
    r"^\s*when\s+(?:was|were|did)\b.*\b(?:publish|appear|written|released|come\s+out)",
    r"\b(?:what|which)\s+year\s+(?:was|were|did)\b",
    r"\bin\s+(?:what|which)\s+year\b",
    rf"\bdate\s+of\s+(?:the\s+)?{PAPERS}",
)
COMPARE = _compile_any(
    r"\bcompare", r"\bcontrast", r"\bdifferences?\s+between", r"\bdiffer\b", r"\bversus\b", r"\bvs\b"
)
_ITSELF = r"(?:\s+ones?)?\s*(?:[?.!]*$|of\s+(?:them|these|those)\b)"
OLDEST = _compile_any(rf"\b{_OLD}\s+(?:\w+\s+)??(?={PAPERS}\b)", rf"\b(?:earliest|oldest){_ITSELF}")
NEWEST = _compile_any(rf"\b{_NEW}\s+(?:\w+\s+)??(?={PAPERS}\b)", rf"\b(?:latest|newest|most\s+recent){_ITSELF}")
ONE = _compile_any(
    rf"\b(?:{_OLD}|{_NEW})\s+(?:\w+\s+)?(?:paper|article|publication|abstract|one)\b",
    rf"(?:\bis|^)\s*the\s+(?:{_OLD}|{_NEW}){_ITSELF}",
)
MANY = _compile_any(rf"\b{_NUMBER}\s+(?:{_OLD}|{_NEW})\b", rf"\b(?:{_OLD}|{_NEW})\s+{_NUMBER}\b")
CODE = _compile_any(
    r"\b(?:with|have|has|having|release[sd]?|provide[sd]?|comes?\s+with|share)\s+(?:\w+\s+)??(?:source\s+)?code\b"
)
TIME = _compile_any(
    rf"\b{PAPERS}\b", r"\bpublish", r"\bappear", r"\bwritten\b", r"\bwhat\s+happened\b", r"\bwhat\s+is\s+new\b"
)
_CODE = r"[\w-]+\.[A-Z]{2}|[A-Z]{2}"
_AND = r"\s*(?:,|/|\band\b|\bor\b)\s*"
CATEGORY = _compile_any(
    rf"\b[cC]ategor(?:y|ies)\s+([\w.-]+(?:{_AND}[\w.-]+)*)",
    rf"\b([A-Z][\w.-]*(?:{_AND}[A-Z][\w.-]*)*)\s+(?:category|{PAPERS})\b",
    rf"\bin\s+((?:{_CODE})\b(?:{_AND}(?:{_CODE})\b)*)",
    flags=re.NOFLAG,
)
FRAME = frozenset(files("assistant.question").joinpath("frame_words.txt").read_text(encoding="utf-8").split())
"""Words of the question itself, which say nothing of its topic; in lower case."""


_YEAR = r"((?:19|20)\d\d)"
_END = r"(?=\s*(?:$|[?.!,;]))"


def find_years(question: str) -> Years:
    """Find the span of publication years in a question: "since 2020", "after 2017 and before 2020", "in 2018"."""
    span = _RANGE.search(question)
    if span:
        first, last = sorted(map(int, span.groups()))
        return Years(first, last, _cut_out(question, span))
    since, rest = _find_bound(_FIRST, question)
    until, rest = _find_bound(_LAST, rest)
    if since or until:
        return Years(since, until, rest)
    plain = _IN.search(question) or _BARE.search(question)
    if plain:
        year = int(plain[1])
        named = plain.re is _BARE and _NAME_BEFORE.search(question, 0, plain.start(1)) is not None
        return Years(year, year, _cut_out(question, plain), plain=True, named=named)
    return Years(None, None, question)


def _find_bound(patterns: Sequence[tuple[re.Pattern[str], int]], text: str) -> tuple[int | None, str]:
    """Find one end of the span, None where it is open; returns it and the text without it."""
    for pattern, offset in patterns:
        match = pattern.search(text)
        if match:
            return int(match[1]) + offset, _cut_out(text, match)
    return None, text


def _cut_out(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()]} {text[match.end() :]}"


def _compile_years(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?:\b(?:published|appeared|written|released|dated)\s+)?\b{pattern}", re.I)


_RANGE = _compile_years(
    rf"(?:(?:between|from|in|during)\s+)?(?:the\s+years\s+)?{_YEAR}\s*(?:and|or|to|through|until|till|[-–—])\s*{_YEAR}\b"
)
_FIRST = (
    (_compile_years(rf"(?:since|starting(?:\s+in|\s+from)?|as\s+of)\s+{_YEAR}\b"), 0),
    (_compile_years(rf"(?:(?:from|in)\s+)?{_YEAR}\s+(?:on{_END}|onwards?\b|(?:or|and)\s+(?:later|newer|after)\b)"), 0),
    (_compile_years(rf"(?:after|later\s+than|newer\s+than)\s+{_YEAR}\b"), 1),
)
_LAST = (
    (_compile_years(rf"(?:before|earlier\s+than|older\s+than|prior\s+to)\s+{_YEAR}\b"), -1),
    (_compile_years(rf"(?:until|till|up\s+to|through|by(?:\s+the\s+end\s+of)?)\s+{_YEAR}\b"), 0),
    (_compile_years(rf"{_YEAR}\s+(?:or|and)\s+(?:earlier|older|before)\b"), 0),
)
_IN = _compile_years(rf"(?:in|during|of|for|from|year)\s+(?:the\s+year\s+)?{_YEAR}\b")
_BARE = _compile_years(rf"{_YEAR}\b")
_NAME_BEFORE = re.compile(r"\b[A-Z][\w-]*\s*$")


# Words of a name at the most: "Maria de la Cruz". Chosen by hand, not measured.
LONGEST_NAME = 4
_WORD = re.compile(r"[^\W\d_](?:[\w'’.-]*\w)?|[^\W\d_]\.?")
_WORKS = r"(?:papers?|works?|articles?|publications?|studies|abstracts?|research)"
# What stands before or behind a person's name, and not behind a topic.
_BEFORE = re.compile(
    r"\b(?:by|authors?|authored by|co-?author(?:s|ed by|ed with)?|prof(?:essor)?\.?|dr\.?|papers of|works? of)\s+$",
    re.I,
)
_AFTER = re.compile(
    rf"^(?:['’]s?\b|\s+et al|\s+{_WORKS}\b|\s+and\s+(?:colleagues|co-?authors|others|his|her)\b"
    r"|\s+(?:since|before|after|until|between|(?:(?:in|from)\s+)?(?:19|20)\d\d)\b)",
    re.I,
)
_DID_BEFORE = re.compile(r"\b(?:did|does|do|has|have|is|was)\s+$", re.I)
_DID_AFTER = re.compile(
    r"^\s+(?:and\s+(?:\S+\s+){1,3}?)?(?:(?:also|both|ever|first|mainly|mostly|recently|together)\s+)?"
    r"(?:work|writ|wrote|publish|stud|propos|author|contribut|develop|research|co-?author|do\b|done\b)",
    re.I,
)
_CO = re.compile(r"\b(?:with|both|and|or)\s+$", re.I)
_TOGETHER = re.compile(
    r"\b(?:by|together|both|jointly|authors?|co-?\w+|paper with|papers with|work(?:ed)? with|wrote with)\b", re.I
)


def find_authors(question: str, view: Snapshot) -> AuthorMentions:
    """Find the authors whom a question names.

    Two or more words that fit one author are a name. A single word is one where the question treats it as a person
    ("by Che", "Che's papers", "did Che work on", "Che since 2020") or has no other word, or where it is written with a
    capital and more papers are by such an author than use the word; so "Thompson sampling" stays a topic.
    """
    stranger = find_unknown_author(question, view)
    names: list[str] = []
    rest = question.replace(stranger, " ") if stranger else question
    for name in _find_candidates(rest, view):
        if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", rest, re.I):
            names.append(name)
            rest = re.sub(rf"(?<!\w){re.escape(name)}(?:['’]s)?(?!\w)", " ", rest, flags=re.I)
    return AuthorMentions(tuple(names), rest, stranger)


def _find_candidates(question: str, view: Snapshot) -> list[str]:
    """Find names that fit an author, longest first."""

    @cache
    def is_known(name: str) -> bool:
        return all(view.count_by_author(word) or len(word) == 1 for word in name_words(name))

    words = list(_WORD.finditer(question))
    likely = [is_known(word[0]) for word in words]  # Most words are in nobody's name.
    candidates = []
    for size in range(LONGEST_NAME, 0, -1):
        for i in range(len(words) - size + 1):
            if not all(likely[i : i + size]):
                continue
            start = words[i].start()
            name = re.sub(r"['’]s?$", "", question[start : words[i + size - 1].end()], flags=re.I)
            fits = is_known(name) and view.find_authors(name)
            if fits and _means_person(name, size, question[:start], question[start + len(name) :], view):
                candidates.append(name)
    return list(dict.fromkeys(candidates))


def _means_person(name: str, size: int, before: str, after: str, view: Snapshot) -> bool:
    """Whether a name that fits an author is one here, by the text before and after it."""
    if size > 1:
        return not all(word.islower() and _is_in_text(word, view) for word in name.split())
    capital = name[0].isupper()
    if capital and before.strip() and not _is_topic_word(name, view):
        return True
    treated = _BEFORE.search(before) or _AFTER.search(after)
    treated = treated or (_DID_BEFORE.search(before) and _DID_AFTER.search(after))
    treated = treated or (_CO.search(before) and _TOGETHER.search(before + after))
    alone = not (before + after).strip(" ?!.")
    return (bool(treated) or alone) and (capital or not _is_in_text(name, view))


def _is_topic_word(name: str, view: Snapshot) -> bool:
    """Whether a word is used by more papers than have an author of that name."""
    return any(
        not extract_terms(word) or view.count_term(extract_terms(word)[0]) >= view.count_by_author(word)
        for word in name_words(name)
    )


def _is_in_text(name: str, view: Snapshot) -> bool:
    """Whether an abstract or title has a word of the name; a word that is never searched for counts as well."""
    return any(
        not extract_terms(word) or any(view.count_term(term) for term in extract_terms(word))
        for word in name_words(name)
    )


_PARTICLE = r"(?:van|von|de[lnr]?|la|le|di|da|du|bin)"
# Capital letters in the manner of names: Hinton, LeCun, O'Kelly, J. R. R.; but not NeurIPS, BERT or GPT-4. Letters
# without case pass for either case, so nothing here may backtrack.
_NAME_WORD = (
    r"(?:(?:[^\W\d_a-z]\.)+|[^\W\d_a-z](?![\w'’])"
    r"|(?:[^\W\d_a-z]['’])?[^\W\d_a-z][^\W\d_A-Z]++(?:[-'’]?+[^\W\d_a-z][^\W\d_A-Z]++)*+(?!\w))"
)
_NAME = rf"(?:{_PARTICLE}\s+)*{_NAME_WORD}(?:\s+(?:{_PARTICLE}\s+)*{_NAME_WORD}){{0,3}}"
_NEXT = r"\s*(?:,|&|\band\b|\bor\b)\s*"
_NAMES = rf"(?:(?i:prof|professor|dr)\.?\s+)?(?P<names>{_NAME}(?:{_NEXT}{_NAME})*)"
_PAPERS_OF = (
    r"\b(?i:papers?|works?|articles?|publications?|studies|abstracts?|research|anything|everything|what\s+is\s+there)"
    r"\s+(?:\w+\s+){0,2}?"
)
_CALLED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_PAPERS_OF}(?i:by)\s+{_NAMES}",
        rf"{_PAPERS_OF}(?i:from|of)\s+{_NAMES}(?=\s*(?:$|[?.!,;])|\s+(?:in|since|after|before|between)\b)",
        rf"\b(?i:what|which\s+\w+)\s+(?i:did|does|has|have)\s+{_NAMES}"
        r"(?=\s*[?.!]*$|\s+(?:write|wrote|written|publish\w*|work\w*|stud\w*|propos\w*|author\w*|done)\b)",
    )
)


def find_unknown_author(question: str, view: Snapshot) -> str:
    """Find the first name in the place of an author ("papers by …", "what did … work on") that fits none, or ""."""
    for pattern in _CALLED:
        for match in pattern.finditer(question):
            for name in re.split(_NEXT, match["names"]):
                if _is_unknown(name, view):
                    return name
    return ""


def _is_unknown(name: str, view: Snapshot) -> bool:
    """Whether no author fits, and it is no topic: a word of it stands nowhere, or all are names, of several people."""
    words = [word for word in name_words(name) if len(word) > 1]
    if not words or view.find_authors(name):
        return False
    others = [word for word in words if not view.count_by_author(word)]
    if not others:
        return True
    return any(extract_terms(word) and not any(map(view.count_term, extract_terms(word))) for word in others)
