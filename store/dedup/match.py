"""Whether two records, or two papers, are one paper.

Pure: nothing here knows of a library. The rule is told in docs/merging.md. ``judge_records`` decides about two records,
``compare_papers`` about two papers of several records, where the ``Decisions`` of people go before the rule.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from enum import Enum
from itertools import product
from typing import NamedTuple

from store.dedup.keys import (
    compute_fingerprint,
    fold_family_name,
    fold_first_author,
    fold_text,
    is_generic,
    is_preprint_doi,
    is_short,
    list_identifier_keys,
    normalise_title,
    parse_notice,
    select_scheme,
    split_words,
    titles_match,
)
from store.paper import Paper
from store.person_name import sort_authors, spell_straight
from store.record import LibraryState, Pair


class MatchDecision(Enum):
    """What two records are to each other."""

    SAME = "same"
    UNSURE = "unsure"
    DIFFERENT = "different"


SAME, UNSURE, DIFFERENT = MatchDecision


class RecordVerdict(NamedTuple):
    """A decision, and why, in words."""

    decision: MatchDecision
    reason: str


_NAMES = {
    "doi": "DOI",
    "arxiv": "arXiv id",
    "pmid": "PMID",
    "pmcid": "PMC id",
    "openalex": "OpenAlex id",
    "s2": "S2 id",
}
# Schemes of which a paper has one value.
_ONE = ("doi", "arxiv", "pmid")
_SERVERS = re.compile(
    r"arxiv|corr\b|biorxiv|medrxiv|chemrxiv|ssrn|research square|preprint|techrxiv|working paper|e-?prints?\b", re.I
)
# Years that a preprint may wait for its publication, and that print and web may be apart. Chosen by hand, and checked
# on the labelled pairs of benchmarks/merging.py.
_WAIT, _APART = 6, 1
# Letters: an abstract with fewer may be of any paper; of longer ones the beginnings are compared. Chosen by hand, and
# checked on the labelled pairs of benchmarks/merging.py.
_TELLING, _COMPARED = 120, 400
# Words of a title that two works of one year do not share by chance. Chosen by hand, and checked likewise.
_LONG = 6
# Müller is Muller to some, and Mueller to others.
_UMLAUT = re.compile("([aou])e")
_NUMBER = re.compile(r"\d+")
_PAGES = re.compile(r"\s*(\d+)\s*(?:-|–|—|$)")


def judge_records(a: Paper, b: Paper) -> RecordVerdict:
    """Judge whether two records are of one paper.

    SAME never rests on the titles alone; UNSURE is for a person to decide; two records that share no key of
    ``store.dedup.keys`` are DIFFERENT without being looked at.
    """
    shared = _list_shared_keys(a, b)
    if shared:
        return _judge_same_id(a, b, shared)
    if is_generic(a.title) or normalise_title(a.title) != normalise_title(b.title):
        return RecordVerdict(DIFFERENT, "the titles differ" if not is_generic(a.title) else "such a title says nothing")
    return _judge_by_title(a, b)


def find_conflict(a: Paper, b: Paper) -> str:
    """Find what speaks against two records being of one paper: differing ids, or where they are printed.

    "" for nothing. The DOI of a preprint differs from that of the published paper, so it speaks against nothing, and
    neither does anything else against records that share an id.
    """
    if _list_shared_keys(a, b):
        return ""
    return _find_difference(a, b)


def is_preprint(record: Paper) -> bool:
    """Return whether a record is of a preprint, and of nothing that was published since."""
    dois = select_scheme(list_identifier_keys(record), "doi")
    if dois:
        return all(is_preprint_doi(key.removeprefix("doi:")) for key in dois)
    return "arxiv" in record.identifiers or _SERVERS.search(record.venue or "") is not None


def _list_shared_keys(a: Paper, b: Paper) -> list[str]:
    return [key for key in list_identifier_keys(a) if key in set(list_identifier_keys(b))]


def _judge_same_id(a: Paper, b: Paper, shared: list[str]) -> RecordVerdict:
    schemes = list(dict.fromkeys(key.split(":")[0] for key in shared))
    reason = f"the same {' and '.join(_NAMES.get(scheme, scheme) for scheme in schemes)}"
    if titles_match(a.title, b.title):
        return RecordVerdict(SAME, reason)
    if parse_notice(a.title) != parse_notice(b.title):
        return RecordVerdict(DIFFERENT, f"{reason}, but one is about the other")
    if same_first_author(a, b) and (same_abstract(a, b) or _years_agree(a, b)):
        return RecordVerdict(UNSURE, f"{reason} and the same author, but the titles differ")
    if len(schemes) > 1 or same_abstract(a, b):
        return RecordVerdict(UNSURE, f"{reason}, but the titles differ")
    return RecordVerdict(DIFFERENT, f"{reason}, but titles and authors differ, as of chapters of one book")


def _judge_by_title(a: Paper, b: Paper) -> RecordVerdict:
    preprint = is_preprint(a) != is_preprint(b)
    against = _find_difference(a, b)
    same_author, abstracts = same_first_author(a, b), same_abstract(a, b)
    if same_author is False:
        alike = abstracts or (not is_short(a.title) and _years_agree(a, b) and _names_alike(a, b))
        decision = UNSURE if alike and not against else DIFFERENT
        return RecordVerdict(decision, "the same title by other authors")
    if against:
        return RecordVerdict(UNSURE, f"the same title, but another {against}")
    years = _years_agree(a, b, preprint)
    if years is False:
        return RecordVerdict(UNSURE, f"the same title, but of {a.year} and {b.year}")
    return _judge_same_title(a, b, same_author, years, abstracts)


def _judge_same_title(
    a: Paper, b: Paper, same_author: bool | None, years: bool | None, abstracts: bool
) -> RecordVerdict:
    """Judge two records with the same title, between which nothing stands."""
    says_much = not is_short(a.title)
    venues = _same_venue(a, b)
    if same_author and years and (says_much or abstracts or venues or a.year == b.year):
        exact = a.year == b.year or venues is not False or abstracts or is_preprint(a) != is_preprint(b)
        if exact:
            return RecordVerdict(SAME, "the same title, first author and year")
        return RecordVerdict(UNSURE, f"the same title and author, but of {a.year} and {b.year}, and another venue")
    if abstracts and (says_much or same_author or years):
        return RecordVerdict(SAME, "the same title and abstract")
    if years and _same_day(a, b) and says_much and not (a.authors and b.authors):
        return RecordVerdict(SAME, "the same title and day")
    if same_author and says_much and venues:
        return RecordVerdict(SAME, "the same title, first author and venue")
    if years is None and says_much and _same_authors(a, b):
        return RecordVerdict(SAME, "the same title and all its authors")
    if same_author is None and a.year == b.year and a.year and not a.authors and not b.authors and _is_long(a.title):
        return RecordVerdict(SAME, "the same long title and year, and nobody named")
    missing = [word for word, comparison in (("author", same_author), ("year", years)) if comparison is None]
    return RecordVerdict(UNSURE, f"the same title, but no {' and no '.join(missing) or 'more'} to compare")


def _find_difference(a: Paper, b: Paper) -> str:
    return next((_NAMES[scheme] for scheme in _ONE if _identifiers_differ(a, b, scheme)), "") or _compare_print(a, b)


def _identifiers_differ(a: Paper, b: Paper, scheme: str) -> bool:
    keys_a, keys_b = (select_scheme(list_identifier_keys(record), scheme) for record in (a, b))
    if scheme == "doi" and _shares_server(keys_a, keys_b):
        return not keys_a & keys_b
    if scheme == "doi":
        keys_a, keys_b = ({key for key in keys if not is_preprint_doi(key[4:])} for keys in (keys_a, keys_b))
    return bool(keys_a and keys_b and not keys_a & keys_b)


def _shares_server(keys: set[str], other_keys: set[str]) -> bool:
    """Return whether both have a DOI of one server of preprints, which gives a paper one, whatever its versions."""
    servers, others = (
        {key.partition("/")[0] for key in each if is_preprint_doi(key[4:])} for each in (keys, other_keys)
    )
    return bool(servers & others)


def _compare_print(a: Paper, b: Paper) -> str:
    """Find where two records are printed in different places: "volume", "first page"; "" for nowhere."""
    volumes = [_NUMBER.search(str(record.extra.get("volume", ""))) for record in (a, b)]
    if volumes[0] and volumes[1] and volumes[0][0] != volumes[1][0]:
        return "volume"
    pages = [_PAGES.match(str(record.extra.get("pages", ""))) for record in (a, b)]
    # Before it is printed, a paper is on page 1.
    if pages[0] and pages[1] and len({pages[0][1], pages[1][1]} - {"1"}) == 2:
        return "first page"
    return ""


def same_first_author(a: Paper, b: Paper) -> bool | None:
    """Return whether the first authors are one person; None where a record names nobody.

    Names are forgiven that other sources order or spell otherwise.
    """
    family_a, family_b = (_UMLAUT.sub(r"\1", fold_first_author(record)) for record in (a, b))
    if not family_a or not family_b:
        return None
    if len(_first_author_words(a)) > 1 and _first_author_words(a) == _first_author_words(b):
        return True
    if family_a == family_b or (
        min(len(family_a), len(family_b)) > 3 and (family_a in family_b or family_b in family_a)
    ):
        return True
    return bool(_list_families(a) & _list_families(b)) and (
        _first_author_words(a) & _first_author_words(b) != set() or fold_first_author(a) in _list_families(b)
    )


def _same_authors(a: Paper, b: Paper) -> bool:
    """Return whether both name the same people, and more than one: chance does not bring them together twice."""
    families = [[fold_family_name(spell_straight(author)) for author in sort_authors(record)] for record in (a, b)]
    hidden = a.authors_truncated or b.authors_truncated
    return families[0] == families[1] and len(families[0]) > 1 and not hidden


def _is_long(title: str) -> bool:
    return len(split_words(title)) >= _LONG


def _list_families(record: Paper) -> set[str]:
    return {fold_family_name(spell_straight(author)) for author in sort_authors(record)}


def _first_author_words(record: Paper) -> set[str]:
    """Split the first author's name into words: "Li Wei" and "Wei Li" have the same."""
    return {word for word in split_words(spell_straight(sort_authors(record)[0])) if len(word) > 1}


def _names_alike(a: Paper, b: Paper) -> bool:
    """Return whether first authors may be one: one of two family names is missing, or it is in another script."""
    words_a, words_b = _first_author_words(a), _first_author_words(b)
    return bool(words_a & words_b) or "".join(words_a).isascii() != "".join(words_b).isascii()


def _years_agree(a: Paper, b: Paper, preprint: bool = False) -> bool | None:
    if a.year is None or b.year is None:
        return None
    return abs(a.year - b.year) <= (_WAIT if preprint else _APART)


def _same_day(a: Paper, b: Paper) -> bool:
    return a.date == b.date and a.date_precision != "year" and a.date is not None


def _same_venue(a: Paper, b: Paper) -> bool | None:
    """Compare venues, None where one names none; "Br J Dermatol" is "British Journal of Dermatology"."""
    words_a, words_b = (split_words(record.venue or "") for record in (a, b))
    if not words_a or not words_b:
        return None
    short_form, long_form = sorted((words_a, words_b), key=lambda venue: sum(map(len, venue)))
    rest = iter(long_form)
    return all(any(word.startswith(part) for word in rest) for part in short_form)


def same_abstract(a: Paper, b: Paper) -> bool:
    """Return whether both have an abstract, long enough to tell, that begins with the same letters."""
    text_a, text_b = (re.sub(r"[\W_]+", "", fold_text(record.abstract[: _COMPARED * 2])) for record in (a, b))
    compared = min(len(text_a), len(text_b), _COMPARED)
    return compared >= _TELLING and text_a[:compared] == text_b[:compared]


class Decisions:
    """Pairs of records that belong together, and pairs that do not, by their fingerprints."""

    def __init__(self, together: Iterable[Pair] = (), apart: Iterable[Pair] = ()) -> None:
        self._together = _index_pairs(together)
        self._apart = _index_pairs(apart)

    @classmethod
    def from_state(cls, state: LibraryState) -> "Decisions":
        """Read the decisions that a library keeps."""
        return cls(state.together, state.apart)

    def list_partners(self, record: Paper) -> set[str]:
        """List the fingerprints of the records that belong to this one."""
        return self._together.get(compute_fingerprint(record), set()) if self._together else set()

    def are_together(self, first: Sequence[Paper], second: Sequence[Paper]) -> bool:
        """Return whether any record of the one belongs to one of the other."""
        return _has_pair(self._together, first, second)

    def are_apart(self, first: Sequence[Paper], second: Sequence[Paper]) -> bool:
        """Return whether any record of the one must not stand with one of the other."""
        return _has_pair(self._apart, first, second)

    def joins_any(self, records: Sequence[Paper]) -> bool:
        """Return whether a person joined some of these records: what speaks against it was known then."""
        return len(records) > 1 and self.are_together(records, records)


def pair_fingerprints(first: Iterable[str], second: Iterable[str]) -> list[Pair]:
    """Pair every fingerprint of the first with every one of the second, but for itself."""
    return [(a, b) for a, b in product(first, second) if a != b]


def _has_pair(partners: dict[str, set[str]], first: Sequence[Paper], second: Sequence[Paper]) -> bool:
    if not partners:
        return False
    others = {compute_fingerprint(record) for record in second}
    return any(partners.get(compute_fingerprint(record), set()) & others for record in first)


def _index_pairs(pairs: Iterable[Pair]) -> dict[str, set[str]]:
    partners: dict[str, set[str]] = defaultdict(set)
    for first, second in pairs:
        partners[first].add(second)
        partners[second].add(first)
    return dict(partners)


BY_HAND = "joined by hand"
KEPT_APART = "kept apart by hand"
_ORDER = (SAME, UNSURE, DIFFERENT)


def compare_papers(first: Sequence[Paper], second: Sequence[Paper], decisions: Decisions) -> RecordVerdict:
    """Judge the records of two papers together: the strongest verdict of any two of them.

    A person's word goes before it. Where one pair speaks for it and the ids of another against it, that is UNSURE,
    so one wrong record does not draw two papers together.
    """
    if decisions.are_apart(first, second):
        return RecordVerdict(DIFFERENT, KEPT_APART)
    if decisions.are_together(first, second):
        return RecordVerdict(SAME, BY_HAND)
    verdicts = (judge_records(a, b) for a, b in product(first, second))
    strongest = min(verdicts, key=lambda verdict: _ORDER.index(verdict.decision))
    if strongest.decision is SAME and not decisions.joins_any(first) and not decisions.joins_any(second):
        difference = next(filter(None, (find_conflict(a, b) for a, b in product(first, second))), "")
        if difference:
            return RecordVerdict(UNSURE, f"{strongest.reason}, but another record has another {difference}")
    return strongest
