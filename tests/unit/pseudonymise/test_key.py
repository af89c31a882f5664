"""The key file, and the keyed hash against the standard library and RFC 5869."""

import hmac
from pathlib import Path

import pytest

from plait.errors import UserError
from plait.pseudonymise import Key
from plait.pseudonymise.key import hkdf, keyed, keyed_bytes


def test_hkdf_gives_rfc_5869_test_case_1() -> None:
    found = hkdf(bytes([11] * 22), salt=bytes(range(13)), info=bytes(range(0xF0, 0xFA)), length=42)
    assert found.hex() == ("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865")


def test_the_keyed_hash_is_hmac_sha256() -> None:
    subkey = bytes(range(32))
    assert keyed_bytes(subkey)("Zoë") == hmac.digest(subkey, "Zoë".encode(), "sha256")
    first = hmac.digest(subkey, b"a", "sha256")[:8]
    assert keyed(subkey, ["a"])[0] == int.from_bytes(first, "big", signed=True)


def test_a_new_key_is_read_back_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "agency.key"
    made = Key.create(path)
    assert Key.read(path) == made
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_secret_is_in_no_repr(tmp_path: Path) -> None:
    made = Key.create(tmp_path / "agency.key")
    assert made.secret.hex() not in repr(made)
    assert repr(made.secret) not in repr(made)
    assert made.version in repr(made)


def test_two_keys_never_go_by_one_version(tmp_path: Path) -> None:
    assert Key.create(tmp_path / "a").version != Key.create(tmp_path / "b").version


@pytest.mark.parametrize("made", [["partnership.yaml"], ["packs/", "returns/"]])
def test_a_key_is_not_kept_beside_the_data(tmp_path: Path, made: list[str]) -> None:
    for name in made:
        (tmp_path / name).mkdir() if name.endswith("/") else (tmp_path / name).touch()
    (tmp_path / "deep").mkdir()
    with pytest.raises(UserError, match="beside the data"):
        Key.create(tmp_path / "deep" / "agency.key")
    assert not (tmp_path / "deep" / "agency.key").exists()


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    made = Key.create(tmp_path / "agency.key")
    with pytest.raises(UserError, match="never overwritten"):
        Key.create(tmp_path / "agency.key")
    assert Key.read(tmp_path / "agency.key") == made


def test_a_key_that_everybody_can_read_is_refused(tmp_path: Path) -> None:
    Key.create(tmp_path / "agency.key")
    (tmp_path / "agency.key").chmod(0o644)
    with pytest.raises(UserError, match="chmod"):
        Key.read(tmp_path / "agency.key")


@pytest.mark.parametrize(
    "text", ["", "plait-key\nabc\n", "plait-key\n00000000\n" + "0" * 64, "plait-key\nx\nnot hex", "é"]
)
def test_what_is_no_key_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "agency.key"
    path.touch(0o600)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError):
        Key.read(path)


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(UserError):
        Key("k", b"short")
