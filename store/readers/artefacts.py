"""What stands in a field and is none of the work's own: placeholders, headings, copyright lines, lists of keywords.

``is_placeholder`` tells a value that says that there is none; ``strip_frame`` takes from an abstract what databases and
publishers put around it. The labels of structured abstracts stay.
"""

import re

# What R and pandas write and read for a missing value (pandas.read_csv, na_values).
_MISSING = frozenset("#n/a|#n/a n/a|#na|<na>|n/a|na|null|nan|-nan|none|nil|-|--|---|.|?|undefined".split("|"))
_SAID = re.compile(
    r"\W*(?:no|not)\b[\w\s]{0,40}\b(?:available|provided|listed|given|found|recorded|supplied|specified|applicable"
    r"|abstract|author|title|summary|keywords|name|text)s?\W*"
    r"|\W*(?:abstract|title|text|author|summary)s?\s+(?:is\s+)?(?:not|un)\s?(?:available|known|provided)\W*",
    re.IGNORECASE,
)
_FILLER = re.compile(r"\W*lorem ipsum\b", re.IGNORECASE)


_FIRST_LETTERS = "natsl"  # of all that these two match; the rest is quick to tell


def is_placeholder(text: str, field: str) -> bool:
    """Return whether a value says that there is none: "[No abstract available]", "NA", "lorem ipsum …", "Title"."""
    bare = text.strip()
    if len(bare) > 200:  # no placeholder is as long; chosen by hand
        return _FILLER.match(text) is not None
    bare = bare.casefold()
    if bare in _MISSING or bare.strip("[](). ") in ("", field):
        return True
    if bare[:1].isalnum() and bare[:1] not in _FIRST_LETTERS:
        return False
    return _SAID.fullmatch(text) is not None or _FILLER.match(text) is not None


def is_missing(cell: str) -> bool:
    """Return whether a cell of a table is what programs write for a missing value: ``NA``, ``nan``, ``NULL``."""
    return cell.casefold() in _MISSING


# What programs write for a given name that is missing. "Na", "Nan" and "Nil" are names, "NA" may be initials, and what
# stands alone in front of a name that is not parted has to be spelt as programs spell it.
_NO_GIVEN_NAME = re.compile(r"(?i:null|none|n/a|#n/a|<na>|undefined)|NaN|nan|nil|-+|\?")
_BEFORE_NAME = re.compile(r"(?:null|NULL|None|NaN|nan|[nN]/[aA]|#N/A|<NA>|undefined)\s+(?=\S)")


def is_missing_given_name(given: str) -> bool:
    """Return whether a given name is what programs write for none; a family name may be "Null"."""
    return _NO_GIVEN_NAME.fullmatch(given) is not None


def strip_missing_given_name(name: str) -> str:
    """Return a name in one text without what a program wrote for its given name: "null van den Hoven"."""
    return _BEFORE_NAME.sub("", name, count=1) if _BEFORE_NAME.match(name) else name


_STOP = re.compile(r"(?<![.…])(?<!\.\w)(?<! al)(?<! etc)\.(?=\]?$)")


def strip_full_stop(title: str) -> str:
    """Return a title without the full stop that NLM and dblp end all titles with; that of "U.S." or "et al." stays."""
    return _STOP.sub("", title.rstrip(), count=1)


# With a sign behind it, or in capitals, the word is a heading whatever follows.
_HEADING = re.compile(
    r"(?:(?:Abstract|Summary|Synopsis|Résumé|Zusammenfassung)\s*[:.—–]|ABSTRACT\b[:.]?|\[Abstract\]"
    r"|(?:ABSTRACT|Abstract|Summary)(?=[A-Z][a-z]))\s*"
)
# Without one a sentence has to begin behind it, and no name of more words: "Abstract Meaning Representation".
_BARE_HEADING = re.compile(
    r"(?:Abstract|Summary)\s+(?=(?:[A-Z][\w’'-]*|[A-Z]{3,}:?)\s+[a-z(]|[A-Z][A-Za-z /&]{2,30}:|(?:A|I|We|In)\s)"
)
_RIGHTS = r"(?:©|\([cC]\)\s*(?=\d{4}|Copyright)|(?:Crown )?Copyright\s*(?:©|\([cC]\)|\d{4}|\b[A-Z]))"
# What databases write behind abstracts: PsycInfo, EBSCO, Wiley in PubMed.
_DATABASES = (
    r"\(Psyc(?:INFO|Info|ARTICLES) Database Record.{0,80}"
    r"|\[?ABSTRACT FROM (?:AUTHOR|PUBLISHER)\]?(?:\s*Copyright of .{0,500})?"
    r"|This article is protected by copyright.{0,40}|The Author\(s\),? \d{4}\.?"
    r"|Published \d{4}\.? This article is a U\.?S\.? Government work.{0,80}"
)
_TAIL = re.compile(
    rf"(?:(?<=[.!?\]”\")])|(?<=[.!?]\s))\s*(?:{_RIGHTS}.{{0,250}}|(?:Published|Production and hosting) by\b.{{2,120}}"
    rf"|{_DATABASES}|All rights reserved\.?|(?:This is an )?[Oo]pen access (?:article )?under\b.{{0,120}})$"
)
_HEAD = re.compile(
    rf"{_RIGHTS}\s*(?:\d{{4}})?[^.]{{0,100}}?(?:B\.V|Ltd|Inc|Co|Corp|S\.A|All rights reserved)?\.\s+(?=[A-Z])"
)
_RESERVED = re.compile(r"(?:All rights reserved|B\.V|Published by [^.]{2,80}(?:Ltd|B\.V|Inc)?)\.\s*(?=[A-Z])")
_KEYWORDS = re.compile(
    r"(?:(?<=[.!?)])|(?<=[.!?)]\s))\s*(?:Key ?-?words?(?: and phrases)?|Index [Tt]erms|KEY ?WORDS?)\s*[:—–-]"
    r"\s*[^.!?]{3,400}\.?$"
)


def strip_frame(text: str, title: str) -> str:
    """Return an abstract without its heading, copyright lines and keywords; never without all of it.

    Args:
        text: The abstract, clean and on one line.
        title: The paper's, for one about abstract things may begin with that word.
    """
    bare = _HEADING.sub("", text, count=1) if _HEADING.match(text) else text
    if bare is text and (match := _BARE_HEADING.match(text)) and not title.casefold().startswith(text[:8].casefold()):
        bare = text[match.end() :]
    if match := _HEAD.match(bare):
        bare = bare[match.end() :]
        if match := _RESERVED.match(bare):
            bare = bare[match.end() :]
    end = bare[-_LONGEST_TAIL:]
    for pattern in (_TAIL, _KEYWORDS, _TAIL) if _has_tail_sign(end) else ():
        if match := pattern.search(bare, max(0, len(bare) - _LONGEST_TAIL)):
            bare = bare[: match.start()].rstrip()
    return bare.strip() if len(bare) * 3 > len(text) else text


def _has_tail_sign(end: str) -> bool:
    """Return whether there is a piece of what is taken away; written out, for a loop takes four times as long."""
    has_bracket = "(" in end and ("(c)" in end or "(C)" in end or "The Author(" in end)
    has_rights = has_bracket or "©" in end or "opyright" in end or "reserved" in end or "en access" in end
    has_publisher = has_rights or "ublished " in end or "osting by" in end or "FROM AUTHOR" in end or "FROM PUB" in end
    if has_publisher or "ndex " in end or "EYWORD" in end or "EY WORD" in end:
        return True
    return "ey" in end and ("eyword" in end or "ey word" in end or "ey-word" in end)


_LONGEST_TAIL = 700  # letters in which a tail is looked for; chosen by hand
