"""Calling tools, and what comes back."""

from typing import Any

from mcp import Client
from mcp_types import CallToolResult, TextContent

SOUP = "The ViT-G model soup attains 90.94% top-1 accuracy on ImageNet."
WRONG = "The ViT-G model soup attains 97% top-1 accuracy on ImageNet."
QUESTION = "What ImageNet top-1 accuracy does the ViT-G model soup reach?"
SOUP_ID = "5bb03a6205f3e08b"


def text_of(reply: CallToolResult) -> str:
    """The text of a reply."""
    [content] = reply.content
    assert isinstance(content, TextContent)
    return content.text


async def call(client: Client, name: str, **arguments: Any) -> Any:
    """The result of a call that succeeds."""
    reply = await client.call_tool(name, arguments)
    assert not reply.is_error, text_of(reply)
    assert isinstance(reply.structured_content, dict)
    return reply.structured_content["result"]


async def refuse(client: Client, name: str, **arguments: Any) -> str:
    """What a call that fails says."""
    reply = await client.call_tool(name, arguments)
    assert reply.is_error, text_of(reply)
    return text_of(reply)
