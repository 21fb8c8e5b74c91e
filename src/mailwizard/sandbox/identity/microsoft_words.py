"""What Microsoft says when something is wrong (learn.microsoft.com/entra/identity-platform/reference-error-codes)."""

# ruff: noqa: E501 - what Microsoft says stays in one piece, so that it can be searched for.

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime

from mailwizard.sandbox.identity.problem import Problem, Refusal

_CONSENT = (
    "The user or administrator has not consented to use the application with ID '{client}' named 'mailwizard'. "
    "Send an interactive authorization request for this user and resource."
)
_ADMIN = (
    "An administrator of {tenant} has set a policy that prevents you from granting mailwizard the permissions it is "
    "requesting. Contact an administrator of {tenant}, who can grant permissions to this application on your behalf."
)
_UNKNOWN = (
    "Application with identifier '{client}' was not found in the directory '{tenant}'. This can happen if the "
    "application has not been installed by the administrator of the tenant or consented to by any user in the tenant. "
    "You may have sent your authentication request to the wrong tenant."
)
_SECRET = (
    "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the "
    "client secret ID, for a secret added to app '{client}'."
)
_SECRET_ENDED = (
    "The provided client secret keys for app '{client}' are expired. Visit the Azure portal to create new keys for "
    "your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: "
    "https://aka.ms/certCreds."
)
_NO_SECRET = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."
_OUTSIDER = (
    "User account '{login}' from identity provider 'live.com' does not exist in tenant '{tenant}' and cannot access "
    "the application '{client}'(mailwizard) in that tenant. The account needs to be added as an external user in the "
    "tenant first. Sign out and sign in again with a different Azure Active Directory user account."
)
_BLOCKED = "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance."
_REDIRECT = (
    "The redirect URI '{what}' specified in the request does not match the redirect URIs configured for the "
    "application '{client}'. Make sure the redirect URI sent in the request matches one added to your application in "
    "the Azure portal. Navigate to https://aka.ms/redirectUriMismatchError to learn more about how to troubleshoot "
    "this error."
)
_IDLE = (
    "The refresh token has expired due to inactivity. The token was issued on {issued} and was inactive for "
    "90.00:00:00."
)
_REVOKED = (
    "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed "
    "or reset their password. The grant was issued on '{issued}' and the TokensValidFrom date (before which tokens are "
    "not valid) for this user is '{issued}'."
)
_SINGLE = (
    "Application '{client}'(mailwizard) is not configured as a multi-tenant application. Usage of the /common endpoint "
    "is not supported for such applications created after '10/15/2018'. Use a tenant-specific endpoint or configure "
    "the application to be multi-tenant."
)

SAID: dict[Problem, tuple[int, str, str]] = {
    Problem.MALFORMED: (9002313, "invalid_request", "Invalid request. Request is malformed or invalid."),
    Problem.MISSING: (900144, "invalid_request", "The request body must contain the following parameter: '{what}'."),
    Problem.CLIENT: (700016, "unauthorized_client", _UNKNOWN),
    Problem.SECRET_MISSING: (7000218, "invalid_client", _NO_SECRET),
    Problem.SECRET_WRONG: (7000215, "invalid_client", _SECRET),
    Problem.SECRET_ENDED: (7000222, "invalid_client", _SECRET_ENDED),
    Problem.REDIRECT: (50011, "invalid_request", _REDIRECT),
    Problem.REDIRECT_CHANGED: (500112, "invalid_client", "The reply address '{what}' does not match the reply address provided when requesting Authorization code."),
    Problem.RESPONSE_TYPE: (700054, "unsupported_response_type", "response_type '{what}' is not enabled for the application."),
    Problem.SCOPE: (70011, "invalid_scope", "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope {what} is not valid."),
    Problem.SCOPES_MIXED: (28000, "invalid_request", "Provided value for the input parameter scope is not valid because it contains more than one resource. Scope {what} is not valid."),
    Problem.CHALLENGE: (9002325, "invalid_request", "Proof Key for Code Exchange is required for cross-origin authorization code redemption."),
    Problem.ACCOUNT: (50034, "invalid_grant", "The user account {login} does not exist in the {tenant} directory. To sign into this application, the account must be added to the directory."),
    Problem.DENIED: (65004, "access_denied", "User declined to consent to access the app."),
    Problem.OUTSIDER: (50020, "access_denied", _OUTSIDER),
    Problem.CONSENT: (90094, "access_denied", _ADMIN),
    Problem.NOT_CONSENTED: (65001, "invalid_grant", _CONSENT),
    Problem.GRANT_TYPE: (70003, "unsupported_grant_type", "The app requested an unsupported grant type '{what}'."),
    Problem.CODE: (9002313, "invalid_request", "Invalid request. Request is malformed or invalid."),
    Problem.CODE_USED: (54005, "invalid_grant", "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token."),
    Problem.CODE_ENDED: (70008, "invalid_grant", "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource."),
    Problem.CODE_OF_ANOTHER: (70000, "invalid_grant", "Provided grant is invalid or malformed."),
    Problem.VERIFIER_MISSING: (50148, "invalid_grant", "The code_verifier does not match the code_challenge supplied in the authorization request for PKCE."),
    Problem.VERIFIER_WRONG: (501481, "invalid_grant", "The Code_Verifier does not match the code_challenge supplied in the authorization request."),
    Problem.REFRESH: (9002313, "invalid_request", "Invalid request. Request is malformed or invalid."),
    Problem.REFRESH_ENDED: (50173, "invalid_grant", _REVOKED),
    Problem.REFRESH_IDLE: (700082, "invalid_grant", _IDLE),
    Problem.REFRESH_OF_ANOTHER: (700005, "invalid_grant", "Provided Authorization Code is intended to use against other tenant, thus rejected."),
    Problem.PENDING: (70016, "authorization_pending", "OAuth 2.0 device flow error. Authorization is pending. Continue polling."),
    Problem.DEVICE: (70018, "bad_verification_code", "Invalid verification code due to User typing in wrong user code for device code flow. Authorization is not approved."),
    Problem.DEVICE_ENDED: (70020, "expired_token", "The provided value for the input parameter 'device_code' is not valid. This device code has expired."),
    Problem.DEVICE_DENIED: (70042, "authorization_declined", "The end user denied the authorization request."),
    Problem.TENANT: (90002, "invalid_request", "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant."),
    Problem.TENANT_NEEDED: (50059, "invalid_request", "No tenant-identifying information found in either the request or implied by any provided credentials."),
    Problem.SINGLE_TENANT: (50194, "invalid_request", _SINGLE),
    Problem.APP_SCOPE: (1002012, "invalid_scope", "The provided value for scope {what} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI)."),
    Problem.RESOURCE: (500011, "invalid_resource", "The resource principal named {what} was not found in the tenant named {tenant}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant."),
    Problem.ASSERTION: (50027, "invalid_request", "JWT token is invalid or malformed."),
    Problem.ASSERTION_SIGNATURE: (700027, "invalid_client", "Client assertion contains an invalid signature. [Reason - The provided signature value did not match the expected signature value.]"),
    Problem.ASSERTION_KEY: (700027, "invalid_client", "The certificate with identifier used to sign the client assertion is not registered on application. [Reason - The key was not found.]"),
    Problem.ASSERTION_TIMES: (700024, "invalid_client", "Client assertion is not within its valid time range."),
    Problem.ASSERTION_AUDIENCE: (700023, "invalid_client", "Client assertion audience claim does not match Realm issuer."),
    Problem.ASSERTION_ISSUER: (700021, "invalid_client", "Client assertion application identifier doesn't match 'client_id' parameter."),
}  # fmt: skip
_ON_A_PAGE = frozenset({Problem.CLIENT, Problem.REDIRECT, Problem.TENANT, Problem.ACCOUNT, Problem.OUTSIDER})
_SUBERRORS = {65001: "consent_required", 53003: "message_only", 65004: "cancel"}


def said(problem: Problem, what: str, told: Mapping[str, str], tenant: str, now: float) -> Refusal:
    """Return Microsoft's words for a problem; ``told`` are the parameters of the request."""
    number, error, text = SAID.get(problem, SAID[Problem.MALFORMED])
    issued = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%S.0000000Z")
    client, login = told.get("client_id", ""), told.get("login", "")
    filled = text.format(what=what, client=client, login=login, tenant=tenant, issued=issued)
    at_page = "grant_type" not in told and problem in _ON_A_PAGE
    return numbered(number, error, filled, now, page=at_page)


def numbered(number: int, error: str, text: str, now: float, *, page: bool = False) -> Refusal:
    """Return a refusal as Microsoft dresses it: a number, and what its support asks for."""
    at = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    trace, correlation = uuid.uuid4(), uuid.uuid4()
    marked = f"AADSTS{number}: {text} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {at}"
    status = 401 if error in {"invalid_client", "unauthorized_client"} else 400
    more: dict[str, object] = {
        "error_codes": [number],
        "timestamp": at,
        "trace_id": str(trace),
        "correlation_id": str(correlation),
        "error_uri": f"https://login.microsoftonline.com/error?code={number}",
    }
    if number in _SUBERRORS:
        more["suberror"] = _SUBERRORS[number]
    return Refusal(error, marked, status, page, more)


def number_of(text: str) -> int:
    """Return the number in ``AADSTS`` and a number; 0 where there is none."""
    found = re.fullmatch(r"(?:AADSTS)?(\d{5,8})", text)
    return int(found[1]) if found else 0
