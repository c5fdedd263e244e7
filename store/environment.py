"""What the packages that Conspectus is made of may read from the environment: one place for all of it.

Each of them reads variables of its own, and some read a file ``.env`` in the current folder: switches that send usage
data, traces or questions to a vendor, or that name a class to import. None of it is a setting of Conspectus, so none of
it counts. Three things see to that:

- ``disable_telemetry`` runs when ``store`` is imported, before anything that would send usage data.
- Chroma is imported and set up here alone, and reads neither environment nor ``.env``.
- ``restrict`` takes from the process of the command line what packages would read. A Python program that imports
  Conspectus keeps its environment: there a run of a model is kept from being traced as it starts
  (``assistant.llm.connect``).
"""

import os
import sys
from collections.abc import Mapping, MutableMapping
from functools import cache
from importlib import import_module
from threading import Lock
from types import ModuleType
from typing import Any

# onnxruntime (1.32) sends usage data to its vendor and leaves files in the home folder, unless this is set before it
# is first imported; its disable_telemetry_events() comes too late.
TELEMETRY_OFF: Mapping[str, str] = {"ORT_DISABLE_TELEMETRY": "1"}

FAMILIES = (
    *("ANONYMIZED_", "CHROMA_", "CSL_", "DEFER_PYDANTIC_", "FASTMCP_", "GRPC_", "HF_", "HUGGINGFACE_", "HUGGING_FACE_"),
    *("JOBLIB_", "KUBECONFIG", "LANGCHAIN_", "LANGGRAPH_", "LANGSMITH_", "LOGFIRE_", "LOKY_", "MATPLOTLIBRC"),
    *("MPL", "NPY_", "NUMPY_", "OPENAI_", "ORT_", "OTEL_", "POSTHOG_", "PYDANTIC_", "PYPANDOC_", "PYTHON_DOTENV_"),
    *("SCIKIT_LEARN_", "SCIPY_", "SKLEARN_", "SSLKEYLOGFILE", "TEXTUAL", "TIKTOKEN_", "TOKENIZERS_", "TQDM_"),
    *("TRANSFORMERS_", "TYPER_", "UVICORN_", "_TYPER_"),
)
"""How the names begin of variables that belong to these packages, and to nobody else."""

ALLOWED: Mapping[str, str] = {
    "OPENAI_API_KEY": "the key of OpenAI, sent to OpenAI alone",
    "OPENAI_BASE_URL": "the address of openai: models, as docs/settings.md says",
    "OPENAI_ORG_ID": "who pays at OpenAI, sent to OpenAI alone",
    "OPENAI_PROJECT_ID": "who pays at OpenAI, sent to OpenAI alone",
    "OPENAI_API_VERSION": "which interface of Azure is asked, where azure_openai: is set",
    "MPLCONFIGDIR": "where matplotlib keeps its list of fonts",
    "PYPANDOC_PANDOC": "which pandoc sets reports",
    "TEXTUAL_DRIVER": "set by chat --web for the process of each page",
    "TEXTUAL_COLOR_SYSTEM": "how many colours a terminal has",
    "TEXTUAL_ANIMATIONS": "whether the chat moves",
    "NUMPY_MADVISE_HUGEPAGE": "how memory is asked for",
}
"""What is read of them all the same, and why."""

FIXED: Mapping[str, str] = {
    **TELEMETRY_OFF,
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "LANGCHAIN_TRACING_V2": "false",
    "LANGSMITH_TRACING": "false",
    "OTEL_SDK_DISABLED": "true",
    "PYDANTIC_DISABLE_PLUGINS": "__all__",
}
"""What the process of the command line, and every process that it starts, has set whatever was set before."""

QUIET: Mapping[str, str] = {"OPENBLAS_THREAD_TIMEOUT": "4"}
"""What it has set unless the user did: the threads of numpy sleep as soon as they have nothing to do (2^4 turns of a
loop). As they come they look for work for 60 ms of CPU first, from the import of numpy on."""

_taken: dict[str, str] = {}
_IMPORTING = Lock()


def disable_telemetry(environ: MutableMapping[str, str] = os.environ) -> None:
    """Set what keeps native code from sending usage data; before its first import."""
    environ.update(TELEMETRY_OFF)


def restrict(environ: MutableMapping[str, str] = os.environ) -> None:
    """Take from the environment what packages would read of it, and fix the rest; for a process that is ours alone."""
    for name in list_foreign(environ):
        _taken[name] = environ.pop(name)
    for name, value in QUIET.items():
        environ.setdefault(name, value)
    environ.update(FIXED)


def list_foreign(environ: Mapping[str, str]) -> list[str]:
    """List the variables that belong to one of the packages and are not allowed."""
    return [name for name in environ if name.startswith(FAMILIES) and name not in ALLOWED]


def find_taken(name: str) -> str | None:
    """Return what a variable held that was taken away: settings may name any variable as the one with a key."""
    return _taken.get(name)


def import_chroma() -> ModuleType:
    """Import chromadb, which reads its settings on import: here without the environment and without ``.env``."""
    with _IMPORTING:
        if (
            "chromadb" in sys.modules
        ):  # Whoever came first has settled what it read; clients of ours ask for none of it.
            return import_module("chromadb")
        from pydantic_settings import BaseSettings

        name = "settings_customise_sources"
        before = BaseSettings.__dict__[name]
        setattr(BaseSettings, name, classmethod(_take_values))
        try:
            return import_module("chromadb")
        finally:
            setattr(BaseSettings, name, before)


def build_chroma_settings(**values: Any) -> Any:
    """Build the settings of a Chroma client: these values, and for all others what Chroma ships."""
    off = {"anonymized_telemetry": False, "chroma_otel_collection_endpoint": ""}
    return _make_settings_class()(**off | values)


@cache
def _make_settings_class() -> Any:
    import_chroma()
    from chromadb.config import Settings

    return type("FixedSettings", (Settings,), {"settings_customise_sources": classmethod(_take_values)})


def _take_values(cls: type, settings_cls: type, init_settings: Any, *others: Any, **named: Any) -> tuple[Any, ...]:
    """Name the sources of settings, as pydantic-settings asks for them: what is handed over, and nothing else."""
    return (init_settings,)
