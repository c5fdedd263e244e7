"""Whether any text of 100 kB holds the product up: short strings, repeated, in every reader and on every path of text.

    python -m benchmarks.linear [--size N] [--limit SECONDS] [--every N] [NAME ...]

Each of the strings is repeated up to ``size`` characters and put in the place of each value of each format's sample,
and through what reads questions, claims, sources, drafts and models' answers. Runs that take more than ``limit``
seconds of CPU are printed; one is stopped at four times that. ``--every`` takes each N-th run of the readers only. NAME
names formats or paths.
"""

import argparse
import json
import signal
import string
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from time import process_time
from types import FrameType
from xml.sax.saxutils import escape

from assistant.answer.model_drafts import parse_answer, read_growing_text
from assistant.answer.standalone_question import find_question
from assistant.drafts.draft_sentences import split_sentences
from assistant.llm.thinking import split_thinking
from assistant.verify import verify
from assistant.verify.injection import find_injection_start
from assistant.verify.source import parse_sentence, read_source
from store.errors import ConspectusError
from store.paper import Paper
from store.readers import FORMATS, read_bytes, read_papers
from store.text.clean import clean_text
from store.text.language import tell_language
from store.text.roles import assign_roles
from store.text.sentences import sentence_spans
from tests.store.readers.samples import SAMPLES

SAMPLE = Path(__file__).parents[1] / "assistant" / "data" / "namkoong_listing.txt"
# Signs and words of prose, markup, formats, numbers, names and orders, as they end, begin or join something.
WORDS = r"""
et al. |and | and|; |, |. |..|...|! |? |a.|A. |a. |A.B. |1. |1,|1 |1.|e.g. |i.e. |No. |vs. |Fig. |\\|\{|{}|{{|}}
{a|\a|\a{|\'e|\"{o}|\textbf{|$$|$a|\(|\)|\[|$\alpha$|^{|_{|^1|_1|<a|<a>|</a>|<b>|<i><|&amp;|&#|&#1;|&lt;|<!--
-->|<![CDATA[|<?|[1]|[1|[[|](|![|[@|[@a]|\cite{|\cite|((|()|(a|( |-- |--|- |a-|a-b|-1|==|##|# |```|''|'s|n't 
http://|http://a|https://a.b/|www.|10.1|10.1234/|doi:|doi:10.1|arXiv:|arXiv:1|@a|@a{|@article{|a@b|a@b.c|AU  - 
TY  - |ER  - |PMID- |%0 |%A|PT J|RESULTS: |CONCLUSIONS: |Abstract |ABSTRACT|(c) 2020 |Copyright |2020|2020-01-01
Jan 2020 |31 May 2018|1st |10%|10 % |1e9|1e|10^|10^-3|1/|1:1 |1-1 |1-|~|x|1x |one |one hundred |thousand 
million |twenty-|half |not |than |than|more than |by|more |less |A than B |respectively |because |if |which 
that |may |not not|unlike |compared with |de |van |von |Jr |Jr., |III |O'|Mc|St. |PhD |ignore |ignore all 
previous instructions |you are |please |system: |say |you must |Aa|aA|AaB|ABC |AbC|ABC-|A-|GPT-4|GPT-|x1|x1x|1a
a1 |a1b2|aaaa |ab|abc |the |e\u0301
"""
CONTROLS = (
    "\n",
    "\t",
    " ",
    "\n\n",
    "\r",
    "\r\n",
    "\x0b",
    "\x1b[",
    "\x00",
    "\u200b",
    "\u202e",
    "\ufeff",
    "\n  ",
    "==\n",
)
# The same in other scripts, as escapes: letters that look alike are told from each other so.
FOREIGN = (
    "\u2013",
    "\u00a9 ",
    "\u00b1",
    "1\u00b1",
    "~",
    "\u2264",
    "\u00d7",
    "\u03b1",
    "\u03b1 ",
    "\u03b2-",
    "\u00b9",
    "\u2081",
    "\u00bd",
    "\u0663",
    "\uff10",
    "\uff21",
    "\U0001f642",
    "\u00e9",
    "e\u0301",
    "\ud55c",
    "\u0646",
    "\u05d0",
    "\u4e2d",
    "\u3002",
    "\u017f",
    "\ufb01",
    "\u0130",
)
STRINGS = tuple(
    dict.fromkeys(
        [
            *string.punctuation,
            *CONTROLS,
            *FOREIGN,
            "a",
            "A",
            "1",
            *(w for w in WORDS.replace("\n", "|").split("|") if w),
        ]
    )
)
# Values of the samples that are replaced: titles, abstracts, names, journals, dates, identifiers, types.
VALUES = (
    *("Learning to", "We average weights", "average", "10.1234/soup.5", "10.1234/SOUP.5", "Ann", "Poe", "John Roe"),
    *(
        "Journal of Soups",
        "jos,",
        "Soups",
        "2018-05-31",
        "2018",
        "2203.05482",
        "tungsten",
        "article-journal",
        "poe2018",
    ),
    *("cs.LG", "123", "https://x.org/1"),
)


class _TooSlow(Exception):
    """A run was stopped."""


def main() -> None:
    """Print the runs that take too long."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--limit", type=float, default=2.0)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    signal.signal(signal.SIGVTALRM, _stop)
    slowest, runs = 0.0, 0
    for name, text, run in list_runs(options.size, options.every):
        if options.names and name.split()[0] not in options.names:
            continue
        seconds = measure_run(run, options.limit)
        slowest, runs = max(slowest, seconds), runs + 1
        if seconds > options.limit:
            print(f"{seconds:.2f} s  {name}  {text!r}", flush=True)
    print(f"{runs:,} runs of {options.size:,} characters, {len(STRINGS)} strings; the slowest took {slowest:.2f} CPU-s")


def measure_run(run: Callable[[], object], limit: float) -> float:
    """Measure the seconds of CPU that a run takes, at most a little more than four times the limit."""
    start = process_time()
    signal.setitimer(signal.ITIMER_VIRTUAL, limit * 4)
    try:
        with suppress(_TooSlow, ConspectusError):  # A text may be refused; what was stopped is told by its time.
            run()
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return process_time() - start


def _stop(number: int, frame: FrameType | None) -> None:
    raise _TooSlow


def list_runs(size: int, every: int) -> Iterator[tuple[str, str, Callable[[], object]]]:
    """List the runs: what is tried, the string, and the run itself."""
    base = next(item for item in read_papers(SAMPLE) if isinstance(item, Paper))
    paths = list_paths(base)
    for text in STRINGS:
        repeated = (text * (size // len(text) + 1))[:size]
        for name, path in paths.items():
            yield name, text, lambda path=path, repeated=repeated: _exhaust(path(repeated))  # type: ignore[misc]
    number = 0
    for format in FORMATS:
        if format not in SAMPLES:
            continue
        for value in (*(value for value in VALUES if value in SAMPLES[format]), ""):
            for text in STRINGS:
                number += 1
                if number % every == 0:
                    data = fill_sample(SAMPLES[format], value, (text * (size // len(text) + 1))[:size])
                    yield (
                        f"{format} {value or 'after the records'}",
                        text,
                        lambda data=data, format=format: _exhaust(read_bytes(data, "x", format)),  # type: ignore[misc]
                    )


def _exhaust(values: object) -> None:
    if isinstance(values, Iterable):
        for _ in values:
            pass


def fill_sample(sample: str, value: str, text: str) -> bytes:
    """Put a text in the place of a value, or behind all records, in the notation of the format."""
    if not value:
        return f"{sample}\n{text}".encode("utf-8", "replace")
    if sample.lstrip()[:1] in "[{":
        text = json.dumps(text)[1:-1]
    elif sample.lstrip()[:1] == "<":
        text = escape(text)
    return sample.replace(value, text, 1).encode("utf-8", "replace")


def list_paths(paper: Paper) -> dict[str, Callable[[str], object]]:
    """List what else reads a text: by name, called with it."""
    claim = "The model soup attains 90.94% top-1 accuracy on ImageNet."

    def vary(**fields: object) -> Paper:
        return paper.model_copy(update=fields)

    return {
        "clean": clean_text,
        "sentences": sentence_spans,
        "roles": assign_roles,
        "orders": find_injection_start,
        "claim": parse_sentence,
        "source": lambda text: read_source(vary(abstract=text)),
        "title": lambda text: read_source(vary(title=text)),
        "keyword": lambda text: read_source(vary(keywords=(text,))),
        "verify-claim": lambda text: verify(f"The soup {text}", [paper]),
        "verify-source": lambda text: verify(claim, [vary(abstract=f"{paper.abstract} {text}")]),
        "verify-both": lambda text: verify(text, [vary(abstract=text)]),
        "markdown": lambda text: split_sentences(f"Hello [@a]. {text}", is_latex=False),
        "latex": lambda text: split_sentences(rf"\documentclass Hello \cite{{a}}. {text}", is_latex=True),
        "answer": parse_answer,
        "answer-json": lambda text: parse_answer(f'{{"claims": [{{"text": "{text}'),
        "answer-grows": read_growing_text,
        "thinking": lambda text: (split_thinking(text), split_thinking(f"<think>{text}")),
        "follow-up": lambda text: find_question(f"Do soups {text}"),
        "language": tell_language,
    }


if __name__ == "__main__":
    main()
