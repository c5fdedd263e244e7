"""No condition is turned round or dropped in silence: each is obeyed, or said to be unused.

2,000 phrases are made of frames, topics and wordings of conditions, one or two of them, by a seeded generator; half of
the wordings were set aside before the grammar was written.
"""

import random
from collections.abc import Iterator
from datetime import date

import pytest

from assistant.question.parse import parse_question
from assistant.question.query import Query
from store.filters import Filters
from store.index.snapshot import Snapshot
from tests.assistant import small
from tests.assistant.question.wordings import ASIDE, FIRST, LATER, Wording

TODAY = date(2026, 11, 29)
PHRASES = 2000

HELD = [
    small.paper(
        "a", "Transfer of soups", "Soups transfer well between kitchens.", "Ana Zhang, Bo Müller", 2019,
        venue="Nature", keywords=("soup",), tags=("to read",), citation_count=120, language="en",
    ),
    small.paper(
        "b", "Bandits in kitchens", "Bandits choose spices.", "Bo Müller", 2018, venue="PeerJ", language="de",
        collections=("Kitchen",), kind="article", has_code=True,
    ),
    small.paper(
        "c", "Causal stews", "Stews cause soups.", "Cy Chen, Ana Zhang", 2020, venue="Nature", citation_count=3
    ),
    small.paper("d", "Fairness of broths", "", "Dee Namkoong", 2016, kind="thesis"),
]  # fmt: skip
FRAMES = [
    "papers{topic} {condition}",
    "Which papers{topic} are {condition}?",
    "list all papers{topic} {condition}",
    "How many papers{topic} {condition} are there?",
    "show me articles{topic} {condition}, please",
    "Are there any papers{topic} {condition}?",
]
TOPICS = ["", " on transfer", " about bandits", " on causal stews"]


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    opened = small.assistant(tmp_path_factory.mktemp("kitchen"), HELD)
    view = opened.library.view()
    assert view
    yield view
    opened.close()


def make_phrases(wordings: list[Wording], count: int) -> Iterator[tuple[str, tuple[Wording, ...]]]:
    """Phrases of one condition each, then of two that are about different things."""
    chance = random.Random(12)
    every = [(frame, topic, wording) for frame in FRAMES for topic in TOPICS for wording in wordings]
    chance.shuffle(every)
    for n in range(count):
        frame, topic, wording = every[n % len(every)]
        if frame.startswith("Which") and not wording[0].startswith(("by", "not", "in", "from", "since", "before")):
            frame = FRAMES[0]
        chosen = [wording]
        if n % 3 == 2:
            other = chance.choice(wordings)
            chosen += [other] if not _share_field(wording[1], other[1]) else []
        yield frame.format(topic=topic, condition=" ".join(text for text, _ in chosen)), tuple(chosen)


def _share_field(one: Filters, other: Filters) -> bool:
    return bool(_list_fields(one) & _list_fields(other)) or "either" in str(one.either and other.either)


def _list_fields(filters: Filters) -> set[str]:
    set_here = {name for name, value in filters if value != Filters.model_fields[name].default}
    nested = {name for part in (*filters.without, *filters.either) for name in _list_fields(part)}
    fields = (set_here | nested) - {"without", "either"}
    groups = {"year_from": "date", "year_to": "date", "years": "date", "date_from": "date", "date_to": "date"}
    groups |= {
        "first_author": "author",
        "single_author": "author",
        "min_authors": "author",
        "max_authors": "author",
        "max_citations": "min_citations",
    }
    return {groups.get(field, field) for field in fields}


def is_as_meant(query: Query, meant: Filters, view: Snapshot) -> bool:
    """Return whether the filters are those meant: the same papers of the library, and the same fields."""
    return set(view.list_ids(query.filters)) == set(view.list_ids(meant)) and _list_fields(
        query.filters
    ) == _list_fields(meant)


def judge(question: str, wordings: tuple[Wording, ...], view: Snapshot) -> str:
    """Say whether a phrase is obeyed, told to be unused, or neither."""
    query = parse_question(question, view, TODAY)
    meant = Filters()
    for _, filters in wordings:
        meant = meant.intersect(filters)
    if is_as_meant(query, meant, view):
        return "obeyed"
    for n in range(1, 2 ** len(wordings)):
        rest = Filters()
        left = [text for i, (text, _) in enumerate(wordings) if n >> i & 1]
        for i, (_, filters) in enumerate(wordings):
            rest = rest if n >> i & 1 else rest.intersect(filters)
        if is_as_meant(query, rest, view) and all(any(_overlap(text, said) for said in query.unused) for text in left):
            return "unused"
    return "wrong"


def _overlap(text: str, said: str) -> bool:
    """Return whether a phrase that is said to be unused names what matters of a wording."""
    names = {"Zhang", "Müller", "Nature", "PeerJ", "German", "Kitchen", "read", "soup", "code", "abstract", "retracted"}
    marks = {word.strip(",") for word in text.split()} & names or {word for word in text.split() if word[:1].isdigit()}
    return any(mark in said for mark in marks) if marks else any(word in said for word in text.split())


@pytest.mark.parametrize(("wordings", "obeyed"), [(FIRST, 0.99), (ASIDE + LATER, 0.9)], ids=["first", "aside"])
def test_every_condition_is_obeyed_or_said_to_be_unused(held: Snapshot, wordings: list[Wording], obeyed: float) -> None:
    judged = [(judge(question, chosen, held), question) for question, chosen in make_phrases(wordings, PHRASES // 2)]
    assert [question for verdict, question in judged if verdict == "wrong"] == []
    assert sum(verdict == "obeyed" for verdict, _ in judged) >= obeyed * len(judged)
