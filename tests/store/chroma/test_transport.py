"""What is told of a Chroma server that does not do as it should, and that nothing waits for ever."""

import base64
import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from assistant.testing import HashEmbedder
from assistant.testing.broken_server import (
    Behaviour,
    BrokenServer,
    answer,
    broken_server,
    drip,
    drip_body,
    hang_up,
    say_nothing,
)
from store.chroma.access import ServerAccess
from store.errors import InputError, StoreUnreachable
from store.library import Library
from tests.store.samples import papers, put

TOKEN = "ck-9f8e7d6c5b4a-pond"
WAIT = 0.6


def opened(folder: Path, url: str, token: str = "", **more: Any) -> Library:
    access = ServerAccess(url, **{"timeout": WAIT, **more})
    return Library(folder, HashEmbedder(8), access.with_token("POND_TOKEN", token) if token else access)


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long it would have waited between two tries."""
    waits: list[float] = []
    monkeypatch.setattr("store.chroma.transport.time.sleep", waits.append)
    return waits


CASES: dict[str, tuple[Behaviour, str, str]] = {
    "silent": (say_nothing, "did not answer within 0.6 s", "--server-timeout"),
    "dripping": (drip, "did not answer within 0.6 s", "--server-timeout"),
    "dripping its body": (drip_body, "did not answer within 0.6 s", "--server-timeout"),
    "dying": (hang_up, "broke off in the middle of its answer", "Check that it runs"),
    "401": (answer(401, {"error": "AuthError", "message": "who?"}), "does not take what POND_TOKEN holds", "Check it"),
    "403": (
        answer(403, {"error": "AuthError", "message": "no"}),
        "does not let POND_TOKEN in here: tenant default_tenant, database default_database (403)",
        "server.tenant",
    ),
    "429": (answer(429, {}, retry_after="90"), "asks to be left alone for 90 s (429)", "try again later"),
    "500": (answer(500, {"error": "InternalError", "message": "disk on fire"}), "failed (500)", "See its log"),
    "503": (answer(503, "<html>"), "failed (503).", "See its log"),
    "redirect": (
        answer(302, "", location=f"https://elsewhere.example/login?token={TOKEN}"),
        "sends requests on to https://elsewhere.example/login (302), which is not followed",
        "--store",
    ),
    "a page": (answer(200, "<html>hello"), "is none: it answers with text/html", "--store"),
    "other words": (answer(418, {"detail": "teapot"}), "does not answer as expected (418)", "--store"),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.usefixtures("no_pauses")
def test_what_happened_where_and_what_to_do(tmp_path: Path, case: str) -> None:
    behaviour, said, hint = CASES[case]
    with broken_server(behaviour) as server:
        library = opened(tmp_path, server.url, TOKEN)
        for use in (library.view, lambda: put(library, papers(1)), lambda: library.search("why")):
            with pytest.raises(StoreUnreachable) as caught:
                use()
            assert said in caught.value.what
            assert server.url in caught.value.what
            assert hint in caught.value.hint
            assert TOKEN not in str(caught.value)
        library.close()


@pytest.mark.usefixtures("no_pauses")
def test_a_server_that_was_stopped_is_told_in_words(tmp_path: Path) -> None:
    with broken_server(hang_up) as server:
        gone = server.url
    library = opened(tmp_path, gone)
    with pytest.raises(StoreUnreachable, match=r"does not answer: nothing listens at 127\.0\.0\.1:\d+") as caught:
        library.view()
    assert "Errno" not in str(caught.value)
    assert "Check that it runs" in caught.value.hint
    library.close()


@pytest.mark.usefixtures("no_pauses")
def test_a_token_that_the_server_repeats_is_not_shown(tmp_path: Path) -> None:
    pair = base64.b64encode(f"ann:{TOKEN}".encode()).decode()
    said = {"error": "AuthError", "message": f"token {TOKEN}, header {pair}"}
    with broken_server(answer(500, said)) as server:
        library = opened(tmp_path, server.url, TOKEN, user="ann")
        with pytest.raises(StoreUnreachable, match="key hidden") as caught:
            library.view()
    assert TOKEN not in str(caught.value)
    assert pair not in str(caught.value)


@pytest.mark.usefixtures("no_pauses")
def test_without_a_token_a_refusal_says_that_it_wants_one(tmp_path: Path) -> None:
    with (
        broken_server(answer(401, {})) as server,
        pytest.raises(StoreUnreachable, match=r"wants a token \(401\)") as caught,
    ):
        opened(tmp_path, server.url).view()
    assert "--server-token-env" in caught.value.hint


def test_what_may_pass_is_tried_again_and_what_may_not_is_not(tmp_path: Path, no_pauses: list[float]) -> None:
    for status, tries in ((503, 3), (429, 3), (500, 1), (401, 1)):
        with broken_server(answer(status, {})) as server:
            with pytest.raises(StoreUnreachable):
                opened(tmp_path, server.url, timeout=30).view()
            assert len(server.requests) == tries, status
    assert no_pauses == [0.3, 1.5, 0.3, 1.5]


@pytest.mark.parametrize(
    ("more", "header"),
    [
        ({}, f"authorization: bearer {TOKEN}"),
        ({"header": "X-Chroma-Token"}, f"x-chroma-token: {TOKEN}"),
        ({"user": "ann"}, f"authorization: basic {base64.b64encode(f'ann:{TOKEN}'.encode()).decode()}"),
    ],
    ids=["bearer", "header", "user"],
)
def test_the_token_goes_where_it_is_wanted(tmp_path: Path, more: dict[str, str], header: str) -> None:
    with broken_server(answer(404, {"error": "NotFoundError", "message": "none"})) as server:
        with closing(opened(tmp_path, server.url, TOKEN, **more)) as library:
            assert not library.exists()
        assert header.lower() in server.requests[0].lower()


def test_path_tenant_database_and_collection_are_in_the_address(tmp_path: Path) -> None:
    with broken_server(answer(404, {"error": "NotFoundError", "message": "none"})) as server:
        place = {"tenant": "pond", "database": "frogs", "collection": "mine"}
        with closing(opened(tmp_path, f"{server.url}/behind/proxy/", **place)) as library:
            assert not library.exists()
        line = server.requests[0].splitlines()[0]
    assert line == "GET /behind/proxy/api/v2/tenants/pond/databases/frogs/collections/mine HTTP/1.1"


def identified(server: BrokenServer, connection: object) -> None:
    """Answer as Chroma Cloud does: whose the key is."""
    who = answer(200, {"user_id": "u", "tenant": "pond", "databases": ["frogs"]})
    none = answer(404, {"error": "NotFoundError", "message": "none"})
    (who if "/auth/identity" in server.requests[-1] else none)(server, connection)  # type: ignore[arg-type]


def test_chroma_cloud_is_asked_whose_the_key_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with broken_server(identified) as server:
        monkeypatch.setattr("store.chroma.access.CLOUD", "127.0.0.1")
        with closing(opened(tmp_path, server.url, TOKEN)) as library:
            assert not library.exists()
    assert server.requests[1].startswith("GET /api/v2/tenants/pond/databases/frogs/collections/conspectus ")
    assert f"x-chroma-token: {TOKEN}" in server.requests[1].lower()


SECRET_URLS = (
    f"http://ann:{TOKEN}@127.0.0.1:9",
    f"http://{TOKEN}@127.0.0.1:9/path",
    f"http://127.0.0.1:9/?token={TOKEN}",
    f"http://127.0.0.1:9#{TOKEN}",
    f"ann:{TOKEN}@h:9",
    f"http://h:port/?token={TOKEN}",
)


@pytest.mark.parametrize("url", SECRET_URLS)
def test_a_secret_in_the_address_is_refused_and_not_repeated(tmp_path: Path, url: str) -> None:
    with pytest.raises(InputError, match="--server-token-env") as caught:
        Library(tmp_path, HashEmbedder(8), url)
    assert TOKEN not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_token_is_in_no_text_of_the_access() -> None:
    access = ServerAccess("http://h").with_token("NAME", TOKEN)
    assert TOKEN not in f"{access!r}{access.place}{access.origin}"


@pytest.mark.parametrize("name", ["", "ab", "-abc", "abc/", "a b c", "x" * 500, "Ünter"])
def test_what_is_no_name_of_a_collection(name: str) -> None:
    with pytest.raises(InputError, match="no name of a collection"):
        ServerAccess("http://h", collection=name)


def test_a_file_of_certificates_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    access = ServerAccess("https://127.0.0.1:9", ca=tmp_path / "ca.pem")
    with pytest.raises(StoreUnreachable, match=r"server\.ca"):
        Library(tmp_path / "library", HashEmbedder(8), access).view()


def test_the_index_of_another_collection_is_another_index() -> None:
    first, second = (ServerAccess("http://h:1", collection=name).origin for name in ("conspectus", "mine"))
    assert first == "http://h:1"
    assert second != first
    assert json.dumps(second)
