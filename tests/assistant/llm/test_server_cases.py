"""Raw replies of servers, one or two of each kind of ``benchmarks/server_cases``: read, or told in clear words.

``python -m benchmarks.servers --cases benchmarks/server_cases`` plays all of them through whole questions.
"""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from assistant.answer.model_drafts import Generation
from assistant.answer.pipeline_factory import connect_model
from assistant.settings import ModelSettings
from benchmarks.replay import CaseSet, replay
from prompts import PromptRole, Prompts
from store.errors import ModelError

CASES = {case["name"]: case for case in CaseSet(Path(__file__).parents[3] / "benchmarks" / "server_cases").read()}
DRAFTS = [("The ViT-G model soup attains 90.94% top-1 accuracy on ImageNet.", (1,))]
EVIDENCE = "[1] Model soups\nThe ViT-G model soup attains 90.94% on ImageNet."


def read_drafts(case: dict[str, Any]) -> list[tuple[str, tuple[int, ...]]]:
    """Ask the server of a case, and read the drafts of its answer."""
    with replay(case) as server:
        settings = ModelSettings(model="m", base_url=f"{server.address}/v1", timeout=5, stall=5, retries=0)
        values = {"evidence": EVIDENCE, "question": "What accuracy does the ViT-G model soup reach?"}
        generation = Generation(connect_model(settings), Prompts(), PromptRole.ANSWER, values)
        asyncio.run(generation.run())
    return [(draft.text, draft.sources) for draft in generation.drafts]


@pytest.mark.parametrize(
    "name",
    [
        "think_granite_prose",
        "think_glm_answer_box",
        "json_schema_echoed",
        "json_in_tool_call_tags",
        "stream_azure_async_filter",
        "stream_ignored_whole_json",
        "fmt_deepseek_unavailable",
        "temperature_deprecated_claude",
        "fmt_llamacpp_failed_grammar",
        "stream_cloudflare_response_field",
        "stream_gzip",
    ],
)
def test_the_answer_is_read(name: str) -> None:
    assert read_drafts(CASES[name]) == DRAFTS


@pytest.mark.parametrize(
    "name",
    [
        "stream_openrouter_error_inside",
        "err_minimax_200_base_resp",
        "err_ollama_404_pull",
        "json_whitespace_runaway",
        "err_openrouter_native_network_error",
        "err_gemini_malformed_function_call",
        "json_cut_reason_in_capitals",
        "stream_lmstudio_crash_midway",
    ],
)
def test_the_failure_is_told_in_the_servers_words(name: str) -> None:
    clear = re.search(r"\(clear:(.*)\)", CASES[name]["right_value"])
    assert clear
    with pytest.raises(ModelError, match=re.compile(clear[1], re.IGNORECASE)):
        read_drafts(CASES[name])


@pytest.mark.parametrize("name", ["err_lmstudio_failed_to_load", "err_groq_decommissioned"])
def test_a_model_that_is_not_to_be_had_is_asked_once(name: str) -> None:
    with replay(CASES[name]) as server:
        settings = ModelSettings(model="m", base_url=f"{server.address}/v1", timeout=5, stall=5, retries=0)
        values = {"evidence": EVIDENCE, "question": "What accuracy does the ViT-G model soup reach?"}
        with pytest.raises(ModelError):
            asyncio.run(Generation(connect_model(settings), Prompts(), PromptRole.ANSWER, values).run())
    assert len(server.bodies) == 1
