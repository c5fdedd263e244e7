"""What a batch keeps beside its files: results so long as their files are there, and what was sent."""

from pathlib import Path

import pytest

from assistant.batch.batch_events import JobResult, JobStatus
from assistant.batch.state import BatchState, SentBatch, SentFile, SentState
from assistant.report.schema import FORM
from assistant.types import Usage
from store.errors import InputError, LibraryDamaged, LibraryError, LibraryLocked

RESULT = JobResult(name="frogs", title="themes: frogs", status=JobStatus.FINISHED, files=("frogs.md", "a/frogs.png"))
SENT = SentBatch(token="t1", model="m ", keys=("k1", "k2"))


@pytest.fixture
def state(tmp_path: Path) -> BatchState:
    (tmp_path / "a").mkdir()
    for name in RESULT.files:
        (tmp_path / name).touch()
    return BatchState(tmp_path)


class TestResults:
    def test_a_result_comes_back_as_one_of_an_earlier_run(self, state: BatchState) -> None:
        state.put_result("key", RESULT)
        assert state.find_result("key") == RESULT.model_copy(update={"earlier": True})
        assert BatchState(state.output).find_result("key") == RESULT.model_copy(update={"earlier": True})
        assert state.find_result("other") is None

    @pytest.mark.parametrize("name", RESULT.files)
    def test_it_counts_only_while_all_its_files_are_there(self, state: BatchState, name: str) -> None:
        state.put_result("key", RESULT)
        (state.output / name).unlink()
        assert state.find_result("key") is None
        (state.output / name).touch()
        assert state.find_result("key") is not None

    def test_it_stands_under_its_key_as_it_always_did_before_its_checksum(self, state: BatchState) -> None:
        state.put_result("key", RESULT)
        value, checksum = (state.output / ".batch" / "done" / "key.json").read_text(encoding="utf-8").splitlines()
        assert len(checksum) == 32
        assert value == (
            '{"name":"frogs","title":"themes: frogs","status":"finished","files":["frogs.md","a/frogs.png"],'
            '"usage":{"input_tokens":0,"output_tokens":0,"dollars":null},"claims":0,"doubtful":0,"note":"",'
            '"earlier":false}'
        )

    def test_a_disk_that_refuses_is_told(self, state: BatchState) -> None:
        state.folder.mkdir()
        (state.folder / "done").touch()
        with pytest.raises(LibraryError, match=r"\.batch cannot be written: File exists"):
            state.put_result("key", RESULT)


class TestBegun:
    def test_a_new_folder_is_fresh(self, state: BatchState) -> None:
        state.check_fresh(resume=False)
        with state.lock():
            state.check_fresh(resume=False)

    @pytest.mark.parametrize("name", ["replies", "done", "sent.json"])
    def test_anything_that_was_kept_wants_resume(self, state: BatchState, name: str) -> None:
        (state.folder / name).mkdir(parents=True)
        with pytest.raises(InputError, match=r"was begun before.*--resume"):
            state.check_fresh(resume=False)
        state.check_fresh(resume=True)


class TestForm:
    def test_a_new_batch_has_the_form_of_today_and_keeps_it(
        self, state: BatchState, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert state.form == FORM
        with state.lock():
            assert (state.folder / "form.txt").read_text(encoding="utf-8") == str(FORM)
        monkeypatch.setattr("assistant.batch.state.FORM", FORM + 1)
        with state.lock():
            state.put_result("key", RESULT)
        assert BatchState(state.output).form == FORM

    def test_one_that_was_begun_before_there_were_forms_stays_in_the_first(self, state: BatchState) -> None:
        state.put_result("key", RESULT)
        assert state.form == 1
        with state.lock():
            pass
        assert (state.folder / "form.txt").read_text(encoding="utf-8") == "1"

    def test_one_that_cannot_be_read_is_told(self, state: BatchState) -> None:
        state.folder.mkdir()
        (state.folder / "form.txt").write_text("two", encoding="utf-8")
        with pytest.raises(LibraryDamaged, match=r"form\.txt cannot be read"):
            assert state.form


class TestLock:
    def test_a_second_process_is_kept_out_until_the_first_ends(self, state: BatchState) -> None:
        with state.lock(), pytest.raises(LibraryLocked), BatchState(state.output).lock():
            raise AssertionError("two at once")
        with pytest.raises(ZeroDivisionError), state.lock():
            _ = 1 / 0
        with BatchState(state.output).lock():
            pass

    def test_a_folder_that_cannot_be_made_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with (
            pytest.raises(LibraryError, match=r"cannot be written.*another folder"),
            BatchState(tmp_path / "file").lock(),
        ):
            pass

    def test_only_what_was_being_written_is_removed(self, state: BatchState) -> None:
        (state.output / "a_files").mkdir()
        (state.folder / "replies").mkdir(parents=True)
        unfinished = [
            ".frogs.md.0123abcd",
            "a_files/.map.svg.0123abcd",
            ".batch/.sent.json.0123abcd",
            ".batch/replies/key.0123abcd.new",
        ]
        others = [
            ".frogs.md.0123abc",
            ".0123abcd",
            "frogs.md.0123abcd",
            "a/.frogs.md.0123abcd",
            ".batch/replies/key.json",
            ".batch/replies/key.0123abcd.news",
        ]
        for name in (*unfinished, *others):
            (state.output / name).touch()
        with state.lock():
            assert [name for name in unfinished if (state.output / name).exists()] == []
            assert [name for name in others if not (state.output / name).exists()] == []


class TestSent:
    def test_what_is_known_of_a_batch_takes_the_place_of_what_was(self) -> None:
        other = SENT.model_copy(update={"token": "t2"})
        sent = SentState().with_batch(SENT).with_batch(other).with_batch(SENT.model_copy(update={"batch_id": "b-1"}))
        assert [(batch.token, batch.batch_id) for batch in sent.batches] == [("t2", None), ("t1", "b-1")]
        assert sent.tries == {}

    def test_a_batch_that_was_collected_is_gone_and_its_requests_count_as_tried(self) -> None:
        other = SentBatch(token="t2", model="m ", keys=("k2",))
        sent = SentState().with_batch(SENT).with_batch(other).without_batch(SENT)
        assert sent == SentState(batches=(other,), tries={"k1": 1, "k2": 1})
        assert sent.without_batch(other) == SentState(tries={"k1": 1, "k2": 2})
        assert SentState().with_batch(SENT).without_batch(other).batches == (SENT,)

    def test_it_stands_in_the_file_as_it_always_did(self, tmp_path: Path) -> None:
        file = SentFile(tmp_path / "sent.json")
        assert file.read() == SentState()
        file.write(SentState(batches=(SENT,), tries={"k3": 2}))
        assert (tmp_path / "sent.json").read_text(encoding="utf-8") == (
            '{"batches":[{"token":"t1","model":"m ","keys":["k1","k2"],"batch_id":null}],"tries":{"k3":2}}'
        )
        assert file.read() == SentState(batches=(SENT,), tries={"k3": 2})

    def test_one_that_cannot_be_read_is_not_taken_for_an_empty_one(self, tmp_path: Path) -> None:
        (tmp_path / "sent.json").write_text("{", encoding="utf-8")
        with pytest.raises(LibraryDamaged, match="sent, and paid, again"):
            SentFile(tmp_path / "sent.json").read()


def test_the_replies_stand_in_their_own_folder(state: BatchState) -> None:
    assert state.replies.folder == state.output / ".batch" / "replies"
    assert state.replies.sum_usage() == Usage()
