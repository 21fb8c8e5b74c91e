"""What may be loaded when: the static contracts cannot see an import that happens inside a function."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = ("textual", "rich", "dns", "cryptography", "keyring", "asyncio", "aiosmtpd", "tomlkit", "email_validator")

LIBRARIES = {
    "msal",
    "google",
    "google_auth_oauthlib",
    "oauthlib",
    "requests",
    "requests_oauthlib",
    "exchangelib",
    "jwt",
}
"""What signs people in; each takes a noticeable part of a second to load."""


def loaded_by(code: str) -> set[str]:
    """Return the names of the top-level packages that a fresh interpreter holds after running some code."""
    script = f"{code}\nimport sys, json; sys.stderr.write(json.dumps(sorted({{n.split('.')[0] for n in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize(
    "room",
    ["model", "draft", "net", "net.clean", "witness", "knowledge", "discovery", "checks", "diagnosis", "storage",
     "signin", "cli"],
)  # fmt: skip
def test_no_room_below_the_wizard_loads_what_draws(room: str) -> None:
    assert not loaded_by(f"import mailwizard.{room}") & {"textual", "rich"}


def test_no_library_of_an_issuer_is_loaded_before_somebody_signs_in_there() -> None:
    pages = "sign_in, client, browser, short_code"
    code = f"from mailwizard.tui.screens import {pages}\nfrom mailwizard.signin.oauth.flow import flows\nflows()"
    slow = {"msal", "google", "google_auth_oauthlib", "oauthlib", "requests_oauthlib", "requests", "exchangelib"}
    assert not loaded_by(code) & {*slow, "segno", "cryptography", "keyring", "tomlkit"}


def test_the_version_is_told_before_anything_is_loaded() -> None:
    loaded = loaded_by("from mailwizard.__main__ import main\ntry: main(['--version'])\nexcept SystemExit: pass")
    assert not loaded & {*HEAVY, "argparse", "msgspec"}


def test_explaining_loads_nothing_that_talks_to_a_network_or_draws() -> None:
    code = "from mailwizard.__main__ import main\ntry: main(['explain', '535 5.7.8 no'])\nexcept SystemExit: pass"
    assert not loaded_by(code) & set(HEAVY)


def test_the_first_screen_loads_nothing_that_a_later_stage_needs() -> None:
    loaded = loaded_by("import mailwizard.tui.app")
    assert not loaded & {"dns", "cryptography", "keyring", "tomlkit", "aiosmtpd", "email_validator"}


OF_PROVIDERS = {"msal", "google", "google_auth_oauthlib", "oauthlib", "requests", "urllib3", "jwt", "exchangelib"}


@pytest.mark.parametrize(
    "words", [["sign-in", "--help"], ["token", "nobody"], ["logout", "nobody"], ["clients"], ["authorize", "--help"]]
)
def test_commands_about_signing_in_load_no_library_of_a_provider_before_it_is_needed(words: list[str]) -> None:
    code = f"from mailwizard.__main__ import main\ntry: main({words!r})\nexcept SystemExit: pass"
    assert not loaded_by(code) & (OF_PROVIDERS | {"cryptography", "textual", "keyring"})


@pytest.mark.parametrize(
    "code",
    [
        "import mailwizard.tui.app",
        "from mailwizard.checks import served; served()",
        "import mailwizard.checks.exchange.desk, mailwizard.checks.exchange.delivery, mailwizard.checks.exchange.names",
        "from mailwizard.signin.oauth.flow import flows; flows()",
        "import mailwizard.signin.oauth.tokens, mailwizard.signin.oauth.clients, mailwizard.signin.oauth.registering",
        "from mailwizard import knowledge; knowledge.issuers()",
        "from mailwizard.__main__ import main\ntry: main(['explain', 'AADSTS65001'])\nexcept SystemExit: pass",
        "from mailwizard.__main__ import main\ntry: main(['accounts', 'list'])\nexcept SystemExit: pass",
        "from mailwizard.__main__ import main\ntry: main(['sign-in', '--help'])\nexcept SystemExit: pass",
        "from mailwizard.__main__ import main\ntry: main(['token', 'nobody'])\nexcept SystemExit: pass",
    ],
)
def test_no_library_of_a_provider_is_loaded_before_it_is_needed(code: str) -> None:
    assert not loaded_by(code) & LIBRARIES


def test_asking_an_issuer_by_the_standards_loads_no_library_of_a_provider() -> None:
    assert not loaded_by("import mailwizard.signin.flows.standard, mailwizard.net.real.calls") & LIBRARIES
