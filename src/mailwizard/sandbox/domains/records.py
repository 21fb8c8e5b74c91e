"""Domains that name their services in DNS (RFC 6186, RFC 8314), each in its own way."""

from mailwizard.sandbox.domain import Domain
from mailwizard.sandbox.plot import dead, every, host, mail, mx, srv

_POST = every(mx("post7"), mail("post7"))
_TLS = {"incoming": "imap://post7.{d}:993/tls", "outgoing": "smtp://post7.{d}:465/tls"}

DOMAINS = (
    Domain(
        "srv-only.example",
        "both services with TLS",
        (_POST, srv("imaps", "post7", 993), srv("submissions", "post7", 465)),
        **_TLS,  # type: ignore[arg-type]
    ),
    Domain(
        "srv-starttls.example",
        "both services with STARTTLS only",
        (
            mx("elsewhere.hoster.example."),
            host("post7"),
            srv("imap", "post7", 143),
            srv("submission", "post7", 587),
        ),
        incoming="imap://post7.{d}:143/starttls",
        outgoing="smtp://post7.{d}:587/starttls",
    ),
    Domain(
        "srv-tie.example",
        "the same weight for TLS and STARTTLS",
        (
            _POST,
            srv("imap", "post7", 143),
            srv("imaps", "post7", 993),
            srv("submission", "post7", 587),
            srv("submissions", "post7", 465),
        ),
        lists=("imap://post7.{d}:143/starttls", "smtp://post7.{d}:587/starttls"),
        **_TLS,  # type: ignore[arg-type]
    ),
    Domain(
        "srv-priority.example",
        "a backup of great weight behind a first choice of small weight",
        (
            _POST,
            mail("backup7"),
            srv("imaps", "backup7", 993, 10, 100),
            srv("imaps", "post7", 993, 0, 1),
            srv("submissions", "backup7", 465, 10, 100),
            srv("submissions", "post7", 465, 0, 1),
        ),
        lists=("imap://backup7.{d}:993/tls",),
        **_TLS,  # type: ignore[arg-type]
    ),
    Domain(
        "srv-weight.example",
        "two of equal priority and different weight",
        (
            _POST,
            mail("light7"),
            srv("imaps", "light7", 993, 5, 10),
            srv("imaps", "post7", 993, 5, 90),
            srv("submissions", "post7", 465, 5, 90),
            srv("submissions", "light7", 465, 5, 10),
        ),
        lists=("imap://light7.{d}:993/tls",),
        **_TLS,  # type: ignore[arg-type]
    ),
    Domain(
        "srv-ports.example",
        "ports of its own",
        (_POST, srv("imaps", "post7", 10993), srv("submission", "post7", 2525)),
        incoming="imap://post7.{d}:10993/tls",
        outgoing="smtp://post7.{d}:2525/starttls",
    ),
    Domain(
        "srv-mixed-up.example",
        "port 465 under the name of the service with STARTTLS",
        (_POST, srv("imap", "post7", 993), srv("submission", "post7", 465)),
        **_TLS,  # type: ignore[arg-type]
    ),
    Domain(
        "srv-no-imap.example",
        "POP3 only: the root says that there is no IMAP",
        (
            mx("post7"),
            host("post7"),
            srv("imap", ".", 0),
            srv("imaps", ".", 0),
            srv("pop3s", "post7", 995),
            srv("submissions", "post7", 465),
        ),
        incoming="pop3://post7.{d}:995/tls",
        outgoing="smtp://post7.{d}:465/tls",
    ),
    Domain(
        "srv-no-pop.example",
        "POP3 is not offered, and IMAP is preferred anyway",
        (
            _POST,
            srv("pop3s", ".", 0),
            srv("pop3", ".", 0),
            srv("imaps", "post7", 993),
            srv("submissions", "post7", 465),
        ),
        never=("pop.{d}",),
        **_TLS,  # type: ignore[arg-type]
    ),
    Domain(
        "srv-nothing.example",
        "every service is said not to be there, though something listens",
        (
            mx("post7"),
            mail("mail"),
            *(srv(name, ".", 0) for name in ("imap", "imaps", "pop3", "pop3s", "submission", "submissions")),
        ),
        incoming="",
        outgoing="",
    ),
    Domain(
        "srv-one-silent.example",
        "one of six questions gets no answer",
        (
            mx("post7"),
            host("post7"),
            dead("_imaps._tcp"),
            srv("imap", "post7", 143),
            srv("submissions", "post7", 465),
        ),
        incoming="imap://post7.{d}:143/starttls",
        outgoing="smtp://post7.{d}:465/tls",
    ),
    Domain(
        "srv-one-broken.example",
        "a record that leads nowhere before one that works",
        (
            _POST,
            srv("imaps", "post7", 0, 0, 1),
            srv("imaps", "post7", 993, 5, 1),
            srv("submissions", "post7", 465),
        ),
        **_TLS,  # type: ignore[arg-type]
    ),
    Domain(
        "bücher.example",
        "letters beyond ASCII in the domain",
        (_POST, srv("imaps", "post7", 993), srv("submissions", "post7", 465)),
        **_TLS,  # type: ignore[arg-type]
    ),
    Domain(
        "srv-upper-case.example",
        "a local part with capital letters, which count",
        (_POST, srv("imaps", "post7", 993), srv("submissions", "post7", 465)),
        local="Alice.O'Hara+Mail",
        **_TLS,  # type: ignore[arg-type]
    ),
    Domain(
        "jmap-only.example",
        "JMAP and nothing else",
        (mx("post7"), host("post7"), srv("jmap", "post7", 443)),
        says=("jmap",),
    ),
    Domain(
        "jmap-too.example",
        "JMAP beside IMAP",
        (_POST, srv("jmap", "post7", 443), srv("imaps", "post7", 993), srv("submissions", "post7", 465)),
        says=("jmap",),
        **_TLS,  # type: ignore[arg-type]
    ),
)
