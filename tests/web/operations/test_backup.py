"""A backup brings back everything that was decided and kept, on the same kind of database or another."""

from __future__ import annotations

import tarfile

import pytest

FILL = """
from datetime import date
from plait_web.accounts.models import Membership, User
from plait_web.audit.record import record
from plait_web.partnership.models import Agency, Partnership
Partnership.objects.create(pk=1, name="Marlshire", areas=["X1"])
council = Agency.objects.create(code="council", name="Marlshire Council", kind="council", areas=["X1"])
ann = User.objects.create(email="ann@example.org", name="Ann", password="scrypt$secret")
Membership.objects.create(user=ann, role="contributor", agency=council, since=date(2024, 4, 1))
for n in range(3):
    record("return.accepted", by=ann, target=council, why=f"reason {n}", rows="many")
"""
TELL = """
from plait_web.accounts.models import Membership, User
from plait_web.audit.models import Event
from plait_web.audit.record import verify
from plait_web.partnership.models import Agency
print([(u.pk, u.email, u.password) for u in User.objects.all()],
      [(m.user_id, m.role, m.agency_id, str(m.since)) for m in Membership.objects.all()],
      [(a.pk, a.code) for a in Agency.objects.all()],
      list(Event.objects.values_list("id", "digest")), verify())
"""


@pytest.fixture
def filled(new_service):
    service = new_service()
    service.plait("upgrade")
    service.python(FILL)
    kept = service.home / "store" / "returns" / "abc"
    kept.mkdir(parents=True)
    (kept / "return.json").write_text("{}")
    (service.home / "store" / "building").mkdir()
    (service.home / "store" / "building" / "half").write_text("a run was killed here")
    return service


@pytest.fixture
def file(filled, tmp_path):
    filled.plait("backup", tmp_path / "one.plait-backup")
    return tmp_path / "one.plait-backup"


def test_what_is_restored_is_what_was_there(filled, file, new_service):
    fresh = new_service()
    fresh.plait("restore", file)
    assert fresh.python(TELL) == filled.python(TELL)
    assert (fresh.home / "store" / "returns" / "abc" / "return.json").read_text() == "{}"
    assert not (fresh.home / "store" / "building").exists()


def test_a_partnership_can_move_from_one_kind_of_database_to_another(filled, file, new_service):
    """From PostgreSQL to SQLite where the tests run on PostgreSQL; otherwise SQLite to itself."""
    other = new_service(sqlite=True)
    other.plait("restore", file)
    assert other.python(TELL) == filled.python(TELL)


def test_a_restored_service_goes_on(file, new_service):
    """New rows take new numbers, the trail goes on where it stood, and it still cannot be changed."""
    fresh = new_service()
    fresh.plait("restore", file)
    fresh.python(FILL.replace("Partnership.objects.create", "Partnership.objects.filter(pk=1) and dict")
                 .replace('"council"', '"police"').replace("Marlshire Council", "Police").replace("ann@", "ben@"))  # fmt: skip
    assert "6 events, each as it was written" in fresh.plait("audit", "verify")
    with pytest.raises(AssertionError, match="append-only"):
        fresh.python("from plait_web.audit.models import Event\nEvent.objects.update(why='other')")


def test_nothing_is_written_over(filled, file):
    assert "nothing is ever written over" in filled.plait("restore", file, well=False)
    assert "not written over" in filled.plait("backup", file, well=False)


@pytest.mark.parametrize("harm", ["cut", "changed", "no backup"])
def test_a_damaged_backup_is_refused_and_touches_nothing(file, new_service, tmp_path, harm):
    fresh, bad = new_service(), tmp_path / "bad.plait-backup"
    if harm == "cut":
        bad.write_bytes(file.read_bytes()[:-200])
    elif harm == "no backup":
        bad.write_text("a letter")
    else:
        _change(file, bad)
    assert "Use another copy" in fresh.plait("restore", bad, well=False)
    assert not (fresh.home / "store").exists()


def _change(file, bad):
    """The same backup with one letter of its rows changed."""
    with tarfile.open(file) as old, tarfile.open(bad, "w:gz") as new:
        for member in old:
            content = old.extractfile(member).read()
            if member.name == "rows.jsonl":
                content = content.replace(b"reason 1", b"reason 9")
            import io

            new.addfile(member, io.BytesIO(content))


def test_a_backup_holds_no_key_and_no_upload(filled, tmp_path):
    (filled.home / "uploads" / "x").mkdir(parents=True)
    (filled.home / "uploads" / "x" / "names.csv").write_text("a name")
    filled.plait("backup", tmp_path / "two.plait-backup")
    with tarfile.open(tmp_path / "two.plait-backup") as tar:
        assert not [name for name in tar.getnames() if "upload" in name or name.endswith(".key")]
    assert (tmp_path / "two.plait-backup").stat().st_mode & 0o077 == 0


def test_an_empty_database_asks_for_an_upgrade(new_service):
    assert "plait upgrade" in new_service().plait("serve", well=False)
