"""What the record of a paper states or leaves out: "with code", "without a DOI", "with Thompson in the title".

What no record of a library states (whether a paper is open access, peer-reviewed, read) is found, too, and said not to
be used: no such word is a topic.
"""

import re
from collections.abc import Iterator

from assistant.question.condition import PAPERS, Condition
from store.filters import Filters
from store.text.patterns import compile_lazily

_HAVING = (
    r"(?:with|have|has|had|having|release[sd]?|releasing|provid(?:e[sd]?|ing)|comes?\s+with|coming\s+with"
    r"|shar(?:e[sd]?|ing)|include[sd]?|including|offer(?:s|ing)?|states?|stating|gives?|lists?)"
)
_LACKING = r"(?:(?:with|have|has|having)\s+(?:no|neither)|without|no|neither|lack(?:s|ing)?|miss(?:es|ing)?)"
_OF_ITS_OWN = (
    r"(?:(?:any|an?|the|their|its|public|available|official|open|source|open-source|known|stated|given)\s+){0,3}"
)
# What may begin behind a condition: "without keywords since 2019", but not "without keywords soup".
_NEXT = (
    r"(?:and|or|nor|but|not?|in|of|since|from|by|at|up|about|on|are|is|before|after|until|between|that|which|whose|with|without"
    rf"|except\w*|excluding|there|please|tagged|cited|written|published|dated|retracted|{PAPERS})\b"
)
_ALONE = rf"(?=\s*(?:$|[?.!,;)])|\s+{_NEXT})"
_FIELDS: dict[str, str] = {
    "code": r"(?:(?:links?\s+to\s+(?:the\s+|their\s+|its\s+)?)?(?:source\s+)?code\b(?:\s+available)?(?!\s+of\b)"
    r"|(?:code|public|git(?:hub)?)\s+repositor(?:y|ies)\b)",
    "abstract": r"abstracts?\b",
    "doi": r"DOIs?\b(?:\s+numbers?\b)?",
    "pmid": r"(?:PMIDs?|PubMed\s+ids?)\b",
    "arxiv": r"arXiv\s+(?:ids?|numbers?|identifiers?|versions?)\b",
    "link": rf"(?:links?|URLs?|web\s+address(?:es)?)\b{_ALONE}",
    "date": rf"(?:publication\s+)?(?:dates?|years?)(?:\s+of\s+publication)?\b{_ALONE}",
    "venue": rf"(?:venues?|journals?(?:\s+names?)?)\b{_ALONE}",
    "keywords": rf"(?:author\s+)?keywords?\b{_ALONE}",
    "citations": r"(?:citation\s+(?:counts?|numbers?|figures?|data)|numbers?\s+of\s+citations)\b",
}
_THING = f"(?:{'|'.join(f'(?:{pattern})' for pattern in _FIELDS.values())})"
_JOINT = r"(?:\s*,\s*(?:(?:and|or|nor)\s+)?|\s*/\s*|\s+(?:and|or|nor|&)\s+)"
_WITH = compile_lazily(
    rf"\b{_HAVING}\s+(?:both\s+|either\s+)?{_OF_ITS_OWN}(?P<things>{_THING}(?:{_JOINT}{_OF_ITS_OWN}{_THING})*)", re.I
)
_WITHOUT = compile_lazily(
    rf"\b{_LACKING}\s+{_OF_ITS_OWN}(?P<things>{_THING}(?:{_JOINT}(?:(?:no|without|lack\w*)\s+)?{_OF_ITS_OWN}{_THING})*)",
    re.I,
)
_SINGLE_FIELDS = {name: compile_lazily(pattern, re.I) for name, pattern in _FIELDS.items()}
_NAMELESS = compile_lazily(
    r"\b(?:without|with\s+no|have\s+no|has\s+no|lack(?:s|ing)?|missing)\s+(?:an?\s+|any\s+|named\s+|known\s+)*authors?\b(?:\s+(?:named|listed|given))?"
    r"(?=\s*(?:$|[?.!,;)]|\s(?:and|or|in|since)\b))|\banonymous(?=\s+papers)",
    re.I,
)
_OF_ITS_CODE = (
    compile_lazily(
        rf"\b(?:whose|their|the|its)\s+(?:(?P<code>{_FIELDS['code']})|{_FIELDS['abstract']})\s+(?:is|are)\s+"
        r"(?P<no>not\s+|un|missing)?(?:available|public|there|released|open|shared)?",
        re.I,
    ),
    compile_lazily(
        rf"\b(?:for\s+which\s+)?there\s+(?:is|are)\s+(?P<no>no\s+)?(?:(?P<code>{_FIELDS['code']})|{_FIELDS['abstract']})",
        re.I,
    ),
)
_UNDATED = compile_lazily(r"\bundated\b", re.I)
_QUOTED = r"[\"“'‘][^\"“”'’]{1,80}[\"”'’]"
_WORDS = rf"(?P<words>{_QUOTED}(?:\s+(?:or|and)\s+{_QUOTED})*|[\w'’-]+(?:\s+[\w'’-]+){{0,5}}?)"
_NAMED = r"(?:the\s+)?(?:(?:words?|terms?|phrases?)\s+)?"
_TITLE = (
    compile_lazily(
        rf"\b(?:with|contain(?:s|ing)?|having|have|has|mention(?:s|ing)?|us(?:es?|ing)|includ(?:es?|ing)|say(?:s|ing)?)\s+{_NAMED}{_WORDS}\s+"
        r"in\s+(?:the|its|their)\s+titles?\b",
        re.I,
    ),
    compile_lazily(
        r"\b(?:whose\s+|which\s+|the\s+|with\s+)?titles?\s+(?:that\s+)?(?P<no>(?:do|does)(?:\s+not|n['’]t)\s+)?"
        rf"(?:contain(?:s|ing)?|includ(?:es?|ing)|mention(?:s|ing)?|has|have|with|says?)\s+{_NAMED}{_WORDS}"
        rf"(?=\s*(?:$|[?.!,;])|\s+(?!(?:and|or|of|the)\b(?!\s+(?:by|with|from|in)\b)){_NEXT})",
        re.I,
    ),
)
# What no record states, or no filter counts: it is said not to be used.
_UNKEPT = compile_lazily(
    r"\b(?:open[\s-]access|pay-?walled|(?:free\s+)?full[\s-]text|peer[\s-]reviewed|refereed"
    r"|(?:with|without|have|has|having)\s+(?:an?\s+|the\s+|no\s+)?(?:free\s+)?(?:PDFs?|full\s+texts?|attachments?)"
    r"|(?:that\s+|which\s+)?(?<!should\s)(?<!could\s)(?<!can\s)(?<!do\s)(?<!must\s)(?:I|we)(?:\s+(?:have|had))?(?:\s+not|n['’]t)?(?:\s+(?:yet|already|recently))?\s+(?:read|added|imported|saved"
    r"|starred|annotated)\b(?:\s+(?:yet|already|(?:last|this)\s+(?:week|month|year)|recently|today|yesterday))?"
    rf"|unread|starred|recently\s+(?:added|imported)|(?:short|long)(?=\s+{PAPERS}\b)"
    r"|funded\s+by(?:\s+the)?\s+\w+|impact\s+factors?(?:\s+(?:of|above|over|below)\s+[\d.]+)?"
    r"|(?:the\s+)?(?:most|fewest|(?:largest|highest|greatest|smallest|lowest)\s+number\s+of)\s+(?:co-?)?authors(?=\s*(?:$|[?.!,;]))"
    r"|(?:the\s+)?(?:longest|shortest)\s+(?:titles?|abstracts?|author\s+lists?|lists?\s+of\s+authors)"
    r"|(?:in|of|from)\s+the\s+same\s+(?:year|month|journal|venue|issue)\s+as\s+[^?.!,;]+"
    rf"|titles?\s+(?:that\s+)?(?:start|begin|end)s?(?:ing)?\s+with\s+[^?.!,;]+"
    r"|(?:with|have|has)\s+an?\s+\w+\s+abstract)\b",
    re.I,
)
_SIZE = compile_lazily(
    r"\b(?:(?:with|having|have|has|of|that\s+(?:have|has)|(?:longer|shorter)\s+than)\s+)?(?:(?:more|fewer|less)\s+than\s+|over\s+|under\s+"
    r"|at\s+(?:least|most)\s+|exactly\s+)?(?:\d[\d,]*|[a-z]+teen|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty)"
    r"(?:\+|\s+or\s+(?:more|fewer|less))?\s+(?:pages|figures|tables|references|versions)\b"
    r"|\b(?:(?:with|of|on|in)\s+)?(?:(?:more|fewer|less)\s+than|over|under|at\s+(?:least|most))\s+\d[\d,]*\s+"
    r"(?:patients|participants|subjects|people|persons|cases|women|men|children)\b",
    re.I,
)


# What every field has in its name: few questions do, and the patterns of fields take 15 ms to compile.
_NAMES_FIELD = re.compile(
    "code|repositor|abstract|doi|pmid|pubmed|arxiv|link|url|address|date|year|venue|journal|keyword|citation", re.I
)


def find_record_fields(question: str) -> Iterator[Condition]:
    """Find what the records of papers state or leave out, and what none states."""
    if _NAMES_FIELD.search(question):
        yield from _find_fields(question)
    for match in _UNDATED.finditer(question):
        yield _make_single(match, "date", negated=True)
    for match in _NAMELESS.finditer(question):
        yield _make_single(match, "authors", negated=True)
    for pattern in _TITLE if "title" in question.lower() else ():
        for match in pattern.finditer(question):
            yield Condition(
                match.start(),
                match.end(),
                "title",
                _read_title(match["words"]),
                negated=bool(match.groupdict().get("no")),
            )
    for pattern in (_UNKEPT, _SIZE):
        for match in pattern.finditer(question):
            yield Condition(match.start(), match.end(), "vague", Filters())


def _find_fields(question: str) -> Iterator[Condition]:
    for pattern, lacks in ((_WITH, False), (_WITHOUT, True)):
        for match in pattern.finditer(question):
            yield _make_condition(match, lacks)
    for pattern in _OF_ITS_CODE:
        for match in pattern.finditer(question):
            yield _make_single(match, "code" if match["code"] else "abstract", negated=bool(match["no"]))


def _make_condition(match: re.Match[str], lacks: bool) -> Condition:
    """Make one condition of a list of fields: none of them is there, all of them, or with "or" one of them."""
    things = re.split(_JOINT, match["things"], flags=re.I)
    names = [name for thing in things for name, pattern in _SINGLE_FIELDS.items() if pattern.search(f"{thing} ")]
    if len(set(names)) == 1:
        return _make_single(match, names[0], negated=lacks)
    if not lacks and re.search(r"\bor\b", match["things"], re.I):
        return Condition(match.start(), match.end(), "fields", Filters(either=tuple(map(_state, names))))
    filters = Filters()
    for name in names:
        filters = filters.intersect(_leave_out(name) if lacks else _state(name))
    return Condition(match.start(), match.end(), "fields", filters)


def _make_single(match: re.Match[str], name: str, negated: bool) -> Condition:
    return Condition(match.start(), match.end(), name, _state(name), _leave_out(name), negated)


def _state(name: str) -> Filters:
    if name in ("code", "abstract"):
        return Filters.model_validate({f"has_{name}": True})
    return Filters.model_validate({"states": (name,)})


def _leave_out(name: str) -> Filters:
    if name in ("code", "abstract"):
        return Filters.model_validate({f"has_{name}": False})
    return Filters(without=(_state(name),))


def _read_title(words: str) -> Filters:
    """Read the words of a title; "or" between them makes alternatives."""
    parts = [re.sub(r"[\"“”'‘’]", "", part).strip() for part in re.split(r"\s+or\s+", words)]
    alternatives = [Filters(title=re.sub(r"\s+and\s+", " ", part)) for part in parts if part]
    return alternatives[0] if len(alternatives) == 1 else Filters(either=tuple(alternatives))
