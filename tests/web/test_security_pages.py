"""What the security pages cite is there, and every requirement is answered once."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIST = (ROOT / "docs" / "reference" / "asvs.md").read_text(encoding="utf-8")
LINES = [line.split(" | ") for line in LIST.splitlines() if re.match(r"\| \d", line)]
ANSWERS = {"yes", "partly", "no", "for whoever runs it", "does not apply"}


def test_every_requirement_of_levels_one_and_two_is_answered_once():
    numbers = [number for line in LINES for number in re.findall(r"\d+\.\d+\.\d+", line[0])]
    assert len(numbers) == len(set(numbers)) == 253
    assert {line[1] for line in LINES} <= ANSWERS


def test_what_is_counted_at_the_head_is_so():
    counts = dict.fromkeys(ANSWERS, 0)
    for line in LINES:
        counts[line[1]] += len(re.findall(r"\d+\.\d+\.\d+", line[0]))
    said = re.search(r"(\d+) are met, (\d+) in part, (\d+) is not, (\d+) are for whoever .* (\d+) do not apply", LIST)
    order = ("yes", "partly", "no", "for whoever runs it", "does not apply")
    assert [int(n) for n in said.groups()] == [counts[answer] for answer in order]


def test_every_file_cited_is_there():
    pages = [LIST, (ROOT / "docs" / "explanation" / "security.md").read_text(encoding="utf-8")]
    cited = {path for page in pages for path in re.findall(r"`((?:tests|docs|src)/[\w/.]+)`", page)}
    assert {path for path in cited if not (ROOT / path).exists()} == set()


def test_every_line_that_is_met_names_a_test():
    """All but one: the lists of known weaknesses have to be asked for elsewhere."""
    met = [line for line in LINES if line[1] in ("yes", "partly")]
    assert [line[0] for line in met if "`tests/" not in line[3]] == ["| 15.2.1"]
