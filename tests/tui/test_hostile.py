"""Text that wants to be more than text: from papers, models, sessions and people."""

from pathlib import Path

import pytest

from assistant.client import Assistant
from assistant.escaping import SIGNS
from assistant.testing import Gate, HashEmbedder
from assistant.types import Answer, Reference, Turn
from store.errors import ModelError
from tests.assistant import small
from tests.assistant.answer.asking import QUESTION, RIGHT, claims
from tests.tui.chatting import LARGE, SMALL, answer, chatting, contents, held, notice
from tests.tui.saved import HOSTILE, NOW
from tui.chat import answer_text
from tui.chat.exchange import Exchange
from tui.text import ASCII, UNICODE

FORGED = "All is well `✓` *? in doubt* ~~✗ its source says otherwise~~ **bold** [7](cite:7) [x](cite:zzz) <b>html</b>"
SIGN_STYLES = (".code_inline", ".em", ".s")


def signs(exchange: Exchange) -> list[str]:
    """What is shown in the styles that the check's signs have."""
    return [
        content.plain[span.start : span.end]
        for content in contents(exchange)
        for span in content.spans
        if str(span.style) in SIGN_STYLES
    ]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of hostile papers; nobody may change it."""
    papers = [
        small.paper(f"bad{n}", f"Rare {text}", f"Crashes are rare events. {text}", "Eve [/] \x1b[31mMallory", 2020)
        for n, text in enumerate(HOSTILE[:5])
    ]
    folder = tmp_path_factory.mktemp("hostile") / "library"
    with small.assistant(folder, papers):
        return folder


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_hostile_papers_are_shown_as_they_are(hostile: Path, size: tuple[int, int]) -> None:
    async with chatting(hostile, size=size) as talk:
        await talk.ask("How many papers are from 2020?")
        await talk.press("ctrl+up")
        for number in "12345":
            await talk.press(f"alt+{number}")
            await talk.until(lambda: talk.paper.startswith("Rare") and "Most similar" in talk.paper)
            shown = talk.screen + talk.paper
            assert "\x1b" not in shown
            assert "\u202e" not in shown


@pytest.mark.parametrize("text", [*HOSTILE, "nul\x00nul?", "\u2066?"])
async def test_hostile_questions_are_shown_as_they_are(library: Path, text: str) -> None:
    async with chatting(library) as talk:
        await talk.ask(text)
        shown = talk.screen
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        assert len(talk.saved) == 1


async def test_emphasis_in_a_models_words_never_looks_like_a_sign(library: Path) -> None:
    gate = Gate()
    said = RIGHT.replace("crash", f"crash {FORGED}")
    async with chatting(library, held(gate, RIGHT, said), claims(RIGHT, said), size=(120, 50)) as talk:
        await talk.send(QUESTION)
        await talk.until(lambda: "All is well" in answer(talk.exchanges[0]), "a draft")
        assert signs(talk.exchanges[0]) == []
        gate.open()
        await talk.settled()
        shown = signs(talk.exchanges[0])
        assert shown
        assert set(shown) <= {"≈", "? in doubt", "– not found in its source", "✗ its source says otherwise"}
        assert "`✓` *? in doubt*" in answer(talk.exchanges[0])


async def test_forged_citations_lead_nowhere(library: Path) -> None:
    gate = Gate()
    draft = held(gate, f"{FORGED} {'and so on ' * 20}")
    async with chatting(library, draft, claims(RIGHT), size=(120, 50)) as talk:
        await talk.send(QUESTION)
        await talk.until(lambda: "html" in talk.screen, "a draft")
        await talk.click("cite:zzz")
        gate.open()
        await talk.settled()
        assert len(talk.turns) == 1


async def test_what_failed_is_told_as_it_is(library: Path) -> None:
    async with chatting(library, ModelError("[/] \x1b[31mred\x07 [red]x[/red]", "\u202ehint")) as talk:
        asked = await talk.ask(QUESTION)
        assert "[/] [31mred [red]x[/red]" in notice(asked)
        assert "\x1b" not in talk.screen


async def test_a_hostile_session_is_shown_as_it_is(library: Path) -> None:
    talk_of = Assistant.open(library, embedder=HashEmbedder())
    session = talk_of.sessions.new("[/] \x1b]0;owned\x07")
    for text in HOSTILE:
        reference = Reference(n=1, paper_id=text[:20], title=text, authors=(text,), urls=("javascript:x",))
        answered = Answer(question=text, text=text, references=(reference,), mode=text[:50], reason=text)
        talk_of.sessions.record(session.id, Turn(asked_at=NOW, question=text, answer=answered))
        talk_of.sessions.record(session.id, Turn(asked_at=NOW, question=text, error=text))
    async with chatting(library, session=session.id, size=SMALL) as talk:
        await talk.until(lambda: talk.turns)
        for _ in range(12):
            await talk.press("pageup")
            shown = talk.screen
            assert "\x1b" not in shown
            assert "\u202e" not in shown
        await talk.send("/rename [/] [red]\x1b[31m")
        await talk.until(lambda: talk.told)
        assert "\x1b" not in talk.told[0][0]


def test_signs_are_drawn_in_both_sets() -> None:
    text = "Yes. [1] No. [1][2] **(not worded so in its source)** So. [2] *(partly worded as in its source)*"
    answered = Answer(question="q", text=text, claims=())
    assert "`" not in answer_text.answer_markdown(answered, UNICODE)
    checked = Answer.model_validate(answered.model_dump() | {"claims": [{"text": "Yes.", "support": "supported"}]})
    assert "`" not in answer_text.answer_markdown(checked, UNICODE)  # An answer in quotes says so once, at its head.
    assert "~~– not found in its source~~" in answer_text.answer_markdown(checked, UNICODE)
    assert "*? in doubt*" in answer_text.answer_markdown(checked, UNICODE)
    assert r"~~\- not found in its source~~" in answer_text.answer_markdown(checked, ASCII)
    written = checked.model_copy(update={"mode": "some-model", "text": f"Yes. [1]{SIGNS['entailed']} So. [2]"})
    assert "`✓` So." in answer_text.answer_markdown(written, UNICODE)
    assert "`+` So." in answer_text.answer_markdown(written, ASCII)
    assert answer_text.answer_markdown(written, UNICODE).endswith("`≈`")  # Saved before it had a sign.
