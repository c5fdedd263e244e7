"""Train the small network that compares the token vectors of a claim with those of its evidence.

    python -m benchmarks.train_comparison --cache FOLDER --out FOLDER [--epochs 6] [--threads 1]

Needs torch beside the project's own packages; it is no dependency of the project. The encoder stays as it is: each
claim and sentence is encoded once, so a pair costs next to nothing, and the weights are small. As in Parikh et al., "A
decomposable attention model" (2016), with the places of denials and of equal words told to it.
"""

import argparse
import pickle
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from benchmarks.learned_features import TokenEmbedder, TokenVectors
from benchmarks.learned_pairs import Pair, read_scifact, read_training_pairs
from benchmarks.train_cross_encoder import EvidenceRanker
from benchmarks.train_learned import FOLDS, measure_areas

HIDDEN, WIDTH, FLAGS = 384, 128, 6
BATCH, RATE, DROP = 48, 1e-3, 0.25
MOST_PIECES, MOST_SENTENCES = 100, 3
DENIES = frozenset("no not nor neither never none nothing without cannot hardly lack lacking fail failed t".split())


class Texts:
    """Token vectors of texts, as halves, each encoded once."""

    def __init__(self, path: Path) -> None:
        self._path, self._model = path, TokenEmbedder()
        self.rows: dict[str, TokenVectors] = {}
        if path.is_file():
            with path.open("rb") as file:
                self.rows = pickle.load(file)

    def add(self, texts: Sequence[str]) -> None:
        """Encode the texts that are new."""
        fresh = sorted({text for text in texts if text not in self.rows}, key=len)
        for first in range(0, len(fresh), 32):
            part = fresh[first : first + 32]
            for text, row in zip(part, self._model.embed_tokens(part), strict=True):
                vectors = row.vectors.astype(np.float16)[:MOST_PIECES]
                self.rows[text] = TokenVectors(row.pieces[:MOST_PIECES], vectors, row.whole)
            if first // 32 % 40 == 0:
                print(f"encoded {first} of {len(fresh)}", flush=True)
        if fresh:
            with self._path.open("wb") as file:
                pickle.dump(self.rows, file)


def read_side(texts: Sequence[TokenVectors], others: Sequence[TokenVectors]) -> tuple[Any, Any]:
    """Lay sentences one behind the other: their vectors, and flags of each piece.

    The flags: stands on the other side, is a figure, denies, is denied within the last five pieces, sentence, place.
    """
    known = {piece for text in others for piece in text.pieces}
    vectors = np.concatenate([text.vectors for text in texts]).astype(np.float32)
    flags = []
    for rank, text in enumerate(texts):
        cues = [place for place, piece in enumerate(text.pieces) if piece in DENIES]
        flags += [
            (
                float(piece in known),
                float(piece[-1:].isdigit()),
                float(piece in DENIES),
                float(sum(0 < place - cue <= 5 for cue in cues) % 2),
                rank / 2,
                place / 30,
            )
            for place, piece in enumerate(text.pieces)
        ]
    return vectors[: 2 * MOST_PIECES], np.array(flags, dtype=np.float32)[: 2 * MOST_PIECES]


class Comparison(nn.Module):
    """Aligns the pieces of two texts, compares each with what it is aligned to, and sums up."""

    def __init__(self) -> None:
        super().__init__()
        self.project = nn.Linear(HIDDEN + FLAGS, WIDTH)
        self.near = nn.Conv1d(WIDTH, WIDTH, 3, padding=1)
        self.attend = nn.Linear(WIDTH, WIDTH)
        self.compare = nn.Linear(4 * WIDTH + 2 * FLAGS + 1, WIDTH)
        self.again = nn.Linear(WIDTH, WIDTH)
        self.join, self.head = nn.Linear(4 * WIDTH, WIDTH), nn.Linear(WIDTH, 3)
        self.drop = nn.Dropout(DROP)

    def read(self, x: Any, flags: Any, mask: Any) -> Any:
        """Project the vectors and look at the neighbours of each."""
        h = torch.tanh(self.project(torch.cat([self.drop(x), flags], 2))) * mask[:, :, None]
        return h + torch.relu(self.near(h.transpose(1, 2)).transpose(1, 2)) * mask[:, :, None]

    def weigh(self, ours: Any, theirs: Any, our_flags: Any, their_flags: Any, cosines: Any, their_mask: Any) -> Any:
        """Compare each piece with the pieces of the other side that it is aligned to."""
        scores = self.attend(ours) @ self.attend(theirs).transpose(1, 2) / WIDTH**0.5 + 4 * cosines
        shares = torch.softmax(scores.masked_fill(~their_mask[:, None, :].bool(), -1e4), 2)
        there, flags = shares @ theirs, shares @ their_flags
        nearest = cosines.masked_fill(~their_mask[:, None, :].bool(), -1).amax(2, keepdim=True)
        parts = [ours, there, (ours - there).abs(), ours * there, our_flags, flags, nearest]
        return torch.relu(self.again(self.drop(torch.relu(self.compare(torch.cat(parts, 2))))))

    def forward(self, a: Any, a_flags: Any, a_mask: Any, b: Any, b_flags: Any, b_mask: Any) -> Any:
        """Give the logits of says, silent, opposes for claims ``a`` and evidence ``b``."""
        cosines = functional.normalize(a, dim=2) @ functional.normalize(b, dim=2).transpose(1, 2)
        ours, theirs = self.read(a, a_flags, a_mask), self.read(b, b_flags, b_mask)
        sides = []
        for value, mask in (
            (self.weigh(ours, theirs, a_flags, b_flags, cosines, b_mask), a_mask),
            (self.weigh(theirs, ours, b_flags, a_flags, cosines.transpose(1, 2), a_mask), b_mask),
        ):
            value = value * mask[:, :, None]
            sides += [value.sum(1) / mask.sum(1, keepdim=True), value.amax(1)]
        return self.head(self.drop(torch.relu(self.join(self.drop(torch.cat(sides, 1))))))


def stack(sides: Sequence[tuple[Any, Any]]) -> list[Any]:
    """Stack texts of unlike length: vectors, flags, mask."""
    longest = max(len(vectors) for vectors, _ in sides)
    x = np.zeros((len(sides), longest, HIDDEN), dtype=np.float32)
    flags, mask = (
        np.zeros((len(sides), longest, FLAGS), dtype=np.float32),
        np.zeros((len(sides), longest), dtype=np.float32),
    )
    for row, (vectors, marks) in enumerate(sides):
        x[row, : len(vectors)], flags[row, : len(vectors)], mask[row, : len(vectors)] = vectors, marks, 1
    return [torch.tensor(value) for value in (x, flags, mask)]


def fit(texts: Texts, rows: list[tuple[Pair, list[str]]], epochs: int, seed: int) -> Comparison:
    """Fit a network on pairs with their ranked sentences."""
    torch.manual_seed(seed)
    random, net = Random(seed), Comparison()
    optimizer = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=0.02)
    total = epochs * (len(rows) // BATCH + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=total + 5, pct_start=0.15)
    net.train()
    for epoch in range(epochs):
        random.shuffle(rows)
        losses = []
        chunks = [
            sorted(rows[n : n + 16 * BATCH], key=lambda row: sum(map(len, row[1][:2])))
            for n in range(0, len(rows), 16 * BATCH)
        ]
        batches = [chunk[n : n + BATCH] for chunk in chunks for n in range(0, len(chunk), BATCH)]
        random.shuffle(batches)
        for batch in batches:
            sides = [build_sides(texts, pair.claim, ranked[: random.choice((1, 1, 2, 3))]) for pair, ranked in batch]
            logits = net(*stack([a for a, _ in sides]), *stack([b for _, b in sides]))
            weight = torch.tensor([pair.weight for pair, _ in batch])
            label = torch.tensor([pair.label for pair, _ in batch])
            loss = (
                functional.cross_entropy(logits, label, reduction="none", label_smoothing=0.05) * weight
            ).sum() / weight.sum()
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 2.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        print(f"epoch {epoch}: {np.mean(losses):.3f}", flush=True)
    return net.eval()


def build_sides(texts: Texts, claim: str, evidence: Sequence[str]) -> tuple[Any, Any]:
    """Build the two sides of a pair."""
    a, b = [texts.rows[claim]], [texts.rows[text] for text in evidence]
    return read_side(a, b), read_side(b, a)


def rate(net: Comparison, texts: Texts, rows: Sequence[tuple[str, Sequence[str]]]) -> Any:
    """Give the logits of pairs."""
    logits = []
    with torch.no_grad():
        for first in range(0, len(rows), BATCH):
            sides = [build_sides(texts, claim, evidence) for claim, evidence in rows[first : first + BATCH]]
            logits.append(net(*stack([a for a, _ in sides]), *stack([b for _, b in sides])).numpy())
    return np.concatenate(logits)


def describe(net: Comparison, texts: Texts, pairs: Sequence[Pair], evidence: Sequence[Sequence[str]]) -> str:
    """Describe the areas with one, two and three sentences as evidence."""
    y = np.array([pair.label for pair in pairs])
    parts = []
    for count in (1, 2, 3):
        logits = rate(net, texts, [(pair.claim, ranked[:count]) for pair, ranked in zip(pairs, evidence, strict=True)])
        logs = torch.log_softmax(torch.tensor(logits), 1).numpy()
        parts.append(f"[{count}] {measure_areas((logs[:, 0], logs[:, 2]), y)}")
    return " ".join(parts)


def main() -> None:
    """Train on folds and on all, and say the areas on the sets for choices."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--limit", type=int)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    pairs = read_training_pairs(0)
    ranker = EvidenceRanker(pairs)
    rows = [(pair, ranker.rank(pair)[:MOST_SENTENCES]) for pair in pairs]
    tables: dict[str, Any] = {}
    for path in sorted(options.cache.glob("*.pickle")):
        with path.open("rb") as file:
            tables[path.stem] = pickle.load(file)
    texts = Texts(options.cache / "texts.bin")
    wanted = [text for pair, ranked in rows for text in (pair.claim, *ranked)]
    wanted += [
        t
        for table in tables.values()
        for p, e in zip(table["pairs"], table["evidence"], strict=True)
        for t in (p.claim, *e[:3])
    ]
    texts.add(wanted)
    documents = sorted({pair.group for pair in read_scifact()})
    Random(0).shuffle(documents)
    fold_of = {document: place % FOLDS for place, document in enumerate(documents)}
    for fold in range(FOLDS):
        inside = [row for row in rows if fold_of.get(row[0].group) != fold]
        scifact = [row for row in inside if row[0].kind == "scifact"]
        net = fit(texts, (scifact + inside)[: options.limit], options.epochs, seed=0)
        torch.save(net.state_dict(), options.out / f"{fold}.pt")
        for name, table in tables.items():
            keep = [
                n
                for n, p in enumerate(table["pairs"])
                if name != "fitted" or (p.kind == "scifact" and fold_of[p.group] == fold)
            ]
            pairs_kept, evidence = [table["pairs"][n] for n in keep], [table["evidence"][n] for n in keep]
            print(name, describe(net, texts, pairs_kept, evidence), flush=True)


if __name__ == "__main__":
    main()
