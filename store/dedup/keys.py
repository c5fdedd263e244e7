"""The keys that a record of a paper can be found by, and titles as they are compared.

doi:10.1000/x      also of the DOI that arXiv gives (10.48550/arXiv.2203.05482 is arxiv:2203.05482, too)
arxiv:2203.05482   without version
pmid:12345, pmcid:…, openalex:…, s2:…, wos:…
title:3f2a…        hash of the normalised title; with the first author's where it is short, none where it is generic
id:10.1000/x       of the record, and of the paper that it is part of
fp:9c0d…           hash of id, title, year and first author, by which corrections by hand are kept

Titles are compared without case, accents, spaces and punctuation, and without additions such as "[Retracted]".
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

from store.paper import Paper
from store.person_name import parse_name, sort_authors, spell_straight
from store.text.patterns import compile_lazily

# What publishers put before the title of a paper that was taken back; the paper is the same.
_TAKEN_BACK = compile_lazily(
    r"\s*\W?(?:retracted(?: article| paper)?|withdrawn(?: article| paper)?|removed)\W*:\s*", re.I
)
_AFTERWARDS = compile_lazily(r"\s*[(\[](?:preprint|retracted(?: article| paper)?|withdrawn)[)\]]\W*$", re.I)
# Something about a paper, and not the paper.
_NOTICE = compile_lazily(
    r"""\W*+(?P<kind>errat(?:um|a)|corrigend(?:um|a)|addend(?:um|a)|(?:author'?s?\s+|publisher'?s?\s+)?correction
    |expression\ of\ concern|retraction(?:\ note|\ notice)?
    |(?:authors?['’]?s?\s+)?(?:reply|response|comment(?:s|ary)?|letter|rejoinder)
    |discussion|(?:book\ )?review|editorial|preface|supplement(?:ary|al)?\ (?:material|data|information))
    (?:(?:\s*\([^)]*\))?\s*[:–—]|\s+(?:to|on|of|for|regarding)\b)""",
    re.I | re.X,
)
_WORD = compile_lazily(r"[^\W_]+")
_SMALL = frozenset(
    "a an and as at by for from in into is of on or the to with der die das und la le el de des et".split()
)
_NUMBERED = frozenset("part parts volume vol chapter paper book section no number teil band partie parte".split())
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
_TITLE_DIGITS = "0123456789"
# Words and letters below which a title is short; checked, as the next two are, by benchmarks/merging.py.
_FEW, _SHORT = 3, 18
# Letters that a title which was cut has kept at least.
_CUT = 12
# The share of the words of the shorter title that have to be in the other.
_SHARED = 0.75


@lru_cache(maxsize=4096)
def normalise_title(title: str) -> str:
    """Reduce a title to its letters and digits; "" where there are none.

    Two titles with the same letters and digits are the same title, whatever their case, accents, spaces and signs.
    """
    bare = _AFTERWARDS.sub("", _TAKEN_BACK.sub("", title, count=1))
    letters = "".join(_WORD.findall(fold_text(bare.replace("&", " and "))))
    return "" if letters == "untitled" else letters


def fold_text(text: str) -> str:
    """Drop case and accents, in compatible characters: ``ﬁ`` is fi, ``H₂O`` h2o, ``ß`` ss."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(mark for mark in apart if not unicodedata.combining(mark))


def is_generic(title: str) -> bool:
    """Return whether a title says next to nothing: "Introduction", "Editorial", "Reply", or no title at all."""
    bare = normalise_title(title).lstrip(_TITLE_DIGITS)
    return not bare or bare in _load_generic_titles() or bare.rstrip(_TITLE_DIGITS) in _load_generic_titles()


def is_short(title: str) -> bool:
    """Return whether a title is so short that other papers may well have it, too."""
    return len(split_words(title)) < _FEW or len(normalise_title(title)) < _SHORT


def parse_notice(title: str) -> str:
    """Find what a title says it is about another paper: ``erratum``, ``reply`` …; "" for a paper of its own."""
    match = _NOTICE.match(title)
    return _WORD.findall(match["kind"].lower())[-1] if match else ""


def split_words(title: str) -> list[str]:
    """Split a title into words without case and accents."""
    return _WORD.findall(fold_text(title.replace("&", " and ")))


def titles_match(title: str, other_title: str) -> bool:
    """Return whether two titles may be of one paper: the same, one cut or with a subtitle, or much the same words."""
    if (
        normalise_title(title) == normalise_title(other_title)
        or not normalise_title(title)
        or not normalise_title(other_title)
    ):
        return True
    if parse_notice(title) != parse_notice(other_title) or _list_part_numbers(title) != _list_part_numbers(other_title):
        return False
    shorter, longer = sorted((normalise_title(title), normalise_title(other_title)), key=len)
    if len(shorter) >= _CUT and longer.startswith(shorter):
        return True
    first, second = (frozenset(split_words(title)) - _SMALL for title in (title, other_title))
    return len(first & second) >= _SHARED * min(len(first), len(second)) > 0


def _list_part_numbers(title: str) -> frozenset[str]:
    """List what tells parts of one work apart: "Part 2", "II", "Paper 3"."""
    title_words = split_words(title)
    numbered = {_ROMAN.get(word, word) for before, word in pairwise(title_words) if before in _NUMBERED}
    roman = {_ROMAN[word] for word in title_words if word in _ROMAN}
    last = {title_words[-1]} if title_words and title_words[-1].isdigit() and len(title_words[-1]) < 3 else set()
    return frozenset({part for part in numbered | roman | last if part.isdigit() or part in "iv"})


@cache
def _load_generic_titles() -> frozenset[str]:
    """Load the titles of ``generic_titles.txt``, one a line, as ``normal`` has them."""
    lines = files("store.dedup").joinpath("generic_titles.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(normalise_title(line) for line in lines if line.strip())


SHARED = ("doi", "arxiv", "pmid", "pmcid", "openalex", "s2", "wos")
"""Schemes whose value names one paper."""

PREPRINT_DOI = "preprint-doi"
"""The scheme of a preprint's DOI in a paper that was published with another one."""

_PREPRINT = compile_lazily(
    r"""10\.(?:48550/arxiv\.|1101/(?:\d{4}\.\d\d\.\d\d\.)?\d{5,}|64898/|2139/ssrn\.|31234/|26434/|21203/rs\.|20944/preprints
    |36227/techrxiv|31219/|31235/|31222/|31223/|31730/|31224/|33774/|22541/|32942/|35542/|1590/scielopreprints
    |2196/preprints|12688/f1000research\.\d+\.\d|7287/peerj\.preprints|5194/(?:egusphere|[a-z]+d-|[a-z]+-discuss))""",
    re.X,
)
_VERSION = compile_lazily(r"(?:[/.-]?v\d+|(?<=f1000research\.\d{4})\.\d+|(?<=f1000research\.\d{5})\.\d+)$")
_ARXIV_DOI = compile_lazily(r"10\.48550/arxiv\.(.+)")
# How people write identifiers; the readers of files take off more, and this only what is left where nobody read one.
_BEFORE = compile_lazily(
    r"(?:https?://)?(?:(?:www|dx|export)\.)?(?:doi\.org|arxiv\.org/(?:abs|pdf))/|(?:doi|arxiv|pmid|pmcid)\s*:\s*", re.I
)
_DOI = compile_lazily(r"10\.\d{4,9}(?:\.\d+)*/\S+")
_ARXIV = compile_lazily(r"(\d{4}\.\d{4,5}|[a-z]+(?:-[a-z]+)?(?:\.[a-z-]{2,9})?/\d{7})(?:v\d+)?(?:\.pdf)?")
_CLASS = compile_lazily(r"\.[a-z-]{2,9}(?=/)")  # math.ST/0601001 is math/0601001
# What stands for an author where there is none.
_NOBODY = compile_lazily(
    r"\W*(?:no authors?(?: names?)?(?: available| listed)?|anon(?:ymous)?|unknown(?: authors?)?|n/?a|null|none|various"
    r"|not available|et al|editors?|staff)\W*",
    re.I,
)
_DIGITS_ONLY = compile_lazily(r"\d{1,9}")
_FORMS = {"doi": _DOI, "arxiv": _ARXIV, "pmid": _DIGITS_ONLY}
# Hex digits of a hash in a key: 64 bits, which keep millions of papers apart.
_DIGITS = 16
# Characters of an id in a key; longer ids are noise. Chosen by hand; not measured.
_LONGEST_ID = 512


def id_key(paper_id: str) -> str:
    """Build the key of an id."""
    return f"id:{paper_id[:_LONGEST_ID]}"


def list_record_keys(record: Paper) -> list[str]:
    """List the keys of one record, each once."""
    own_keys = [id_key(record.id), f"fp:{compute_fingerprint(record)}"]
    title = title_key(record)
    return list(dict.fromkeys([*own_keys, *([f"title:{title}"] if title else []), *list_identifier_keys(record)]))


def list_paper_keys(paper: Paper) -> list[str]:
    """List the keys of a paper: those of its records, and its id."""
    records = paper.records or (paper,)
    joined = [id_key(paper.id), *(key for record in records for key in list_record_keys(record))]
    return list(dict.fromkeys(joined))


def list_identifier_keys(record: Paper) -> list[str]:
    """List the keys of a record's identifiers."""
    identifiers = [*record.identifiers.items()]
    if _DOI.fullmatch(record.id):
        identifiers.append(("doi", record.id))
    return list(dict.fromkeys(key for scheme, value in identifiers for key in _build_identifier_keys(scheme, value)))


def list_lookup_keys(text: str) -> list[str]:
    """List the keys to look a paper up by, given an id, ``doi:…``, ``arxiv:…``, ``pmid:…`` or an address."""
    scheme, _, value = text.partition(":")
    candidates = [(scheme.lower(), value)] if scheme.lower() in SHARED else [("doi", text), ("arxiv", text)]
    identifiers = [key for kind, bare in candidates for key in _build_identifier_keys(kind, bare)]
    return list(dict.fromkeys([id_key(text), *identifiers]))


def title_key(record: Paper) -> str:
    """Hash the title, with the first author where it is short; "" where it is generic or missing."""
    if is_generic(record.title):
        return ""
    family = fold_first_author(record) if is_short(record.title) else ""
    if is_short(record.title) and not family:
        return ""
    return _hash_parts(normalise_title(record.title), family)


def compute_fingerprint(record: Paper) -> str:
    """Hash what tells a record from others, 16 hex digits; it stays when abstract or place of the file change."""
    return _hash_parts(record.id, normalise_title(record.title), str(record.year or ""), fold_first_author(record))


def list_fingerprints(paper: Paper) -> list[str]:
    """List the fingerprints of a paper's records, each once."""
    return list(dict.fromkeys(compute_fingerprint(record) for record in paper.records or (paper,)))


def fold_first_author(record: Paper) -> str:
    """Reduce the first author to the family name as it is compared; "" where there is none."""
    first = next((author for author in sort_authors(record) if not _NOBODY.fullmatch(author.name)), None)
    return fold_family_name(spell_straight(first)) if first else ""


@lru_cache(maxsize=4096)
def fold_family_name(name: str) -> str:
    """Reduce a name to the letters of the family name, without particles: ``van der Berg`` is berg."""
    parts = parse_name(name).family.split()
    bare = [part for part in parts if not part[0].islower()] or parts
    return "".join(re.findall(r"[^\W_]+", fold_text(" ".join(bare))))


def is_preprint_doi(value: str) -> bool:
    """Return whether a DOI is one that servers of preprints give."""
    return _PREPRINT.match(value.lower()) is not None


def _build_identifier_keys(scheme: str, value: str) -> Iterator[str]:
    if scheme == PREPRINT_DOI:
        scheme = "doi"
    if scheme not in SHARED:
        return
    bare = _BEFORE.sub("", value.strip(), count=1).strip().lower().rstrip(".,;:") if scheme in _FORMS else value.strip()
    match = _FORMS[scheme].fullmatch(bare) if scheme in _FORMS else None
    if scheme == "doi" and match and is_preprint_doi(bare):
        bare = _VERSION.sub("", bare)
        yield from (f"arxiv:{preprint[1]}" for preprint in map(_ARXIV.fullmatch, _ARXIV_DOI.findall(bare)) if preprint)
    elif scheme == "arxiv" and match:
        bare = _CLASS.sub("", match[1])
    if bare and (match or scheme not in _FORMS):
        yield f"{scheme}:{bare.lower().removeprefix('pmc')[:_LONGEST_ID]}"


def _hash_parts(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode(errors="replace")).hexdigest()[:_DIGITS]


def select_scheme(keys: Iterable[str], scheme: str) -> set[str]:
    """Select the keys of one scheme."""
    return {key for key in keys if key.startswith(f"{scheme}:")}
