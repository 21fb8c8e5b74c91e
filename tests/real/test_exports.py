"""Exports under the programs that they are written for: they send, fetch and sign in with nothing but our text."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from textwrap import dedent

import pexpect
import pytest
from tests.real.servers import HOST, OTHER_PASSWORD, OTHER_USER, PASSWORD, TOKEN, USER, Servers
from tests.real.test_mail_servers import IMAP, SMTP, STARTTLS, TLS

from mailwizard.exports import export
from mailwizard.exports.setup import Setup, Side
from mailwizard.model import Account, Address, AuthKind, Security, Server
from mailwizard.storage import profiles

OWN = Address.parse(f"{USER}@{HOST}")
PATIENCE = 30.0
each_auth = pytest.mark.parametrize("auth", [AuthKind.PASSWORD, AuthKind.OAUTH2])
each_security = pytest.mark.parametrize("security", [TLS, STARTTLS])


@pytest.fixture(autouse=True)
def emptied(servers: Servers) -> Iterator[None]:
    """Leave the mailbox to the next test as it was."""
    yield
    servers.empty()


def program(home: Path, password: str = PASSWORD) -> tuple[str, ...]:
    """Return a program that tells the secret of an account as ours does, in a place with a blank."""
    place = home / "my tools" / "mailwizard"
    place.parent.mkdir()
    place.write_text(
        dedent(f"""\
        #!{sys.executable}
        import sys
        what, name = sys.argv[1:]
        assert name == "al's work", name
        print({{"secret": {password!r}, "token": {TOKEN!r}}}[what])
        """)
    )
    place.chmod(0o700)
    return (str(place),)


def setup(servers: Servers, home: Path, security: Security, auth: AuthKind = AuthKind.PASSWORD) -> Setup:
    fetching, sending = (Side(servers.endpoint(one, security), USER, auth) for one in (IMAP, SMTP))
    return Setup("al's work", OWN, 'J"ö, (r) $x', incoming=fetching, outgoing=sending, program=program(home))


def letter(subject: str) -> str:
    message = EmailMessage()
    message["From"] = message["To"] = str(OWN)
    message["Subject"] = subject
    message.set_content("Sent by another program.\n")
    return message.as_string()


def ran(*words: str, given: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LC_ALL": "C.UTF-8", **more}
    return subprocess.run(words, input=given, capture_output=True, text=True, timeout=PATIENCE, env=environment)


def until(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def sent(servers: Servers, before: int) -> bool:
    return until(lambda: servers.messages() > before)


@each_auth
@each_security
def test_msmtp_sends_with_it(servers: Servers, home: Path, security: Security, auth: AuthKind) -> None:
    written = export(setup(servers, home, security, auth), "msmtp")
    file = home / "msmtprc"
    file.write_text(f"{written}tls_trust_file {servers.ca_file}\n")
    file.chmod(0o600)
    before = servers.messages()
    done = ran("msmtp", "-C", str(file), "-a", "al's work", "--", str(OWN), given=letter(f"msmtp {security}"))
    assert done.returncode == 0, done.stderr
    assert sent(servers, before)


@each_auth
@each_security
@pytest.mark.parametrize("mutt", ["mutt", "neomutt"])
def test_mutt_sends_with_it(servers: Servers, home: Path, security: Security, auth: AuthKind, mutt: str) -> None:
    written = export(setup(servers, home, security, auth), "mutt")
    file = home / "muttrc"
    file.write_text(f'{written}set ssl_ca_certificates_file = "{servers.ca_file}"\nset copy = no\n')
    before = servers.messages()
    done = ran(mutt, "-F", str(file), "-s", f"{mutt} {security}", str(OWN), given="Sent by Mutt.\n")
    assert done.returncode == 0, done.stderr + done.stdout
    assert sent(servers, before)


@each_security
def test_django_sends_with_it(servers: Servers, home: Path, security: Security) -> None:
    sending = Side(servers.endpoint(SMTP, security), OTHER_USER, AuthKind.PASSWORD)
    other = Address.parse(f"{OTHER_USER}@{HOST}")
    whole = Setup("al's work", other, 'J"ö, (r) $x', outgoing=sending, program=program(home, OTHER_PASSWORD))
    (home / "shop.py").write_text(export(whole, "django") + "SECRET_KEY = 'x'\n")
    code = dedent(f"""\
        import django
        from django.core.mail import send_mail
        django.setup()
        raise SystemExit(send_mail("django {security}", "text", None, ["{OWN}"]) != 1)
        """)
    before = servers.messages()
    more = {"DJANGO_SETTINGS_MODULE": "shop", "PYTHONPATH": str(home), "SSL_CERT_FILE": str(servers.ca_file)}
    done = ran(sys.executable, "-c", code, **more)
    assert done.returncode == 0, done.stderr
    assert sent(servers, before)


@each_security
def test_mbsync_fetches_with_it(servers: Servers, home: Path, security: Security) -> None:
    before = servers.messages()
    msmtp = home / "msmtprc"
    whole = setup(servers, home, security)
    msmtp.write_text(f"{export(whole, 'msmtp')}tls_trust_file {servers.ca_file}\n")
    msmtp.chmod(0o600)
    assert ran("msmtp", "-C", str(msmtp), "-a", "al's work", str(OWN), given=letter("for mbsync")).returncode == 0
    assert sent(servers, before)
    servers.delivered()
    written = export(whole, "mbsync")
    file = home / "mbsyncrc"
    file.write_text(written.replace(f"Host {HOST}\n", f"Host {HOST}\nCertificateFile {servers.ca_file}\n"))
    hint = next(line for line in written.splitlines() if "mkdir" in line)
    assert ran("sh", "-c", hint.partition("once: ")[2]).returncode == 0
    done = ran("mbsync", "-c", str(file), "al's work")
    assert done.returncode == 0, done.stderr
    fetched = [one for one in (home / "Mail" / "al's work" / "INBOX").rglob("*") if one.is_file()]
    assert any("for mbsync" in one.read_text(errors="replace") for one in fetched)


@each_auth
@each_security
def test_aerc_signs_in_with_it(servers: Servers, home: Path, security: Security, auth: AuthKind) -> None:
    folder = home / ".config" / "aerc"
    folder.mkdir(parents=True)
    (folder / "accounts.conf").write_text(export(setup(servers, home, security, auth), "aerc"))
    (folder / "accounts.conf").chmod(0o600)
    before = servers.logins("imap")
    environment = {**os.environ, "SSL_CERT_FILE": str(servers.ca_file), "TERM": "xterm", "LC_ALL": "C.UTF-8"}
    with pexpect.spawn("aerc", env=environment, dimensions=(24, 80), timeout=PATIENCE) as screen:
        screen.expect("INBOX")
        screen.terminate(force=True)
    assert servers.logins("imap") > before


@each_security
def test_postfix_reads_it_and_finds_the_password(servers: Servers, home: Path, security: Security) -> None:
    written = export(setup(servers, home, security), "postfix")
    (home / "master.cf").write_text("")
    (home / "main.cf").write_text(f"compatibility_level = 3.6\n{written}")
    end = servers.endpoint(SMTP, security)
    names = ("relayhost", "smtp_tls_security_level", "smtp_tls_wrappermode", "smtp_sasl_password_maps")
    done = ran("postconf", "-c", str(home), "-h", *names)
    assert done.stderr == ""
    wrapped = "yes" if security is TLS else "no"
    maps = "texthash:/etc/postfix/sasl_passwd"
    assert done.stdout.splitlines() == [f"[{HOST}]:{end.port}", "secure", wrapped, maps]
    # What the comment says to type, into a file of ours.
    line = next(line for line in written.splitlines() if "printf" in line)
    typed = line.removeprefix("#").replace("sudo tee /etc/postfix/sasl_passwd >/dev/null", f"cat > {home}/map")
    assert ran("sh", "-c", typed).returncode == 0
    assert ran("postmap", "-q", f"[{HOST}]:{end.port}", f"texthash:{home}/map").stdout == f"{USER}:{PASSWORD}\n"


def test_a_saved_account_goes_from_the_command_into_a_message(
    servers: Servers, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "secret").write_text(PASSWORD)
    (home / "secret").chmod(0o600)
    incoming, outgoing = (servers.endpoint(one, TLS) for one in (IMAP, SMTP))
    profiles.save(Account("work", OWN, "work", USER, secret=f"file:{home}/secret"), Server("work", incoming, outgoing))
    program = str(Path(sys.executable).with_name("mailwizard"))
    (home / ".msmtprc").write_text(f"defaults\ntls_trust_file {servers.ca_file}\n")
    monkeypatch.setenv("PATH", f"{Path(program).parent}:{os.environ['PATH']}")
    done = ran(program, "export", "work", "--to", "msmtp", "--write", "--yes")
    assert done.returncode == 0 and PASSWORD not in done.stdout + done.stderr, done.stderr
    before = servers.messages()
    (home / ".msmtprc").chmod(0o600)
    done = ran("msmtp", "-a", "work", "--", str(OWN), given=letter("from the command"))
    assert done.returncode == 0, done.stderr
    assert sent(servers, before)
