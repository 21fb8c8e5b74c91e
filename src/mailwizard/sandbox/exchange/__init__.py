"""An Exchange server's web service (EWS): SOAP 1.1 over the small web, in front of the same mailboxes as IMAP.

``Exchange(world, host, manners).open()`` lets one in. It answers the operations that a mail program uses (MS-OXWSFOLD,
MS-OXWSSRCH, MS-OXWSCORE, MS-OXWSMSG), in every schema up to ``Exchange2016``. ``fail_next`` lets one go wrong on
demand, ``blocked`` refuses it to everybody as Exchange Online does, ``impersonators`` may act for others.
"""

from mailwizard.sandbox.exchange.manners import ONLINE, ExchangeManners, Form, Protection
from mailwizard.sandbox.exchange.service import BLOCKED, DISABLED, PATH, Exchange

__all__ = ["BLOCKED", "DISABLED", "ONLINE", "PATH", "Exchange", "ExchangeManners", "Form", "Protection"]
