"""What chat models have in common."""

import pytest

from assistant.llm.chat import is_cut_off


@pytest.mark.parametrize(
    ("reason", "cut"),
    [
        ("length", True),
        ("MAX_TOKENS", True),
        ("FinishReason.MAX_TOKENS", True),
        ("max_output_tokens", True),
        ("model_context_window_exceeded", True),
        ("token_limit", True),
        ("stop", False),
        ("", False),
        ("content_filter", False),
        ("rate_limit_exceeded", False),
    ],
)
def test_an_answer_without_room_is_told_by_its_reason(reason: str, cut: bool) -> None:
    assert is_cut_off(reason) is cut
