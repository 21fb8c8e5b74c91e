"""What Google says when something is wrong (developers.google.com/identity/protocols/oauth2/native-app)."""

from __future__ import annotations

from collections.abc import Mapping

from mailwizard.sandbox.identity.problem import Problem, Refusal

_BLOCKED = "Access blocked: {name}'s request is invalid\nYou can't sign in because {name} sent an invalid request."
_AUDIENCE = "Invalid JWT: Failed audience check. The right audience is https://oauth2.googleapis.com/token"
_TIMES = (
    "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
    "Check your iat and exp values in the JWT claim."
)
_NOT_DELEGATED = (
    "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the "
    "scopes requested."
)
_TESTING = (
    "Access blocked: {name} has not completed the Google verification process\n{name} has not completed the Google "
    "verification process. The app is currently being tested, and can only be accessed by developer-approved testers. "
    "If you think you should have access, contact the developer."
)
_INTERNAL = (
    "Access blocked: {name} can only be used within its organization\n"
    "This client is restricted to users within its organization."
)
_POLICY = (
    "Access blocked: Authorization Error\nThe Google Account is unable to authorize one or more scopes requested due "
    "to the policies of your Google Workspace administrator."
)
_EMBEDDED = (
    "Access blocked\nThis user-agent is not permitted to make an OAuth authorization request to Google as it is "
    "classified as an embedded user-agent (also known as a web-view)."
)

_AT_TOKEN: dict[Problem, tuple[str, str, int]] = {
    Problem.MALFORMED: ("invalid_request", "Bad Request", 400),
    Problem.CLIENT: ("invalid_client", "The OAuth client was not found.", 401),
    Problem.SECRET_MISSING: ("invalid_request", "client_secret is missing.", 400),
    Problem.SECRET_WRONG: ("invalid_client", "The provided client secret is invalid.", 401),
    Problem.SECRET_ENDED: ("invalid_client", "The provided client secret is invalid.", 401),
    Problem.REDIRECT_CHANGED: ("redirect_uri_mismatch", "Bad Request", 400),
    Problem.CODE: ("invalid_grant", "Malformed auth code.", 400),
    Problem.CODE_USED: ("invalid_grant", "Bad Request", 400),
    Problem.CODE_ENDED: ("invalid_grant", "Bad Request", 400),
    Problem.CODE_OF_ANOTHER: ("unauthorized_client", "Unauthorized", 401),
    Problem.VERIFIER_MISSING: ("invalid_grant", "Missing code verifier.", 400),
    Problem.VERIFIER_WRONG: ("invalid_grant", "Invalid code verifier.", 400),
    Problem.REFRESH: ("invalid_grant", "Bad Request", 400),
    Problem.REFRESH_ENDED: ("invalid_grant", "Token has been expired or revoked.", 400),
    Problem.REFRESH_IDLE: ("invalid_grant", "Token has been expired or revoked.", 400),
    Problem.REFRESH_OF_ANOTHER: ("unauthorized_client", "Unauthorized", 401),
    Problem.NOT_CONSENTED: ("invalid_scope", "Bad Request", 400),
    Problem.ASSERTION: ("invalid_grant", "Invalid JWT Signature.", 400),
    Problem.ASSERTION_SIGNATURE: ("invalid_grant", "Invalid JWT Signature.", 400),
    Problem.ASSERTION_KEY: ("invalid_grant", "Invalid JWT Signature.", 400),
    Problem.ASSERTION_ISSUER: ("invalid_grant", "Invalid grant: account not found", 400),
    Problem.ASSERTION_TIMES: ("invalid_grant", _TIMES, 400),
    Problem.ASSERTION_AUDIENCE: ("invalid_grant", _AUDIENCE, 400),
    Problem.ACCOUNT: ("invalid_grant", "Invalid email or User ID", 400),
    Problem.NOT_DELEGATED: ("unauthorized_client", _NOT_DELEGATED, 401),
    Problem.REVOCATION: ("invalid_token", "Token expired or revoked", 400),
}
_ON_A_PAGE: dict[Problem, tuple[str, str, int]] = {
    Problem.CLIENT: ("invalid_client", "Access blocked: Authorization Error\nThe OAuth client was not found.", 401),
    Problem.REDIRECT: ("redirect_uri_mismatch", _BLOCKED, 400),
    Problem.RESPONSE_TYPE: ("unsupported_response_type", f"{_BLOCKED}\nInvalid response_type: {{what}}", 400),
    Problem.CHALLENGE: ("invalid_request", f"{_BLOCKED}\nMissing required parameter: code_challenge", 400),
    Problem.ACCOUNT: ("invalid_account", "Couldn't find your Google Account", 400),
    Problem.NOT_A_TESTER: ("access_denied", _TESTING, 403),
    Problem.OUTSIDER: ("org_internal", _INTERNAL, 403),
    Problem.MALFORMED: ("invalid_request", f"{_BLOCKED}\nOAuth 2 parameters can only have a single value", 400),
}

PLANNED: dict[str, tuple[str, Refusal]] = {
    "access_denied": ("authorize", Refusal("access_denied", "")),
    "admin_policy_enforced": ("authorize", Refusal("admin_policy_enforced", _POLICY, page=True)),
    "org_internal": ("authorize", Refusal("org_internal", _INTERNAL.format(name="mailwizard"), 403, page=True)),
    "disallowed_useragent": ("authorize", Refusal("disallowed_useragent", _EMBEDDED, 403, page=True)),
    "invalid_grant": ("token", Refusal("invalid_grant", "Token has been expired or revoked.")),
    "invalid_client": ("token", Refusal("invalid_client", "The OAuth client was not found.", 401)),
    "deleted_client": ("token", Refusal("deleted_client", "The OAuth client was deleted.", 401)),
    "unauthorized_client": ("token", Refusal("unauthorized_client", _NOT_DELEGATED, 401)),
    "invalid_rapt": (
        "token",
        Refusal(
            "invalid_grant",
            "reauth related error (invalid_rapt)",
            more={"error_uri": "https://support.google.com/a/answer/9368756", "error_subtype": "invalid_rapt"},
        ),
    ),
    "internal_failure": ("token", Refusal("internal_failure", "Backend Error", 500)),
}
"""The errors that can be planned, and where Google tells them."""


def said(problem: Problem, what: str, told: Mapping[str, str]) -> Refusal:
    """Return Google's words for a problem; ``told`` are the parameters of the request."""
    at_page = "grant_type" not in told and "token" not in told
    if problem is Problem.DENIED:
        return Refusal("access_denied", "")
    if problem is Problem.MISSING:
        lead = f"{_BLOCKED.format(name='mailwizard')}\n" if at_page else ""
        return Refusal("invalid_request", f"{lead}Missing required parameter: {what}", page=at_page)
    if problem is Problem.GRANT_TYPE:
        return Refusal("unsupported_grant_type", f"Invalid grant_type: {what}")
    if problem is Problem.DEVICE_SCOPE:
        return Refusal("invalid_scope", f"Invalid device flow scope: {what}")
    if problem is Problem.SCOPE:
        if not at_page:
            return Refusal("invalid_scope", "Invalid OAuth scope or ID token audience provided.")
        lead = "Access blocked: Authorization Error\nSome requested scopes were invalid."
        return Refusal("invalid_scope", f"{lead} {{invalid=[{what}]}}", page=True)
    if at_page and problem in _ON_A_PAGE:
        error, text, status = _ON_A_PAGE[problem]
        return Refusal(error, text.format(name="mailwizard", what=what), status, page=True)
    error, text, status = _AT_TOKEN.get(problem, ("invalid_request", "Bad Request", 400))
    return Refusal(error, text, status)
