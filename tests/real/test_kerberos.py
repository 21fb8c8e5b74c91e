"""Kerberos with a real key distribution centre: the ticket of this machine signs in, and no secret is sent."""

from __future__ import annotations

import asyncio
import base64
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from tests.unit.scripted import HOST, Act, Heard, Peer, Script, context, draft, net

from mailwizard.checks import verify
from mailwizard.model import Credential, Evidence, Outcome, Protocol, Security, Until

REALM, PRINCIPAL = "CORP.TEST", "alice"
TOOLS = ("krb5kdc", "kdb5_util", "kadmin.local", "kinit")
SERVICES = {Protocol.SMTP: "smtp", Protocol.IMAP: "imap", Protocol.POP3: "pop"}

pytest.importorskip("gssapi", reason="the Python library gssapi is not here", exc_type=ImportError)
spnego: Any = pytest.importorskip("spnego")
if missing := [tool for tool in TOOLS if not shutil.which(tool)]:
    pytest.skip(f"not installed here: {', '.join(missing)}", allow_module_level=True)


@pytest.fixture(scope="module")
def realm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Yield the folder of a realm with one person who has a ticket, and with the keys of our servers."""
    folder = tmp_path_factory.mktemp("realm")
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]
    (folder / "krb5.conf").write_text(
        f"[libdefaults]\ndefault_realm = {REALM}\ndns_lookup_kdc = false\ndns_canonicalize_hostname = false\n"
        f"rdns = false\n[realms]\n{REALM} = {{\n kdc = 127.0.0.1:{port}\n}}\n[domain_realm]\n{HOST} = {REALM}\n"
    )
    (folder / "kdc.conf").write_text(
        f"[kdcdefaults]\nkdc_listen = 127.0.0.1:{port}\nkdc_tcp_listen = 127.0.0.1:{port}\n[realms]\n{REALM} = {{\n"
        f" database_name = {folder}/principal\n key_stash_file = {folder}/stash\n}}\n"
    )
    more = os.environ.get("KRB5_CONFIG")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KRB5_CONFIG", ":".join(filter(None, (str(folder / "krb5.conf"), more))))
        patch.setenv("KRB5_KDC_PROFILE", str(folder / "kdc.conf"))
        patch.setenv("KRB5CCNAME", f"FILE:{folder}/ticket")
        patch.setenv("KRB5_KTNAME", f"FILE:{folder}/keys")
        run("kdb5_util", "create", "-s", "-r", REALM, "-P", "master")
        for service in SERVICES.values():
            admin(f"addprinc -randkey {service}/{HOST}")
            admin(f"ktadd -k {folder}/keys {service}/{HOST}")
        admin(f"addprinc -pw secret {PRINCIPAL}")
        centre = subprocess.Popen(["krb5kdc", "-n", "-r", REALM], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            assert centre.stdout is not None and b"starting" in centre.stdout.readline()
            run("kinit", PRINCIPAL, text="secret\n")
            yield folder
        finally:
            centre.terminate()
            centre.communicate()


def run(*words: str, text: str = "") -> None:
    done = subprocess.run(words, input=text, text=True, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def admin(query: str) -> None:
    run("kadmin.local", "-r", REALM, "-q", query)


class KerberosPeer(Peer):
    """A server that takes tickets alone."""

    def __init__(self, protocol: Protocol, layers: int = 1) -> None:
        super().__init__(())
        self.protocol, self.layers = protocol, layers
        self.principal = self.acts_for = ""

    async def _follow(self, script: Script, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        await writer.start_tls(context())
        hi, can, self._ahead, done = {
            Protocol.SMTP: (b"220 hi", b"250-x\r\n250 AUTH GSSAPI", b"334 ", b"235 ok"),
            Protocol.IMAP: (b"* OK hi", b"* CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=GSSAPI\r\na1 OK", b"+ ", b"a2 OK"),
            Protocol.POP3: (b"+OK hi", b"+OK\r\nSASL GSSAPI\r\nUIDL\r\n.", b"+ ", b"+OK"),
        }[self.protocol]
        writer.write(hi + b"\r\n")
        await reader.readline()
        writer.write(can + b"\r\n")
        if b"GSSAPI" not in await reader.readline():
            return
        server = spnego.server(hostname=HOST, service=SERVICES[self.protocol], protocol="kerberos")
        token = await self._asked(b"")
        while not server.complete:
            token = await self._asked(server.step(token) or b"")
        assert token == b"", "nothing is said between the last token and the layers"
        last = server.unwrap(await self._asked(server.wrap(bytes((self.layers, 0, 0, 0)), encrypt=False).data)).data
        assert last[:4] == b"\1\0\0\0"
        self.principal, self.acts_for = server.client_principal, last[4:].decode()
        writer.write(done + b"\r\n")
        while b"STAT" in await reader.readline():
            writer.write(b"+OK 0 0\r\n")
        with suppress(ConnectionError):
            await super()._follow([Act.WAIT], reader, writer)

    async def _asked(self, challenge: bytes) -> bytes:
        self._writer.write(self._ahead + base64.b64encode(challenge) + b"\r\n")
        line = await self._reader.readline()
        if line in {b"", b"*\r\n"}:
            raise ConnectionError
        return base64.b64decode(line)


async def signed_in(folder: Path, peer: KerberosPeer) -> Evidence:
    async with peer:
        heard, end = Heard(), peer.endpoint(peer.protocol, Security.TLS)
        chosen = draft(end, None, username="") if peer.protocol.incoming else draft(None, end, username="")
        who = Credential(PRINCIPAL, "")
        await verify(chosen, who, net(folder), heard, Until.SIGN_IN, mechanism="GSSAPI")
    return heard.last()


@pytest.mark.parametrize("protocol", SERVICES)
async def test_a_ticket_signs_in_to_every_protocol(protocol: Protocol, realm: Path, tmp_path: Path) -> None:
    peer = KerberosPeer(protocol)
    last = await signed_in(tmp_path, peer)
    assert (last.outcome, last.fact("mechanism")) == (Outcome.OK, "GSSAPI"), last
    assert (peer.principal, peer.acts_for) == (f"{PRINCIPAL}@{REALM}", PRINCIPAL)


async def test_a_server_that_insists_on_its_own_encryption_is_left(realm: Path, tmp_path: Path) -> None:
    last = await signed_in(tmp_path, KerberosPeer(Protocol.SMTP, layers=4))
    assert (last.outcome, last.code) == (Outcome.FAIL, "reply.garbled")


@pytest.mark.parametrize("name", ["none", "empty"])
async def test_without_a_ticket_nothing_is_sent(
    name: str, realm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").write_bytes(b"")
    monkeypatch.setenv("KRB5CCNAME", f"FILE:{tmp_path}/{name}")
    last = await signed_in(tmp_path, KerberosPeer(Protocol.SMTP))
    assert last.code == "sign-in.no-mechanism" and last.fact("secret") == ""
    assert last.detail == "it offers only: GSSAPI; there is no Kerberos ticket on this machine: kinit gets one"
