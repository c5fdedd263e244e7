"""Authors in a question: those whom the library holds, and a name that it does not, so that it can say so."""

import re
from functools import cache
from typing import NamedTuple

from store.index.index_schema import extract_terms
from store.index.snapshot import Snapshot
from store.person_name import name_words

# Words of a name at the most: "Maria de la Cruz". Chosen by hand, not measured.
LONGEST_NAME = 4
_WORD = re.compile(r"[^\W\d_](?:[\w'’.-]*\w)?|[^\W\d_]\.?")
_PAPERS = r"(?:papers?|works?|articles?|publications?|studies|abstracts?|research)"
# What stands before or behind a person's name, and not behind a topic.
_BEFORE = re.compile(
    r"\b(?:by|authors?|authored by|co-?author(?:s|ed by|ed with)?|prof(?:essor)?\.?|dr\.?|papers of|works? of)\s+$",
    re.I,
)
_AFTER = re.compile(
    rf"^(?:['’]s?\b|\s+et al|\s+{_PAPERS}\b|\s+and\s+(?:colleagues|co-?authors|others|his|her)\b"
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


class AuthorMentions(NamedTuple):
    """Names as the question has them, the question without them, and a name that the library does not hold."""

    names: tuple[str, ...]
    rest: str
    unknown: str = ""


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
_AND = r"\s*(?:,|&|\band\b|\bor\b)\s*"
_NAMES = rf"(?:(?i:prof|professor|dr)\.?\s+)?(?P<names>{_NAME}(?:{_AND}{_NAME})*)"
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
            for name in re.split(_AND, match["names"]):
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
