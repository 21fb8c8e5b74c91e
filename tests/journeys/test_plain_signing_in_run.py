"""Signing in line by line as a program of its own: from the first question to a saved account, and cut off on the way.

What was given out is looked for afterwards: in all that was said and shown, below the home, and in the arguments.
"""

from __future__ import annotations

import asyncio
import json
import re
import signal
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.journeys.browser_apart import ask
from tests.journeys.plainly import CTRL_C, CTRL_D, WAYS, Seated, at_terminal, plainly
from tests.journeys.test_wizard_signing_in import all_below
from tests.stopwatch import Stopwatch
from tests.unit.test_oauth_answers import free_port

from mailwizard.draft import Stage
from mailwizard.sandbox.internet import CONTOSO_ADDRESS, GMAIL_ADDRESS
from mailwizard.sandbox.signing_in import GOOGLE_CLIENT, GOOGLE_SECRET, MICROSOFT_CLIENT
from mailwizard.storage import clients, drafts, profiles
from mailwizard.storage.clients import SavedClient

SECRETS = ("ya29.", "1//0", "code=4", "code_verifier", "refresh_token", "mailwizard-grant")
"""What tokens, codes and what holds them look like in the practice world."""
BOTH = "Receiving and sending work."


@pytest.mark.parametrize("through", WAYS)
def test_google_in_the_practice_world_from_the_first_question_to_a_check(through: str) -> None:
    with plainly(through, "demo", "google-browser", "--plain") as person:
        person.chooses("Mail account by address")
        person.answers(GMAIL_ADDRESS, "")
        person.chooses("Continue")
        person.sees("Sign-in, 4 of 7", "Gmail does not take your Google password here.")
        person.chooses("Sign in with a browser")
        person.answers("")
        person.sees("google.make-client.1")
        person.chooses("Take the practice registration")
        person.sees("in any browser and sign in as", "https://accounts.google.com/o/oauth2/v2/auth?")
        person.chooses("Let the practice browser answer")
        person.sees(f"Signed in: as {GMAIL_ADDRESS} at Google")
        person.chooses("Check it")
        person.sees(BOTH)
        person.answers(":leave")
        end = person.ended()
    assert end.code == 130
    assert not [secret for secret in SECRETS if secret in end.out + end.err]


@pytest.mark.parametrize("through", WAYS)
def test_an_exchange_server_of_ones_own_in_the_practice_world(through: str) -> None:
    with plainly(through, "demo", "exchange-own-server", "--plain") as person:
        person.chooses("Your own Exchange server")
        person.answers("alice@practice.example", "")
        person.chooses("Continue")
        person.sees("Sign in to your Exchange server")
        person.chooses("Password")
        person.answers("", "PRACTICE")
        person.sees("PRACTICE is the short (NetBIOS) name of a domain")
        person.answers("", "")
        person.secret("not the password")
        person.sees("FAIL: sign in", "What now?")
        person.answers(":leave")
        end = person.ended()
    assert end.code == 130
    assert "not the password" not in end.out + end.err


@contextmanager
def signing_in(folder: Path, scenario: str, address: str) -> Iterator[tuple[Seated, str]]:
    """Get to the question how to sign in, with a browser beside; and the path by which that is told what to do."""
    path = str(folder / "browser")
    Path(path).unlink(missing_ok=True)
    words = ("-m", "tests.journeys.browser_apart", path, scenario, "wizard", "--plain")
    with at_terminal(sys.executable, *words, columns=100) as person:
        person.chooses("Mail account by address")
        person.answers(address, "")
        person.chooses("Continue")
        person.sees("How do you sign in?")
        yield person, path


def page(person: Seated) -> str:
    """Return the sign-in page's address, which stands bare on one line."""
    person.sees("Paste the address, or type a number")
    (url,) = re.findall(r"^(https://\S+)$", person.said, re.MULTILINE)
    return str(url)


async def program(issuer: str, number: str, secret: str = "") -> None:
    """Let an administrator have named the program."""
    clients.save(SavedClient(issuer, number, client_secret=secret, port=await free_port()), "host")


async def test_google_by_paste_saved_in_the_vault_and_nothing_given_out_is_anywhere(tmp_path: Path, home: Path) -> None:
    kept = tmp_path / "client-secret"
    kept.write_text(f"{GOOGLE_SECRET}\n")
    await program("google", GOOGLE_CLIENT, f"file:{kept}")
    with signing_in(tmp_path, "google-browser", GMAIL_ADDRESS) as (person, path):
        person.sees(f"{GOOGLE_CLIENT}, from host")
        person.answers("", "")
        url = page(person)
        dead = ask(path, f"paste {url}")
        person.secret(dead.replace("state=", "state=x"))
        person.sees("This answer belongs to another sign-in.")
        person.secret(f"{dead}&padding={'x' * 5000}")
        person.sees(f"Signed in: as {GMAIL_ADDRESS}")
        arguments = await asyncio.to_thread(Path(f"/proc/{person.child.pid}/cmdline").read_bytes)
        person.chooses("Check it")
        person.sees(BOTH)
        person.chooses("Continue")
        person.sees("Save the account")
        person.answers("", "", "", "")
        person.secret("open sesame", "open sesame")
        end = person.ended()
    assert end.code == 0
    assert profiles.load(GMAIL_ADDRESS).account.secret == f"vault:{GMAIL_ADDRESS}"
    given = await asyncio.to_thread(Path(f"{path}.secrets").read_text, "utf-8")
    known = [*json.loads(given), *parse_qs(urlsplit(dead).query)["code"]]
    assert len(known) >= 5
    files = await asyncio.to_thread(all_below, home)
    for secret in (*known, GOOGLE_SECRET, "open sesame"):
        assert secret not in end.out and secret.encode() not in files + arguments, secret


async def test_microsoft_by_a_visit_to_the_port_while_nothing_is_typed(tmp_path: Path) -> None:
    await program("microsoft", MICROSOFT_CLIENT)
    with signing_in(tmp_path, "microsoft-device-code", CONTOSO_ADDRESS) as (person, path):
        person.answers("", "")
        ask(path, f"visit {page(person)}")
        person.sees("The answer has come", f"Signed in: as {CONTOSO_ADDRESS}")
        person.chooses("Check it")
        person.sees(BOTH)
        person.answers(":leave")
        assert person.ended().code == 130


async def test_ctrl_c_stops_the_wait_and_asks_for_the_ways_again(tmp_path: Path) -> None:
    await program("microsoft", MICROSOFT_CLIENT)
    with signing_in(tmp_path, "microsoft-device-code", CONTOSO_ADDRESS) as (person, _):
        for way in ("", "Short code elsewhere"):
            person.answers("", "")
            first = page(person)
            if way:
                person.chooses(way)
                person.sees("Never give this code to anybody", "or wait")
            watch = Stopwatch(person.child.pid)
            person.types(CTRL_C)
            person.sees("Stopped.", "How do you sign in?")
            assert watch.seconds < 1
            assert shows(person)
        person.answers("", "")
        assert page(person) != first, "each begins anew"
        person.types(CTRL_D)
        assert person.ended().code == 130


@pytest.mark.parametrize(("number", "code"), [(signal.SIGHUP, 129), (signal.SIGTERM, 143)])
async def test_a_sign_in_that_is_cut_off_goes_on_from_the_draft(
    number: int, code: int, tmp_path: Path, home: Path
) -> None:
    await program("microsoft", MICROSOFT_CLIENT)
    with signing_in(tmp_path, "microsoft-device-code", CONTOSO_ADDRESS) as (person, _):
        person.answers("", "")
        url = page(person)
        assert "start mailwizard again and sign in once more." in " ".join(person.said.split())
        watch = Stopwatch(person.child.pid)
        person.gets(number)
        while person.listen():
            assert watch.seconds < 2.5
        assert shows(person)
        assert person.ended().code == code
    written = await asyncio.to_thread(all_below, home)
    told = parse_qs(urlsplit(url).query)
    for secret in (*told["state"], *told["code_challenge"], "code_verifier"):
        assert secret.encode() not in written
    kept = await asyncio.to_thread(drafts.resume)
    assert kept and kept.stage is Stage.SIGN_IN and not kept.evidence


def shows(person: Seated) -> bool:
    """Return whether the terminal shows what is typed, and makes lines itself."""
    modes = termios.tcgetattr(person.child.child_fd)[3]
    return bool(modes & termios.ECHO and modes & termios.ICANON)


def test_nothing_is_asked_of_who_pipes_in_answers_that_end_at_the_page() -> None:
    with plainly("pipe", "demo", "google-browser", "--plain") as person:
        person.chooses("Mail account by address")
        person.answers(GMAIL_ADDRESS, "", "", "", "")
        person.chooses("Take the practice registration")
        end = person.ended()
    assert end.code == 2
    assert "the answers ended where this was asked: Paste the address" in end.text
