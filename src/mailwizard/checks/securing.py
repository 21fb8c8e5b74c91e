"""The encrypt step: what a handshake shows, told whole, and held against what was shown before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from mailwizard.model import Endpoint, Failure
from mailwizard.net import Line, Tls
from mailwizard.witness import Note

EXPIRES_SOON = "tls.expires-soon"
KEY_CHANGED = "tls.key-changed"
_SOON = timedelta(days=14)
_SHORT_LIVED = timedelta(days=42)
"""A lifetime of which a third is less than :data:`_SOON`."""


async def secure(line: Line, endpoint: Endpoint, note: Note, shown: Shown | None = None) -> Tls:
    """Encrypt, and write down what the handshake showed; a certificate that ends soon is a warning.

    Raises:
        Failure: as :meth:`Line.encrypt`; ``tls.key-changed`` where the secret went to this server before under a
            certificate of another authority.
    """
    tls = await line.encrypt(endpoint.host)
    note.add(*tls.facts)
    note.detail = described(tls)
    if shown is not None:
        shown.compare(endpoint, tls, note)
    _warn_of_the_end(tls, note, datetime.now(UTC))
    return tls


def described(tls: Tls) -> str:
    """Return a handshake in a few words."""
    return f"{tls.version}, certificate from {tls.issuer}, valid until {tls.expires[:10]}"


class Shown:
    """The certificates that servers showed, as long as a program runs, and those to which a secret was sent.

    The same secret goes to the same server again only under a certificate of the same authority; a new one of that
    authority is a renewal, or another machine behind the name.
    """

    def __init__(self) -> None:
        self._last: dict[Endpoint, Tls] = {}
        self._sent: dict[Endpoint, Tls] = {}

    def sent(self, endpoint: Endpoint) -> None:
        """Remember that a secret went to this server under the certificate that it showed last."""
        if endpoint in self._last:
            self._sent[endpoint] = self._last[endpoint]

    def compare(self, endpoint: Endpoint, tls: Tls, note: Note) -> None:
        """Note where a certificate differs from an earlier one, or from that of another server of the same name.

        A change is refused once: whoever checks again has read of it.

        Raises:
            Failure: ``tls.key-changed``.
        """
        before = self._sent.get(endpoint)
        if before is not None and before.fingerprint != tls.fingerprint:
            note.add(("fingerprint-before", before.fingerprint))
            if _authority(before) != _authority(tls):
                del self._sent[endpoint], self._last[endpoint]
                raise Failure(
                    KEY_CHANGED,
                    f"the certificate is now from {tls.issuer}; when the secret was last sent here it was from "
                    f"{before.issuer}. Nothing secret was sent this time",
                )
        self._last[endpoint] = tls
        for other, seen in self._last.items():
            if other != endpoint and other.host == endpoint.host and seen.fingerprint != tls.fingerprint:
                note.add(("differs-from", f"{other.protocol} {other.place}"))
                note.detail += f"; {other.protocol.upper()} at the same name shows another one, from {seen.issuer}"


def hold(before: Tls, tls: Tls) -> None:
    """Hold the certificate of a second connection against that of the first, which was told.

    Raises:
        Failure: ``tls.key-changed`` where another authority vouches for it.
    """
    if _authority(before) != _authority(tls):
        said = (
            f"a second connection shows a certificate from {tls.issuer}, on the first one it was from {before.issuer}"
        )
        raise Failure(KEY_CHANGED, f"{said}. Nothing was sent on the second one")


def _authority(tls: Tls) -> str:
    """Return who stands behind a certificate: the organization, which changes its intermediates now and then."""
    return tls.issuer.rpartition(", ")[2]


def _warn_of_the_end(tls: Tls, note: Note, now: datetime) -> None:
    """Write down the days that are left, and warn where they are few for the certificate's lifetime."""
    if not tls.expires:
        return
    ends = datetime.fromisoformat(tls.expires)
    left = ends - now
    note.add(("days-left", str(left.days)))
    life = ends - datetime.fromisoformat(tls.not_before) if tls.not_before else _SHORT_LIVED
    if left < (life / 3 if life < _SHORT_LIVED else _SOON):
        days = "less than a day" if left.days < 1 else "1 day" if left.days == 1 else f"{left.days} days"
        note.warn(EXPIRES_SOON, f"{note.detail}: it ends in {days}")
