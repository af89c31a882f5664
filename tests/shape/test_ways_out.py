"""Each way a figure could leave its supplier, walked in the code: nothing is shown that protect did not let out.

`tests/web/test_no_way_round.py` walks the same ways through the running application, with counts that must not be seen.
"""

import ast
import re
from pathlib import Path

import pytest

from plait.profile import Profile
from plait.publish import Picture

ROOT = Path(__file__).parents[2]
WEB = ROOT / "src" / "plait_web"
LIBRARY = ROOT / "src" / "plait"
FILES = sorted(p for p in WEB.rglob("*.py") if "migrations" not in p.parts)
TEMPLATES = sorted(WEB.rglob("*.html"))

# Modules of the application that read a table of figures, and which file of it. `released.parquet` is what protect let out;
# of `withheld.parquet`, which holds true counts, only the columns that are named.
READERS = {
    "api/figures.py": {"released.parquet"},
    "release/ledger.py": {"released.parquet", "withheld.parquet"},
}
BEFORE_ANY_FIGURE = {
    "returns/reading.py": "what an agency sent, read and told of to that agency alone",
    "quality/measuring.py": "what a return was like; others are told in shares that protect words (see below)",
}
OPENED = {"read_table", "read_csv", "ParquetFile", "open_csv", "Engine"}
TRUE_COUNTS = {"low", "high", "told_low", "told_high", "count_low", "count_high", "base_low", "base_high"}
# What would give a mail or a log a figure to repeat.
FIGURES = ("pyarrow", "plait.released", "plait.publish", "plait.measure", "plait_web.release.evidence",
           "plait_web.release.ledger", "plait_web.api.figures")  # fmt: skip


def name_of(path):
    return str(path.relative_to(WEB))


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def called(node):
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def calls(path, *names):
    return [n for n in ast.walk(tree(path)) if isinstance(n, ast.Call) and called(n) in names]


def imported(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{name.name}" for name in node.names)
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def test_only_these_modules_read_tables():
    """A new one says in READERS or BEFORE_ANY_FIGURE what it reads and for whom; figures for others come from protect alone."""
    assert {name_of(path) for path in FILES if calls(path, *OPENED)} == READERS.keys() | BEFORE_ANY_FIGURE.keys()


@pytest.mark.parametrize("name", sorted(READERS))
def test_they_read_what_protect_let_out(name):
    text = (WEB / name).read_text(encoding="utf-8")
    assert set(re.findall(r'"([\w-]+\.parquet)"', text)) == READERS[name]


def test_of_true_counts_only_what_is_no_count_is_read():
    """The ledger's own file is read for names alone; its lines come from the library and lose their counts at once."""
    source = tree(WEB / "release/ledger.py")
    reads = [n for n in ast.walk(source) if isinstance(n, ast.Call) and called(n) == "read_table"]
    for read in reads:
        columns = next(k.value for k in read.keywords if k.arg == "columns")
        listed = {e.value for e in getattr(columns, "elts", ()) if isinstance(e, ast.Constant)}
        kept = "path" in ast.unparse(read.args[0]) and "released" not in ast.unparse(read.args[0])
        assert not kept or (listed and not listed & TRUE_COUNTS)
    bearing = next(n for n in ast.walk(source) if isinstance(n, ast.ClassDef) and n.name == "Bearing")
    assert not {n.target.id for n in bearing.body if isinstance(n, ast.AnnAssign)} & TRUE_COUNTS


def test_a_profile_and_what_is_drawn_from_it_hold_released_figures_only():
    assert Profile.__dataclass_fields__["released"].type in ("Released", __import__("plait.released").released.Released)
    made = {name_of(p) for p in FILES if any(i.startswith("plait.publish.Picture") for i in imported(p))}
    assert made == {"picture/making.py"} and Picture.__init__.__annotations__["profile"] in ("Profile", Profile)


def test_nobody_but_protect_makes_or_reads_back_a_release():
    makers = {name_of(p) for p in FILES if "plait.released.release" in set(imported(p))}
    readers = {name_of(p) for p in FILES if "plait.protect.load_released" in set(imported(p))}
    assert makers == set() and readers == {"release/drawing.py", "release/evidence.py", "words/gate.py"}


def test_figures_before_they_are_protected_never_reach_the_application():
    """The pipeline hands over `Made`, whose unprotected half only the pipeline itself may touch."""
    touched = [name_of(p) for p in FILES for n in ast.walk(tree(p)) if isinstance(n, ast.Attribute) and _unprotected(n)]
    assert touched == []
    measuring = ("plait.measure", "plait.link", "plait.pipeline.measure_period", "plait.pipeline.link_people")
    assert not [name_of(p) for p in FILES if any(i.startswith(measuring) for i in _without(p))]


def test_what_returns_were_like_is_told_in_protected_shares():
    """Rows of it are read in the room that keeps them, and put in words by protect's own function."""
    rows = {name_of(p) for p in FILES if "plait_web.quality.models.Measured" in set(imported(p))}
    assert rows and all(name.startswith("quality/") for name in rows)
    assert any(i.endswith(".shown_share") for i in imported(WEB / "quality/over_time.py"))


def _unprotected(node):
    return node.attr == "figures" and isinstance(node.value, ast.Name) and node.value.id == "made"


COUNTS_NO_CHILDREN = ("plait.measure.agreement", "plait.measure.recording")  # coders who agree; how full a column is
# How alike the records of a pair are, for the analyst who judges the pair; and how many links judged were right.
REVIEW = {
    f"plait.link.{n}"
    for n in ("LEAST_JUDGED", "PairShown", "ReviewedQuality", "clerical_quality", "clerical_sample", "load_weights")
}


def _without(path):
    """What a module imports, less what counts no children."""
    reviewing = REVIEW if name_of(path) == "picture/access.py" else set()
    return [i for i in imported(path) if not i.startswith(COUNTS_NO_CHILDREN) and i not in reviewing]


def test_only_signed_words_become_quotes():
    makers = {str(p.relative_to(ROOT / "src")) for p in [*FILES, *LIBRARY.rglob("*.py")] if calls(p, "Quote")}
    assert makers == {"plait_web/words/access.py"}
    assert "words.quotes(release.quotes" in (WEB / "release/drawing.py").read_text(encoding="utf-8")


def test_who_mails_has_no_figure_to_repeat():
    mailers = [p for p in FILES if calls(p, "tell_later", "EmailMessage") or "plait_web.mail" in set(imported(p))]
    assert mailers
    assert [(name_of(p), i) for p in mailers for i in imported(p) if i.startswith(FIGURES)] == []


def test_no_page_title_says_a_figure():
    told = r"\.(said|low|high|figures|withheld|smallest|shown|count)\b"
    titles = {
        name_of(p): re.findall(r"{% block title %}(.*?){% endblock %}", p.read_text(encoding="utf-8"))
        for p in TEMPLATES
    }
    assert {name: words for name, found in titles.items() for words in found if re.search(told, words)} == {}


def test_no_file_that_leaves_is_named_after_what_it_says():
    text = (WEB / "release/drawing.py").read_text(encoding="utf-8")
    assert set(re.findall(r'f"(release-[^"]*)"', text)) == {"release-{release.pk}.{suffix}", "release-{release.pk}.zip"}


def test_no_address_holds_a_figure():
    """What stands in addresses: names of things declared, numbers of rows, and digests."""
    held = {
        part for path in WEB.rglob("urls.py") for part in re.findall(r"<(\w+):\w+>", path.read_text(encoding="utf-8"))
    }
    assert held <= {"int", "slug", "str", "uuid", "path"}
