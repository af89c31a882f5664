"""A census in XML is read without starting what only tables need, and a file looked at without what comes after."""

import subprocess
import sys

from tests.unit.receive import cin_files

_HEAVY = ("duckdb", "fastexcel", "rapidfuzz", "openpyxl", "scipy")
_ASK = f"""
import sys
from pathlib import Path
from plait.declare import load_pack
from plait.receive import receive
received = receive(Path(sys.argv[1]), load_pack(), Path(sys.argv[2]))
print(received.format, [name for name in {_HEAVY} if name in sys.modules])
"""


def test_a_census_needs_no_reader_of_tables(tmp_path):
    source = cin_files.write_cin(tmp_path / "cin.xml", 3, seed=1)
    done = subprocess.run(
        [sys.executable, "-c", _ASK, str(source), str(tmp_path / "into")], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "cin []"


_LATER = ("pseudonymise", "link", "measure", "protect", "answer", "publish")


def test_looking_at_a_file_starts_no_later_stage():
    asked = f"import sys, plait.commands.check; print([n for n in {_LATER} if f'plait.{{n}}' in sys.modules])"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
