"""What else a question says of papers: venue, keyword, tag, folder, kind, category, language, code, citations.

Names are looked up in the library; a name that it does not have is a condition only where the question says plainly
that it is one ("published in …", "tagged …").
"""

import re
from collections.abc import Iterator, Sequence

from assistant.question.condition import NEGATED_BEHIND, NEGATION, PAPERS, Condition
from assistant.question.date_conditions import NUMBERS
from store.filters import Filters
from store.index.index_schema import extract_terms
from store.index.snapshot import Snapshot
from store.kinds import is_kind, normalise_kind
from store.text.language import NAMES

# Words of a venue, keyword or folder at the most. Chosen by hand, not measured.
LONGEST_NAME = 8
_NAME_WORD = re.compile(r"[^\s,;:?!\"“”()]+")
_ENDS_NAME = frozenset(
    """by since before after until between from in on about with without and or nor but not except that which who
    published written are is were was as of the a an for to""".split()
)


def find_values(question: str, view: Snapshot, listing: bool) -> list[Condition]:
    """Find the conditions of a question that are no times and no people.

    Args:
        question: One line of text.
        view: What the library holds.
        listing: Whether the question asks for papers; in any other, "with code" may be what it is about.
    """
    conditions: list[Condition] = []
    for find in (_find_labelled, _find_venues, _find_categories):
        conditions += find(question, view)
    conditions += _find_kinds(question, view, listing)
    if listing:
        for find_plain in (_find_switches, _find_citations):
            conditions += find_plain(question)
        conditions += _find_languages(question, view)
    return conditions


_QUOTED = r"[\"“'‘](?P<quoted>[^\"”“'’]+)[\"”'’]"
# What stands before the name of a keyword, a tag or a folder; the second may hold a name that the library lacks.
_LABELS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (field, re.compile(pattern, re.I))
    for field, pattern in (
        (
            "keyword",
            r"\b(?:(?:with|has|have|having|under|of)\s+)?(?:the\s+)?(?:keywords?|MeSH\s+(?:terms?|headings?)"
            r"|subject\s+headings?|index\s+terms?|descriptors?)\s+(?:is\s+|are\s+|of\s+|:\s*)?",
        ),
        (
            "tag",
            r"\b(?:tagged(?:\s+(?:as|with|by))?\s+|(?:(?:with|has|have|having"
            r"|carrying)\s+)?(?:the\s+)?tags?\s+(?:of\s+|:\s*)?)",
        ),
        (
            "collection",
            r"\b(?:(?:in|from|of|inside|within)\s+)?(?:the\s+|my\s+)?(?:collections?|folders?)\s+(?:called\s+"
            r"|named\s+|:\s*)?",
        ),
        (
            "venue",
            r"\b(?:(?:in|from|at|of)\s+)?(?:the\s+)?(?:journals?|venues?|conferences?"
            r"|proceedings\s+of)\s+(?:called\s+|named\s+|of\s+|:\s*)?",
        ),
    )
)
_BEHIND = re.compile(r"^\s+(keywords?|tags?|collection|folder|journal|conference|proceedings)\b", re.I)


def _find_labelled(question: str, view: Snapshot) -> Iterator[Condition]:
    """Find "tagged X", "with the keyword X", "in the collection X", "in the journal X", and what is joined to it."""
    for field, pattern in _LABELS:
        for match in pattern.finditer(question):
            start, place = match.start(), match.end()
            while place < len(question):
                named = _read_name(question, place, field, view)
                if named is None:
                    break
                end, name = named
                yield Condition(start, end, field, Filters.model_validate({field: (name,)}))
                joined = re.match(r"\s*(?:,\s*(?:and|or)?|\band\b|\bor\b|\bnor\b)\s+", question[end:], re.I)
                if not joined or not _read_known(question, end + joined.end(), field, view):
                    break
                start = place = end + joined.end()


def _read_name(question: str, place: int, field: str, view: Snapshot) -> tuple[int, str] | None:
    """Read a name: in quotes, the longest that the library has, or as far as nothing else begins."""
    if quoted := re.match(_QUOTED, question[place:]):
        return place + quoted.end(), quoted["quoted"]
    if name_match := _read_known(question, place, field, view):
        return name_match
    if field in ("venue", "keyword"):
        first = question[place : place + 1]
        if field == "venue" and not first.isupper():
            return None
    end = place
    for word in _list_words(question, place):
        if word[0].lower() in _ENDS_NAME or (end > place and not word[0][0].isupper()):
            break
        end = place + word.end()
    name = question[place:end].strip(" .'’")
    if not extract_terms(name):  # "what keywords are there": no name is made of words that say nothing.
        return None
    return (place + len(question[place:end].rstrip(" .'’")), name) if name else None


def _read_known(question: str, place: int, field: str, view: Snapshot) -> tuple[int, str] | None:
    """Read the longest name from a place on that the library has."""
    words = _list_words(question, place)
    for word in reversed(words):
        name = question[place : place + word.end()].rstrip(" .'’")
        if not name or word[0].lower().rstrip(".'’") in _ENDS_NAME:
            continue
        if _keeps_joints(name, values := view.find_values(field, name)) and values:
            return place + len(name), name
    return None


_JOINT = re.compile(r"[^\W_]+\s+(?:and|or|nor|but|&)\s+[^\W_]+", re.I)


def _keeps_joints(name: str, values: Sequence[str]) -> bool:
    """Tell whether what joins words of a name belongs to it: "PLoS ONE or PLoS" are two, "Science and Medicine" one."""
    joints = [" ".join(joint[0].lower().split()) for joint in _JOINT.finditer(name)]
    return not joints or any(all(joint in " ".join(value.lower().split()) for joint in joints) for value in values)


def _list_words(question: str, place: int) -> list[re.Match[str]]:
    """List the words behind a place, as far as one name can reach."""
    words: list[re.Match[str]] = []
    for word in _NAME_WORD.finditer(question[place : place + 200]):
        if len(words) == LONGEST_NAME or (
            words and not question[place + words[-1].end() : place + word.start()].isspace()
        ):
            break
        words.append(word)
    return words


_IN_VENUE = re.compile(
    r"\b(?:(?P<sure>(?:published|appear(?:s|ed|ing)?|printed|came\s+out)\s+(?:in|at|by)"
    rf"|{PAPERS}\s+(?:not\s+)?(?:in|at)"
    r"|(?:not|other\s+than|except|neither|but|anywhere\s+but)\s+(?:those\s+)?(?:in|at|from))|in|at|from"
    r"|of)\s+(?:the\s+)?",
    re.I,
)
_LEADS_TO_VENUE = re.compile(r"\s+(?:(?:in|at|from|those|the|of|papers|journals?|venues?|conferences?)\s+)*", re.I)
_VENUE_PUBLISHED = re.compile(
    r"\b(?:that|which)\s+(?:the\s+)?(?P<name>[A-Z][\w&.-]*(?:\s+[\w&.-]+){0,5}?)\s+(?:has\s+"
    r"|have\s+)?(?:published|printed)\b"
)
_JOINED = re.compile(
    r"\s*(?:,\s*(?:and\s+|or\s+|nor\s+)?|\s(?:and|or|nor|but)\s+(?:not\s+)?)(?:in\s+|at\s+)?(?:the\s+)?", re.I
)
_PUBLISHED_IN = re.compile(
    rf"(?:(?:published|appear\w*|printed|came\s+out)\s+(?:in|at)|{PAPERS}\s+at)\s+(?:the\s+)?$", re.I
)
# "In the Lancet" may be a venue, "in the LLM benchmark" is none.
_IN_THE = re.compile(r"\b(?:in|from)\s+the\s+$", re.I)


def _find_venues(question: str, view: Snapshot) -> Iterator[Condition]:
    """Find "in Nature", "at NeurIPS", "PeerJ papers" and the venues that are joined to them."""
    for match in _IN_VENUE.finditer(question):
        place = match.end()
        places = [place]
        if lead := re.match(r"(?:either|both|neither)\s+(?:in\s+)?", question[place:], re.I):
            places = [place + lead.end()]
        while places:
            place = places.pop()
            venue = _read_venue(question, place, view, bool(match["sure"]))
            if venue is None:
                break
            yield venue
            if joined := _JOINED.match(question[venue.end :]):
                places.append(venue.end + joined.end())
        if not places and place == match.end():
            plain = _PUBLISHED_IN.search(question[: match.end()]) is not None
            if plain or _IN_THE.search(question[: match.end()]):
                yield from _read_unknown_venue(question, place, view, plain)
    for sign in NEGATION.finditer(question):  # "excluding Nature", "in any journal but Nature", "…, not PeerJ"
        lead = _LEADS_TO_VENUE.match(question[sign.end() :])
        place = sign.end() + (lead.end() if lead else 0)
        venue = _read_venue(question, place, view, sure=True) if question[place : place + 1].isupper() else None
        if venue and is_whole_name(view, question[venue.start : venue.end]):
            yield venue
    for match in _VENUE_PUBLISHED.finditer(question):
        if is_whole_name(view, match["name"]):
            yield Condition(match.start("name"), match.end(), "venue", Filters(venue=(match["name"],)))
    for match in re.finditer(rf"(?P<name>\b[A-Z][\w.&-]*(?:\s+[A-Z&][\w.&-]*)*)\s+{PAPERS}\b", question):
        for start in [m.start() for m in re.finditer(r"\b[A-Z&]", match["name"])]:
            name = match["name"][start:]
            if is_whole_name(view, name) and not (
                match.start() == 0
                and start == 0
                and " " not in name
                and name.istitle()
                and not name.isupper()
                and not view.find_values("venue", name)
            ):
                yield Condition(match.start() + start, match.end("name"), "venue", Filters(venue=(name,)))
                break


def is_whole_name(view: Snapshot, name: str) -> bool:
    """Return whether a venue is called just so, or is abbreviated so."""
    words = {word.casefold() for word in re.findall(r"\w+", name)}
    values = view.find_values("venue", name)
    if not values:
        return False
    return (
        any({word.casefold() for word in re.findall(r"\w+", value)} == words for value in values)
        or name.isupper()
        or (
            len(words) == 1
            and not any(words <= {word.casefold() for word in re.findall(r"\w+", value)} for value in values)
        )
    )


def _read_venue(question: str, place: int, view: Snapshot, sure: bool) -> Condition | None:
    name_match = _read_known(question, place, "venue", view)
    if name_match is None:
        return None
    end, name = name_match
    is_whole = is_whole_name(view, name)
    capital = name[0].isupper()
    if not (capital and (is_whole or sure or len(name.split()) > 1)) and not (sure and is_whole):
        return None
    if name in NAMES.values():
        return None
    return Condition(place, end, "venue", Filters(venue=(name,)))


def _read_unknown_venue(question: str, place: int, view: Snapshot, plain: bool) -> Iterator[Condition]:
    """Read a venue that the library lacks, where the question says that it is one, or no paper has its words."""
    if _read_venue(question, place, view, sure=True) is None and question[place : place + 1].isupper():
        if view.has_category(question[place:].split(" ")[0].strip("?.!,")) or re.match(r"[A-Z]{2}\b", question[place:]):
            return
        named = _read_name(question, place, "venue", view)
        months = re.match(
            r"(?:January|February|March|April|May|June|July|August|September|October|November|December)\b",
            question[place:],
        )
        stands = named and all(map(view.count_term, extract_terms(named[1])))
        if named and not months and named[1] not in NAMES.values() and (plain or not stands):
            yield Condition(place, named[0], "venue", Filters(venue=(named[1],)))


_CODE_WORD = r"[\w-]+\.[A-Z]{2}|[A-Z]{2}"
_AND = r"\s*(?:,|/|\band\b|\bor\b|\bnor\b)\s*"
_CATEGORY = (
    re.compile(rf"\b[cC]ategor(?:y|ies)\s+(?P<codes>[\w.-]+(?:{_AND}[\w.-]+)*)"),
    re.compile(rf"\b(?P<codes>[A-Z][\w.-]*(?:{_AND}[A-Z][\w.-]*)*)\s+(?:category|{PAPERS})\b"),
    re.compile(rf"\b(?:in|from|of|for)\s+(?:the\s+)?(?P<codes>(?:{_CODE_WORD})\b(?:{_AND}(?:{_CODE_WORD})\b)*)"),
)


# "in ML, not LG": without "in" it is a category only beside another one, else a word of the topic.
_SHUT_OUT_CATEGORY = re.compile(
    rf"(?i:{NEGATION.pattern})\s+(?P<codes>(?:{_CODE_WORD})\b(?:{_AND}(?:{_CODE_WORD})\b)*)"
)


def _find_categories(question: str, view: Snapshot) -> Iterator[Condition]:
    """Find categories that the library has."""
    categories = [*_match_categories(question, view, _CATEGORY)]
    yield from categories
    if categories:
        yield from _match_categories(question, view, (_SHUT_OUT_CATEGORY,))


def _match_categories(question: str, view: Snapshot, patterns: Sequence[re.Pattern[str]]) -> Iterator[Condition]:
    for pattern in patterns:
        for match in pattern.finditer(question):
            for word in re.finditer(r"[\w.-]+", match["codes"]):
                code = word[0].rstrip(".")
                if "." in code and not view.has_category(code):  # Listings drop the archive of "cs.CL".
                    code = code.rpartition(".")[2]
                if view.has_category(code):
                    start = match.start("codes") + word.start()
                    yield Condition(start, start + len(word[0].rstrip(".")), "category", Filters(category=(code,)))


_AROUND_KIND = re.compile(
    r"(?:^|\b(?:which|what|any|all|the|my|some|many|no|not|list|show(?:\s+me)?|find|give(?:\s+me)?|only|are|is|were"
    r"|excluding|except(?:\s+for)?|exclude|without|but|than|from|minus|and|or|nor|non|,|an?|to|me|ignore|ignoring"
    r"|omit|skip"
    r"|how\s+many|number\s+of|kind|type|latest|newest|oldest|recent|two|three|four|five|six|seven|eight|nine|ten|\d+))"
    r"[\s-]*$",
    re.I,
)
_BEHIND_KIND = re.compile(
    r"^\s*(?:$|[?.!,;]|\b(?:about|on|that|which|who|by|in|from|since|of|with|without|published|using|and|or|nor|but|are"
    r"|is|were|before|after|between|until|are|there|do|does|have|only|excluded|aside|apart|left|not|except|please|here"
    rf"|{PAPERS})\b)",
    re.I,
)
# Kinds that are seldom what a question means by the word: things that papers use or make.
_THINGS = frozenset(
    ("dataset", "software", "study protocol", "tutorial", "report", "book", "letter", "patent", "survey")
)


_HEAD = re.compile(
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
_NEGATES = re.compile(rf"(?:{NEGATION.pattern}|\b(?:kind|type)\b)(?:[\s-]*\b(?:of|an?|the|any|are|is)\b)*[\s-]*$", re.I)
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
# "by Heiner alone": behind a name, where nothing follows that it would be alone in.
_ALONE = re.compile(
    r"\bby\s+(?:[\w.'’-]+\s+){1,4}(?P<alone>(?:all\s+)?(?:alone|by\s+(?:him|her)self|on\s+(?:his|her)\s+own"
    r"|without\s+(?:any\s+)?co-?authors))(?=\s*(?:$|[?.!,;])|\s+(?:in|since|from|before|after|about|on)\b)",
    re.I,
)
# How long a paper is or by how many: no filter counts these, so they are said not to be used.
_SIZE = re.compile(
    rf"\b(?:(?:with|by|having|have|has|of|that\s+(?:have|has))\s+)?(?:(?:{_MORE}|{_LEAST}|{_LESS}|{_MOST}|exactly|just|only)\s*)?"
    rf"(?!(?:1|one|two\s+or\s+more)\s+(?:co-?)?author){_COUNT_WORD}(?:\+|\s+or\s+(?:more|fewer|less))?\s+"
    r"(?:(?:co-?)?authors|pages|figures|tables|references|versions)\b",
    re.I,
)
_CITED = re.compile(
    rf"\b(?:cited\s+(?:by\s+)?(?:(?P<rel>{_MORE}|{_LEAST}|{_LESS}|{_MOST}|exactly)\s*)?{_COUNT_WORD}(?P<up>\+"
    r"|\s+(?:or\s+more|or\s+fewer|or\s+less))?\s*"
    r"(?:times|papers|works|others)?(?P<up2>\s+(?:or\s+more|or\s+fewer|or\s+less|and\s+more|and\s+up))?"
    rf"|(?:with|have|has|having|received|got)\s+(?:(?P<rel2>{_MORE}|{_LEAST}|{_LESS}|{_MOST}"
    rf"|exactly)\s*)?{_COUNT_WORD.replace('<n>', '<n2>')}(?P<up3>\+|\s+(?:or\s+more|or\s+fewer"
    r"|or\s+less))?\s+(?:citations?|cites)\b)",
    re.I,
)
_UNCITED = re.compile(
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
    re.compile(pattern, re.I)
    for pattern in (
        rf"\b(?:{PAPERS}|written|published|are|is|not|neither|than|but|except|those|language|outside)\s+in\s+"
        rf"(?P<name>{_LANGUAGE})\b",
        rf"\blanguages?\s+(?:is\s+|are\s+)?(?:not\s+)?(?:other\s+than\s+)?(?P<name>{_LANGUAGE})\b",
        rf"\bnon-?\s?(?P<name>{_LANGUAGE})\b",
        rf"\b(?P<name>{_LANGUAGE})[\s-]language\b",
        rf"\b(?P<name>{_LANGUAGE})\s+(?:papers?|articles?|publications?|abstracts?|literature|records?)\b",
    )
)
_NEXT_LANGUAGE = re.compile(rf"\s*(?:,|\band\b|\bor\b|\bnor\b)\s*(?:in\s+)?(?P<name>{_LANGUAGE})\b", re.I)


_IN_LANGUAGE = re.compile(rf"\bin\s+(?P<name>{_LANGUAGE})\b")


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
