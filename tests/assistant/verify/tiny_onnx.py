"""A cross-encoder of three lines, written byte by byte: each token adds its row of a table to the logits."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

FLOAT, INT64 = 1, 7
# In the order of the classes of ``write_folder``: entailment, neutral, contradiction.
WORDS = {"[PAD]": (0, 0, 0), "[UNK]": (0, 1, 0), "agrees": (2, 0, 0), "differs": (0, 0, 2), "nan": (float("nan"), 0, 0)}
LABELS = ("entailment", "neutral", "contradiction")


def write_folder(
    folder: Path,
    labels: Sequence[str] = LABELS,
    inputs: Sequence[str] = ("input_ids", "attention_mask"),
    classes: int = 3,
) -> Path:
    """Write a folder that holds such a model."""
    folder.mkdir(parents=True, exist_ok=True)
    table = np.array(list(WORDS.values()), dtype=np.float32)
    (folder / "model.onnx").write_bytes(make_model(table[:, :classes], inputs))
    tokenizer = Tokenizer(WordLevel({word: place for place, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {"id2label": {str(place): name for place, name in enumerate(labels)}, "_name_or_path": "tiny"}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder


def make_model(table: "np.ndarray[tuple[int, int], np.dtype[np.float32]]", inputs: Sequence[str]) -> bytes:
    """Make the bytes of a model that sums up the rows of a table."""
    graph = b"".join(
        (
            _field(1, _node("Gather", ("table", inputs[0]), "rows")),
            _field(1, _node("ReduceSum", ("rows", "axis"), "logits", keepdims=0)),
            _field(2, b"tiny"),
            _field(5, _tensor("table", FLOAT, table.shape, np.ascontiguousarray(table).tobytes())),
            _field(5, _tensor("axis", INT64, (1,), np.array([1], dtype=np.int64).tobytes())),
            *(_field(11, _value(name, INT64, ("batch", "sequence"))) for name in inputs),
            _field(12, _value("logits", FLOAT, ("batch", "classes"))),
        )
    )
    return _number(1, 8) + _field(7, graph) + _field(8, _field(1, b"") + _number(2, 17))


def _varint(value: int) -> bytes:
    parts = bytearray()
    while value > 127:
        parts.append(value & 127 | 128)
        value >>= 7
    return bytes([*parts, value])


def _number(place: int, value: int) -> bytes:
    return _varint(place << 3) + _varint(value)


def _field(place: int, value: bytes) -> bytes:
    return _varint(place << 3 | 2) + _varint(len(value)) + value


def _node(kind: str, inputs: Sequence[str], output: str, **numbers: int) -> bytes:
    attributes = [_field(5, _field(1, name.encode()) + _number(3, n) + _number(20, 2)) for name, n in numbers.items()]
    return b"".join(
        (
            *(_field(1, name.encode()) for name in inputs),
            _field(2, output.encode()),
            _field(4, kind.encode()),
            *attributes,
        )
    )


def _tensor(name: str, kind: int, shape: Sequence[int], content: bytes) -> bytes:
    sizes = b"".join(_number(1, size) for size in shape)
    return sizes + _number(2, kind) + _field(8, name.encode()) + _field(9, content)


def _value(name: str, kind: int, axes: Sequence[str]) -> bytes:
    shape = b"".join(_field(1, _field(2, axis.encode())) for axis in axes)
    return _field(1, name.encode()) + _field(2, _field(1, _number(1, kind) + _field(2, shape)))
