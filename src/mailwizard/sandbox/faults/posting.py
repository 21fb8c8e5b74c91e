"""Messages to oneself that the sending server does not take, or takes and loses."""

from mailwizard.model import Outcome, Security, Step, Until
from mailwizard.sandbox.fault import Fault
from mailwizard.sandbox.faults._openings import DROPPED, IN, QUICK, TAKES
from mailwizard.sandbox.scripted import Act, Done, Drip, Script

TLS, D = Security.TLS, Step.DATA
GONE, GARBLED, LARGE = "tcp.closed tcp.reset", "reply.garbled", "reply.too-large"


def _at(
    name: str, command: str, done: Done, code: str, cause: str = "",
    *, limit: float = 10.0, flood: bool = False, never: tuple[str, ...] = (), outcome: Outcome = Outcome.FAIL,
) -> Fault:  # fmt: skip
    """Return a server that takes everything but one command."""
    script: Script = [*IN, TAKES.but((command, done))]
    return Fault(f"smtp-{name}", TLS, script, D, code, cause, outcome, Until.DELIVERY, limit, flood, never)


FAULTS = (
    _at("data-refused", "DATA",
        b"554 5.5.1 no valid recipients\r\n", "smtp.554", "recipient_unknown", never=("X-Mailwizard",)),
    _at("data-250", "DATA", b"250 ok\r\n", GARBLED, "protocol_error", never=("X-Mailwizard",)),
    _at("data-334", "DATA", b"334 \r\n", "smtp.334", "protocol_error", never=("X-Mailwizard",)),
    _at("data-421", "DATA",
        (b"421 4.3.2 shutting down\r\n", Act.CLOSE), "smtp.421", "server_unavailable", never=("X-Mailwizard",)),
    _at("data-garbled", "DATA", b"go ahead\r\n", GARBLED, "protocol_error", never=("X-Mailwizard",)),
    _at("data-answered-early", "DATA", b"354 go\r\n250 queued\r\n", GARBLED, "protocol_error", never=("X-Mailwizard",)),
    _at("data-dropped", "DATA", Act.CLOSE, GONE, DROPPED),
    _at("data-reset", "DATA", Act.RESET, GONE, DROPPED),
    _at("data-silence", "DATA", Act.WAIT, "timeout", "server_stalled", limit=QUICK),
    _at("data-flood", "DATA", (b"354-go\r\n", Act.FLOOD), LARGE, "reply_unbounded", flood=True),
    _at("dot-spam", ".", b"554 5.7.1 rejected as spam\r\n", "smtp.554", "spam_blocked"),
    _at("dot-size", ".", b"552 5.3.4 message too big\r\n", "smtp.552", "message_too_large"),
    _at("dot-quota", ".", b"552 5.2.2 mailbox over quota\r\n", "smtp.552", "mailbox_full"),
    _at("dot-limit", ".", b"450 4.7.1 daily sending limit exceeded\r\n", "smtp.450", "daily_limit"),
    _at("dot-greylisted", ".", b"451 4.7.1 Greylisted, please try again later\r\n", "smtp.451", "greylisted"),
    _at("dot-421", ".", (b"421 4.3.0 internal error\r\n", Act.CLOSE), "smtp.421", "server_unavailable"),
    _at("dot-354", ".", b"354 more\r\n", "smtp.354", "protocol_error"),
    _at("dot-garbled", ".", b"thanks\r\n", GARBLED, "protocol_error"),
    _at("dot-dropped", ".", Act.CLOSE, GONE, DROPPED),
    _at("dot-reset", ".", Act.RESET, GONE, DROPPED),
    _at("dot-silence", ".", Act.WAIT, "timeout", "server_stalled", limit=QUICK),
    _at("dot-drip", ".", Drip(b"250-" + b"x" * 900, 0.1), "timeout", "server_stalled", limit=QUICK),
    _at("dot-flood", ".", (b"250-ok\r\n", Act.FLOOD), LARGE, "reply_unbounded", flood=True),
    _at("dot-accepted-and-lost", ".", b"250 2.0.0 queued as 4D6F\r\n", "", "message_lost", outcome=Outcome.OK),
)  # fmt: skip
