"""Attacks by how DNS answers: names and numbers that are none, circles, and far too much of it."""

from mailwizard.net import Record
from mailwizard.sandbox.domain import Domain
from mailwizard.sandbox.plot import Piece, Plot, alias, every, listens, mail, mx, srv

_MX = mx("in.filter.example.")
_RECORDS = every(mail("post7"), srv("imaps", "post7", 993), srv("submissions", "post7", 465))
_BY_RECORD = {"incoming": "imap://post7.{d}:993/tls", "outgoing": "smtp://post7.{d}:465/tls"}


def _flood(kind: str, count: int) -> Piece:
    """Let a domain have a great many records of one kind."""

    def publish(plot: Plot) -> None:
        records = [Record("MX", f"mx{at}.in.{plot.domain}", at) for at in range(count)]
        if kind == "TXT":
            records = [Record("TXT", f"filler-{at}=" + "x" * 200) for at in range(count)]
        if kind == "SRV":
            records = [Record("SRV", f"imap{at}.{plot.domain}", at, 0, 993) for at in range(count)]
        name = f"_imaps._tcp.{plot.domain}" if kind == "SRV" else plot.domain
        plot.world.zone.add(name, *records)

    return publish


DOMAINS = (
    Domain(
        "srv-this-machine.example",
        "targets that are this machine",
        (
            _RECORDS,
            srv("imap", "localhost.", 143, 0),
            srv("submission", "127.0.0.1.", 587, 0),
        ),
        never=("localhost", "127.0.0.1"),
        attack="have a port of this machine spoken to",
        **_BY_RECORD,  # type: ignore[arg-type]
    ),
    Domain(
        "srv-numbers.example",
        "ports that are none",
        (
            _RECORDS,
            srv("imap", "zero7", 0),
            srv("submission", "high7", 99999),
            srv("pop3", "minus7", -1),
        ),
        never=("zero7.{d}", "high7.{d}", "minus7.{d}"),
        attack="make the program stumble",
        **_BY_RECORD,  # type: ignore[arg-type]
    ),
    Domain(
        "srv-control.example",
        "control characters in targets",
        (
            _RECORDS,
            srv("imap", "\x1b[2Jmail.{d}.", 143),
            srv("submission", "mail\r\nBcc: x.thief.example.", 587),
            srv("pop3", "mail\x00.thief.example.", 110),
            srv("pop3s", "[@click=app.quit]x[/].thief.example.", 995),
        ),
        attack="speak to the terminal",
        **_BY_RECORD,  # type: ignore[arg-type]
    ),
    Domain(
        "mx-control.example",
        "control characters and markup in an exchanger's name",
        (mx("mx\x1b]0;owned\x07.thief.example."), mx("[bold]mx[/bold].thief.example.")),
        attack="speak to the terminal",
    ),
    Domain(
        "alias-circle.example",
        "aliases that lead to each other",
        (
            _RECORDS,
            alias("autoconfig", "one"),
            alias("one", "two"),
            alias("two", "autoconfig"),
            alias("autodiscover", "autodiscover"),
        ),
        attack="be asked for ever",
        **_BY_RECORD,  # type: ignore[arg-type]
    ),
    Domain(
        "many-exchangers.example",
        "as many exchangers as one answer holds",
        (_flood("MX", 2000), _RECORDS),
        attack="keep the program busy",
        **_BY_RECORD,  # type: ignore[arg-type]
    ),
    Domain(
        "many-texts.example",
        "as many texts as one answer holds",
        (_MX, _flood("TXT", 290), _RECORDS),
        attack="keep the program busy",
        **_BY_RECORD,  # type: ignore[arg-type]
    ),
    Domain(
        "many-services.example",
        "as many servers for one service as one answer holds",
        (_MX, _flood("SRV", 1200), srv("submissions", "post7", 465), mail("post7")),
        incoming="imap://imap0.{d}:993/tls",
        outgoing="smtp://post7.{d}:465/tls",
        attack="keep the program busy",
    ),
    Domain(
        "long-names.example",
        "names of a length that DNS cannot hold",
        (
            _RECORDS,
            srv("imap", "x" * 64 + ".{d}.", 143),
            srv("submission", ".".join(["y" * 60] * 5) + ".", 587),
            listens("@", 443),
        ),
        attack="make the program stumble",
        **_BY_RECORD,  # type: ignore[arg-type]
    ),
)
