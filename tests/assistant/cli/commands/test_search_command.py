from pathlib import Path

from store.results import Hit
from tests.assistant.cli.running import Run


def test_papers_are_found_with_their_sentences(run: Run, built: Path) -> None:
    done = run("search", "rare-event", "simulation", "-k", "2", library=built)
    assert done.code == 0
    assert done.out.startswith("1.  ")
    assert "Scalable End-to-End Autonomous Vehicle Testing via Rare-event Simulation" in done.out
    assert "“" in done.out
    assert "3.  " not in done.out


def test_json_is_an_array_of_hits(run: Run, built: Path) -> None:
    hits = [Hit.model_validate(hit) for hit in run("search", "fairness", "-k", "3", "--json", library=built).json]
    assert len(hits) == 3
    assert all(sentence.text in hit.paper.abstract for hit in hits for sentence in hit.sentences)


def test_filters_are_kept(run: Run, built: Path) -> None:
    done = run("search", "simulation", "--author", "Sinha", "--text", "vehicle", "--json", library=built)
    assert {hit["paper"]["title"] for hit in done.json} == {
        "Scalable End-to-End Autonomous Vehicle Testing via Rare-event Simulation"
    }


def test_each_has_a_relevance_that_falls(run: Run, built: Path) -> None:
    done = run("search", "causal", "inference", "from", "data", "--json", library=built)
    relevance = [hit["relevance"] for hit in done.json]
    assert relevance == sorted(relevance, reverse=True)
    assert relevance[0] > 0.5 > relevance[-1] >= 0.08
    assert "relevance 0." in run("search", "rare-event", "simulation", library=built).out


def test_nothing_fits_nonsense(run: Run, built: Path) -> None:
    done = run("search", "purple", "elephants", "dancing", library=built)
    assert (done.code, done.out) == (3, "")
    assert "Nothing fits: no paper that the filters let through is about these words" in done.err
    done = run("search", "purple", "elephants", "dancing", "--json", library=built)
    assert (done.code, done.json) == (3, [])


def test_the_papers_and_their_order_are_those_of_a_list(run: Run, built: Path) -> None:
    found = [hit["paper"]["id"] for hit in run("search", "fairness", "--json", library=built).json]
    listed = run("ask", "Which papers are about fairness?", "--json", library=built).json["references"]
    assert found == [reference["paper_id"] for reference in listed]


def test_finding_nothing_says_so(run: Run, built: Path) -> None:
    done = run("search", "simulation", "--author", "Nobody", library=built)
    assert (done.code, done.out) == (3, "")
    assert "No paper meets these conditions" in done.err
    assert run("search", "simulation", "--author", "Nobody", "--json", library=built).json == []
