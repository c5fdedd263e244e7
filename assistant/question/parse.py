"""From a question to the typed query: its intent, its topic, and its conditions on papers.

``clean_question`` makes one line of what people and programs type, ``parse_question`` reads it. English only; what none
of the wordings fits is taken as asking for a fact. What says which papers are meant and is not understood stands in
``Query.unused``.
"""

import re
from collections.abc import Sequence
from datetime import date

from assistant.limits import MAX_CHARACTERS
from assistant.question.aspects import names_aspect_alone
from assistant.question.author_mentions import AuthorMentions, find_authors
from assistant.question.comparison import compares_figures, compares_years, find_sides
from assistant.question.composition import Composition, compose_conditions, select_conditions
from assistant.question.condition import Condition
from assistant.question.courtesy import remove_courtesy, spell_strokes
from assistant.question.date_conditions import find_dates
from assistant.question.description import describe_conditions, remove_conditions
from assistant.question.glosses import gloss_question
from assistant.question.intents import (
    COUNT,
    MENTIONS,
    REFERS,
    TIME,
    IntentReading,
    find_exact,
    find_reference,
    read_intent,
    remove_asked,
    remove_frame,
)
from assistant.question.query import MAX_QUESTION, Form, Intent, Order, Query
from assistant.question.sorting import MANY, MANY_PAPERS, MOST_CITED
from assistant.question.spelling import correct_asking, correct_spelling
from assistant.question.talk import LIKELY, read_talk
from assistant.question.topic_words import CUT, FRAME, cut_out, extract_topic, find_exclusion
from assistant.question.values import find_values
from assistant.question.whether import asks_whether, remove_help
from store.errors import InputError
from store.filters import Filters
from store.index.index_schema import extract_terms
from store.index.snapshot import Snapshot
from store.text.clean import clean_characters

# What only LaTeX and HTML have; plain questions, nearly all, are spared the loading of what cleans it.
_MARKED = re.compile(r"[\\${}<&]")


def clean_question(text: str) -> str:
    """Clean a question as it was typed; returns one line of clean Unicode.

    Raises:
        InputError: It is empty, enormous, or holds no letter or digit.
    """
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            f"The question is {len(text):,} characters long.",
            "Ask in a few sentences, or add the text with: conspectus add",
        )
    if _MARKED.search(text):
        from store.text.clean import clean_text

        clean = clean_text(text)
    else:
        clean = clean_characters(text)
    if not any(character.isalnum() for character in clean):
        what = "The question holds no word." if clean.strip() else "The question is empty."
        raise InputError(what, 'Ask for example: conspectus ask "Which papers study Thompson sampling?"')
    return clean


# "(co)authored", "(non-)linear" are one word.
_PREFIX_IN_BRACKETS = re.compile(r"(?<!\w)\((\w+-?)\)(?=[^\W\d_])")


_SHORT_IS = re.compile(r"\b(who|what|where|when)['’]s(?=\s)", re.I)


def parse_question(question: str, view: Snapshot, today: date | None = None, ignore: Sequence[str] = ()) -> Query:
    """Read the first ``MAX_QUESTION`` characters of a question against what the library holds; nothing is guessed.

    Args:
        question: One line of clean text.
        view: What the library holds.
        today: What "the last five years" counts back from; None leaves such spans unread.
        ignore: Conditions of the question that do not count, as ``Query.conditions`` says them.
    """
    question = _PREFIX_IN_BRACKETS.sub(r"\1", remove_courtesy(spell_strokes(question[:MAX_QUESTION])))
    question = _SHORT_IS.sub(r"\1 is", question)
    gloss = gloss_question(question, view)
    if gloss != question:
        query = _parse(gloss, view, today, ignore)
        return query.model_copy(update={"corrections": (*query.corrections, (question, gloss))})
    asking = correct_asking(question, view)
    question = asking.text
    query = _parse(question, view, today, ignore)
    spelling = correct_spelling(query.topic, view)
    if not spelling.corrections:
        return query.model_copy(update={"corrections": (*query.corrections, *asking.corrections)})
    # Only the topic is mended: a name that nobody knows is not taken for a word. The rest depends on what it says.
    for typed, meant in spelling.corrections:
        question = re.sub(rf"(?<!\w){re.escape(typed)}(?!\w)", meant, question)
    query = _parse(question, view, today, ignore)
    return query.model_copy(update={"corrections": (*query.corrections, *asking.corrections, *spelling.corrections)})


def _parse(question: str, view: Snapshot, today: date | None, ignore: Sequence[str]) -> Query:
    reading = read_intent(question)
    people = find_authors(question, view)
    conditions = _find_conditions(question, people, reading, view, today)
    if _COUNTS_WITHIN.search(question):
        conditions = [condition for condition in conditions if condition.field != "kind"]
    if not reading.listing and any(condition.field == "kind" for condition in conditions):
        conditions = _find_conditions(question, people, reading._replace(listing=True), view, today)
    if people.unknown and any(
        _names_nobody(condition, view) and people.unknown in question[condition.start : condition.end]
        for condition in conditions
    ):
        people = people._replace(unknown="")
    if whose := _OF_SOME_AUTHORS.search(question):  # "From American universities" names no venue.
        inside = [c for c in conditions if whose.start() <= c.start and c.end <= whose.end()]
        if all(condition.field == "venue" for condition in inside):
            conditions = [condition for condition in conditions if condition not in inside]
    kinds = [condition for condition in conditions if condition.field == "kind"]
    reading = _read_order_of_kinds(question, kinds, reading)
    listing = reading.listing or bool(kinds)
    if reading.intent is Intent.FACT and any(_HOW_MANY.search(question[: kind.start]) for kind in kinds):
        reading = reading._replace(intent=Intent.COUNT, form=Form.COUNT)  # "How many reviews are there?"
    worded = _call_papers(question, kinds)
    if reading.intent is Intent.FACT and MENTIONS.search(worded):  # "Which reviews use CLIP?"
        reading = reading._replace(intent=Intent.MENTIONS, listing=True)
    composed = compose_conditions(question, conditions)
    rest = cut_out(question, composed.used)
    filters, unused = composed.filters, [question[start:end] for start, end in composed.unused]
    of_papers = listing or reading.intent in _OF_PAPERS
    if of_papers or people.names:
        excluded = find_exclusion(rest, of_papers, view)
        filters = filters.intersect(excluded.filters)
        unused += [_show_phrase(rest[start:end]) for start, end in excluded.unused]
        rest = cut_out(rest, excluded.spans)
    if of_papers and (whose := _OF_SOME_AUTHORS.search(rest)):  # No record says where its authors are from.
        unused.append(_show_phrase(whose[0]))
        rest = cut_out(rest, [whose.span()])
        people = people._replace(unknown="") if people.unknown and people.unknown in whose[0] else people
    if people.unknown:
        rest = rest.replace(people.unknown, CUT)
    topic = extract_topic(_remove_asked(rest, reading))
    talk = read_talk(topic, question) if conditions and _may_be_talk(question, reading, people) else None
    if talk is not None:
        unused, topic = [*unused, talk], ""
    if not topic and conditions and reading.intent is Intent.FACT and _COUNTS_ALONE.search(question):
        reading = reading._replace(intent=Intent.COUNT, form=Form.COUNT)
    filters = remove_conditions(filters, ignore)
    fitting = view.count_fitting(filters)
    return _build_query(question, worded, reading, listing, topic, filters, composed, people, unused, fitting)


# "How many came out in 2008?" counts papers, whatever they are not called; "how many …, name them" wants to see them.
_COUNTS_ALONE = re.compile(r"^\W*(?:(?:and|so)\s+)?how\s+many\b(?!.*\b(?:which|name|list|show|titles?)\b)", re.I)
# What asks for more than papers: "Why was the study by Liu stopped?"
_ASKS_MORE = re.compile(
    r"^\W*(?:why|how(?!\s+many\b)|when|where|who|whom|whose|is|are|was|were|do|does|did|has|have|had|can|could|will|would"
    r"|should)\b",
    re.I,
)


def _may_be_talk(question: str, reading: IntentReading, people: AuthorMentions) -> bool:
    """Tell whether a question may ask for papers by conditions alone, whatever else it says of them."""
    if reading.intent in (Intent.COUNT, Intent.MENTIONS):
        return reading.intent is Intent.COUNT
    if reading.intent is not Intent.FACT or reading.wanted or reading.of_one or _ASKS_MORE.search(question):
        return False
    return not (people.names and _ASKS.search(question))


def leave_out_talk(query: Query) -> Query | None:
    """Leave out what is left of a question beside its conditions, where that is likely to be talk; None where not.

    For a question whose topic no paper fits; what is left out stands in ``unused``.
    """
    reading, nobody = read_intent(query.question), AuthorMentions((), "")
    if not query.conditions or query.exact or query.intent not in (Intent.FACT, Intent.PAPERS, Intent.COUNT):
        return None
    if not _may_be_talk(query.question, reading, nobody) or (query.names_author and _ASKS.search(query.question)):
        return None
    talk = read_talk(query.topic, query.question, LIKELY)
    if not talk:
        return None
    intent = Intent.COUNT if query.form is Form.COUNT else Intent.CATALOGUE
    return query.model_copy(update={"intent": intent, "topic": "", "unused": (*query.unused, talk)})


def _call_papers(question: str, kinds: Sequence[Condition]) -> str:
    """Put "papers" in for kinds of them: "papers that use CLIP" for "trials that use CLIP"."""
    for kind in sorted(kinds, key=lambda kind: -kind.start):
        if question[kind.start : kind.end].lower().endswith("s"):
            question = f"{question[: kind.start]}papers{question[kind.end :]}"
    return question


def _names_nobody(condition: Condition, view: Snapshot) -> bool:
    """Return whether a condition is none of people: "from Jan. to March 2020", "in Journal of Theoretical Biology"."""
    venues = condition.filters.venue
    return condition.field == "date" or any(view.find_values("venue", venue) for venue in venues)


_ORDER_OF_KIND = re.compile(r"\b(?:(?P<new>newest|latest|most\s+recent)|(?P<old>oldest|earliest))\s+$", re.I)


def _read_order_of_kinds(question: str, kinds: Sequence[Condition], reading: IntentReading) -> IntentReading:
    """Read "the newest review", "oldest trials", which name papers by their kind; one of them where it is singular."""
    for kind in kinds:
        match = _ORDER_OF_KIND.search(question[: kind.start])
        if match and reading.order is Order.RELEVANCE:
            single = not question[kind.start : kind.end].lower().endswith("s")
            order = Order.NEWEST if match["new"] else Order.OLDEST
            return reading._replace(order=order, limit=1 if single else reading.limit)
    return reading


# Intents for which a part of a paper may be wanted, not the paper.
_ASKED_OF_A_PAPER = (Intent.FACT, Intent.COMPARE, Intent.RECORD, Intent.SHOW)
_COUNTED_OTHERWISE = (Intent.AUTHORS, Intent.YEARS, Intent.KEYWORDS)
# What is asked of papers, and not which somebody wrote.
_ASKS = re.compile(
    r"(?:^|,\s*)\W*(?:what|which|how|why|when|where|does|do|did|is|are|was|were|can|could|has|have|had|will|would|should|may"
    r"|might)\b(?!.*\b(?:writ|wrote|publish|work(?:s|ed)?\b))",
    re.I,
)
# "How many trials were in the review of …" asks of one paper, not for papers of either kind.
_COUNTS_WITHIN = re.compile(
    r"\A(?>.*?\bhow\s+many\b).*\b(?:in|of|by|for|into)\s+(?:the|this|that)\s+(?:[\w'’.-]+\s+){0,5}?"
    r"(?:review|study|paper|article|trial|report|survey|meta-analysis|work)\b",
    re.I,
)
# What a paper did is asked, and not which papers there are.
_ASKS_OF_FINDING = re.compile(
    r"^\W*(?:what|how|why)\b.*\b(?:find|found|finding|show|shown|report|reported|conclude|concluded|achieve|discover\w*"
    r"|do|done|say|said|argue\w*|recommend\w*|measured?|studied|study)\W*$",
    re.I,
)
# "By Dutch authors", "from American universities": people by what they are, and not by name.
_OF_SOME_AUTHORS = re.compile(
    r"\b(?:by|from)\s+(?!(?:the|these|those|this|that|same|other|another|its|their|his|her|my|our|most|many|all|any|some|which|what|how|no"
    r"|only|more|fewer|at)\b)(?:[^\W\d][\w-]*\s+){1,2}(?:authors|researchers|scientists|groups|teams|labs|laboratories|universities"
    r"|institutions|institutes|hospitals)\b",
    re.I,
)
_AUTHORS_OF_ONE = re.compile(r"\bhow\s+many\s+authors\b.*\b(?:paper|study|article|trial|review|preprint)\W*$", re.I)
_HOW_MANY = re.compile(r"\b(?:how\s+many|number\s+of)\s+(?:\w+\s+)?$", re.I)
_OF_PAPERS = (Intent.COUNT, Intent.MENTIONS, Intent.AUTHORS, Intent.VENUES, Intent.YEARS, Intent.KEYWORDS)


def _show_phrase(text: str) -> str:
    return " ".join(text.replace("\0", "…").split())


def _build_query(
    question: str,
    worded: str,
    reading: IntentReading,
    listing: bool,
    topic: str,
    filters: Filters,
    composed: Composition,
    people: AuthorMentions,
    unused: Sequence[str],
    fitting: int,
) -> Query:
    """Put together what was read; what is asked for depends on what is left to search for.

    ``fitting`` is how many papers pass the filters, and ``worded`` is the question with kinds of papers called papers,
    which tells what these have to mention.
    """
    intent = _settle_intent(question, reading, listing, topic, filters)
    if fitting == 1:
        intent, reading = _ask_of_one_paper(question, intent, reading)
    if intent is Intent.FACT and names_aspect_alone(topic, reading.wanted):
        topic = ""
    sides = find_sides(question) if intent is Intent.COMPARE else ()
    if intent is Intent.COMPARE and not topic and filters != Filters() and compares_years(question):
        intent = Intent.YEARS  # "Compare 2019 and 2024": what the library has of either.
    of_one = asks_whether(question) or compares_figures(question)
    if intent is Intent.COMPARE and not sides and not find_reference(question) and of_one:
        intent = Intent.FACT  # "Do outcomes differ by age?", "statin use, 1995 vs 2015"
    exact: tuple[str, ...] = ()
    if intent is Intent.MENTIONS:
        exact = _find_exact(topic, worded)
        intent = intent if exact else Intent.CATALOGUE
    elif intent is Intent.COUNT and MENTIONS.search(worded):  # "How many papers use CLIP?"
        exact = _find_exact(topic, worded)
    return Query(
        question=question,
        intent=intent,
        topic=topic,
        filters=filters,
        wanted=reading.wanted if intent in (*_ASKED_OF_A_PAPER, *_COUNTED_OTHERWISE) else "",
        order=reading.order,
        limit=reading.limit,
        form=reading.form,
        exact=exact,
        sides=sides,
        refers=find_reference(question),
        conditions=describe_conditions(filters),
        unused=tuple(dict.fromkeys(phrase.strip(" ,;.?!") for phrase in unused if phrase.strip(" ,;.?!"))),
        corrections=composed.corrections,
        unknown=people.unknown,
        names_author=_names_author(filters),
    )


def _ask_of_one_paper(question: str, intent: Intent, reading: IntentReading) -> tuple[Intent, IntentReading]:
    """Settle what is asked for where the conditions name a single paper."""
    if intent is Intent.CATALOGUE and reading.intent is Intent.RECORD and reading.order is Order.RELEVANCE:
        return Intent.RECORD, reading  # "Who is the last author of the Ashkenazi paper?"
    if intent is Intent.AUTHORS and _AUTHORS_OF_ONE.search(question):
        return Intent.RECORD, reading  # "How many authors has the Kwon paper?"
    if intent is Intent.CATALOGUE and _ASKS_OF_FINDING.search(question):  # "What did the 2003 study by Elman find?"
        return Intent.FACT, reading._replace(wanted=reading.wanted or "result")
    return intent, reading


def _find_exact(topic: str, question: str) -> tuple[str, ...]:
    """Find the words that papers have to mention, as far as they are left in the topic."""
    topic_words = set(topic.lower().split())
    parts = []
    for part in find_exact(question):
        words = [word for word in re.findall(r"\w(?:[\w'’./+-]*\w)?", part) if word.lower() in topic_words]
        while words and not extract_terms(words[-1]):
            words.pop()
        while words and not extract_terms(words[0]):
            words.pop(0)
        if words:
            parts.append(" ".join(words))
    return tuple(dict.fromkeys(parts))


def _settle_intent(question: str, reading: IntentReading, listing: bool, topic: str, filters: Filters) -> Intent:
    """Settle what is asked for, now that the topic is known."""
    intent, ordered = reading.intent, reading.order is not Order.RELEVANCE
    if intent is Intent.OVERVIEW and (topic or filters != Filters()):
        intent = Intent.FACT
    if intent is Intent.RECORD and ordered:
        intent = Intent.FACT  # "When was the first paper on newts published?"
    if intent is Intent.RECORD and not topic and filters != Filters() and not find_reference(question):
        intent = Intent.FACT
    if intent is not Intent.FACT:
        return intent
    if (filters != Filters() or ordered or listing) and not topic:
        return Intent.CATALOGUE
    if (
        _names_author(filters)
        and not listing
        and not ordered
        and (reading.wanted or reading.of_one or _ASKS.search(question))
    ):
        return Intent.FACT  # "What did Che find about queues?"
    return Intent.PAPERS if listing or ordered or _names_author(filters) else Intent.FACT


def _names_author(filters: Filters) -> bool:
    names = filters.author or filters.first_author or filters.last_author
    return bool(names) or any(_names_author(alternative) for alternative in filters.either)


def _find_conditions(
    question: str, people: AuthorMentions, reading: IntentReading, view: Snapshot, today: date | None
) -> list[Condition]:
    """Find all conditions, without the years that belong to the topic."""
    values = find_values(question, view, reading.listing or reading.intent in _OF_PAPERS)
    dates = find_dates(question, today)
    others = select_conditions([*people.conditions, *values])
    listing = reading.listing or any(condition.field == "kind" for condition in others)
    of_papers = listing or bool(people.names) or TIME.search(question) is not None
    if not of_papers:
        rest = cut_out(question, [(condition.start, condition.end) for condition in (*others, *dates)])
        topic = extract_topic(_remove_asked(rest, reading))
        is_talk = _may_be_talk(question, reading, people) and read_talk(topic, question) is not None
        of_papers = not topic or is_talk
    dates_of_papers = [year for year in dates if not year.plain or (of_papers and not _is_of_a_name(year, view))]
    return select_conditions([*people.conditions, *values, *dates_of_papers])


def _is_of_a_name(condition: Condition, view: Snapshot) -> bool:
    """Return whether a year belongs to a name of the topic: "ImageNet 2012" in a library with no paper of that year."""
    return condition.named and condition.filters.year_from not in view.count_by_year()


def _remove_asked(text: str, reading: IntentReading) -> str:
    """Remove what says how many papers are asked for, in which order, and in which form."""
    text = REFERS.sub(" ", remove_frame(remove_help(text) if reading.intent is Intent.FACT else text))
    for pattern in (
        COUNT,
        *([MANY, MANY_PAPERS] if reading.limit else []),
        *([MOST_CITED] if reading.order is Order.MOST_CITED else []),
    ):
        text = pattern.sub(" ", text)
    return remove_asked(text, reading)


__all__ = ["FRAME", "clean_question", "parse_question"]
