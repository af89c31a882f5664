"""Packs go from one partnership to another as files: words, codes and rules, never a row of data; and are read with care."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from plait.declare.load import CORE
from plait.declare.pack import FOLDERS
from plait.errors import FileRefused, PackError
from plait_web.packs import access, actions, exchange, history
from plait_web.packs.models import Comment, Draft, Opinion, Received
from plait_web.packs.versions import standing
from plait_web.partnership import access as partnership
from plait_web.partnership import actions as partnership_actions
from plait_web.partnership.models import Adoption
from plait_web.permissions import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(reword, adopt, analyst, today):
    """The file of a pack that words a definition afresh, asks a new question and has a new code."""
    harm, asks = standing().item("codelists", "harm"), standing().item("questions", "who-refers")
    code = harm.codes[0].model_copy(update={"code": "CSE-LOCAL", "label": "A local form"})
    question = asks.model_copy(update={"id": "safe-places", "title": "Where do children feel safe?"})
    adoption = adopt(
        reword("What Mersea means by it."),
        actions.draft("codelists", harm.model_copy(update={"codes": (*harm.codes, code)}), why="Seen.", by=analyst),
        actions.draft("questions", question, why="Asked.", by=analyst, new=True),
        title="Mersea pack", id="mersea",
    )  # fmt: skip
    return exchange.packed(partnership.shelf().kept("packs", adoption.digest))


@pytest.fixture
def elsewhere(sent, workspace, manager, today, monkeypatch):
    """Another partnership: a workspace of its own, with the core adopted and nothing else."""
    for table in (Opinion, Comment, Draft, Received):
        table.objects.all().delete()
    Adoption.objects.all().delete()
    monkeypatch.setattr(settings, "HOME", workspace.parent / "elsewhere")
    settings.HOME.mkdir()
    return partnership_actions.adopt(effective=today - timedelta(days=9), why="Agreed", by=manager)


def written(tmp_path, content: bytes):
    file = tmp_path / "pack.zip"
    file.write_bytes(content)
    return file


def zipped(**files: str | bytes) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return whole.getvalue()


def test_another_partnership_adopts_part(sent, elsewhere, tmp_path, manager, adopt):
    received = actions.receive(written(tmp_path, sent), sender="Mersea", by=manager)
    offered = {(o.folder, o.name): o.new for o in history.offered(standing(), access.received_pack(received.digest))}
    assert offered == {
        ("codelists", "harm"): False,
        ("definitions", "disruption"): False,
        ("questions", "safe-places"): True,
    }
    made, refused = actions.take(received, [("questions", "safe-places")], by=manager)
    assert refused == [] and "safe-places" not in partnership.pack().questions
    adopt(*made)
    assert partnership.pack().questions["safe-places"].title == "Where do children feel safe?"
    assert partnership.pack().definitions == partnership.shipped().definitions  # the part that was not chosen


def test_nothing_of_data_is_in_the_file(sent, workspace, council, lead):
    """Every file in it is a declared thing by name and by type; what lies beside the pack in the workspace stays behind."""
    names = zipfile.ZipFile(io.BytesIO(sent)).namelist()
    assert names and all(exchange.is_declared(name) for name in names)
    assert {name.split("/")[0] for name in names} <= {"pack.yaml", *FOLDERS}
    everything = b"".join(zipfile.ZipFile(io.BytesIO(sent)).read(name) for name in names).decode()
    for word in (council.name, council.code + ":", lead.name, lead.email, str(workspace), "example.org"):
        assert word not in everything


def test_files_beside_a_pack_are_left_behind(tmp_path):
    folder = tmp_path / "pack"
    for name in ("pack.yaml", "questions/a.yaml", "people.csv", "returns/council.csv", "questions/people.csv",
                 "codelists/harm.csv", "notes.xlsx", "questions/deeper/b.yaml"):  # fmt: skip
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("a: b")
    names = zipfile.ZipFile(io.BytesIO(exchange.packed(folder))).namelist()
    assert names == ["codelists/harm.csv", "pack.yaml", "questions/a.yaml"]


def test_the_same_pack_is_the_same_file(sent):
    digest = Adoption.objects.first().digest
    assert exchange.packed(partnership.shelf().kept("packs", digest)) == sent


def test_a_pack_received_is_apart_from_what_was_adopted(sent, elsewhere, tmp_path, manager):
    received = actions.receive(written(tmp_path, sent), sender="Mersea", by=manager)
    assert partnership.shelf().kept("packs", received.digest) is None
    with pytest.raises(Refused, match="taken in before"):
        actions.receive(written(tmp_path, sent), sender="Mersea", by=manager)


COVER = "id: mersea\ntitle: M\nversion: '1'\nowner: a\napprover: b\napproved_on: 2026-01-01\nextends: core\n"
LOOSER = (CORE / "disclosure" / "partnership_default.yaml").read_text().replace("hide_below: ", "hide_below: 0 #")


@pytest.mark.parametrize(
    ("content", "kind", "sentence"),
    [
        (b"not a zip", FileRefused, "not a pack sent from Plait"),
        (zipped(**{"pack.yaml": COVER, "people.csv": "name\n"}), FileRefused, "no part of a pack"),
        (zipped(**{"pack.yaml": COVER, "../out.yaml": "a: b"}), FileRefused, "leads outside"),
        (zipped(**{"pack.yaml": COVER, "questions/a.yaml": "a: &x [1]\nb: *x\n"}), FileRefused, "by reference"),
        (zipped(**{"pack.yaml": COVER, "questions/a.yaml": "[" * 90 + "]" * 90}), FileRefused, "by reference"),
        (zipped(**{"pack.yaml": COVER, "questions/a.yaml": "a: [\n"}), PackError, "not YAML that Plait can read"),
        (zipped(**{"pack.yaml": COVER, "questions/a.yaml": "title: Secret words\n"}), PackError, "not a Question"),
        (zipped(**{"questions/a.yaml": "a: b"}), PackError, "no pack.yaml"),
        (zipped(**{"pack.yaml": COVER.replace("extends: core", "extends: essex")}), PackError, "extends 'essex'"),
        (zipped(**{"pack.yaml": COVER, "disclosure/partnership_default.yaml": LOOSER}), PackError, "looser"),
        (zipped(**{"pack.yaml": COVER + "note: '" + "a" * 21_000_000 + "'"}), FileRefused, "small zip|far more"),
    ],
)
def test_what_is_unsafe_or_no_pack_is_refused_in_words(content, kind, sentence, adopted, tmp_path, manager):
    with pytest.raises(kind, match=sentence) as refused:
        actions.receive(written(tmp_path, content), sender="Mersea", by=manager)
    assert "/tmp" not in str(refused.value) and "Secret words" not in str(refused.value)
    assert not Received.objects.exists()


def test_two_partnerships_exchange_in_the_browser(sent, elsewhere, client_of, manager):
    office = client_of(manager)
    file = SimpleUploadedFile("mersea.zip", sent, "application/zip")
    page = office.post("/packs/exchange/receive/", {"file": file, "sender": "Mersea"}, follow=True).content.decode()
    assert "Where do children feel safe?" in page and "A pack of Mersea" in page
    received = Received.objects.get()
    beside = office.get(f"/packs/exchange/{received.pk}/definitions/disruption/").content.decode()
    assert "What Mersea means by it." in beside
    office.post(f"/packs/exchange/{received.pk}/", {"item": ["questions/safe-places", "questions/never-offered"]})
    assert [d.item for d in Draft.objects.all()] == ["safe-places"]


def test_only_who_adopts_begins_drafts_from_a_pack_of_others(sent, elsewhere, tmp_path, client_of, manager, analyst):
    received = actions.receive(written(tmp_path, sent), sender="Mersea", by=manager)
    answer = client_of(analyst).post(f"/packs/exchange/{received.pk}/", {"item": ["questions/safe-places"]})
    assert answer.status_code == 403 and not Draft.objects.exists()


def test_a_version_is_downloaded_and_that_is_on_record(sent, client_of, manager, analyst):
    from plait_web.audit.models import Event

    address = f"/packs/versions/{Adoption.objects.first().digest}/file/"
    answer = client_of(manager).get(address)
    assert answer.content == sent and answer["Content-Disposition"] == 'attachment; filename="mersea-1.zip"'
    assert Event.objects.filter(act="pack.sent_out").count() == 1
    assert client_of(analyst).get(address).status_code == 403
