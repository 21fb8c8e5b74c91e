"""Ready connections to Postfix and Dovecot: large messages both ways through the standard library's own clients."""

from __future__ import annotations

import threading
from email.message import EmailMessage
from pathlib import Path

import pytest
from tests.real.servers import HOST, PASSWORD, USER, Servers
from tests.real.test_mail_servers import IMAP, SMTP, STARTTLS, TLS

from mailwizard.model import Account, Address, AuthKind, Endpoint, Security, Server, State
from mailwizard.net.real import RealNet
from mailwizard.onboarding import Application, Need

OWN = Address.parse(f"{USER}@{HOST}")
LINES = 60_000


@pytest.mark.parametrize("security", [TLS, STARTTLS])
def test_a_message_of_a_megabyte_goes_out_and_comes_back(
    servers: Servers, home: Path, security: Security, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "MAILWIZARD_HOST_DIR"):
        monkeypatch.setenv(name, str(home / name.lower()))
    from mailwizard.storage import profiles

    secret = home / "secret"
    secret.write_text(PASSWORD)
    secret.chmod(0o600)
    imap, smtp = (Endpoint(protocol, HOST, servers.port(protocol, security), security) for protocol in (IMAP, SMTP))
    server = Server("reports", imap, smtp, AuthKind.PASSWORD, AuthKind.PASSWORD)
    account = Account("reports", OWN, "reports", USER, secret=f"file:{secret}", state=State.VERIFIED)
    profiles.save(account, server)
    app = Application("reports", needs=set(Need), net=lambda: RealNet(ca_file=servers.ca_file))
    message = EmailMessage()
    message["From"] = message["To"] = str(OWN)
    message["Subject"] = f"A long report over {security}"
    message.set_content("a line of text\n" * LINES)

    with app.smtp() as sending:
        assert sending.send_message(message) == {}
    with app.imap() as mailbox:
        for _ in range(100):
            mailbox.select("INBOX")
            _, found = mailbox.search(None, "SUBJECT", f'"over {security}"')
            if found[0]:
                break
        _, parts = mailbox.fetch(found[0].split()[-1].decode(), "(RFC822)")
        assert isinstance(parts[0], tuple)
        assert parts[0][1].count(b"a line of text") == LINES
        mailbox.store(found[0].split()[-1].decode(), "+FLAGS", r"(\Deleted)")
        mailbox.expunge()
    for thread in threading.enumerate():
        if thread.name.startswith("mailwizard-line"):
            thread.join(5)
            assert not thread.is_alive()
