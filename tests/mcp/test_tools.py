"""The eight tools over the SDK, in memory: what they reply, and that the command line says the same."""

import json
from pathlib import Path

import anyio
import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError

from assistant import AddDone, AddReport, Assistant, LibraryLocked, Problem
from assistant.cli.main import main
from assistant.client.papers import Papers
from assistant.mcp.call_context import OpenLibrary
from assistant.mcp.server import build_server
from assistant.mcp.tool_table import TOOLS
from assistant.mcp.tools import Tools, word_error
from assistant.settings import ModelSettings, Settings
from assistant.testing import fake_openai_server, faults
from store.errors import InputError, ModelError
from store.ingest import add_items
from tests.assistant import small
from tests.conftest import LISTING
from tests.mcp.calling import QUESTION, SOUP, SOUP_ID, WRONG, call, refuse, text_of
from tests.mcp.conftest import Connect

NAMES = ["search", "ask", "verify", "check_draft", "where", "paper", "overview", "report"]
# Characters of the list of tools: those it has are 1,633 and 1,681 tokens (o200k, benchmarks/mcp.py), the bar is 1,700.
LONGEST = 7000


async def test_there_are_eight_tools_in_few_words(connect: Connect) -> None:
    async with connect() as client:
        listed = (await client.list_tools()).tools
    assert [tool.name for tool in listed] == NAMES
    assert all(tool.annotations and tool.annotations.read_only_hint for tool in listed)
    for write in (False, True):
        sent = json.dumps([tool.describe(write) for tool in TOOLS], ensure_ascii=False, separators=(",", ":"))
        assert len(sent) < LONGEST


async def test_with_write_two_tools_write(connect: Connect) -> None:
    async with connect(write=True) as client:
        listed = (await client.list_tools()).tools
    writing = [tool.name for tool in listed if not (tool.annotations and tool.annotations.read_only_hint)]
    assert writing == ["paper", "report"]


async def test_a_false_sentence_of_the_agent_is_contradicted_with_quote_and_place(
    connect: Connect, built: Path
) -> None:
    async with connect() as client:
        wrong, right = await call(client, "verify", sentences=[WRONG, SOUP])
        reply = await client.call_tool("verify", {"sentences": [WRONG]})
    assert (wrong["holds"], wrong["support"], wrong["sign"]) == (False, "contradicted", "✗")
    assert wrong["reasons"] == ["the number 97% is not in the source, which has 90.94%"]
    assert (right["holds"], right["support"], right["decision"]["stage"]) == (True, "worded", "rules")
    citation = right["citations"][0]
    with Assistant.open(built) as opened:
        abstract = opened.papers.get(citation["paper_id"]).abstract
    assert abstract[citation["start"] : citation["end"]] == citation["quote"]
    assert "✗ its source says otherwise" in text_of(reply)


async def test_sentences_are_compared_with_the_papers_that_are_named(connect: Connect) -> None:
    async with connect() as client:
        [there] = await call(client, "verify", sentences=[SOUP], papers=[SOUP_ID])
        [elsewhere] = await call(client, "verify", sentences=[SOUP], papers=["A Broader View of Thompson Sampling"])
        assert "no paper with the id '10.9/x'" in await refuse(client, "verify", sentences=[SOUP], papers=["10.9/x"])
    assert there["holds"]
    assert not elsewhere["holds"]


async def test_a_draft_is_compared_sentence_by_sentence_with_progress(connect: Connect) -> None:
    draft = f"{WRONG[:-1]} [@wortsman2022model].\n\nBananas cure gout [@none]. {SOUP[:-1]} [@soup]."
    title = "Model soups: averaging weights of multiple fine-tuned models improves accuracy without increasing "
    bib = f"@article{{soup, title={{{title}inference time}}, year={{2022}}}}"
    steps: list[str] = []

    async def progress(progress: float, total: float | None, message: str | None) -> None:
        steps.append(message or "")

    async with connect() as client:
        reply = await client.call_tool("check_draft", {"draft": draft, "bib": bib}, progress_callback=progress)
    assert isinstance(reply.structured_content, dict)
    sentences = reply.structured_content["result"]
    assert [(one["line"], one["outcome"], one["fine"]) for one in sentences] == [
        (1, "contradicted", False),
        (3, "unknown key", False),
        (3, "worded", True),
    ]
    assert steps == ["line 1", "line 3", "line 3"]


async def test_where_paper_overview_and_search_reply_with_places(connect: Connect) -> None:
    async with connect() as client:
        places = await call(client, "where", text="90.94%")
        paper = await call(client, "paper", id="model soups")
        overview = await call(client, "overview")
        hits = await call(client, "search", query="rare-event simulation", k=2, filters={"year_from": 2018})
    assert [place["key"] for place in places["said"]] == ["wortsman2022model"]
    assert (paper["paper_id"], paper["year"], "warning" in paper) == (SOUP_ID, 2022, False)
    assert paper["bibtex"].startswith("@")
    assert overview["papers"] == 45
    assert len(hits) == 2
    assert hits[0]["sentences"][0]["end"] > hits[0]["sentences"][0]["start"] >= 0


async def test_a_report_has_sections_whose_claims_are_quoted(connect: Connect) -> None:
    async with connect() as client:
        report = await call(client, "report", kind="annotated", filters={"ids": [SOUP_ID]})
        table = await call(client, "report", kind="table", columns=["accuracy: percentage"], filters={"ids": [SOUP_ID]})
    claims = [claim for section in report["sections"] for claim in section["claims"]]
    assert claims
    assert {claim["support"] for claim in claims} == {"quoted"}
    assert [one["paper_id"] for one in report["references"]] == [SOUP_ID]
    assert table["rows"][0]["cells"][0]["value"] == "90.94%"


@pytest.mark.parametrize(
    "question", [QUESTION, "Which papers study fairness?", "What is the boiling point of tungsten?"]
)
async def test_an_answer_is_the_json_of_the_command_line(
    question: str, connect: Connect, built: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    async with connect() as client:
        own = await call(client, "ask", question=question)
    assert own == ask_command_line(question, built, capfd, own["trace"]["seconds"])


async def test_the_shared_questions_are_answered_as_by_the_command_line(
    connect: Connect, built: Path, shared: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    lines = (shared / "eval" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 24
    async with connect() as client:
        for line in lines:
            question = json.loads(line)["question"]
            own = await call(client, "ask", question=question)
            assert own == ask_command_line(question, built, capfd, own["trace"]["seconds"])


def ask_command_line(question: str, library: Path, capfd: pytest.CaptureFixture[str], seconds: float) -> object:
    """What ``conspectus ask --json`` prints, but for the seconds."""
    capfd.readouterr()
    main(["ask", "--json", "--library", str(library), question])
    printed = json.loads(capfd.readouterr().out)
    printed["trace"]["seconds"] = seconds
    return printed


async def test_nothing_is_saved_by_a_question(connect: Connect, built: Path) -> None:
    async with connect() as client:
        await call(client, "ask", question=QUESTION)
    with Assistant.open(built) as opened:
        assert opened.sessions.list() == []


async def test_an_empty_library_is_told(connect: Connect, tmp_path: Path) -> None:
    async with connect(tmp_path / "nothing") as client:
        for name, arguments in (
            ("search", {"query": "fairness"}),
            ("ask", {"question": QUESTION}),
            ("verify", {"sentences": [SOUP]}),
            ("check_draft", {"draft": SOUP}),
            ("where", {"text": SOUP}),
            ("overview", {}),
        ):
            reply = await client.call_tool(name, arguments)
            assert f"The library {tmp_path / 'nothing'} is empty. Add papers with: conspectus add" in text_of(reply), (
                name
            )
    assert not (tmp_path / "nothing").exists()


async def test_settings_that_are_broken_are_told_with_every_call_until_they_are_mended(connect: Connect) -> None:

    tries = iter([InputError("The key is in the file.", "Put it into the environment."), None])

    def open_library() -> OpenLibrary:
        if error := next(tries):
            raise error
        return OpenLibrary(Assistant.open("nowhere-at-all"), Settings())

    async with Client(build_server(Tools(open_library)), mode="legacy") as client:
        assert await refuse(client, "overview") == "The key is in the file. Put it into the environment."
        assert (await call(client, "overview"))["papers"] == 0


async def test_a_fault_of_ours_says_no_more_than_its_kind() -> None:

    def fail() -> None:
        raise KeyError("sk-secret0123456789")

    async with Client(build_server(Tools(fail)), mode="legacy") as client:  # type: ignore[arg-type]
        said = await refuse(client, "overview")
    assert said.startswith("Unexpected KeyError.")
    assert "secret" not in said


async def test_a_long_report_is_cut_with_a_word(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.mcp.runs._LONGEST", 300)
    async with connect() as client:
        reply = await client.call_tool("report", {"kind": "annotated", "filters": {"ids": [SOUP_ID]}})
    assert "Note: The text is cut after 300 characters. Narrow it by a topic, most or filters." in text_of(reply)
    assert len(text_of(reply)) < 900
    assert isinstance(reply.structured_content, dict)
    assert reply.structured_content["result"]["references"]


async def test_a_model_that_refuses_the_key_and_repeats_it_is_told_without_it(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_KEY", "sk-secret0123456789")
    with fake_openai_server(models=["m"]) as server:
        server.fail(faults.unauthorised(echo_key=True))
        chat = ModelSettings(model="m", api_key_env="MY_KEY", retries=0, base_url=server.base_url)
        settings = Settings(chat=chat)
        tools = Tools(lambda: OpenLibrary(Assistant.open(built, settings=settings), settings))
        async with Client(build_server(tools), mode="legacy") as client:
            said = await refuse(client, "ask", question=QUESTION)
        tools.close()
    assert "MY_KEY" in said
    assert "sk-secret" not in said
    assert "sk-secret" not in word_error(ModelError("The model refused sk-secret0123456789."))


async def test_a_request_that_is_sent_again_is_told_while_a_question_is_answered(built: Path) -> None:
    told: list[str | None] = []

    async def progress(progress: float, total: float | None, message: str | None) -> None:
        told.append(message)

    with fake_openai_server(models=["m"]) as server:
        server.fail(faults.rate_limited(0.01), nth=1)
        server.reply({"claims": [{"text": SOUP, "sources": [1]}]})
        settings = Settings(chat=ModelSettings(model="m", retries=1, base_url=server.base_url), cache=False)
        tools = Tools(lambda: OpenLibrary(Assistant.open(built, settings=settings), settings))
        async with Client(build_server(tools), mode="legacy") as client:
            await client.call_tool("ask", {"question": QUESTION}, progress_callback=progress)
        tools.close()
    assert told[:1] == ["searching"]
    assert any(message and message.endswith("It is asked again in 0 s") for message in told)


async def test_a_report_is_saved_where_the_server_was_started_and_nowhere_else(
    connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.md").write_text("my own")
    with Assistant.open(tmp_path / "library") as own:
        own.add(Path(__file__).resolve().parents[2] / "assistant" / "data" / "namkoong_listing.txt")
    async with connect(tmp_path / "library", write=True) as client:
        for name in ("../out.md", "/tmp/out.md", "sub/out.md", ".out.md", ""):
            assert "is no name of a file" in await refuse(client, "report", topic="fairness", save=name)
        assert "mine.md" in await refuse(client, "report", topic="fairness", save="mine.md")
        report = await call(client, "report", kind="annotated", filters={"ids": ["model soups"]}, save="soup.md")
        resources = (await client.list_resources()).resources
        text = (await client.read_resource("conspectus://report/soup.md")).contents[0]
    assert (tmp_path / "mine.md").read_text() == "my own"
    assert str(tmp_path / "soup.md") in report["saved"]
    assert resources[0].uri == "conspectus://report/soup.md"
    assert "Model soups" in getattr(text, "text", "")


async def test_without_write_nothing_can_be_saved_or_fetched(connect: Connect) -> None:
    async with connect() as client:
        assert "conspectus mcp --write" in await refuse(client, "report", topic="fairness", save="out.md")
        assert "conspectus mcp --write" in await refuse(client, "paper", id="10.9/x", fetch=True)


async def test_a_paper_that_is_missing_is_fetched_where_writing_is_allowed(
    connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(papers: Papers, name: str, limit: int | None = None) -> AddReport:
        match name:
            case "10.1/busy":
                raise LibraryLocked("The library is being written by process 7.", "Try again when it is done.")
            case "10.1/none":
                return AddReport(records=1, problems=(Problem(file=name, reason="Crossref does not know it"),))
            case _:
                done = list(
                    add_items(papers._library, [small.paper(name, "On Moths", "Moths like lamps.")], lambda: 1)
                )[-1]
                assert isinstance(done, AddDone)
                return done.report

    monkeypatch.setattr(Papers, "fetch", fetch)
    async with connect(tmp_path / "library", write=True) as client:
        assert "no paper with the id '10.1/moths'" in await refuse(client, "paper", id="10.1/moths")
        assert (await call(client, "paper", id="10.1/moths", fetch=True))["title"] == "On Moths"
        assert (await call(client, "paper", id="10.1/moths"))["abstract"] == "Moths like lamps."
        busy = await refuse(client, "paper", id="10.1/busy", fetch=True)
        assert busy == "The library is being written by process 7. Try again when it is done."
        assert "could not be fetched: Crossref does not know it." in await refuse(
            client, "paper", id="10.1/none", fetch=True
        )


async def test_a_call_that_is_cancelled_ends_what_it_asked_for(connect: Connect) -> None:
    begun = anyio.Event()

    async def progress(progress: float, total: float | None, message: str | None) -> None:
        begun.set()

    sentences = [f"{WRONG} {number}" for number in range(50)]
    async with connect() as client, anyio.create_task_group() as group:

        async def ask() -> None:
            await client.call_tool("verify", {"sentences": sentences}, progress_callback=progress)
            raise AssertionError("was not cancelled")

        group.start_soon(ask)
        await begun.wait()
        group.cancel_scope.cancel()
    async with connect() as client:
        assert len(await call(client, "verify", sentences=[SOUP])) == 1


async def test_resources_are_pages_of_papers(connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.mcp.server.PAGE", 20)
    library = tmp_path / "library"  # One for which no other test saved a report.
    with Assistant.open(library) as opened:
        opened.add(LISTING)
    found: list[str] = []
    async with connect(library) as client:
        cursor = None
        for _ in range(3):
            page = await client.list_resources(cursor=cursor)
            found += [one.uri for one in page.resources]
            cursor = page.next_cursor
        assert cursor is None
        text = (await client.read_resource(f"conspectus://paper/{SOUP_ID}")).contents[0]
        templates = (await client.list_resource_templates()).resource_templates
        with pytest.raises(MCPError, match=r"no paper with the id '10\.9/x'"):
            await client.read_resource("conspectus://paper/10.9%2Fx")
        with pytest.raises(MCPError, match="There is no resource 'file:"):
            await client.read_resource("file:///etc/passwd")
        with pytest.raises(MCPError, match="is no cursor"):
            await client.list_resources(cursor="soon")
    assert len(found) == len(set(found)) == 45
    assert "⟦Model soups" in getattr(text, "text", "")
    assert [one.uri_template for one in templates] == ["conspectus://paper/{id}", "conspectus://report/{name}"]


async def test_prompts_are_filled(connect: Connect) -> None:
    async with connect() as client:
        listed = (await client.list_prompts()).prompts
        filled = await client.get_prompt("compare_draft", {"draft": "Soups are {good}."})
        with pytest.raises(MCPError, match=r"needs 'topic'\. Give the topic"):
            await client.get_prompt("review_literature", {})
        with pytest.raises(MCPError, match="There is no prompt 'none'"):
            await client.get_prompt("none", {})
    assert [one.name for one in listed] == ["compare_draft", "answer_with_quotes", "review_literature"]
    assert "Soups are {good}." in getattr(filled.messages[0].content, "text", "")
