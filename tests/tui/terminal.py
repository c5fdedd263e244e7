"""A program in a real terminal: a pseudo-terminal, and pyte to read what stands on its screen."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import threading
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

import pyte

# Seconds until what does not come is given up; nothing that comes waits for them. A start under load takes many.
PATIENCE = 120.0
KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "f3": "\x1bOR",
    "f6": "\x1b[17~",
    "f8": "\x1b[19~",
    "ctrl+q": "\x11",
    "ctrl+up": "\x1b[1;5A",
}
# Private modes: alternate screen, and what makes the terminal report the mouse.
_SCREEN, _MOUSE, _CURSOR = 1049, (1000, 1002, 1003, 1006, 1015), 25
_MODE = re.compile(rb"\x1b\[\?([\d;]+)([hl])")


class Terminal:
    """A program that runs in a terminal of its own; leaving it ends the program.

    Args:
        command: The program and its arguments.
        env: Its environment.
        size: Columns and rows.
        controlling: Whether it is the program's controlling terminal, whose end is told by SIGHUP, too.
    """

    def __init__(
        self,
        command: Sequence[str],
        env: Mapping[str, str],
        size: tuple[int, int] = (120, 36),
        controlling: bool = False,
    ) -> None:
        self._master, slave = pty.openpty()
        self._slave = slave
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self._display = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._display)
        self._changed = threading.Condition()
        self.output = bytearray()
        self._closing = threading.Event()
        self.process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=dict(env),
            start_new_session=True,
            preexec_fn=_take_terminal if controlling else None,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        if not self._closing.is_set():
            os.close(self._slave)
            self._reader.join(PATIENCE)
            os.close(self._master)

    def hang_up(self) -> None:
        """Close the terminal, as when its window is closed, whatever the program does."""
        self._closing.set()
        self._reader.join(PATIENCE)  # A terminal that is still read is not closed.
        os.close(self._slave)
        os.close(self._master)

    @property
    def screen(self) -> str:
        """What is shown."""
        with self._changed:
            return "\n".join(line.rstrip() for line in self._display.display)

    def type(self, *keys: str) -> None:
        """Press keys by name, or type texts."""
        for key in keys:
            os.write(self._master, KEYS.get(key, key).encode())

    def click(self, text: str) -> None:
        """Click where a text stands."""
        row, line = next((row, line) for row, line in enumerate(self.screen.splitlines(), 1) if text in line)
        column = line.index(text) + 2
        self.type(f"\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m")

    def until(self, holds: Callable[[str], object], what: str) -> None:
        """Wait until something holds for what is shown.

        Raises:
            AssertionError: It did not come true.
        """
        with self._changed:
            came = self._changed.wait_for(lambda: holds("\n".join(self._display.display)), PATIENCE)
        assert came, f"{what} did not come true:\n{self.screen}"

    def shows(self, text: str) -> None:
        """Wait until a text is shown."""
        self.until(lambda screen: text in screen, repr(text))

    def ends(self) -> int:
        """Wait for the end of the program; its exit status."""
        status = self.process.wait(PATIENCE)
        with self._changed:  # The last of what it wrote may still be on its way.
            self._changed.wait_for(self.is_restored, PATIENCE)
        return status

    def kill(self, sign: signal.Signals) -> None:
        """Send a signal."""
        self.process.send_signal(sign)

    def is_restored(self) -> bool:
        """Whether the terminal is as it was: its own screen, its cursor, no mouse, typing echoed line by line."""
        modes = {
            int(number): match[2] == b"h"
            for match in _MODE.finditer(bytes(self.output))
            for number in match[1].split(b";")
        }
        local = termios.tcgetattr(self._slave)[3]
        return (
            modes.get(_SCREEN) is False
            and modes.get(_CURSOR) is True
            and not any(modes.get(mode) for mode in _MOUSE)
            and bool(local & termios.ECHO)
            and bool(local & termios.ICANON)
        )

    def _read(self) -> None:
        readable = select.poll()  # select() takes no file above 1,023, and a process of many tests has more open.
        readable.register(self._master, select.POLLIN)
        while not self._closing.is_set():
            try:
                data = os.read(self._master, 65536) if readable.poll(50) else b""
            except OSError:  # Nobody has the other side open any more.
                return
            with self._changed:
                self.output += data
                self._stream.feed(data)
                self._changed.notify_all()


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
