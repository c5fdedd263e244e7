"""A comparison of words is not called a check of the sense, wherever somebody reads what came of it."""

import ast
import io
import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import assistant
from assistant.answer.replies import format_sentences
from assistant.cli.answers import show_answer
from assistant.cli.commands.check_command import SignTally, show_sentence
from assistant.cli.commands.report_command import show_diff
from assistant.cli.console import ConsolePage
from assistant.cli.main import build_parser
from assistant.drafts.checked_sentence import CheckedSentence, CitedPaper, Relation, SentenceOutcome
from assistant.export.conversation import write_answer
from assistant.report.diff import ChangeKind, ClaimChange, ReportDiff
from assistant.report.render.html import write_html
from assistant.report.render.markdown import write_markdown
from assistant.settings import Settings
from assistant.types import Answer, Citation, Claim, Reference, Support, Turn
from tests.assistant.report.render import made_up
from tests.assistant.small import paper
from tests.test_project import MODULES, ROOT
from tui.chat.answer_text import answer_markdown as chat_markdown
from tui.chat.answer_text import footer_content as footer
from tui.chat.answer_text import notice_content as notice
from tui.commands import COMMANDS
from tui.help_contents import SIGNS
from tui.text import UNICODE
from tui.themes.claim_list import claim_content

CLAIMED = re.compile(r"\b(?:un)?(?:supported|supports|checked|verified)\b|\bcarri(?:es|ed) (?:it|by|the claim)\b", re.I)
# Parts whose words tell of sentences and their sources; other parts check keys, hashes and forms.
TELLING = (
    "assistant/answers",
    "assistant/chain",
    "assistant/cli",
    "assistant/drafts",
    "assistant/export",
    "assistant/report",
    "assistant/phrases",
)
# A value of JSON, and the signs by which answers that were saved before are recognised.
KEPT = {"supports partly", " *(partly supported)*", " **(not supported)**"}
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)

CITATION = Citation(n=1, paper_id="p", title="On Rare Events", quote="Events are rare.", start=0, end=16)
CLAIMS = tuple(
    Claim(text=text, support=support, citations=(CITATION,))
    for text, support in (
        ("Rare are events.", Support.WORDED),
        ("They cost.", Support.DOUBTFUL),
        ("Nobody knows.", Support.ABSENT),
    )
)
ANSWER = Answer(
    question="Why?",
    text=format_sentences(CLAIMS),
    claims=CLAIMS,
    references=(Reference(n=1, paper_id="p", title="On Rare Events"),),
    mode="some-model",
)
SAVED = ANSWER.model_copy(
    update={"text": "Rare are events. [1] They cost. [1] *(partly supported)* Nobody knows. [1] **(not supported)**"}
)


def print_answer(answer: Answer) -> str:
    """An answer as ``ask`` prints it."""
    stream = io.StringIO()
    show_answer(ConsolePage(stream), answer)
    return stream.getvalue()


def show_in_chat(answer: Answer) -> str:
    """An answer as the chat has it: text, what is in doubt, and how it was made."""
    turn = Turn(asked_at=datetime(2026, 11, 23, tzinfo=UTC), question="Why?", answer=answer)
    parts = (chat_markdown(answer, UNICODE), notice(turn, UNICODE).plain, footer(turn, UNICODE).plain)
    return "\n".join((*parts, *(claim_content(claim, UNICODE).plain for claim in answer.claims)))


def print_draft() -> str:
    """What ``check`` prints of a draft with a sentence of each outcome and a paper of each relation."""
    papers = tuple(CitedPaper(key="poe2018rare", relation=relation) for relation in Relation)
    found = [CheckedSentence(line=1, text="Rare.", outcome=outcome, papers=papers) for outcome in SentenceOutcome]
    stream, tally = io.StringIO(), SignTally()
    for sentence in tally.count_each(found):
        show_sentence(ConsolePage(stream), sentence)
    return f"{stream.getvalue()}\n{tally.summarize()}"


def print_diff() -> str:
    """What ``report diff`` prints of a claim of each kind of change."""
    before, _, after = CLAIMS
    stream = io.StringIO()
    changes = tuple(ClaimChange(became=became, before=before, after=after) for became in ChangeKind)
    show_diff(ConsolePage(stream), ReportDiff(same=0, changes=changes, reasons=()))
    return stream.getvalue()


def list_legends() -> str:
    """What the chat's help says of signs and commands."""
    return "\n".join((*SIGNS.values(), *(command.help for command in COMMANDS)))


def list_settings() -> str:
    """What the settings say of themselves."""
    return "\n".join(field.description or "" for field in Settings.model_fields.values())


def print_help() -> str:
    """The help of the command line, and of the commands that compare."""
    whole = build_parser(["ask", "chat", "check", "report"])
    [commands] = [action.choices for action in whole._actions if action.dest == "command"]
    assert isinstance(commands, dict)
    return "\n".join((whole.format_help(), *(each.format_help() for each in commands.values())))


def describe_package() -> str:
    """What the package says of itself."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return f"{project['description']}\n{assistant.__doc__}"


READ = {
    "an answer": lambda: print_answer(ANSWER),
    "a saved answer": lambda: print_answer(SAVED),
    "an answer in the chat": lambda: show_in_chat(ANSWER),
    "a saved answer in the chat": lambda: show_in_chat(SAVED),
    "an exported answer": lambda: write_answer(SAVED, [paper("p", "On Rare Events")], {"p": "poe2018rare"}),
    "a draft": print_draft,
    "a report": lambda: write_markdown(made_up.printed(mode="some-model")),
    "a report as a page": lambda: re.sub(
        r"(?s)<style>.*?</style>|<[^>]*>", "", write_html(made_up.printed(mode="some-model"))
    ),
    "the difference of two reports": print_diff,
    "the chat's help": list_legends,
    "the settings": list_settings,
    "the help": print_help,
    "the package": describe_package,
}


@pytest.mark.parametrize("what", READ)
def test_what_passed_the_comparison_of_words_is_not_called_supported(what: str) -> None:
    said = READ[what]()
    assert said.strip()
    assert CLAIMED.findall(said) == []


@pytest.mark.parametrize(
    "what", ["an answer", "a saved answer", "an answer in the chat", "an exported answer", "a draft"]
)
def test_each_door_says_the_same_words_of_what_does_not_hold(what: str) -> None:
    said = READ[what]().lower()
    assert re.search(r"\? (?:line 1: )?in doubt", said)
    assert re.search(r"– (?:line 1: )?not found in its source", said)
    assert "worded so" not in said


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_the_documentation_claims_no_more(path: Path) -> None:
    assert CLAIMED.findall(_CODE.sub("", path.read_text(encoding="utf-8"))) == []


def test_the_documentation_says_what_was_looked_at() -> None:
    opening = (ROOT / "README.md").read_text(encoding="utf-8").partition("```")[0]
    draft = (ROOT / "docs" / "checking.md").read_text(encoding="utf-8")
    for said in (opening, draft):
        words = " ".join(said.lower().split())
        assert "words, numbers, names and plain negation are compared" in words
        assert "means the same is not" in words


def list_phrases(path: Path) -> Iterator[str]:
    """The texts of several words in a module that are not docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in alone
            and " " in node.value
        ):
            yield node.value


def test_no_phrase_of_the_interfaces_claims_more() -> None:
    told = [path for path in MODULES if path.relative_to(ROOT).as_posix().startswith((*TELLING, "tui"))]
    claims = {text for path in told for text in list_phrases(path) if CLAIMED.search(text)}
    assert claims - KEPT == set()


@pytest.mark.parametrize("text", ["1 of 2 supported", "every sentence checked", "it is verified", "Unsupported"])
def test_the_rule_finds_what_it_is_for(text: str) -> None:
    assert CLAIMED.search(text)
