"""Two made-up papers to check claims against."""

from store.paper import Author, Paper

WIDGETS = Paper(
    id="widgets",
    title="WidgetBench: Measuring Robust Widgets",
    authors=(Author(name="Ada Byron", position=1), Author(name="José Núñez", position=2)),
    date="2021-03-04",
    venue="Journal of Widgets",
    abstract=(
        "We present WidgetBench, a benchmark of 72,000 widgets from 14 countries. "
        "WeldNet improves accuracy by 4 to 6 percentage points over standard training and "
        "reaches 94% accuracy on BoltSet. "
        "It may improve robustness under heat. "
        "Some operators often prefer the new interface. "
        "The model did not reduce memory use. "
        "Training is 2.6x faster than GreedyNet and 3.3x faster than RandomNet. "
        "About half of the volunteers dropped out within 3 hours. "
        "A dose of 5 mg/day lowered CO₂ uptake. "
        "We find that large language models (LLMs) outperform gradient boosting on tabular widgets. "
        "Alloy X leads on the domestic subset. "
        "Alloy Y leads on the export subset. "
        "The press and forge stages reach 81% and 93% yield respectively."
    ),
)

BEES = Paper(
    id="bees",
    title="Pollination by Solitary Bees",
    abstract=(
        "Solitary bees pollinate apple orchards. "
        "Hives near orchards raised fruit set in 12 of 15 seasons. "
        "We ask whether pesticide exposure shortens foraging trips."
    ),
)

SILENT = Paper(id="silent", title="A Study Without Abstract", date="2019")


def sentence_of(paper: Paper, words: str) -> str:
    """The sentence of an abstract that holds some words."""
    return next(one for one in paper.abstract.replace(". ", ".\n").splitlines() if words in one)
