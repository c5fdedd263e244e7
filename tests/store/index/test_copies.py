"""Which of two texts of a paper is believed."""

import pytest

from store.index.copies import DISAGREES, Copy, CopyCheck, settle_copy
from store.paper import Paper
from store.record import DAMAGE, StoredText, pack

TRUE = Paper(id="a", title="A", abstract="It is 37 percent.", abstract_raw="It is 37 percent.")
FALSE = TRUE.model_copy(update={"abstract": "It is 73 percent.", "abstract_raw": "It is 73 percent."})
OTHER_ID = pack(TRUE.model_copy(update={"id": "b"}))
RIGHT, WRONG = TRUE.content_hash(), FALSE.content_hash()


def copy(paper: Paper, content: str) -> Copy:
    return Copy("a", content, pack(paper).encode())


def stored(paper: Paper, content: str) -> StoredText:
    return StoredText(pack(paper), content)


BELIEVED = {
    "both alike": (copy(TRUE, RIGHT), stored(TRUE, RIGHT), TRUE, True),
    "nothing beside it": (copy(TRUE, RIGHT), None, TRUE, True),
    "the copy's text": (copy(FALSE, RIGHT), stored(TRUE, RIGHT), TRUE, False),
    "the copy's hash": (copy(TRUE, WRONG), stored(TRUE, RIGHT), TRUE, False),
    "the copy is no record": (Copy("a", RIGHT, b"{"), stored(TRUE, RIGHT), TRUE, False),
    "the copy has another id": (
        Copy("a", RIGHT, pack(TRUE).replace('"a"', '"b"').encode()),
        stored(TRUE, RIGHT),
        TRUE,
        False,
    ),
    "the store's text": (copy(TRUE, RIGHT), stored(FALSE, RIGHT), TRUE, True),
    "the store's text is no record": (copy(TRUE, RIGHT), StoredText("{", RIGHT), TRUE, True),
    "the store's hash": (copy(TRUE, RIGHT), stored(TRUE, "x"), TRUE, False),
}


@pytest.mark.parametrize("case", BELIEVED)
def test_what_fits_the_hash_of_the_record_counts(case: str) -> None:
    copied, kept, expected, is_right = BELIEVED[case]
    assert settle_copy(copied, kept) == (expected, is_right)


MARKED = {
    "two that each fit a hash": (copy(TRUE, RIGHT), stored(FALSE, WRONG), DISAGREES),
    "the store has none": (copy(TRUE, RIGHT), StoredText("", ""), DISAGREES),
    "neither fits": (copy(FALSE, RIGHT), stored(FALSE, RIGHT), DAMAGE),
    "the copy alone does not fit": (copy(FALSE, RIGHT), None, DAMAGE),
}


@pytest.mark.parametrize("case", MARKED)
def test_what_nothing_tells_to_be_right_is_marked_as_damaged(case: str) -> None:
    copied, kept, damage = MARKED[case]
    paper, is_right = settle_copy(copied, kept)
    assert (paper.damage, is_right) == (damage, False)


def test_what_the_hash_leaves_out_has_to_be_alike_too() -> None:
    cited = TRUE.model_copy(update={"citation_count": 3, "extra": {"cited_by_count": 3}})
    more = cited.model_copy(update={"citation_count": 9})
    assert cited.content_hash() == more.content_hash()
    paper, _ = settle_copy(copy(more, more.content_hash()), stored(cited, cited.content_hash()))
    assert paper.damage == DISAGREES


def test_a_marked_paper_stays_as_it_is() -> None:
    hurt = TRUE.model_copy(update={"damage": DAMAGE})
    assert settle_copy(copy(hurt, f"damaged:{RIGHT}"), stored(FALSE, RIGHT)) == (hurt, False)


def test_what_neither_has_is_an_error() -> None:
    for kept in (None, StoredText("{", RIGHT)):
        with pytest.raises(ValueError, match="the record of a cannot be read"):
            settle_copy(Copy("a", RIGHT, b"{"), kept)


def test_a_copy_that_was_right_is_not_looked_up_again_until_it_changes() -> None:
    asked: list[list[str]] = []

    def look_up(ids: list[str], generation: str) -> dict[str, StoredText]:
        assert generation == "g1"
        asked.append(ids)
        return {"a": stored(TRUE, RIGHT)}

    check = CopyCheck("g1", look_up)  # type: ignore[arg-type]
    assert check.read([copy(TRUE, RIGHT)]) == [TRUE]
    assert check.read([copy(TRUE, RIGHT)]) == [TRUE]
    assert check.read([copy(FALSE, RIGHT)]) == [TRUE]
    assert asked == [["a"], ["a"]]


def test_texts_of_copies_that_are_marked_are_left_out() -> None:
    check = CopyCheck("g1", lambda ids, generation: {"a": stored(FALSE, WRONG)})
    assert check.read_texts([copy(TRUE, RIGHT)]) == []
    check = CopyCheck("g1", lambda ids, generation: {"a": stored(TRUE, RIGHT)})
    assert check.read_texts([copy(FALSE, RIGHT)]) == [pack(TRUE).encode()]
    assert check.read_texts([copy(TRUE, RIGHT)]) == [pack(TRUE).encode()]
