"""Texts of papers of which it is known that they give no orders to their reader (see ``assistant.verify.injection``).

They are remembered for themselves and not for their papers, so that a text that changes is one that is not known.
"""

from collections.abc import Iterator

from store.paper import Paper

# Texts that are remembered of each kind. Chosen by hand: twice as many abstracts as a large report reads.
_KEPT = 1 << 14
# Words of a field of a record from which on it is looked at as a sentence might be.
_LIKE_SENTENCE = 4
# A text may be sound as an abstract, each of its sentences by itself, and not as one sentence.
_ABSTRACTS: set[str] = set()
_SENTENCES: set[str] = set()


def list_fields(paper: Paper) -> Iterator[str]:
    """List the texts of a record that are read as sentences: the title, and what is as long as one."""
    names = (*(author.name for author in paper.authors), paper.venue or "", *paper.keywords)
    yield paper.title
    yield from (name for name in names if len(name.split()) >= _LIKE_SENTENCE)


def remember_sound(paper: Paper) -> None:
    """Remember that neither the abstract of a paper nor its other texts give orders."""
    for sound, texts in ((_ABSTRACTS, (paper.abstract,)), (_SENTENCES, list_fields(paper))):
        if len(sound) >= _KEPT:
            sound.clear()
        sound.update(texts)


def is_sound_abstract(abstract: str) -> bool:
    """Tell whether an abstract is known to give no orders."""
    return abstract in _ABSTRACTS


def is_sound_sentence(sentence: str) -> bool:
    """Tell whether a title, or another text that is read as a sentence, is known to give no orders."""
    return sentence in _SENTENCES


def is_sound_paper(paper: Paper) -> bool:
    """Tell whether each text of a paper is known to give no orders."""
    return is_sound_abstract(paper.abstract) and all(map(is_sound_sentence, list_fields(paper)))


def forget_texts() -> None:
    """Forget all texts, as at the beginning of a process."""
    _ABSTRACTS.clear()
    _SENTENCES.clear()
