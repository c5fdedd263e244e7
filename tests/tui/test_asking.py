"""A question and what comes of it: streamed, queued, cancelled, failed, refused, in doubt, asked again."""

import json
from pathlib import Path
from typing import Any

import pytest
from textual.timer import Timer
from textual.widgets import Static
from textual.widgets.markdown import MarkdownBlock

from assistant.answer.model import Model
from assistant.client import Assistant
from assistant.sessions.format import UNFINISHED
from assistant.settings import ModelSettings, Settings
from assistant.testing import Gate, Reply, fake_openai_server, faults
from assistant.types import CANCELLED, Claim, Support, Usage
from store.errors import InputError, LibraryError, ModelError
from tests.assistant.answer.asking import QUESTION, RIGHT, WRONG, claims
from tests.tui.chatting import SMALL, answer, chatting, contents, footer, held, notice, plain
from tui.chat.answer_text import DRAFT
from tui.chat.conversation_pane import NewAnswers
from tui.chat.exchange import Exchange, Further, Steps
from tui.chat.reading import ReadingLine
from tui.chat.transcript import Transcript

OTHER = "How long does the estimate of crash probabilities take?"
ELSEWHERE = "Which zebras swim across the Danube?"
PARTLY = "The estimate of crash probabilities takes 20 times less time than naive Monte Carlo in the city."


async def test_an_answer_is_shown_with_its_signs_its_evidence_and_what_it_took(library: Path) -> None:
    async with chatting(library, claims(RIGHT)) as talk:
        asked = await talk.ask(QUESTION)
        assert answer(asked) == f"{RIGHT[:-1]}. [1] ≈"
        assert "scripted · 1 sentence: 1 worded alike (≈) · 1 cited" in footer(asked)
        assert "tokens" in talk.status
        await talk.until(lambda: "Most similar" in talk.paper)
        assert talk.paper.startswith("Rare Events in Simulated Traffic\nMatthew O'Kelly")
        assert [turn.question for turn in talk.saved] == [QUESTION]


async def test_a_draft_is_shown_while_it_is_written_and_the_composer_stays_live(library: Path) -> None:
    gate = Gate()
    async with chatting(library, held(gate, RIGHT), claims(RIGHT)) as talk:
        await talk.send(QUESTION)
        await talk.until(lambda: RIGHT[:20] in talk.screen, "a draft")
        assert RIGHT not in answer(talk.exchanges[0])
        assert "answering" in talk.status
        await talk.press(*"next")
        assert talk.draft == "next"
        gate.open()
        await talk.settled()
        assert talk.draft == "next"
        assert answer(talk.exchanges[0]).startswith(RIGHT)


async def test_pieces_of_a_draft_come_less_often_while_somebody_types(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate()
    waits: list[float] = []
    set_timer = Exchange.set_timer

    def note_wait(exchange: Exchange, delay: float, callback: Any) -> Timer:
        waits.append(delay)
        return set_timer(exchange, delay, callback)

    monkeypatch.setattr(Exchange, "set_timer", note_wait)
    monkeypatch.setattr("tui.chat.draft.monotonic", lambda: 1000.0)
    async with chatting(library, held(gate, RIGHT)) as talk:
        await talk.send(QUESTION)
        await talk.until(lambda: RIGHT[:20] in talk.screen, "a draft")
        assert waits[-1] == 0.1
        await talk.press("x")
        gate.open()
        await talk.settled()
        assert waits[-1] == 0.3


async def test_questions_wait_for_their_turn(library: Path) -> None:
    gate = Gate()
    async with chatting(library, held(gate, RIGHT), OTHER, claims(RIGHT)) as talk:
        await talk.send(QUESTION)
        await talk.until(gate.reached.is_set, "the model is asked")
        await talk.send(OTHER)
        await talk.until(lambda: len(talk.exchanges) == 2)
        assert [exchange.turn for exchange in talk.exchanges] == [None, None]
        gate.open()
        await talk.settled()
        assert [turn.question for turn in talk.turns] == [QUESTION, OTHER]
        assert [turn.question for turn in talk.saved] == [QUESTION, OTHER]
        assert all(turn.answer for turn in talk.saved)


async def test_esc_cancels_and_keeps_what_came(library: Path) -> None:
    gate = Gate()
    async with chatting(library, held(gate, RIGHT), size=SMALL) as talk:
        await talk.send(QUESTION)
        await talk.until(lambda: RIGHT[:20] in talk.screen, "a draft")
        await talk.press("escape")
        await talk.settled()
        assert RIGHT[:20] in answer(talk.exchanges[0])
        assert notice(talk.exchanges[0]).startswith("! Cancelled.")
        assert "F5" in notice(talk.exchanges[0])
        assert [(turn.question, turn.error) for turn in talk.saved] == [(QUESTION, CANCELLED)]
        assert "answering" not in talk.status


async def test_a_stopped_draft_is_saved_with_what_it_took_and_shown_again_as_a_draft(library: Path) -> None:
    gate = Gate()
    async with chatting(library, held(gate, RIGHT)) as talk:
        await talk.send(QUESTION)
        await talk.until(lambda: RIGHT[:20] in talk.screen, "a draft")
        await talk.press("escape")
        await talk.settled()
        (turn,) = talk.saved
        assert turn.answer is None
        assert turn.draft == RIGHT[: len(RIGHT) // 2]
        assert turn.draft_usage.output_tokens == len(turn.draft) // 4 + 1
        assert turn == talk.turns[0].model_copy(update={"asked_at": turn.asked_at})
        session = talk.app.chat.conversation.questions.session
    async with chatting(library, claims(RIGHT), session=session) as talk:
        await talk.until(lambda: talk.turns)
        (shown,) = talk.exchanges
        await talk.until(lambda: answer(shown))
        assert answer(shown) == turn.draft.rstrip()
        assert shown.has_class("-draft")
        assert DRAFT in notice(shown)
        assert footer(shown) == "draft · about 11 tokens written"
        assert "11 tokens" in talk.status
        await talk.ask(OTHER)  # The one turn is the model's answer: nothing was condensed.
        assert [bool(turn.answer) for turn in talk.saved] == [False, True]


async def test_a_stopped_draft_is_kept_with_the_least_that_it_can_have_cost(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Model, "with_price", lambda _, usage: usage.model_copy(update={"dollars": 0.25}))
    gate = Gate()
    async with chatting(library, held(gate, RIGHT)) as talk:
        await talk.send(QUESTION)
        await talk.until(lambda: RIGHT[:20] in talk.screen, "a draft")
        await talk.press("escape")
        await talk.settled()
        assert footer(talk.exchanges[0]) == "draft · about 11 tokens written · at least $0.2500"
        assert [turn.draft_usage for turn in talk.saved] == [Usage(output_tokens=11, dollars=0.25)]


async def test_a_long_paragraph_of_a_draft_goes_on_as_another_after_a_sentence(library: Path) -> None:
    first, second = Gate(), Gate()
    text = json.dumps({"claims": [{"text": " ".join([RIGHT] * 12), "sources": [1]}]})
    async with chatting(library, [text[:600], first, text[600:800], second, text[800:]]) as talk:
        await talk.send(QUESTION)
        await talk.until(lambda: talk.exchanges and len(answer(talk.exchanges[0])) > 400, "a draft")
        assert len(contents(talk.exchanges[0])) == 1
        first.open()
        await talk.until(lambda: len(contents(talk.exchanges[0])) == 2, "another paragraph")
        before, after = contents(talk.exchanges[0])
        assert before.plain.endswith(".")
        assert after.plain.startswith("The estimate")
        second.open()


async def test_a_quoted_answer_higher_than_the_screen_is_shown_from_its_question_on(library: Path) -> None:
    async with chatting(library, size=(40, 12)) as talk:
        asked = await talk.ask(QUESTION)
        transcript = talk.one(Transcript)
        await talk.until(lambda: asked.region.y == transcript.region.y, "its beginning")
        assert asked.region.height > transcript.region.height
        await talk.ask(OTHER)
        await talk.until(lambda: talk.exchanges[-1].region.y == transcript.region.y, "that of the next")


async def test_esc_cancels_one_question_and_the_next_one_is_answered(library: Path) -> None:
    gate = Gate()
    async with chatting(library, held(gate, RIGHT), claims(RIGHT)) as talk:
        await talk.send(QUESTION)
        await talk.until(gate.reached.is_set)
        await talk.send(OTHER)
        await talk.press("escape")
        await talk.settled()
        assert [turn.error for turn in talk.saved] == [CANCELLED, ""]


async def test_esc_twice_is_as_good_as_once(library: Path) -> None:
    gate = Gate()
    async with chatting(library, held(gate, RIGHT), claims(RIGHT)) as talk:
        await talk.send(QUESTION)
        await talk.until(gate.reached.is_set)
        await talk.press("escape", "escape", "escape")
        await talk.settled()
        assert [turn.error for turn in talk.saved] == [CANCELLED]
        await talk.ask(OTHER)
        assert talk.saved[-1].answer


async def test_a_model_that_breaks_off_leaves_its_draft_and_the_reason(library: Path) -> None:
    said = json.dumps(claims(RIGHT))
    broken = Reply([said[:60], ModelError("The connection to the model was lost.", "Ask again.")])
    async with chatting(library, broken, claims(RIGHT)) as talk:
        asked = await talk.ask(QUESTION)
        assert "The estimate of crash" in answer(asked)
        assert notice(asked).startswith("! Failed: ")
        assert "F5 asks again, F6" in notice(asked)
        (turn,) = talk.saved
        assert turn.error
        assert turn.draft
        assert turn.draft in answer(asked)
        assert turn.error in notice(asked)
        await talk.press("f5")
        await talk.until(lambda: len(talk.turns) == 2)
        await talk.settled()
        assert [bool(turn.answer) for turn in talk.saved] == [False, True]
        assert len(talk.exchanges) == 2


async def test_an_outage_is_a_message_in_the_chat_and_the_chat_goes_on(library: Path) -> None:
    async with chatting(library, ConnectionError("no route"), ConnectionError("no route"), claims(RIGHT)) as talk:
        asked = await talk.ask(QUESTION)
        assert notice(asked).startswith("! Failed: ")
        assert not talk.told
        assert "tokens" not in talk.status


async def test_what_the_library_does_not_hold_is_not_answered(library: Path) -> None:
    async with chatting(library, claims(RIGHT)) as talk:
        asked = await talk.ask(ELSEWHERE)
        assert notice(asked).startswith("∅ No answer. ")
        assert "/everything" not in notice(asked)  # Nothing narrows the papers; a test of thanks has the other case.
        assert "/add" in notice(asked)
        assert answer(asked) == ""
        assert talk.saved[0].answer
        assert talk.saved[0].answer.abstained


async def test_sentences_in_doubt_have_a_sign_words_and_reasons(library: Path) -> None:
    draft = claims(RIGHT, WRONG, PARTLY)
    async with chatting(library, draft, draft, size=(120, 50)) as talk:
        asked = await talk.ask(QUESTION)
        assert asked.answer
        found = {claim.text: claim for claim in asked.answer.claims}
        assert found[WRONG].support is Support.CONTRADICTED
        assert found[PARTLY].support is Support.DOUBTFUL
        shown = answer(asked)
        assert f"{WRONG} [1] ✗ its source says otherwise" in shown
        assert f"{PARTLY} [1] ? in doubt" in shown
        assert f"✗ “{WRONG}”: {'; '.join(found[WRONG].reasons)}" in notice(asked)
        assert f"? “{PARTLY}”: {'; '.join(found[PARTLY].reasons)}" in notice(asked)
        assert f"“{RIGHT}”" not in notice(asked)


async def test_a_long_question_is_folded_in_the_chat_and_asked_in_full(library: Path) -> None:
    pasted = "\n".join(f"cats {n}" for n in range(300))
    async with chatting(library) as talk:
        asked = await talk.ask(pasted)
        shown = asked.query_one(".question", Static)
        assert plain(shown).splitlines()[0] == "❯ cats 0"
        assert plain(shown).splitlines()[7:] == ["cats 7", "… 2,534 characters more"]
        assert asked.question == pasted
        asked.focus()
        await talk.press("enter")
        assert plain(shown).splitlines()[-1] == "cats 299"


async def test_the_answer_before_is_looked_for_from_where_one_has_scrolled_to(library: Path) -> None:
    async with chatting(library, size=SMALL) as talk:
        asked = [await talk.ask(f"How many papers are from {year}?") for year in range(2010, 2018)]
        talk.one(Transcript).scroll_to(y=0, animate=False)
        await talk.pilot.pause()
        await talk.press("ctrl+up")
        assert isinstance(talk.app.focused, Exchange)
        place = asked.index(talk.app.focused)
        assert 0 <= place < 4
        await talk.press("ctrl+up")
        assert talk.app.focused is asked[max(place - 1, 0)]


async def test_the_steps_are_told_and_can_be_opened(library: Path) -> None:
    async with chatting(library, claims(RIGHT)) as talk:
        asked = await talk.ask(QUESTION)
        steps = asked.query_one(Steps)
        assert plain(steps) == "Compared: 1 sentence: 1 worded alike (≈)  (+2)"
        asked.focus()
        await talk.press("enter")
        lines = plain(steps).splitlines()
        assert lines[0].startswith("Searching: ")
        assert "paper" in lines[1]
        await talk.pilot.click(steps)
        assert "(+2)" in plain(steps)


async def test_more_sentences_of_the_papers_are_folded_behind_their_number(library: Path) -> None:
    async with chatting(library) as talk:
        asked = await talk.ask("How much less time than naive Monte Carlo?")
        further = asked.query_one(Further)
        assert asked.answer
        assert len(asked.answer.further) == 2
        assert plain(further) == "+ 2 more sentences from these papers"
        asked.focus()
        await talk.press("enter")
        assert plain(further).splitlines() == [
            "More from these papers:",
            *(f"  “{claim.text}” [{claim.citations[0].n}]" for claim in asked.answer.further),
        ]
        await talk.pilot.click(further)
        assert plain(further) == "+ 2 more sentences from these papers"
        counted = await talk.ask("How many papers are from 2018?")
        assert not counted.query_one(Further).display


async def test_the_chosen_question_is_asked_again(library: Path) -> None:
    count = "How many papers are from 2018?"
    async with chatting(library, claims(RIGHT), count, QUESTION) as talk:
        await talk.ask(QUESTION, count)
        await talk.press("ctrl+up", "ctrl+up")
        await talk.until(lambda: talk.exchanges[0].has_focus)
        await talk.press("f5")
        await talk.until(lambda: len(talk.turns) == 3)
        await talk.settled()
        assert talk.turns[2].question == QUESTION
        assert "from the cache" in footer(talk.exchanges[2])


async def test_a_question_is_taken_back_for_a_change_and_the_old_one_stays(library: Path) -> None:
    async with chatting(library, claims(RIGHT)) as talk:
        await talk.ask(QUESTION)
        await talk.press("f6")
        assert talk.draft == QUESTION
        await talk.press("backspace", *" on the road?", "enter")
        await talk.until(lambda: len(talk.turns) == 2)
        assert talk.turns[0].question == QUESTION
        assert talk.turns[1].question == f"{QUESTION[:-1]} on the road?"


async def test_a_follow_up_goes_on_from_the_turn_before(library: Path) -> None:
    async with chatting(library) as talk:
        asked = await talk.ask("Which papers are by Ethan Che?", "And since 2024?")
        assert asked.answer
        assert [reference.title for reference in asked.answer.references] == ["Queues with Differentiable Simulators"]


async def test_without_a_model_the_answer_is_quoted_and_says_so(library: Path) -> None:
    async with chatting(library) as talk:
        assert "quoted excerpts" in talk.status
        asked = await talk.ask(QUESTION)
        assert "quoted excerpts, no model: matches wording, not meaning" in footer(asked)
        assert "20 times less time" in answer(asked)


async def test_only_what_is_supported_is_shown_where_that_is_wanted(library: Path) -> None:
    draft = claims(RIGHT, WRONG)
    async with chatting(library, draft, draft) as talk:
        await talk.send("/strict")
        await talk.until(lambda: "strict" in talk.status)
        asked = await talk.ask(QUESTION)
        assert WRONG not in answer(asked)
        await talk.send("/strict")
        await talk.until(lambda: "strict" not in talk.status)


async def test_what_nobody_can_answer_fails_in_words_and_is_kept(library: Path) -> None:
    async with chatting(library) as talk:
        asked = await talk.ask("???")
        assert notice(asked).startswith("! Failed: The question holds no word.")
        assert [turn.question for turn in talk.saved] == ["???"]
        await talk.send("   \n  ")
        await talk.settled()
        assert len(talk.exchanges) == 1


async def test_a_question_that_waits_is_saved_at_once(library: Path) -> None:
    gate = Gate()
    async with chatting(library, held(gate, RIGHT), OTHER, claims(RIGHT)) as talk:
        await talk.send(QUESTION)
        await talk.until(gate.reached.is_set)
        await talk.send(OTHER)
        await talk.until(lambda: "Waits for its turn." in notice(talk.exchanges[-1]))
        await talk.until(lambda: len(talk.saved) == 2, "it is saved while it waits")
        assert [(turn.question, turn.error) for turn in talk.saved] == [(QUESTION, UNFINISHED), (OTHER, UNFINISHED)]
        gate.open()
        await talk.settled()
        assert [(turn.question, turn.error) for turn in talk.saved] == [(QUESTION, ""), (OTHER, "")]
        assert "Waits" not in notice(talk.exchanges[-1])


async def test_a_question_that_waits_is_taken_back_for_a_change(library: Path) -> None:
    gate = Gate()
    async with chatting(library, held(gate, RIGHT)) as talk:
        await talk.send(QUESTION)
        await talk.until(gate.reached.is_set)
        await talk.send(OTHER)
        await talk.until(lambda: len(talk.exchanges) == 2)
        await talk.press("f6")
        await talk.until(lambda: len(talk.exchanges) == 1)
        assert talk.draft == OTHER
        gate.open()
        await talk.settled()
        assert [turn.question for turn in talk.turns] == [QUESTION]
        assert [(turn.question, turn.error) for turn in talk.saved] == [(QUESTION, "")]


async def test_a_question_that_waits_is_removed_and_one_that_is_answered_is_not(library: Path) -> None:
    gate = Gate()
    async with chatting(library, held(gate, RIGHT)) as talk:
        await talk.send(QUESTION)
        await talk.until(gate.reached.is_set)
        await talk.send(OTHER)
        await talk.until(lambda: len(talk.exchanges) == 2)
        talk.exchanges[1].focus()
        await talk.press("delete")
        await talk.until(lambda: len(talk.exchanges) == 1)
        talk.exchanges[0].focus()
        await talk.press("delete")
        gate.open()
        await talk.settled()
        assert [turn.question for turn in talk.turns] == [QUESTION]
        assert talk.turns[0].answer
        assert [turn.question for turn in talk.saved] == [QUESTION]


async def test_a_question_that_was_taken_back_does_not_name_the_conversation(library: Path) -> None:
    gate = Gate()
    async with chatting(library, held(gate, RIGHT)) as talk:
        await talk.send(QUESTION)
        await talk.until(gate.reached.is_set)
        await talk.send(OTHER)
        await talk.until(lambda: len(talk.saved) == 2)
        await talk.press("f6")
        await talk.until(lambda: len(talk.exchanges) == 1)
        gate.open()
        await talk.settled()
        assert [(info.title, info.turns) for info in talk.assistant.sessions.list()] == [
            (QUESTION[:59].rstrip() + "…", 1)
        ]


def refuse_to_write(monkeypatch: pytest.MonkeyPatch, *methods: str) -> None:
    """Let what is said not be saved, as on a disk that is full or may only be read."""

    def refuse(*_: object) -> None:
        raise LibraryError("sessions cannot be written: Read-only file system.")

    for method in methods:
        monkeypatch.setattr(f"assistant.sessions.Sessions.{method}", refuse)


async def test_where_nothing_can_be_written_questions_are_answered_all_the_same(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_to_write(monkeypatch, "new", "begin", "record")
    async with chatting(library) as talk:
        asked = await talk.ask("How much less time than naive Monte Carlo?")
        assert "20 times less time" in answer(asked)
        assert "Note: This is not saved. sessions cannot be written: Read-only file system." in notice(asked)
        again = await talk.ask("What year was [1] published?")
        assert "Rare Events in Simulated Traffic" in answer(again), "what was said before is known"
        for command in ("/fork", "/rename"):
            await talk.send(command)
            await talk.until(lambda: ("This conversation is not saved: its answers say why.", "warning") in talk.told)
            talk.told.clear()


async def test_a_copy_goes_up_to_the_chosen_answer_also_where_one_before_it_is_not_saved(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with chatting(library) as talk:
        first = await talk.ask("How much less time than naive Monte Carlo?")
        with monkeypatch.context() as broken:
            refuse_to_write(broken, "begin", "record")
            lost = await talk.ask("Which papers are about cats?")
        last = await talk.ask("What is the title of [1]?")
        count = talk.one(Transcript).count_saved
        saved = talk.saved
        assert [turn.question for turn in saved] == [first.question, last.question]
        assert [count(first, saved), count(last, saved)] == [1, 2]
        with pytest.raises(InputError, match="This answer is not saved"):
            count(lost, saved)


async def test_a_library_that_was_moved_away_is_told_and_none_is_made_in_its_place(library: Path) -> None:
    async with chatting(library) as talk:
        await talk.ask("How much less time than naive Monte Carlo?")
        library.rename(library.with_name("elsewhere"))
        asked = await talk.ask("Which papers are about cats?")
        assert f"The library {library} is not there any more: its folder was moved, renamed or removed." in notice(
            asked
        )
        assert not library.exists()


async def test_many_questions_in_a_row_are_all_asked_as_they_were_typed(library: Path) -> None:
    questions = [f"How many papers are from {1990 + n}?" for n in range(25)]
    async with chatting(library) as talk:
        for question in questions:
            await talk.press(*question[-6:-1], "enter")
        await talk.until(lambda: len(talk.turns) == len(questions), "all are answered")
        await talk.settled()
        assert [turn.question for turn in talk.saved] == [question[-6:-1].strip() for question in questions]


async def test_a_fault_in_the_engine_ends_an_answer_and_not_the_chat(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a fault")

    async with chatting(library) as talk:
        with monkeypatch.context() as broken:
            broken.setattr(Assistant, "astream", fail)
            asked = await talk.ask(QUESTION)
        assert notice(asked).startswith("! Failed: A fault in Conspectus. RuntimeError: a fault")
        assert (await talk.ask(QUESTION)).answer


async def test_a_fault_in_a_worker_is_a_line_and_the_chat_goes_on(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a fault")

    async with chatting(library) as talk:
        await talk.ask(QUESTION)
        monkeypatch.setattr("tui.chat.screen.copy_text", fail)
        await talk.send("/copy")
        await talk.until(lambda: talk.told)
        assert talk.told == [("A fault in Conspectus. RuntimeError: a fault", "error")]
        talk.told.clear()
        assert (await talk.ask("How many papers are from 2018?")).answer


async def test_an_answer_that_comes_below_is_counted_until_one_goes_there(library: Path) -> None:
    gate = Gate()
    async with chatting(library, QUESTION, held(gate, RIGHT), size=(80, 14)) as talk:
        await talk.ask("Which papers are there?")
        await talk.send(QUESTION)
        await talk.until(gate.reached.is_set)
        await talk.press("pageup", "pageup")
        await talk.until(lambda: not talk.one(Transcript).is_at_end)
        gate.open()
        await talk.until(lambda: "↓ 1 new" in talk.screen, talk.screen)
        await talk.click("↓ 1 new")
        await talk.until(lambda: "new" not in plain(talk.one(NewAnswers)) or not talk.one(NewAnswers).display)
        assert talk.one(Transcript).is_at_end


async def test_a_draft_is_muted_until_it_is_an_answer(library: Path) -> None:
    gate = Gate()
    async with chatting(library, held(gate, RIGHT)) as talk:
        await talk.send(QUESTION)
        await talk.until(lambda: RIGHT[:20] in talk.screen, "a draft")
        draft = next(iter(talk.exchanges[0].query(MarkdownBlock))).styles.color
        gate.open()
        await talk.settled()
        assert next(iter(talk.exchanges[0].query(MarkdownBlock))).styles.color != draft


async def test_a_question_that_is_stopped_before_its_first_step_stands_in_no_other_ones_way(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with chatting(library) as talk:
        questions = talk.app.chat.conversation.questions
        start = questions.start_next

        async def start_and_stop() -> Any:
            started = await start()
            questions.cancel()
            return started

        monkeypatch.setattr(questions, "start_next", start_and_stop)
        await talk.ask("How many papers are there?")  # The chat waits for this one already.
        await talk.ask("Which papers are there?")
        monkeypatch.undo()
        await talk.ask("What are the newest papers?", "What are the oldest papers?")
        assert [turn.error for turn in talk.saved] == ["", CANCELLED, CANCELLED, ""]
        assert notice(talk.exchanges[1]).startswith("! Cancelled.")


async def test_papers_that_were_found_stand_beside_the_draft(library: Path) -> None:
    gate = Gate()
    async with chatting(library, "Which papers are there?", held(gate, RIGHT)) as talk:
        await talk.ask("Which papers are there?")
        await talk.send(QUESTION)
        await talk.until(lambda: "Found for “How much less time" in talk.screen, "what was found")
        await talk.until(lambda: talk.paper.startswith("Rare Events in Simulated Traffic"), "the first of them")
        gate.open()
        await talk.settled()
        assert "Evidence of “How much less time" in talk.screen


async def test_a_sentence_of_the_draft_brightens_when_it_was_compared(library: Path) -> None:
    gate = Gate()  # The model's own answer would take the draft's place.
    async with chatting(library, [gate, json.dumps(claims(RIGHT))]) as talk:
        await talk.app.chat.conversation.ask("What is rare?")
        exchange = talk.exchanges[0]
        claim = Claim(text=RIGHT, support=Support.WORDED)
        doubted = Claim(text=WRONG, support=Support.CONTRADICTED)
        await exchange.write_draft(f"{RIGHT} {WRONG} And so on.")
        await talk.until(lambda: "And so on" in answer(exchange))
        exchange.brighten(claim)
        exchange.brighten(doubted)
        styles = {
            content.plain[span.start : span.end]: str(span.style)
            for content in contents(exchange)
            for span in content.spans
        }
        assert styles[RIGHT] == "$foreground"
        assert styles[WRONG] == "$text-error"
        assert not any("And so on" in text for text in styles)
        gate.open()
        await talk.settled()


async def test_a_busy_server_is_told_in_a_step_and_asked_again(library: Path) -> None:
    with fake_openai_server(lambda messages: claims(RIGHT), models=["m"]) as server:
        server.fail(faults.rate_limited(0.01), nth=1)
        chat = ModelSettings(model="m", base_url=server.base_url)
        async with chatting(library, settings=Settings(chat=chat, library=library, cache=False)) as talk:
            asked = await talk.ask(QUESTION)
            asked.focus()
            await talk.press("enter")
            step = plain(asked.query_one(Steps)).splitlines()[2]
            assert "takes no more requests at present (429" in step
            assert step.endswith("It is asked again in 0 s")
            assert answer(asked).startswith(RIGHT[:-1])


async def test_no_answer_says_only_what_can_change_it(library: Path) -> None:
    async with chatting(library) as talk:
        thanked = await talk.ask("thanks!")
        assert notice(thanked).startswith("That asks nothing, so nothing was looked up.")
        assert "/everything" not in notice(thanked)
        assert [one.display for one in (thanked.query_one(Steps), thanked.query_one(ReadingLine))] == [False, False]
        assert not thanked.query_one(".footer").display
        assert notice(await talk.ask(ELSEWHERE)).endswith("\nAsk in other words, or add papers with /add.")
        assert "take a condition out by its cross above" in notice(await talk.ask("Papers from 1950?"))
        assert "widen the papers with /everything" in notice(await talk.ask(f"@2018 {ELSEWHERE}"))


async def test_a_list_is_said_to_be_from_records_and_not_to_be_compared(library: Path) -> None:
    async with chatting(library) as talk:
        asked = await talk.ask("Which papers are from 2018?")
        assert "Compared" not in talk.screen
        assert "word for word" not in talk.screen
        await talk.until(lambda: "from its title and record" in talk.screen, "what the panel says of it")
        assert "from titles and records" in footer(asked)


async def test_a_question_is_asked_again_without_the_condition_that_was_taken_out(library: Path) -> None:
    async with chatting(library) as talk:
        await talk.ask("Which papers are from 1950?")
        await talk.press("ctrl+up", "ctrl+x")
        await talk.until(lambda: len(talk.turns) == 2)
        await talk.settled()
        await talk.press("ctrl+down", "f5")
        await talk.until(lambda: len(talk.turns) == 3)
        await talk.settled()
        assert talk.exchanges[-1].ignore == talk.exchanges[-2].ignore != ()


async def test_a_copy_goes_up_to_the_answer_that_is_chosen_among_those_to_the_same_question(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = "How much less time than naive Monte Carlo?"
    async with chatting(library) as talk:
        with monkeypatch.context() as broken:
            broken.setattr(Assistant, "astream", refuse_to_answer)
            failed = await talk.ask(question)
        answered = await talk.ask(question)
        saved = [talk.turns[-1]]
        count = talk.one(Transcript).count_saved
        assert count(answered, saved) == 1
        with pytest.raises(InputError, match="This answer is not saved"):
            count(failed, saved)


def refuse_to_answer(*_: Any, **__: Any) -> Any:
    raise ModelError("The model is gone.", "Ask again.")
