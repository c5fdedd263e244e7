import pytest
from pydantic import SecretStr

from assistant.answer.pipeline_factory import connect_model
from assistant.settings import ModelSettings
from assistant.testing import fake_openai_server
from tests.assistant.answer.asking import SECRET

OPEN = "the API key goes to 192.0.2.7 in the clear (http); give its address with https, and change the key"


@pytest.mark.parametrize(
    ("address", "key", "note"),
    [
        ("http://192.0.2.7:8000/v1", SECRET, OPEN),
        ("http://192.0.2.7:8000/v1", None, ""),
        ("https://192.0.2.7:8000/v1", SECRET, ""),
        ("http://127.0.0.1:8000/v1", SECRET, ""),
        ("http://localhost:8000/v1", SECRET, ""),
    ],
)
def test_a_key_that_goes_over_the_network_in_the_clear_is_told_of(address: str, key: str | None, note: str) -> None:
    model = connect_model(ModelSettings(model="m", base_url=address), SecretStr(key) if key else None)
    assert model.note == note


async def test_what_is_to_be_told_stands_with_every_answer() -> None:
    with fake_openai_server(models=["m"]) as server:
        model = connect_model(ModelSettings(model="m", base_url=server.base_url), SecretStr(SECRET))
        model.note = OPEN
        completion = await model.complete("Why?")
        assert completion.notes == (OPEN,)
