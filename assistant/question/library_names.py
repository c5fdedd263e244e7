"""Names of venues, keywords, tags, folders and categories in a question, as the library has them.

A name that it does not have is a condition only where the question says plainly that it is one ("published in …",
"tagged …").
"""

import re
from collections.abc import Iterator, Sequence

from assistant.question.condition import NEGATION, PAPERS, Condition
from store.filters import Filters
from store.index.index_schema import extract_terms
from store.index.snapshot import Snapshot
from store.text.language import NAMES
from store.text.patterns import compile_lazily

# Words of a venue, keyword or folder at the most. Chosen by hand, not measured.
_LONGEST_NAME = 8
_NAME_WORD = compile_lazily(r"[^\s,;:?!\"“”()]+")
_ENDS_NAME = frozenset(
    """at by since before after until between from in on about with without and or nor but not except that which who
    published written are is were was as of the a an for to""".split()
)


def find_library_names(question: str, view: Snapshot) -> Iterator[Condition]:
    """Find the conditions of a question that name a venue, a keyword, a tag, a folder or a category."""
    for find in (_find_labelled, _find_venues, _find_categories):
        yield from find(question, view)


_QUOTED = r"[\"“'‘](?P<quoted>[^\"”“'’]+)[\"”'’]"
# What stands before the name of a keyword, a tag or a folder; the second may hold a name that the library lacks.
_LABELS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (field, compile_lazily(pattern, re.I))
    for field, pattern in (
        (
            "keyword",
            r"\b(?:(?:with|has|have|having|under|of)\s+)?(?:the\s+)?(?:keywords?|MeSH\s+(?:terms?|headings?)"
            r"|subject\s+headings?|index\s+terms?|descriptors?)(?:\s*:\s*|\s+(?:is\s+|are\s+|of\s+)?)",
        ),
        (
            "tag",
            r"\b(?:tagged(?:\s+(?:as|with|by))?\s+|(?:(?:with|has|have|having"
            r"|carrying)\s+)?(?:the\s+)?tags?\s+(?:of\s+|:\s*)?)",
        ),
        (
            "collection",
            r"\b(?:(?:in|from|of|inside|within)\s+)?(?:the\s+|my\s+)?(?:collections?|folders?)\s+(?:called\s+"
            r"|named\s+|:\s*)?(?!(?:holds?|contains?|includes?|covers?|comprises?|ha(?:ve|s)|got)\b)",
        ),
        (
            "venue",
            r"\b(?:(?:in|from|at|of)\s+)?(?:the\s+)?(?:journals?|venues?|conferences?"
            r"|proceedings\s+of)\s+(?:called\s+|named\s+|of\s+|:\s*)?",
        ),
    )
)
# What one source calls a tag is a keyword to another.
_ALIKE = {"tag": "keyword", "keyword": "tag"}
_BEHIND = compile_lazily(r"^\s+(keywords?|tags?|collection|folder|journal|conference|proceedings)\b", re.I)


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
                called = _ALIKE.get(field, field)
                called = called if not view.find_values(field, name) and view.find_values(called, name) else field
                yield Condition(start, end, called, Filters.model_validate({called: (name,)}))
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
            if field == "venue" and _GOES_ON.match(question[place + len(name) :]) and not _is_whole_name(view, name):
                return None  # "Dermatologic Surgery" where the library has Dermatologic Therapy.
            return place + len(name), name
    return None


_GOES_ON = compile_lazily(r"\s+[A-Z][a-z]+")
_JOINT = compile_lazily(r"[^\W_]+\s+(?:and|or|nor|but|&|by|since|from|after|before|until)\s+[^\W_]+", re.I)


def _keeps_joints(name: str, values: Sequence[str]) -> bool:
    """Tell whether what joins words of a name belongs to it: "PLoS ONE or PLoS" are two, "Science and Medicine" one."""
    joints = [" ".join(joint[0].lower().split()) for joint in _JOINT.finditer(name)]
    return not joints or any(all(joint in " ".join(value.lower().split()) for joint in joints) for value in values)


def _list_words(question: str, place: int) -> list[re.Match[str]]:
    """List the words behind a place, as far as one name can reach."""
    words: list[re.Match[str]] = []
    for word in _NAME_WORD.finditer(question[place : place + 200]):
        if len(words) == _LONGEST_NAME or (
            words and not question[place + words[-1].end() : place + word.start()].isspace()
        ):
            break
        words.append(word)
    return words


_IN_VENUE = compile_lazily(
    r"\b(?:(?P<sure>(?:published|appear(?:s|ed|ing)?|printed|came\s+out)\s+(?:in|at|by)"
    rf"|{PAPERS}\s+(?:not\s+)?(?:in|at)"
    r"|(?:not|other\s+than|except|neither|but|anywhere\s+but)\s+(?:those\s+)?(?:in|at|from))|in|at|from"
    r"|of)\s+(?:the\s+)?",
    re.I,
)
_LEADS_TO_VENUE = compile_lazily(r"\s+(?:(?:in|at|from|those|the|of|papers|journals?|venues?|conferences?)\s+)*", re.I)
_VENUE_PUBLISHED = compile_lazily(
    r"\b(?:that|which)\s+(?:the\s+)?(?P<name>[A-Z][\w&.-]*(?:\s+[\w&.-]+){0,5}?)\s+(?:has\s+"
    r"|have\s+)?(?:published|printed)\b"
)
_JOINED = compile_lazily(
    r"\s*(?:,\s*(?:and\s+|or\s+|nor\s+)?|\s(?:and|or|nor|but)\s+(?:not\s+)?)(?:in\s+|at\s+)?(?:the\s+)?", re.I
)
_PUBLISHED_IN = compile_lazily(
    rf"(?:(?:published|appear\w*|printed|came\s+out)\s+(?:in|at)|{PAPERS}\s+(?:at|from))\s+(?:the\s+)?$", re.I
)
# "Which of these journals …: BioSystems, Natural Computing or PLoS ONE?"
_LISTED = re.compile(r"\b(?:journals?|venues?|conferences?)\b[^:]*:\s*(?:the\s+)?", re.I)
# "In the Lancet" may be a venue, "in the LLM benchmark" is none.
_IN_THE = compile_lazily(r"\b(?:in|from)\s+the\s+$", re.I)


def _find_venues(question: str, view: Snapshot) -> Iterator[Condition]:
    """Find "in Nature", "at NeurIPS", "PeerJ papers" and the venues that are joined to them."""
    for match in (*_IN_VENUE.finditer(question), *_LISTED.finditer(question)):
        place, sure = match.end(), match.re is _LISTED or bool(match["sure"])
        places = [place]
        if lead := re.match(r"(?:either|both|neither)\s+(?:in\s+)?", question[place:], re.I):
            places = [place + lead.end()]
        while places:
            place = places.pop()
            venue = _read_venue(question, place, view, sure)
            if venue is None:
                break
            yield venue
            if joined := _JOINED.match(question[venue.end :]):
                places.append(venue.end + joined.end())
        if not places and place == match.end():
            plain = _PUBLISHED_IN.search(question[: match.end()]) is not None or (
                sure and _is_partly_known(question, place, view)
            )
            if plain or _IN_THE.search(question[: match.end()]):
                unknown = [*_read_unknown_venue(question, place, view, plain)]
                while unknown:
                    yield unknown[0]
                    joined = _JOINED.match(question[unknown[0].end :]) if plain else None
                    place = unknown[0].end + joined.end() if joined else len(question)
                    unknown = [*_read_unknown_venue(question, place, view, plain)]
                    if not unknown and (part := _read_venue(question, place, view, sure=True)):
                        yield part if _is_whole_name(view, part.filters.venue[0]) else part._replace(field="vague")
    first = len(question) - len(question.lstrip())
    named = _read_venue(question, first, view, sure=False)  # "British Journal of Dermatology, before 2010"
    if named and " " in question[named.start : named.end] and _is_whole_name(view, named.filters.venue[0]):
        yield named
    elif short := _read_abbreviation(question, first, view):
        yield short
    for sign in NEGATION.finditer(question):  # "excluding Nature", "in any journal but Nature", "…, not PeerJ"
        lead = _LEADS_TO_VENUE.match(question[sign.end() :])
        place = sign.end() + (lead.end() if lead else 0)
        venue = _read_venue(question, place, view, sure=True) if question[place : place + 1].isupper() else None
        if venue and _is_whole_name(view, question[venue.start : venue.end]):
            yield venue
    for match in _VENUE_PUBLISHED.finditer(question):
        if _is_whole_name(view, match["name"]):
            yield Condition(match.start("name"), match.end(), "venue", Filters(venue=(match["name"],)))
    for match in re.finditer(rf"(?P<name>\b[A-Z][\w.&-]*(?:\s+[A-Z&][\w.&-]*)*)\s+(?:{PAPERS}|ones)\b", question):
        for start in [m.start() for m in re.finditer(r"\b[A-Z&]", match["name"])]:
            name = match["name"][start:]
            if _is_whole_name(view, name) and not (
                match.start() == 0
                and start == 0
                and " " not in name
                and name.istitle()
                and not name.isupper()
                and not view.find_values("venue", name)
            ):
                yield Condition(match.start() + start, match.end("name"), "venue", Filters(venue=(name,)))
                break


def _read_abbreviation(question: str, place: int, view: Snapshot) -> Condition | None:
    """Read a venue whose words are cut short and that nothing but a comma follows: "J Drugs Dermatol, 2004".

    Whole words of a name may as well be a topic: "Photodynamic therapy, before 2010".
    """
    known = _read_known(question, place, "venue", view) if question[place : place + 1].isupper() else None
    if known is None or " " not in known[1] or not _ENDS.match(question[known[0] :]):
        return None
    values = view.find_values("venue", known[1])
    is_cut = all(_list_name_words(known[1]) - _list_name_words(value) for value in values)
    is_venue = is_cut and _is_rather_venue(view, known[1])
    return Condition(place, known[0], "venue", Filters(venue=(known[1],))) if is_venue else None


_ENDS = compile_lazily(r"\s*\.?\s*(?:[,;:?!]|$)")


def _is_partly_known(question: str, place: int, view: Snapshot) -> bool:
    """Return whether a venue of the library begins like a name, which goes on otherwise: "PLoS Medicine"."""
    word = _NAME_WORD.match(question, place)
    return bool(word and _GOES_ON.match(question[word.end() :]) and view.find_values("venue", word[0]))


def _is_whole_name(view: Snapshot, name: str) -> bool:
    """Return whether a venue is called just so, or is abbreviated so."""
    words = _list_name_words(name)
    values = view.find_values("venue", name)
    if not values:
        return False
    return (
        any(_list_name_words(value) == words for value in values)
        or name.isupper()
        or (len(words) == 1 and not any(words <= _list_name_words(value) for value in values))
    )


def _list_name_words(name: str) -> set[str]:
    """List the words of a venue's name; "The" before it is told by one source and not by another."""
    return {word.casefold() for word in re.findall(r"\w+", name)} - {"the"}


# Words of a venue's name that is taken as one in small letters; chosen by hand.
_FULL_NAME = 3


def _read_venue(question: str, place: int, view: Snapshot, sure: bool) -> Condition | None:
    name_match = _read_known(question, place, "venue", view)
    if name_match is None:
        return None
    end, name = name_match
    is_whole = _is_whole_name(view, name)
    capital = name[0].isupper()
    # In small letters only a name in full, of several words: "from the british journal of dermatology".
    is_full = is_whole and (sure or len(name.split()) >= _FULL_NAME)
    if not (capital and (is_whole or sure or len(name.split()) > 1)) and not is_full:
        return None
    if name in NAMES.values() or not (is_whole or sure or _is_rather_venue(view, name)):
        return None
    return Condition(place, end, "venue", Filters(venue=(name,)))


def _is_rather_venue(view: Snapshot, name: str) -> bool:
    """Tell whether part of a venue's name is seldom what papers write of, unlike "Petri nets" of a workshop's."""
    return view.count_fitting(Filters(text=name)) <= view.count_fitting(Filters(venue=(name,)))


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
        people = named and view.find_authors(named[1])
        if named and not people and not months and named[1] not in NAMES.values() and (plain or not stands):
            yield Condition(place, named[0], "venue", Filters(venue=(named[1],)))


_CODE_WORD = r"[\w-]+\.[A-Z]{2}|[A-Z]{2}"
_AND = r"\s*(?:,|/|\band\b|\bor\b|\bnor\b)\s*"
_CATEGORY = (
    compile_lazily(rf"\b[cC]ategor(?:y|ies)\s+(?P<codes>[\w.-]+(?:{_AND}[\w.-]+)*)"),
    compile_lazily(rf"\b(?P<codes>[A-Z][\w.-]*(?:{_AND}[A-Z][\w.-]*)*)\s+(?:category|{PAPERS})\b"),
    compile_lazily(rf"\b(?:in|from|of|for)\s+(?:the\s+)?(?P<codes>(?:{_CODE_WORD})\b(?:{_AND}(?:{_CODE_WORD})\b)*)"),
)


# "in ML, not LG": without "in" it is a category only beside another one, else a word of the topic.
_SHUT_OUT_CATEGORY = compile_lazily(
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
