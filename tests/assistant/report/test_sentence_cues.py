"""The forms in which a sentence tells something of its paper."""

import pytest

from assistant.report import sentence_cues as cues


@pytest.mark.parametrize(
    ("sentence", "tells"),
    [
        ("Frogs that were fed sang 12% louder.", True),
        ("Feeding significantly changes the song.", True),
        ("The recordings revealed two kinds of song.", True),
        ("We find louder songs in spring.", True),
        ("Songs were better in spring.", True),
        ("Newer ponds have potential for more significant songs.", False),
        ("Many songs found in old books are louder.", False),
        ("Society benefits from increased harmony.", False),
    ],
)
def test_a_result_was_measured_or_found(sentence: str, tells: bool) -> None:
    assert cues.tells_result(sentence) is tells


@pytest.mark.parametrize(
    ("sentence", "tells"),
    [
        ("Using microphones, we recorded the songs of frogs.", True),
        ("This paper presents a survey of songs.", True),
        ("Songs were recorded at night.", True),
        ("A search of the ponds has been carried out.", True),
        ("A randomized trial of pond water.", True),
        ("Songs are a process we refer to as harmony.", False),
        ("We argue that frogs sing for joy.", False),
        ("We report here that frogs sing for joy.", False),
        ("This study demonstrates a series of songs.", False),
        ("Recently, we recorded the songs of toads.", False),
        ("Louder songs were observed in spring.", False),
        ("Songs were louder in spring (p = .01).", False),
        ("Songs have been proven to attract mates.", False),
        ("Through an analysis of songs, Noble exposes a culture.", False),
        ("The frog binds water.", False),
    ],
)
def test_a_method_was_done_by_the_paper(sentence: str, tells: bool) -> None:
    assert cues.tells_method(sentence) is tells


@pytest.mark.parametrize(
    ("sentence", "as_method", "tells"),
    [
        ("We compared 120 older patients with frogs.", True, True),
        ("We train on the ASOS data.", True, True),
        ("A total of 1,602 people participated.", False, True),
        ("Of 524 papers, 5 were included.", False, True),
        ("A murmur was heard in 78 patients.", False, False),
        ("Of 120 patients, 30 (25%) sang.", True, False),
        ("Among 120 patients the hazard ratio was .7.", True, False),
        ("A review of 14,000 patients showed that frogs heal.", True, False),
        ("In Experiments 1 and 2, participants read.", True, False),
        ("High Performance Data Analytics is the key.", True, False),
        ("We studied frogs.", True, False),
    ],
)
def test_data_are_what_was_studied_and_not_what_came_of_some(sentence: str, as_method: bool, tells: bool) -> None:
    assert cues.tells_data(sentence, as_method=as_method) is tells


@pytest.mark.parametrize(
    ("sentence", "tells"),
    [
        ("Studies on care before diagnosis are needed.", True),
        ("Future research should record toads.", True),
        ("The song warrants further investigation.", True),
        ("How toads sing remains to be determined.", True),
        ("There are gaps in our knowledge of toads.", True),
        ("The gene is required for a song.", False),
        ("Our work suggests that the gene is required for a song.", False),
        ("The gaps in patella eversion were smaller.", False),
        ("Directions for future research are recommended.", False),
        ("The song supports further investigation of frogs.", False),
    ],
)
def test_an_open_question_calls_for_a_study(sentence: str, tells: bool) -> None:
    assert cues.tells_open(sentence) is tells


@pytest.mark.parametrize(
    ("sentence", "tells"),
    [
        ("This study is limited by its retrospective nature.", True),
        ("The main limitation is the number of frogs.", True),
        ("These results must be read with caution.", True),
        ("We could not adjust for rain.", True),
        ("The evidence is of low quality, and evidence was weak.", True),
        ("Limitations of the present study are discussed.", False),
        ("Resources to gather data are limited.", False),
        ("Our method overcomes the limitations of frogs.", False),
        ("Histone deacetylation is not only repressive.", False),
        ("Study limitations included the number of ponds.", True),
        ("Limitations of previous ponds included their depth.", False),
        ("However, comparisons of ponds were limited by their number.", True),
        ("Frogs of the study were not limited by food.", False),
        ("The results are based on a relatively small number of frogs.", True),
        ("The data regarding tadpoles are insufficient to tell.", True),
        ("A survey that gathers insufficient information is cheap.", False),
        ("High heterogeneity of the ponds necessitates cautious interpretation.", True),
        ("The findings are not generalizable to toads.", True),
        ("Counts of males are subject to confounding by rain.", True),
        ("Counts of females are less susceptible to confounding.", False),
        ("We could not draw definitive conclusions about toads.", True),
        ("Few ponds precluded validation of the model.", True),
        ("We conclude that counts by ear must be interpreted with caution, as the data show.", False),
        ("The trial may have been underpowered.", True),
        ("In an underpowered analysis, frogs sang.", False),
        ("The study's major limitations are its few ponds.", True),
        ("Important limitations comprised the small number of ponds.", True),
        ("Functional limitations were frequent in old frogs.", False),
        ("We cannot extrapolate these findings to toads.", True),
        ("Our data do not establish that rain is the cause.", True),
        ("Our data do not support the use of nets.", False),
        ("Pooling was not possible because the ponds differed.", True),
        ("In two ponds swimming was not possible.", False),
        ("Too few studies are available to compare ponds.", True),
        ("Too few frogs sang to attract females.", False),
        ("No firm conclusions can be drawn on toads.", True),
        ("No recommendation was made on toads.", False),
        ("That songs change by chance cannot be ruled out.", True),
        ("The theory is restricted to shallow ponds.", True),
        ("Songs are restricted to shallow ponds.", False),
        ("The generalisability of songs on the Internet is uncertain.", True),
        ("Small numbers of frogs at some ponds limit the comparison.", True),
        ("Even a small number of frogs limits the gnats.", False),
        ("Few trials of songs were found, and most were small.", True),
        ("The methodological quality of most trials was poor.", True),
        ("No major deficits in the quality of songs were heard.", False),
        ("We did not measure the depth of ponds.", True),
        ("Some frogs may have been missed at night.", True),
        ("It was not possible to estimate the age of frogs.", True),
        ("Most studies have several limitations.", False),
        ("Residual confounding by rain may remain.", True),
        ("After we adjusted for rain, unmeasured confounding is still possible.", True),
        ("After adjusting for potential confounders, wet ponds are louder.", False),
        ("Our count introduces no bias and is fast.", False),
        ("The likelihood of bias is reduced by a second count.", False),
        ("The counts were small, so that possible bias is a concern.", True),
        ("We did not have access to the ponds at night.", True),
        ("We did not have any losses of frogs.", False),
        ("Small samples of toads may have biased the counts.", True),
        ("A small sample of water may have value.", False),
        ("Follow-up data were missing.", True),
        ("Counts are right when data are missing.", False),
        ("Early termination of the trial left few frogs.", True),
        ("Early termination of the trial drug spared the frogs.", False),
    ],
)
def test_a_limit_is_ones_own(sentence: str, tells: bool) -> None:
    assert cues.tells_limit(sentence) is tells


@pytest.mark.parametrize(
    ("sentence", "tells"),
    [
        ("Songs: https://github.com/frogs/songs", True),
        ("The code is freely available.", True),
        ("The server is available at http://frogs.example.", True),
        ("A video is available at", False),
        ("URL: http://www.clinicaltrials.example.", False),
        ("The data will be better than those available previously.", False),
    ],
)
def test_what_is_available_is_a_thing_and_to_be_had(sentence: str, tells: bool) -> None:
    assert cues.tells_availability(sentence) is tells


def test_dashes_without_end_tell_nothing() -> None:
    assert not cues.tells_method("- " * 5000)
    assert not cues.tells_method("a - " * 2500)
