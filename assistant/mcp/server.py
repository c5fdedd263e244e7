"""The tools, resources and prompts as a server of the SDK. Importing this loads the SDK."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import mcp.types as protocol
from mcp.server import Server, ServerRequestContext
from mcp.shared.exceptions import MCPError

from assistant.mcp import identity
from assistant.mcp.call_context import in_thread
from assistant.mcp.identity import TEMPLATES
from assistant.mcp.marking import mark
from assistant.mcp.prompt_list import PROMPTS, fill_prompt
from assistant.mcp.tool_table import TOOLS
from assistant.mcp.tools import Tools, word_error

if TYPE_CHECKING:
    from assistant.mcp.resources import LibraryResource

T = TypeVar("T")
Context = ServerRequestContext[Any, Any]
_MARKDOWN = "text/markdown"


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
        page, more = await _word_errors(lambda: _list_resources(self._tools, cursor))
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
        text = await _word_errors(lambda: _read_resource(self._tools, params.uri))
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
        text = await _word_errors(lambda: fill_prompt(params.name, params.arguments or {}))
        message = protocol.PromptMessage(role="user", content=protocol.TextContent(text=text))
        return protocol.GetPromptResult(messages=[message])


def _list_resources(tools: Tools, cursor: str | None) -> "tuple[list[LibraryResource], str | None]":
    from assistant.mcp.resources import list_resources

    return list_resources(tools.open().assistant, cursor)


def _read_resource(tools: Tools, uri: str) -> str:
    from assistant.mcp.resources import read_resource

    return read_resource(tools.open().assistant, uri)


async def _word_errors(work: Callable[[], T]) -> T:
    """Do something in a thread whose errors the protocol has no reply for: they are its errors, in our words."""
    try:
        return await in_thread(work)
    except Exception as error:
        raise MCPError(protocol.INVALID_PARAMS, word_error(error)) from error
