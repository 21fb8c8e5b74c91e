"""How each provider greets, what it offers and in which words it refuses."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol

from mailwizard.sandbox.mailboxes import Verdict

FOLDERS = (("INBOX", ""), ("Drafts", r"\Drafts"), ("Junk", r"\Junk"), ("Sent", r"\Sent"), ("Trash", r"\Trash"))


class Manners(Protocol):
    """What the servers of one provider say. SMTP replies are whole, IMAP texts follow ``NO`` or ``OK``."""

    smtp_mechanisms: tuple[str, ...]
    smtp_extensions: tuple[str, ...]
    imap_extensions: tuple[str, ...]
    imap_mechanisms: tuple[str, ...]
    imap_folders: tuple[tuple[str, str], ...] = FOLDERS
    """The folders, each with what it is for (RFC 6154)."""
    imap_name: str
    """What the IMAP server calls itself when asked (RFC 2971)."""
    tells_capabilities: bool
    """Whether the IMAP greeting and the answer to a sign-in carry them."""
    owner_only: bool
    """Whether a message may only be sent as the mailbox that signed in."""
    relays: bool = False
    """Whether a message may be sent by whoever gets a connection, as a company's inner relay lets its machines."""
    windows_domain: str = ""
    """The domain that a user name belongs to at a sign-in with NTLM."""
    token_reason: str = ""
    """The JSON that goes ahead of the refusal of a token; none where it is refused at once."""
    pop3_refusal: str = "[AUTH] Authentication failed."
    """The text that follows ``-ERR`` at a sign-in with POP3."""

    def smtp_banner(self, host: str) -> str:
        """Return what follows ``220`` and the host name."""

    def smtp_hello(self, host: str) -> str:
        """Return the first line of the answer to EHLO, without its code."""

    def smtp_verdict(self, verdict: Verdict) -> str:
        """Return the whole reply to AUTH; its lines are parted by CRLF."""

    def imap_banner(self, host: str) -> str:
        """Return the text of the IMAP greeting."""

    def imap_verdict(self, verdict: Verdict, command: str, user: str) -> str:
        """Return the text of the answer to LOGIN or AUTHENTICATE."""


def now() -> datetime:
    """Return the time that servers name in what they say; a picture may hold it still."""
    return datetime.now(UTC)


class Postfix(Manners):
    """A self-hosted server: Postfix and Dovecot as Debian ships them."""

    smtp_mechanisms: tuple[str, ...] = ("PLAIN", "LOGIN")
    smtp_extensions = ("PIPELINING", "ENHANCEDSTATUSCODES", "8BITMIME", "SMTPUTF8")
    imap_extensions = ("SASL-IR", "ID", "LITERAL+", "NAMESPACE", "SPECIAL-USE", "UIDPLUS", "IDLE")
    imap_mechanisms: tuple[str, ...] = ("PLAIN", "LOGIN")
    imap_name = "Dovecot"
    tells_capabilities = True
    owner_only = True

    def smtp_banner(self, host: str) -> str:
        """Return what follows ``220`` and the host name."""
        return "ESMTP Postfix (Debian)"

    def smtp_hello(self, host: str) -> str:
        """Return the first line of the answer to EHLO, without its code."""
        return host

    def smtp_verdict(self, verdict: Verdict) -> str:
        """Return the whole reply to AUTH."""
        if verdict is Verdict.WELCOME:
            return "235 2.7.0 Authentication successful"
        return "535 5.7.8 Error: authentication failed: (reason unavailable)"

    def imap_banner(self, host: str) -> str:
        """Return the text of the IMAP greeting."""
        return "Dovecot (Debian) ready."

    def imap_verdict(self, verdict: Verdict, command: str, user: str) -> str:
        """Return the text of the answer to LOGIN or AUTHENTICATE."""
        return "Logged in" if verdict is Verdict.WELCOME else "[AUTHENTICATIONFAILED] Authentication failed."


class Google(Manners):
    """Gmail and Google Workspace."""

    smtp_mechanisms: tuple[str, ...] = ("LOGIN", "PLAIN", "XOAUTH2")
    smtp_extensions = ("8BITMIME", "ENHANCEDSTATUSCODES", "PIPELINING", "SMTPUTF8")
    imap_extensions = ("UNSELECT", "IDLE", "NAMESPACE", "ID", "CHILDREN", "X-GM-EXT-1", "UIDPLUS", "MOVE", "SASL-IR")
    imap_mechanisms: tuple[str, ...] = ("XOAUTH2", "PLAIN")
    imap_folders = (
        ("INBOX", ""),
        ("[Gmail]/All Mail", r"\All"),
        ("[Gmail]/Drafts", r"\Drafts"),
        ("[Gmail]/Sent Mail", r"\Sent"),
        ("[Gmail]/Spam", r"\Junk"),
        ("[Gmail]/Trash", r"\Trash"),
    )
    imap_name = "GImap"
    pop3_refusal = "[AUTH] Username and password not accepted."
    tells_capabilities = False
    owner_only = False

    def smtp_banner(self, host: str) -> str:
        """Return what follows ``220`` and the host name."""
        return "ESMTP ffacd0b85a97d-42b7f2e556dsm11310546f8f.11 - gsmtp"

    def smtp_hello(self, host: str) -> str:
        """Return the first line of the answer to EHLO, without its code."""
        return f"{host} at your service, [192.0.2.10]"

    def smtp_verdict(self, verdict: Verdict) -> str:
        """Return the whole reply to AUTH."""
        mark = "ffacd0b85a97d-42b7f2e556dsm11310546f8f.11 - gsmtp"
        if verdict is Verdict.WELCOME:
            return "235 2.7.0 Accepted"
        if verdict is Verdict.WANTS_APP_PASSWORD:
            return (
                "534-5.7.9 Application-specific password required. For more information, go to\r\n"
                f"534 5.7.9  https://support.google.com/mail/?p=InvalidSecondFactor {mark}"
            )
        return (
            "535-5.7.8 Username and Password not accepted. For more information, go to\r\n"
            f"535 5.7.8  https://support.google.com/mail/?p=BadCredentials {mark}"
        )

    def imap_banner(self, host: str) -> str:
        """Return the text of the IMAP greeting."""
        return "Gimap ready for requests from 192.0.2.10 ffacd0b85a97d"

    def imap_verdict(self, verdict: Verdict, command: str, user: str) -> str:
        """Return the text of the answer to LOGIN or AUTHENTICATE."""
        if verdict is Verdict.WELCOME:
            return f"{user} authenticated (Success)"
        if verdict is Verdict.WANTS_APP_PASSWORD:
            page = "https://support.google.com/accounts/answer/185833"
            return f"[ALERT] Application-specific password required: {page} (Failure)"
        return "[AUTHENTICATIONFAILED] Invalid credentials (Failure)"


class Microsoft(Manners):
    """Outlook.com and Microsoft 365."""

    smtp_mechanisms: tuple[str, ...] = ("LOGIN", "XOAUTH2")
    smtp_extensions = ("PIPELINING", "ENHANCEDSTATUSCODES", "8BITMIME", "SMTPUTF8")
    imap_extensions = ("SASL-IR", "ID", "UNSELECT", "CHILDREN", "NAMESPACE", "LITERAL+")
    imap_mechanisms: tuple[str, ...] = ("PLAIN", "XOAUTH2")
    imap_name = "Microsoft.Exchange.Imap4.Imap4Server"
    pop3_refusal = "Authentication failure: unknown user name or bad password."
    tells_capabilities = False
    owner_only = True

    def smtp_banner(self, host: str) -> str:
        """Return what follows ``220`` and the host name."""
        at = now().strftime("%a, %d %b %Y %H:%M:%S +0000")
        return f"Microsoft ESMTP MAIL Service ready at {at} [08DE28C41B3F5A17]"

    def smtp_hello(self, host: str) -> str:
        """Return the first line of the answer to EHLO, without its code."""
        return "AM0PR04CA0012.outlook.office365.com Hello [192.0.2.10]"

    def smtp_verdict(self, verdict: Verdict) -> str:
        """Return the whole reply to AUTH."""
        at = now().strftime("%Y-%m-%dT%H:%M:%S.000Z")
        mark = f"[AM0PR04CA0012.eurprd04.prod.outlook.com {at} 08DE28C41B3F5A17]"
        if verdict is Verdict.WELCOME:
            return "235 2.7.0 Authentication successful"
        if verdict is Verdict.SWITCHED_OFF:
            return (
                "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. "
                f"Visit https://aka.ms/smtp_auth_disabled for more information. {mark}"
            )
        if verdict is Verdict.NO_PASSWORDS:
            return f"535 5.7.139 Authentication unsuccessful, basic authentication is disabled. {mark}"
        return f"535 5.7.3 Authentication unsuccessful {mark}"

    def imap_banner(self, host: str) -> str:
        """Return the text of the IMAP greeting."""
        return "The Microsoft Exchange IMAP4 service is ready. [QQBNADAAUABSADAANABDAEEAMAAwADEAMgA=]"

    def imap_verdict(self, verdict: Verdict, command: str, user: str) -> str:
        """Return the text of the answer to LOGIN or AUTHENTICATE."""
        return f"{command} completed." if verdict is Verdict.WELCOME else f"{command} failed."
