"""The folder of a cross-encoder in the settings."""

from pathlib import Path

import pytest

from assistant.answer.pipeline_factory import build_second_stage
from assistant.settings import CheckSettings, Settings
from assistant.verify.learned_cross_encoder import CrossEncoder
from store.errors import InputError
from tests.assistant import small
from tests.assistant.verify.tiny_onnx import write_folder


def test_a_folder_that_is_named_is_the_second_stage(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "model", ("entailment", "neutral", "contradiction"))
    settings = Settings(check=CheckSettings(second_stage="learned", folder=folder))
    with small.assistant(tmp_path / "library", []) as a:
        assert isinstance(build_second_stage(a.library, settings), CrossEncoder)


@pytest.mark.parametrize("folder", [None, Path("nowhere")])
def test_without_a_folder_it_is_said_what_to_name(tmp_path: Path, folder: Path | None) -> None:
    settings = Settings(check=CheckSettings(second_stage="learned", folder=folder and tmp_path / folder))
    with small.assistant(tmp_path / "library", []) as a, pytest.raises(InputError, match=r"cross-encoder|nowhere"):
        build_second_stage(a.library, settings)
