"""How long ``ask`` takes to say what is wrong with a Chroma server: python -m benchmarks.chroma_servers.

Each server is a fake on loopback that does one thing wrong; the command is the real one, with the usual timeout. Prints
seconds, exit status and the message of each; the status is 1 where one takes more than 30 seconds or says a token.
"""

import os
import subprocess
import sys
import time
from tempfile import TemporaryDirectory

from assistant.testing.broken_server import answer, broken_server, drip, drip_body, hang_up, say_nothing

TOKEN = "ck-0123456789-pond"
BAR = 30.0
SERVERS = {
    "silent": say_nothing,
    "slow (a byte now and then)": drip,
    "slow body": drip_body,
    "dying": hang_up,
    "401": answer(401, {"error": "AuthError", "message": TOKEN}),
    "403": answer(403, {"error": "AuthError", "message": "no"}),
    "429": answer(429, {}, retry_after="120"),
    "500": answer(500, {"error": "InternalError", "message": "disk full"}),
    "503": answer(503, {}),
    "redirecting": answer(302, "", location=f"https://elsewhere.example/?token={TOKEN}"),
    "a web page": answer(200, "<html>hello"),
}


def main() -> int:
    """Ask each."""
    right = True
    for name, behaviour in SERVERS.items():
        with TemporaryDirectory() as folder, broken_server(behaviour) as server:
            command = [sys.executable, "-m", "assistant", "--library", folder, "--store", server.url]
            command += ["--server-token-env", "POND_TOKEN", "ask", "How are frogs counted?"]
            began = time.monotonic()
            done = subprocess.run(
                command, env={**os.environ, "POND_TOKEN": TOKEN}, capture_output=True, text=True, check=False
            )
            seconds = time.monotonic() - began
        said = " ".join((done.stdout + done.stderr).split())
        right &= seconds <= BAR and bool(done.returncode) and TOKEN not in said
        print(f"{name}: {seconds:.1f} s, status {done.returncode}: {said.replace(server.url, 'URL')}", flush=True)
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
