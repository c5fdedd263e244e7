from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from assistant.answer.replies import format_sentences
from assistant.export.conversation import format_conversation
from assistant.types import CANCELLED, Answer, Citation, Claim, Reference, Session, Support, Trace, Turn, Usage
from tests.assistant.export.test_escaping import _LOADS, HOSTILE, read
from tests.assistant.small import paper

NOW = datetime(2026, 11, 23, 8, 15, tzinfo=UTC)
PAPER = paper("p", "On Rare Events", authors="Ann Poe", year=2018)
USAGE = Usage(output_tokens=3, dollars=0.5)
KEYS = {"p": "poe2018rare"}


def session(*turns: Turn, **fields: Any) -> Session:
    return Session(**{"id": "20261123-081500-3f2a", "title": "Events", "created_at": NOW, "turns": turns, **fields})


def answered(*claims: Claim, **fields: Any) -> Turn:
    reference = Reference(n=1, paper_id="p", title="On Rare Events")
    given = {
        "question": "Why?",
        "text": format_sentences(claims),
        "claims": claims,
        "references": (reference,),
        **fields,
    }
    return Turn(asked_at=NOW, question="Why?", answer=Answer(**given))


def claim(text: str, support: Support, *reasons: str) -> Claim:
    cited = Citation(n=1, paper_id="p", title="On Rare Events", quote="Because.", start=0, end=8)
    return Claim(text=text, support=support, citations=(cited,), reasons=reasons)


def test_an_answer_of_a_model_with_its_doubts_and_references() -> None:
    turn = answered(
        claim("Events are rare.", Support.WORDED),
        claim("They cost 30 percent.", Support.DOUBTFUL, "30 is not in the source"),
        claim("Nobody knows.", Support.ABSENT),
        mode="some-model",
        usage=Usage(input_tokens=1000, output_tokens=234, dollars=0.5),
        trace=Trace(notes=("the answer was cut off",)),
    )
    said = format_conversation(session(turn, forked_from="20261122-081500-3f2a"), [PAPER], KEYS)
    assert said == (
        "# Events\n\n"
        "Session 20261123-081500-3f2a, begun on 2026-11-23, forked from 20261122-081500-3f2a. "
        "1,234 tokens, 0.5000 US dollars.\n\n"
        "## 1. Why?\n\n"
        "Events are rare. [@poe2018rare] *≈* They cost 30 percent. [@poe2018rare] *(? in doubt)* "
        "Nobody knows. [@poe2018rare] **(– not found in its source)**\n\n"
        "Compared with the sources; not to be relied on: 2 of 3.\n\n"
        "- **? in doubt:** They cost 30 percent. [@poe2018rare] (30 is not in the source)\n"
        "- **– not found in its source:** Nobody knows. [@poe2018rare]\n\n"
        "Note: the answer was cut off\n\n"
        "*Written by some-model; 3 sentences: 1 worded alike (≈), 1 in doubt (?), 1 not found (–). "
        "1,234 tokens, 0.5000 US dollars.*\n\n"
        "## References\n\n"
        "- **poe2018rare**: Poe, A. (2018). On Rare Events.\n"
    )


def test_turns_without_an_answer_say_so() -> None:
    failed = Turn(asked_at=NOW, question="First?", error="The model *fails*. Try again.")
    cancelled = Turn(asked_at=NOW, question="Second?", error=CANCELLED)
    none = answered(abstained=True, reason="No abstract answers it.", references=())
    said = format_conversation(session(failed, cancelled, none, title=""), [], {})
    assert said.startswith("# Untitled conversation\n")
    assert "## 1. First?\n\n**Failed:** The model \\*fails\\*. Try again.\n" in said
    assert "## 2. Second?\n\n**Cancelled** before there was an answer.\n" in said
    assert "## 3. Why?\n\n**No answer.** No abstract answers it.\n" in said
    assert "References" not in said


def test_a_draft_is_quoted_as_one_and_marked_as_no_answer() -> None:
    draft = "Events are *rare* [1].\n\n- They cost 30 percent, and"
    cancelled = Turn(asked_at=NOW, question="First?", error=CANCELLED, draft=draft)
    failed = Turn(asked_at=NOW, question="Second?", error="It broke.", draft="Nobody", draft_usage=USAGE)
    said = format_conversation(session(cancelled, failed), [], {})
    assert said.partition("## 1. ")[2] == (
        "First?\n\n"
        "**Cancelled** before there was an answer.\n\n"
        "A draft that was compared with no source, and is no answer:\n\n"
        "> Events are \\*rare\\* \\[1\\].\n>\n> \\- They cost 30 percent, and\n\n"
        "## 2. Second?\n\n"
        "**Failed:** It broke.\n\n"
        "A draft that was compared with no source, and is no answer:\n\n"
        "> Nobody\n\n"
        "*The model had written about 3 tokens, 0.5000 US dollars.*\n"
    )


@given(HOSTILE, st.sampled_from(Support))
def test_no_data_makes_a_link_an_image_or_a_block(text: str, support: Support) -> None:
    turn = answered(
        claim(text, support, text), mode=text or "m", usage=Usage(input_tokens=1), trace=Trace(notes=(text,))
    )
    turns = (
        turn.model_copy(update={"question": text}),
        answered(abstained=True, reason=text),
        Turn(asked_at=NOW, question=text, error=text),
    )
    hostile = paper("p", text, authors=text, venue=text, identifiers={"doi": text}, urls=(f"https://{text}",))
    said = format_conversation(session(*turns, title=text, forked_from=text), [hostile], KEYS)
    kinds = read(said)[1]
    assert not kinds & (_LOADS | {"ordered_list_open", "hr", "blockquote_open", "table_open"})
    assert said.count("\n## ") == 4


@given(HOSTILE)
def test_no_draft_makes_anything_but_a_quotation_of_text(text: str) -> None:
    said = format_conversation(session(Turn(asked_at=NOW, question="Why?", error=CANCELLED, draft=f"x {text}")), [], {})
    kinds = read(said)[1]
    assert not kinds & (_LOADS | {"bullet_list_open", "ordered_list_open", "hr", "table_open", "code_block", "fence"})
    assert "blockquote_open" in kinds
    assert said.count("\n## ") == 1
