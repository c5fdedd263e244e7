from argparse import Namespace
from pathlib import Path

import pytest

from tui.settings.place import read_place


@pytest.mark.parametrize("fault", ["k = -1", "[chat]\nbase_url = 'ftp://x'", "colour = 'red'"])
def test_a_wrong_setting_leaves_where_the_library_is(tmp_path: Path, fault: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f"library = '{tmp_path}/mine'\n{fault}\n")
    place = read_place(Namespace(config=str(file)), {})
    assert place is not None
    assert place.library == tmp_path / "mine"
    assert (place.k, place.chat.base_url) == (10, None)


def test_a_file_that_is_no_toml_leaves_the_library_of_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("library = ")
    place = read_place(Namespace(config=str(file)), {"CONSPECTUS_LIBRARY": "/papers", "CONSPECTUS_K": "many"})
    assert place is not None
    assert place.library == Path("/papers")


def test_a_library_on_the_command_line_wins(tmp_path: Path) -> None:
    args = Namespace(config=None, library="/mine", k=None)
    place = read_place(args, {"CONSPECTUS_LIBRARY": "/other", "CONSPECTUS_CONFIG": str(tmp_path / "none.toml")})
    assert place is not None
    assert place.library == Path("/mine")


def test_a_wrong_argument_is_for_who_gave_it_to_mend(tmp_path: Path) -> None:
    assert read_place(Namespace(config=str(tmp_path / "none.toml"), base_url="ftp://x"), {}) is None
