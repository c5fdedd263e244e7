"""What ``assistant.testing`` gives, and what it costs to import."""

import subprocess
import sys

import pytest

import assistant.testing
from tests.test_project import HEAVY, ROOT


def test_everything_it_promises_is_there() -> None:
    assert assistant.testing.__all__ == sorted(
        assistant.testing.__all__, key=lambda name: (not name[0].isupper(), name)
    )
    for name in assistant.testing.__all__:
        assert getattr(assistant.testing, name).__doc__
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        assistant.testing.nothing  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize("name", ["", "fake_openai_server", "faults", "HashEmbedder", "Reply"])
def test_only_the_chat_model_loads_anything_heavy(name: str) -> None:
    code = f"import sys, assistant.testing; {f'assistant.testing.{name}' if name else 'pass'}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert HEAVY & {*done.stdout.split()} == set()
