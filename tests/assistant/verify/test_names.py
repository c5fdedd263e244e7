import pytest

from assistant.verify.names import find_names
from assistant.verify.source import mentions_name, read_source
from store.paper import Author, Paper

SOURCE = Paper(
    id="p",
    title="WiSE-FT for Robust Vision",
    authors=(Author(name="José Núñez"),),
    abstract=(
        "Empirical risk minimization and Thompson sampling fail on SHP2 data. We use LLMs and Rawls's rule, IFN-γ."
    ),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The ViT-G model beats GPT-4 on ImageNet.", ["ViT-G", "GPT-4", "ImageNet"]),
        ("AExGym is a library by Che.", ["AExGym", "Che"]),
        ("However, this holds. Therefore it is so.", []),
        ("Smoothed-Autodiff uses L2M and R.", ["Smoothed-Autodiff", "L2M", "R"]),
        ("Model soups: Averaging helps in 2019.", []),
    ],
)
def test_names_are_told_by_their_form(text: str, expected: list[str]) -> None:
    assert [name.text for name in find_names(text)] == expected


@pytest.mark.parametrize(
    "name", "WiSE-FT WISEFT ERM ERMTS ERMATS SHP-2 LLM LLM-based Thompson's Rawlsian Núñez IFN-gamma Robust AI".split()
)
def test_a_source_knows_a_name_in_its_forms(name: str) -> None:
    assert mentions_name(name, read_source(SOURCE))


@pytest.mark.parametrize("name", ["WiSE-XT", "UCB", "SDU", "TS", "GPT-4", "SHP-3", "Nunes", "Bentham", "RL"])
def test_a_source_does_not_know_other_names(name: str) -> None:
    assert not mentions_name(name, read_source(SOURCE))
