"""An application's own account: found, connected to, and every failure a sentence with its cause."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from mailwizard.model import Account, Address, AuthKind, Endpoint, Protocol, Server, State
from mailwizard.onboarding import (
    Application,
    Need,
    NoAccount,
    NotReady,
    OnboardingError,
    SecretClosed,
    clients,
    practice,
)
from mailwizard.sandbox import World, internet, open_world
from mailwizard.signin.oauth.grant import MARK
from mailwizard.storage import profiles

HOST = internet.PRACTICE_HOST


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "MAILWIZARD_HOST_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    return tmp_path


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with open_world("all-well") as opened:
        yield opened


def saved(world: World, home: Path, secret: str, name: str = "newsletter", **other: object) -> None:
    file = home / "secret"
    file.write_text(secret + "\n")
    file.chmod(0o600)
    keep(Address.parse(world.address), f"file:{file}", name, **other)


def keep(address: Address, secret: str, name: str = "newsletter", **other: object) -> None:
    imap, smtp = Endpoint.parse(Protocol.IMAP, f"{HOST}:993/tls"), Endpoint.parse(Protocol.SMTP, f"{HOST}:587/starttls")
    server = Server(name, imap, smtp, AuthKind.PASSWORD, AuthKind.PASSWORD)
    state = State.VERIFIED
    profiles.save(Account(name, address, name, str(address), secret=secret, state=state, **other), server)  # type: ignore[arg-type]


def app(world: World, name: str = "newsletter") -> Application:
    return Application(name, title="Newsletter", needs={Need.SENDING, Need.RECEIVING}, net=lambda: world.net)


async def test_a_message_goes_out_through_smtplib_and_is_read_with_imaplib(world: World, home: Path) -> None:
    saved(world, home, world.password)
    message = EmailMessage()
    message["From"] = message["To"] = world.address
    message["Subject"] = "From a program"
    message.set_content("A line of text.\n")

    def use() -> bytes:
        with app(world).smtp() as server:
            server.send_message(message)
        with app(world).imap() as mailbox:
            mailbox.select("INBOX")
            _, found = mailbox.uid("SEARCH", "HEADER", "Subject", '"From a program"')
            _, parts = mailbox.uid("FETCH", found[0].decode(), "(BODY.PEEK[HEADER])")
            return parts[0][1]  # type: ignore[no-any-return]

    read = await asyncio.to_thread(use)
    assert b"Subject: From a program" in read
    assert sum(world.logins.values()) == 2
    assert world.seen_secrets_in_clear == 0


async def test_a_refused_secret_says_why_and_costs_one_login(world: World, home: Path) -> None:
    saved(world, home, "wrong-horse")
    with pytest.raises(NotReady) as caught:
        await asyncio.to_thread(app(world).smtp)
    assert caught.value.diagnoses[0].cause in {"password_wrong", "credentials_rejected", "wrong_password"}
    assert "wrong-horse" not in f"{caught.value!r}{caught.value}{caught.value.evidence}"
    assert sum(world.logins.values()) == 1


async def test_without_an_account_the_sentence_says_so(world: World) -> None:
    assert app(world).account is None
    with pytest.raises(NoAccount, match="Newsletter"):
        await asyncio.to_thread(app(world).smtp)


async def test_a_secret_that_is_gone_is_told(world: World, home: Path) -> None:
    saved(world, home, world.password)
    (home / "secret").unlink()
    with pytest.raises(SecretClosed):
        await asyncio.to_thread(app(world).smtp)


async def test_no_terminal_says_what_to_do_instead(world: World) -> None:
    with pytest.raises(OnboardingError, match="mailwizard accounts add"):
        await asyncio.to_thread(app(world).ensure)


async def test_the_line_ends_with_the_program_that_took_it_over(world: World, home: Path) -> None:
    import threading

    from mailwizard.net.real.staying import THREAD

    saved(world, home, world.password)
    client = await asyncio.to_thread(app(world).smtp)
    assert any(thread.name == THREAD for thread in threading.enumerate())
    client.close()
    for _ in range(100):
        if not any(thread.name == THREAD for thread in threading.enumerate()):
            break
        await asyncio.sleep(0.05)
    assert not any(thread.name == THREAD for thread in threading.enumerate())


def test_a_name_that_no_account_can_have_is_refused_at_once() -> None:
    with pytest.raises(ValueError):
        Application("../etc")


def test_inside_a_running_event_loop_both_connections_come_about(home: Path) -> None:
    file = home / "secret"
    with practice() as internet_here:
        file.write_text(internet_here.password + "\n")
        file.chmod(0o600)
        keep(Address.parse(internet_here.address), f"file:{file}")
        mine = Application("newsletter", net=internet_here.net)

        async def use() -> tuple[int, str]:
            with mine.smtp() as server, mine.imap() as mailbox:
                return server.noop()[0], mailbox.select("INBOX")[0]

        assert asyncio.run(use()) == (250, "OK")


@pytest.mark.parametrize("use", [Application.smtp, Application.imap])
async def test_an_account_without_a_secret_is_no_missing_account(world: World, use: object) -> None:
    keep(Address.parse(world.address), "")
    with pytest.raises(SecretClosed, match="No secret is stored"):
        await asyncio.to_thread(use, app(world))  # type: ignore[arg-type]
    assert not world.logins


async def test_a_saved_sign_in_that_is_damaged_is_a_closed_secret(world: World, home: Path) -> None:
    saved(world, home, f"{MARK}{{")
    with pytest.raises(SecretClosed, match="damaged"):
        await asyncio.to_thread(app(world).imap)
    assert not world.logins


@pytest.mark.parametrize("said", [b"", b"* PREAUTH signed in\r\n", b"\xff\r\n", b"* BYE\r\n", b"9" * 99_999])
@pytest.mark.parametrize("use", [clients.imap, lambda sock: clients.smtp(sock, 5)])
def test_a_connection_that_broke_before_the_client_began_is_told_in_a_sentence(said: bytes, use: object) -> None:
    near, far = socket.socketpair()
    far.sendall(said)
    far.close()
    with near, pytest.raises(NotReady, match=r"^The connection cannot be used: .+"):
        use(near)  # type: ignore[operator]
    assert near.fileno() == -1
