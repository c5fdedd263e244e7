from typing import Any

from assistant.client import Assistant
from assistant.report.diff import ChangeKind, compare_reports
from assistant.report.pipeline import build_report
from assistant.report.schema import Manifest, Paragraph, Report, ReportKind, ReportSpec, Section
from assistant.types import Citation, Claim, Support
from store.filters import Filters
from tests.assistant import small


def claim(text: str, paper: str = "p", support: Support = Support.WORDED, quote: str = "") -> Claim:
    return Claim(
        text=text,
        support=support,
        citations=(Citation(n=1, paper_id=paper, title="T", quote=quote, start=0, end=len(quote)),),
    )


def report(*claims: Claim, **manifest: Any) -> Report:
    made = Manifest(**{"version": "1", "generation": "g", "papers": {"p": "1"}, "settings": {}, **manifest})
    section = Section(heading="H", paragraphs=(Paragraph(claims=claims),))
    return Report(kind=ReportKind.THEMES, title="T", sections=(section,), references=(), ledger=(), manifest=made)


def test_what_is_the_same_is_no_change(namkoong: Assistant) -> None:
    one = build_report(namkoong.library, ReportSpec())
    found = compare_reports(one, one)
    assert (found.changes, found.reasons) == ((), ())
    assert found.same == len({claim.text for claim in one.claims})


def test_each_change_is_told_with_its_reason() -> None:
    before = report(
        claim("Soups improve accuracy on ImageNet by averaging weights."),
        claim("It takes 20 times less time."),
        claim("Groups leave.", "gone"),
        papers={"p": "1", "gone": "2"},
        model="a",
    )
    after = report(
        claim("Soups improve the accuracy on ImageNet by averaging weights."),
        claim("It takes 20 times less time.", support=Support.DOUBTFUL),
        claim("Queues are long.", "new"),
        papers={"p": "1", "new": "3"},
        model="b",
    )
    found = compare_reports(before, after)
    assert [(one.became, one.reasons) for one in found.changes] == [
        (ChangeKind.ADDED, ("new paper: new",)),
        (ChangeKind.DROPPED, ("paper gone: gone",)),
        (ChangeKind.REWORDED, ("model: a → b", "other papers (1 new, 1 gone)")),
        (ChangeKind.SUPPORT, ("model: a → b", "other papers (1 new, 1 gone)")),
    ]
    assert found.same == 0


def test_the_same_sentence_in_other_words_is_reworded_and_of_another_paper_is_not() -> None:
    quote = "We cut the time by half."
    one = report(claim("Time is halved.", quote=quote))
    assert [
        c.became for c in compare_reports(one, report(claim("It needs 50 % of the time.", quote=quote))).changes
    ] == [ChangeKind.REWORDED]
    other = compare_reports(one, report(claim("Time is halved now.", "q")))
    assert [change.became for change in other.changes] == [ChangeKind.ADDED, ChangeKind.DROPPED]


def test_prompts_settings_seeds_versions_and_changed_papers_are_reasons() -> None:
    before = report(claim("A b c."), prompts="x", settings={"topic": ""}, versions={"numpy": "1"}, identity="i")
    after = report(
        claim("D e f."),
        papers={"p": "2"},
        prompts="y",
        settings={"topic": "shift"},
        versions={"numpy": "2"},
        seed=3,
        identity="j",
    )
    found = compare_reports(before, after)
    assert found.reasons == (
        "prompts: x → y",
        "seed: 0 → 3",
        "the model's endpoint or settings",
        "topic: none → shift",
        "numpy: 1 → 2",
        "other papers (1 changed)",
    )
    assert {change.reasons for change in found.changes} == {("paper changed: p",)}


def test_a_library_that_grew_says_which_claims_are_of_new_papers(own: Assistant) -> None:
    request = ReportSpec(kind=ReportKind.ANNOTATED, filters=Filters(year_from=2018))
    before = build_report(own.library, request)
    with small.assistant(own.library.folder, [small.paper("new", "Walruses", "Walruses swim in shifts.", year=2022)]):
        pass
    after = own.reports.create("annotated", year_from=2018)
    found = own.reports.diff(before, after)
    assert [(change.became, change.reasons) for change in found.changes] == [(ChangeKind.ADDED, ("new paper: new",))]
    assert found.same == len({claim.text for claim in before.claims})


def test_a_claim_is_paired_with_the_one_most_like_it_and_with_no_other() -> None:
    old = report(claim("a b c d e f g h i j"), claim("a b c d e f g h x y"))
    new = report(claim("a b c d e f g h i z"), claim("q r s t u v"))
    found = compare_reports(old, new)
    assert [(one.became, one.before and one.before.text, one.after and one.after.text) for one in found.changes] == [
        (ChangeKind.ADDED, None, "q r s t u v"),
        (ChangeKind.DROPPED, "a b c d e f g h x y", None),
        (ChangeKind.REWORDED, "a b c d e f g h i j", "a b c d e f g h i z"),
    ]


def test_claims_that_share_six_words_of_ten_are_the_same_in_other_words_and_five_are_not() -> None:
    old = report(claim("a b c d e f g h i j"))
    six, five = report(claim("a b c d e f 1 2 3 4")), report(claim("a b c d e 1 2 3 4 5"))
    assert [one.became for one in compare_reports(old, six).changes] == [ChangeKind.REWORDED]
    assert [one.became for one in compare_reports(old, five).changes] == [ChangeKind.ADDED, ChangeKind.DROPPED]


def test_same_counts_the_claims_that_stayed_as_they_are_each_once() -> None:
    old = report(claim("stays"), claim("stays"), claim("stays too"), claim("changes its sign"))
    new = report(claim("stays"), claim("stays too"), claim("changes its sign", support=Support.DOUBTFUL))
    found = compare_reports(old, new)
    assert (found.same, [one.became for one in found.changes]) == (2, [ChangeKind.SUPPORT])


def test_a_claim_on_papers_that_stayed_has_the_general_reasons() -> None:
    old = report(claim("a b c."), papers={"p": "1", "q": "1"}, model="a")
    new = report(papers={"p": "1", "r": "1"}, model="b")
    assert [one.reasons for one in compare_reports(old, new).changes] == [
        ("model: a → b", "other papers (1 new, 1 gone)")
    ]


def test_versions_of_the_package_are_reasons_and_no_reason_is_made_up() -> None:
    old, new = report(claim("a b c.")), report()
    assert [one.reasons for one in compare_reports(old, new).changes] == [()]
    newer = compare_reports(old, report(version="2", versions={"numpy": "2"}))
    assert newer.reasons == ("conspectus: 1 → 2", "numpy: none → 2")


def test_one_old_claim_is_not_paired_with_two_new_ones() -> None:
    old = report(claim("a b c d e f g h i j"))
    new = report(claim("a b c d e f g h i z"), claim("a b c d e f g h x y"))
    assert [(one.became, one.after and one.after.text) for one in compare_reports(old, new).changes] == [
        (ChangeKind.ADDED, "a b c d e f g h x y"),
        (ChangeKind.REWORDED, "a b c d e f g h i z"),
    ]


def test_nearly_the_same_words_of_another_paper_are_another_claim() -> None:
    old, new = report(claim("a b c d e f g h i j", "p")), report(claim("a b c d e f g h i z", "q"))
    assert [one.became for one in compare_reports(old, new).changes] == [ChangeKind.ADDED, ChangeKind.DROPPED]


def test_another_model_has_another_endpoint_which_is_no_reason_of_its_own() -> None:
    old, new = report(model="a", identity="i"), report(model="b", identity="j")
    assert compare_reports(old, new).reasons == ("model: a → b",)
