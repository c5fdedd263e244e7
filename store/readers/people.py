"""Persons out of the names in a source: in parts where it tells them apart, without what is no name.

``build_person`` takes parts, ``read_person`` one text. What both give stands in the list ``authors`` of a record's
fields (see ``record_builder``), or under ``editors`` and the other ``ROLES``.
"""

import re

from store.person_name import compose_name, is_body
from store.readers.artefacts import is_missing_given_name
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
_ENDS_NAME = re.compile(rf"(?P<name>\S.*?),?\s+(?P<suffix>{_SUFFIX.pattern}|I[IV])")
_ENDS_IN_SUFFIX = re.compile(rf"(?P<name>[^,]+),\s*(?P<suffix>{_BETWEEN_COMMAS.pattern})")
# Degrees behind a name by their form, with several capitals: "MD", "M.P.H.", "PhD", "DrPH".
_DEGREE = re.compile(r"(?:[A-Z][a-z]{0,4}\.? ?){2,5}")
# Those that are no initials behind one comma either: "Linh Nguyen, PhD".
_DOCTORATE = re.compile(r"Ph\.? ?D\.?|[BDM]\.? ?Sc\.?|D\.? ?Phil\.?|Dr\.? ?(?:med|rer\. nat)\.")
# dblp numbers people of one name (dblp.org/faq, "How does dblp handle homonyms").
_HOMONYM = re.compile(r"\s+0\d{3}$")
_ASIDE = re.compile(
    r"\s*[(\[<](?:[^()\[\]<>]*(?:@|author|editor|e-?mail|corresponding)[^()\[\]<>]*|(?:eds?|hrsg|hg|transl?|coord)\.?)[)\]>]",
    re.IGNORECASE,
)
# Numbers of persons: Scopus's author ids, ORCID.
_PERSON_ID = re.compile(r"\s*\((?:ORCID\b[^()]*|[0-9]{8,12}|[0-9-]{18}[0-9X])\)", re.IGNORECASE)
_ADDRESS = re.compile(r"\s*\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_FOOTNOTE = re.compile(r"(?<=[^\W\d])\.?\s*(?:[*†‡§¶#]+|[¹²³⁰-⁹,]*[¹²³⁰-⁹])$")
_TITLE = re.compile(r"\b(?:(?:Dr|Prof|Mr|Mrs|Ms|Rev)\.\s?)+(?=\w)|^by\s(?=[^\W\d_a-z])")
_LIFE = re.compile(r"(?:b\. ?)?[0-9]{4}-?(?:[0-9]{4})?\.?")  # as catalogues have it behind names: "Foo, Bar, 1950-1999"
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
LONGEST_NAME = 300
"""Letters of a name in which something else is looked for, which takes the square of them; chosen by hand."""
# Most names.
_LONGEST_NOBODY = 60  # letters; chosen by hand
BODY_COMMA = ",,"
"""The first comma in the name of a body where commas part names (EndNote: "Entering corporate author names")."""
# Several words; where they are a family name alone, all but the last are particles, in small letters.
_WORDS = re.compile(r"(?:[^\W\d_][\w'’.-]* ){1,4}[^\W\d_][\w'’-]*")
_SIMPLE = re.compile(r"[A-Za-z][A-Za-z.'-]*(?: [A-Za-z][A-Za-z.'-]*)*")
_PLAIN = re.compile(r"(?!.*(?:\w\w\. |//|\bby ))[^@\[(<]*[^\W\d_¹²³⁰-⁹]\.?")
# A name that says that there is none has one of the first words, and of the others any number in any order.
_NONE = frozenset(
    """no not unknown without anon anonymous anonym anonyme anónimo anonimo n/a na nan null none nil unnamed various
    unidentified undefined s.n 佚名 匿名""".split()
)
_OF_NOBODY = frozenset(
    "author authors name names available listed given provided known applicable specified assigned found".split()
)
_SAYS_NONE = _NONE | _OF_NOBODY
_NAME_WORD = re.compile(r"[\w/]+(?:\.\w+)*")


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
    has_more = suffix or particle or dropping_particle
    if not has_more and _SIMPLE.fullmatch(family) and _SIMPLE.fullmatch(given) and not is_missing_given_name(given):
        # Most names, in a third of the time.
        return {"name": f"{given} {family}", "family": family, "given": given}
    texts = (clean_name(text) for text in (family, given, suffix, particle, dropping_particle))
    family, given, suffix, particle, dropping_particle = texts
    given = "" if family and is_missing_given_name(given) else given
    if not family:
        return clean_text(literal) or given
    has_comma = "," in given or "," in family
    if has_comma and not suffix and (match := _ENDS_IN_SUFFIX.fullmatch(given) or _ENDS_IN_SUFFIX.fullmatch(family)):
        family, given = (family, match["name"]) if match.string is given else (match["name"], given)
        suffix = match["suffix"]
    name = compose_name(" ".join(filter(None, (dropping_particle, particle, family))), given, suffix)
    parts = {"family": family, "given": given, "particle": particle, "suffix": suffix}
    parts["dropping_particle"] = dropping_particle
    return {"name": name, **{key: text for key, text in parts.items() if text}}


def read_person(text: str) -> Person | str:
    """Read "Poe, Ann", "Roe, John, Jr.", "Roe, Jr., John" or "Cobb Jr., F. W." as parts; any other name as it is.

    "Smith, JR" is a person with the initials J. R.; "Big Data Europe," and "University of California,, Irvine" are
    bodies, as EndNote writes such; "van den Hoven," is a family name alone.
    """
    name = strip_asides(text)
    if name.endswith(",") and is_family_alone(name[:-1]):
        return build_person(name[:-1])
    if BODY_COMMA in name or (name.endswith(",") and name.count(",") == 1 and " " in name):
        return {"name": clean_text(name.removesuffix(",").replace(BODY_COMMA, ",", 1)), "literal": True}
    parts = [part.strip() for part in name.strip(" ,;").split(",") if part.strip()]
    if len(parts) > 1:
        parts = strip_degrees(parts)
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
    if match := _ENDS_NAME.fullmatch(family):
        return build_person(match["name"], given, match["suffix"])
    if match := _ENDS_NAME.fullmatch(given):  # "Cobb, Fields W 3rd"
        return build_person(family, match["name"], match["suffix"])
    return build_person(family, given)


def is_family_alone(name: str) -> bool:
    """Return whether a name is particles and a family name, which a comma behind it says: "van den Hoven,"."""
    if not _WORDS.fullmatch(name) or is_body(name):
        return False
    *particles, family = name.split(" ")
    return not family[0].islower() and all(particle[0].islower() for particle in particles)


def strip_degrees(parts: list[str]) -> list[str]:
    """Return the parts of a name without degrees: "Nguyen, Linh, MD", "Linh Nguyen, MD, PhD", "Linh Nguyen, PhD"."""
    parts = [parts[0], *(part for part in parts[1:] if not _LIFE.fullmatch(part))]
    if len(parts) == 1:  # "Poe, 1809-1849"
        return parts
    first = 1 if " " in parts[0] and all(map(_is_degree, parts[1:])) else 2
    if first == 1 and len(parts) == 2 and not _DOCTORATE.fullmatch(parts[1]):  # capitals behind one comma are initials
        return parts
    first += first == 2 and _BETWEEN_COMMAS.fullmatch(parts[1]) is not None  # "Roe, Jr., J. R."
    return [*parts[:first], *(part for part in parts[first:] if not _is_degree(part))]


def _is_degree(part: str) -> bool:
    return _DEGREE.fullmatch(part) is not None and not _BETWEEN_COMMAS.fullmatch(part)


def clean_name(text: str) -> str:
    """Clean a part of a name, of which most are a word of letters alone."""
    return text if not text or (text.isascii() and text.isalpha()) else clean_text(text)


def strip_asides(text: str) -> str:
    """Strip what stands beside a name: dblp's numbers, addresses, "[Author, Reprint Author]", signs of footnotes."""
    if len(text) > LONGEST_NAME or _is_plain(text):
        return text
    last = text[-1:]
    ends_in_word = last.isascii() and last.isalnum()
    if not (ends_in_word and last.isdigit()) and _PLAIN.fullmatch(text):
        return text
    name = text
    if "(" in name or "[" in name or "<" in name:
        name = _PERSON_ID.sub("", _ASIDE.sub("", name))
    if "@" in name or "://" in name:
        name = _LINK.sub("", _ADDRESS.sub("", name))
    if "." in name or name.startswith("by"):
        name = _TITLE.sub("", name)
    if name is text and ends_in_word and not last.isdigit():
        return name.strip()
    return _FOOTNOTE.sub("", _HOMONYM.sub("", name)).strip()


def _is_plain(text: str) -> bool:
    """Return whether a name is words of letters alone, as most are; the pattern for the others takes longer."""
    return text.isascii() and text.replace(" ", "").isalpha() and text[-1] != " " and "by " not in text


def is_nobody(name: str) -> bool:
    """Return whether what stands for a name says that there is none: "[Anonymous]", "NA", "No authors listed"."""
    if len(name) > _LONGEST_NOBODY:
        return False
    first = _NAME_WORD.search(name)
    if not first or first[0].lower() not in _SAYS_NONE:
        return False
    words = {word.lower() for word in _NAME_WORD.findall(name)}
    if len(words) > 1 and not words & _OF_NOBODY:  # "Na, Nan" is somebody
        return False
    return bool(words & _NONE) and words <= _SAYS_NONE
