"""A transcript is no oracle: whoever holds it cannot try passwords without asking the server again."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from scramp import ScramException, ScramMechanism
from tests.unit.scripted import ALICE, SECRET, Act, Heard, Peer, Script, candidate, draft, net

from mailwizard.checks import Limits, verify
from mailwizard.checks.transcript import Conversation, shown
from mailwizard.cli.answers import spoken
from mailwizard.draft import Draft
from mailwizard.model import AuthKind, Credential, Protocol, Security, Until

SMTP, IMAP, POP3, TLS = Protocol.SMTP, Protocol.IMAP, Protocol.POP3, Security.TLS
SOON = Limits(step=1.0)
DICTIONARY = ("letmein", "hunter2", SECRET, "password")
OPENING: dict[Protocol, Script] = {
    SMTP: [Act.TLS, b"220 x\r\n", "EHLO", b"250-x\r\n250 AUTH {}\r\n"],
    IMAP: [Act.TLS, b"* OK [CAPABILITY IMAP4rev1 SASL-IR LOGINDISABLED AUTH={}] x\r\n"],
    POP3: [Act.TLS, b"+OK x\r\n", "CAPA", b"+OK\r\nSASL {}\r\n.\r\n"],
}
PROMPT = {SMTP: "334 ", IMAP: "+ ", POP3: "+ "}
DONE = {SMTP: "235 2.7.0 in", IMAP: "a1 OK in", POP3: "+OK in"}
NO = {SMTP: "535 5.7.8 no", IMAP: "a1 NO no", POP3: "-ERR no"}


def opening(protocol: Protocol, name: str) -> Script:
    """Return how a server begins that takes one mechanism."""
    return [part.replace(b"{}", name.encode()) if isinstance(part, bytes) else part for part in OPENING[protocol]]


class Proving(Peer):
    """A server that takes SCRAM in the dialect of any protocol, and says its proof once more as it ends if asked."""

    def __init__(self, protocol: Protocol, name: str, *, secret: str = SECRET, again: bool = False) -> None:
        super().__init__(())
        self.protocol, self.name, self.secret, self.again = protocol, name, secret, again
        self.wire: list[str] = []

    async def _follow(self, script: Script, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await super()._follow(opening(self.protocol, self.name), reader, writer)
        mechanism = ScramMechanism(self.name)
        known: Any = mechanism.make_auth_info(self.secret)
        server = mechanism.make_server(lambda user: known)
        server.set_client_first(base64.b64decode((await self._read(reader)).split(" ")[-1]).decode())
        self._ask(writer, server.get_server_first())
        answer = base64.b64decode(await self._read(reader)).decode()
        try:
            server.set_client_final(answer)
        except ScramException:
            self._ask(writer, server.get_server_final())
            await self._read(reader)
            self._say(writer, NO[self.protocol])
        else:
            proof = server.get_server_final()
            self._ask(writer, proof)
            await self._read(reader)
            last = f" {base64.b64encode(proof.encode()).decode()}" if self.again else ""
            self._say(writer, DONE[self.protocol] + last)
        await super()._follow([Act.WAIT], reader, writer)

    async def _read(self, reader: asyncio.StreamReader) -> str:
        line = (await reader.readline()).decode().strip()
        self.wire.append(line)
        return line

    def _ask(self, writer: asyncio.StreamWriter, text: str) -> None:
        self._say(writer, PROMPT[self.protocol] + base64.b64encode(text.encode()).decode())

    def _say(self, writer: asyncio.StreamWriter, line: str) -> None:
        self.wire.append(line)
        writer.write(f"{line}\r\n".encode())


def opened(texts: Iterable[str]) -> list[str]:
    """Return every word of the texts, and what it is in base64."""
    words = [word for text in texts for word in re.split(r"[\s\"'\[\](){}]+", text) if word]
    plain = list(words)
    for word in words:
        try:
            plain.append(base64.b64decode(word, validate=True).decode())
        except ValueError:
            continue
    return plain


def guessed(texts: Iterable[str], digest: str) -> str:
    """Return the password that a dictionary finds from what both sides of SCRAM said, or from the server's alone."""
    words = opened(texts)
    first = next((word for word in words if re.match(r"r=[^,]+,s=[^,]+,i=[0-9]+", word)), "")
    proof = next((word[2:] for word in words if word.startswith("v=")), "")
    if not (first and proof):
        return ""
    nonce, salt, rounds = (part[2:] for part in first.split(",")[:3])
    for password in DICTIONARY:
        salted = hashlib.pbkdf2_hmac(digest, password.encode(), base64.b64decode(salt), int(rounds))
        key = hmac.digest(salted, b"Server Key", digest)
        for length in range(len(nonce)):
            for header in ("biws", "eSws"):
                asked = f"n={ALICE.username},r={nonce[:length]},{first},c={header},r={nonce}"
                if base64.b64encode(hmac.digest(key, asked.encode(), digest)).decode() == proof:
                    return password
    return ""


async def told(
    tmp_path: Path, peer: Peer, protocol: Protocol, who: Credential = ALICE, chosen: Draft | None = None
) -> tuple[list[Conversation], list[str]]:
    """Return the transcript of a sign-in, and all that a person or a program can read of the check."""
    kept: list[Conversation] = []
    heard = Heard()
    async with peer:
        endpoint = peer.endpoint(protocol, TLS)
        if chosen is None:
            kinds = (who.kind,) if who is not ALICE else ()
            one = candidate(endpoint, *kinds)
            chosen = Draft(incoming=one) if protocol.incoming else Draft(outgoing=one)
        await verify(chosen, who, net(tmp_path), heard, Until.SIGN_IN, keep=kept.append, limits=SOON)
    return kept, [*shown(kept), *(line.text for line in spoken(kept)), *(str(fact) for fact in heard)]


@pytest.mark.parametrize("name", ["SCRAM-SHA-1", "SCRAM-SHA-256"])
@pytest.mark.parametrize("protocol", [SMTP, IMAP, POP3])
@pytest.mark.parametrize("again", [False, True], ids=["as usual", "proof said again"])
async def test_no_password_can_be_tried_on_what_is_told(
    protocol: Protocol, name: str, again: bool, tmp_path: Path
) -> None:
    peer = Proving(protocol, name, again=again)
    _, texts = await told(tmp_path, peer, protocol)
    digest = name.removeprefix("SCRAM-").replace("-", "").lower()
    assert guessed(peer.wire, digest) == SECRET, "what went over the line is the oracle"
    assert guessed(texts, digest) == ""
    assert not [word for word in opened(texts) if word.startswith(("r=", "v="))]
    assert any(text.endswith(f"{PROMPT[protocol]}(secret)") for text in texts)


@pytest.mark.parametrize("protocol", [SMTP, IMAP, POP3])
async def test_the_reason_of_a_scram_refusal_stays_readable(protocol: Protocol, tmp_path: Path) -> None:
    _, texts = await told(tmp_path, Proving(protocol, "SCRAM-SHA-256", secret="another"), protocol)
    assert "e=invalid-proof" in opened(texts)
    assert not [word for word in opened(texts) if word.startswith(("r=", "v="))]


NONCE = "<1896.697170952@postoffice.example>"
CODED = base64.b64encode(NONCE.encode()).decode()


@pytest.mark.parametrize("protocol", [SMTP, IMAP, POP3])
@pytest.mark.parametrize("taken", [True, False])
async def test_a_cram_challenge_is_hidden_wherever_it_is_said(protocol: Protocol, taken: bool, tmp_path: Path) -> None:
    last = DONE[protocol] if taken else f"{NO[protocol]} for {CODED} and {NONCE}"
    script: Script = [
        *opening(protocol, "CRAM-MD5"), "AUTH", f"{PROMPT[protocol]}{CODED}\r\n".encode(), "", f"{last}\r\n".encode(),
        Act.WAIT,
    ]  # fmt: skip
    _, texts = await told(tmp_path, Peer(script), protocol)
    digest = hmac.new(SECRET.encode(), NONCE.encode(), "md5").hexdigest()
    assert not any(piece in text for text in texts for piece in (CODED, NONCE, digest))


async def test_a_challenge_over_several_lines_is_hidden_as_well(tmp_path: Path) -> None:
    reply = f"334-{CODED[:20]}\r\n334 {CODED[20:]}\r\n".encode()
    script: Script = [*opening(SMTP, "CRAM-MD5"), "AUTH", reply, "", b"235 ok\r\n", Act.WAIT]
    _, texts = await told(tmp_path, Peer(script), SMTP)
    assert not any(piece in text for text in texts for piece in (CODED[:20], CODED[20:]))


async def test_a_garbled_challenge_is_told_without_its_text(tmp_path: Path) -> None:
    script: Script = [*opening(SMTP, "CRAM-MD5"), "AUTH", f"334 {NONCE}\r\n".encode(), "*", b"501 no\r\n", Act.WAIT]
    _, texts = await told(tmp_path, Peer(script), SMTP)
    assert not any(NONCE in text for text in texts)
    assert any("a challenge of CRAM-MD5 that is no base64" in text for text in texts)


async def test_apop_shows_the_greeting_and_never_the_digest(tmp_path: Path) -> None:
    script: Script = [Act.TLS, f"+OK {NONCE}\r\n".encode(), "CAPA", b"-ERR what\r\n", "APOP", b"+OK in\r\n", Act.WAIT]
    chosen = None
    peer = Peer(script)
    kept: list[Conversation] = []
    heard = Heard()
    async with peer:
        chosen = draft(peer.endpoint(POP3, TLS), None)
        await verify(
            chosen, ALICE, net(tmp_path), heard, Until.SIGN_IN, keep=kept.append, limits=SOON, mechanism="APOP"
        )
    digest = hashlib.md5((NONCE + SECRET).encode()).hexdigest()
    texts = [*shown(kept), *(str(fact) for fact in heard)]
    assert any(NONCE in text for text in texts) and any("APOP alice@mail.test (secret)" in text for text in texts)
    assert digest.encode() in peer.encrypted and not any(digest in text for text in texts)


@pytest.mark.parametrize("protocol", [SMTP, IMAP, POP3])
async def test_prompts_stay_readable(protocol: Protocol, tmp_path: Path) -> None:
    asks: Sequence[str] = ("VXNlcm5hbWU6", "UGFzc3dvcmQ6")
    script: Script = [*opening(protocol, "LOGIN"), "AUTH"]
    for asked in asks:
        script = [*script, f"{PROMPT[protocol]}{asked}\r\n".encode(), ""]
    script = [*script, f"{DONE[protocol]}\r\n".encode(), Act.WAIT]
    _, texts = await told(tmp_path, Peer(script), protocol)
    assert all(any(asked in text for text in texts) for asked in asks)


@pytest.mark.parametrize("protocol", [SMTP, IMAP, POP3])
async def test_the_reason_of_a_token_refused_stays_readable(protocol: Protocol, tmp_path: Path) -> None:
    reason = base64.b64encode(json.dumps({"status": "400", "schemes": "Bearer"}).encode()).decode()
    script: Script = [
        *opening(protocol, "XOAUTH2"), "AUTH", f"{PROMPT[protocol]}{reason}\r\n".encode(), "",
        f"{NO[protocol]}\r\n".encode(), Act.WAIT,
    ]  # fmt: skip
    who = Credential(ALICE.username, "ya29.token-of-alice", AuthKind.OAUTH2)
    _, texts = await told(tmp_path, Peer(script), protocol, who)
    assert any(reason in text for text in texts)
