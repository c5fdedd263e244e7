"""Turns of the clients of one Chroma server: while one has its turn, no other writes to the library.

A server has no lock, but it makes a collection of a name only once. So who writes makes one beside the library's, and
deletes it afterwards. Where a client died in its turn, another one takes it over when nothing moved for ``LEASE``
seconds by its own clock; who writes for longer gives signs. A turn is ended by its id, never by its name: what somebody
else has taken over is not ended by who had it before.
"""

import time
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from threading import Event, Thread
from typing import Any

from store.environment import import_chroma
from store.errors import LibraryError, LibraryLocked

_SUFFIX = "-turn"
# Seconds without a sign after which a turn counts as left behind: embedding a batch takes a few. Chosen by hand.
LEASE = 20.0
# Seconds between two signs. Chosen by hand.
_SIGN = 5.0
# Seconds to wait for a turn; others end theirs after a batch, or are taken over. Chosen by hand.
PATIENCE = 28.0
# Seconds between two looks, the first and the longest. Chosen by hand.
_FIRST_LOOK, _LONGEST_LOOK = 0.05, 1.0


class WriteTurn:
    """One turn, held in a ``with``.

    Args:
        client: Returns the client of the server.
        translate: In which errors of Chroma become those of the library.
        library: The collection's name.
        place: The server, for messages.
        purpose: What is done, for the message of those who wait.
        patience: Seconds to wait for another client's turn.
    """

    def __init__(
        self,
        client: Callable[[], Any],
        translate: Callable[[], AbstractContextManager[None]],
        library: str,
        place: str,
        purpose: str,
        patience: float,
    ) -> None:
        self._client, self._translate, self._place, self._patience = client, translate, place, patience
        self._name = f"{library}{_SUFFIX}"
        self._note: dict[str, str | int] = {"token": uuid.uuid4().hex, "what": purpose, "sign": 0}
        self._mine: Any = None
        self._lost, self._over = False, Event()
        self._renewing: Thread | None = None

    def check(self) -> None:
        """Raise LibraryLocked where another client has taken the turn over: nothing may be written any more."""
        if self._lost:
            raise LibraryLocked(
                f"Another client of the Chroma server at {self._place} took over: this one was silent for too long.",
                "Run it again: what was acknowledged is stored.",
            )

    def __enter__(self) -> "WriteTurn":
        """Wait for the turn and take it.

        Raises:
            LibraryLocked: Another client goes on for too long.
        """
        began = seen_since = time.monotonic()
        seen, look = ("", 0), _FIRST_LOOK
        while not self._take():
            turn = self._find()
            sign = (str(turn.metadata.get("token")), int(turn.metadata.get("sign", 0))) if turn else ("", 0)
            now = time.monotonic()
            if sign != seen:
                seen, seen_since = sign, now
            elif turn and now - seen_since > LEASE:
                self._end(turn)
                continue
            if now - began > self._patience:
                what = turn.metadata.get("what", "something") if turn else "something"
                raise LibraryLocked(
                    f"Another client of the Chroma server at {self._place} is writing ({what}).",
                    "Wait until it has finished, then try again.",
                )
            time.sleep(look)
            look = min(2 * look, _LONGEST_LOOK)
        self._renewing = Thread(target=self._renew, daemon=True)
        self._renewing.start()
        return self

    def __exit__(self, *error: object) -> None:
        """End the turn; where the server is gone, the others take it over in time."""
        self._over.set()
        if self._renewing is not None:
            self._renewing.join()
        if self._lost:
            return
        with suppress(LibraryError):
            # Looked up again where the client was closed by what went wrong.
            turn = self._find() if error[0] is not None else self._mine
            if turn is not None and turn.id == self._mine.id:
                self._end(turn)

    def _renew(self) -> None:
        """Give a sign now and then, in a thread of its own, until the turn is over."""
        NotFoundError = import_chroma().errors.NotFoundError

        while not self._over.wait(_SIGN):
            sign = {**self._note, "sign": int(self._note["sign"]) + 1}
            try:
                self._mine.modify(metadata=sign)
                self._note = sign
            except NotFoundError:
                self._lost = True
                return
            except Exception:  # The server does not answer; the writer finds that out by itself.
                continue

    def _take(self) -> bool:
        ChromaError = import_chroma().errors.ChromaError

        with self._translate():
            try:
                self._mine = self._client().create_collection(self._name, metadata=self._note)
            except (ChromaError, ValueError) as error:
                if "already exists" not in str(error):
                    raise
                turn = self._find()
                if turn is None or turn.metadata.get("token") != self._note["token"]:
                    return False
                self._mine = turn  # The answer to the first try of the same request was lost.
        return True

    def _find(self) -> Any:
        NotFoundError = import_chroma().errors.NotFoundError

        with self._translate():
            try:
                return self._client().get_collection(self._name)
            except NotFoundError:
                return None

    def _end(self, turn: Any) -> None:
        """Take the name from a turn, which is told by its id, then delete it."""
        away = f"{self._name}-{uuid.uuid4().hex[:12]}"
        with self._translate():
            turn.modify(name=away)
            self._client().delete_collection(away)
