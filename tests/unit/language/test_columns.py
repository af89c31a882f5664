"""A column looked over says of each cell what a close look at that cell alone says."""

import csv
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plait.declare import load_pack
from plait.language import check_language, live_phrases, plainly, remarks_in

PACK = load_pack()
SENTENCES = Path(__file__).parents[2] / "packs" / "language_sentences.csv"
SAID = sorted({plainly(said).replace("…", "") for phrase in live_phrases(PACK) for said in phrase.say})


def closely(cells):
    found = {at: frozenset(r.phrase for r in check_language(text or "", PACK)) for at, text in enumerate(cells)}
    return {at: phrases for at, phrases in found.items() if phrases}


def looked_over(cells):
    return dict(remarks_in(pa.array(cells, pa.string()), PACK))


def test_no_remark_on_the_labelled_sentences_is_missed_or_added():
    with SENTENCES.open(encoding="utf-8", newline="") as file:
        sentences = [line["text"] for line in csv.DictReader(file)]
    assert len(closely(sentences)) > 100
    assert looked_over(sentences) == closely(sentences)


@given(
    st.lists(
        st.none()
        | st.lists(
            st.sampled_from([*SAID, "josé", "Ελένη", "don’t", "she", "risk", "“", "”", ".\n"]), max_size=5
        ).flatmap(
            lambda words: st.sampled_from([" ", "_", " - ", "\u00a0", "\n", "–"]).map(lambda gap: gap.join(words))
        ),
        max_size=6,
    )
)
def test_whatever_stands_between_the_words_none_is_missed(cells):
    assert looked_over(cells) == closely(cells)


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("(put|puts) (herself|himself) ... (risk|danger)", "put herself … risk"),
        ("sex with [a] (minor|child)", "sex with minor"),
        ("child prostitut*", "child prostitut…"),
        ("(sex|favours) for ...", "sex for"),
    ],
)
def test_a_pattern_is_said_as_somebody_might_say_it(pattern, said):
    assert plainly(pattern) == said


def test_a_pack_without_a_guide_remarks_on_nothing():
    silent = PACK.model_copy(update={"language": {}})
    assert list(remarks_in(pa.array(["a high risk child"]), silent)) == []
