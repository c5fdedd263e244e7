"""CPU time of starting: python -m benchmarks.startup. Medians of runs that take turns, so that drift hits all alike.

The model is a scripted server in this process, whose time is not counted.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from assistant.testing import fake_openai_server

RUNS = 9
EMPTY_STORE = (
    "import chromadb, tempfile; "
    "chromadb.PersistentClient(tempfile.mkdtemp()).get_or_create_collection('papers', embedding_function=None)"
)
ASK = "What ImageNet top-1 accuracy does the ViT-G model soup reach?"
REPLY = "The ViT-G model soup attains 90.94% top-1 accuracy on ImageNet. [1]"


def main() -> None:
    """Print the medians and the ratios that matter."""
    python, command = sys.executable, str(Path(sys.executable).with_name("conspectus"))
    with tempfile.TemporaryDirectory() as folder, fake_openai_server(lambda messages: REPLY) as server:
        subprocess.run([command, "demo", "--library", folder], stdout=subprocess.DEVNULL, check=True)
        commands = {
            "python -c pass": [python, "-c", "pass"],
            "import assistant": [python, "-c", "from assistant import Assistant"],
            "conspectus --help": [command, "--help"],
            "chromadb, empty store": [python, "-c", EMPTY_STORE],
            "conspectus ask": [command, "ask", ASK, "--library", folder],
            "import openai": [python, "-c", "import openai"],
            "conspectus ask --model": [
                *(command, "ask", ASK, "--library", folder, "--no-cache"),
                *("--model", "fake", "--base-url", server.base_url),
            ],
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(RUNS):
            for name, words in commands.items():
                times[name].append(cpu(words))
    median = {name: statistics.median(values) for name, values in times.items()}
    for name, value in median.items():
        print(f"{name:24s} {value * 1000:6.0f} ms CPU")
    print(f"--help / python          {median['conspectus --help'] / median['python -c pass']:6.2f}")
    print(f"ask / chromadb           {median['conspectus ask'] / median['chromadb, empty store']:6.2f}")
    print(f"ask --model / openai     {median['conspectus ask --model'] / median['import openai']:6.2f}")


def cpu(words: list[str]) -> float:
    """User and system seconds of one run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
