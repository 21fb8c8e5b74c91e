"""Attacks by redirects: out of https, out of the domain, into a private network, and round in circles.

Each domain also has a mail host under a likely name: that answer is right, whatever the web says.
"""

from mailwizard.sandbox.domain import Domain
from mailwizard.sandbox.plot import (
    ISPDB,
    PACC_PATH,
    Piece,
    autoconfig,
    autodiscover,
    every,
    host,
    ispdb,
    listens,
    mail,
    mx,
    page,
    well_known,
)
from mailwizard.sandbox.published import client_config, pox, redirect
from mailwizard.sandbox.web import Answer

_EVIL = client_config("imap imap.thief.example 993 SSL", "smtp smtp.thief.example 465 SSL")
_THIEF = every(
    page("www.thief.example.", "/*", Answer(_EVIL)),
    page("thief.example.", "/*", Answer(_EVIL)),
    mail("imap.thief.example."),
    mail("smtp.thief.example."),
)
_UNSAFE = "http.redirect-unsafe"


def _attack(name: str, about: str, wants: str, *pieces: Piece, says: tuple[str, ...] = (), **right: object) -> Domain:
    """Return a domain with a mail host that can be guessed, and one attack on the web."""
    good = every(mx("in.filter.example."), mail("mail"))
    values: dict[str, object] = {"never": ("imap.thief.example", "smtp.thief.example"), "unasked": ("thief.example",)}
    return Domain(
        name,
        about,
        (good, _THIEF, *pieces),
        incoming="imap://mail.{d}:993/tls",
        outgoing="smtp://mail.{d}:465/tls",
        attack=wants,
        says=says,
        **{**values, **right},  # type: ignore[arg-type]
    )


def _led(
    name: str, about: str, url: str, *pieces: Piece, status: int = 302, says: tuple[str, ...] = (_UNSAFE,)
) -> Domain:
    """Return a domain whose autoconfig host redirects to a URL."""
    return _attack(name, about, f"follow to {url}", autoconfig(redirect(url, status)), *pieces, says=says)


DOMAINS = (
    _led(
        "led-to-http.example",
        "a redirect to http on the same host",
        "http://autoconfig.{d}/mail/plain.xml",
        page("autoconfig", "/mail/plain.xml", Answer(_EVIL), port=80),
    ),
    _led("led-away.example", "a redirect to another owner", "https://www.thief.example/mail.xml"),
    _led("led-away-307.example", "a redirect with status 307", "https://www.thief.example/mail.xml", status=307),
    _led("led-away-308.example", "a lasting redirect", "https://www.thief.example/mail.xml", status=308),
    _led("led-away-303.example", "a redirect with status 303", "https://www.thief.example/mail.xml", status=303),
    _led(
        "led-alike.example", "a redirect to a name that begins with the domain", "https://autoconfig.{d}.thief.example/"
    ),
    _led("led-user.example", "the domain as a user name in the URL", "https://autoconfig.{d}@www.thief.example/"),
    _led("led-slashes.example", "a URL without a scheme", "//www.thief.example/mail.xml"),
    _led("led-backslashes.example", "a URL with backslashes", "https:\\\\www.thief.example\\mail.xml", says=()),
    _led("led-upper.example", "a scheme in capital letters", "HTTPS://WWW.THIEF.EXAMPLE/mail.xml"),
    _led("led-file.example", "a file of this machine", "file:///etc/passwd"),
    _led("led-data.example", "a document within the URL", "data:text/xml,<clientConfig/>"),
    _led("led-script.example", "a script within the URL", "javascript:alert(1)"),
    _led("led-loopback.example", "a redirect to this machine by number", "https://127.0.0.1/mail.xml"),
    _led("led-localhost.example", "a redirect to this machine by name", "https://localhost/mail.xml"),
    _led(
        "led-decimal.example", "a redirect to this machine by one long number", "https://2130706433/mail.xml", says=()
    ),
    _led("led-ipv6.example", "a redirect to this machine in IPv6", "https://[::1]/mail.xml"),
    _led("led-network.example", "a redirect into the local network", "https://192.168.1.1/mail.xml"),
    _led("led-metadata.example", "a redirect to a cloud's metadata", "https://169.254.169.254/latest/meta-data/"),
    _led(
        "led-inside.example",
        "a redirect to the domain's own name for an inner address",
        "https://inside.{d}/mail.xml",
        host("inside", "10.9.8.7"),
        page("inside", "/mail.xml", Answer(_EVIL)),
        says=("http.private-address",),
    ),
    _led("led-port.example", "a redirect to the port of another service", "https://mail.{d}:25/", says=()),
    _led(
        "led-control.example",
        "control characters in the redirect",
        "https://www.thief.example/\x1b]0;owned\x07\x1b[2J",
        says=(),
    ),
    _attack(
        "led-chain.example",
        "a fourth redirect",
        "be followed without an end",
        autoconfig(redirect("https://one.{d}/")),
        page("one", "/", redirect("https://two.{d}/")),
        page("two", "/", redirect("https://three.{d}/")),
        page("three", "/", redirect("https://four.{d}/")),
        page("four", "/", Answer(_EVIL)),
        unasked=("four.led-chain.example", "thief.example"),
    ),
    _attack(
        "led-late.example",
        "a third redirect that leaves the domain",
        "be trusted after two good redirects",
        autoconfig(redirect("https://one.{d}/")),
        page("one", "/", redirect("https://two.{d}/")),
        page("two", "/", redirect("https://www.thief.example/")),
        says=(_UNSAFE,),
    ),
    _attack(
        "led-down-and-up.example",
        "through http and back",
        "swap the document on the way",
        autoconfig(redirect("http://one.{d}/")),
        page("one", "/", redirect("https://www.thief.example/"), port=80),
        says=(_UNSAFE,),
    ),
    _attack(
        "led-itself.example",
        "a redirect to the same place",
        "be asked for ever",
        autoconfig(redirect("https://autoconfig.{d}/mail/config-v1.1.xml")),
    ),
    _attack(
        "led-circle.example",
        "two hosts that redirect to each other",
        "be asked for ever",
        autoconfig(redirect("https://one.{d}/a")),
        page("one", "/a", redirect("https://autoconfig.{d}/mail/b")),
        page("autoconfig", "/mail/b", redirect("https://one.{d}/a")),
        says=("http.redirect-loop",),
    ),
    _attack(
        "led-well-known.example",
        "a redirect from the well-known place",
        "follow to another owner",
        well_known(redirect("https://thief.example/mail.xml")),
        says=(_UNSAFE,),
    ),
    _attack(
        "led-pacc.example",
        "a redirect from the place of PACC",
        "follow to another owner",
        page("ua-auto-config", PACC_PATH, redirect("https://thief.example/")),
    ),
    _attack(
        "led-ispdb.example",
        "the ISPDB redirects to another owner",
        "poison the ISPDB",
        ispdb(redirect("https://www.thief.example/mail.xml")),
    ),
    _attack(
        "led-ispdb-http.example",
        "the ISPDB redirects to http",
        "poison the ISPDB on the way",
        ispdb(redirect(f"http://{ISPDB}/v1.1/{{d}}")),
    ),
    _attack(
        "led-sibling-example.co.uk",
        "a redirect to a neighbour below the same public suffix",
        "take a public suffix for a domain",
        autoconfig(redirect("https://thief.co.uk/mail.xml")),
        page("thief.co.uk.", "/*", Answer(_EVIL)),
        says=(_UNSAFE,),
        unasked=("thief.co.uk", "thief.example"),
    ),
    _attack(
        "led-address-by-status.example",
        "an Autodiscover answer that sends the request on with its body",
        "learn the address",
        autodiscover(redirect("https://www.thief.example/autodiscover/autodiscover.xml", 307)),
        untold=("www.thief.example",),
    ),
    _attack(
        "led-address-by-url.example",
        "an Autodiscover answer that names another URL",
        "learn the address",
        autodiscover(
            pox(
                action="redirectUrl",
                more="<RedirectUrl>https://www.thief.example/autodiscover/autodiscover.xml</RedirectUrl>",
            )
        ),
        untold=("www.thief.example",),
    ),
    _attack(
        "led-address-to-itself.example",
        "an Autodiscover answer that names the same address again",
        "be asked for ever",
        autodiscover(pox(action="redirectAddr", more="<RedirectAddr>alice@{d}</RedirectAddr>")),
    ),
    _attack(
        "led-address-in-circles.example",
        "an Autodiscover answer that names another address of the domain, and so on",
        "be asked for ever",
        autodiscover(pox(action="redirectAddr", more="<RedirectAddr>bob@other.{d}</RedirectAddr>")),
        autodiscover(
            pox(action="redirectAddr", more="<RedirectAddr>alice@led-address-in-circles.example</RedirectAddr>"),
            "autodiscover.other",
        ),
    ),
    _attack(
        "led-address-away.example",
        "an Autodiscover answer that names an address of another owner",
        "have its own domain looked up unasked",
        autodiscover(pox(action="redirectAddr", more="<RedirectAddr>alice@thief.example</RedirectAddr>")),
        listens("autodiscover.thief.example.", 443),
    ),
)
