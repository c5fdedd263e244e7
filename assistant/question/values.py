"""What else a question says of papers: venue, keyword, tag, folder, kind, category, language, code, citations.

What is called by a name of the library is found by ``library_names``; kinds, code, authors, citations and languages
have words of their own.
"""

import re
from collections.abc import Iterator

from assistant.question.condition import NEGATED_BEHIND, NEGATION, PAPERS, Condition
from assistant.question.date_conditions import NUMBERS
from assistant.question.library_names import find_library_names
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
        for find_plain in (_find_switches, _find_citations):
            conditions += find_plain(question)
        conditions += _find_languages(question, view)
    return conditions


_AROUND_KIND = compile_lazily(
    r"(?:^|\b(?:which|what|any|all|the|my|some|many|no|not|list|show(?:\s+me)?|find|give(?:\s+me)?|only|are|is|were"
    r"|excluding|except(?:\s+for)?|exclude|without|but|than|from|minus|and|or|nor|non|,|an?|to|me|ignore|ignoring"
    r"|omit|skip"
    r"|how\s+many|number\s+of|kind|type|latest|newest|oldest|recent|two|three|four|five|six|seven|eight|nine|ten|\d+))"
    r"[\s-]*$",
    re.I,
)
_BEHIND_KIND = compile_lazily(
    r"^\s*(?:$|[?.!,;]|\b(?:about|on|that|which|who|by|in|from|since|of|with|without|published|using|and|or|nor|but|are"
    r"|is|were|before|after|between|until|are|there|do|does|have|only|excluded|aside|apart|left|not|except|please|here"
    rf"|{PAPERS})\b)",
    re.I,
)
# Kinds that are seldom what a question means by the word: things that papers use or make.
_THINGS = frozenset(
    ("dataset", "software", "study protocol", "tutorial", "report", "book", "letter", "patent", "survey")
)


_HEAD = compile_lazily(
    r"^\W*(?:(?:which|what|how\s+many|number\s+of|list|show|find|give|me|only|all|any|the|are|is|there|an?|please"
    r"|and|do|i"
    r"|have|recent|newest|latest|oldest)\b\s*)*$",
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
            if not shut_out and not (_AROUND_KIND.search(before) and _BEHIND_KIND.match(behind)):
                continue
            if text.lower() in _PLAIN_WORDS or not (listing or _HEAD.match(before) or last >= 0):
                continue
            kind = normalise_kind(text)
            papers = re.match(rf"\s+{PAPERS}\b", behind)
            is_in_library = bool(view.count_kind(kind))
            if not is_in_library and not papers and kind not in _SURE and not shut_out:
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


_HAVING = (
    r"(?:with|have|has|having|release[sd]?|releasing|provid(?:e[sd]?|ing)|comes?\s+with|coming\s+with"
    r"|shar(?:e[sd]?|ing)|include[sd]?|including|offer(?:s|ing)?)"
)
_LACKING = r"(?:without|no|lack(?:s|ing)?|miss(?:es|ing)?)"
_OF_ITS_OWN = r"(?:\s+(?:any|an?|the|their|its|public|available|official|open|source|open-source)){0,3}"
_THING = {"code": r"(?:source\s+)?code\b(?:\s+available)?(?!\s+of\b)", "abstract": r"abstracts?\b"}


def _find_switches(question: str) -> Iterator[Condition]:
    """Find what a paper has or has not: code, an abstract, several authors; or that it was taken back."""
    for field, (name, thing) in {
        "code": ("has_code", _THING["code"]),
        "abstract": ("has_abstract", _THING["abstract"]),
    }.items():
        yes, no = Filters.model_validate({name: True}), Filters.model_validate({name: False})
        for match in re.finditer(rf"\b(?:{_HAVING}|(?P<no>{_LACKING})){_OF_ITS_OWN}\s+{thing}", question, re.I):
            yield Condition(match.start(), match.end(), field, yes, no, negated=bool(match["no"]))
        for match in re.finditer(
            rf"\b(?:whose|their|the|its)\s+{thing}\s+(?:is|are)\s+(?P<no>not\s+|un|missing)?(?:available|public"
            r"|there|released|open|shared)?",
            question,
            re.I,
        ):
            yield Condition(match.start(), match.end(), field, yes, no, negated=bool(match["no"]))
        for match in re.finditer(rf"\b(?:for\s+which\s+)?there\s+(?:is|are)\s+(?P<no>no\s+)?{thing}", question, re.I):
            yield Condition(match.start(), match.end(), field, yes, no, negated=bool(match["no"]))
    retracted = r"\b(?P<no>un-?)?(?:retracted|withdrawn|taken\s+back)\b|\bretractions\b"
    for match in re.finditer(retracted, question, re.I):
        yield Condition(
            match.start(),
            match.end(),
            "retracted",
            Filters(retracted=True),
            Filters(retracted=False),
            bool(match["no"]),
        )
    single_author = (
        r"\b(?:by\s+|with\s+|having\s+|have\s+)?(?:(?:a|an|only|just)\s+)*(?:single|sole|solo|one|lone)(?:-"
        r"|\s+)author(?:ed|s|ship)?\b"
        r"|\b(?:(?:with|have|has|having|had|were|was)\s+)?(?:no|without(?:\s+any)?|lack(?:s|ing)?)\s+co-?authors?\b"
    )
    several_authors = (
        r"\b(?:by\s+|with\s+|having\s+|have\s+)?(?:several|multiple|(?<!how\s)many|more\s+than\s+(?:one|1)|at\s+least\s+(?:two|2)"
        r"|two\s+or\s+more)\s+(?:co-?)?authors?\b|\bmulti-?author(?:ed)?\b"
    )
    for match in _ALONE.finditer(question):
        yield Condition(match.start("alone"), match.end(), "single_author", Filters(single_author=True))
    for pattern, single in ((single_author, True), (several_authors, False)):
        for match in re.finditer(pattern, question, re.I):
            filters = Filters(single_author=single)
            yield Condition(match.start(), match.end(), "single_author", filters)
    for match in _SIZE.finditer(question):
        yield Condition(match.start(), match.end(), "vague", Filters())


_COUNT_WORD = rf"(?P<n>\d[\d,]*|{'|'.join(NUMBERS)}|a\s+hundred|a\s+thousand)"
_MORE = r"more\s+than|over|above|greater\s+than|>"
_LEAST = r"at\s+least|no\s+less\s+than|no\s+fewer\s+than|>=|≥|a\s+minimum\s+of"
_LESS = r"less\s+than|fewer\s+than|under|below|<"
_MOST = r"at\s+most|no\s+more\s+than|up\s+to|<=|≤|a\s+maximum\s+of"
# "by Heiner alone", "did Heiner write alone": behind a name or what it does, where nothing follows that it would be
# alone in.
_ALONE = compile_lazily(
    r"\b(?:by\s+(?:[\w.'’-]+\s+){1,4}|(?:writ(?:e|ten)|wrote|publish(?:ed)?|author(?:ed)?)\s+)(?P<alone>(?:all\s+)?(?:alone|by\s+(?:him|her)self|on\s+(?:his|her)\s+own"
    r"|without\s+(?:any\s+)?co-?authors))(?=\s*(?:$|[?.!,;])|\s+(?:in|since|from|before|after|about|on)\b)",
    re.I,
)
# How long a paper is or by how many: no filter counts these, so they are said not to be used.
_SIZE = compile_lazily(
    rf"\b(?:(?:with|by|having|have|has|of|that\s+(?:have|has))\s+)?(?:(?:{_MORE}|{_LEAST}|{_LESS}|{_MOST}|exactly|just|only)\s*)?"
    rf"(?!(?:1|one|two\s+or\s+more)\s+(?:co-?)?author){_COUNT_WORD}(?:\+|\s+or\s+(?:more|fewer|less))?\s+"
    r"(?:(?:co-?)?authors|pages|figures|tables|references|versions)\b",
    re.I,
)
_CITED = compile_lazily(
    rf"\b(?:cited\s+(?:by\s+)?(?:(?P<rel>{_MORE}|{_LEAST}|{_LESS}|{_MOST}|exactly)\s*)?{_COUNT_WORD}(?P<up>\+"
    r"|\s+(?:or\s+more|or\s+fewer|or\s+less))?\s*"
    r"(?:times|papers|works|others)?(?P<up2>\s+(?:or\s+more|or\s+fewer|or\s+less|and\s+more|and\s+up))?"
    rf"|(?:with|have|has|having|received|got)\s+(?:(?P<rel2>{_MORE}|{_LEAST}|{_LESS}|{_MOST}"
    rf"|exactly)\s*)?{_COUNT_WORD.replace('<n>', '<n2>')}(?P<up3>\+|\s+(?:or\s+more|or\s+fewer"
    r"|or\s+less))?\s+(?:citations?|cites)\b)",
    re.I,
)
_UNCITED = compile_lazily(
    r"\b(?:uncited|(?:never|not)\s+(?:been\s+|yet\s+|ever\s+)*cited(?!\s+(?:more|less|at|over|by|under|fewer|\d))"
    r"|(?:without|no)\s+(?:any\s+)?citations?)\b",
    re.I,
)
_ONCE = {"a hundred": 100, "a thousand": 1000}


def _find_citations(question: str) -> Iterator[Condition]:
    """Find how often papers are cited: "cited more than 100 times", "with 10 or more citations", "uncited"."""
    for match in _CITED.finditer(question):
        word = re.sub(r"\s+", " ", (match["n"] or match["n2"]).lower())
        count = _ONCE.get(word) or NUMBERS.get(word) or int(word.replace(",", ""))
        relation = (match["rel"] or match["rel2"] or "").lower()
        tail = " ".join(filter(None, (match["up"], match["up2"], match["up3"]))).lower()
        least, most = _read_count(relation, tail, count)
        filters = Filters(min_citations=least, max_citations=most)
        opposite = None
        if most is None and least:
            opposite = Filters(max_citations=least - 1)
        elif least is None and most is not None:
            opposite = Filters(min_citations=most + 1)
        end = match.start() + len(match[0].rstrip())
        yield Condition(match.start(), end, "citations", filters, opposite)
    for match in _UNCITED.finditer(question):
        yield Condition(match.start(), match.end(), "citations", Filters(max_citations=0), Filters(min_citations=1))


def _read_count(relation: str, tail: str, count: int) -> tuple[int | None, int | None]:
    """Return the least and the most citations."""
    if re.fullmatch(_MORE, relation):
        return count + 1, None
    if re.fullmatch(_LESS, relation):
        return None, max(count - 1, 0)
    if re.fullmatch(_MOST, relation) or "fewer" in tail or "less" in tail:
        return None, count
    if re.fullmatch(_LEAST, relation) or "more" in tail or "+" in tail or "up" in tail:
        return count, None
    return count, count


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
