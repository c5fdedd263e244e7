"""The manifest: the same report again to the byte, or a reason why not."""

from pathlib import Path

import pytest

from assistant.client import Assistant
from assistant.report.manifest import (
    build_manifest,
    check_same,
    compute_digest,
    read_manifest,
    read_report,
    read_request,
    restore_scope,
)
from assistant.report.pipeline import with_digest
from assistant.report.report_writer import WriterIdentity
from assistant.report.schema import Bucket, LedgerEntry, Manifest, Report, ReportKind, ReportSpec, Section
from assistant.report.scope import ReportScope
from assistant.types import Usage
from store.errors import ConspectusError, InputError
from store.filters import Filters
from tests.assistant import small

MANIFEST = Manifest(version="1", generation="g", papers={"a": "1"}, settings={})


def report(heading: str = "H", manifest: Manifest = MANIFEST) -> Report:
    section = Section(heading=heading)
    return Report(kind=ReportKind.THEMES, title="T", sections=(section,), references=(), ledger=(), manifest=manifest)


class TestDigest:
    def test_is_the_sha_256_of_all_but_the_manifest(self) -> None:
        assert compute_digest(report()) == "519d0504402f6ab707b6ad62e1036c9692120e2ac99c41eafa8ff39316218fb1"
        assert compute_digest(report(manifest=MANIFEST.model_copy(update={"seed": 3}))) == compute_digest(report())
        assert compute_digest(report("Other")) != compute_digest(report())

    def test_is_written_into_the_manifest_with_the_cost(self) -> None:
        made = with_digest(report().model_copy(update={"usage": Usage(input_tokens=5)}))
        assert made.manifest.digest == compute_digest(made)
        assert made.manifest.cost == Usage(input_tokens=5)

    def test_a_report_that_came_out_the_same_gets_the_manifest_that_it_was_made_from(self) -> None:
        manifest = with_digest(report()).manifest.model_copy(update={"generation": "earlier"})
        assert check_same(report(), manifest).manifest == manifest

    def test_one_that_came_out_otherwise_fails_and_says_what_changed_since(self) -> None:
        manifest = with_digest(report()).manifest
        with pytest.raises(ConspectusError, match=r"otherwise than it was \(conspectus 1 then, [\w.]+ now\)\."):
            check_same(report("Other"), manifest)
        with pytest.raises(ConspectusError, match=r"numpy 0\.1 then"):
            check_same(report("Other"), manifest.model_copy(update={"versions": {"numpy": "0.1"}}))


class TestScope:
    REQUEST = ReportSpec(
        kind=ReportKind.TIMELINE, topic="frogs", filters=Filters(year_from=2018, retracted=False), seed=4, strict=True
    )

    def manifest(self, assistant: Assistant, identity: WriterIdentity | None = None) -> Manifest:
        papers = {paper.id: paper for paper in assistant.library.papers()}
        left = LedgerEntry(
            paper_id="silent", title=papers["silent"].marked_title, bucket=Bucket.NO_ABSTRACT, reason="no abstract"
        )
        chosen = ReportScope((papers["rare"], papers["fair"]), (left,))
        return build_manifest(assistant.library, self.REQUEST, chosen, identity)

    def test_holds_what_was_asked_for(self, field: Assistant) -> None:
        manifest = self.manifest(field)
        assert read_request(manifest) == self.REQUEST
        assert manifest.settings == {
            "kind": "timeline",
            "topic": "frogs",
            "filters": '{"year_from":2018,"retracted":false}',
            "strict": True,
            "form": 2,
        }
        assert (manifest.seed, manifest.model, manifest.identity) == (4, "extractive", "")
        assert sorted(manifest.versions) == ["embedder", "numpy"]
        view = field.library.view()
        assert view
        assert manifest.generation == view.generation != ""

    def test_gives_the_same_papers_in_the_same_order_and_those_left_out_with_their_reasons(
        self, field: Assistant
    ) -> None:
        manifest = self.manifest(field)
        assert list(manifest.papers) == ["rare", "fair"]
        assert manifest.left == {Bucket.NO_ABSTRACT: {"no abstract": ("silent",)}}
        again = restore_scope(field.library, manifest)
        assert [paper.id for paper in again.papers] == ["rare", "fair"]
        assert [(entry.paper_id, entry.bucket, entry.reason) for entry in again.left] == [
            ("silent", Bucket.NO_ABSTRACT, "no abstract")
        ]

    def test_names_the_model_and_all_that_its_answers_depend_on(self, field: Assistant) -> None:
        identity = WriterIdentity(model="m", identity="i", prompts="p", context=9, max_output=3, version="7")
        manifest = self.manifest(field, identity)
        assert (manifest.model, manifest.identity, manifest.prompts) == ("m", "i", "p")
        assert (manifest.context, manifest.max_output, manifest.version) == (9, 3, "7")

    def test_fails_where_papers_are_gone(self, field: Assistant) -> None:
        manifest = self.manifest(field)
        gone = manifest.model_copy(update={"papers": {**manifest.papers, "x": "1"}})
        with pytest.raises(InputError, match=r"1 of the report's papers are gone and 0 differ \(x\)"):
            restore_scope(field.library, gone)
        left = manifest.model_copy(update={"left": {Bucket.IRRELEVANT: {"why": ("y",)}}})
        with pytest.raises(InputError, match=r"1 of the report's papers are gone and 0 differ \(y\)"):
            restore_scope(field.library, left)

    def test_fails_where_papers_differ_and_names_three_of_them(self, field: Assistant) -> None:
        manifest = self.manifest(field)
        changed = manifest.model_copy(update={"papers": {**manifest.papers, "rare": "another hash"}})
        with pytest.raises(InputError, match=r"0 of the report's papers are gone and 1 differ \(rare\)"):
            restore_scope(field.library, changed)
        many = manifest.model_copy(update={"papers": {**dict.fromkeys("wxyz", "1"), "rare": "another hash"}})
        with pytest.raises(InputError, match=r"4 of the report's papers are gone and 1 differ \(w, x, y and others\)"):
            restore_scope(field.library, many)


class TestFiles:
    def test_a_manifest_is_read_by_itself_or_out_of_its_report(self, tmp_path: Path) -> None:
        alone, whole = tmp_path / "alone.json", tmp_path / "report.json"
        alone.write_text(MANIFEST.model_dump_json())
        whole.write_text(report().model_dump_json())
        assert read_manifest(alone) == read_manifest(whole) == MANIFEST
        assert read_report(whole) == report()

    @pytest.mark.parametrize(
        ("content", "words"),
        [("{", "cannot be read"), ("[]", "is no report"), ("{}", r"is no manifest: version: Field required")],
    )
    def test_what_is_none_is_refused_in_words(self, content: str, words: str, tmp_path: Path) -> None:
        path = tmp_path / "file.json"
        path.write_text(content)
        with pytest.raises(InputError, match=words):
            read_manifest(path)
        with pytest.raises(InputError, match="cannot be read"):
            read_report(tmp_path / "missing.json")


def test_a_paper_that_was_corrected_since_is_named(own: Assistant) -> None:
    manifest = own.reports.create("annotated", year_to=2018).manifest
    corrected = small.FIELD[1].model_copy(update={"abstract": "Another text.", "abstract_raw": "Another text."})
    assert corrected.id == "rare"
    other = small.assistant(own.library.folder.parent / "corrected", [corrected, *small.FIELD[2:]])
    with other, pytest.raises(InputError, match=r"0 of the report's papers are gone and 1 differ \(rare\)"):
        other.reports.replay(manifest)
