"""The endpoints that programs come to: tokens, device codes, revocation."""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping

from mailwizard.sandbox.identity.book import Code, Device, Grant, Token
from mailwizard.sandbox.identity.client import Client
from mailwizard.sandbox.identity.forms import Wrong, document, posted, refused, required
from mailwizard.sandbox.identity.issuer import Issuer
from mailwizard.sandbox.identity.problem import Problem, Refusal
from mailwizard.sandbox.web import Answer, Request

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}\Z")
"""RFC 7636 section 4.1."""
_TOO_SOON = 0.9
"""The part of the interval that has to be over before the next question: clocks are not exact."""

Told = Mapping[str, str]


class Counter:
    """The token endpoint of one issuer and what belongs to it."""

    def __init__(self, issuer: Issuer, verification: str = "") -> None:
        self._issuer, self._verification = issuer, verification
        self.kinds: dict[str, Callable[[Request, Told, str], Answer]] = {
            "authorization_code": self._code,
            "refresh_token": self._refresh,
        }
        """What each grant type does."""
        if verification:
            self.kinds[DEVICE_GRANT] = self._poll

    def token(self, request: Request, tenant: str = "") -> Answer:
        """Answer the token endpoint (RFC 6749 section 3.2)."""
        told: dict[str, str] = {}
        try:
            told = posted(request)
            required(told, "grant_type")
            kind = self.kinds.get(told["grant_type"])
            if kind is None:
                raise Wrong(Problem.GRANT_TYPE, told["grant_type"])
            self._issuer.planned("token")
            return kind(request, told, tenant)
        except (Wrong, Refusal) as wrong:
            return refused(self._issuer.refusal(wrong, told))

    def _code(self, request: Request, told: Told, tenant: str) -> Answer:
        """Exchange a code; a second use ends what came of the first (RFC 6749 section 4.1.2)."""
        client = self._issuer.client(request, told, tenant)
        required(told, "code", "redirect_uri")
        code = self._issuer.book.codes.get(told["code"])
        if code is None:
            raise Wrong(Problem.CODE)
        if code.grant.client_id != client.client_id:
            raise Wrong(Problem.CODE_OF_ANOTHER)
        if code.used:
            code.grant.revoked = True
            raise Wrong(Problem.CODE_USED)
        if code.expires <= self._issuer.clock.now():
            raise Wrong(Problem.CODE_ENDED)
        if code.redirect != told["redirect_uri"]:
            raise Wrong(Problem.REDIRECT_CHANGED, told["redirect_uri"])
        _prove(code, told.get("code_verifier", ""))
        code.used = True
        return self._issuer.tokens(code.grant, code.grant.scopes, told, refresh=True)

    def _refresh(self, request: Request, told: Told, tenant: str) -> Answer:
        """Exchange a refresh token (RFC 6749 section 6)."""
        issuer = self._issuer
        client = issuer.client(request, told, tenant)
        required(told, "refresh_token")
        token = issuer.book.refresh.get(told["refresh_token"])
        if token is None:
            raise Wrong(Problem.REFRESH)
        self._hold_refresh(token, client)
        scopes = token.scopes
        if "scope" in told:
            scopes = issuer.scopes(told["scope"], client)
            if not set(scopes) <= set(token.scopes):
                raise Wrong(Problem.NOT_CONSENTED, client.client_id)
        token.used = True
        token.grant.used_at = issuer.clock.now()
        return issuer.tokens(token.grant, scopes, told, refresh=False)

    def _hold_refresh(self, token: Token, client: Client) -> None:
        """Look whether a refresh token can still be used.

        Raises:
            Wrong: where not.
        """
        issuer, grant = self._issuer, token.grant
        if grant.client_id != client.client_id:
            raise Wrong(Problem.REFRESH_OF_ANOTHER)
        if token.used and issuer.one_time_refresh:
            grant.revoked = True
        if not issuer.book.alive(grant):
            raise Wrong(Problem.REFRESH_ENDED)
        if issuer.idle and issuer.clock.now() - grant.used_at > issuer.idle:
            raise Wrong(Problem.REFRESH_IDLE)

    def device(self, request: Request, tenant: str = "") -> Answer:
        """Give out a device code (RFC 8628 section 3.1)."""
        issuer = self._issuer
        told: dict[str, str] = {}
        try:
            told = posted(request)
            client = issuer.known(told.get("client_id", ""))
            required(told, "scope")
            issuer.planned("device")
            scopes = issuer.scopes(told["scope"], client)
            issuer.hold_device(scopes)
        except (Wrong, Refusal) as wrong:
            return refused(issuer.refusal(wrong, told))
        ends = issuer.clock.now() + issuer.device_lifetime
        shown = issuer.book.user_code(*issuer.user_code_shape)
        handle = issuer.book.give_device(Device(shown, client.client_id, scopes, tenant, ends, issuer.interval))
        answer: dict[str, object] = {
            "device_code": handle,
            "user_code": shown,
            "verification_uri": self._verification,
            "expires_in": int(issuer.device_lifetime),
            "interval": int(issuer.interval),
        }
        return document({**answer, **self.device_words(shown)})

    def device_words(self, user_code: str) -> dict[str, object]:
        """Return what else goes along with a device code."""
        return {"verification_uri_complete": f"{self._verification}?user_code={user_code}"}

    def _poll(self, request: Request, told: Told, tenant: str) -> Answer:
        """Tell what became of a device code (RFC 8628 section 3.5)."""
        issuer = self._issuer
        client = issuer.client(request, told, tenant)
        if not client.public_flows:
            raise Wrong(Problem.SECRET_MISSING)
        required(told, "device_code")
        device = issuer.book.devices.get(told["device_code"])
        if device is None or device.client_id != client.client_id:
            raise Wrong(Problem.DEVICE)
        now = issuer.clock.now()
        if device.expires <= now:
            raise Wrong(Problem.DEVICE_ENDED)
        if device.denied:
            raise Wrong(Problem.DEVICE_DENIED)
        soon, device.polled_at = issuer.slows_down and now - device.polled_at < device.interval * _TOO_SOON, now
        if device.grant is not None:
            del issuer.book.devices[told["device_code"]]
            return issuer.tokens(device.grant, device.grant.scopes, told, refresh=True)
        if soon:
            device.interval += 5
            raise Wrong(Problem.SLOW_DOWN)
        raise Wrong(Problem.PENDING)

    def revoke(self, request: Request) -> Answer:
        """Revoke a token and the grant behind it (RFC 7009)."""
        told: dict[str, str] = {}
        try:
            told = posted(request)
            required(told, "token")
            grant = self._behind(told["token"])
            if grant is None:
                raise Wrong(Problem.REVOCATION)
            grant.revoked = True
        except (Wrong, Refusal) as wrong:
            return refused(self._issuer.refusal(wrong, told))
        return document({})

    def _behind(self, value: str) -> Grant | None:
        book = self._issuer.book
        token = book.refresh.get(value) or book.access.get(value)
        return token.grant if token is not None and book.alive(token.grant) else None


def _prove(code: Code, verifier: str) -> None:
    """Hold a verifier against the challenge (RFC 7636 section 4.6).

    Raises:
        Wrong: where it is missing or another one.
    """
    if not code.challenge:
        return
    if not verifier:
        raise Wrong(Problem.VERIFIER_MISSING)
    digest = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    if not _VERIFIER.match(verifier) or not hmac.compare_digest(digest, code.challenge):
        raise Wrong(Problem.VERIFIER_WRONG)
