"""The settings of the Chroma server, and what becomes of them."""

import logging
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.settings import Settings, load
from assistant.settings.server import ServerSettings
from assistant.testing import HashEmbedder
from assistant.testing.broken_server import answer, broken_server
from store.errors import InputError, StoreUnreachable

TOKEN = "ck-9f8e7d6c5b4a-pond"
ENV = {"POND_TOKEN": TOKEN, "CHROMA_API_KEY": "ck-of-the-cloud"}


def test_nothing_set_sends_no_token() -> None:
    access = ServerSettings().build_access("http://h:8000", ENV)
    assert (access.token, access.build_headers()) == ("", {})
    assert (access.collection, access.tenant, access.database, access.timeout) == ("conspectus", "", "", 8.0)


def test_the_key_of_the_cloud_goes_to_the_cloud_alone() -> None:
    cloud = ServerSettings().build_access("https://api.trychroma.com", ENV)
    assert cloud.build_headers() == {"x-chroma-token": "ck-of-the-cloud"}
    for url in ("https://trychroma.com.example.org", "https://nottrychroma.com", "http://localhost:8000"):
        assert ServerSettings().build_access(url, ENV).token == ""


def test_everything_is_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(
        'store = "https://h/chroma"\n[server]\ncollection = "frogs"\ntenant = "pond"\ndatabase = "base"\n'
        'token_env = "POND_TOKEN"\ntoken_header = "X-Chroma-Token"\nca = "ca.pem"\ntimeout = 3\n'
    )
    settings = load({}, {}, file)
    access = settings.server.build_access(str(settings.store), ENV)
    assert (access.url, access.collection, access.tenant, access.database) == (
        *("https://h/chroma", "frogs"),
        *("pond", "base"),
    )
    assert (access.build_headers(), access.ca, access.timeout) == ({"X-Chroma-Token": TOKEN}, Path("ca.pem"), 3.0)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('collection = "a b"', "name there"),
        ("timeout = 0", "up to 3600"),
        ('search = "here"', "local (in a copy here)"),
        ('token_env = "ck-secret-of-mine"', "NAME of an environment variable"),
        ('token_header = "X:Y"', "name of the header"),
        ('user = "ann:secret-of-mine"', "without colon"),
    ],
)
def test_what_cannot_be_is_said_without_what_may_be_a_secret(tmp_path: Path, line: str, said: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f"[server]\n{line}\n")
    with pytest.raises(InputError) as caught:
        load({}, {}, file)
    assert said in str(caught.value)
    assert "secret-of-mine" not in str(caught.value)


def test_the_home_folder_of_nobody_is_refused_where_it_is_set(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[server]\nca = "~nobody-of-that-name/ca.pem"\n')
    with pytest.raises(InputError, match=r"ca in \[server\] of .* is '~nobody-of-that-name/ca.pem'"):
        load({}, {}, file)


@pytest.mark.parametrize("url", [f"http://ann:{TOKEN}@h:8000", f"http://h:8000/?token={TOKEN}"])
def test_an_address_with_a_secret_is_shown_nowhere(url: str, tmp_path: Path) -> None:
    for read in (
        lambda: load({"store": url}, {}),
        lambda: load({}, {"CONSPECTUS_STORE": url}),
        lambda: Assistant.open(tmp_path, store=url, embedder=HashEmbedder(8)),
    ):
        with pytest.raises(InputError) as caught:
            read()
        assert TOKEN not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_library_on_a_server_shows_its_place_and_no_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("POND_TOKEN", TOKEN)
    caplog.set_level(logging.DEBUG)
    server = ServerSettings(token_env="POND_TOKEN", collection="frogs", timeout=5)
    with broken_server(answer(403, {"error": "AuthError", "message": TOKEN})) as broken:
        settings = Settings(store=broken.url, server=server)
        with Assistant.open(tmp_path, settings=settings, embedder=HashEmbedder(8)) as assistant:
            assert assistant.place == f"{broken.url} (frogs)"
            with pytest.raises(StoreUnreachable, match="does not let POND_TOKEN in here") as caught:
                assistant.papers.count()
            told = f"{caught.value}{[check.model_dump() for check in assistant.doctor()]}"
        assert f"bearer {TOKEN}" in broken.requests[0].lower()
    assert TOKEN not in told
    assert TOKEN not in caplog.text
    assert all(TOKEN.encode() not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
