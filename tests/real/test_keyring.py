"""A real keyring on a real D-Bus session: GNOME's, in a session and a home of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = [
    pytest.mark.skipif(shutil.which("dbus-run-session") is None, reason="dbus-run-session is not installed"),
    pytest.mark.skipif(shutil.which("gnome-keyring-daemon") is None, reason="gnome-keyring-daemon is not installed"),
]

SURVEY = """
import asyncio, json
from dataclasses import asdict
from mailwizard.storage import secrets
print(json.dumps(asdict(asyncio.run(secrets.survey())[0])))
"""

ROUND = """
import asyncio, json
from dataclasses import asdict
from mailwizard.model import Failure
from mailwizard.storage import secrets
async def main():
    secret = 'Zq7"\\\\ \\u00e9%+x9'
    info = (await secrets.survey())[0]
    reference = await secrets.put("keyring", "alice@example.com", secret)
    got = await secrets.get(reference)
    await secrets.put("keyring", "alice@example.com", "another")
    again = await secrets.get(reference)
    await secrets.forget(reference)
    await secrets.forget(reference)
    try:
        await secrets.get(reference)
        code = ""
    except Failure as failure:
        code = failure.code
    import secretstorage
    collection = secretstorage.get_default_collection(secretstorage.dbus_init())
    left = [item.get_label() for item in collection.get_all_items()]
    same = got == secret
    return {"info": asdict(info), "reference": reference, "same": same, "again": again, "code": code, "left": left}
print(json.dumps(asyncio.run(main())))
"""


def in_session(home: Path, script: str, *, unlock: bool) -> dict[str, Any]:
    """Run a script in a D-Bus session of its own and return the JSON in its last line."""
    runtime = home / "run"
    runtime.mkdir(mode=0o700, exist_ok=True)
    environment = {key: value for key, value in os.environ.items() if key not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    environment["XDG_RUNTIME_DIR"] = str(runtime)
    start = (
        "printf 'login password' | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; "
        if unlock
        else ""
    )
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", f'{start}exec "$0" -W error -c "$1"', sys.executable, script],
        env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def test_an_unlocked_keyring_proves_itself_and_keeps_a_secret(home: Path) -> None:
    answer = in_session(home, ROUND, unlock=True)
    assert answer["info"]["works"] and "Secret Service" in answer["info"]["why"]
    assert answer["reference"] == "keyring:alice@example.com"
    assert answer["same"] and answer["again"] == "another"
    assert answer["code"] == "store.missing"
    assert answer["left"] == [], "neither the proof nor the secret is left behind"


def test_a_keyring_that_nobody_unlocked_is_refused_in_time(home: Path) -> None:
    info = in_session(home, SURVEY, unlock=False)
    assert not info["works"]
    assert info["code"] in {"store.locked", "store.timeout"}, "it looks healthy until something is written"


def test_a_keyring_that_exists_and_is_locked_is_refused_in_time(home: Path) -> None:
    in_session(home, SURVEY, unlock=True)
    assert list((home / ".local/share/keyrings").glob("*.keyring")), "the login collection is there now"
    info = in_session(home, SURVEY, unlock=False)
    assert not info["works"]
    assert info["code"] in {"store.locked", "store.timeout"}


def test_a_session_without_any_keyring_is_told_from_no_session(home: Path) -> None:
    bare = home / "session.conf"
    bare.write_text(
        '<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"'
        ' "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">'
        f"<busconfig><type>session</type><listen>unix:dir={home}</listen><auth>EXTERNAL</auth>"
        '<policy context="default"><allow send_destination="*" eavesdrop="true"/>'
        '<allow eavesdrop="true"/><allow own="*"/></policy></busconfig>'
    )
    done = subprocess.run(
        ["dbus-run-session", f"--config-file={bare}", "--", sys.executable, "-c", SURVEY],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    info = json.loads(done.stdout.splitlines()[-1])
    assert not info["works"] and info["code"] == "store.no-backend"


MOVE = """
import contextlib, io, json, os, sys
os.environ["MAIL_PASSWORD"] = 'Zq7"\\\\ \\u00e9%+x9'
from mailwizard.cli import main
from mailwizard.model import Account, Address, Endpoint, Protocol, Server
from mailwizard.storage import profiles
end = Endpoint.parse(Protocol.SMTP, "mail.example.com:465/tls")
address = Address.parse("alice@example.com")
profiles.save(Account("alice", address, "alice", "alice", secret="env:MAIL_PASSWORD"), Server("alice", outgoing=end))
def said(*words):
    with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO(), encoding="utf-8")) as out:
        code = main(list(words))
        out.flush()
        return code, out.buffer.getvalue().decode()
moved = said("secrets", "move", "alice", "--to", "keyring", "--json")
os.environ.pop("MAIL_PASSWORD")
code, doctor = said("doctor", "--json")
stores = [one for one in json.loads(doctor)["findings"] if one["topic"] == "stores"]
answer = {"moved": json.loads(moved[1]), "secret": said("secret", "alice")[1]}
print(json.dumps({**answer, "doctor": code, "store": stores[0]}))
"""


def test_a_secret_moves_into_a_real_keyring_and_the_doctor_finds_nothing_broken(home: Path) -> None:
    answer = in_session(home, MOVE, unlock=True)
    assert answer["moved"]["after"] == "keyring:alice"
    assert answer["secret"] == 'Zq7"\\ é%+x9\n'
    assert answer["doctor"] == 0 and answer["store"]["level"] == "ok" and "Secret Service" in answer["store"]["what"]
