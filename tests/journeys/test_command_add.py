"""One account added without the wizard: found, checked, saved with what proved it, or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.journeys.commands import HAND, Run
from tests.journeys.shared_world import Shared, opened

import mailwizard.cli.running
from mailwizard.cli.adding_answers import AddedAnswer
from mailwizard.model import AuthKind, Endpoint, Protocol, Server, State, Until
from mailwizard.sandbox.internet import PASSWORD, PRACTICE, PRACTICE_ADDRESS, unpublish
from mailwizard.storage import profiles, servers

ADD = ("accounts", "add", PRACTICE_ADDRESS)
MINE = "correct-horse-batterie"


pytestmark = pytest.mark.usefixtures("at_hand")


@pytest.fixture(scope="module")
def world() -> Iterator[Shared]:
    with opened("all-well") as shared:
        yield shared


@pytest.fixture(autouse=True)
def network(world: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every command take the world for the network."""
    monkeypatch.setattr(mailwizard.cli.running, "real_network", lambda options: world.world.net)


def sign_ins(shared: Shared) -> int:
    return len(shared.world.mailboxes.sign_ins)


def test_an_account_is_found_checked_and_saved_with_what_proved_it(run: Run, home: Path) -> None:
    said = run(*ADD, "--display-name", "Alice", "--role", "company", "--store", "vault", "--json", secret=PASSWORD)
    answer = said.read(AddedAnswer)
    assert (said.code, answer.result, answer.next) == (0, "saved", ())
    assert answer.check is not None and answer.check.ok and answer.account is not None
    saved = profiles.load(PRACTICE_ADDRESS)
    account = saved.account
    assert (account.state, account.verified_until, account.role) == (State.VERIFIED, Until.SIGN_IN, "company")
    assert account.secret == f"vault:{PRACTICE_ADDRESS}" == answer.account.secret
    assert len(account.verified_by) == 2 and account.verified_at and account.display_name == "Alice"
    assert (str(saved.server.incoming), str(saved.server.outgoing)) == (
        "imap://mail.practice.example:993/tls",
        "smtp://mail.practice.example:465/tls",
    )
    assert not said.holds(PASSWORD)
    assert not [path for path in home.rglob("*") if path.is_file() and PASSWORD.encode() in path.read_bytes()]
    assert run("check", PRACTICE_ADDRESS).code == 0


def test_an_account_that_is_there_is_refused_before_anybody_is_asked(run: Run, world: Shared) -> None:
    assert run(*ADD, "--store", "vault", secret=PASSWORD).code == 0
    before = sign_ins(world)
    said = run(*ADD, "--store", "vault", secret=PASSWORD)
    assert said.code == 30 and "There is an account alice@practice.example already" in said.err
    assert sign_ins(world) == before
    assert run(*ADD, "--replace", "--store", "vault", "--role", "company", secret=PASSWORD).code == 0
    assert profiles.load(PRACTICE_ADDRESS).account.role == "company"


def test_a_wrong_password_costs_one_login_and_saves_nothing(run: Run, world: Shared, home: Path) -> None:
    before = sign_ins(world)
    said = run(*ADD, "--store", "vault", secret=MINE)
    assert said.code == 14 and "was not saved" in said.out
    assert sign_ins(world) == before + 1
    assert profiles.names() == () == servers.names()
    assert not said.holds(MINE)


def test_kept_all_the_same_it_is_broken_with_its_cause(run: Run) -> None:
    said = run(*ADD, "--keep-unverified", "--store", "vault", "--json", secret=MINE)
    answer = said.read(AddedAnswer)
    account = profiles.load(PRACTICE_ADDRESS).account
    assert (said.code, answer.result, account.state) == (14, "saved", State.BROKEN)
    assert account.cause and account.secret
    assert answer.next == (f"mailwizard check {PRACTICE_ADDRESS}",)


def test_a_dry_run_checks_and_saves_nothing(run: Run, home: Path) -> None:
    said = run(*ADD, "--dry-run", "--json", secret=PASSWORD)
    answer = said.read(AddedAnswer)
    assert (said.code, answer.result) == (0, "would-be-saved")
    assert answer.account is not None and answer.account.state == "verified"
    assert profiles.names() == () and not list(home.rglob("*.vault"))


def test_without_a_check_it_is_kept_as_unverified_and_nobody_is_asked(run: Run, world: Shared) -> None:
    before = sign_ins(world)
    said = run(*ADD, *HAND, "--no-check", "--store", "vault", secret=PASSWORD)
    assert (said.code, sign_ins(world)) == (0, before)
    saved = profiles.load(PRACTICE_ADDRESS)
    assert (saved.account.state, saved.account.verified_by) == (State.UNVERIFIED, ())
    assert str(saved.server.outgoing) == "smtp://mail.practice.example:587/starttls"
    assert f"Next: mailwizard check {PRACTICE_ADDRESS}" in said.out
    assert run("check", PRACTICE_ADDRESS).code == 0
    assert profiles.load(PRACTICE_ADDRESS).account.state is State.VERIFIED


@pytest.mark.parametrize(("secret", "state"), [(PASSWORD, State.UNVERIFIED), (None, State.DRAFT)])
def test_a_check_that_signs_nobody_in_keeps_what_it_was_given(
    run: Run, world: Shared, secret: str | None, state: State
) -> None:
    before = sign_ins(world)
    said = run(*ADD, "--until", "reach", "--store", "vault", secret=secret)
    account = profiles.load(PRACTICE_ADDRESS).account
    assert (said.code, account.state, bool(account.secret)) == (0, state, bool(secret))
    assert sign_ins(world) == before
    assert run("check", PRACTICE_ADDRESS).code == (0 if secret else 2)


def test_a_reference_stays_a_reference(run: Run, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{PASSWORD}\n")
    reference = f"file:{tmp_path / 'secret'}"
    (tmp_path / "secret").chmod(0o600)
    assert run(*ADD, "--secret", reference).code == 0
    account = profiles.load(PRACTICE_ADDRESS).account
    assert (account.secret, account.state) == (reference, State.VERIFIED)
    assert run(*ADD, "--secret", reference, "--store", "vault", "--replace").code == 2


def test_for_another_user_it_is_a_draft_that_reached_its_servers(run: Run, world: Shared) -> None:
    before = sign_ins(world)
    said = run(*ADD, "--owner", "alice", "--name", "al", "--json")
    answer = said.read(AddedAnswer)
    account = profiles.load("al").account
    assert (said.code, account.state, account.owner, account.secret) == (0, State.DRAFT, "alice", "")
    assert answer.check is not None and answer.check.until == "reach"
    assert answer.next == ("mailwizard accounts hand-off al --for alice -o al.hand-off.json",)
    assert sign_ins(world) == before


def test_a_saved_server_is_shared_and_its_domain_goes_before_the_name(run: Run) -> None:
    incoming, outgoing = Endpoint.parse(Protocol.IMAP, HAND[1]), Endpoint.parse(Protocol.SMTP, HAND[3])
    servers.save(Server("office", incoming, outgoing))
    assert run(*ADD, "--server", "office", "--store", "vault", secret=PASSWORD).code == 0
    account = profiles.load(PRACTICE_ADDRESS).account
    assert (account.server, account.username, account.state) == ("office", PRACTICE_ADDRESS, State.VERIFIED)
    assert servers.names() == ("office",)
    servers.save(Server("acme", incoming, outgoing, domain="ACME"))
    run(*ADD, "--server", "acme", "--name", "second", "--no-check", "--store", "vault", secret=PASSWORD)
    assert profiles.load("second").account.username == "alice"


def test_a_relay_without_sign_in_wants_no_secret(run: Run) -> None:
    relay = Endpoint.parse(Protocol.SMTP, "mail.practice.example:587/starttls")
    servers.save(Server("relay", outgoing=relay, outgoing_auth=AuthKind.NONE))
    assert run(*ADD, "--server", "relay").code == 0
    account = profiles.load(PRACTICE_ADDRESS).account
    assert (account.state, account.secret) == (State.VERIFIED, "")


@pytest.fixture
def unpublished(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shared]:
    """Open a world in which a domain's servers can only be guessed."""
    with opened("all-well") as shared:
        unpublish(shared.world.zone, PRACTICE, "submissions", "submission", "imaps", "imap")
        monkeypatch.setattr(mailwizard.cli.running, "real_network", lambda options: shared.world.net)
        yield shared


@pytest.mark.parametrize("more", [[], ["--owner", "alice"], ["--until", "reach"], ["--no-check"]])
def test_servers_that_nobody_published_are_saved_only_once_they_are_typed(
    run: Run, unpublished: Shared, more: list[str]
) -> None:
    secret = None if "--owner" in more else PASSWORD
    said = run(*ADD, *more, "--store", "vault", secret=secret)
    assert said.code == 2 and "unasked" in said.err and "type: --imap imap.practice.example:993/tls" in said.err
    assert profiles.names() == () and sign_ins(unpublished) == 0
    typed = said.err.rpartition("type: ")[2].split()
    assert run(*ADD, *more, *typed, "--store", "vault", secret=secret).code == 0
    assert profiles.names() == (PRACTICE_ADDRESS,)


def test_a_domain_without_servers_is_said_to_have_none(run: Run) -> None:
    said = run("accounts", "add", "eve@unheard.example", "--json", secret=MINE)
    assert (said.code, said.read(AddedAnswer).result) == (10, "no-servers")
    assert "no servers found for eve@unheard.example" in said.err
    assert profiles.names() == ()


def test_answers_say_the_same_and_flags_go_before_them(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "alice.toml"
    file.write_text(
        f'address = "{PRACTICE_ADDRESS}"\nname = "al"\nrole = "company"\nstore = "vault"\nuntil = "reach"\n'
    )
    assert run("accounts", "add", "--answers", str(file), "--until", "sign-in", secret=PASSWORD).code == 0
    account = profiles.load("al").account
    assert (account.role, account.state, account.secret) == ("company", State.VERIFIED, "vault:al")
    file.write_text(f'address = "{PRACTICE_ADDRESS}"\n\npasswort = "{MINE}"\n')
    said = run("accounts", "add", "--answers", str(file))
    assert said.code == 2 and "line 3 of the answers" in said.err and not said.holds(MINE)


def test_the_template_is_printed_and_can_be_answered(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "answers.toml"
    file.write_text(run("accounts", "add", "--answers-template").out.replace("alice@example.com", PRACTICE_ADDRESS))
    assert run("accounts", "add", "--answers", str(file), "--dry-run", secret=PASSWORD).code == 0


def test_in_the_practice_world_nothing_is_saved(run: Run) -> None:
    said = run(*ADD, "--practice", "all-well", secret=PASSWORD)
    assert said.code == 0 and "this was a dry run" in said.out
    assert profiles.names() == ()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 2, "name an address, or a file"),
        (["not-an-address"], 2, "address: A mail address has an @"),
        ([PRACTICE_ADDRESS, "--imap", "a.example:0"], 2, "imap: "),
        ([PRACTICE_ADDRESS, "--server", "office", "--imap", "a.example"], 2, "say one of them"),
        ([PRACTICE_ADDRESS, "--server", "nowhere"], 30, "There is no server nowhere"),
        ([PRACTICE_ADDRESS, "--scope", "moon"], 2, "scope: A scope is"),
        ([PRACTICE_ADDRESS, "--secret", "hunter2"], 2, "--secret: A secret is named by a reference"),
        ([PRACTICE_ADDRESS, "--mechanism", "NONSENSE"], 2, "this version signs in with"),
        ([PRACTICE_ADDRESS, "--resume"], 2, "--resume goes on with a list"),
        ([PRACTICE_ADDRESS, "--password", "hunter2"], 2, "never taken from the command line"),
        (["--answers", "/nowhere.toml"], 2, "/nowhere.toml cannot be read"),
        (["--from", "/nowhere.csv"], 2, "/nowhere.csv cannot be read"),
        ([PRACTICE_ADDRESS], 2, "there is no terminal to ask for the password on"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(run: Run, words: list[str], code: int, said: str) -> None:
    answer = run("accounts", "add", *words)
    assert (answer.code, said in answer.err) == (code, True)
    assert answer.err.startswith("mailwizard: ")
    assert "hunter2" not in answer.out + answer.err
    assert profiles.names() == ()


def test_the_schema_lists_both_answers(run: Run) -> None:
    for name, shape in (("accounts add", "AddedAnswer"), ("accounts add --from", "AddedRow")):
        assert shape in json.loads(run("schema", name).out)["$defs"]
