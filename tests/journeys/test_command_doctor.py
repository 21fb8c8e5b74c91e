"""What the doctor finds on a machine, and that it changes nothing and asks nobody."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pexpect
import pytest
from tests.journeys.commands import PROGRAM, Run, saved_account

from mailwizard.cli.secret_answers import DoctorAnswer, Finding
from mailwizard.machine import clock, network
from mailwizard.operations import doctor
from mailwizard.operations.doctor import topics
from mailwizard.plugins import plugins
from mailwizard.storage import drafts, profiles, secrets
from mailwizard.storage.secrets import sealing
from mailwizard.storage.secrets.sealing import Argon

SURROUNDINGS = (
    "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY",
    "https_proxy", "http_proxy", "all_proxy", "TEXTUAL_LOG", "NETRC", "CREDENTIALS_DIRECTORY", "PYTHON_KEYRING_BACKEND",
)  # fmt: skip


@pytest.fixture(autouse=True)
def bare(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let nothing of this machine's surroundings count, and have a passphrase."""
    for variable in SURROUNDINGS:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(sealing, "PREFERRED", (Argon(salt=b"", iterations=1, lanes=1, memory=8 * 1024),))
    (home / "passphrase").write_text("open sesame\n")
    monkeypatch.setenv("MAILWIZARD_PASSPHRASE_FILE", str(home / "passphrase"))
    yield


def kept(name: str, secret: str = "s3cret") -> str:
    return asyncio.run(secrets.put("vault", name, secret))


def findings(run: Run, code: int, level: str) -> list[Finding]:
    """Return what the doctor finds of one level; the exit code says whether something is broken."""
    said = run("doctor", "--json")
    assert said.code == code, said.out
    answer = said.read(DoctorAnswer)
    assert answer.ok is (code == 0) is not any(one.level == "broken" for one in answer.findings)
    assert not said.holds("s3cret") and not said.holds("open sesame")
    return [one for one in answer.findings if one.level == level]


def texts(found: list[Finding]) -> str:
    return "\n".join(f"{one.topic}: {one.what} {one.why} {one.do}" for one in found)


def state(home: Path) -> list[tuple[str, int, int]]:
    """Return all files with sizes and times."""
    return sorted((str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in home.rglob("*"))


def test_where_all_is_well_it_says_so_changes_nothing_and_asks_nobody(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved_account(secret=kept("alice"))
    before = state(home)

    def nobody(*_: object) -> NoReturn:
        raise AssertionError("the network was asked")

    with monkeypatch.context() as patch:
        patch.setattr(socket.socket, "connect", nobody)
        patch.setattr(socket.socket, "sendto", nobody)
        said = run("doctor")
    assert (said.code, state(home)) == (0, before)
    for heading in (
        "Stores",
        "Secrets",
        "Files",
        "Accounts",
        "Surroundings",
        "Terminal",
        "Clock",
        "Resolver",
        "Versions",
    ):
        assert f"\n{heading}\n" in f"\n{said.out}"
    assert "Names\n" not in said.out, "names are looked up only on request"
    assert not [line for line in said.out.splitlines() if len(line) > 80 and str(home) not in line]


@pytest.mark.parametrize("reference", ["vault:alice", "env:NO_SUCH_VARIABLE", "file:/nonexistent/x", "systemd:mail"])
def test_an_account_whose_secret_is_missing_is_broken(run: Run, reference: str) -> None:
    kept("bob")
    saved_account("bob", secret="vault:bob")
    saved_account(secret=reference)
    (one,) = findings(run, 30, "broken")
    assert one.topic == "secrets" and "The secret of alice is missing" in one.what and "sign-in alice" in one.do


def test_a_secret_that_no_account_names_is_an_orphan_and_can_be_taken_away(run: Run) -> None:
    saved_account(secret=kept("alice"))
    kept("alice/2")
    assert "No account names vault:alice/2." in texts(findings(run, 0, "warning"))
    assert run("secrets", "forget", "vault:alice/2").code == 0
    assert "alice/2" not in run("doctor").out
    said = run("secrets", "forget", "vault:alice")
    assert said.code == 30 and "alice needs it" in said.err
    assert run("secrets", "forget", "env:X").code == 2


def test_a_registrations_secret_is_no_orphan(run: Run, home: Path) -> None:
    folder = home / ".config/mailwizard/clients"
    folder.mkdir(parents=True, mode=0o700)
    (home / ".config/mailwizard").chmod(0o700)
    file = folder / "google.toml"
    file.write_text(f'client_id = "x"\nclient_secret = "{kept("client google")}"\n')
    file.chmod(0o600)
    assert "client google" not in texts(findings(run, 0, "warning"))


def test_files_that_others_may_read_or_that_are_somebody_elses_are_named_with_the_cure(run: Run, home: Path) -> None:
    saved_account()
    file = home / ".config/mailwizard/accounts/alice.toml"
    file.chmod(0o644)
    assert f"chmod 600 {file}" in texts(findings(run, 0, "warning"))
    if os.geteuid() == 0:
        os.chown(file, 12345, -1)
        assert "belongs to user number 12345" in texts(findings(run, 30, "broken"))


def test_an_administrators_folder_that_everybody_may_write_is_a_warning(run: Run, tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc").chmod(0o777)
    assert "to which server passwords go" in texts(findings(run, 0, "warning"))


def test_leftovers_are_listed(run: Run, home: Path) -> None:
    from mailwizard.draft import Draft
    from mailwizard.model import Address

    saved_account()
    drafts.keep(Draft(address=Address.parse("carol@example.com")))
    accounts = home / ".config/mailwizard/accounts"
    for name in ("alice.toml.bad-20260101T000000Z", ".alice.toml.999999-abcd.tmp"):
        (accounts / name).write_text("x")
        (accounts / name).chmod(0o600)
    told = texts(findings(run, 0, "note"))
    assert "carol@example.com" in told and ".bad-2026" in told and ".tmp is left over" in told


def test_what_cannot_be_read_and_what_nobody_uses_is_named(run: Run, home: Path) -> None:
    saved_account()
    saved_account("bob")
    profiles.remove("bob")
    (home / ".config/mailwizard/servers/bob.toml.old").rename(home / ".config/mailwizard/servers/bob.toml")
    (home / ".config/mailwizard/accounts/alice.toml").write_text("= = =")
    assert "The account alice cannot be read" in texts(findings(run, 30, "broken"))
    assert "No account uses the server bob" in run("doctor").out.replace("\n        ", " ")


def test_the_surroundings_are_told_without_their_secrets(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "mine.pem").write_text("x")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "mine.pem"))
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    monkeypatch.setenv("https_proxy", "http://alice:s3cret@proxy.example.com")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    told = texts(findings(run, 0, "warning"))
    assert "SSL_CERT_FILE" in told and "SSLKEYLOGFILE is set and not heeded" in told and "https_proxy is set" in told
    assert "systemd hands over: " in run("doctor").out.replace("\n        ", " ")
    assert not (tmp_path / "keys").exists()
    monkeypatch.setenv("SSL_CERT_FILE", "/nonexistent.pem")
    assert "is not there" in texts(findings(run, 30, "broken"))


def test_a_clock_that_is_behind_the_programs_own_files_is_broken(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(clock, "made", lambda: time.time() + 40.5 * 86400)
        assert "40 days behind" in texts(findings(run, 30, "broken"))


def test_a_machine_without_a_resolver_is_told(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(network, "RESOLVERS", tmp_path / "gone")
    assert "cannot be read" in texts(findings(run, 0, "warning"))
    (tmp_path / "gone").write_text("# nothing\n")
    assert "names no server" in texts(findings(run, 0, "warning"))


def test_with_the_network_the_servers_names_are_looked_up(run: Run) -> None:
    saved_account(secret=kept("alice"))
    said = run("doctor", "--network", "--practice", "all-well", "--json")
    named = [one for one in said.read(DoctorAnswer).findings if one.topic == "names"]
    assert said.code == 0 and [one.level for one in named] == ["ok"] and "mail.practice.example" in named[0].what


def test_on_a_terminal_it_tells_which_it_is() -> None:
    child = pexpect.spawn(PROGRAM, ["doctor"], encoding="utf-8", timeout=60, dimensions=(15, 50))
    child.expect(pexpect.EOF)
    child.close()
    assert "needs 60 x 20" in (child.before or "").replace("\r\n        ", " ")


@pytest.mark.parametrize("name", plugins(topics))
def test_every_topic_is_one_of_the_doctors(name: str) -> None:
    module = plugins(topics)[name]
    assert module.__doc__ and isinstance(module.ORDER, int) and asyncio.iscoroutinefunction(module.look)
    assert sum(other.ORDER == module.ORDER for other in plugins(topics).values()) == 1


def test_a_topic_that_hangs_is_left_in_time(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never() -> NoReturn:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(doctor, "LIMIT", 0.1)
    monkeypatch.setattr(plugins(topics)["clock"], "look", never)
    assert "could not be looked at" in texts(findings(run, 0, "warning"))
