"""Whom a question names: authors of the library, names with a letter wrong, and authors whom it does not hold."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from assistant.question.condition import PAPERS, Condition
from store.filters import Filters
from store.index.index_schema import extract_terms
from store.index.snapshot import Snapshot
from store.person_name import name_words
from store.text.patterns import compile_lazily


class AuthorMentions(NamedTuple):
    """Names as the question has them, the question without them, and a name that the library does not hold."""

    conditions: tuple[Condition, ...]
    rest: str
    unknown: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names."""
        return tuple(name for condition in self.conditions for name in _list_names(condition.filters))


def _list_names(filters: Filters) -> tuple[str, ...]:
    return filters.author or filters.first_author or filters.last_author


# Words of a name at the most: "Maria de la Cruz". Chosen by hand, not measured.
LONGEST_NAME = 4
_WORD = compile_lazily(r"[^\W\d_](?:[\w'’.-]*\w)?|[^\W\d_]\.?")
_WORKS = r"(?:papers?|works?|articles?|publications?|studies|abstracts?|research|preprints?|co-?authors?)"
# Initials behind a surname, as PubMed writes them; in small letters only those that are no word.
_INITIALS = compile_lazily(r"[A-Z]{2,3}|[b-df-hj-np-tv-z]{2,3}")
# What stands before or behind a person's name, and not behind a topic.
_BEFORE = compile_lazily(
    r"\b(?:by|authors?(?:\s+(?:is|are|was|were|not|isn['’]t))*|authored by|co-?author(?:s|ed by|ed with)?"
    r"|prof(?:essor)?\.?|dr\.?"
    r"|papers of|works? of|h-index of|(?:not|never)\s+by)\s+$",
    re.I,
)
_AFTER = compile_lazily(
    rf"^(?:['’]s?\b|\s+et al|\s+{_WORKS}\b|\s+and\s+(?:colleagues|co-?authors|others|his|her)\b"
    r"|\s+as\s+(?:an?\s+|the\s+)?(?:\w+\s+)?(?:\(\w+\)\s+)?author"
    r"|\s+(?:since|before|after|until|between|(?:(?:in|from)\s+)?(?:19|20)\d\d)\b)",
    re.I,
)
# "papers by van de schoot": whoever fits is meant, in small letters and though a text has the word.
_BY = compile_lazily(rf"\b{_WORKS}\s+(?:\w+\s+)?by\s+$", re.I)
_DID_BEFORE = compile_lazily(r"\b(?:did|does|do|has|have|is|was)\s+$", re.I)
_DID_AFTER = compile_lazily(
    r"^\s+(?:and\s+(?:\S+\s+){1,3}?)?(?:(?:also|both|ever|first|mainly|mostly|recently|together|not|never)\s+)?"
    r"(?:work|writ|wrote|publish|stud|propos|author|contribut|develop|research|co-?author|do\b|done\b)",
    re.I,
)
_CO = compile_lazily(r"\b(?:with|without|both|and|or|not|nor|neither|either|but|except|of)\s+$|[,/&]\s*$", re.I)
_CO_AFTER = compile_lazily(
    r"^\s*(?:,?\s*(?:but\s+)?(?:not|without|except)\s+(?:by\s+)?(?:[A-Z][\w'’.-]*\s+)?|(?:,|&|\b(?:and|or)\b)\s*)(?P<next>[A-Z][\w'’-]*)"
)
_TOGETHER = compile_lazily(
    r"\b(?:by|together|both|jointly|authors?|co-?\w+|paper with|papers with|work(?:ed)? with|wrote with)\b", re.I
)
# Which author is meant, by what stands before and behind the name.
_ROLES = {"first": "first_author", "lead": "first_author", "last": "last_author", "senior": "last_author"}
_ROLE = "|".join(_ROLES)
_ROLE_BEFORE = compile_lazily(
    rf"\b(?:({_ROLE})(?:\s*\(\w+\))?[\s-]+author(?:ed|s)?(?:\s+{PAPERS}(?=\s+(?:by|of)\b))?(?:\s+(?P<link>by|of|is|are|was|were|being"
    r"|=))?|(?P<led>led)\s+by)\s*:?\s*(?:(?P<not>not)\s+)?$",
    re.I,
)
_ACTS = (
    r"(?:lead|leads|led|act(?:s|ed)?|serve[sd]?|appear(?:s|ed)?|figure[sd]?|listed|named|sign(?:s|ed)?|write|writes|wrote"
    r"|written|publish(?:es|ed)?|be|comes?|came)"
)
# "… as (the) first author", "… isn't the first author", "… did not lead as first author", "… in last place".
_ROLE_AFTER = compile_lazily(
    r"^(?:\s+(?:as|is|was|being|did|does|has|had)(?P<short>n['’]t)?)?\s*(?P<not>\b(?:not|never)\s+)?"
    rf"(?:\b(?:been\s+)?{_ACTS}\s+(?:them\s+|it\s+)?(?:as\s+)?)?"
    rf"(?:\(?\b(?:an?\s+|the\s+|its\s+|their\s+|as\s+)?(?P<role>{_ROLE})(?:\s*\(\w+\))?[\s-]+author(?:s|ed)?\b\)?"
    rf"|\b(?:in|at|on)\s+(?:the\s+)?(?P<place>{_ROLE})\s+(?:place|position)\b|(?P<end>first|last)(?=\s*[?.!]*$))",
    re.I,
)


def find_authors(question: str, view: Snapshot) -> AuthorMentions:
    """Find the authors whom a question names.

    Two or more words that fit one author are a name. A single word is one where the question treats it as a person
    ("by Che", "Che's papers", "did Che work on", "Che since 2020") or has no other word, or where it is written with a
    capital and more papers are by such an author than use the word; so "Thompson sampling" stays a topic. A name in the
    place of an author that fits nobody is read as one with a letter wrong, where there is such an author.
    """
    conditions: list[Condition] = []
    rest, unknown = question, ""
    for stranger, start in _find_strangers(question, view):
        end = start + len(stranger)
        rest = _blank(rest, start, end)
        if meant := view.suggest_author(stranger):
            conditions.append(_build(question, start, end, meant, ((stranger, meant),)))
        unknown = unknown or ("" if meant else stranger)
    for start, end in _find_candidates(rest, view):
        if "\0" not in rest[start:end]:
            conditions.append(_build(question, start, end, question[start:end]))
            rest = _blank(rest, start, end)
    rest = re.sub(r"\0+(?:['’]s?(?!\w))?", " ", rest)
    return AuthorMentions(tuple(sorted(conditions, key=lambda condition: condition.start)), rest, unknown)


def _blank(text: str, start: int, end: int) -> str:
    return f"{text[:start]}{chr(0) * (end - start)}{text[end:]}"


def _build(question: str, start: int, end: int, name: str, corrected: tuple[tuple[str, str], ...] = ()) -> Condition:
    """Build the condition for a name; what says which author is meant belongs to it."""
    possessive = re.match(r"['’]s?(?!\w)", question[end:])
    end += possessive.end() if possessive else 0
    field = "author"
    negated = False
    if before := _ROLE_BEFORE.search(question[:start]):
        field, start = _ROLES["first" if before["led"] else before[1].lower()], before.start()
        negated = bool(before["not"])
    elif after := _ROLE_AFTER.match(question[end:]):
        field, end = _ROLES[(after["role"] or after["place"] or after["end"]).lower()], end + after.end()
        negated = bool(after["not"] or after["short"])
    filters = Filters.model_validate({field: (name,)})
    return Condition(start, end, field, filters, negated=negated, corrected=corrected)


def _find_candidates(question: str, view: Snapshot) -> Iterator[tuple[int, int]]:
    """Find where names stand that fit an author, longest first."""

    @cache
    def is_known(name: str) -> bool:
        return all(view.count_by_author(word) or len(word) == 1 for word in name_words(name))

    words = list(_WORD.finditer(question))
    likely = [is_known(word[0]) for word in words]  # Most words are in nobody's name.
    for i in range(1, len(words)):  # "Gold MH", "gold mh"
        likely[i] = likely[i] or (likely[i - 1] and _INITIALS.fullmatch(words[i][0]) is not None)
    for size in range(LONGEST_NAME, 0, -1):
        for i in range(len(words) - size + 1):
            if not all(likely[i : i + size]):
                continue
            start = words[i].start()
            name = re.sub(r"['’]s?$", "", question[start : words[i + size - 1].end()], flags=re.I)
            if "\0" in name:
                continue
            fits = view.find_authors(name)
            if fits and _means_person(name, size, question[:start], question[start + len(name) :], view):
                yield start, start + len(name)


def _means_person(name: str, size: int, before: str, after: str, view: Snapshot) -> bool:
    """Whether a name that fits an author is one here, by the text before and after it."""
    if _BY.search(before):
        return True
    if size > 1:
        return not all(word.islower() and _is_in_text(word, view) for word in name.split())
    capital = name[0].isupper()
    if capital and before.strip() and not _is_topic_word(name, view):
        return True
    treated = _BEFORE.search(before) or _AFTER.search(after)
    treated = treated or _ROLE_BEFORE.search(before) or (_DID_BEFORE.search(before) and _DID_AFTER.search(after))
    treated = treated or (_CO.search(before) and _TOGETHER.search(before + after))
    if not capital and _is_beside_name(name, before, after, view):
        return True
    following = _CO_AFTER.match(after) if capital and not before.strip() else None  # "Volpi or Sinha, but not …"
    listed = following and view.find_authors(following["next"]) and not _is_topic_word(name, view)
    alone = not (before + after).strip(" ?!.")
    treated = treated or (None if before.strip() else _HEADS_LIST.match(after))
    return (bool(treated or listed) or alone) and (capital or not _is_in_text(name, view))


# "Namkoong: papers except 2018", "Gold, everything before 2010"; "Gold: papers about nanoparticles" may be about gold.
_HEADS_LIST = compile_lazily(
    rf"\s*[:,–-]\s*(?:(?:all|any|only|just)\s+)?(?:(?:the|his|her|their)\s+)?(?:{PAPERS}|everything|anything|works?)\b(?!\s+(?:on|about)\b)",
    re.I,
)
# "Hooft or Spijker", "koch and ackermann" at the beginning, or behind "by": what is joined are names, if both are.
_JOINED_NAME = compile_lazily(r"\s*(?:&|,\s*(?:and|or)|\b(?:and|or))\s+(?P<next>[^\W\d_][\w'’-]*)", re.I)
_NAME_JOINS = compile_lazily(r"^\W*(?P<last>[^\W\d_][\w'’-]*)\s*(?:&|,\s*(?:and|or)|\b(?:and|or))\s+$", re.I)


def _is_beside_name(name: str, before: str, after: str, view: Snapshot) -> bool:
    """Tell whether a question opens with two names in small letters, this and another, of which no text has the words.

    It is enough that this is so of one of them: beside "hooft" "bree" is no cheese.
    """
    following = _JOINED_NAME.match(after) if not before.strip() else _NAME_JOINS.match(before)
    other = following.group(1) if following else ""
    if not other or not view.count_by_author(other.lower()) or not view.find_authors(other):
        return False
    return not (_is_in_text(name, view) and _is_in_text(other, view))


def _is_topic_word(name: str, view: Snapshot) -> bool:
    """Whether a word is used by more papers than have an author of that name."""
    words = name_words(name)
    return any(
        not extract_terms(word) or view.count_term(extract_terms(word)[0]) >= view.count_by_author(word)
        for word in words
        if len(word) > 1 or len(words) == 1  # The O of O'Kelly is no word by itself.
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
_NEXT = r"\s*(?:,|&|\band\b|\bor\b|\bnor\b)\s*(?:not\s+)?(?:by\s+)?"
_NAMES = rf"(?:(?i:prof|professor|dr|either|both|neither)\.?\s+)*(?P<names>{_NAME}(?:{_NEXT}{_NAME})*)"
_PAPERS_OF = (
    r"\b(?i:papers?|works?|articles?|publications?|studies|abstracts?|research|anything|everything|what\s+is\s+there)"
    r"\s+(?:\w+\s+){0,2}?"
)
_CALLED = tuple(
    compile_lazily(pattern)
    for pattern in (
        rf"{_PAPERS_OF}(?i:by)\s+{_NAMES}",
        rf"{_PAPERS_OF}(?i:from|of)\s+{_NAMES}(?=\s*(?:$|[?.!,;])|\s+(?:in|since|after|before|between)\b)",
        rf"\b(?i:what|which\s+\w+)\s+(?i:did|does|has|have)\s+{_NAMES}"
        r"(?=\s*[?.!]*$|\s+(?:write|wrote|written|publish\w*|work\w*|stud\w*|propos\w*|author\w*|done)\b)",
    )
)
# A name in small letters is one only where somebody is called nearly so.
_SMALL_LETTERS = compile_lazily(rf"{_PAPERS_OF}(?i:by)\s+(?P<names>[^\W\d_A-Z]{{4,}}(?:\s+[^\W\d_A-Z]{{4,}})?)\b")
# Names that say nobody: the reader speaks of how many wrote, not of who.
_NOBODY = frozenset("several single one two three many multiple other others another people anyone means way".split())


def _find_strangers(question: str, view: Snapshot) -> list[tuple[str, int]]:
    """Find the names in the place of authors that fit nobody, and where they begin; in small letters one at most."""
    strangers: dict[int, str] = {}
    for pattern in _CALLED:
        for match in pattern.finditer(question):
            for name in re.split(_NEXT, match["names"]):
                if _is_unknown(name, view):
                    strangers.setdefault(match.start("names") + match["names"].index(name), name)
    if strangers:
        return [(name, start) for start, name in strangers.items()]
    for match in _SMALL_LETTERS.finditer(question):
        for name in (match["names"], match["names"].split()[0]):
            strange = not _NOBODY & set(name.split()) and not any(_is_in_text(word, view) for word in name.split())
            if strange and not view.find_authors(name) and view.suggest_author(name):
                return [(name, match.start("names"))]
    return []


def _is_unknown(name: str, view: Snapshot) -> bool:
    """Whether no author fits, and it is no topic: a word of it stands nowhere, or all are names, of several people."""
    words = [word for word in name_words(name) if len(word) > 1]
    if not words or words[0] == "the" or view.find_authors(name):
        return False
    others = [word for word in words if not view.count_by_author(word)]
    if not others or (len(words) > 1 and not any(map(extract_terms, others))):
        return True
    return any(extract_terms(word) and not any(map(view.count_term, extract_terms(word))) for word in others)
