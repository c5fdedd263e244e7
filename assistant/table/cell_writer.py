"""The model that fills cells: a request a paper for what is not known of it yet; what it says is checked and kept.

A cell is kept by the paper's text, the column, the prompt and the model: the next run asks only for papers that are
new or changed, and for columns that are.
"""

import hashlib
from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType

from assistant.answer.model import Completion, Form, Model, SchemaRefused
from assistant.answer.model_drafts import HALVINGS, compute_token_budget
from assistant.answer.pipeline import AnswerPipeline
from assistant.cache import Cache, cache_key
from assistant.concurrency import in_thread
from assistant.llm.model_limits import CHARACTERS_A_TOKEN
from assistant.report.fact_writer import FactWriter, open_fact_writer
from assistant.report.facts import RULES as BY_RULES
from assistant.report.facts import Fact, FactKind, list_numbered_sentences
from assistant.report.report_writer import WriterIdentity, identify_writer, read_identity
from assistant.report.schema import Manifest
from assistant.table.cells import RULES, CellState, CellValue
from assistant.table.columns import Column, ColumnType
from assistant.table.model_cells import build_form, check_proposal, describe_columns, read_proposals
from assistant.table.roles import find_wanted_role
from assistant.types import Citation, Decision, Support, Usage
from assistant.verify.entailment import Patience, SecondStage, StageRun
from assistant.verify.injection import strip_injections
from assistant.verify.numbers import parse_quantities
from assistant.verify.verdict import Verdict
from prompts import PromptRole, Prompts
from store.errors import InputError, ModelError, PromptTooLong
from store.library import Library
from store.paper import Frozen, Paper

FOLDER = "cells"
"""Where a library keeps what models filled."""
# Columns of one request: with more of them small models lose count, and the answer outgrows its room. Chosen by hand.
COLUMNS_AT_ONCE = 8


class KeptCell(Frozen):
    """A cell as it is kept: what was found, and what the request for it took, divided among its columns."""

    cell: CellValue
    usage: Usage = Usage()


class CellWriter:
    """A model with its prompt and the cells that it filled before; or, without a model, only the latter.

    Attributes:
        identity: Whose writing it is.
        paid: What the model took so far.
        cost: What it took for all cells that were given, whenever that was.
        cached: How many cells were known already.
        failed: What the model failed at, in words, by the key of the cell.
    """

    def __init__(
        self,
        identity: WriterIdentity,
        cache: Cache[KeptCell] | None,
        model: Model | None = None,
        prompts: Prompts | None = None,
        failed: Mapping[str, str] = MappingProxyType({}),
        stage: SecondStage | None = None,
        facts: FactWriter | None = None,
    ) -> None:
        self.identity = identity
        self.paid = Usage()
        self.cost = Usage()
        self.cached = 0
        self.failed = dict(failed)
        self._cache = cache
        self._model = model
        self._prompts = prompts
        self._stage = stage
        self._facts = facts
        self._patience = Patience()

    @classmethod
    def reopen(cls, library: Library, manifest: Manifest) -> "CellWriter | None":
        """Repeat what was filled for a table; None where there was no model."""
        return cls(read_identity(manifest), _open_cache(library), failed=manifest.failed) if manifest.identity else None

    async def fill(self, paper: Paper, columns: Sequence[Column], fallback: bool = False) -> list[CellValue]:
        """Fill cells of a paper: those that are known from what is kept, the others by one request for eight of them.

        What a column asks for by its role is known, too, where a report had the facts of the paper listed.

        Args:
            paper: The paper.
            columns: What it is asked.
            fallback: Whether cells are not sure where the model gives no answer.

        Raises:
            InputError: A cell is not kept, and there is no model.
            ModelError: The model gives no answer, and there is no ``fallback``.
        """
        keys = [self._make_key(paper, column) for column in columns]
        stored = await in_thread(partial(self._read_kept, keys, paper))
        for cell in stored.values():
            self.cost += cell.usage
        self.cached += len(stored)
        cells = {key: stored_cell.cell for key, stored_cell in stored.items()}
        missing = [(key, column) for key, column in zip(keys, columns, strict=True) if key not in cells]
        cells |= await self._fill_from_facts(paper, missing)
        missing = [(key, column) for key, column in missing if key not in cells]
        for start in range(0, len(missing), COLUMNS_AT_ONCE):
            cells |= await self._fill_missing(paper, missing[start : start + COLUMNS_AT_ONCE], fallback)
        return [cells[key] for key in keys]

    async def _fill_from_facts(self, paper: Paper, missing: Sequence[tuple[str, Column]]) -> dict[str, CellValue]:
        """Fill cells by the facts of a paper that are kept; they are kept as cells, so that a table stays as it is."""
        fact_columns = [(key, column) for key, column in missing if _find_fact_kind(column)]
        facts = await self._facts.read_kept(paper) if self._facts and fact_columns else None
        if facts is None:
            return {}
        pairs = [(key, column, fact) for key, column in fact_columns if (fact := facts.find(_find_fact_kind(column)))]
        cells = [_make_fact_cell(fact, facts.by) for _, _, fact in pairs]
        run = StageRun(self._stage, self._patience)
        judged = await self._judge(paper, [column for _, column, _ in pairs], cells, run)
        self.paid += run.usage
        self.cost += run.usage
        self.cached += len(judged)
        by_key = {key: cell for (key, _, _), cell in zip(pairs, judged, strict=True)}
        await in_thread(partial(self._keep, by_key, run.usage))
        return by_key

    def _make_key(self, paper: Paper, column: Column) -> str:
        identity = self.identity.model_dump(include={"identity", "prompts", "second_stage"})
        return cache_key({"paper": [paper.title, paper.abstract], "column": column.spec, **identity})

    def _read_kept(self, keys: Sequence[str], paper: Paper) -> dict[str, KeptCell]:
        if self._cache is None:
            return {}
        stored = {key: self._cache.get(key) for key in keys}
        return {
            key: stored_cell
            for key, stored_cell in stored.items()
            if stored_cell is not None and is_bound(stored_cell.cell, paper)
        }

    async def _fill_missing(
        self, paper: Paper, missing: Sequence[tuple[str, Column]], fallback: bool
    ) -> dict[str, CellValue]:
        failed = next((self.failed[key] for key, _ in missing if key in self.failed), "")
        if not failed and (self._model is None or self._prompts is None):
            raise InputError("What the model filled is not kept any more.", "Make the table again, without --replay.")
        try:
            if failed:
                raise ModelError(failed)
            cells, usage = await self._ask(paper, [column for _, column in missing])
        except ModelError as error:
            if not fallback:
                raise
            self.failed |= {key: error.what for key, _ in missing}
            doubt = CellValue(state=CellState.NOT_SURE, by=self.identity.model, note=error.what)
            return dict.fromkeys((key for key, _ in missing), doubt)
        self.paid += usage
        self.cost += usage
        by_key = {key: cell for (key, _), cell in zip(missing, cells, strict=True)}
        await in_thread(partial(self._keep, by_key, usage))
        return by_key

    def _keep(self, cells: Mapping[str, CellValue], usage: Usage) -> None:
        """Keep cells; what the request took stands with the first, so that all of them add up to it."""
        if self._cache is None:
            return
        for number, (key, cell) in enumerate(cells.items()):
            try:
                self._cache.put(key, KeptCell(cell=cell, usage=Usage() if number else usage))
            except OSError:
                return  # A full disk costs the next run a request, and this one nothing.

    async def _ask(self, paper: Paper, columns: Sequence[Column]) -> tuple[list[CellValue], Usage]:
        """Ask the model for a row, check what it says, and ask once more, alone, for each cell that does not hold."""
        assert self._model is not None
        cells, usage = await self._propose(paper, columns)
        failing = [place for place, cell in enumerate(cells) if cell.state is CellState.NOT_SURE]
        for place in failing if len(columns) > 1 else ():
            (cells[place],), extra_usage = await self._propose(paper, [columns[place]])
            usage += extra_usage
        run = StageRun(self._stage, self._patience)
        judged = await self._judge(paper, columns, cells, run)
        return judged, self._model.with_price(usage) + run.usage

    async def _propose(self, paper: Paper, columns: Sequence[Column]) -> tuple[list[CellValue], Usage]:
        """Have cells proposed in one request, and check them by the rules."""
        completion = await self._complete(paper, describe_columns(columns), build_form(columns))
        proposals = read_proposals(completion.text, columns)
        name = self.identity.model
        cells = await in_thread(
            lambda: [check_proposal(paper, *pair, name) for pair in zip(columns, proposals, strict=True)]
        )
        return cells, completion.usage

    async def _complete(self, paper: Paper, listed: str, form: Form) -> Completion:
        """Have the prompt completed, with half or a quarter of the abstract where the model cannot take more."""
        assert self._model is not None
        assert self._prompts is not None
        room = compute_token_budget(listed, self.identity.context, self.identity.max_output)
        most = int(room * CHARACTERS_A_TOKEN)
        for last in (*[False] * HALVINGS, True):
            prompt = self._prompts.render(
                PromptRole.CELLS, evidence=list_numbered_sentences(paper, most), columns=listed
            )
            try:
                return await self._complete_in_form(self._model, prompt, form)
            except PromptTooLong:
                if last:
                    raise
                most = min(most, len(paper.abstract)) // 2
        raise AssertionError  # The last turn returns or raises.

    @staticmethod
    async def _complete_in_form(model: Model, prompt: str, form: Form) -> Completion:
        try:
            return await model.complete(prompt, form=form)
        except SchemaRefused:
            return await model.complete(prompt)

    async def _judge(
        self, paper: Paper, columns: Sequence[Column], cells: Sequence[CellValue], run: StageRun
    ) -> list[CellValue]:
        """Have a second stage look at the sense of cells that are said in other words than their quote."""
        judged = [*cells]
        places = [place for place, cell in enumerate(cells) if cell.support is Support.WORDED]
        if self._stage is None or not places:
            return judged
        verdicts = [_make_verdict(paper, columns[place], cells[place]) for place in places]
        rated = await run.judge(verdicts, [[strip_injections(paper)]] * len(verdicts))
        for place, verdict in zip(places, rated, strict=True):
            claim = verdict.to_claim()
            update: dict[str, object] = {"support": claim.support, "decision": claim.decision}
            if not claim.holds:
                note = f"{self._stage.name} did not find that the quote says “{cells[place].value[:60]}”"
                update = {"state": CellState.NOT_SURE, "value": "", "number": None, "unit": "", "note": note}
                update |= {"support": None, "quote": "", "start": 0, "end": 0, "places": ()}
            judged[place] = cells[place].model_copy(update=update)
        return judged


def is_bound(cell: CellValue, paper: Paper) -> bool:
    """Return whether a cell out of a cache has what it says in the abstract: its quote, and the pieces of its value."""
    if cell.state is not CellState.STATED:
        return not cell.quote and not cell.value
    if not cell.quote or paper.abstract[cell.start : cell.end] != cell.quote:
        return False
    if not all(cell.start <= start < end <= cell.end for start, end in cell.places):
        return False
    numbers = {number.value for number in parse_quantities(cell.quote)}
    return all(number.value in numbers for number in parse_quantities(cell.value))


def _make_verdict(paper: Paper, column: Column, cell: CellValue) -> Verdict:
    citation = Citation(n=1, paper_id=paper.id, title=paper.title, quote=cell.quote, start=cell.start, end=cell.end)
    return Verdict(text=f"{column.name}: {cell.value}", support=Support.WORDED, citations=(citation,))


def hash_prompt(prompts: Prompts) -> str:
    """Hash the prompt that asks for cells, 16 hex digits."""
    return hashlib.sha256(prompts.read(PromptRole.CELLS).encode()).hexdigest()[:16]


def open_cell_writer(library: Library, chain: AnswerPipeline) -> CellWriter:
    """Have the model of a chain fill cells; what it fills is kept where the chain keeps its answers."""
    identity = identify_writer(chain, hash_prompt(chain.prompts))
    cache = _open_cache(library) if chain.cache else None
    facts = open_fact_writer(library, chain, identity, {}) if chain.cache else None
    return CellWriter(identity, cache, chain.model, chain.prompts, stage=chain.stage, facts=facts)


def _open_cache(library: Library) -> Cache[KeptCell]:
    return Cache(library.folder / FOLDER, KeptCell)


# Roles of columns by the kind of the facts that answer them. What is no kind is asked of the model.
_FACT_KINDS = {
    "aim": FactKind.AIM,
    "method": FactKind.METHOD,
    "data": FactKind.DATA,
    "result": FactKind.RESULT,
    "limitation": FactKind.LIMITATION,
}


def _find_fact_kind(column: Column) -> FactKind | None:
    """Find the kind of the facts that answer a column of free text, None where none do."""
    return _FACT_KINDS.get(find_wanted_role(column)) if column.type is ColumnType.TEXT else None


def _make_fact_cell(fact: Fact, by: str) -> CellValue:
    """Make a cell of a fact.

    Args:
        fact: The fact.
        by: Who listed it.
    """
    is_quoted = fact.text == " ".join(fact.quote.split())
    return CellValue(
        state=CellState.STATED,
        value=fact.text,
        quote=fact.quote,
        start=fact.start,
        end=fact.end,
        places=((fact.start, fact.end),) if is_quoted else (),
        by=RULES if by == BY_RULES else by,
        support=Support.QUOTED if is_quoted else Support.WORDED,
        decision=Decision(stage="quote") if is_quoted else Decision(),
    )
