"""How the code reads, in figures: python -m benchmarks.house [--flow].

Nothing here names a module: the files are those under the packages of ``PRODUCT``, wherever they stand. What each
measure counts:

- modules, kLOC: files ``*.py``; all of their lines, blank ones and docstrings too.
- import lines, comment lines: lines of import statements, and lines with nothing but a comment, in % of all lines.
- public functions with one caller: functions at the top of a module, without a leading underscore, that are referred to
  by name at exactly one place, which is in another file; in % of such functions. Imports are resolved, and are
  no reference themselves. Methods are left out: who calls one cannot be told without types.
- names that begin with a participle: the first word of the name, leading underscores aside, ends in -ed or -ing
  or is an irregular participle. ``NOT_PARTICIPLES`` are exempt, and so are properties, which are nouns; in % of
  all functions and methods.
- names of one word: no underscore but leading and trailing ones; in % of functions and methods but ``__dunders__``.
- bindings called ``one``, ``found`` …: names that are assigned, loop variables and parameters, but for ``self`` and
  ``cls``, that are in ``PLACEHOLDERS``; in % of all such.
- file names used twice or more: in % of files; ``__init__.py`` is no name.
- class names used in two modules or more: classes at the top of a module.
- docstrings with Args / Returns / Raises: in % of the docstrings of public functions and methods.
- import cycles: groups of modules that import each other at run time, inside functions too.

``--flow`` adds what a run shows: see ``benchmarks.flow``.
"""

import argparse
import ast
import io
import re
import statistics
import tokenize
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

from benchmarks.flow import PRODUCT, ROOT, add_options, measure_flow

IRREGULAR = frozenset(
    """
    begun blown borne bought bound broken brought built caught chosen come dealt done drawn driven eaten fallen felt
    forgotten fought found frozen given gone got gotten grown heard held hidden hung kept known laid lain led left lent
    lit lost made meant met paid ridden risen said seen sent shaken shown shrunk sold sought
    spent spoken sprung stolen stood stuck struck sunk swept swollen sworn taken taught thought thrown told torn
    unbound unsaid understood unknown withheld woken won worn woven written
    """.split()
)
"""Participles that are no base form at the same time, as ``cut``, ``put``, ``read``, ``run`` and ``set`` are. The first
count of this code knew fewer of them and came to 16.1 %."""

NOT_PARTICIPLES = frozenset(
    """
    embed reembed feed need seed speed weed shed wed bleed breed exceed proceed succeed unembed
    bring cling fling king ping ring sing sling spring sting string swing thing wing
    anything everything nothing something during evening morning ceiling sibling
    heading warning setting
    """.split()
)
"""Verbs in their base form, and nouns that name a thing and no longer an act."""

PLACEHOLDERS = frozenset(
    "one found said told at given asked kept made shown held taken known whole other wanted done".split()
)
"""Of the lists that were tried, this one comes to the 8.5 % that the first count of this code gave."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Module:
    """A parsed file of the product."""

    def __init__(self, path: Path, root: Path) -> None:
        self.path = path
        self.source = path.read_text(encoding="utf-8")
        self.tree = ast.parse(self.source)
        parts = path.relative_to(root).with_suffix("").parts
        self.name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of the tree."""
        return [*ast.walk(self.tree)]

    @property
    def lines(self) -> int:
        """The number of its lines."""
        return len(self.source.splitlines())

    @property
    def functions(self) -> list[Function]:
        """Functions and methods, nested ones too."""
        return [node for node in self.nodes if isinstance(node, Function)]

    @property
    def classes(self) -> list[str]:
        """Names of the classes at its top."""
        return [node.name for node in self.tree.body if isinstance(node, ast.ClassDef)]

    @property
    def public_functions(self) -> list[str]:
        """Names of the functions at its top that others may call."""
        return [node.name for node in self.tree.body if isinstance(node, Function) and node.name[0] != "_"]

    @property
    def import_lines(self) -> int:
        """Lines of import statements."""
        imports = (node for node in self.nodes if isinstance(node, ast.Import | ast.ImportFrom))
        return len({line for node in imports for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)})

    @property
    def comment_lines(self) -> int:
        """Lines with nothing but a comment."""
        tokens = tokenize.generate_tokens(io.StringIO(self.source).readline)
        return sum(token.type == tokenize.COMMENT and token.line.lstrip()[0] == "#" for token in tokens)

    @property
    def bindings(self) -> Iterator[str]:
        """Names that are assigned, loop variables and parameters, each as often as it is bound."""
        for node in self.nodes:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id
            elif isinstance(node, ast.arg) and node.arg not in ("self", "cls"):
                yield node.arg


def parse_product(root: Path) -> list[Module]:
    """Parse all files of the product."""
    return [Module(path, root) for package in PRODUCT for path in sorted((root / package).rglob("*.py"))]


def is_property(function: Function) -> bool:
    """Whether a method reads as an attribute."""
    return any("property" in ast.unparse(decorator) for decorator in function.decorator_list)


def begins_with_participle(name: str) -> bool:
    """Whether the first word of a name is a participle or a gerund."""
    word = name.strip("_").split("_")[0].lower()
    return word not in NOT_PARTICIPLES and ((len(word) > 3 and word.endswith(("ed", "ing"))) or word in IRREGULAR)


def count_single_callers(modules: Sequence[Module]) -> tuple[int, int]:
    """Count the public functions with exactly one reference, in another file; and all public functions."""
    public = {(module.name, name) for module in modules for name in module.public_functions}
    names = {module.name for module in modules}
    references: dict[tuple[str, str], list[str]] = defaultdict(list)
    for module in modules:
        functions = {name: (module.name, name) for name in module.public_functions}
        imported: dict[str, str] = {}
        for node in module.nodes:
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    if (node.module, alias.name) in public:
                        functions[alias.asname or alias.name] = (node.module, alias.name)
                    if f"{node.module}.{alias.name}" in names:
                        imported[alias.asname or alias.name] = f"{node.module}.{alias.name}"
            elif isinstance(node, ast.Import):
                imported |= {alias.asname: alias.name for alias in node.names if alias.asname}
        for node in module.nodes:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in functions:
                references[functions[node.id]].append(module.name)
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in imported:
                references[imported[node.value.id], node.attr].append(module.name)
    single = [key for key in public if len(references[key]) == 1 and references[key][0] != key[0]]
    return len(single), len(public)


def collect_imports(modules: Sequence[Module]) -> dict[str, set[str]]:
    """Map each module to those that it imports when it runs; imports for type checkers alone do not run."""
    names = {module.name for module in modules}
    graph: dict[str, set[str]] = {name: set() for name in names}
    for module in modules:
        pending: list[ast.AST] = [module.tree]
        while pending:
            node = pending.pop()
            if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
                pending += node.orelse
                continue
            if isinstance(node, ast.ImportFrom) and node.module:
                targets = {f"{node.module}.{alias.name}" for alias in node.names}
                graph[module.name] |= {target if target in names else node.module for target in targets} & names
            elif isinstance(node, ast.Import):
                graph[module.name] |= {alias.name for alias in node.names} & names
            pending += ast.iter_child_nodes(node)
        graph[module.name].discard(module.name)
    return graph


def find_cycles(graph: dict[str, set[str]]) -> list[set[str]]:
    """Find the groups of modules of which each reaches each other."""
    reached: dict[str, set[str]] = {}
    for start in graph:
        seen, pending = set[str](), [*graph[start]]
        while pending:
            name = pending.pop()
            if name not in seen:
                seen.add(name)
                pending += graph[name]
        reached[start] = seen
    groups = {frozenset(b for b in reached[a] if a in reached[b]) for a in graph if a in reached[a]}
    return [set(group) for group in groups]


def percent(part: int, whole: int) -> str:
    """A share in %."""
    return f"{100 * part / whole:.1f} %" if whole else "–"


def measure_code(modules: Sequence[Module]) -> list[tuple[str, str, str]]:
    """The rows that the source alone decides: measure, figure, bar."""
    lines = sum(module.lines for module in modules)
    functions = [function for module in modules for function in module.functions]
    ordinary = [function for function in functions if not re.fullmatch(r"__\w+__", function.name)]
    participles = sum(begins_with_participle(f.name) for f in ordinary if not is_property(f))
    one_word = sum("_" not in function.name.strip("_") for function in ordinary)
    bindings = Counter(name for module in modules for name in module.bindings)
    files = Counter(module.path.name for module in modules if module.path.name != "__init__.py")
    classes = [name for name, n in Counter(name for m in modules for name in {*m.classes}).items() if n > 1]
    docstrings = [d for f in functions if f.name[0] != "_" and (d := ast.get_docstring(f)) is not None]
    parts = [sum(re.search(rf"^{part}:", d, re.MULTILINE) is not None for d in docstrings) for part in _SECTIONS]
    sections = " / ".join(f"{100 * n / len(docstrings):.1f}" for n in parts) if docstrings else "–"
    private = sum(name.startswith("_") for name in classes)
    return [
        ("modules / kLOC", f"{len(modules)} / {lines / 1000:.1f}", "≤ 300"),
        ("median file, lines", f"{statistics.median(module.lines for module in modules):g}", "120–160"),
        ("import lines, % of code", percent(sum(module.import_lines for module in modules), lines), "≤ 6.5 %"),
        ("public functions with one caller, in another file", percent(*count_single_callers(modules)), "≤ 22 %"),
        ("function names that begin with a participle", percent(participles, len(functions)), "≤ 1.5 %"),
        ("function names of one word", percent(one_word, len(ordinary)), "≤ 35 %"),
        (
            "bindings called `one found said told at given …`",
            percent(sum(bindings[name] for name in PLACEHOLDERS), bindings.total()),
            "≤ .5 %",
        ),
        ("file names used twice or more", percent(sum(n for n in files.values() if n > 1), len(modules)), "≤ 15 %"),
        (
            "class names used in two modules or more",
            f"{len(classes)}, {private} of them private",
            "0, bar private ones",
        ),
        (
            "docstrings with Args / Returns / Raises",
            f"{sections} %",
            "wherever they say what the types do not; no number, no filler",
        ),
        (
            "comment lines",
            percent(sum(module.comment_lines for module in modules), lines),
            "each threshold and each surprise has its why; no number",
        ),
        ("import cycles between modules", str(len(find_cycles(collect_imports(modules)))), "0"),
    ]


_SECTIONS = ("Args", "Returns", "Raises")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.house", description="Measure how the code reads.")
    parser.add_argument("--flow", action="store_true", help="run the product on the sample, too")
    parser.add_argument("--root", type=Path, default=ROOT, help="the code to read (this repository); not with --flow")
    add_options(parser)
    options = parser.parse_args()
    rows = measure_code(parse_product(options.root.resolve()))
    if options.flow:
        rows += measure_flow(options)
    print("| measure | today | bar |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows), sep="\n")


if __name__ == "__main__":
    main()
