"""What models write in place of the two forms that they are asked for."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer.draft_claims import DraftClaim
from assistant.answer.json_drafts import DEEPEST, LONGEST, decode_json, salvage_json
from assistant.answer.model_drafts import parse_answer, read_growing_text

RIGHT = "Soups attain 90.94% on ImageNet."
ONE = DraftClaim(RIGHT, (1,))
TWO = DraftClaim("They add no cost.", (2,))
CLAIM = json.dumps({"text": RIGHT, "sources": [1]})
SECOND = json.dumps({"text": TWO.text, "sources": [2]})


@pytest.mark.parametrize(
    "mark",
    [
        " [1]", "[1]", " 【1】", " ［1］", " [^1]", " (1)", " [S1]", " [#1]", " {1}", " [[1]]", " [[1]](#ref1)",
        " [1](https://x.org/a)", " ([1])", " (see [1])", " (Abstract 1)", " [Abstract 1]", " (Source 1)",
        " [source: 1]", " [citation:1]", " [ref. 1]", " [1, p. 3]", " 【1†source】", " [1†L1-L3]", " \\[1\\]",
        " \\cite{1}", "¹", " <sup>1</sup>", "^1^", " [@1]", ", as reported in [1]", " [ 1 ]",
        "$^{[1]}$", "$^1$", "^{1}", "\\textsuperscript{1}", " $[1]$", "~\\cite{1}", " {{1}}", " [^1^]", " [ID: 1]",
        " <cite>1</cite>", ' <ref name="1"/>', '<sup><a href="#1">[1]</a></sup>', "<sup>[1](#ref1)</sup>", " 〔1〕",
        " （1）", " ❶", " 1\ufe0f\u20e3", " (as stated in abstract 1)", " (Abstract [1])", " ([1], Table 2)",
        " [cite_start][1]", " [1; Wortsman et al. 2022]", ' [1](https://x.org/a_(b) "Soups")',
    ],
)  # fmt: skip
def test_a_mark_is_read_in_each_of_its_forms_before_the_stop_and_behind_it(mark: str) -> None:
    assert parse_answer(f"Soups attain 90.94% on ImageNet{mark}.") == ([ONE], False)
    assert parse_answer(f"- Soups attain 90.94% on ImageNet{mark}.\n- They add no cost [2].").drafts == [ONE, TWO]


@pytest.mark.parametrize(
    ("marks", "numbers"),
    [
        ("[1-3]", (1, 2, 3)),
        ("[1]–[3]", (1, 2, 3)),
        ("[1], [3]", (1, 3)),
        ("[1] and [3]", (1, 3)),
        ("[1][3]", (1, 3)),
        ("(1, 3)", (1, 3)),
        ("[1 and 3]", (1, 3)),
        ("【1】【3】", (1, 3)),
        ("¹,³", (1, 3)),
        ("[2022]", ()),
    ],
)
def test_several_numbers(marks: str, numbers: tuple[int, ...]) -> None:
    space = "" if marks.startswith("¹") else " "
    (draft,) = parse_answer(f"Soups attain 90.94% on ImageNet{space}{marks}.").drafts
    assert draft.sources == numbers
    assert draft.text == RIGHT


@pytest.mark.parametrize(
    "sentence",
    [
        "Year [2024] is none.",
        "Two ways, (1) soups and (2) ensembles, were compared.",
        "The rate is 10² per m² and day.",
        "It fell in a Phase I trial (n = 12).",
        "The interval [0, 1] holds it.",
        "Scores (95) rose by x_{1}.",
        "We used the set {a, b} and [A] only.",
        "Accuracy was 95 (Table 2).",
        "It fell (reduced by 3) and grew (from 2).",
        "The depth is small (5, with dropout).",
    ],
)
def test_what_is_no_mark_is_left_alone(sentence: str) -> None:
    (draft,) = parse_answer(f"{sentence[:-1]} [7].").drafts
    assert draft == DraftClaim(sentence, (7,))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("It has $5$ layers and 10$^{3}$ units.", "It has 5 layers and 10³ units."),
        ("The area is 3 cm$^2$ and f(x)^2 grows.", "The area is 3 cm² and f(x)^2 grows."),
        ("It took 10<sup>2</sup> steps for k in [1, K].", "It took 10² steps for k in [1, K]."),
    ],
)
def test_powers_are_no_marks(written: str, read: str) -> None:
    assert parse_answer(f"{written[:-1]} [7].").drafts == [DraftClaim(read, (7,))]


@pytest.mark.parametrize(
    "text",
    [
        f"Sure! {RIGHT} [1]",
        "Sure! Based on the provided abstracts, soups attain 90.94% on ImageNet [1].",
        "According to abstract 1, soups attain 90.94% on ImageNet.",
        "Abstract [1] reports that soups attain 90.94% on ImageNet.",
        "As stated in [1], soups attain 90.94% on ImageNet.",
        f"Here is the answer:\n\n{RIGHT} [1]",
        f"Answer: {RIGHT} [1]",
        f"**Answer:**\n\n- {RIGHT} [1]",
        f"## Answer\n\n{RIGHT} [1]",
        f"**{RIGHT}** [1]",
        f"1. **Accuracy:** {RIGHT} [1]",
        f"> {RIGHT} [1]",
        f"```\n{RIGHT} [1]\n```",
        f"[1] {RIGHT}",
        f"[1]: {RIGHT}",
        "Soups\nattain 90.94%\non ImageNet [1].",
        f"| Claim | Source |\n|---|---|\n| {RIGHT} | [1] |",
        f"{RIGHT} [1]\n\nLet me know if you need more!",
        f"{RIGHT} [1] I hope this helps.",
        f"{RIGHT} [1]\n\nWould you like to know more?",
        f"{RIGHT} [1]\n\nReferences:\n[1] Wortsman et al. Model soups. 2022.",
        f"{RIGHT} [1]\n\n**Sources**\n1. Wortsman et al. Model soups. 2022.",
        f"{RIGHT} [1]\n\n[1] Wortsman et al. Model soups. 2022.",
        f"{RIGHT}[^1]\n\n[^1]: Model soups. 2022.",
        f"{RIGHT}\n\nSources: [1]",
        f'{RIGHT} [1]\n{{"claims": []}}',
        f"{RIGHT} [1]\n\nNOT STATED",
    ],
)
def test_what_is_around_a_sentence_is_no_claim(text: str) -> None:
    assert parse_answer(text) == ([ONE], False)


def test_sentences_are_not_split_behind_an_abbreviation_that_is_cited() -> None:
    (draft,) = parse_answer("Wortsman et al. [1] report that soups attain 90.94%.").drafts
    assert draft == DraftClaim("Wortsman et al. report that soups attain 90.94%.", (1,))


def test_numbers_belong_to_their_sentences_before_and_behind_them() -> None:
    assert parse_answer(f"{RIGHT} [1] {TWO.text} [2]").drafts == [ONE, TWO]
    assert parse_answer(f"{RIGHT}[1] {TWO.text}[2]").drafts == [ONE, TWO]
    assert parse_answer(f"[1] {RIGHT} [2] {TWO.text}").drafts == [ONE, TWO]
    assert parse_answer("汤达到了 90.94%【1】。它不增加成本【2】。").drafts == [
        DraftClaim("汤达到了 90.94%。", (1,)),
        DraftClaim("它不增加成本。", (2,)),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "NOT STATED", "not stated.", "**NOT STATED**", "NOT STATED\nNOT STATED",
        "NOT STATED.\nThe abstracts discuss soups only.", "Answer: NOT STATED", "NOT STATED in the abstracts.", "None",
        "N/A", "Not mentioned.", "The abstracts do not state this.", "I cannot find this in the provided abstracts.",
        "None of the abstracts mention it.", '{"claims": []}', '{"claims": null}',
        '{"claims": [{"text": "NOT STATED", "sources": []}]}', '{"answer": "NOT STATED"}',
        '```json\n{"claims": []}\n```', "[]", '{"claims": []}\nNOT STATED', "NOT STATED ❌", "Result: not stated",
        "It is not stated.",
    ],
)  # fmt: skip
def test_silence_of_the_abstracts_is_said_in_these_forms(text: str) -> None:
    assert parse_answer(text) == ([], False)


@pytest.mark.parametrize(
    "remark",
    [
        "Note: This rests on one abstract.",
        "(Note: the answer relies on abstract 1 only.)",
        "No other abstract addresses the question.",
        "I looked at the abstracts.",
        "[End of answer]",
        "Question: And ensembles?\nAnswer: They cost more [2].",
        "User: And ensembles?\nAssistant: They cost more [2].",
    ],
)
def test_remarks_on_the_answer_and_further_turns_are_no_sentences_of_it(remark: str) -> None:
    assert parse_answer(f"{RIGHT} [1]\n\n{remark}") == ([ONE], False)


def test_a_sentence_without_a_mark_that_says_something_stays() -> None:
    plain = "Abstract shapes are harder for each abstract reasoning model."
    assert parse_answer(f"{RIGHT} [1]\n{plain}").drafts == [ONE, DraftClaim(plain, ())]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Sure!",
        "I'm sorry, I can't help with that.",
        "...",
        "Hope this helps!",
        "{",
        '{"unexpected": 1}',
        "```",
        "[1]",
        "Yes.",
    ],
)
def test_what_says_nothing_is_no_answer(text: str) -> None:
    assert parse_answer(text) == ([], True)


@pytest.mark.parametrize(
    "text",
    [
        f'{{"claims": [{CLAIM},],}}',
        f'{{"claims": {CLAIM}}}',
        f"[{CLAIM}]",
        CLAIM,
        str({"claims": [{"text": RIGHT, "sources": [1]}]}),
        f"{{claims: [{{text: {json.dumps(RIGHT)}, sources: [1]}}]}}",
        json.dumps({"claims": [{"claim": RIGHT, "citations": [1]}]}),
        json.dumps({"results": [{"statement": RIGHT, "abstracts": ["1"]}]}),
        json.dumps({"claims": [RIGHT + " [1]"]}),
        json.dumps({"answer": RIGHT + " [1]"}),
        json.dumps({"1": RIGHT + " [1]"}),
        json.dumps(f'{{"claims": [{CLAIM}]}}'),
        json.dumps({"name": "claims", "arguments": {"claims": [{"text": RIGHT, "sources": [1]}]}}),
        json.dumps({"name": "claims", "arguments": f'{{"claims": [{CLAIM}]}}'}),
        f'<tool_call>{{"name": "claims", "arguments": {{"claims": [{CLAIM}]}}}}</tool_call>',
        f'Maybe {{"claims": [{SECOND}]}}? No: {{"claims": [{CLAIM}]}}',
        f'{{"claims": [{CLAIM}]}} I hope that this helps [2].',
        f'{{"claims": [{CLAIM} // the first\n]}}',
        f'{{"type": "object", "properties": {{"claims": [{CLAIM}]}}}}',
        f'{{"claims": {{"1": {CLAIM}}}}}',
        f'{{"claims": [{CLAIM}]}}'.replace('"', '\\"'),
        f'{{"claims": [{CLAIM}]}}'.replace('"', "&quot;"),
        json.dumps({"content": f'{{"claims": [{CLAIM}]}}'}),
        json.dumps({"claims": [{"text": RIGHT, "sources": [1.0]}]}),
        json.dumps({"claims": [{"text": RIGHT, "sources": {"1": "Model soups"}}]}),
        json.dumps({"claims": [{"text": RIGHT, "ids": [1]}]}),
        f'{{"claims": [{{"text": "{RIGHT.replace("%", chr(92) + "%")}", "sources": [1]}}]}}',
        f'{{"claims": [{{"text": "{RIGHT.replace(" on", chr(10) + "on")}", "sources": [1]}}]}}',
    ],
)
def test_json_is_read_leniently(text: str) -> None:
    assert parse_answer(text) == ([ONE], False)


def test_one_object_a_line() -> None:
    assert parse_answer(f"{CLAIM}\n{SECOND}") == ([ONE, TWO], False)
    assert parse_answer(f"```json\n{CLAIM}\n{SECOND}\n```") == ([ONE, TWO], False)


def test_quotes_and_commands_within_a_text() -> None:
    text = r'{"claims": [{"text": "The "best" $\alpha$ and \beta \theta isn' + r"""'t 3\%.", "sources": [1]}]}"""
    assert parse_answer(text).drafts == [DraftClaim('The "best" α and β θ isn\'t 3%.', (1,))]


def test_brackets_that_do_not_match_are_mended_when_nothing_better_comes() -> None:
    text = f'{{"claims": [{CLAIM}}}'
    assert parse_answer(text).broken
    assert salvage_json(text) == [ONE]


def test_what_is_too_long_or_too_deep_is_not_mended() -> None:
    deep = "[" * (DEEPEST + 1) + "1," + "]" * (DEEPEST + 1)
    assert decode_json(deep) is None
    assert decode_json(deep[1:-1]) is not None
    long = '{"a": "' + "b" * LONGEST + '",}'
    assert decode_json(long) is None
    assert decode_json(long.replace("b" * 20, "")) is not None


PIECES = [
    "[1]", "(1)", "{1}", "【1】", "**", "- ", "1. ", "\n", " ", ". ", "! ", "{", "}", '"claims"', '"text"', ":", "[",
    "]", ",", "'", '"', "\\", "NOT STATED", "References:", "<think>", "</think>", "Sure", "The soup fell",
    "et al.", "|", "```", "\ue000", "¹", "null", "[2022]",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text())
def test_any_text_is_taken_and_nothing_of_it_stands_for_a_mark(text: str) -> None:
    for draft in [*parse_answer(text).drafts, *salvage_json(text)]:
        assert draft.text.strip()
        assert not any("\ue000" <= character <= "\uf8ff" for character in draft.text)
    read_growing_text(text)


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_what_is_shown_grows_only(text: str) -> None:
    shown = ""
    for end in range(len(text)):
        grown = read_growing_text(text[:end], begun=bool(shown))
        shown = grown if grown.startswith(shown) else shown
    assert "<think>" not in shown.partition("</think>")[0] or not text.lstrip().startswith("<think>")
