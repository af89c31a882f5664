"""How well the core pack's language guide does on sentences labelled by somebody who had not seen it."""

import csv
import re
from pathlib import Path

from plait.declare import load_pack
from plait.language import check_language

HERE = Path(__file__)
PAGE = HERE.parents[2] / "docs" / "explanation" / "language-with-care.md"
PACK = load_pack()


def _counts(text, wanted):
    """Remarks that were right, that were not called for, and wordings that were missed, in one sentence."""
    spans = [(r.start, r.end) for r in check_language(text, PACK)]
    places = [(at, at + len(words)) for words in wanted for at in [text.lower().find(words.lower())]]
    touched = [any(a < end and start < b for a, b in places) for start, end in spans]
    found = [any(a < end and start < b for start, end in spans) for a, b in places]
    return sum(found), touched.count(False), found.count(False)


def _measured():
    with HERE.with_name("language_sentences.csv").open(encoding="utf-8", newline="") as handle:
        rows = [
            (row["text"], row["note"].split(" | ") if row["remarks"] != "0" else []) for row in csv.DictReader(handle)
        ]
    right, uncalled, missed = (sum(part) for part in zip(*(_counts(*row) for row in rows), strict=True))
    return len(rows), right / (right + uncalled), right / (right + missed)


def test_the_page_says_what_is_measured():
    sentences, precision, recall = _measured()
    print(f"language check on {sentences} sentences: precision {precision:.3f}, recall {recall:.3f}")
    words = " ".join(PAGE.read_text(encoding="utf-8").split())
    said = re.search(r"precision (0\.\d+) and recall (0\.\d+) on (\d+) sentences", words)
    assert said.groups() == (f"{precision:.3f}", f"{recall:.3f}", str(sentences))


def test_most_is_found_and_little_is_remarked_on_without_cause():
    _, precision, recall = _measured()
    assert precision > 0.95 and recall > 0.95
