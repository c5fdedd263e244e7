"""A prompt that is too long, and one part of a request, as servers refuse them.

The words are those of many servers' documentation and reports; none of them stands in the code.
"""

import pytest

from assistant.llm.refusals import PARTS, Part, find_refusal, is_about_model, is_too_long
from assistant.llm.server_words import ServerWords

TOO_LONG = [
    (400, "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens."),
    (400, "The decoder prompt (length 5000) is longer than the maximum model length of 4096."),
    (400, "max_tokens must be at least 1, got -100"),
    (400, "Trying to keep the first 13055 tokens when context the overflows, but it is loaded with only 4096 tokens"),
    (422, "`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs` and 100 `max_new_tokens`"),
    (400, "prompt is too long: 215000 tokens > 200000 maximum"),
    (400, "Input is too long for requested model."),
    (400, "too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 5000"),
    (400, "Prompt contains 40000 tokens, too large for model with 32768 maximum context length"),
    (400, "Range of input length should be [1, 30720]"),
    (400, "context window exceeds limit (2013)"),
    (400, "This model's maximum prompt length is 131072 but the request contains 537812 tokens."),
    (400, "Please reduce the length of the messages or completion. Current length is 10000 while limit is 8192"),
    (413, "Request body too large for gpt-4o model. Max size: 8000 tokens."),
    (413, ""),
    (500, "input is too large to process. increase the physical batch size"),
    (400, "Prompt length 5000 is greater than max_seq_len 4096"),
    (400, "模型输入长度超过限制"),
    (429, "Request too large for gpt-4 on tokens per min (TPM): Limit 10000, Requested 12000."),
    (400, "n_prompt_tokens=5000 n_ctx=4096"),
]
NOT_TOO_LONG = [
    (429, "Rate limit on tokens per min (TPM): Limit 6000, Used 5500, Requested 1000. Please try again in 5s."),
    (429, "Too many requests"),
    (400, "temperature must be less than 2"),
    (400, "max_tokens is too large: 4096. This model supports at most 2048 completion tokens"),
    (400, "Invalid 'messages': empty array"),
    (400, "You exceeded your current quota, please check your plan"),
    (402, "You requested up to 1024 tokens, but can only afford 300"),
    (400, "'response_format.type' must be 'json_object' or 'text'"),
    (401, "Your input token is too long"),
    (504, "The prompt took too long"),
    (503, "The engine is currently overloaded, please try again later."),
    (None, "the prompt is too long"),
]


@pytest.mark.parametrize(("status", "words"), TOO_LONG)
def test_a_prompt_that_is_too_long_is_told(status: int, words: str) -> None:
    assert is_too_long(status, ServerWords(words))


@pytest.mark.parametrize(("status", "words"), NOT_TOO_LONG)
def test_what_is_refused_for_something_else_is_not_too_long(status: int | None, words: str) -> None:
    assert not is_too_long(status, ServerWords(words))


def test_a_code_tells_it_too_and_so_does_an_error_in_a_good_answer() -> None:
    assert is_too_long(400, ServerWords("No.", ("context_length_exceeded",)))
    assert is_too_long(None, ServerWords("the prompt is too long"), within_answer=True)


@pytest.mark.parametrize(
    ("status", "words", "part", "value"),
    [
        (400, "Unrecognized request argument supplied: stream_options", "stream_options", None),
        (422, "Extra inputs are not permitted: body.stream_options.include_usage", "stream_options", None),
        (400, "max_tokens is too large: 4096. This model supports at most 2048 tokens", "max_tokens", 2048),
        (400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.", "max_tokens", None),
        (400, "invalid temperature: only 1 is allowed for this model", "temperature", 1),
        (400, "Only the default (1) value of temperature is supported.", "temperature", None),
        (422, "`temperature` must be strictly positive", "temperature", 0.01),
        (400, "Streaming is not supported for this model", "stream", None),
        (400, "Unknown parameter reasoning_effort", "reasoning_effort", None),
        (400, "`json_schema` is not supported. Use json_object", "response_format", None),
        (500, "Failed to compile grammar", "response_format", None),
        (400, "Unknown name \"additionalProperties\" at 'generation_config.response_schema'", "response_format", None),
    ],
)
def test_the_part_that_is_refused_is_found_and_what_is_taken_in_its_place(
    status: int, words: str, part: Part, value: float | None
) -> None:
    refusal = find_refusal(status, ServerWords(words), PARTS)
    assert refusal is not None
    assert (refusal.part, refusal.value, refusal.guessed) == (part, value, False)


def test_only_what_was_sent_can_be_refused_and_only_by_a_refusal() -> None:
    words = ServerWords("temperature is not supported")
    assert find_refusal(400, words, ["stream"]) is None
    assert find_refusal(401, words, PARTS) is None
    assert find_refusal(400, ServerWords("The stream of temperature goes on."), PARTS) is None


def test_the_parameter_counts_before_the_words() -> None:
    words = ServerWords("stream and temperature: invalid", parameter="temperature")
    refusal = find_refusal(400, words, PARTS)
    assert refusal is not None
    assert refusal.part == "temperature"


@pytest.mark.parametrize(
    ("words", "about_model"),
    [
        ("Failed to load model “qwen3”. Error: Operation canceled.", True),
        ("The model `gemma2` has been decommissioned and is no longer supported.", True),
        ("The model `m` does not exist.", True),
        ("The model has crashed without additional information.", True),
        ("This model no longer supports a penalty.", False),
        ("Bad request.", False),
    ],
)
def test_what_is_said_of_the_model_itself_is_told(words: str, about_model: bool) -> None:
    assert is_about_model(ServerWords(words)) is about_model
