"""Persons out of the names in a source: in parts where it tells them apart, without what is no name.

``build_person`` takes parts, ``read_person`` one text. What both give stands in the list ``authors`` of a record's
fields (see ``record_builder``), or under ``editors`` and the other ``ROLES``.
"""

import re

from store.person_name import compose_name
from store.text.clean import clean_text

Person = dict[str, str | bool]
"""``name`` and the parts of a name, as ``store.paper.Author`` calls them."""

ROLES = {
    "editors": "editor",
    "translators": "translator",
    "series_editors": "collection-editor",
    "book_authors": "container-author",
    "reviewed_authors": "reviewed-author",
    "directors": "director",
    "illustrators": "illustrator",
    "interviewers": "interviewer",
    "recipients": "recipient",
    "composers": "composer",
    "original_authors": "original-author",
    "editorial_directors": "editorial-director",
    "other_contributors": "contributor",
}
"""Our fields for people who are no authors, and the roles of CSL that they stand for."""

# A suffix as it is written out; in capitals without dots ("Smith, JR", "Kim, II") these are initials.
_SUFFIX = re.compile(r"[JS]r\.?|[JS]R\.|I{3}|(?:2nd|3rd|4th)\.?|(?:[Jj]unior|[Ss]enior)")
_BETWEEN_COMMAS = re.compile(rf"{_SUFFIX.pattern}|[JS]R|I[IV]|VI?")
_ENDS_FAMILY = re.compile(rf"(?P<family>\S.*?),?\s+(?P<suffix>{_SUFFIX.pattern}|I[IV])")
# dblp numbers people of one name (dblp.org/faq, "How does dblp handle homonyms").
_HOMONYM = re.compile(r"\s+0\d{3}$")
_ASIDE = re.compile(r"\s*[(\[<][^()\[\]<>]*(?:@|author|editor|e-?mail|corresponding)[^()\[\]<>]*[)\]>]", re.IGNORECASE)
# Numbers of persons: Scopus's author ids, ORCID.
_PERSON_ID = re.compile(r"\s*\((?:ORCID\b[^()]*|[0-9]{8,12}|[0-9-]{18}[0-9X])\)", re.IGNORECASE)
_ADDRESS = re.compile(r"\s*\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_FOOTNOTE = re.compile(r"(?<=\w)\s*[*†‡§¶#]+$")
LONGEST_NAME = 300
"""Letters of a name in which something else is looked for, which takes the square of them; chosen by hand."""
# Most names.
BODY_COMMA = ",,"
"""The first comma in the name of a body where commas part names (EndNote: "Entering corporate author names")."""
_PLAIN = re.compile(r"[^@\[(<]*[^\W\d_]\.?")
_NOBODY = re.compile(
    r"\W*(?:(?:no|not|unknown|without)\b[\w\s]*\b(?:authors?|names?|available|listed|given|provided|known|applicable)"
    r"|anon(?:ymous)?|n/?a|nan|null|none|nil|unknown|unnamed|various)\W*",
    re.IGNORECASE,
)


def build_person(
    family: str = "",
    given: str = "",
    suffix: str = "",
    *,
    particle: str = "",
    dropping_particle: str = "",
    literal: str = "",
) -> Person | str:
    """Build a person of the parts that a source tells apart; "" where there are none.

    A name that is given names alone, or a family name alone, has nothing that could be told apart.
    """
    texts = (clean_name(text) for text in (family, given, suffix, particle, dropping_particle))
    family, given, suffix, particle, dropping_particle = texts
    if not family:
        return clean_text(literal) or given
    name = compose_name(" ".join(filter(None, (dropping_particle, particle, family))), given, suffix)
    parts = {"family": family, "given": given, "particle": particle, "suffix": suffix}
    parts["dropping_particle"] = dropping_particle
    return {"name": name, **{key: text for key, text in parts.items() if text}}


def read_person(text: str) -> Person | str:
    """Read "Poe, Ann", "Roe, John, Jr.", "Roe, Jr., John" or "Cobb Jr., F. W." as parts; any other name as it is.

    "Smith, JR" is a person with the initials J. R.; "Big Data Europe," and "University of California,, Irvine" are
    bodies, as EndNote writes such.
    """
    name = strip_asides(text)
    if BODY_COMMA in name or (name.endswith(",") and name.count(",") == 1 and " " in name):
        return {"name": clean_text(name.removesuffix(",").replace(BODY_COMMA, ",", 1)), "literal": True}
    parts = [part.strip() for part in name.strip(" ,;").split(",") if part.strip()]
    if len(parts) == 3:
        place = next((place for place in (2, 1) if _BETWEEN_COMMAS.fullmatch(parts[place])), 0)
        if place:
            suffix = parts.pop(place)
            return build_person(parts[0], parts[1], suffix)
    if len(parts) != 2:
        return ", ".join(parts)
    family, given = parts
    if _SUFFIX.fullmatch(given):  # "John Roe, Jr."
        return name
    if match := _ENDS_FAMILY.fullmatch(family):
        return build_person(match["family"], given, match["suffix"])
    return build_person(family, given)


def clean_name(text: str) -> str:
    """Clean a part of a name, of which most are a word of letters alone."""
    return text if not text or (text.isascii() and text.isalpha()) else clean_text(text)


def strip_asides(text: str) -> str:
    """Strip what stands beside a name: dblp's numbers, addresses, "[Author, Reprint Author]", signs of footnotes."""
    if len(text) > LONGEST_NAME or _PLAIN.fullmatch(text):
        return text
    name = _ADDRESS.sub("", _PERSON_ID.sub("", _ASIDE.sub("", text)))
    return _HOMONYM.sub("", _FOOTNOTE.sub("", name)).strip()


def is_nobody(name: str) -> bool:
    """Return whether what stands for a name says that there is none: "[Anonymous]", "NA", "No authors listed"."""
    return _NOBODY.fullmatch(name) is not None
