"""What is wrong with a handshake, in words."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from mailwizard.model import Facts, Failure
from mailwizard.net.clean import clean
from mailwizard.net.real import misnamed
from mailwizard.net.real.certificate import Seen, extension, read, title
from mailwizard.net.real.hello import Choice
from mailwizard.net.real.trust import Trust
from mailwizard.net.real.weakness import weakness
from mailwizard.net.real.wire import WANTS_CERTIFICATE

if TYPE_CHECKING:
    from cryptography import x509

    Chain = tuple[x509.Certificate, ...]

_CODES = {
    9: "tls.not-yet-valid",
    10: "tls.expired",
    18: "tls.self-signed",
    62: "tls.hostname",
    64: "tls.hostname",
    66: "tls.weak",
    67: "tls.weak",
    68: "tls.weak",
}
"""X509_V_ERR numbers of OpenSSL; every other one means that the certificate is not trusted."""
_SELF_SIGNED_IN_CHAIN, _NO_ISSUER, _NO_SIGNATURE, _OWN_KEY, _ISSUER_KEY, _DIGEST = 19, 20, 21, 66, 67, 68
_MAY_NOT_SIGN, _NO_AUTHORITY = 32, 79
_WHY = {
    7: "its signature does not fit: it was changed, or another authority of the same name made it",
    22: "its chain is too long",
    25: "an authority in its chain stands below one that allows no further authorities (path length)",
    26: "it is not made for servers (extended key usage)",
    _MAY_NOT_SIGN: "it was issued by a certificate that may not issue any (key usage)",
    34: "it makes a demand that nobody here understands (a critical extension), so it cannot be judged",
    47: "its authority may not vouch for this name (name constraints)",
    48: "its authority is forbidden to vouch for this name (name constraints)",
    _NO_AUTHORITY: "it was issued by a certificate that is no authority's",
}
"""Plain words for the numbers of OpenSSL that need some."""
_TOO_LARGE = "EXCESSIVE_MESSAGE_SIZE"
_SHORTEST = 2048
"""Bits of an RSA key from which an intermediate certificate is strong enough."""
_OLD_VERSIONS = frozenset({"SSLv2", "SSLv3", "TLSv1", "TLSv1.1"})
_VERSION_REASONS = ("UNSUPPORTED_PROTOCOL", "ALERT_PROTOCOL_VERSION", "WRONG_VERSION_NUMBER", "VERSION_TOO_LOW")
_WEAK_REASONS = ("KEY_TOO_SMALL", "MD_TOO_WEAK", "BAD_DH", "WRONG_SIGNATURE_TYPE", "INSUFFICIENT_SECURITY")


def worth_a_look(error: ssl.SSLError | Failure) -> bool:
    """Return whether a second look, at which nothing is verified, would tell more."""
    if isinstance(error, Failure):
        return error.code in {"tcp.closed", "tcp.reset"}
    reason = _reason(error)
    return isinstance(error, ssl.SSLCertVerificationError) or any(
        part in reason for part in (*_VERSION_REASONS, *_WEAK_REASONS, "ALERT_HANDSHAKE_FAILURE")
    )


def judge(
    error: ssl.SSLError | Failure, name: str, seen: Seen | None, trust: Trust, choice: Choice | None = None
) -> Failure:
    """Return what went wrong with a handshake with ``name``; reading certificates makes it block.

    The facts of a bad certificate come along where a second look has ``seen`` it. ``choice`` is what the server chose
    when it was offered everything.
    """
    facts: Facts = ()
    chain: Chain = ()
    odd, whole = "", True
    if seen is not None:
        try:
            shown, chain = read(seen)
            facts = (*shown.facts, ("chain", str(len(seen.chain))))
            whole = len(chain) == len(seen.chain)
        except ValueError:
            facts = (("version", seen.version), ("cipher", seen.cipher))
            odd = "; what else is in it cannot be read" if seen.chain else ""
    if isinstance(error, ssl.SSLCertVerificationError):
        code, detail = _distrusted(error, name, chain, trust if whole else None)
        detail += odd
        facts += (("reason", clean(error.verify_message)), ("clock", f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"))
        if replaced := trust.replaced_by:
            facts += (("authorities", replaced),)
    else:
        code, detail = _unshaken(error, seen, trust, choice)
        facts += (("reason", clean(_reason(error) or str(error))),) if facts else ()
    return Failure(code, detail, facts=facts)


def _reason(error: ssl.SSLError | Failure) -> str:
    """Return OpenSSL's word for it; an error that did not come from OpenSSL has none."""
    return getattr(error, "reason", None) or ""


def _plain(reason: str) -> str:
    """Return OpenSSL's word for it as people write, an alert as what the server says."""
    before, alert, said = reason.partition("ALERT_")
    return f"the server's alert says {said.replace('_', ' ').lower()}" if alert else before.replace("_", " ").lower()


def _unshaken(error: ssl.SSLError | Failure, seen: Seen | None, trust: Trust, choice: Choice | None) -> tuple[str, str]:
    """Tell apart what ended the handshake before a certificate counted."""
    reason = _reason(error)
    words = error.detail if isinstance(error, Failure) else _plain(reason) or clean(str(error))
    version, cipher = (seen.version, seen.cipher) if seen is not None else ("", "")
    if any(part in reason for part in _VERSION_REASONS) or version in _OLD_VERSIONS:
        told = f"; the server speaks {version} at best" if version else f" ({words})"
        return "tls.version", f"no TLS version in common, we speak 1.2 and newer{told}"
    if cipher and not trust.takes(cipher):
        why = weakness(cipher, choice.prime if choice is not None else 0)
        return "tls.weak", f"the server takes only encryption that is too weak: {clean(cipher)}, {why}"
    if any(part in reason for part in _WEAK_REASONS):
        return "tls.weak", f"the server's keys are too weak: {words}"
    if reason == _TOO_LARGE:
        return "tls.handshake", "the server shows certificates of more than 100 kB, which no program reads"
    if choice is not None and choice.wants_certificate and "ALERT" in reason:
        return "tls.handshake", f"{WANTS_CERTIFICATE} ({words})"
    code = error.code if isinstance(error, Failure) else "tls.handshake"
    return code, f"the TLS handshake failed: {words}"


def _distrusted(error: ssl.SSLCertVerificationError, name: str, chain: Chain, trust: Trust | None) -> tuple[str, str]:
    """Say in words why a certificate is not trusted; ``trust`` is for a chain that was read to its end."""
    number = error.verify_code
    code = _CODES.get(number, "tls.untrusted")
    if code in {"tls.expired", "tls.not-yet-valid"}:
        return code, _out_of_date(code, chain)
    if code == "tls.hostname":
        detail = misnamed.why(name, chain[0]) if chain else f"the certificate is not for {clean(name)}"
    elif code == "tls.weak":
        detail = _too_weak(number, clean(error.verify_message), chain)
    elif code == "tls.self-signed":
        detail = f"the certificate is signed by itself and by no authority{_named(chain)}"
    elif number in {_NO_ISSUER, _NO_SIGNATURE} and trust is not None and _looks_incomplete(chain, trust):
        code = "tls.incomplete-chain"
        detail = f"the server likely leaves out the intermediate certificate that vouches for it: {_last(chain)}"
    elif number in {_SELF_SIGNED_IN_CHAIN, _NO_ISSUER, _NO_SIGNATURE}:
        detail = f"this machine does not trust the authority behind the certificate{_named(chain)}"
    else:
        detail = f"the certificate is not trusted: {_why(number, chain) or clean(error.verify_message)}"
    return code, detail + _besides(chain)


def _why(number: int, chain: Chain) -> str:
    """Return plain words for a number of OpenSSL, or nothing."""
    if number == _NO_AUTHORITY and len(chain) > 1 and all(map(_is_authority, chain[1:])):
        number = _MAY_NOT_SIGN
    return _WHY.get(number, "")


def _is_authority(one: x509.Certificate) -> bool:
    """Return whether a certificate says that it is an authority's."""
    from cryptography import x509

    try:
        basic = extension(one, x509.BasicConstraints)
    except ValueError:
        return False
    return basic is not None and basic.ca


def _out_of_date(code: str, chain: Chain) -> str:
    """Name the certificate of the chain that is too old or too new, the server's own first."""
    now = datetime.now(UTC)
    for place, one in enumerate(chain):
        which = "the certificate" if place == 0 else f"the intermediate certificate {title(one.subject)}"
        if code == "tls.expired" and one.not_valid_after_utc < now:
            ended = one.not_valid_after_utc
            return f"{which} expired on {ended:%Y-%m-%d} ({_days(now - ended)} ago), says this clock"
        if code == "tls.not-yet-valid" and one.not_valid_before_utc > now:
            begins = one.not_valid_before_utc
            return f"{which} is valid only from {begins:%Y-%m-%d} on (in {_days(begins - now)}), says this clock"
    return "a certificate has expired" if code == "tls.expired" else "a certificate is not valid yet, says this clock"


def _looks_incomplete(chain: Chain, trust: Trust) -> bool:
    """Guess whether only a link is missing: a public authority says where to get it, or a known one made it."""
    from cryptography import x509
    from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

    if len(chain) != 1 or chain[0].issuer == chain[0].subject:
        return False
    organizations = chain[0].issuer.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    if any(part.value in trust.organizations() for part in organizations):
        return True
    try:
        access = extension(chain[0], x509.AuthorityInformationAccess) or ()
    except ValueError:
        return False
    return any(one.access_method == AuthorityInformationAccessOID.CA_ISSUERS for one in access)


def _too_weak(number: int, words: str, chain: Chain) -> str:
    """Name the certificate that is too weak, and say why."""
    for place, one in enumerate(chain):
        which = "the certificate" if place == 0 else f"the intermediate certificate {title(one.subject)}"
        if number == _DIGEST and (digest := _digest(one)) in {"md5", "sha1"}:
            return f"{which} is signed with {digest.upper().replace('SHA', 'SHA-')}, which can be forged"
        blamed = place == 0 if number == _OWN_KEY else number == _ISSUER_KEY and place > 0 and _size(one) < _SHORTEST
        if blamed and (size := _size(one)):
            return f"{which} has a key of {size} bits, which is too short"
    return f"the certificate is too weak: {words}"


def _digest(one: x509.Certificate) -> str:
    """Return with which hash a certificate is signed, where that can be told."""
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        signed = one.signature_hash_algorithm
    except (ValueError, UnsupportedAlgorithm):
        return ""
    return signed.name if signed else ""


def _size(one: x509.Certificate) -> int:
    """Return the bits of a certificate's key, where they can be told."""
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        return int(getattr(one.public_key(), "key_size", 0))
    except (ValueError, UnsupportedAlgorithm):
        return 0


def _last(chain: Chain) -> str:
    return title(chain[-1].issuer)


def _named(chain: Chain) -> str:
    """Name whoever the chain leads to, and whoever signed for the server where that is another."""
    if not chain:
        return ""
    last, first = _last(chain) or "it has no name", title(chain[0].issuer)
    return f": {last}" + (f" (the server's own was issued by {first})" if first and first != last else "")


def _besides(chain: Chain) -> str:
    """Add what would come next once the first fault is mended."""
    now = datetime.now(UTC)
    if chain and chain[0].not_valid_after_utc < now:
        return f"; besides, it expired on {chain[0].not_valid_after_utc:%Y-%m-%d}"
    return ""


def _days(span: timedelta) -> str:
    return "1 day" if span.days == 1 else f"{span.days} days"
