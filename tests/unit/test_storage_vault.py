# ruff: noqa: ASYNC240
"""The vault: an encrypted file that nobody can read, change or make expensive."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.stopwatch import Stopwatch

from mailwizard.model import Failure
from mailwizard.storage import secrets
from mailwizard.storage.secrets import sealing
from mailwizard.storage.secrets.sealing import Argon, Stretch, Vault

SECRET = 'Zq7"\\ é%+x9'


class Answers:
    """Answers a passphrase each time, and counts how often it was asked."""

    def __init__(self, text: str = "correct horse") -> None:
        self.text = text
        self.asked: list[bool] = []

    async def __call__(self, *, new: bool) -> str:
        self.asked.append(new)
        return self.text


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let keys be derived with the least that a vault may ask for."""
    monkeypatch.setattr(sealing, "PREFERRED", (Argon(salt=b"", iterations=1, lanes=1, memory=8 * 1024),))


@pytest.fixture
def path(home: Path) -> Path:
    return home / ".local/share/mailwizard/vault"


async def failure_of(reference: str, passphrase: Answers) -> Failure:
    with pytest.raises(Failure) as caught:
        await secrets.get(reference, passphrase)
    return caught.value


def tampered(path: Path, change: Any) -> bytes:
    """Change the vault's JSON and return its new bytes."""
    tree = json.loads(path.read_bytes())
    change(tree)
    path.write_text(json.dumps(tree))
    return path.read_bytes()


async def test_a_secret_comes_back_with_the_right_passphrase_only(path: Path) -> None:
    right = Answers()
    assert await secrets.put("vault", "alice@example.com", SECRET, right) == "vault:alice@example.com"
    assert await secrets.put("vault", "bob", "other", right) == "vault:bob"
    assert right.asked == [True, False], "only the first makes a new vault"
    assert await secrets.get("vault:alice@example.com", right) == SECRET
    assert await secrets.get("vault:bob", right) == "other"
    assert (await failure_of("vault:bob", Answers("wrong"))).code == "store.wrong-passphrase"
    assert (await failure_of("vault:nobody", right)).code == "store.missing"


async def test_the_file_is_private_and_says_nothing_of_its_secrets(path: Path) -> None:
    await secrets.put("vault", "alice", SECRET, Answers("pass phrase"))
    data = path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    for plain in (SECRET, "pass phrase"):
        raw = plain.encode()
        assert raw not in data and base64.b64encode(raw)[:-4] not in data and raw.hex().encode() not in data


async def test_each_entry_is_sealed_anew(path: Path) -> None:
    await secrets.put("vault", "alice", SECRET, Answers())
    first = json.loads(path.read_bytes())
    await secrets.put("vault", "alice", SECRET, Answers())
    await secrets.put("vault", "bob", SECRET, Answers())
    second = json.loads(path.read_bytes())
    nonces = {base64.b64decode(sealed)[:12] for tree in (first, second) for sealed in tree["entries"].values()}
    assert len(nonces) == 3
    assert first["kdf"] == second["kdf"]


async def test_a_wrong_passphrase_changes_nothing(path: Path) -> None:
    await secrets.put("vault", "alice", SECRET, Answers())
    before = path.read_bytes()
    with pytest.raises(Failure) as caught:
        await secrets.put("vault", "bob", "x", Answers("wrong"))
    assert caught.value.code == "store.wrong-passphrase"
    assert path.read_bytes() == before


async def test_forgetting_needs_no_passphrase_and_leaves_no_copy(path: Path) -> None:
    await secrets.put("vault", "alice", SECRET, Answers())
    await secrets.put("vault", "bob", "other", Answers())
    sealed = json.loads(path.read_bytes())["entries"]["alice"]
    await secrets.forget("vault:alice")
    await secrets.forget("vault:alice")
    assert (await failure_of("vault:alice", Answers())).code == "store.missing"
    assert await secrets.get("vault:bob", Answers()) == "other"
    for each in path.parent.iterdir():
        assert sealed.encode() not in each.read_bytes()


async def test_an_empty_passphrase_is_refused(path: Path) -> None:
    with pytest.raises(Failure) as caught:
        await secrets.put("vault", "alice", SECRET, Answers(""))
    assert caught.value.code == "store.wrong-passphrase" and "empty" in caught.value.detail
    assert not path.exists()


async def test_without_anybody_to_ask_the_sentence_names_the_other_ways() -> None:
    with pytest.raises(Failure) as caught:
        await secrets.put("vault", "alice", SECRET)
    assert caught.value.code == "store.wrong-passphrase"
    assert "MAILWIZARD_PASSPHRASE_FILE" in caught.value.detail


async def test_a_passphrase_is_the_same_however_its_letters_are_composed() -> None:
    await secrets.put("vault", "alice", SECRET, Answers("caf\u00e9"))
    assert await secrets.get("vault:alice", Answers("cafe\u0301")) == SECRET


@pytest.mark.parametrize("source", ["MAILWIZARD_PASSPHRASE_FILE", "CREDENTIALS_DIRECTORY", "MAILWIZARD_PASSPHRASE_FD"])
async def test_the_environment_gives_the_passphrase(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    given = tmp_path / "mailwizard"
    given.write_text("from outside\nsecond line\n")
    fd = os.open(given, os.O_RDONLY)
    value = {"MAILWIZARD_PASSPHRASE_FILE": given, "CREDENTIALS_DIRECTORY": tmp_path, "MAILWIZARD_PASSPHRASE_FD": fd}
    monkeypatch.setenv(source, str(value[source]))
    nobody = Answers("never used")
    await secrets.put("vault", "alice", SECRET, nobody)
    assert await secrets.get("vault:alice", nobody) == SECRET
    assert nobody.asked == []
    monkeypatch.delenv(source)
    assert await secrets.get("vault:alice", Answers("from outside")) == SECRET
    if source.endswith("FD"):
        assert os.read(fd, 100) == b"second line\n", "no byte more than the line is read"
    os.close(fd)


@pytest.mark.parametrize(
    ("variable", "value", "code"),
    [
        ("MAILWIZARD_PASSPHRASE_FD", "x", "store.missing"),
        ("MAILWIZARD_PASSPHRASE_FD", "999", "store.failed"),
        ("MAILWIZARD_PASSPHRASE_FILE", "/nonexistent/x", "store.missing"),
        ("MAILWIZARD_PASSPHRASE_FILE", "/dev/null", "store.wrong-passphrase"),
        ("MAILWIZARD_PASSPHRASE_FILE", "/", "store.denied"),
    ],
)
async def test_a_source_that_gives_nothing_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, code: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(Failure) as caught:
        await secrets.put("vault", "alice", SECRET, Answers())
    assert caught.value.code == code
    assert value in caught.value.detail


async def test_a_source_that_never_speaks_does_not_hang(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    reading, writing = os.pipe()
    monkeypatch.setenv("MAILWIZARD_PASSPHRASE_FD", str(reading))
    monkeypatch.setattr("mailwizard.storage.secrets.passphrase._PATIENCE", 0.05)
    with pytest.raises(Failure) as caught:
        await secrets.put("vault", "alice", SECRET, Answers())
    assert caught.value.code == "store.timeout"
    os.close(writing)
    os.close(reading)


async def test_entries_cannot_change_places(path: Path) -> None:
    await secrets.put("vault", "alice", SECRET, Answers())
    await secrets.put("vault", "bob", "other", Answers())

    def swap(tree: Any) -> None:
        entries = tree["entries"]
        entries["alice"], entries["bob"] = entries["bob"], entries["alice"]

    before = tampered(path, swap)
    failure = await failure_of("vault:alice", Answers())
    assert failure.code == "store.damaged" and "alice" in failure.detail
    assert path.read_bytes() == before


async def test_one_damaged_entry_does_not_cost_the_others(path: Path) -> None:
    await secrets.put("vault", "alice", SECRET, Answers())
    await secrets.put("vault", "bob", "other", Answers())
    tampered(path, lambda tree: tree["entries"].update(alice="AAAA"))
    assert (await failure_of("vault:alice", Answers())).code == "store.damaged"
    assert await secrets.get("vault:bob", Answers()) == "other"


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"\x00\xff",
        b"{}",
        b"[" * 100_000,
        b'{"format": "mailwizard vault", "version": 1}',
        b'{"format": "something else", "version": 1}',
        b'{"format": "mailwizard vault", "version": 0, "kdf": {}, "check": "", "entries": {}}',
    ],
)
async def test_a_damaged_vault_is_named_and_never_written_over(path: Path, damage: bytes) -> None:
    await secrets.put("vault", "alice", SECRET, Answers())
    path.write_bytes(damage)
    assert (await failure_of("vault:alice", Answers())).code == "store.damaged"
    for attempt in (secrets.put("vault", "bob", "x", Answers()), secrets.forget("vault:alice")):
        with pytest.raises(Failure) as caught:
            await attempt
        assert caught.value.code == "store.damaged"
        assert str(path) in caught.value.detail and caught.value.detail.isprintable()
    assert path.read_bytes() == damage
    (info,) = [info for info in await secrets.survey() if info.name == "vault"]
    assert not info.works and info.code == "store.damaged"


async def test_a_newer_vault_is_left_alone(path: Path) -> None:
    await secrets.put("vault", "alice", SECRET, Answers())
    newer = tampered(path, lambda tree: tree.update(version=2, kdf="something new"))
    assert (await failure_of("vault:alice", Answers())).code == "store.newer"
    with pytest.raises(Failure):
        await secrets.put("vault", "bob", "x", Answers())
    assert path.read_bytes() == newer


@pytest.mark.parametrize(
    "change",
    [
        {"memory": 1 << 30},
        {"memory": 0},
        {"iterations": 1 << 40},
        {"iterations": 0},
        {"lanes": 0},
        {"lanes": 10_000},
        {"salt": ""},
        {"salt": "A" * 4096},
        {"name": "scrypt", "n": 1 << 40},
        {"name": "scrypt", "n": 3},
        {"name": "md5"},
    ],
)
async def test_a_hostile_header_costs_neither_memory_nor_time(path: Path, change: dict[str, Any]) -> None:
    await secrets.put("vault", "alice", SECRET, Answers())

    def apply(tree: Any) -> None:
        if change.get("name") == "scrypt":
            tree["kdf"] = {"salt": tree["kdf"]["salt"]}
        tree["kdf"].update(change)

    tampered(path, apply)
    watch = Stopwatch()
    assert (await failure_of("vault:alice", Answers())).code == "store.damaged"
    assert watch.seconds < 2


async def test_the_vault_itself_cannot_be_a_link(path: Path, home: Path) -> None:
    path.parent.mkdir(parents=True)
    path.symlink_to(home / "elsewhere")
    with pytest.raises(Failure) as caught:
        await secrets.put("vault", "alice", SECRET, Answers())
    assert caught.value.code == "store.denied"
    assert not (home / "elsewhere").exists()


async def test_the_survey_says_where_it_is_and_what_will_happen(path: Path) -> None:
    (info,) = [info for info in await secrets.survey() if info.name == "vault"]
    assert info.works and str(path) in info.why and "will be made" in info.why
    assert not path.parent.exists(), "looking makes nothing"
    await secrets.put("vault", "alice", SECRET, Answers())
    (info,) = [info for info in await secrets.survey() if info.name == "vault"]
    assert info.works and "opens it" in info.why


async def test_the_survey_says_where_no_vault_can_be_made(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    (home / "file").write_text("")
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "file"))
    (info,) = [info for info in await secrets.survey() if info.name == "vault"]
    assert not info.works and info.code == "store.denied" and str(home / "file") in info.why
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "gone" / "data"))
    monkeypatch.setenv("HOME", str(home / "gone"))
    (info,) = [info for info in await secrets.survey() if info.name == "vault"]
    assert not info.works and info.code == "store.missing" and str(home / "gone") in info.why


def test_the_usual_derivations_are_those_of_the_standards() -> None:
    argon, scrypt = Argon(salt=b"s" * 16), Stretch(salt=b"s" * 16)
    assert (argon.iterations, argon.lanes, argon.memory) == (3, 4, 65536), "RFC 9106 section 4"
    assert (scrypt.n, scrypt.r, scrypt.p) == (65536, 8, 1)
    assert argon.sane() and scrypt.sane()
    assert len(argon.derive(b"x")) == len(scrypt.derive(b"x")) == 32


async def test_where_there_is_no_argon_scrypt_takes_its_place(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await secrets.put("vault", "alice", SECRET, Answers())
    with_argon = path.read_bytes()
    path.unlink()

    def missing(**_: Any) -> None:
        raise UnsupportedAlgorithm("Argon2id is not supported by this OpenSSL version")

    monkeypatch.setattr(sealing, "Argon2id", missing)
    monkeypatch.setattr(sealing, "PREFERRED", (*sealing.PREFERRED, Stretch(salt=b"", n=1 << 14)))
    await secrets.put("vault", "alice", SECRET, Answers())
    assert json.loads(path.read_bytes())["kdf"]["name"] == "scrypt"
    assert await secrets.get("vault:alice", Answers()) == SECRET
    path.write_bytes(with_argon)
    failure = await failure_of("vault:alice", Answers())
    assert failure.code == "store.failed" and path.read_bytes() == with_argon


def test_a_vault_on_scrypt_works_as_well() -> None:
    passphrase, path = "p", Path("vault")
    kdf = Stretch(salt=b"s" * 16, n=1 << 14)
    made = Vault(kdf=kdf, check=sealing._seal(kdf.derive(b"p"), "check", "", sealing._KNOWN), entries={})
    key = made.key(passphrase)
    again = sealing.decode(made.put("x", SECRET, key).encode(), path)
    assert again.get("x", again.key(passphrase)) == SECRET
    assert again.names() == ("x",)
    assert again.drop("x").entries == {}


KDF = Argon(salt=b"s" * 16, iterations=1, lanes=1, memory=8 * 1024)
KEY = KDF.derive(b"p")
GOOD = Vault(kdf=KDF, check=sealing._seal(KEY, "check", "", sealing._KNOWN), entries={}).put("alice", SECRET, KEY)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_flipped_byte_gives_another_secret(data: st.DataObject) -> None:
    raw = bytearray(GOOD.encode())
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= data.draw(st.integers(1, 255))
    try:
        vault = sealing.decode(bytes(raw), Path("vault"))
        found = vault.get("alice", vault.key("p")) if vault.kdf == KDF else None
    except Failure as failure:
        assert failure.code in {"store.damaged", "store.newer", "store.wrong-passphrase"}
    else:
        assert found in {SECRET, None}


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_can_be_kept_under_any_name(secret: str, name: str) -> None:
    vault = sealing.decode(GOOD.put(name, secret, KEY).encode(), Path("vault"))
    assert vault.get(name, KEY) == secret


WRITER = """
import asyncio, sys
from mailwizard.storage import secrets
async def ask(*, new): return "p"
async def main():
    for count in range(2):
        await secrets.put("vault", f"{sys.argv[1]}-{count}", "s", ask)
asyncio.run(main())
"""


def test_writers_at_once_make_one_vault_and_lose_nothing(path: Path) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(n)], stderr=subprocess.PIPE) for n in range(6)]
    assert [writer.communicate()[1] for writer in writers] == [b""] * 6
    vault = sealing.decode(path.read_bytes(), path)
    key = vault.key("p")
    assert vault.names() == tuple(sorted(f"{n}-{count}" for n in range(6) for count in range(2)))
    assert all(vault.get(name, key) == "s" for name in vault.names())
