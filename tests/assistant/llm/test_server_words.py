"""What a server says of an error, in any shape of its body."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.llm.server_words import ServerWords, read_server_words

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["error", "detail", "message", "raw", "x"]), inner),
)


@pytest.mark.parametrize(
    ("body", "text", "codes"),
    [
        ('{"error": {"message": "Too hot", "type": "bad", "code": "E1"}}', "Too hot", ("E1", "bad")),
        ('{"error": "Too hot"}', "Too hot", ()),
        ('[{"error": {"message": "Too hot", "code": 400}}]', "Too hot", ("400",)),
        ('{"detail": "Too hot"}', "Too hot", ()),
        ('{"detail": [{"loc": ["body", "temperature"], "msg": "Too hot"}]}', "Too hot: body.temperature", ()),
        ('{"object": "error", "message": {"detail": [{"msg": "Too hot"}]}}', "Too hot", ()),
        ('{"message": "Too\\n hot", "code": 7}', "Too hot", ("7",)),
        (
            '{"error": {"message": "Upstream", "metadata": {"raw": "{\\"error\\": \\"Too hot\\"}"}}}',
            "Upstream: Too hot",
            (),
        ),
        ('{"errors": ["Too hot", "Too cold"]}', "Too hot: Too cold", ()),
        ('{"base_resp": {"status_code": 1004, "status_msg": "Too hot"}}', "Too hot", ("1004",)),
        ('{"error_code": 7, "error_msg": "Too hot"}', "Too hot", ("7",)),
        ('{"error": {"details": [{"fieldViolations": [{"description": "Too hot"}]}]}}', "Too hot", ()),
        ('{"detail": [{"msg": "Too hot", "input": {"messages": [{"title": "Asked"}]}}]}', "Too hot", ()),
        ('{"fate": {"kind": "hot"}}', '{"fate": {"kind": "hot"}}', ()),
        ("Too\n hot", "Too hot", ()),
        ('"Too hot"', "Too hot", ()),
        (b'{"error": "Too hot"}', "Too hot", ()),
        ({"error": {"message": "Too hot"}}, "Too hot", ()),
        ("", "", ()),
        (None, "", ()),
        ("{}", "", ()),
    ],
)
def test_words_come_from_any_shape(body: Any, text: str, codes: tuple[str, ...]) -> None:
    words = read_server_words(body)
    assert (words.text, words.codes) == (text, codes)


def test_a_page_is_read_without_its_markup() -> None:
    page = (
        "<!doctype html><head><style>p {}</style><title>Sign in</title></head><p>Please&nbsp;sign in.<script>x</script>"
    )
    assert read_server_words(page) == ServerWords("Sign in Please sign in.", is_page=True)


def test_the_parameter_and_the_status_are_found() -> None:
    assert read_server_words('{"error": {"message": "No.", "param": "stream", "code": 502}}') == ServerWords(
        "No.", ("502",), "stream", 502
    )


@given(JSON)
def test_any_body_is_read(body: Any) -> None:
    assert "\n" not in read_server_words(body).text


def test_a_body_without_end_is_read_as_far_as_it_goes() -> None:
    body: Any = "deep"
    for _ in range(2000):
        body = {"error": body}
    assert read_server_words(body).text == ""


def test_of_a_list_of_errors_the_first_are_read() -> None:
    errors = [{"message": f"{number} is wrong."} for number in range(100_000, 130_000)]
    text = read_server_words({"errors": errors}).text
    assert text.startswith("100000 is wrong.: 100001 is wrong.")
    assert text.endswith(": 100049 is wrong.")
