"""What packages may read of the environment."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from store.environment import ALLOWED, FIXED, QUIET, build_chroma_settings, find_taken, list_foreign, restrict
from tests.store.ingesting import ROOT

FOREIGN = {"CHROMA_API_IMPL": "foreign.Client", "IS_PERSISTENT": "perhaps", "CHROMA_SERVER_NOFILE": "many"}


def test_what_belongs_to_packages_is_taken_away_and_the_rest_stays() -> None:
    environ = {"LANGSMITH_API_KEY": "theirs", "OPENAI_API_KEY": "ours", "HOME": "here", "OPENAI_LOG": "debug"}
    assert list_foreign(environ) == ["LANGSMITH_API_KEY", "OPENAI_LOG"]
    restrict(environ)
    assert environ == {"OPENAI_API_KEY": "ours", "HOME": "here", **QUIET, **FIXED}
    assert find_taken("LANGSMITH_API_KEY") == "theirs"
    assert find_taken("HOME") is None


def test_a_variable_that_is_fixed_is_so_whatever_it_was() -> None:
    environ = {"LANGSMITH_TRACING": "true", "ORT_DISABLE_TELEMETRY": "0", "DO_NOT_TRACK": "0"}
    restrict(environ)
    assert environ == {**QUIET, **FIXED}


def test_how_long_threads_look_for_work_is_for_the_user_to_say() -> None:
    environ = {"OPENBLAS_THREAD_TIMEOUT": "26"}
    restrict(environ)
    assert environ == {"OPENBLAS_THREAD_TIMEOUT": "26", **FIXED}


def test_what_is_allowed_says_why() -> None:
    assert all(reason for reason in ALLOWED.values())
    assert not set(ALLOWED) & set(FIXED)


def test_chromas_settings_are_those_that_it_ships(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shipped = build_chroma_settings().model_dump()
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in FOREIGN.items()))
    for name, value in {**FOREIGN, "ANONYMIZED_TELEMETRY": "True", "CHROMA_SERVER_HOST": "x.invalid"}.items():
        monkeypatch.setenv(name, value)
    assert build_chroma_settings().model_dump() == shipped
    assert shipped["chroma_api_impl"] == "chromadb.api.rust.RustBindingsAPI"
    assert (shipped["anonymized_telemetry"], shipped["chroma_otel_collection_endpoint"]) == (False, "")


def test_importing_chroma_reads_nothing_and_leaves_others_their_settings(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CHROMA_SERVER_NOFILE=many\n")
    (tmp_path / "foreign.py").write_text("raise SystemExit('imported')\n")
    code = """
from store.environment import import_chroma
chromadb = import_chroma()
assert import_chroma() is chromadb
from pydantic_settings import BaseSettings
class Theirs(BaseSettings):
    colour: str = "red"
print(Theirs().colour, chromadb.__name__)
"""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "CHROMA_API_IMPL": "foreign.Client", "COLOUR": "blue"}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "blue chromadb\n"), done.stderr
