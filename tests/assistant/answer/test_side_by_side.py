from pathlib import Path

import pytest

from assistant.answer.extractive import quote_papers
from assistant.answer.retrieval import retrieve_for
from assistant.answer.side_by_side import Side, compare_sides, find_comparing, find_joint, find_sides
from assistant.question.parse import parse_question
from assistant.question.query import Intent, Query
from tests.assistant import small
from tests.assistant.answer.finding import Finding

PAPERS = (
    small.paper(
        "soups",
        "Model Soups: averaging weights",
        "BACKGROUND: Fine-tuned models are many. METHODS: We average their weights. We try it on the ImageNet data set."
        " RESULTS: Soups reach 90 percent accuracy.",
        "Ann Ode",
        2022,
    ),
    small.paper(
        "ensembles",
        "Weight-space Ensembles for Fine-tuning",
        "AIM: We ask for robustness. METHODS: We ensemble two sets of weights (WSE). RESULTS: Robustness grows.",
        "Bo Li",
        2021,
    ),
    small.paper("users", "Trying Everything", "We compare WSE and soups on frogs.", "Cy Poe", 2023),
    small.paper("hand", "Warts of the hand", "Forty patients were given a salve. Their warts went.", "Di Roe", 2019),
    small.paper(
        "trial",
        "Warts of the foot",
        "One group had salve, another had cold nitrogen. RESULTS: Cold nitrogen cleared more warts than salve.",
        "Ed Fox",
        2020,
    ),
)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Finding:
    """The papers above."""
    library = small.assistant(tmp_path_factory.mktemp("sides"), PAPERS).library
    view = library.view()
    assert view is not None
    return Finding(library, view)


def compare(shelf: Finding, *sides: str) -> Query:
    return Query(question=f"compare {' and '.join(sides)}", intent=Intent.COMPARE, sides=sides)


def test_each_side_has_the_paper_of_its_name_or_the_one_that_introduces_it(shelf: Finding) -> None:
    sides = find_sides(shelf.library, shelf.view, compare(shelf, "model soups", "WSE"))
    assert [(side.name, side.paper.id if side.paper else "") for side in sides] == [
        ("model soups", "soups"),
        ("WSE", "ensembles"),
    ]


def test_two_papers_stand_side_by_side(shelf: Finding) -> None:
    reply = quote_papers(retrieve_for(compare(shelf, "model soups", "WSE"), None, *shelf))
    lines = [line for line in reply.text.splitlines() if line]
    assert lines[:2] == [
        "- **model soups**: Model Soups: averaging weights [1] *=*",
        "- **WSE**: Weight-space Ensembles for Fine-tuning [2] *=*",
    ]
    assert [line for line in lines if line.startswith("**")] == ["**Problem**", "**Method**", "**Data**", "**Result**"]
    assert lines[lines.index("**Data**") + 1].startswith("- model soups: “We try it on the ImageNet data set.” [1]")
    assert lines[lines.index("**Data**") + 2] == "- WSE: not stated in the abstract"
    assert "Soups reach 90 percent accuracy." in lines[lines.index("**Result**") + 1]
    assert [reference.paper_id for reference in reply.references] == ["soups", "ensembles"]
    assert all(claim.holds for claim in reply.claims)


def test_things_without_papers_of_their_own_are_compared_by_the_one_that_speaks_of_both(shelf: Finding) -> None:
    found = retrieve_for(parse_question("Compare salve and cold nitrogen", shelf.view), None, *shelf)
    assert [hit.paper.id for hit in found.hits] == ["trial"]
    assert found.query.intent is Intent.FACT
    assert found.query.describe() == "fact: result · salve against cold nitrogen"
    assert "Cold nitrogen cleared more warts than salve." in quote_papers(found).text


def test_a_paper_that_has_most_words_of_both_sides_is_joint(shelf: Finding) -> None:
    hits = shelf.library.search("cold nitrogen salve warts", 5, view=shelf.view)
    sides = [Side("a salve for warts", None), Side("cold liquid nitrogen for warts", None)]
    assert [hit.paper.id for hit in find_joint(shelf.view, sides, hits)] == ["trial"]
    assert not find_joint(shelf.view, [side._replace(is_its_own=True) for side in sides], hits)


def test_what_is_not_there_is_said_and_nothing_put_in_its_place(shelf: Finding) -> None:
    reply = quote_papers(retrieve_for(compare(shelf, "model soups", "AlphaFold"), None, *shelf))
    assert reply.text.startswith("This library holds no paper about “AlphaFold”.\n\n- **model soups**: ")
    assert [reference.paper_id for reference in reply.references] == ["soups"]
    assert not reply.abstained


def test_where_neither_is_there_nothing_is_compared(shelf: Finding) -> None:
    sides = find_sides(shelf.library, shelf.view, compare(shelf, "AlphaFold", "Deep Blue"))
    reply = compare_sides(shelf.view, sides)
    assert reply.abstained
    assert (
        reply.reason == "This library holds no paper about “AlphaFold”. This library holds no paper about “Deep Blue”."
    )


def test_sides_are_named_by_author_and_year(shelf: Finding) -> None:
    named = find_sides(shelf.library, shelf.view, compare(shelf, "the 2022 study by Ode", "Li 2021"))
    assert [side.paper.id if side.paper else "" for side in named] == ["soups", "ensembles"]
    same = find_sides(shelf.library, shelf.view, compare(shelf, "the 2022 study by Ode", "Li's from the same year"))
    assert [side.paper.id if side.paper else "" for side in same] == ["soups", ""]
    own = find_sides(shelf.library, shelf.view, compare(shelf, "Ode's 2022 paper", "her 2021 paper"))
    assert [side.paper.id if side.paper else "" for side in own] == ["soups", ""]
    topic = find_sides(shelf.library, shelf.view, compare(shelf, "the 2019 paper on warts", "the 2020 paper on warts"))
    assert [side.paper.id if side.paper else "" for side in topic] == ["hand", "trial"]


def test_the_first_of_two_things_has_the_noun_of_the_second(shelf: Finding) -> None:
    sides = find_sides(shelf.library, shelf.view, compare(shelf, "model", "weight-space ensembles soups"))
    assert sides[0].name == "model"
    shared = find_sides(shelf.library, shelf.view, compare(shelf, "cold", "hot nitrogen"))
    assert [side.name for side in shared] == ["cold nitrogen", "hot nitrogen"]


def test_a_paper_whose_title_names_both_compares_them(tmp_path: Path) -> None:
    papers = [small.paper(f"net{n}", f"Nets for task {n}", f"We use nets for task {n}.") for n in range(6)]
    papers += [
        small.paper("odes", "ODEs of cells", "We introduce ODEs of cells."),
        small.paper("both", "Nets and ODEs as complementary methods", "Nets show structure. ODEs show time."),
    ]
    library = small.assistant(tmp_path, papers).library
    view = library.view()
    assert view is not None
    query = Query(question="How do nets compare with ODEs?", intent=Intent.COMPARE, sides=("Nets", "ODEs"))
    hits, find_sentences = find_comparing(library, view, query, find_sides(library, view, query))
    assert [hit.paper.id for hit in hits] == ["both"]
    assert find_sentences is None


def test_of_several_papers_of_an_author_the_one_about_the_topic_counts(tmp_path: Path) -> None:
    papers = [
        small.paper("toads", "Toads", "Toads sing.", "Di Roe", 2001),
        small.paper("cups", "Cups", "Cups break.", "Di Roe", 2020),
        small.paper("newts", "Newts", "Newts sing.", "Ed Fox", 2020),
    ]
    library = small.assistant(tmp_path, papers).library
    view = library.view()
    assert view is not None
    query = Query(
        question="Compare them", intent=Intent.COMPARE, sides=("Roe's paper on toads", "Fox's paper on newts")
    )
    sides = find_sides(library, view, query)
    assert [side.paper.id if side.paper else "" for side in sides] == ["toads", "newts"]


def test_papers_named_by_conditions_are_called_by_author_and_year(tmp_path: Path) -> None:
    papers = [
        small.paper(f"k{n}", f"Warts of the {part}", "AIM: We ask for warts. RESULTS: They went.", "Bo Koch", 2010)
        for n, part in enumerate(("foot", "hand"))
    ]
    library = small.assistant(tmp_path, papers).library
    view = library.view()
    assert view is not None
    reply = quote_papers(retrieve_for(parse_question("compare the two papers by Koch", view), None, library, view))
    assert reply.text.startswith(
        "- **Koch 2010a**: Warts of the foot [1] *=*\n- **Koch 2010b**: Warts of the hand [2] *=*"
    )


def test_a_name_that_fits_several_papers_says_which_is_compared(shelf: Finding) -> None:
    reply = compare_sides(
        shelf.view,
        [
            Side("Ode", shelf.library.paper("soups"), True, ("Soups of frogs",)),
            Side("Li", shelf.library.paper("ensembles"), True),
        ],
    )
    assert "“Ode” fits “Soups of frogs”, too. Add a word of the title to have it compared." in reply.text


def test_data_are_who_was_studied_and_a_result_says_what_changed(tmp_path: Path) -> None:
    abstract = (
        "BACKGROUND: Warts are common. METHODS: Forty patients were given a salve daily. Photographs were rated blind."
        " RESULTS: All patients completed the study. Lesions were reduced by 64%."
    )
    library = small.assistant(
        tmp_path,
        [
            small.paper("one", "Salve", abstract, "Bo Koch", 2010),
            small.paper("two", "Frogs", "METHODS: We count frogs. RESULTS: They sing.", "Cy Dong", 2011),
        ],
    ).library
    view = library.view()
    assert view is not None
    reply = quote_papers(retrieve_for(parse_question("Koch 2010 vs Dong 2011", view), None, library, view))
    rows = reply.text.split("**")
    assert "- Koch 2010: “Forty patients were given a salve daily.” [1]" in rows[rows.index("Data") + 1]
    assert "- Koch 2010: “Photographs were rated blind.” [1]" in rows[rows.index("Method") + 1]
    assert "- Koch 2010: “Lesions were reduced by 64%.” [1]" in rows[rows.index("Result") + 1]
    assert "- Dong 2011: “We count frogs.” [2]" in rows[rows.index("Method") + 1]
