"""A cross-encoder in a folder of the user's: evidence and claim read together, as ONNX, on the CPU.

The folder holds ``model.onnx``, ``tokenizer.json`` and ``config.json``, as most exports of such a model write them. Its
classes are found by their names in ``id2label`` of ``config.json``, in whatever order they stand there.
"""

import json
from collections.abc import Sequence
from functools import cached_property
from hashlib import file_digest
from pathlib import Path
from typing import Any, Literal

from assistant.concurrency import in_thread
from assistant.verify.entailment import Probabilities, Statement
from store.errors import InputError

# The first letters of what exports call the three classes; the longest that fits counts.
_CLASSES = {
    "entail": "says",
    "support": "says",
    "says": "says",
    "neutral": "silent",
    "not_entail": "silent",
    "not entail": "silent",
    "non_entail": "silent",
    "not_enough": "silent",
    "not enough": "silent",
    "nei": "silent",
    "silent": "silent",
    "contradict": "opposes",
    "refute": "opposes",
    "oppose": "opposes",
}
_INPUTS = frozenset(("input_ids", "attention_mask", "token_type_ids"))
# What BERT reads at once; ``max_position_embeddings`` may be less. Positions 0 and 1 of RoBERTa are padding.
_MOST_TOKENS, _PADDED_POSITIONS = 512, 2
# Rows of like length waste no padding, and longer batches gain nothing on a CPU (see ``store.embedding.minilm``).
_BATCH = 8


class CrossEncoder:
    """A second stage from a folder. Safe to share between threads; all of it is loaded at once.

    Args:
        folder: Holds ``model.onnx``, ``tokenizer.json`` and ``config.json``.

    Raises:
        InputError: A file is missing or is not what it should be; the message names it.
    """

    stage: Literal["learned"] = "learned"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for name in ("model.onnx", "tokenizer.json", "config.json"):
            if not (folder / name).is_file():
                raise InputError(
                    f"The folder {folder} has no file {name}.",
                    "A cross-encoder is a folder with model.onnx, tokenizer.json and config.json.",
                )
        self._config = _read_config(folder / "config.json")
        self._classes = _read_classes(self._config, folder / "config.json")
        self._inputs = self._check_inputs()
        self._tokenizer = self._load_tokenizer()
        self._check_outputs()

    @cached_property
    def name(self) -> str:
        """The name of the model as its configuration or folder says, and the first digits of its weights' SHA-256.

        What was decided with other weights is decided again, and a manifest says with which it was made.
        """
        named = str(self._config.get("_name_or_path") or self._folder.name)
        with (self._folder / "model.onnx").open("rb") as weights:
            return f"{named} ({file_digest(weights, 'sha256').hexdigest()[:8]})"

    async def rate(self, statements: Sequence[Statement]) -> list[Probabilities | None]:
        """Rate statements, in their order; None where there is no evidence."""
        return await in_thread(lambda: self.rate_now(statements))

    def rate_now(self, statements: Sequence[Statement]) -> list[Probabilities | None]:
        """Rate statements, in their order; None where there is no evidence or the model gives no numbers."""
        rated: list[Probabilities | None] = [None] * len(statements)
        pairs = {
            place: self._tokenizer.encode(" ".join(statement.evidence), statement.claim)
            for place, statement in enumerate(statements)
            if statement.claim.strip() and any(text.strip() for text in statement.evidence)
        }
        by_length = sorted(pairs, key=lambda place: len(pairs[place].ids))
        for first in range(0, len(by_length), _BATCH):
            places = by_length[first : first + _BATCH]
            for place, logits in zip(places, self._run([pairs[place] for place in places]), strict=True):
                rated[place] = self._to_probabilities(logits)
        return rated

    def _run(self, encodings: Sequence[Any]) -> Any:
        import numpy as np

        longest = max(len(encoding.ids) for encoding in encodings)
        ids, mask, sides = (np.zeros((len(encodings), longest), dtype=np.int64) for _ in range(3))
        ids += self._padding
        for row, encoding in enumerate(encodings):
            length = len(encoding.ids)
            ids[row, :length], mask[row, :length], sides[row, :length] = encoding.ids, 1, encoding.type_ids
        values = {"input_ids": ids, "attention_mask": mask, "token_type_ids": sides}
        return self._session.run(None, {name: values[name] for name in self._inputs})[0]

    def _to_probabilities(self, logits: Any) -> Probabilities | None:
        import numpy as np

        if not np.isfinite(logits).all():
            return None
        shares = np.exp(logits - logits.max())
        shares /= shares.sum()
        values = dict.fromkeys(("says", "silent", "opposes"), 0.0)
        for place, name in enumerate(self._classes):
            values[name] += float(shares[place])
        return Probabilities(values["says"], values["silent"], values["opposes"])

    @cached_property
    def _session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        # Spinning threads between two small batches only burn CPU time.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        path = self._folder / "model.onnx"
        try:
            return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime has a class of its own for each way in which a file can be broken.
            raise InputError(f"{path} cannot be loaded as an ONNX model: {_first_line(error)}.", _EXPORT) from error

    def _check_inputs(self) -> list[str]:
        names = [item.name for item in self._session.get_inputs()]
        unknown = [name for name in names if name not in _INPUTS]
        if unknown or "input_ids" not in names:
            raise InputError(
                f"{self._folder / 'model.onnx'} takes the inputs {', '.join(names)}.",
                f"A cross-encoder takes input_ids, attention_mask and, where it has them, token_type_ids. {_EXPORT}",
            )
        return names

    def _load_tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        path = self._folder / "tokenizer.json"
        try:
            tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # tokenizers raises the bare class.
            raise InputError(f"{path} cannot be read as a tokenizer: {_first_line(error)}.", _EXPORT) from error
        tokenizer.no_padding()
        self._padding = next(
            (i for i in map(tokenizer.token_to_id, ("[PAD]", "<pad>")) if i is not None),
            int(self._config.get("pad_token_id") or 0),
        )
        positions = int(self._config.get("max_position_embeddings") or _MOST_TOKENS)
        if "roberta" in str(self._config.get("model_type")):
            positions -= _PADDED_POSITIONS
        tokenizer.enable_truncation(min(_MOST_TOKENS, positions))
        return tokenizer

    def _check_outputs(self) -> None:
        """Run the model once: what it gives has to fit its classes."""
        try:
            logits = self._run([self._tokenizer.encode("evidence", "claim")])
        except InputError:
            raise
        except Exception as error:  # As above.
            raise InputError(
                f"{self._folder / 'model.onnx'} cannot be run: {_first_line(error)}.",
                "Do model.onnx and tokenizer.json belong together?",
            ) from error
        if logits.shape != (1, len(self._classes)):
            raise InputError(
                f"{self._folder / 'model.onnx'} gives values of shape {logits.shape} for one pair, while its "
                f"config.json names {len(self._classes)} classes.",
                _EXPORT,
            )


_EXPORT = "Export the model again, as a classifier of pairs of sentences."


def _read_config(path: Path) -> dict[str, Any]:
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read as JSON: {_first_line(error)}.", _EXPORT) from error
    if not isinstance(config, dict):
        raise InputError(f"{path} is no object of JSON.", _EXPORT)
    return config


def _read_classes(config: dict[str, Any], path: Path) -> list[str]:
    """Read which class each value of the model stands for: one that says, and others."""
    labels = config.get("id2label")
    hint = 'It needs "id2label": {"0": "entailment", "1": "neutral", "2": "contradiction"}, in the order of the model.'
    if not isinstance(labels, dict) or sorted(labels) != sorted(map(str, range(len(labels)))):
        raise InputError(f"{path} has no usable id2label.", hint)
    names = [str(labels[str(place)]) for place in range(len(labels))]
    classes = [_read_class(name) for name in names]
    unknown = [name for name, value in zip(names, classes, strict=True) if value is None]
    if unknown or classes.count("says") != 1 or len(set(classes)) != len(classes) or len(classes) < 2:
        raise InputError(f"{path} names the classes {', '.join(names)}, which are not the three expected.", hint)
    return [value for value in classes if value]


def _read_class(name: str) -> str | None:
    low = name.lower().replace("-", "_")
    fitting = [beginning for beginning in _CLASSES if low.startswith(beginning)]
    return _CLASSES[max(fitting, key=len)] if fitting else None


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:200].rstrip(".")
