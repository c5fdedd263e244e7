"""The tools, resources and prompts as a server of the SDK. Importing this loads the SDK."""

from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import quote, unquote

import mcp.types as protocol
from mcp.server import Server, ServerRequestContext
from mcp.shared.exceptions import MCPError

from assistant.mcp import identity
from assistant.mcp.call_context import in_thread
from assistant.mcp.marking import NOTICE, mark, mark_lines
from assistant.mcp.tool_table import TOOLS
from assistant.mcp.tools import Tools, word_error
from store.errors import InputError, NotFound

if TYPE_CHECKING:
    from assistant import Assistant

T = TypeVar("T")
Context = ServerRequestContext[Any, Any]
_MARKDOWN = "text/markdown"

PAPER, REPORT = "conspectus://paper/", "conspectus://report/"
TEMPLATES = (
    (PAPER + "{id}", "paper", "A paper by its id, percent-encoded: record, abstract, BibTeX, similar papers."),
    (REPORT + "{name}", "report", "A report that was saved, by the name of its file."),
)
# Resources of one page; chosen by hand.
PAGE = 100


class LibraryResource(NamedTuple):
    """A resource as a list shows it; ``title`` is data."""

    uri: str
    name: str
    title: str


class PromptEntry(NamedTuple):
    """A prompt as a user picks it: its name, what it is for, its one argument and what that is."""

    name: str
    description: str
    argument: str
    meaning: str


PROMPTS = (
    PromptEntry("compare_draft", "Compare a draft with the library, and mend it", "draft", "the text"),
    PromptEntry("answer_with_quotes", "Answer a question from the library, with quotes", "question", "the question"),
    PromptEntry("review_literature", "Review what the library says about a topic", "topic", "the topic"),
)


def build_server(tools: Tools) -> Server[Any]:
    """Build the server of a library's tools."""
    handlers = _Handlers(tools)
    return Server(
        identity.NAME,
        version=identity.read_version(),
        title=identity.TITLE,
        instructions=identity.INSTRUCTIONS,
        on_list_tools=handlers.list_tools,
        on_call_tool=handlers.call_tool,
        on_list_resources=handlers.list_resources,
        on_list_resource_templates=handlers.list_templates,
        on_read_resource=handlers.read_resource,
        on_list_prompts=handlers.list_prompts,
        on_get_prompt=handlers.get_prompt,
    )


class _Handlers:
    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def list_tools(self, _: Context, __: object) -> protocol.ListToolsResult:
        """List the tools."""
        listed = [protocol.Tool.model_validate(tool.describe(self._tools.write)) for tool in TOOLS]
        return protocol.ListToolsResult(tools=listed)

    async def call_tool(self, context: Context, params: protocol.CallToolRequestParams) -> protocol.CallToolResult:
        """Call a tool; what goes wrong is a reply, so that the agent can do better."""
        try:
            reply = await self._tools.call(params.name, params.arguments or {}, context.session.report_progress)
        except Exception as error:  # A fault of ours, too: the agent is told so without a page of Python.
            content = protocol.TextContent(text=word_error(error))
            return protocol.CallToolResult(content=[content], is_error=True)
        return protocol.CallToolResult(
            content=[protocol.TextContent(text=reply.text)], structured_content=reply.structured
        )

    async def list_resources(
        self, _: Context, params: protocol.PaginatedRequestParams | None
    ) -> protocol.ListResourcesResult:
        """List a page of reports and papers."""
        cursor = params.cursor if params else None
        page, more = await _word_errors(lambda: _list_resources(self._tools.open().assistant, cursor))
        listed = [
            protocol.Resource(uri=one.uri, name=one.name, title=mark(one.title), mime_type=_MARKDOWN) for one in page
        ]
        return protocol.ListResourcesResult(resources=listed, next_cursor=more)

    async def list_templates(self, _: Context, __: object) -> protocol.ListResourceTemplatesResult:
        """List what addresses look like."""
        listed = [
            protocol.ResourceTemplate(uri_template=uri, name=name, description=description, mime_type=_MARKDOWN)
            for uri, name, description in TEMPLATES
        ]
        return protocol.ListResourceTemplatesResult(resource_templates=listed)

    async def read_resource(
        self, _: Context, params: protocol.ReadResourceRequestParams
    ) -> protocol.ReadResourceResult:
        """Read a report or a paper."""
        text = await _word_errors(lambda: _read_resource(self._tools.open().assistant, params.uri))
        return protocol.ReadResourceResult(
            contents=[protocol.TextResourceContents(uri=params.uri, text=text, mime_type=_MARKDOWN)]
        )

    async def list_prompts(self, _: Context, __: object) -> protocol.ListPromptsResult:
        """List the prompts."""
        listed = [
            protocol.Prompt(
                name=one.name,
                description=one.description,
                arguments=[protocol.PromptArgument(name=one.argument, description=one.meaning, required=True)],
            )
            for one in PROMPTS
        ]
        return protocol.ListPromptsResult(prompts=listed)

    async def get_prompt(self, _: Context, params: protocol.GetPromptRequestParams) -> protocol.GetPromptResult:
        """Return the text of a prompt."""
        text = await _word_errors(lambda: _fill_prompt(params.name, params.arguments or {}))
        message = protocol.PromptMessage(role="user", content=protocol.TextContent(text=text))
        return protocol.GetPromptResult(messages=[message])


async def _word_errors(work: Callable[[], T]) -> T:
    """Do something in a thread whose errors the protocol has no reply for: they are its errors, in our words."""
    try:
        return await in_thread(work)
    except Exception as error:  # A fault of ours, too, as for tools.
        raise MCPError(protocol.INVALID_PARAMS, word_error(error)) from error


def _list_resources(assistant: "Assistant", cursor: str | None) -> tuple[list[LibraryResource], str | None]:
    """List a page of resources, reports before papers.

    Args:
        assistant: Whose.
        cursor: What was returned with the page before; None for the first.

    Returns:
        The page, and the cursor of the next one, None where there is none.

    Raises:
        InputError: The cursor is none.
        LibraryError: The library cannot be read.
    """
    if cursor is not None and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 10):
        raise InputError(f"{cursor[:40]!r} is no cursor.", "Give the one that came with the page before.")
    begin = int(cursor or 0)
    reports = [
        LibraryResource(f"{REPORT}{quote(name, safe='')}", name, f"Report {name}")
        for name in _name_reports(assistant.watches.reports())
    ]
    papers = (
        LibraryResource(f"{PAPER}{quote(paper.id, safe='')}", paper.id, paper.marked_title)
        for paper in islice(assistant.papers.list(), max(begin - len(reports), 0), None)
    )
    page = reports[begin : begin + PAGE]
    page += islice(papers, PAGE + 1 - len(page))
    more = len(page) > PAGE or begin + PAGE < len(reports)
    return page[:PAGE], str(begin + PAGE) if more else None


def _read_resource(assistant: "Assistant", uri: str) -> str:
    """Read a resource, as text in which each text of a paper is marked.

    Raises:
        NotFound: There is none of this address.
        ConspectusError: It cannot be read.
    """
    from assistant.mcp.runs import describe_paper  # With the engine.

    if uri.startswith(PAPER):
        return describe_paper(assistant, unquote(uri.removeprefix(PAPER))).text
    if uri.startswith(REPORT):
        paths = _name_reports(assistant.watches.reports())
        path = paths.get(unquote(uri.removeprefix(REPORT)))
        if path is not None:
            return f"{NOTICE}\n\n{mark_lines(_read_text(assistant, path))}"
    raise NotFound(f"There is no resource {uri[:200]!r}.", f"Addresses look like {PAPER}ID and {REPORT}NAME.")


def _name_reports(paths: Sequence[Path]) -> dict[str, Path]:
    """Name each report by its file; of several of one name, the folders tell which."""
    names: dict[str, Path] = {}
    for path in paths:
        names[path.name if path.name not in names else str(path)] = path
    return names


def _read_text(assistant: "Assistant", path: Path) -> str:
    """Read a report as Markdown: as it was saved, or rendered where it was saved as data."""
    if path.suffix.lower() == ".json":
        return assistant.reports.render(assistant.reports.read(path), "md")
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NotFound(f"The report {path.name} cannot be read as text.", "Save it as .md or .json.") from error


def _fill_prompt(name: str, values: Mapping[str, str]) -> str:
    """Return the text of a prompt.

    Raises:
        InputError: There is no such prompt, or its argument is missing.
    """
    entry = next((entry for entry in PROMPTS if entry.name == name), None)
    if entry is None:
        raise InputError(
            f"There is no prompt {name[:80]!r}.", f"There are: {', '.join(entry.name for entry in PROMPTS)}."
        )
    value = values.get(entry.argument, "").strip()
    if not value:
        raise InputError(f"{name} needs {entry.argument!r}.", f"Give {entry.meaning}.")
    text = (files("assistant.mcp") / "prompts" / f"{name}.md").read_text(encoding="utf-8")
    return text.replace(f"{{{entry.argument}}}", value)
