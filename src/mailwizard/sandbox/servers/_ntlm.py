"""Sign-ins with NTLM at a mail server that belongs to a Windows domain ([MS-SMTPNTLM] section 1.3)."""

from __future__ import annotations

import time
from dataclasses import dataclass

from mailwizard.model import Protocol
from mailwizard.sandbox.exchange import ntlm
from mailwizard.sandbox.mailboxes import Mailbox, Verdict
from mailwizard.sandbox.servers import Desk


@dataclass(frozen=True, slots=True)
class Exchange:
    """One sign-in under way."""

    desk: Desk
    challenge: ntlm.Challenge

    @classmethod
    def begun(cls, desk: Desk, opening: bytes) -> Exchange | None:
        """Return the sign-in that a client's first message begins, or nothing where it is none."""
        try:
            if ntlm.kind(opening) != 1:
                return None
        except ntlm.Malformed:
            return None
        domain = desk.host.partition(".")[2]
        return cls(desk, ntlm.challenge(opening, desk.manners.windows_domain, domain, desk.host, time.time()))

    @property
    def asks(self) -> bytes:
        """Return the challenge."""
        return self.challenge.message

    def judge(self, answer: bytes, protocol: Protocol) -> tuple[str, Verdict]:
        """Return whose mailbox an answer opens, and whether it does; the attempt goes into the book."""
        try:
            claim = ntlm.claim(answer)
        except ntlm.Malformed:
            return "", Verdict.WRONG
        mailbox = self._mailbox(claim)
        verdict = Verdict.WRONG
        if mailbox is not None and self.challenge.proves(claim, mailbox.password):
            verdict = mailbox.judge(protocol, mailbox.password)
        user = f"{claim.domain}\\{claim.user}" if claim.domain else claim.user
        self.desk.directory.refuse(self.desk.place, "NTLM", user, "", verdict)
        return (mailbox.address if mailbox is not None else user), verdict

    def _mailbox(self, claim: ntlm.Claim) -> Mailbox | None:
        """Return the mailbox of a user of this server's domain; of no other, and of none where it is not named."""
        if claim.domain.lower() != self.desk.manners.windows_domain.lower():
            return None
        boxes = self.desk.directory.mailboxes.values()
        return next((box for box in boxes if box.address.partition("@")[0].lower() == claim.user.lower()), None)
