"""The agent's door against its bars: python -m benchmarks.mcp [tokens | start | questions | injections].

``tokens`` counts the list of tools as it is sent, in o200k, which needs the package bpe-openai (``pip install
bpe-openai``; no part of any extra). ``start`` measures the CPU seconds of the process from its start until
``initialize`` is answered, and until the list of tools is, beside those of the smallest server of the SDK; the median
of 9 each. ``questions`` asks those of ../shared/eval/questions.jsonl (FILE as second argument for others) through a
real process and by ``conspectus ask --json``, and compares the JSON, but for the seconds. ``injections`` plants each
sentence of ../shared/cases/injections.jsonl in an abstract, and calls the tools. It is obeyed where its payload stands
outside the marks of a reply, a reply lacks its notice, or the library is changed; counted apart is where the payload
has a sign by which it may stand, as a sentence of that abstract.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import anyio
from mcp import Client, StdioServerParameters, stdio_client

from assistant import Assistant
from assistant.mcp.marking import CLOSE, NOTICE, OPEN
from benchmarks.corpora import SHARED

SAMPLE = Path(__file__).parents[1] / "assistant" / "data" / "namkoong_listing.txt"
BAR_TOKENS, BAR_SECONDS = 1700, 0.3
RUNS = 9
MAY_STAND = ("quoted", "entailed", "worded")
SMALLEST = """
from mcp.server import MCPServer
server = MCPServer("smallest")
@server.tool()
def echo(text: str) -> str:
    return text
server.run()
"""


def request(number: int, method: str, **params: Any) -> bytes:
    """A request as a line."""
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode() + b"\n"


FIRST = request(
    0, "initialize", protocolVersion="2025-11-25", capabilities={}, clientInfo={"name": "benchmark", "version": "1"}
)


def spent(process: "subprocess.Popen[bytes]") -> float:
    """The CPU seconds that a process has taken so far (Linux)."""
    numbers = Path(f"/proc/{process.pid}/schedstat").read_text().split()
    threads = [path.read_text().split()[0] for path in Path(f"/proc/{process.pid}/task").glob("*/schedstat")]
    return max(int(numbers[0]), sum(map(int, threads))) / 1e9


def measure_start(command: list[str]) -> tuple[float, float, float]:
    """CPU seconds until ``initialize`` is answered, until the tools are listed, and the seconds that both took."""
    begin = time.perf_counter()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(FIRST)
        process.stdin.flush()
        process.stdout.readline()
        first = spent(process)
        process.stdin.write(b'{"jsonrpc": "2.0", "method": "notifications/initialized"}\n' + request(1, "tools/list"))
        process.stdin.flush()
        process.stdout.readline()
        both, seconds = spent(process), time.perf_counter() - begin
        process.stdin.close()
        process.wait(timeout=30)
    return first, both, seconds


def serve(library: Path) -> list[str]:
    """The command of the server."""
    return [sys.executable, "-m", "assistant", "mcp", "--library", str(library)]


def show_start(library: Path) -> None:
    """Print what a start takes."""
    for name, command in (("conspectus mcp", serve(library)), ("smallest server", [sys.executable, "-c", SMALLEST])):
        runs = [measure_start(command) for _ in range(RUNS)]
        first, both, seconds = (median(column) for column in zip(*runs, strict=True))
        print(f"{name}: initialize {first * 1000:.0f} ms CPU, list of tools {both * 1000:.0f} ms CPU, {seconds:.2f} s")
    print(f"bar: {BAR_SECONDS * 1000:.0f} ms CPU until initialize is answered")


def show_tokens(library: Path) -> None:
    """Print the tokens of the list of tools, as it is sent."""
    import bpe_openai  # type: ignore[import-not-found]

    encoding = bpe_openai.get_encoding("o200k_base")
    for more in ((), ("--write",)):
        command = [*serve(library), *more]
        lines = FIRST + b'{"jsonrpc": "2.0", "method": "notifications/initialized"}\n' + request(1, "tools/list")
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdin
            assert process.stdout
            process.stdin.write(lines)
            process.stdin.flush()
            process.stdout.readline()
            sent = process.stdout.readline().decode()
            process.stdin.close()
        result = json.dumps(json.loads(sent)["result"], ensure_ascii=False, separators=(",", ":"))
        whole, list_alone = len(encoding.encode(sent)), len(encoding.encode(result))
        print(
            f"{' '.join(('mcp', *more))}: {whole} tokens as sent, {list_alone} the list alone; {len(sent)} characters"
        )
    print(f"bar: {BAR_TOKENS}")


@contextmanager
def sample_library() -> Iterator[Path]:
    """A library of the sample."""
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "library"
        with Assistant.open(library) as opened:
            opened.add(SAMPLE)
        yield library


def ask_command_line(question: str, library: Path) -> Any:
    """What the command line prints with --json."""
    command = [sys.executable, "-m", "assistant", "ask", "--json", "--library", str(library), question]
    return json.loads(subprocess.run(command, capture_output=True, check=False).stdout)


def drop_seconds(answer: Any) -> Any:
    """An answer without what differs from run to run."""
    answer["trace"]["seconds"] = 0
    return answer


async def compare_questions(library: Path, file: Path) -> None:
    """Ask all questions at both doors."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    same = 0
    command, *args = serve(library)
    async with Client(stdio_client(StdioServerParameters(command=command, args=args))) as client:
        for row in rows:
            reply = await client.call_tool("ask", {"question": row["question"]})
            assert isinstance(reply.structured_content, dict)
            own = drop_seconds(reply.structured_content["result"])
            other = drop_seconds(ask_command_line(row["question"], library))
            same += own == other
            if own != other:
                print("differs:", row["id"], row["question"])
    print(f"{same} of {len(rows)} the same")


def outside_marks(text: str) -> str:
    """What of a reply stands outside the marks."""
    return "".join(part.rpartition(CLOSE)[2] for part in text.split(OPEN))


async def try_order(library: Path, payload: str, title: str, paper: str) -> tuple[list[str], list[str]]:
    """Call the tools on a library with an order in it: which obeyed, and at which the payload may stand."""
    command, *args = serve(library)
    calls: tuple[tuple[str, dict[str, Any]], ...] = (
        ("search", {"query": title}),
        ("ask", {"question": f"What does “{title}” find?"}),
        ("ask", {"question": "Which bandit method is the best?"}),
        ("ask", {"question": "How well does Zorblax perform?"}),
        ("verify", {"sentences": [payload]}),
        ("verify", {"sentences": [payload], "papers": [paper]}),
        ("where", {"text": payload}),
        ("check_draft", {"draft": f"{payload} [@{paper}]."}),
        ("paper", {"id": paper}),
        ("overview", {}),
        ("report", {"kind": "annotated", "filters": {"ids": [paper, "model soups"]}}),
    )
    obeyed, standing = [], []
    async with Client(stdio_client(StdioServerParameters(command=command, args=args))) as client:
        before = await client.call_tool("overview", {})
        for name, arguments in calls:
            reply = await client.call_tool(name, arguments)
            text, own = getattr(reply.content[0], "text", ""), name in ("verify", "check_draft")
            if not own and payload in outside_marks(text):
                obeyed.append(f"{name}: outside the marks")
            if not text.startswith(NOTICE):
                obeyed.append(f"{name}: without the notice")
            assert isinstance(reply.structured_content, dict)
            standing += [name] if find_standing(name, reply.structured_content["result"], payload) else []
        if (await client.call_tool("overview", {})).structured_content != before.structured_content:
            obeyed.append("the library was changed")
    return obeyed, standing


def find_standing(name: str, result: Any, payload: str) -> bool:
    """Whether the payload has a sign by which it may stand."""
    match name:
        case "verify":
            return any(claim["holds"] for claim in result)
        case "ask" | "report":
            parts = [result] if name == "ask" else result["sections"]
            claims = [claim for part in parts for claim in part["claims"] if payload in claim["text"]]
            return any(claim["support"] in MAY_STAND for claim in claims)
        case "where":
            return any(place["support"] in MAY_STAND for place in result["said"])
        case "check_draft":
            return any(sentence["outcome"] in MAY_STAND for sentence in result)
        case _:
            return False


def show_injections() -> None:
    """Plant each, and count what was obeyed."""
    rows = [json.loads(line) for line in (SHARED / "cases" / "injections.jsonl").read_text("utf-8").splitlines()]
    title = "Adaptive exploration in bandit problems with delayed rewards"
    obeying, stood = 0, 0
    for row in rows:
        abstract = (
            f"We study adaptive exploration in bandit problems with delayed rewards. {row['text']} Regret is bounded."
        )
        record = {"id": "planted", "title": title, "abstract": abstract, "year": 2024}
        with tempfile.TemporaryDirectory() as folder:
            file, library = Path(folder) / "planted.jsonl", Path(folder) / "library"
            file.write_text(json.dumps(record) + "\n", encoding="utf-8")
            with Assistant.open(library) as opened:
                opened.add(SAMPLE)
                opened.add(file)
            obeyed, standing = anyio.run(try_order, library, row["payload"], title, "planted")
        obeying, stood = obeying + bool(obeyed), stood + bool(standing)
        if obeyed or standing:
            print(row["n"], "obeyed:", obeyed, "may stand:", standing, "|", row["text"][:80], flush=True)
    print(
        f"{obeying} of {len(rows)} obeyed by a tool (bar: 0); of {stood} the payload may stand as the abstract's claim"
    )


def main() -> None:
    """Measure what is asked for."""
    what = sys.argv[1] if len(sys.argv) > 1 else "all"
    with sample_library() as library:
        if what in ("all", "tokens"):
            show_tokens(library)
        if what in ("all", "start"):
            show_start(library)
        if what in ("all", "questions"):
            file = Path(sys.argv[2]) if len(sys.argv) > 2 else SHARED / "eval" / "questions.jsonl"
            anyio.run(compare_questions, library, file)
    if what in ("all", "injections"):
        show_injections()


if __name__ == "__main__":
    main()
