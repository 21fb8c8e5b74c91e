"""Attacks by published documents: bombs, floods, drips, other things than documents, and text that bites."""

import gzip

from mailwizard.sandbox.domain import Domain
from mailwizard.sandbox.plot import Piece, Plot, autoconfig, autodiscover, every, ispdb, mail, mx, pacc, page
from mailwizard.sandbox.published import LOGIN_PAGE, client_config, pacc_document, pox
from mailwizard.sandbox.web import Answer, Pace

_IN, _OUT = "imap in7.{d} 993 SSL", "smtp out7.{d} 465 SSL"
_GOOD = client_config(_IN, _OUT)
_DOCUMENT = {"incoming": "imap://in7.{d}:993/tls", "outgoing": "smtp://out7.{d}:465/tls"}
_EVIL = client_config("imap imap.thief.example 993 SSL", "smtp smtp.thief.example 465 SSL")
_BODY = _EVIL.partition(b"?>")[2].decode()


def _attack(name: str, about: str, *pieces: Piece, says: tuple[str, ...] = (), **right: object) -> Domain:
    """Return a domain with a mail host that can be guessed, and a document that is none."""
    good = every(mx("in.filter.example."), mail("mail"))
    values: dict[str, object] = {
        "incoming": "imap://mail.{d}:993/tls",
        "outgoing": "smtp://mail.{d}:465/tls",
        "never": ("imap.thief.example", "smtp.thief.example"),
        "unasked": ("thief.example",),
        "attack": "be read",
    }
    return Domain(name, about, (good, *pieces), says=says, **{**values, **right})  # type: ignore[arg-type]


def _bomb(name: str, about: str, body: bytes | str, says: str = "document.unsafe") -> Domain:
    """Return a domain whose autoconfig host has this document."""
    return _attack(name, about, autoconfig(body if isinstance(body, bytes) else body.encode()), says=(says,))


def _paced(name: str, about: str, answer: Answer, *says: str) -> Domain:
    """Return a domain whose autoconfig host answers in an odd way."""
    return _attack(name, about, autoconfig(answer), says=says)


def _text(name: str, about: str, *servers: str, more: str = "", **right: object) -> Domain:
    """Return a domain whose document is good but for some text in it."""
    written = client_config(*servers, _IN, _OUT, more=more)
    values: dict[str, object] = {"attack": "speak to the terminal", **_DOCUMENT, **right}
    return Domain(name, about, (mx("in.filter.example."), autoconfig(written)), **values)  # type: ignore[arg-type]


def _packed(blanks: int) -> Piece:
    """Let the autoconfig host send a document that unpacks to this many bytes."""

    def publish(plot: Plot) -> None:
        body = gzip.compress(_EVIL + b" " * blanks, 1, mtime=0)
        autoconfig(Answer(body, headers=(("Content-Encoding", "gzip"),)))(plot)

    return publish


_LAUGHS = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 10))
_ELSEWHERE = "https://www.thief.example/mail.dtd"

DOMAINS = (
    _bomb(
        "bomb-laughs.example",
        "a billion laughs",
        f'<!DOCTYPE c [<!ENTITY l0 "ha">{_LAUGHS}]><clientConfig>&l9;</clientConfig>',
    ),
    _bomb(
        "bomb-square.example",
        "one long entity, many times",
        f'<!DOCTYPE c [<!ENTITY a "{"a" * 50_000}">]><clientConfig>{"&a;" * 20_000}</clientConfig>',
    ),
    _bomb(
        "bomb-file.example",
        "an entity that is a file of this machine",
        f'<!DOCTYPE c [<!ENTITY f SYSTEM "file:///etc/passwd">]>{_BODY.replace("Mail of", "&f;")}',
    ),
    _bomb(
        "bomb-url.example",
        "an entity that is fetched",
        f'<!DOCTYPE c [<!ENTITY f SYSTEM "{_ELSEWHERE}">]>{_BODY.replace("Mail of", "&f;")}',
    ),
    _bomb(
        "bomb-dtd.example", "a document type that is fetched", f'<!DOCTYPE clientConfig SYSTEM "{_ELSEWHERE}">{_BODY}'
    ),
    _bomb(
        "bomb-public.example",
        "a document type with a public name",
        f'<!DOCTYPE clientConfig PUBLIC "-//X//Y" "{_ELSEWHERE}">{_BODY}',
    ),
    _bomb(
        "bomb-parameter.example", "a parameter entity", f'<!DOCTYPE c [<!ENTITY % p SYSTEM "{_ELSEWHERE}"> %p;]>{_BODY}'
    ),
    _bomb("bomb-empty-dtd.example", "a document type that says nothing", f"<!DOCTYPE clientConfig>{_BODY}"),
    _bomb(
        "bomb-utf16.example",
        "a document type in another encoding",
        f'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE c [<!ENTITY a "b">]>{_BODY}'.encode("utf-16"),
        "document.",
    ),
    _bomb(
        "bomb-utf7.example",
        "an encoding that hides what it says",
        f'<?xml version="1.0" encoding="UTF-7"?>{_BODY.replace("<", "+ADw-")}',
        "document.",
    ),
    _bomb(
        "bomb-deep.example",
        "thirty thousand elements within each other",
        "<clientConfig>" + "<a>" * 30_000,
        "document.",
    ),
    _bomb(
        "bomb-deep-closed.example",
        "a hundred elements within each other, all closed",
        f"<clientConfig>{'<a>' * 100}{'</a>' * 100}{_BODY}</clientConfig>",
        "document.too-deep",
    ),
    _bomb(
        "bomb-wide.example",
        "an element with ten thousand attributes",
        "<clientConfig " + " ".join(f'a{at}="b"' for at in range(10_000)) + "><emailProvider/></clientConfig>",
        "",
    ),
    _bomb("bomb-nul.example", "NUL bytes", _EVIL.replace(b"Mail", b"M\0il"), "document."),
    _bomb("bomb-cut-off.example", "a document that ends in the middle", _EVIL[: len(_EVIL) // 2], "document."),
    _bomb("bomb-two.example", "two documents in one", _EVIL + _EVIL.partition(b"?>")[2], "document."),
    _bomb("bomb-empty.example", "nothing at all", b"", "document.empty"),
    _bomb("bomb-blank.example", "blanks", b" \r\n\t" * 1000, "document.empty"),
    _bomb("bomb-random.example", "bytes of any kind", bytes(range(256)) * 40, "document."),
    _bomb(
        "bomb-other.example",
        "a well-formed document of another kind",
        b'<?xml version="1.0"?><rss><channel/></rss>',
        "document.",
    ),
    _paced("flood-large.example", "a document of one megabyte", Answer(_EVIL + b" " * 2**20), "http.too-large"),
    _paced("flood-endless.example", "a document without an end", Answer(b"<a/>", pace=Pace.ENDLESS), "http.too-large"),
    _attack(
        "flood-packed.example",
        "sixteen megabytes packed into sixteen kilobytes",
        _packed(16 << 20),
        says=("http.too-large",),
    ),
    _paced(
        "flood-packed-badly.example",
        "a document that is said to be packed",
        Answer(_EVIL, headers=(("Content-Encoding", "gzip"),)),
    ),
    _paced(
        "flood-packing.example",
        "a packing that nobody asked for",
        Answer(_EVIL, headers=(("Content-Encoding", "zstd"),)),
    ),
    _paced(
        "flood-headers.example",
        "a megabyte of headers",
        Answer(_EVIL, headers=tuple((f"X-{at}", "y" * 4000) for at in range(250))),
    ),
    _paced("drip.example", "a document that comes a byte at a time", Answer(_EVIL, pace=Pace.DRIP)),
    _paced("silence.example", "a document that never comes", Answer(_EVIL, pace=Pace.SILENT)),
    _paced("cut.example", "a connection that ends in the middle", Answer(_EVIL, pace=Pace.CUT)),
    _paced("garbled.example", "something that is not HTTP", Answer(b"220 mail ESMTP\r\n", pace=Pace.GARBLED)),
    _paced("page.example", "a web page with status 200", LOGIN_PAGE, "document.not-a-document"),
    _paced("page-as-xml.example", "a web page that is called XML", Answer(LOGIN_PAGE.body), "document.not-a-document"),
    _paced("refused-body.example", "a good document with status 404", Answer(_EVIL, 404), "http.404"),
    _paced("odd-status.example", "a good document with status 999", Answer(_EVIL, 999)),
    _attack(
        "bomb-ispdb.example",
        "a bomb in the ISPDB",
        ispdb(b'<!DOCTYPE c [<!ENTITY a "b">]>' + _BODY.encode()),
    ),
    _attack(
        "bomb-pox.example",
        "a bomb in an Autodiscover answer",
        autodiscover(b'<!DOCTYPE c [<!ENTITY a "b">]>' + pox("IMAP imap.thief.example 993 SSL=on").partition(b"?>")[2]),
    ),
    _attack(
        "pacc-forged.example",
        "a PACC document that does not fit its digest",
        pacc(pacc_document(imap="imap.thief.example", submit="smtp.thief.example"), "A" * 43 + "="),
        says=("document.digest",),
    ),
    _attack(
        "pacc-unsigned.example",
        "a PACC document without a digest",
        page(
            "ua-auto-config",
            "/.well-known/user-agent-configuration.json",
            Answer(
                pacc_document(imap="imap.thief.example", submit="smtp.thief.example"), content_type="application/json"
            ),
        ),
    ),
    _attack("pacc-deep.example", "a PACC document of brackets", pacc(b'{"protocols":' + b"[" * 100_000)),
    _attack(
        "pacc-kinds.example",
        "a PACC document of the wrong kinds",
        pacc(b'{"protocols": {"imap": {"host": 7}, "submit": []}, "authentication": "x"}'),
    ),
    _text(
        "text-escape.example",
        "escape sequences in names and guides",
        more='<documentation url="https://{d}/&#x9B;2J"><descr>&#x202E;gnp.exe &#x9D;52;c;AAAA</descr></documentation>',
    ),
    _text(
        "text-markup.example",
        "markup of the screen in every field",
        "imap [bold]x[/bold].{d} 993 SSL [@click=app.quit]x[/]",
        "imap in7.{d} 993 [/bold]",
        more='<documentation url="[link=https://thief.example]x[/link]"><descr>[/x][@click=app.quit]</descr></documentation>',
    ),
    _text(
        "text-ports.example",
        "ports that are none",
        *(
            f"imap bad7.{{d}} {port} SSL"
            for port in ("0", "99999", "-1", "993.5", "1e3", "&#x0669;&#x0669;&#x0663;", "9" * 400)
        ),
        never=("bad7.{d}",),
    ),
    _text(
        "text-hosts.example",
        "host names that are none",
        *(
            f"imap {host} 993 SSL"
            for host in (
                "&#x9;in7.{d}&#x9;x",
                "-bad.{d}",
                "bad..{d}",
                "bad_{d}/path",
                "user@bad.{d}",
                "x" * 70 + ".{d}",
                "%00.{d}",
                "&#x202E;bad.{d}",
            )
        ),
    ),
    _text(
        "text-inside.example",
        "this machine and its network as servers",
        *(
            f"imap {host} 993 SSL"
            for host in ("localhost", "127.0.0.1", "[::1]", "10.0.0.1", "192.168.1.1", "169.254.169.254")
        ),
        attack="have the secret sent into the private network",
        doubted=("localhost", "127.0.0.1", "::1", "10.0.0.1", "192.168.1.1", "169.254.169.254"),
    ),
    _text(
        "text-login.example",
        "a login name with a line break and a command",
        "imap bad7.{d} 993 SSL alice&#13;&#10;A1&#32;DELETE&#32;INBOX",
        "imap bad7.{d} 993 SSL alice&#0;root",
        attack="put a command on the wire",
        incoming=None,
        outgoing=None,
    ),
    _text(
        "text-many.example",
        "nine hundred servers",
        *(f"imap many{at}.{{d}} 993 SSL" for at in range(900)),
        incoming=None,
        outgoing=None,
        attack="keep the program busy",
    ),
    Domain(
        "good-beside-bad.example",
        "a bomb on the autoconfig host and a good document at the well-known place",
        (
            mx("in.filter.example."),
            autoconfig(b'<!DOCTYPE c [<!ENTITY a "b">]>' + _BODY.encode()),
            page("@", "/.well-known/autoconfig/mail/config-v1.1.xml", Answer(_GOOD)),
        ),
        never=("imap.thief.example", "smtp.thief.example"),
        attack="be read",
        **_DOCUMENT,  # type: ignore[arg-type]
    ),
)
