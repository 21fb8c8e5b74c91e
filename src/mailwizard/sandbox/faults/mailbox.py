"""Mailboxes in which folders, searches, messages or waiting go wrong."""

from mailwizard.model import Outcome, Security, Step, Until
from mailwizard.sandbox.fault import Fault
from mailwizard.sandbox.faults._openings import DROPPED, FINDS, IN_IMAP, OPEN, OURS, QUICK, head
from mailwizard.sandbox.scripted import Act, Answers, Done, Drip, Script

TLS, B, P = Security.TLS, Step.MAILBOX, Step.APPEND
GONE, GARBLED, LARGE, LONG = "tcp.closed tcp.reset", "reply.garbled", "reply.too-large", "reply.line-too-long"
TOUCHES = ("UID STORE", "UID EXPUNGE", "EXPUNGE", "STORE")
LOST = "delivery.lost"
NOT_OURS = head(b"From: eve@other.example", b"Subject: private")
MENTIONS = head(b"From: eve@other.example", b"References: <{token}@other.example>", b"Subject: X-Mailwizard: {token}")


def _at(
    name: str, answers: Answers, command: str, done: Done, step: Step, code: str, cause: str,
    *, limit: float = 10.0, flood: bool = False, never: tuple[str, ...] = (), outcome: Outcome = Outcome.FAIL,
) -> Fault:  # fmt: skip
    """Return a server that answers one command in its own way."""
    script: Script = [*IN_IMAP, answers.but((command, done))]
    return Fault(f"imap-{name}", TLS, script, step, code, cause, outcome, Until.DELIVERY, limit, flood, never)


def _appending(name: str, done: Done, code: str, cause: str, *, limit: float = 10.0, flood: bool = False) -> Fault:
    """Return a server that has our message in INBOX alone, and does one thing when a copy is to go into Sent."""
    sent = (b"{tag} OK\r\n", OPEN.but(("APPEND", done)))
    script: Script = [*IN_IMAP, FINDS.but(('SELECT "Sent"', sent))]
    return Fault(f"imap-append-{name}", TLS, script, P, code, cause, until=Until.DELIVERY, limit=limit, flood=flood)


def _reading(name: str, header: bytes, code: str = "", cause: str = "", outcome: Outcome = Outcome.OK) -> Fault:
    """Return a server that has our message, with a header that is hard to read."""
    answer = head(b"X-Mailwizard: {token}", header)
    script: Script = [*IN_IMAP, FINDS.but(("UID FETCH", answer))]
    return Fault(f"imap-fetch-{name}", TLS, script, B, code, cause, outcome, Until.DELIVERY)


FAULTS = (
    _at("list-no", OPEN, "LIST", b"{tag} NO not allowed\r\n", B, "imap.no", "mailbox_unavailable"),
    _at("list-dropped", OPEN, "LIST", Act.CLOSE, B, GONE, DROPPED),
    _at("list-silence", OPEN, "LIST", Act.WAIT, B, "timeout", "server_stalled", limit=QUICK),
    _at("list-flood", OPEN, "LIST", (b'* LIST () "/" a\r\n', Act.FLOOD), B, LARGE, "reply_unbounded", flood=True),
    _at("list-nothing", OPEN, "LIST", b"{tag} OK\r\n", B, LOST, "message_lost", never=TOUCHES),
    _at("list-garbage", OPEN,
        "LIST", b'* LIST ( "/" \r\n* LIST\r\n* LIST () NIL {3}\r\na\nb\r\n{tag} OK\r\n', B, LOST, "message_lost"),
    _at("list-ten-thousand", OPEN, "LIST", b'* LIST () "/" a\r\n' * 10_000 + b"{tag} OK\r\n", B, LOST, "message_lost"),
    _at("select-no", OPEN,
        "SELECT", b"{tag} NO [NONEXISTENT] no such folder\r\n", B, "imap.nonexistent", "folder_missing"),
    _at("select-bad", OPEN, "SELECT", b"{tag} BAD what\r\n", B, "imap.bad", "protocol_error"),
    _at("select-in-use", OPEN, "SELECT", b"{tag} NO [INUSE] locked\r\n", B, "imap.inuse", "mailbox_in_use"),
    _at("select-dropped", OPEN, "SELECT", Act.CLOSE, B, GONE, DROPPED),
    _at("select-reset", OPEN, "SELECT", Act.RESET, B, GONE, DROPPED),
    _at("select-silence", OPEN, "SELECT", Act.WAIT, B, "timeout", "server_stalled", limit=QUICK),
    _at("select-drip", OPEN, "SELECT", Drip(b"* OK " + b"x" * 900, 0.1), B, "timeout", "server_stalled", limit=QUICK),
    _at("select-exists-flood", OPEN,
        "SELECT", (b"* 9999 EXISTS\r\n", Act.FLOOD), B, LARGE, "reply_unbounded", flood=True),
    _at("select-wrong-tag", OPEN, "SELECT", b"a99 OK\r\n", B, GARBLED, "protocol_error"),
    _at("select-bye", OPEN, "SELECT", (b"* BYE shutting down\r\n", Act.CLOSE), B, "imap.bye", "server_unavailable"),
    _at("select-prompt", OPEN, "SELECT", b"+ \r\n", B, GARBLED, "protocol_error"),
    _at("search-no", OPEN, "UID SEARCH", b"{tag} NO [CANNOT] no\r\n", B, "imap.cannot", "protocol_error"),
    _at("search-bad", OPEN, "UID SEARCH", b"{tag} BAD what\r\n", B, "imap.bad", "protocol_error"),
    _at("search-dropped", OPEN, "UID SEARCH", Act.CLOSE, B, GONE, DROPPED),
    _at("search-silence", OPEN, "UID SEARCH", Act.WAIT, B, "timeout", "server_stalled", limit=QUICK),
    _at("search-garbage", OPEN,
        "UID SEARCH", b"* SEARCH x -1 99999999999 \xff\r\n{tag} OK\r\n", B, LOST, "message_lost", never=("UID FETCH",)),
    _at("search-thousands", OPEN.but(("UID FETCH", NOT_OURS)), "UID SEARCH",
        b"* SEARCH" + b" 123456" * 1000 + b"\r\n{tag} OK\r\n", B, LOST, "message_lost", never=TOUCHES),
    _at("search-flood", OPEN,
        "UID SEARCH", (b"* SEARCH 1 2 3\r\n", Act.FLOOD), B, LARGE, "reply_unbounded", flood=True),
    _at("fetch-of-somebody-else", FINDS, "UID FETCH", NOT_OURS, B, LOST, "message_lost", never=TOUCHES),
    _at("fetch-that-mentions-ours", FINDS, "UID FETCH", MENTIONS, B, LOST, "message_lost", never=TOUCHES),
    _at("fetch-of-another-number", FINDS,
        "UID FETCH", OURS.replace(b"UID 7", b"UID 8"), B, LOST, "message_lost", never=TOUCHES),
    _at("fetch-nothing", FINDS, "UID FETCH", b"{tag} OK\r\n", B, LOST, "message_lost", never=TOUCHES),
    _at("fetch-no", FINDS, "UID FETCH", b"{tag} NO not now\r\n", B, "imap.no", "mailbox_unavailable"),
    _at("fetch-dropped", FINDS, "UID FETCH", Act.CLOSE, B, GONE, DROPPED),
    _at("fetch-silence", FINDS, "UID FETCH", Act.WAIT, B, "timeout", "server_stalled", limit=QUICK),
    _at("fetch-literal-bomb", FINDS,
        "UID FETCH", (b"* 1 FETCH (UID 7 BODY[HEADER] {999999999}\r\n", Act.FLOOD), B, LARGE, "reply_unbounded",
        flood=True),
    _at("fetch-literal-cut-off", FINDS,
        "UID FETCH", (b"* 1 FETCH (UID 7 BODY[HEADER] {500}\r\nX", Act.CLOSE), B, GONE, DROPPED),
    _at("fetch-nul", FINDS, "UID FETCH", head(b"X-Mailwizard: {token}\0"), B, GARBLED, "protocol_error"),
    _reading("nested-comments", b"Authentication-Results: " + b"(" * 15_000 + b")" * 15_000),
    _reading("unclosed-comments", b"Authentication-Results: " + b"(x" * 30_000),
    _reading("hops-without-end", b"Received: " + b"from a " * 8_500),
    _reading("by-without-end", b"Received: from a " + b"by\t" * 18_000),
    _reading("blanks-without-end", b"Received: from" + b" " * 60_000),
    _reading("nested-author", b"From: " + b"(" * 30_000),
    _reading("groups-of-authors", b"From: " + b"a:" * 30_000),
    _reading("routes-of-authors", b"From: <" + b"@a," * 20_000),
    _reading("quotes-of-authors", b"From: " + b'"\\' * 20_000),
    _reading("signers-without-end", b"Authentication-Results: x; " + b"dkim=pass header.d" * 3_300),
    _reading("results-without-end", b"Authentication-Results: x" + b"; dmarc = " * 6_000),
    _reading("many-headers", b"\r\n".join([b"Received: from a by b with SMTP"] * 1_800)),
    _reading("no-headers-at-all", b"no header here\r\n\xff\xfe: \x80"),
    _at("idle-news-at-once", OPEN, "IDLE", b"+ idling\r\n* 1 EXISTS\r\n", B, LOST, "message_lost"),
    _at("idle-never-continues", OPEN, "IDLE", Act.WAIT, B, "timeout", "message_lost", limit=QUICK),
    _at("idle-no", OPEN, "IDLE", b"{tag} NO not allowed\r\n", B, "imap.no", "mailbox_unavailable"),
    _at("idle-done-at-once", OPEN, "IDLE", b"{tag} OK\r\n", B, LOST, "message_lost"),
    _at("idle-dropped", OPEN, "IDLE", Act.CLOSE, B, GONE, DROPPED),
    _at("idle-dropped-later", OPEN, "IDLE", (b"+ idling\r\n", Act.CLOSE), B, GONE, DROPPED),
    _at("idle-never-done", OPEN, "DONE", Act.WAIT, B, "timeout", "message_lost", limit=QUICK),
    _at("idle-exists-flood", OPEN,
        "IDLE", (b"+ idling\r\n", b"* 1 EXISTS\r\n", Act.FLOOD), B, LARGE, "reply_unbounded", flood=True),
    _at("idle-ok-flood", OPEN,
        "IDLE", (b"+ idling\r\n", b"* OK still here\r\n", Act.FLOOD), B, LARGE, "reply_unbounded", flood=True),
    _at("idle-bye", OPEN,
        "IDLE", (b"+ idling\r\n* BYE timeout\r\n", Act.CLOSE), B, "imap.bye tcp.closed", "conn_dropped"),
    _at("idle-garbage", OPEN, "IDLE", (b"+ idling\r\n", b"HTTP/1.1 400 Bad\r\n"), B, GARBLED, "wrong_service_on_port"),
    _appending("no", b"{tag} NO [OVERQUOTA] full\r\n", "imap.overquota", "mailbox_full"),
    _appending("bad", b"{tag} BAD what\r\n", "imap.bad", "protocol_error"),
    _appending("dropped", Act.CLOSE, GONE, DROPPED),
    _appending("dropped-in-the-message", (b"+ go\r\n", Act.CLOSE), GONE, DROPPED),
    _appending("silence", Act.WAIT, "timeout", "server_stalled", limit=QUICK),
    _appending("taken-early", b"{tag} OK\r\n", GARBLED, "protocol_error"),
    _appending("flood", (b"* 1 EXISTS\r\n", Act.FLOOD), LARGE, "reply_unbounded", flood=True),
    _appending("trycreate", (b"+ go\r\n", OPEN.but(("Its mark", b"{tag} NO [TRYCREATE] no such folder\r\n"))),
               "imap.trycreate", "folder_missing"),
    _at("expunge-dropped", FINDS, "UID EXPUNGE", Act.CLOSE, B, GONE, DROPPED),
    _at("expunge-silence", FINDS, "UID EXPUNGE", Act.WAIT, B, "timeout", "server_stalled", limit=QUICK),
    _at("expunge-no", FINDS, "UID EXPUNGE", b"{tag} NO not allowed\r\n", B, "imap.no", "mailbox_unavailable"),
    _at("store-no", FINDS, "UID STORE", b"{tag} NO [READ-ONLY] no\r\n", B, "imap.read-only", "mailbox_unavailable"),
)  # fmt: skip
