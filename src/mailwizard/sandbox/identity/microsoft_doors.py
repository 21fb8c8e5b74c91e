"""What login.microsoftonline.com answers at which address; the directory is a part of the path."""

from __future__ import annotations

from urllib.parse import urlsplit

from mailwizard.sandbox.identity.counter import Counter
from mailwizard.sandbox.identity.forms import Wrong, asked, back, document, page, posted, refused
from mailwizard.sandbox.identity.front import Front
from mailwizard.sandbox.identity.jwt import published
from mailwizard.sandbox.identity.microsoft import SHARED, Microsoft
from mailwizard.sandbox.identity.problem import Problem, Refusal
from mailwizard.sandbox.web import NOT_FOUND, Answer, Request

DEVICE_PAGE = "https://login.microsoft.com/device"


class _Counter(Counter):
    """The endpoints for programs, with what Microsoft says along with a device code."""

    def device_words(self, user_code: str) -> dict[str, object]:
        """Return the sentence for the person; there is no address with the code in it."""
        sentence = (
            f"To sign in, use a web browser to open the page {DEVICE_PAGE} and enter the code {user_code} to "
            "authenticate."
        )
        return {"message": sentence}


class Doors:
    """All addresses of one Microsoft."""

    def __init__(self, issuer: Microsoft) -> None:
        self._issuer = issuer
        self.front = Front(issuer, "/common/login", "/device")
        self._counter = _Counter(issuer, DEVICE_PAGE)
        self._counter.kinds["client_credentials"] = issuer.app
        self._counter.kinds["device_code"] = self._counter.kinds["urn:ietf:params:oauth:grant-type:device_code"]

    def answer(self, request: Request) -> Answer:
        """Answer a request for any path below the host."""
        tenant, _, rest = request.path.lstrip("/").partition("/")
        match request.method, rest:
            case "GET", "oauth2/v2.0/authorize":
                return self._known(tenant) or self.front.authorize(request, tenant)
            case "POST", "login" if tenant == "common":
                return self.front.decide(request)
            case "POST", "oauth2/v2.0/token":
                return self._counter.token(request, tenant)
            case "POST", "oauth2/v2.0/devicecode":
                return self._known(tenant, json=True) or self._counter.device(request, tenant)
            case "GET", "v2.0/.well-known/openid-configuration":
                return self._known(tenant, json=True) or self._metadata(tenant)
            case "GET", "discovery/instance" if tenant == "common":
                return self._instances(request)
            case "GET", "discovery/v2.0/keys":
                return document({"keys": [published(self._issuer.key.public_key(), "practice")]})
            case "GET" | "POST", "v2.0/adminconsent":
                return self._known(tenant) or self._consent(request, tenant)
        return NOT_FOUND

    def _known(self, tenant: str, *, json: bool = False) -> Answer | None:
        """Return a refusal where there is no such directory."""
        try:
            self._issuer.domain_of(tenant)
        except Wrong as wrong:
            refusal = self._issuer.refusal(wrong, {})
            if json:
                return refused(Refusal("invalid_tenant", refusal.description, 400, more=refusal.more))
            return _trouble(refusal)
        return None

    def _metadata(self, tenant: str) -> Answer:
        """Return where everything is (OpenID Connect Discovery 1.0 section 4)."""
        ids = [known for known, domain in self._issuer.tenants.items() if domain == tenant.lower()]
        name = ids[0] if ids else tenant
        host = self._issuer.host
        base = f"https://{host}/{name}"
        return document(
            {
                "issuer": f"https://{host}/{'{tenantid}' if name in SHARED else name}/v2.0",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
                "jwks_uri": f"{base}/discovery/v2.0/keys",
                "response_types_supported": ["code"],
                "response_modes_supported": ["query"],
                "scopes_supported": ["openid", "profile", "email", "offline_access"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
            }
        )

    def _instances(self, request: Request) -> Answer:
        """Tell which hosts stand for each other, for programs that keep tokens by host."""
        host = self._issuer.host
        names = [host, "login.windows.net", "login.microsoft.com", "sts.windows.net"]
        try:
            told = asked(request).get("authorization_endpoint", f"https://{host}/common")
            known = urlsplit(told).hostname in names
        except (Wrong, ValueError):
            known = False
        if not known:
            return refused(Refusal("invalid_instance", "AADSTS50049: Unknown or invalid instance."))
        return document(
            {
                "tenant_discovery_endpoint": f"https://{host}/common/v2.0/.well-known/openid-configuration",
                "api-version": "1.1",
                "metadata": [{"preferred_network": host, "preferred_cache": "login.windows.net", "aliases": names}],
            }
        )

    def _consent(self, request: Request, tenant: str) -> Answer:
        """Let an administrator allow a program for everybody (…/v2.0/adminconsent)."""
        issuer = self._issuer
        told: dict[str, str] = {}
        try:
            told = asked(request)
            client = issuer.known(told.get("client_id", ""))
            if not client.returns_to(told.get("redirect_uri", "")):
                raise Wrong(Problem.REDIRECT, told.get("redirect_uri", ""))
            if request.method == "GET":
                form = (
                    '<form method="post"><input name="login"><button name="decision" value="allow">Accept</button>'
                    '<button name="decision" value="deny">Cancel</button></form>'
                )
                return page("Permissions requested", f"{client.name} for your organization", form=form)
            given = posted(request)
        except Wrong as wrong:
            return page(
                "Sorry, but we're having trouble signing you in.", issuer.refusal(wrong, told).description, status=400
            )
        user = given.get("login", "").lower()
        home, domain = user.rpartition("@")[2], issuer.domain_of(tenant)
        if user not in issuer.administrators or (domain and domain != home):
            text = "AADSTS90094: The grant requires admin permission. Sign in as an administrator of your organization."
            return page("Need admin approval", text, status=400)
        state = told.get("state", "")
        if given.get("decision") != "allow":
            refusal = issuer.words(Problem.DENIED, "", {})
            return back(
                told["redirect_uri"], {"error": refusal.error, "error_description": refusal.description, "state": state}
            )
        issuer.consent(client, home)
        accepted = {
            "admin_consent": "True",
            "tenant": issuer.home(user),
            "scope": told.get("scope", ""),
            "state": state,
        }
        return back(told["redirect_uri"], accepted)


def _trouble(refusal: Refusal) -> Answer:
    return page("Sorry, but we're having trouble signing you in.", refusal.description, status=400)
