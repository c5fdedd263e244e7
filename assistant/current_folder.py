"""Imported before anything else: ``python -m assistant`` takes no module from the folder that it is started in.

Python puts that folder in front of its own library, so a ``json.py`` there, in a folder of somebody else's papers, is
run. What runpy itself imports before it comes here stays: ``python -P -m assistant`` leaves the folder out from the
start, and ``conspectus`` never has it.
"""

import sys


def drop_current_folder(path: list[str], command: list[str], here: str) -> None:
    """Take the current folder from the places of modules, where it is there because this package is what is run.

    Args:
        path: The places, the current folder first.
        command: How Python was started.
        here: The folder that this package is in; in a checkout that is the current folder, and stays.
    """
    is_run = any(pair[0] == "-m" and pair[1].split(".")[0] == "assistant" for pair in zip(command, command[1:]))  # noqa: B905, RUF007
    if is_run and path and path[0] != here:
        del path[0]


# "-m" stands there while Python looks for what it is to run, and not when a program of others imports this.
if sys.argv[:1] == ["-m"] and not sys.flags.safe_path:
    drop_current_folder(sys.path, sys.orig_argv, __file__.rpartition("assistant")[0].rstrip("/\\"))
