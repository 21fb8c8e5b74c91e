"""Attacks by web hosts and mail hosts that cannot prove who they are, or that are somewhere else."""

from mailwizard.sandbox.domain import Domain
from mailwizard.sandbox.pki import Signer
from mailwizard.sandbox.plot import (
    ISPDB,
    Piece,
    autoconfig,
    autodiscover,
    every,
    host,
    ispdb,
    mail,
    mx,
    pacc,
    page,
    shows,
    well_known,
)
from mailwizard.sandbox.published import client_config, pacc_document, pox
from mailwizard.sandbox.web import Answer

_EVIL = client_config("imap imap.thief.example 993 SSL", "smtp smtp.thief.example 465 SSL")
_METADATA = "169.254.169.254"
_NOWHERE = "0.0.0.0"  # noqa: S104  # nothing listens there: a host only says so


def _attack(name: str, about: str, wants: str, *pieces: Piece, says: tuple[str, ...] = (), **right: object) -> Domain:
    """Return a domain with a mail host that can be guessed, and a web host that is not to be believed."""
    good = every(mx("in.filter.example."), mail("mail"))
    return Domain(
        name,
        about,
        (good, *pieces),
        incoming="imap://mail.{d}:993/tls",
        outgoing="smtp://mail.{d}:465/tls",
        never=("imap.thief.example", "smtp.thief.example"),
        unasked=("thief.example",),
        attack=wants,
        says=says,
        **right,  # type: ignore[arg-type]
    )


def _posing(name: str, about: str, code: str, certificate: Piece) -> Domain:
    """Return a domain whose autoconfig host shows a bad certificate."""
    return _attack(name, about, "pose as the domain", autoconfig(_EVIL), certificate, says=(code,))


def _hidden(name: str, about: str, *addresses: str) -> Domain:
    """Return a domain whose autoconfig host has inner addresses."""
    return _attack(
        name,
        about,
        "reach into the private network",
        host("autoconfig", *addresses),
        autoconfig(_EVIL),
        says=("http.private-address",),
    )


DOMAINS = (
    _posing(
        "posing-itself.example",
        "a certificate signed by itself",
        "tls.self-signed",
        shows("autoconfig", signer=Signer.ITSELF),
    ),
    _posing(
        "posing-stranger.example",
        "a certificate of an unknown authority",
        "tls.",
        shows("autoconfig", signer=Signer.STRANGER),
    ),
    _posing(
        "posing-expired.example", "an expired certificate", "tls.expired", shows("autoconfig", starts=-90, ends=-3)
    ),
    _posing("posing-early.example", "a certificate of the future", "tls.not-yet-valid", shows("autoconfig", starts=3)),
    _posing(
        "posing-other.example",
        "a certificate for another name",
        "tls.hostname",
        shows("autoconfig", "www.thief.example."),
    ),
    _posing(
        "posing-bare.example",
        "a certificate for the domain and not for the host",
        "tls.hostname",
        shows("autoconfig", "@"),
    ),
    _posing("posing-deep.example", "a wildcard that is one label short", "tls.hostname", shows("autoconfig", "*.x")),
    _attack(
        "posing-well-known.example",
        "a web host with another name's certificate",
        "pose as the domain",
        well_known(_EVIL),
        shows("@", "www.thief.example."),
        says=("tls.hostname",),
    ),
    _attack(
        "posing-autodiscover.example",
        "an autodiscover host with another name's certificate",
        "learn the address",
        autodiscover(pox("IMAP imap.thief.example 993 SSL=on", "SMTP smtp.thief.example 465 SSL=on")),
        shows("autodiscover", "www.thief.example."),
        untold=("autodiscover.{d}",),
    ),
    _attack(
        "posing-pacc.example",
        "a PACC host with a certificate signed by itself",
        "pose as the domain",
        pacc(pacc_document(imap="imap.thief.example", submit="smtp.thief.example")),
        shows("ua-auto-config", signer=Signer.ITSELF),
    ),
    _attack(
        "posing-ispdb.example",
        "somebody on the way who poses as the ISPDB",
        "poison the ISPDB",
        ispdb(_EVIL),
        shows(f"{ISPDB}.", signer=Signer.STRANGER),
        alone=True,
    ),
    Domain(
        "posing-mail.example",
        "likely names whose certificates are for somebody else",
        (
            mx("in.filter.example."),
            *(every(mail(name), shows(name, "mx.thief.example.")) for name in ("imap", "mail", "smtp")),
        ),
        incoming=None,
        outgoing=None,
        never=("mx.thief.example",),
        unasked=("thief.example",),
        attack="be taken for the domain's own mail server",
    ),
    Domain(
        "posing-mail-itself.example",
        "likely names whose certificates are signed by themselves",
        (
            mx("in.filter.example."),
            *(every(mail(name), shows(name, signer=Signer.ITSELF)) for name in ("imap", "mail", "smtp")),
        ),
        incoming=None,
        outgoing=None,
        doubted=("imap.{d}", "mail.{d}", "smtp.{d}"),
        attack="be taken for the domain's own mail server",
    ),
    Domain(
        "clear-only.example",
        "a document in clear, by somebody on the way",
        (
            mx("in.filter.example."),
            host("@"),
            *(
                page(name, "/*", Answer(_EVIL), port=80)
                for name in ("@", "autoconfig", "autodiscover", "ua-auto-config")
            ),
        ),
        never=("imap.thief.example", "smtp.thief.example"),
        attack="have its unsigned document believed",
    ),
    _hidden("inner-ten.example", "an autoconfig host in 10.0.0.0/8", "10.1.2.3"),
    _hidden("inner-home.example", "an autoconfig host in a home network", "192.168.178.1"),
    _hidden("inner-loopback.example", "an autoconfig host that is this machine", "127.0.0.1"),
    _hidden("inner-loopback6.example", "an autoconfig host that is this machine in IPv6", "::1"),
    _hidden("inner-mapped.example", "an inner address written as IPv6", "::ffff:10.1.2.3"),
    _hidden("inner-metadata.example", "an autoconfig host that is a cloud's metadata", _METADATA),
    _hidden("inner-zero.example", "an autoconfig host at 0.0.0.0", _NOWHERE),
    _hidden("inner-unique.example", "an autoconfig host at a unique local address", "fd00:1::7"),
    _hidden("inner-shared.example", "an autoconfig host in a carrier's network", "100.64.9.9"),
    Domain(
        "inner-mail.example",
        "likely mail names at inner addresses",
        (
            mx("in.filter.example."),
            host("@"),
            *(every(host(name, f"10.0.0.{at}"), mail(name)) for at, name in enumerate(("imap", "mail", "smtp"), 1)),
        ),
        attack="have the private network scanned",
    ),
)
