"""Sections of a report on themes by a model: what is shared, how papers differ, what is disputed and what is open.

They are written from facts (see ``assistant.report.facts``), and every sentence is held to the abstracts. What does not
hold is left out; where nothing of a section holds, it is quoted, and says so.
"""

import re
from collections.abc import Awaitable, Mapping, Sequence
from functools import partial

from assistant.concurrency import in_thread
from assistant.report.contradictions import find_contradictions
from assistant.report.extractive import (
    UsedSentences,
    add_stated,
    make_claims,
    quote_gist,
    quote_paragraph,
    quote_section,
)
from assistant.report.facts import PaperFacts
from assistant.report.generative import FAILED, SectionDraft, join_notes
from assistant.report.joint_sentences import JointRequest, choose_comparisons
from assistant.report.outline import THEME_GIST, SectionPlan
from assistant.report.report_writer import GeneratedText, ReportWriter
from assistant.report.schema import Paragraph, Section
from assistant.report.sentence_choice import Telling
from assistant.report.synthesis import is_across
from assistant.report.theme_requests import ASPECTS, COMPARED, DIFFER, ThemeAspect, list_turns
from assistant.types import Claim, Usage
from store.index.index_schema import extract_terms
from store.paper import Paper

PAPERS_A_SENTENCE, ENOUGH = 4, 3
"""Papers for each of which a model is expected to have written one sentence over several by itself, and how many such
sentences are enough for any theme; else its papers are compared by twos. Chosen by hand, not measured."""
NOT_TOGETHER = "nothing that the model wrote over several papers is said by each of them"
LEFT_OUT = "sentences of the model that do not hold were left out"
ALSO, DISPUTED = "Also in this theme", "Disputed"
"""Labels of what is quoted: papers that no other sentence is about, and pairs of sentences that cannot both be true."""


# What says of several papers what only one of them may state: the rig's model begins sentences with "All papers".
_OF_SEVERAL = re.compile(
    r"\b(?:all|both|most|many|several|these|the)\s+(?:of\s+(?:the|these)\s+)?papers\b", re.IGNORECASE
)


async def write_theme_section(
    plan: SectionPlan, topic: str, facts: Mapping[str, PaperFacts], writer: ReportWriter, spent: list[Usage]
) -> SectionDraft:
    """Have a section written from facts, one request after the other.

    Args:
        plan: The section; it has sources.
        topic: What the report is about, "" for nothing in particular.
        facts: Of its sources, by their ids.
        writer: Whose model writes.
        spent: What each request took is added to it, also where a later one fails.

    Raises:
        ModelError: The model gives no answer.
    """
    written: list[tuple[ThemeAspect, GeneratedText]] = []

    async def ask(aspect: ThemeAspect, reply: Awaitable[GeneratedText]) -> None:
        written.append((aspect, await reply))
        spent.append(written[-1][1].usage)

    freely, apart, undone = list_turns(plan, topic, facts, writer.budget)
    for aspect, request in freely:
        await ask(aspect, writer.write(request))
    for comparison in await in_thread(partial(list_comparisons, plan, facts, writer, [one for _, one in written])):
        await ask(COMPARED, writer.compare(comparison))
    if not any(reply.contrasts for _, reply in written):
        for aspect, request in apart:
            await ask(aspect, writer.write(request))
    for aspect, request in undone:
        await ask(aspect, writer.write(request))
    section = await in_thread(partial(_assemble_section, plan, written, writer.identity.model))
    return SectionDraft(section, sum(spent, Usage()))


def list_comparisons(
    plan: SectionPlan, facts: Mapping[str, PaperFacts], writer: ReportWriter, written: Sequence[GeneratedText]
) -> list[JointRequest]:
    """List which papers of a theme are compared by twos: none where the model told enough of several by itself.

    Args:
        plan: The section.
        facts: Of its sources, by their ids.
        writer: Whose model compares them.
        written: What it wrote of several papers when it was free to choose.
    """
    if plan.related or writer.embedder is None:
        return []
    told = {claim.text for reply in written for claim in reply.claims if claim.holds and is_across(claim)}
    if len(told) * PAPERS_A_SENTENCE >= min(len(plan.sources), ENOUGH * PAPERS_A_SENTENCE):
        return []
    return choose_comparisons(plan.sources, facts, writer.embedder)


def _assemble_section(plan: SectionPlan, written: Sequence[tuple[ThemeAspect, GeneratedText]], model: str) -> Section:
    """Make a section of what a model wrote to each aspect; of quotes alone where nothing of it holds."""
    paragraphs, wrong = _make_paragraphs(written)
    notes = [note for _, reply in written for note in reply.notes]
    if not paragraphs:
        section = quote_section(plan)
        failed = _explain_failure(written)
        return section.model_copy(update={"note": join_notes(plan.note, *notes, failed)})
    used: UsedSentences = set()
    paragraphs += [] if plan.related else _quote_others(plan, paragraphs, used)
    return Section(
        heading=plan.heading,
        paragraphs=tuple(paragraph for paragraph in add_stated(plan, paragraphs) if paragraph.claims),
        table=plan.table,
        papers=tuple(paper.id for paper in plan.papers),
        mode=model,
        note=join_notes(plan.note, *notes, f"{wrong} {LEFT_OUT}" if wrong else ""),
        lead=plan.lead,
    )


def _explain_failure(written: Sequence[tuple[ThemeAspect, GeneratedText]]) -> str:
    """Say why a section is quoted; "" where the model was asked for nothing."""
    if not written:
        return ""
    has_sound = any(claim.holds for _, reply in written for claim in reply.claims)
    return NOT_TOGETHER if has_sound else FAILED


def _make_paragraphs(written: Sequence[tuple[ThemeAspect, GeneratedText]]) -> tuple[list[Paragraph], int]:
    """Make paragraphs of the sentences that hold, none twice; and count those that do not.

    What a comparison says in the same words of other papers is one sentence with the citations of all; of what was
    asked freely the first counts, as in the reports of before there were comparisons, which are made again the same.
    """
    shown: list[tuple[str, Claim]] = []
    contrasts: list[Claim] = []  # One may repeat what its papers share, and add to it.
    wrong = 0
    for aspect, reply in written:
        wrong += sum(not claim.holds for claim in reply.claims)
        most = len(shown) + aspect.most
        for claim in reply.claims:
            is_apt = is_across(claim) or not (aspect.across or _OF_SEVERAL.search(claim.text))
            if not claim.holds or not is_apt:
                continue
            place = next((place for place, (_, other) in enumerate(shown) if _repeats(claim, other)), None)
            if place is not None:
                label, other = shown[place]
                shown[place] = (label, _add_citations(other, claim) if aspect is COMPARED else other)
            elif len(shown) < most:
                shown.append((aspect.label, claim))
        contrasts += [claim for claim in reply.contrasts if not any(_repeats(claim, other) for other in contrasts)]
    told = [*shown, *((DIFFER.label, claim) for claim in contrasts)]
    labels = dict.fromkeys([*(aspect.label for aspect in ASPECTS), *(label for label, _ in told)])
    by_label = {label: tuple(claim for name, claim in told if name == label) for label in labels}
    return [Paragraph(label=label, claims=claims) for label, claims in by_label.items() if claims], wrong


def _add_citations(claim: Claim, again: Claim) -> Claim:
    """Add the papers that the same sentence was written of another time."""
    fresh = [citation for citation in again.citations if citation.paper_id not in _list_papers(claim)]
    if claim.text != again.text or not fresh:
        return claim
    weakest = max((claim, again), key=lambda one: one.support.rank)
    return weakest.model_copy(update={"citations": (*claim.citations, *fresh)})


def _repeats(claim: Claim, earlier: Claim) -> bool:
    """Whether two sentences are the same, or of the same papers, and all words of one stand in the other."""
    if claim.text == earlier.text or _list_papers(claim) != _list_papers(earlier):
        return claim.text == earlier.text
    words, earlier_words = {*extract_terms(claim.text)}, {*extract_terms(earlier.text)}
    return words <= earlier_words or earlier_words <= words


def _list_papers(claim: Claim) -> set[str]:
    return {citation.paper_id for citation in claim.citations}


def _quote_others(plan: SectionPlan, paragraphs: Sequence[Paragraph], used: UsedSentences) -> list[Paragraph]:
    """Quote what contradicts each other, papers that no sentence is about, and where code and data are."""
    cited = {paper_id for part in paragraphs for claim in part.claims for paper_id in _list_papers(claim)}
    rest = [paper for paper in plan.sources if paper.id not in cited]
    also = make_claims([quote_gist(THEME_GIST, paper) for paper in rest], used)
    available = [part for part in plan.parts if part.role.telling is Telling.AVAILABILITY]
    quoted = [
        Paragraph(label=DISPUTED, claims=_quote_disputes(plan.sources, used)),
        Paragraph(label=ALSO, claims=also),
        *(quote_paragraph(part, used) for part in available),
    ]
    return [paragraph for paragraph in quoted if paragraph.claims]


def _quote_disputes(papers: Sequence[Paper], used: UsedSentences) -> tuple[Claim, ...]:
    """Quote both sentences of each pair that contradicts each other."""
    sure = [pair for pair in find_contradictions(papers) if pair.sure]
    return make_claims([quote for pair in sure for quote in (pair.first, pair.second)], used)
