"""What a library says of itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.embedding import EmbedderStamp
from store.errors import EmbedderMismatch, LibraryDamaged, LibraryError
from store.paper import Profile
from store.record import VERSION, LibraryState

STAMP = EmbedderStamp(model="m", weights="w", dimension=3, max_tokens=9)


@given(st.builds(Profile, name=st.text(), h_index=st.none() | st.integers(0, 500)))
def test_it_survives_chromas_flat_metadata(profile: Profile) -> None:
    state = LibraryState(embedder=STAMP).next_generation().with_profile(profile)
    metadata = state.to_metadata()
    assert all(isinstance(value, str | int) for value in metadata.values())
    assert LibraryState.from_metadata(metadata, "here") == state


def test_every_generation_is_another() -> None:
    state = LibraryState(embedder=STAMP)
    assert len({state.generation, state.next_generation().generation, state.next_generation().generation}) == 3


def test_a_profile_replaces_that_of_the_same_name() -> None:
    state = LibraryState(embedder=STAMP).with_profile(Profile(name="A", h_index=1)).with_profile(Profile(name="B"))
    state = state.with_profile(Profile(name="A", h_index=2))
    assert sorted((profile.name, profile.h_index) for profile in state.profiles) == [("A", 2), ("B", None)]


def test_what_is_decided_last_holds() -> None:
    state = LibraryState(embedder=STAMP).with_pairs([("b", "a"), ("a", "c")], together=True)
    assert (state.together, state.apart) == ((("a", "b"), ("a", "c")), ())
    state = state.with_pairs([("a", "b")], together=False)
    assert (state.together, state.apart) == ((("a", "c"),), (("a", "b"),))
    assert LibraryState.from_metadata(state.to_metadata(), "here") == state


@pytest.mark.parametrize(
    "change",
    [{"model": "n"}, {"weights": "v"}, {"dimension": 4}, {"max_tokens": 8}],
    ids=lambda change: next(iter(change)),
)
def test_any_difference_of_the_embedder_counts(change: dict[str, object]) -> None:
    LibraryState(embedder=STAMP).check_embedder(STAMP)
    with pytest.raises(EmbedderMismatch, match="conspectus doctor --re-embed"):
        LibraryState(embedder=STAMP).check_embedder(STAMP.model_copy(update=change))


def test_a_newer_version() -> None:
    with pytest.raises(LibraryError, match=r"in here .*newer.*pip install --upgrade") as caught:
        LibraryState.from_metadata({"version": VERSION + 1}, "here")
    assert not isinstance(caught.value, LibraryDamaged)


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        {},
        {"version": "1"},
        {"version": 1, "state": "{"},
        {"version": 1, "state": "[1]"},
        {"version": 1, "state": "{}"},
    ],
)
def test_what_is_no_stamp(metadata: dict[str, object] | None) -> None:
    with pytest.raises(LibraryDamaged, match=r"in here .*no readable stamp"):
        LibraryState.from_metadata(metadata, "here")
