"""Microsoft's issuer: login.microsoftonline.com, in Microsoft's words."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from uuid import NAMESPACE_DNS, uuid5

from cryptography.hazmat.primitives.asymmetric import rsa

from mailwizard.model import Protocol
from mailwizard.sandbox.identity.book import Grant, Token
from mailwizard.sandbox.identity.client import Client
from mailwizard.sandbox.identity.clock import Clock
from mailwizard.sandbox.identity.forms import Wrong, document
from mailwizard.sandbox.identity.issuer import Ask, Issuer
from mailwizard.sandbox.identity.jwt import Assertion, signed
from mailwizard.sandbox.identity.microsoft_errors import PLANNED
from mailwizard.sandbox.identity.microsoft_words import numbered, said
from mailwizard.sandbox.identity.problem import Problem, Refusal
from mailwizard.sandbox.web import Answer, Request

HOST = "login.microsoftonline.com"
CONSUMERS = "9188040d-6c67-4c5b-b112-36a304b66dad"
"""The directory of all personal accounts."""
SHARED = ("common", "organizations", "consumers")
OUTLOOK = ("https://outlook.office.com/", "https://outlook.office365.com/")
GRAPH = "https://graph.microsoft.com/"
DELEGATED = {
    Protocol.IMAP: "IMAP.AccessAsUser.All",
    Protocol.POP3: "POP.AccessAsUser.All",
    Protocol.SMTP: "SMTP.Send",
    Protocol.EWS: "EWS.AccessAsUser.All",
}
"""What a person grants a program, by protocol."""
ROLES = {
    Protocol.IMAP: "IMAP.AccessAsApp",
    Protocol.POP3: "POP.AccessAsApp",
    Protocol.SMTP: "SMTP.SendAsApp",
    Protocol.EWS: "full_access_as_app",
}
"""What an administrator grants a program that signs in by itself, by protocol."""
PLAIN = frozenset({"openid", "profile", "email", "offline_access"})
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ADMINS_ONLY = frozenset({"IMAP.AccessAsUser.All", "POP.AccessAsUser.All", "EWS.AccessAsUser.All", "Mail.ReadWrite"})
"""What users may not allow themselves, as Microsoft manages it since the end of 2025."""


class Microsoft(Issuer):
    """Signs in people of directories and of Outlook.com, and programs by themselves."""

    code_prefix, access_prefix, refresh_prefix = "1.A", "eyJ0eXAiOiJKV1QiLCJub25jZSI6", "1.Ab"
    access_size = 1600
    access_lifetime = 3600
    user_code_shape = (9, 0)
    slows_down = False
    idle = 90 * 86400.0

    def __init__(
        self, clock: Clock, host: str = HOST, resources: tuple[str, ...] = OUTLOOK, graph: str = GRAPH
    ) -> None:
        super().__init__(clock)
        self.host, self.resources, self.graph = host, resources, graph
        """Where it is, the resources of mail, and that of Graph: each national cloud has its own."""
        self.identifier = f"https://{host}/{{tenant}}/v2.0"
        self.known_scopes = {
            *(resource + name for resource in resources for name in (*DELEGATED.values(), ".default")),
            *(graph + name for name in ("User.Read", "Mail.Send", "Mail.ReadWrite", ".default")),
        }
        self.tenants: dict[str, str] = {CONSUMERS: "outlook.com"}
        """The domain of each directory, by its id."""
        self.managed: set[str] = set()
        """The domains whose users may not let a program read mail by themselves."""
        self.roles: dict[str, set[str]] = {}
        """What programs may do by themselves, by client id."""
        self.opened: set[tuple[str, str]] = set()
        """Client and mailbox, where an administrator has let a program into one."""
        self._key: rsa.RSAPrivateKey | None = None

    @property
    def key(self) -> rsa.RSAPrivateKey:
        """Return the key that signs what people are told of themselves; made when it is first needed."""
        self._key = self._key or rsa.generate_private_key(65537, 2048)
        return self._key

    def establish(self, domain: str) -> str:
        """Make a directory for a domain and return its id."""
        tenant = str(uuid5(NAMESPACE_DNS, domain))
        self.tenants[tenant] = domain
        return tenant

    def domain_of(self, tenant: str) -> str:
        """Return the domain of a directory that is named in an address; none for those that stand for several.

        Raises:
            Wrong: where there is no such directory.
        """
        name = tenant.lower()
        if name in SHARED:
            return "outlook.com" if name == "consumers" else ""
        domain = self.tenants.get(name) or next((known for known in self.tenants.values() if known == name), "")
        if not domain:
            raise Wrong(Problem.TENANT, tenant)
        return domain

    def words(self, problem: Problem, what: str, told: Mapping[str, str]) -> Refusal:
        """Return what Microsoft says of a problem."""
        tenant = told.get("login", "").rpartition("@")[2] or "Contoso"
        return said(problem, what, told, what if problem is Problem.TENANT else tenant, self.clock.now())

    def plan(self, error: str) -> tuple[str, Refusal]:
        """Return where and how an error is told that is named ``AADSTS`` and a number.

        Raises:
            KeyError: where it is unknown.
        """
        number = int(error.removeprefix("AADSTS")) if error.removeprefix("AADSTS").isdecimal() else 0
        place, name, text = PLANNED[number]
        return place, numbered(number, name, text, self.clock.now())

    def scopes(self, text: str, client: Client) -> tuple[str, ...]:
        """Return the scopes that are asked for.

        Raises:
            Wrong: where one is unknown, or they are of more than one resource.
        """
        scopes = tuple(dict.fromkeys(text.split()))
        wanted = [scope for scope in scopes if scope not in PLAIN]
        unknown = [scope for scope in wanted if scope not in self.known_scopes]
        if unknown:
            raise Wrong(Problem.SCOPE, " ".join(unknown))
        if len({scope.rpartition("/")[0] for scope in wanted}) > 1:
            raise Wrong(Problem.SCOPES_MIXED, " ".join(scopes))
        return scopes

    def judge(self, token: Token, user: str, protocol: Protocol) -> bool:
        """Return whether a token opens a mailbox: a person's own, or one that a program was let into."""
        grant, user = token.grant, user.lower()
        mine = grant.user == user if grant.user else (grant.client_id, user) in self.opened
        return mine and self.calls(token, protocol)

    def calls(self, token: Token, protocol: Protocol) -> bool:
        """Return whether a token is one for a protocol, whosever mailbox is to be opened."""
        if token.grant.user:
            return bool({resource + DELEGATED[protocol] for resource in self.resources} & set(token.scopes))
        allowed = ROLES[protocol] in self.roles.get(token.grant.client_id, ())
        return allowed and token.scopes[0].startswith(self.resources)

    def admit(self, ask: Ask, user: str) -> None:
        """Hold a person against the directory that is asked, and what users may allow there.

        Raises:
            Wrong: where the person is of another directory, or an administrator has to allow it.
        """
        domain, home = self.domain_of(ask.tenant), user.rpartition("@")[2]
        if ask.client.organization and domain != ask.client.organization:
            raise Wrong(Problem.SINGLE_TENANT)
        if (domain and home != domain) or (ask.tenant == "organizations" and home == "outlook.com"):
            raise Wrong(Problem.OUTSIDER)
        for scope in ask.scopes:
            guarded = scope.rpartition("/")[2] in _ADMINS_ONLY and home in self.managed
            if guarded and (home, scope) not in ask.client.consents:
                raise Wrong(Problem.CONSENT)

    def consent(self, client: Client, domain: str) -> None:
        """Let an administrator allow a program everything it may ask of mail, for all users of a domain."""
        client.consents |= {(domain, scope) for scope in self.known_scopes}

    def client(self, request: Request, told: Mapping[str, str], tenant: str = "") -> Client:
        """Return the client that asks, which has proved itself with a secret or a signed assertion.

        Raises:
            Wrong: where it is unknown, or its proof is.
        """
        self.domain_of(tenant)
        if "client_assertion" not in told:
            return super().client(request, told, tenant)
        if told.get("client_assertion_type") != ASSERTION_TYPE or "client_secret" in told:
            raise Wrong(Problem.MALFORMED)
        assertion = Assertion.read(told["client_assertion"])
        client = self.known(told.get("client_id", "") or str(assertion.claims.get("iss", "")))
        named = assertion.header.get("x5t#S256") or assertion.header.get("x5t") or assertion.header.get("kid")
        key = client.keys.get(str(named).rstrip("="))
        if key is None:
            raise Wrong(Problem.ASSERTION_KEY)
        assertion.hold(key, ("PS256", "RS256"))
        if [assertion.claims.get(name) for name in ("iss", "sub")] != [client.client_id] * 2:
            raise Wrong(Problem.ASSERTION_ISSUER)
        names = {tenant, *(known for known, domain in self.tenants.items() if domain == self.domain_of(tenant))}
        assertion.hold_audience(*(f"https://{self.host}/{name}/oauth2/v2.0/token" for name in names))
        assertion.hold_times(self.clock.wall())
        return client

    def app(self, request: Request, told: Mapping[str, str], tenant: str) -> Answer:
        """Sign a program in by itself (RFC 6749 section 4.4)."""
        domain = self.domain_of(tenant)
        if not domain:
            raise Wrong(Problem.TENANT_NEEDED)
        client = self.client(request, told, tenant)
        if "client_secret" not in told and "client_assertion" not in told:
            raise Wrong(Problem.SECRET_MISSING)
        if "scope" not in told:
            raise Wrong(Problem.MISSING, "scope")
        scope = told["scope"]
        if not scope.endswith("/.default") or " " in scope:
            raise Wrong(Problem.APP_SCOPE, scope)
        if scope not in self.known_scopes:
            raise Wrong(Problem.RESOURCE, scope.removesuffix("/.default"))
        if client.organization and client.organization != domain:
            raise Wrong(Problem.CLIENT, client.client_id)
        grant = self.book.grant(Grant(client.client_id, "", (scope,), tenant))
        token = self.book.give_access(self.access_prefix, self.access_size, grant, (scope,), self.access_lifetime)
        return document(_bearer(token, self.access_lifetime))

    def answered(self, ask: Ask, grant: Grant) -> dict[str, object]:
        """Return what the browser brings back beside code and state."""
        told: dict[str, object] = {"session_state": str(uuid5(NAMESPACE_DNS, grant.user))}
        if "client_info" in ask.told:
            told["client_info"] = self._client_info(grant.user)
        return told

    def tokens(self, grant: Grant, scopes: tuple[str, ...], told: Mapping[str, str], *, refresh: bool) -> Answer:
        """Return new tokens: a new refresh token each time, while the old one goes on working."""
        asked = self.scopes(told["scope"], self.clients[grant.client_id]) if "scope" in told else scopes
        wanted = tuple(scope for scope in asked if scope not in PLAIN)
        if not set(wanted) <= set(grant.scopes):
            raise Wrong(Problem.NOT_CONSENTED)
        token = self.book.give_access(self.access_prefix, self.access_size, grant, wanted, self.access_lifetime)
        answer = {**_bearer(token, self.access_lifetime), "scope": " ".join(wanted)}
        if "offline_access" in grant.scopes:
            answer["refresh_token"] = self.book.give_refresh(self.refresh_prefix, grant).value
        if "openid" in grant.scopes:
            answer["id_token"] = signed(self._claims(grant), self.key, "practice")
        if "client_info" in told:
            answer["client_info"] = self._client_info(grant.user)
        return document(answer)

    def home(self, user: str) -> str:
        """Return the id of a person's directory."""
        domain = user.rpartition("@")[2]
        return next((tenant for tenant, known in self.tenants.items() if known == domain), CONSUMERS)

    def _claims(self, grant: Grant) -> dict[str, object]:
        """Return what a program is told of the person who signed in."""
        tenant, now = self.home(grant.user), int(self.clock.wall())
        claims: dict[str, object] = {
            "aud": grant.client_id,
            "iss": f"https://{self.host}/{tenant}/v2.0",
            "iat": now,
            "nbf": now,
            "exp": now + 3600,
            "name": grant.user.partition("@")[0].title(),
            "oid": str(uuid5(NAMESPACE_DNS, grant.user)),
            "sub": str(uuid5(NAMESPACE_DNS, grant.user + grant.client_id)),
            "preferred_username": grant.user,
            "tid": tenant,
            "ver": "2.0",
        }
        return {**claims, "nonce": grant.nonce} if grant.nonce else claims

    def _client_info(self, user: str) -> str:
        told = {"uid": str(uuid5(NAMESPACE_DNS, user)), "utid": self.home(user)}
        return urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode()


def _bearer(token: Token, lifetime: int) -> dict[str, object]:
    return {"token_type": "Bearer", "expires_in": lifetime, "ext_expires_in": lifetime, "access_token": token.value}
