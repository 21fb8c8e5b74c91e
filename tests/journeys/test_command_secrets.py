"""Where secrets are kept: printing one, moving it, and what opens the vault."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest
from tests.journeys.commands import PROGRAM, Run, saved_account
from tests.unit.test_grant import GRANT

from mailwizard.cli.secret_answers import MovedAnswer, PassphraseAnswer, SecretsAnswer, UnlockAnswer
from mailwizard.model import Failure
from mailwizard.sandbox.internet import PASSWORD
from mailwizard.storage import profiles, secrets
from mailwizard.storage.secrets import kernel_keys, sealing
from mailwizard.storage.secrets.sealing import Argon

SECRET = 'Zq7"\\ é%+x9\u200b'
PASSPHRASE = "open sesame"


@pytest.fixture(autouse=True)
def vault(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Name a passphrase, and derive keys with the least that a vault may ask for."""
    monkeypatch.setattr(sealing, "PREFERRED", (Argon(salt=b"", iterations=1, lanes=1, memory=8 * 1024),))
    file = home / "passphrase"
    file.write_text(f"{PASSPHRASE}\n")
    monkeypatch.setenv("MAILWIZARD_PASSPHRASE_FILE", str(file))
    yield home / ".local/share/mailwizard/vault"


def account_in_vault(name: str = "alice") -> str:
    reference = asyncio.run(secrets.put("vault", name, SECRET))
    saved_account(name, secret=reference)
    return reference


def pipe(text: str) -> str:
    """Return the number of a descriptor that says a line."""
    reading, writing = os.pipe()
    os.write(writing, f"{text}\n".encode())
    os.close(writing)
    return str(reading)


def keeper(place: Path) -> str:
    """Return the reference of a place in which a command keeps a secret."""
    put = [sys.executable, "-c", f"import sys; open({str(place)!r}, 'w').write(sys.stdin.read())"]
    return f"cmd:{json.dumps({'get': ['cat', str(place)], 'put': put, 'forget': ['rm', str(place)]})}"


def test_the_password_is_printed_as_it_is_and_nothing_else(run: Run) -> None:
    account_in_vault()
    said = run("secret", "ALICE")
    assert (said.code, said.out, said.err) == (0, f"{SECRET}\n", "")
    assert run("secret", "alice", "--username").out == "alice@practice.example\n"


def test_an_account_without_a_password_and_one_that_is_not_there_are_told_apart(run: Run) -> None:
    saved_account()
    said = run("secret", "alice")
    assert (said.code, said.out) == (30, "") and "no password stored" in said.err
    assert run("secret", "bob").code == 30


def test_a_sign_in_at_a_provider_is_no_password(run: Run) -> None:
    reference = asyncio.run(secrets.put("vault", "alice", GRANT.to_text()))
    saved_account(secret=reference)
    said = run("secret", "alice")
    assert (said.code, said.out) == (2, "") and "mailwizard token alice" in said.err


@pytest.mark.parametrize(("words", "shown"), [((), False), (("--show",), True)])
def test_on_a_terminal_it_is_shown_only_on_request(words: tuple[str, ...], shown: bool) -> None:
    account_in_vault()
    child = pexpect.spawn(PROGRAM, ["secret", "alice", *words], encoding="utf-8", timeout=60)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == (0 if shown else 2)
    assert ("Zq7" in (child.before or "")) is shown
    assert ("--show" in (child.before or "")) is not shown


def test_the_list_names_references_and_opens_nothing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    account_in_vault()
    saved_account("bob")
    monkeypatch.delenv("MAILWIZARD_PASSPHRASE_FILE")
    said = run("secrets")
    assert said.code == 0 and "vault:alice" in said.out and "asked for each time" in said.out
    answer = run("secrets", "list", "--json").read(SecretsAnswer)
    assert [(one.account, one.reference, one.ok) for one in answer.secrets] == [
        ("alice", "vault:alice", None),
        ("bob", "", None),
    ]


def test_a_check_says_which_secret_is_missing_and_why(run: Run) -> None:
    account_in_vault()
    saved_account("bob", secret="env:NO_SUCH_VARIABLE")
    said = run("secrets", "check", "--json")
    answer = said.read(SecretsAnswer)
    assert said.code == 30 and not answer.ok and SECRET not in said.out
    assert {one.account: (one.ok, one.code) for one in answer.secrets} == {
        "alice": (True, ""),
        "bob": (False, "store.missing"),
    }
    assert run("secrets", "check", "alice").code == 0


def test_a_secret_is_moved_read_back_and_gone_from_where_it_was(run: Run, tmp_path: Path) -> None:
    account_in_vault()
    there = keeper(tmp_path / "kept")
    said = run("secrets", "move", "alice", "--to", there, "--json")
    assert said.code == 0
    assert said.read(MovedAnswer) == MovedAnswer(1, "alice", "vault:alice", there, "")
    assert profiles.load("alice").account.secret == there
    assert run("secret", "alice").out == f"{SECRET}\n"
    with pytest.raises(Failure, match="holds nothing called alice"):
        asyncio.run(secrets.get("vault:alice"))
    assert run("secrets", "move", "alice", "--to", "vault").code == 0
    assert run("secret", "alice").out == f"{SECRET}\n" and not (tmp_path / "kept").exists()


def test_what_a_person_keeps_stays_and_is_said_to(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text(SECRET)
    saved_account(secret=f"file:{tmp_path}/mine")
    said = run("secrets", "move", "alice", "--to", "vault")
    assert said.code == 0 and "is kept by you" in said.err
    assert (tmp_path / "mine").exists() and run("secret", "alice").out == f"{SECRET}\n"


def test_a_secret_that_two_accounts_share_is_moved_for_one_and_stays_for_the_other(run: Run, tmp_path: Path) -> None:
    saved_account("bob", secret=account_in_vault())
    said = run("secrets", "move", "alice", "--to", keeper(tmp_path / "kept"))
    assert said.code == 0 and "another account may need it" in said.err
    assert run("secret", "bob").out == run("secret", "alice").out == f"{SECRET}\n"


def test_a_place_that_holds_something_else_is_left_as_it_is(run: Run, tmp_path: Path) -> None:
    account_in_vault()
    (tmp_path / "kept").write_text("somebody else's")
    said = run("secrets", "move", "alice", "--to", keeper(tmp_path / "kept"))
    assert said.code == 30 and "holds something else" in said.err
    assert (tmp_path / "kept").read_text() == "somebody else's"
    assert profiles.load("alice").account.secret == "vault:alice"


@pytest.mark.parametrize("store", ["env:X", "file:/tmp/x", "plain", "keyrings", 'cmd:["cat"]', "systemd:x"])
def test_where_nothing_can_be_kept_nothing_is_moved(run: Run, store: str) -> None:
    account_in_vault()
    said = run("secrets", "move", "alice", "--to", store)
    assert said.code == 2 and "keyring, vault or pass" in said.err
    assert profiles.load("alice").account.secret == "vault:alice"


def test_the_passphrase_is_changed_and_whoever_still_says_the_old_one_is_named(run: Run, home: Path) -> None:
    account_in_vault()
    said = run("secrets", "passphrase", "--new-passphrase-fd", pipe("another one"), "--json")
    assert said.code == 0 and said.read(PassphraseAnswer).sealed == 1
    assert str(home / "passphrase") in said.err and "another one" not in said.err + said.out
    assert run("secret", "alice").code == 30
    assert run("secret", "alice", "--passphrase-fd", pipe("another one")).out == f"{SECRET}\n"


def test_a_new_passphrase_is_typed_twice(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    account_in_vault()
    monkeypatch.delenv("MAILWIZARD_PASSPHRASE_FILE")
    child = pexpect.spawn(PROGRAM, ["secrets", "passphrase"], encoding="utf-8", timeout=60)
    for prompt, word in (("Passphrase of the vault: ", PASSPHRASE), ("New passphrase: ", "n"), ("once more: ", "m")):
        child.expect_exact(prompt)
        child.sendline(word)
    child.expect_exact("the two passphrases differ")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 2
    assert asyncio.run(secrets.get("vault:alice", _typed)) == SECRET


async def _typed(*, new: bool) -> str:
    return PASSPHRASE


def test_an_unlocked_vault_opens_for_other_programs_until_it_is_locked(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    account_in_vault()
    said = run("secrets", "unlock", "--for", "2", "--json")
    if said.code == 30 and "kernel's keyring cannot be used" in said.err:
        pytest.skip("the kernel keeps no keys for us here")
    answer = said.read(UnlockAnswer)
    assert answer.unlocked and answer.until and "every program" in answer.holders and answer.holders in said.err
    monkeypatch.delenv("MAILWIZARD_PASSPHRASE_FILE")
    assert run("secret", "alice").out == f"{SECRET}\n"
    assert "The vault is unlocked for a while." in run("doctor").out
    assert "The vault is locked" in run("secrets", "lock").err
    assert "locked already" in run("secrets", "lock").err
    said = run("secret", "alice")
    assert said.code == 30 and "--passphrase-fd" in said.err


def test_without_a_kernel_that_keeps_keys_unlocking_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    account_in_vault()
    monkeypatch.setattr(kernel_keys, "_NUMBERS", {})
    said = run("secrets", "unlock")
    assert said.code == 30 and "kernel's keyring cannot be used here" in said.err
    assert run("secret", "alice").out == f"{SECRET}\n", "everything else works as before"


@pytest.mark.parametrize("minutes", ["0", "-1", "1441", "soon", "1.5"])
def test_a_time_that_is_none_is_refused(run: Run, minutes: str) -> None:
    assert run("secrets", "unlock", "--for", minutes).code == 2


def test_a_check_opens_the_vault_by_a_descriptor(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    saved_account(secret=asyncio.run(secrets.put("vault", "alice", PASSWORD)))
    monkeypatch.delenv("MAILWIZARD_PASSPHRASE_FILE")
    words = ("check", "alice", "--practice", "all-well")
    assert run(*words, "--passphrase-fd", pipe(PASSPHRASE)).code == 0
    said = run(*words, "--passphrase-fd", pipe("wrong"))
    assert said.code == 30 and "does not open the vault" in said.err and not said.holds(PASSWORD)
    assert run(*words).code == 30
    assert run(*words, "--passphrase-fd", "x").code == 2
