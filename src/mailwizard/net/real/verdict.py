"""What is wrong with a handshake, in words."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from mailwizard.model import Facts, Failure
from mailwizard.net.clean import clean
from mailwizard.net.real.certificate import Seen, extension, names, read, title
from mailwizard.net.real.trust import Trust

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
_SELF_SIGNED_IN_CHAIN, _NO_ISSUER, _NO_SIGNATURE = 19, 20, 21
_OLD_VERSIONS = frozenset({"SSLv2", "SSLv3", "TLSv1", "TLSv1.1"})
_VERSION_REASONS = ("UNSUPPORTED_PROTOCOL", "ALERT_PROTOCOL_VERSION", "WRONG_VERSION_NUMBER", "VERSION_TOO_LOW")
_WEAK_REASONS = ("KEY_TOO_SMALL", "MD_TOO_WEAK", "BAD_DH", "WRONG_SIGNATURE_TYPE", "INSUFFICIENT_SECURITY")
_NAMES_TOLD = 5


def worth_a_look(error: ssl.SSLError | Failure) -> bool:
    """Return whether a second look, at which nothing is verified, would tell more."""
    if isinstance(error, Failure):
        return error.code in {"tcp.closed", "tcp.reset"}
    reason = _reason(error)
    return isinstance(error, ssl.SSLCertVerificationError) or any(
        part in reason for part in (*_VERSION_REASONS, *_WEAK_REASONS, "ALERT_HANDSHAKE_FAILURE")
    )


def judge(error: ssl.SSLError | Failure, name: str, seen: Seen | None, trust: Trust) -> Failure:
    """Return what went wrong with a handshake with ``name``; reading certificates makes it block.

    The facts of a bad certificate come along where a second look has ``seen`` it.
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
        facts += (("verdict", clean(error.verify_message)),)
        if replaced := trust.replaced_by:
            facts += (("authorities", replaced),)
    else:
        code, detail = _unshaken(error, seen, trust)
    return Failure(code, detail, facts=facts)


def _reason(error: ssl.SSLError | Failure) -> str:
    """Return OpenSSL's word for it; an error that did not come from OpenSSL has none."""
    return getattr(error, "reason", None) or ""


def _unshaken(error: ssl.SSLError | Failure, seen: Seen | None, trust: Trust) -> tuple[str, str]:
    """Tell apart what ended the handshake before a certificate counted."""
    reason = _reason(error)
    words = error.detail if isinstance(error, Failure) else clean(reason.replace("_", " ").lower() or str(error))
    if any(part in reason for part in _VERSION_REASONS) or (seen is not None and seen.version in _OLD_VERSIONS):
        only = f"; the server speaks {seen.version} at best" if seen is not None else ""
        return "tls.version", f"no TLS version in common, we speak 1.2 and newer{only} ({words})"
    if any(part in reason for part in _WEAK_REASONS):
        return "tls.weak", f"the server's keys are too weak: {words}"
    if seen is not None and not trust.takes(seen.cipher):
        return "tls.weak", f"the server takes only encryption that is too weak: {clean(seen.cipher)} ({words})"
    code = error.code if isinstance(error, Failure) else "tls.handshake"
    return code, f"the TLS handshake failed: {words}"


def _distrusted(error: ssl.SSLCertVerificationError, name: str, chain: Chain, trust: Trust | None) -> tuple[str, str]:
    """Say in words why a certificate is not trusted; ``trust`` is for a chain that was read to its end."""
    number = error.verify_code
    code = _CODES.get(number, "tls.untrusted")
    if code in {"tls.expired", "tls.not-yet-valid"}:
        return code, _out_of_date(code, chain)
    if code == "tls.hostname":
        detail = _other_name(name, chain)
    elif code == "tls.weak":
        detail = f"the certificate is too weak: {clean(error.verify_message)}{_key(chain)}"
    elif code == "tls.self-signed":
        detail = "the certificate is signed by itself and by no authority"
    elif number in {_NO_ISSUER, _NO_SIGNATURE} and trust is not None and _looks_incomplete(chain, trust):
        code = "tls.incomplete-chain"
        detail = f"the server likely leaves out the intermediate certificate that vouches for it: {_last(chain)}"
    elif number in {_SELF_SIGNED_IN_CHAIN, _NO_ISSUER, _NO_SIGNATURE}:
        detail = f"this machine does not trust the authority behind the certificate{_named(chain)}"
    else:
        detail = f"the certificate is not trusted: {clean(error.verify_message)}"
    return code, detail + _besides(chain)


def _out_of_date(code: str, chain: Chain) -> str:
    """Name the certificate of the chain that is too old or too new, the server's own first."""
    now = datetime.now(UTC)
    for place, one in enumerate(chain):
        which = "the certificate" if place == 0 else f"the intermediate certificate {title(one.subject)}"
        if code == "tls.expired" and one.not_valid_after_utc < now:
            return f"{which} expired on {one.not_valid_after_utc:%Y-%m-%d} ({_days(now - one.not_valid_after_utc)} ago)"
        if code == "tls.not-yet-valid" and one.not_valid_before_utc > now:
            begins = one.not_valid_before_utc
            return f"{which} is valid only from {begins:%Y-%m-%d} on (in {_days(begins - now)}), says this clock"
    return "a certificate has expired" if code == "tls.expired" else "a certificate is not valid yet, says this clock"


def _other_name(name: str, chain: Chain) -> str:
    if not chain:
        return f"the certificate is not for {clean(name)}"
    try:
        told = names(chain[0])
    except ValueError:
        return f"the certificate's names cannot be read, so it is not for {clean(name)}"
    if not told:
        return f"the certificate names no host, so it is not for {clean(name)}; it is {title(chain[0].subject)}'s"
    more = f" and {len(told) - _NAMES_TOLD} more" if len(told) > _NAMES_TOLD else ""
    return f"the certificate is for {', '.join(told[:_NAMES_TOLD])}{more}, not for {clean(name)}"


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


def _key(chain: Chain) -> str:
    """Return the kind and size of the server's key, where they can be told."""
    if not chain:
        return ""
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        key = chain[0].public_key()
    except (ValueError, UnsupportedAlgorithm):
        return ""
    size = getattr(key, "key_size", 0)
    return f" (its key has {size} bits)" if size else ""


def _last(chain: Chain) -> str:
    return title(chain[-1].issuer)


def _named(chain: Chain) -> str:
    return f": {_last(chain)}" if chain else ""


def _besides(chain: Chain) -> str:
    """Add what would come next once the first fault is mended."""
    now = datetime.now(UTC)
    if chain and chain[0].not_valid_after_utc < now:
        return f"; besides, it expired on {chain[0].not_valid_after_utc:%Y-%m-%d}"
    return ""


def _days(span: timedelta) -> str:
    return "1 day" if span.days == 1 else f"{span.days} days"
