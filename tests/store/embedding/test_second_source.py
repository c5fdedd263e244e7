"""The weights can be made from a second package: the recipe belongs to the file of the first."""

import struct

import numpy as np
import pytest

from benchmarks.make_minilm_weights import Step, make_part, make_weights, read_recipe
from store.embedding.minilm_package import find_weights

FLOATS = np.array([[1.0, -0.5], [0.25, 2.0]], dtype=np.float32)


@pytest.mark.parametrize(
    ("axis", "scales", "codes"),
    [(1, (1 / 127, 2 / 127), (127, -64, 16, 127)), (0, (1 / 127, 2 / 127), (127, -32, 32, 127))],
)
def test_the_largest_of_a_row_or_column_is_127(axis: int, scales: tuple[float, float], codes: tuple[int, ...]) -> None:
    assert make_part(FLOATS, "scales", axis) == struct.pack("<2f", *scales)
    assert make_part(FLOATS, "codes", axis) == struct.pack("4b", *codes)
    assert make_part(FLOATS, "floats", axis) == struct.pack("<4f", 1, -0.5, 0.25, 2)


def test_each_tensor_is_laid_at_its_place() -> None:
    data = b"...." + FLOATS.tobytes()
    steps = [Step(9, 4, [2, 2], "codes", 1), Step(2, 8, [1], "floats", 0)]
    assert (
        make_weights(data, b"abcdefg", steps) == b"ab" + struct.pack("<f", -0.5) + b"cde" + b"\x7f\xc0\x10\x7f" + b"fg"
    )


def test_the_recipe_leaves_out_of_the_file_what_it_makes() -> None:
    content = find_weights().read_bytes()
    frame, steps = read_recipe()
    left, end = b"", 0
    for step in sorted(steps):
        numbers = int(np.prod(step.shape))
        size = {"floats": 4 * numbers, "codes": numbers, "scales": 4 * numbers // step.shape[step.axis]}[step.part]
        left, end = left + content[end : step.place], step.place + size
    assert left + content[end:] == frame
    assert len(steps) == 139
