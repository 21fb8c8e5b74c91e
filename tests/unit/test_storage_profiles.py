"""Servers and accounts on disk: nothing of a person's is lost, and everything comes back."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
import tomlkit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailwizard.model import (
    Account,
    Address,
    AuthKind,
    Endpoint,
    Failure,
    Identity,
    Protocol,
    Role,
    Security,
    Server,
    State,
    Until,
)
from mailwizard.storage import profiles
from mailwizard.storage.listing import load_all
from mailwizard.storage.standing import standing

ALICE = Address.parse("alice@example.com")
SERVER = Server(
    "work",
    incoming=Endpoint(Protocol.IMAP, "imap.example.com", 993, Security.TLS),
    outgoing=Endpoint(Protocol.SMTP, "smtp.example.com", 587, Security.STARTTLS),
    provider="example",
)
ACCOUNT = Account("work", ALICE, "work", "alice")

TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=20)
LOCAL = st.from_regex(r"[a-z0-9][a-z0-9_+-]{0,10}", fullmatch=True)
DOMAIN = st.sampled_from(
    ["example.com", "bücher.example", "xn--bcher-kva.example", "例子.公司", "a.b.c.test", "faß.de"]
)
ADDRESS = st.builds(lambda local, domain: Address.parse(f"{local}@{domain}"), LOCAL, DOMAIN)
HOST = st.from_regex(r"[a-z0-9]{1,8}(\.[a-z0-9]{1,8}){1,3}\.test", fullmatch=True)
PORT = st.integers(1, 65535)
REFERENCE = st.sampled_from(
    ["", "vault:work", "keyring:alice@example.com/2", "env:MAIL", "file:/run/x", 'cmd:["pass", "show", "ä"]']
)


def endpoints(*protocols: Protocol) -> st.SearchStrategy[Endpoint | None]:
    return st.none() | st.builds(Endpoint, st.sampled_from(protocols), HOST, PORT, st.sampled_from(Security))


SERVERS = st.builds(
    Server,
    st.just("work"),
    incoming=endpoints(Protocol.IMAP, Protocol.POP3),
    outgoing=endpoints(Protocol.SMTP),
    incoming_auth=st.sampled_from(AuthKind),
    outgoing_auth=st.sampled_from(AuthKind),
    provider=TEXT,
    mechanism=st.sampled_from(["", "NTLM", "SCRAM-SHA-256"]),
    domain=TEXT,
    mail_from=TEXT,
    description=TEXT,
)
IDENTITIES = st.builds(Identity, ADDRESS, TEXT, st.none() | ADDRESS)
ACCOUNTS = st.builds(
    Account,
    name=st.just("work"),
    address=ADDRESS,
    server=st.just("work"),
    username=TEXT,
    outgoing_username=TEXT,
    display_name=TEXT,
    role=st.sampled_from(Role),
    owner=TEXT,
    secret=REFERENCE,
    state=st.sampled_from(State),
    verified_at=TEXT,
    verified_until=st.none() | st.sampled_from(Until),
    cause=TEXT,
    reply_to=st.none() | ADDRESS,
    identities=st.lists(IDENTITIES, max_size=3).map(tuple),
    issuer=TEXT,
    verified_by=st.lists(TEXT, max_size=3).map(tuple),
    broken_since=TEXT,
)


def account_file(home: Path, name: str = "work") -> Path:
    return home / ".config/mailwizard/accounts" / f"{name}.toml"


def server_file(home: Path, name: str = "work") -> Path:
    return home / ".config/mailwizard/servers" / f"{name}.toml"


def failure_of(name: str) -> Failure:
    with pytest.raises(Failure) as caught:
        profiles.load(name)
    return caught.value


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACCOUNTS, SERVERS)
def test_every_account_and_server_comes_back_as_it_was_also_over_another(account: Account, server: Server) -> None:
    profiles.save(account, server, replace=True)
    saved = profiles.load("work")
    assert (saved.account, saved.server) == (standing(account, server), server)
    assert load_all().accounts == (saved,)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACCOUNTS, SERVERS, ACCOUNTS, SERVERS)
def test_the_same_holds_over_whatever_the_host_says(
    account: Account, server: Server, host_account: Account, host_server: Server
) -> None:
    profiles.save(host_account, host_server, "host", replace=True)
    profiles.save(account, server, replace=True)
    saved = profiles.load("work")
    assert (saved.account, saved.server) == (standing(account, server), server)


def test_an_account_file_is_written_for_people(home: Path) -> None:
    profiles.save(replace(ACCOUNT, address=Address.parse("jörg@bücher.example"), secret="vault:work"), SERVER)
    text = account_file(home).read_text()
    assert text.startswith("# Account work.")
    assert 'address = "jörg@bücher.example"' in text
    assert "owner" not in text, "what nobody chose is left out"
    assert tomllib.loads(text)["schema"] == 1
    assert tomllib.loads(server_file(home).read_text())["incoming"] == {
        "protocol": "imap", "host": "imap.example.com", "port": 993, "security": "tls",
    }  # fmt: skip


def test_saving_again_touches_only_the_line_that_changed(home: Path) -> None:
    profiles.save(ACCOUNT, SERVER)
    text = (
        "# my own words\n"
        "schema = 1\n\n"
        "display_name = 'Alice'   # as on the door\n"
        'address="alice@example.com"\n'
        'server = "work"\n'
        'username = "alice"\n'
        "signature = '''\nKind regards\n'''\n\n"
        "[mutt]  # not ours\n"
        'colour = { index = "green", list = [1, 2,\n 3] }\n'
    )
    account_file(home).write_text(text)
    profiles.save(replace(ACCOUNT, display_name="Alice B."), SERVER)
    assert account_file(home).read_text() == text.replace("'Alice'   # as", '"Alice B."   # as')
    profiles.save(replace(ACCOUNT, display_name="Alice B.", role=Role.COMPANY), SERVER)
    assert set(account_file(home).read_text().splitlines()) - set(text.splitlines()) == {
        'display_name = "Alice B."   # as on the door',
        'role = "company"',
    }
    assert profiles.load("work").account.role is Role.COMPANY


def test_saving_the_same_again_writes_nothing(home: Path) -> None:
    profiles.save(ACCOUNT, SERVER)
    before = account_file(home).stat().st_ino, server_file(home).stat().st_ino
    profiles.save(ACCOUNT, SERVER)
    assert (account_file(home).stat().st_ino, server_file(home).stat().st_ino) == before


@pytest.mark.parametrize(
    "text",
    [
        'incoming = { host = "imap.example.com" } # short\nschema = 1\n',
        'schema = 1\nincoming.host = "imap.example.com"\nincoming.port = 143\nincoming.security = "starttls"\n',
        '[incoming]\nhost = "imap.example.com"\nport = 993\n[other]\nx = nan\n[[list]]\na = 1979-05-27T07:32:00Z\n',
        '\r\n[incoming]\r\nhost = "imap.example.com"\r\n',
    ],
)
def test_every_way_to_write_a_table_can_be_changed(home: Path, text: str) -> None:
    profiles.save(ACCOUNT, SERVER)
    server_file(home).write_text(text, newline="")
    changed = replace(SERVER, incoming=Endpoint(Protocol.IMAP, "new.example.com", 1993, Security.TLS))
    profiles.save(ACCOUNT, changed)
    assert profiles.load("work").server == changed
    rest = [line for line in text.splitlines() if "#" in line or "list" in line or "nan" in line]
    for line in rest:
        assert line.partition("#")[2] in server_file(home).read_text()


def test_a_short_file_by_hand_is_enough(home: Path) -> None:
    account_file(home).parent.mkdir(parents=True)
    server_file(home).parent.mkdir(parents=True)
    account_file(home).write_text('address = "Alice <alice@example.com>"'.replace("Alice <", "<"))
    server_file(home).write_text(
        '[incoming]\nhost = "imap.example.com"\n[outgoing]\nhost="smtp.example.com"\nport=587\n'
    )
    saved = profiles.load("work")
    assert saved.account == Account("work", ALICE, "work", "alice@example.com")
    assert str(saved.server.incoming) == "imap://imap.example.com:993/tls"
    assert str(saved.server.outgoing) == "smtp://smtp.example.com:587/starttls"


def test_a_time_may_be_written_as_toml_writes_times(home: Path) -> None:
    profiles.save(ACCOUNT, SERVER)
    account_file(home).write_text('address = "alice@example.com"\nverified_at = 2026-11-21T10:00:00Z\n')
    assert profiles.load("work").account.verified_at == "2026-11-21T10:00:00+00:00"


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("accounts", "", ["address", "needs an address"]),
        ("accounts", 'address = "nobody"', ["address", "@"]),
        ("accounts", "address = 5", ["address", "text"]),
        ("accounts", 'address = "a@b.test"\nrole = "boss"', ["role", "company, personal"]),
        ("accounts", 'address = "a@b.test"\nserver = "../../etc/passwd"', ["server", "dot"]),
        ("accounts", 'address = "a@b.test"\nowner = "a\\u001b[2J"', ["owner", "U+001B"]),
        ("accounts", 'address = "a@b.test"\nowner = "a\\r\\nRCPT"', ["owner", "U+000D"]),
        ("accounts", 'address = "a@b.test"\nowner = [1]', ["owner", "text or a number"]),
        ("accounts", 'address = "a@b.test"\nowner = true', ["owner", "text or a number"]),
        ("accounts", "address = x", ["damaged", "line 1"]),
        ("accounts", "schema = 'x'", ["schema"]),
        ("accounts", "schema = 0", ["schema"]),
        ("accounts", "[" * 5000, ["damaged"]),
        ("accounts", "address = " + "[" * 5000, ["damaged"]),
        ("accounts", "x = " + "9" * 5000, ["damaged"]),
        ("servers", '[incoming]\nhost = "x.test"\nport = 99999', ["incoming.port", "1 to 65535"]),
        ("servers", '[incoming]\nhost = "x.test"\nsecurity = "maybe"', ["incoming.security", "starttls"]),
        ("servers", '[incoming]\nhost = "x y"', ["incoming.host", "letters"]),
        ("servers", '[incoming]\nhost = "x.test"\nprotocol = "smtp"', ["incoming.protocol"]),
        ("servers", '[outgoing]\nhost = "x.test"\nprotocol = "gopher"', ["outgoing.protocol", "imap"]),
        ("servers", 'incoming = "x.test"', ["incoming", "table"]),
        ("servers", "[incoming]\nhost = 5", ["incoming.host", "quotation"]),
        ("accounts", 'address = "a@b.test"\nserver = 5', ["server", "quotation"]),
        ("accounts", "x = " + "1" * 300_000, ["too large"]),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_file_and_field(
    home: Path, file: str, text: str, words: list[str]
) -> None:
    profiles.save(ACCOUNT, SERVER)
    path = account_file(home) if file == "accounts" else server_file(home)
    path.write_text(text)
    failure = failure_of("work")
    assert failure.code == "store.damaged"
    for word in (str(path), *words):
        assert word in failure.detail
    assert failure.detail.isprintable()
    assert path.read_text() == text, "reading changes nothing"


def test_a_secret_in_an_account_file_is_refused_and_not_repeated(home: Path) -> None:
    profiles.save(ACCOUNT, SERVER)
    account_file(home).write_text('address = "alice@example.com"\nsecret = "hunter2 hunter2"\n')
    failure = failure_of("work")
    assert "secret" in failure.detail and "reference" in failure.detail
    assert "hunter2" not in failure.detail and "hunter2" not in repr(failure)


def test_a_damaged_file_is_kept_aside_when_it_is_saved_over(home: Path) -> None:
    profiles.save(ACCOUNT, SERVER)
    account_file(home).write_bytes(b"address = \xff\n# precious words\n")
    profiles.save(ACCOUNT, SERVER)
    assert profiles.load("work").account == ACCOUNT
    (aside,) = account_file(home).parent.glob("work.toml.bad-*")
    assert aside.read_bytes() == b"address = \xff\n# precious words\n"
    account_file(home).write_text("again = = damaged")
    profiles.save(ACCOUNT, SERVER)
    assert len(list(account_file(home).parent.glob("work.toml.bad-*"))) == 2


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode(errors="ignore")))
def test_any_bytes_are_read_or_refused_and_never_lost(home: Path, data: bytes) -> None:
    profiles.save(ACCOUNT, SERVER, replace=True)
    for path in account_file(home).parent.glob("*.bad-*"):
        path.unlink()
    account_file(home).write_bytes(data)
    try:
        profiles.load("work")
    except Failure as failure:
        assert failure.code == "store.damaged"
    profiles.save(ACCOUNT, SERVER, replace=True)
    assert profiles.load("work").account == ACCOUNT
    kept = account_file(home).with_name("work.toml.old").read_bytes()
    asides = [path.read_bytes() for path in account_file(home).parent.glob("*.bad-*")]
    assert data in (kept, *asides)


def test_a_newer_file_is_refused_and_left_alone(home: Path) -> None:
    profiles.save(ACCOUNT, SERVER)
    newer = 'schema = 2\naddress = ["new", "form"]\n'
    account_file(home).write_text(newer)
    failure = failure_of("work")
    assert failure.code == "store.newer" and "schema 2" in failure.detail
    with pytest.raises(Failure) as caught:
        profiles.save(ACCOUNT, SERVER, replace=True)
    assert caught.value.code == "store.newer"
    assert account_file(home).read_text() == newer


def test_a_file_that_cannot_be_written_leaves_the_old_server_too(home: Path) -> None:
    profiles.save(ACCOUNT, SERVER)
    before = server_file(home).read_bytes()
    account_file(home).unlink()
    account_file(home).mkdir()
    other = replace(SERVER, incoming=None)
    with pytest.raises(Failure):
        profiles.save(ACCOUNT, other)
    assert server_file(home).read_bytes() == before
    profiles.save(replace(ACCOUNT, name="new", server="new"), replace(SERVER, name="new"))
    account_file(home, "third").mkdir()
    with pytest.raises(Failure):
        profiles.save(replace(ACCOUNT, name="third", server="third"), replace(SERVER, name="third"))
    assert not server_file(home, "third").exists(), "a new server of an account that was not saved goes again"


def test_another_address_does_not_take_a_name_silently() -> None:
    profiles.save(ACCOUNT, SERVER)
    bob = replace(ACCOUNT, address=Address.parse("bob@example.com"))
    with pytest.raises(Failure) as caught:
        profiles.save(bob, SERVER)
    assert caught.value.code == "store.exists" and "alice@example.com" in caught.value.detail
    assert profiles.load("work").account == ACCOUNT
    profiles.save(bob, SERVER, replace=True)
    assert profiles.load("work").account == bob


def test_a_server_that_others_use_is_not_changed_silently() -> None:
    profiles.save(ACCOUNT, SERVER)
    profiles.save(replace(ACCOUNT, name="second"), SERVER)
    with pytest.raises(Failure) as caught:
        profiles.save(ACCOUNT, replace(SERVER, incoming=None))
    assert caught.value.code == "store.exists" and "second" in caught.value.detail
    profiles.save(ACCOUNT, SERVER)


def test_names_that_differ_in_capitals_only_do_not_stand_side_by_side() -> None:
    profiles.save(ACCOUNT, SERVER)
    with pytest.raises(Failure) as caught:
        profiles.save(replace(ACCOUNT, name="Work", server="Work"), replace(SERVER, name="Work"), replace=True)
    assert caught.value.code == "store.exists" and "work" in caught.value.detail
    assert profiles.load("WORK").account == ACCOUNT
    assert profiles.names() == ("work",)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(ACCOUNT, name="../x"),
        replace(ACCOUNT, display_name="a\r\nb"),
        replace(ACCOUNT, username="a\0b"),
        replace(ACCOUNT, secret="hunter2"),
        replace(ACCOUNT, server="other"),
    ],
)
def test_what_cannot_be_saved_is_said_before_anything_is_written(home: Path, wrong: Account) -> None:
    with pytest.raises(ValueError) as caught:
        profiles.save(wrong, SERVER)
    assert "hunter2" not in str(caught.value) and str(caught.value).isprintable()
    assert not (home / ".config").exists()


def test_names_lists_accounts_and_nothing_else(home: Path) -> None:
    assert profiles.names() == ()
    for name in ("b", "a@example.com"):
        profiles.save(replace(ACCOUNT, name=name), SERVER)
    for litter in (".hidden.toml", "b.toml.old", "b.toml.bad-1", "note.txt", ".x.1-2.tmp", "wrong\x1b.toml"):
        (account_file(home).parent / litter).write_text("")
    assert profiles.names() == ("a@example.com", "b")


def test_an_unknown_account_is_said_to_be_unknown() -> None:
    assert failure_of("nobody").code == "store.missing"
    assert failure_of("../nobody").code == "store.missing"
    assert failure_of("no\x1bbody").detail.isprintable()


def test_a_missing_server_is_named(home: Path) -> None:
    profiles.save(ACCOUNT, SERVER)
    server_file(home).unlink()
    failure = failure_of("work")
    assert failure.code == "store.missing"
    assert str(account_file(home)) in failure.detail


def test_removing_takes_the_server_of_the_same_name_along_when_nobody_else_uses_it(home: Path) -> None:
    profiles.save(replace(ACCOUNT, secret="vault:work"), SERVER)
    profiles.save(replace(ACCOUNT, name="second"), SERVER)
    assert profiles.remove("SECOND") == profiles.Removed("", False)
    assert profiles.load("work").server == SERVER
    assert profiles.remove("work") == profiles.Removed("vault:work", True)
    assert profiles.names() == ()
    assert not server_file(home).exists()
    assert account_file(home).with_name("work.toml.old").exists()
    with pytest.raises(Failure) as caught:
        profiles.remove("work")
    assert caught.value.code == "store.missing"


def test_a_secret_that_another_account_names_too_is_not_handed_out_to_be_forgotten() -> None:
    for name in ("work", "second"):
        profiles.save(replace(ACCOUNT, name=name, secret="vault:shared"), SERVER)
    assert profiles.remove("work").reference == ""
    assert profiles.remove("second").reference == "vault:shared"


@pytest.mark.parametrize(
    "text",
    [
        '[incoming]\nhost = "a.test"\n[other]\nx = 1\n[incoming.more]\ny = 2\n[other.more]\nz = 3\n',
        '[other.a]\nx = 1\n[incoming]\nhost = "a.test"\n[other.b]\ny = 2\n[other]\nz = 3\n',
        'incoming.host = "a.test"\nother.x = 1\nincoming.port = 143\n',
        '[[other]]\nx = 1\n[incoming]\nhost = "a.test"\n[[other]]\nx = 2\n',
    ],
)
def test_a_file_in_no_usual_order_is_changed_rightly_or_left_alone(home: Path, text: str) -> None:
    profiles.save(ACCOUNT, SERVER)
    server_file(home).write_text(text)
    rest = {key: value for key, value in tomllib.loads(text).items() if key not in {"incoming", "outgoing"}}
    try:
        profiles.save(ACCOUNT, SERVER)
    except Failure as failure:
        assert failure.code == "store.damaged" and "by hand" in failure.detail
        assert server_file(home).read_text() == text
    else:
        assert profiles.load("work").server == SERVER
        after = tomllib.loads(server_file(home).read_text())
        assert {key: after[key] for key in rest} == rest


def test_what_cannot_be_changed_without_harm_is_left_to_the_person(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    profiles.save(ACCOUNT, SERVER)
    before = account_file(home).read_bytes()
    monkeypatch.setattr(tomlkit, "dumps", lambda document: "schema = 1\n")
    with pytest.raises(Failure) as caught:
        profiles.save(replace(ACCOUNT, owner="bob"), SERVER)
    assert caught.value.code == "store.damaged" and "by hand" in caught.value.detail
    assert account_file(home).read_bytes() == before


def test_an_account_that_cannot_be_read_keeps_its_server(home: Path) -> None:
    profiles.save(ACCOUNT, SERVER)
    profiles.save(replace(ACCOUNT, name="second"), SERVER)
    account_file(home, "second").write_text("= damaged")
    assert not profiles.remove("work").server
    assert not profiles.remove("second").server
    assert server_file(home).exists()


def test_an_update_keeps_name_and_server() -> None:
    profiles.save(ACCOUNT, SERVER)
    after = profiles.update(
        "work", lambda account: replace(account, name="x", server="y", state=State.BROKEN, cause="c")
    )
    assert after == replace(ACCOUNT, state=State.BROKEN, cause="c")
    assert profiles.load("work").account == after


async def test_the_loop_is_not_blocked_by_reading() -> None:
    profiles.save(ACCOUNT, SERVER)
    assert await profiles.names_async() == ("work",)


WRITER = """
import sys
from dataclasses import replace
from mailwizard.model import Account, Address, Server
from mailwizard.storage import profiles
me, saves = sys.argv[1], int(sys.argv[2])
address = Address.parse("alice@example.com")
for count in range(saves):
    profiles.save(Account(f"own-{me}-{count}", address, "shared", "alice"), Server("shared"))
    profiles.update("counter", lambda account: replace(account, display_name=str(int(account.display_name) + 1)))
"""


def test_sixteen_writers_at_once_lose_nothing(home: Path) -> None:
    writers, saves = 16, 4
    profiles.save(replace(ACCOUNT, name="counter", server="counter", display_name="0"), Server("counter"))
    started = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(number), str(saves)], stderr=subprocess.PIPE)
        for number in range(writers)
    ]
    complaints = [process.communicate()[1] for process in started]
    assert complaints == [b""] * writers
    assert profiles.load("counter").account.display_name == str(writers * saves)
    assert len(profiles.names()) == 1 + writers * saves
    for name in profiles.names():
        profiles.load(name)
    assert not list(account_file(home).parent.glob("*.tmp"))
