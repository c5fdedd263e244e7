from assistant.catalogue.overview import choose_phrases
from tests.assistant import small
from tests.counting import LINEAR, growth

FROGS = [
    small.paper(f"frog{n}", f"Tree Frogs {n}", "We study tree frogs. Their vocal sacs are large.") for n in range(4)
]
STARS = [small.paper(f"star{n}", f"On Neutron Stars {n}", "Neutron stars pulse.") for n in range(3)]


def test_phrases_tell_what_most_papers_are_about() -> None:
    assert choose_phrases([*FROGS, *STARS], 2) == ["tree frogs", "neutron stars"]


def test_a_phrase_of_one_paper_is_none() -> None:
    assert choose_phrases([*STARS, small.paper("a", "Blue Whales", "Blue whales sing.")], 5) == ["neutron stars"]
    assert choose_phrases([], 5) == []


def test_plain_words_name_nothing() -> None:
    papers = [small.paper(f"p{n}", "A New Method", "We propose a new method for large data sets.") for n in range(3)]
    assert choose_phrases(papers, 3) == []


def test_keywords_and_short_forms_count() -> None:
    papers = [small.paper(f"p{n}", "Something", "Nothing here.", keywords=("quantum optics",)) for n in range(3)]
    papers += [small.paper(f"q{n}", "Other", "BERT reads, and so does our BERT.") for n in range(2)]
    papers += [small.paper("r", "BERT", "It reads.")]
    assert choose_phrases(papers, 3) == ["quantum optics", "BERT"]


def test_what_no_title_and_no_keyword_names_is_no_subject() -> None:
    papers = [small.paper(f"p{n}", f"Frog Calls {n}", "EMBASE was searched for frog calls.") for n in range(4)]
    assert choose_phrases(papers, 3) == ["frog calls"]


def test_labels_of_structured_abstracts_name_nothing() -> None:
    texts = ["OBJECTIVE: To hear frog calls. RESULTS: Frogs call. CONCLUSIONS: Frog calls are loud."] * 3
    papers = [small.paper(f"p{n}", "Frog Calls: Objective Conclusions", text) for n, text in enumerate(texts)]
    assert choose_phrases(papers, 3) == ["frog calls"]


def test_no_two_phrases_are_mostly_the_same() -> None:
    names = choose_phrases([*FROGS, *STARS], 8)
    assert not {"tree", "frogs"} & {word for name in names[1:] for word in name.split()}


def test_twice_as_many_papers_cost_twice_as_much() -> None:
    def choose(count: int) -> None:
        choose_phrases([*FROGS, *STARS] * count, 4)

    assert growth(choose, 20) <= LINEAR


def test_a_phrase_goes_up_to_its_noun() -> None:
    papers = [small.paper(f"p{n}", f"Loud Frog Calls {n}", "We heard loud frog calls, all at night.") for n in range(3)]
    assert choose_phrases(papers, 3) == ["loud frog calls"]
