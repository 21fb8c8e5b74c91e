"""What issuers refuse, in their own words and codes, is explained by its cause; so is what we say ourselves."""

# ruff: noqa: E501 - what issuers say stays in one piece

from __future__ import annotations

from typing import Any

import pytest

from mailwizard import knowledge
from mailwizard.diagnosis import diagnose
from mailwizard.model import Evidence, Facts, Outcome, Step
from mailwizard.signin.oauth.refusing import refused

PROVIDERS = {"google": "gmail", "microsoft": "microsoft365", "x": ""}

# fmt: off
REFUSED: list[tuple[str, str, dict[str, Any], str, str]] = [
    ("invalid_grant", "Token has been expired or revoked.", {}, "google", "oauth_grant_revoked"),
    ("invalid_grant", "Bad Request", {}, "google", "oauth_grant_revoked"),
    ("invalid_grant", "Malformed auth code.", {}, "google", "oauth_grant_revoked"),
    ("invalid_grant", "reauth related error (invalid_rapt)",{"error_subtype":"invalid_rapt"}, "google", "oauth_grant_revoked"),
    ("invalid_grant", "Account has been deleted", {}, "google", "account_not_found account_disabled"),
    ("invalid_grant", "Invalid email or User ID", {}, "google", "account_not_found"),
    ("invalid_grant", "Not a valid email or user ID.", {}, "google", "account_not_found"),
    ("invalid_grant", "Invalid JWT Signature.", {}, "google", "oauth_client_secret_invalid"),
    ("invalid_grant", "Invalid grant: account not found", {}, "google", "account_not_found oauth_client_secret_invalid"),
    ("invalid_grant", "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.", {}, "google", "clock_skew"),
    ("invalid_grant", "Invalid impersonation \"sub\" field: ", {}, "google", "account_not_found service_account_not_delegated"),
    ("invalid_grant", "Missing code verifier.", {}, "google", "oauth_client_misconfigured"),
    ("invalid_grant", "Invalid code verifier.", {}, "google", "oauth_client_misconfigured oauth_grant_revoked"),
    ("invalid_client", "Unauthorized", {}, "google", "oauth_client_secret_invalid"),
    ("invalid_client", "The provided client secret is invalid.", {}, "google", "oauth_client_secret_invalid"),
    ("invalid_client", "The OAuth client was not found.", {}, "google", "oauth_client_unknown"),
    ("deleted_client", "The OAuth client was deleted.", {}, "google", "oauth_client_disabled"),
    ("disabled_client", "The OAuth client was disabled.", {}, "google", "oauth_client_disabled"),
    ("unauthorized_client", "Unauthorized", {}, "google", "oauth_client_misconfigured"),
    ("unauthorized_client", "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.", {}, "google", "service_account_not_delegated"),
    ("access_denied", "The developer hasn’t given you access to this app. It’s currently being tested and it hasn’t been verified by Google.", {}, "google", "oauth_app_unverified"),
    ("access_denied", "App has not completed the Google verification process. The app is currently being tested, and can only be accessed by developer-approved testers.", {}, "google", "oauth_app_unverified"),
    ("access_denied", "", {}, "google", "oauth_access_denied"),
    ("access_denied", "The user denied your request", {}, "google", "oauth_access_denied"),
    ("admin_policy_enforced", "", {}, "google", "oauth_admin_blocked"),
    ("admin_policy_enforced", "Access to your account data is restricted by policies within your organization.", {}, "google", "oauth_admin_blocked"),
    ("org_internal", "", {}, "google", "oauth_org_internal"),
    ("disallowed_useragent", "", {}, "google", "oauth_embedded_browser"),
    ("redirect_uri_mismatch", "Bad Request", {}, "google", "oauth_redirect_mismatch"),
    ("redirect_uri_mismatch", "", {}, "google", "oauth_redirect_mismatch"),
    ("invalid_scope", "Some requested scopes were invalid. {valid=[], invalid=[x]}", {}, "google", "oauth_scope_invalid"),
    ("invalid_scope", "", {}, "x", "oauth_scope_invalid"),
    ("invalid_request", "Missing required parameter: code", {}, "google", "oauth_client_misconfigured"),
    ("invalid_request", "You can't sign in to this app because it doesn't comply with Google's OAuth 2.0 policy for keeping apps secure.", {}, "google", "oauth_client_misconfigured oauth_redirect_mismatch"),
    ("invalid_request", "client_secret is missing.", {}, "google", "oauth_client_misconfigured oauth_client_secret_invalid"),
    ("unsupported_grant_type", "Invalid grant_type: x", {}, "google", "oauth_client_misconfigured"),
    ("temporarily_unavailable", "", {}, "x", "server_unavailable"),
    ("server_error", "", {}, "x", "server_unavailable"),
    ("internal_failure", "", {}, "google", "server_unavailable"),
    ("rate_limit_exceeded", "", {}, "google", "rate_limited"),
    ("slow_down", "", {}, "x", "rate_limited oauth_device_pending"),
    ("authorization_pending", "", {}, "x", "oauth_device_pending"),
    ("expired_token", "", {}, "x", "oauth_device_code_expired"),
    ("authorization_declined", "AADSTS70017: The user declined", {}, "microsoft", "oauth_access_denied"),
    ("authorization_declined", "", {}, "microsoft", "oauth_access_denied"),
    ("code_expired", "", {}, "microsoft", "oauth_device_code_expired"),
    ("bad_verification_code", "AADSTS70018", {}, "microsoft", "oauth_device_code_expired"),
    ("consent_required", "AADSTS65001: The user or administrator has not consented to use the application with ID 'x' named 'y'.",{"suberror":"consent_required"}, "microsoft", "consent_required"),
    ("invalid_grant", "AADSTS65001",{"suberror":"consent_required"}, "microsoft", "consent_required"),
    ("invalid_grant", "something in another language",{"suberror":"consent_required"}, "microsoft", "consent_required"),
    ("interaction_required", "x",{"suberror":"basic_action"}, "microsoft", "mfa_required conditional_access_blocked oauth_grant_revoked"),
    ("invalid_grant", "x",{"suberror":"user_password_expired"}, "microsoft", "password_expired"),
    ("invalid_grant", "x",{"suberror":"protection_policy_required"}, "microsoft", "conditional_access_blocked"),
    ("invalid_grant", "x",{"suberror":"bad_token"}, "microsoft", "oauth_grant_revoked"),
    ("invalid_grant", "x",{"suberror":"token_expired"}, "microsoft", "oauth_grant_revoked"),
    ("invalid_grant", "x",{"error_codes":[50076]}, "microsoft", "mfa_required"),
    ("invalid_tenant", "AADSTS90002: Tenant 'x' not found.", {}, "microsoft", "wrong_tenant"),
    ("invalid_client", "AADSTS700016: Application with identifier 'x' was not found in the directory 'y'.", {}, "microsoft", "oauth_client_unknown"),
    ("unauthorized_client", "AADSTS700016: Application with identifier 'x' was not found in the directory 'y'.", {}, "microsoft", "oauth_client_unknown"),
    ("invalid_client", "AADSTS7000215: Invalid client secret provided.", {}, "microsoft", "oauth_client_secret_invalid"),
    ("invalid_client", "AADSTS7000222: The provided client secret keys for app 'x' are expired.", {}, "microsoft", "oauth_client_secret_expired"),
    ("invalid_client", "AADSTS7000218: The request body must contain the following parameter: 'client_assertion' or 'client_secret'.", {}, "microsoft", "oauth_client_misconfigured"),
    ("invalid_client", "AADSTS700027: The certificate with identifier used to sign the client assertion is not registered on application.", {}, "microsoft", "oauth_client_secret_invalid oauth_client_misconfigured"),
    ("invalid_client", "AADSTS700024: Client assertion is not within its valid time range.", {}, "microsoft", "clock_skew"),
    ("invalid_grant", "AADSTS50078: Presented multi-factor authentication has expired", {}, "microsoft", "mfa_required"),
    ("invalid_grant", "AADSTS70000: The provided value for the 'code' parameter is not valid.", {}, "microsoft", "oauth_grant_revoked"),
    ("invalid_grant", "AADSTS54005: OAuth2 Authorization code was already redeemed", {}, "microsoft", "oauth_grant_revoked"),
    ("invalid_grant", "AADSTS501481: The Code_Verifier does not match the code_challenge supplied in the authorization request.", {}, "microsoft", "oauth_client_misconfigured"),
    ("invalid_client", "AADSTS900382: Confidential Client is not supported in Cross Cloud request.", {}, "microsoft", "wrong_tenant oauth_client_misconfigured"),
    ("access_denied", "AADSTS65004: User declined to consent to access the app.", {}, "microsoft", "oauth_access_denied"),
    ("access_denied", "AADSTS90094: An administrator of x has set a policy that prevents you from granting y the permissions it is requesting.", {}, "microsoft", "consent_required"),
    ("invalid_resource", "AADSTS500011: The resource principal named x was not found in the tenant named y.", {}, "microsoft", "oauth_client_misconfigured"),
    ("invalid_resource", "AADSTS650057: Invalid resource.", {}, "microsoft", "oauth_client_misconfigured"),
    ("invalid_resource", "AADSTS650052: The app needs access to a service that your organization has not subscribed to", {}, "microsoft", "license_missing consent_required"),
    ("login_required", "", {}, "x", "oauth_grant_revoked"),
    ("invalid_token", "Token expired or revoked", {}, "google", "oauth_token_invalid oauth_grant_revoked"),
]
"""Error, description, what else is in the answer, issuer, and the causes that are right."""
# fmt: on

OURS = [
    ("oauth.no-refresh-token", "oauth_no_refresh_token"),
    ("oauth.scope-missing", "oauth_scope_missing"),
    ("oauth.expired", "oauth_device_code_expired"),
    ("oauth.issuer-mismatch", "oauth_client_misconfigured"),
    ("oauth.no-tenant", "wrong_tenant"),
    ("oauth.no-grant", "oauth_grant_revoked"),
    ("oauth.garbled", "server_unavailable"),
    ("http.503", "server_unavailable"),
    ("http.500", "server_unavailable"),
    ("http.429", "rate_limited"),
    ("oauth.testing-mode", "oauth_testing_mode_expiry"),
    ("oauth.idle", "secret_expiring"),
    ("oauth.sign-in-ending", "secret_expiring"),
    ("oauth.client-secret-ending", "secret_expiring"),
    ("oauth.certificate-ending", "secret_expiring"),
    ("http.host-not-named", "redirect_unsafe oauth_client_misconfigured"),
    ("oauth.issuer-unknown", "oauth_client_misconfigured"),
    ("oauth.no-device-code", "oauth_client_misconfigured"),
    ("http.404", "oauth_client_misconfigured server_unavailable"),
]


def causes(issuer: str, code: str, detail: str, facts: Facts, step: Step = Step.TOKEN) -> list[str]:
    seen = Evidence(f"issuer:{issuer}", step, Outcome.FAIL, code, detail=detail, facts=facts)
    return [diagnosis.cause for diagnosis in diagnose([seen], provider=PROVIDERS[issuer])]


@pytest.mark.parametrize(("error", "description", "more", "issuer", "wanted"), REFUSED)
def test_a_refusal_is_explained(error: str, description: str, more: dict[str, Any], issuer: str, wanted: str) -> None:
    failure = refused({"error": error, "error_description": description, **more}, status=400)
    assert causes(issuer, failure.code, failure.detail, failure.facts)[0] in wanted.split()


@pytest.mark.parametrize(("code", "wanted"), OURS)
def test_what_we_say_ourselves_is_explained(code: str, wanted: str) -> None:
    assert causes("x", code, "", ())[0] in wanted.split()


@pytest.mark.parametrize("detail", ["Bad Request", "Token has been expired or revoked."])
def test_a_grant_of_a_project_in_testing_has_ended_by_that(detail: str) -> None:
    found = causes("google", "oauth.invalid_grant", f"invalid_grant: {detail}", (("publishing", "testing"),))
    assert found[0] == "oauth_testing_mode_expiry"


def test_a_cause_leads_to_the_guide_of_its_issuer() -> None:
    for provider, cause, guide in (
        ("gmail", "oauth_client_unknown", "google.make-client"),
        ("google-workspace", "service_account_not_delegated", "google.service-account"),
        ("microsoft365", "oauth_client_secret_expired", "microsoft.new-secret"),
        ("microsoft365-gcchigh", "oauth_redirect_mismatch", "microsoft-us-gov.register-app"),
        ("yandex", "oauth_redirect_mismatch", "yandex.register-app"),
    ):
        words = {"oauth_client_unknown": "application was not found", "oauth_redirect_mismatch": "redirect_uri_mismatch",
                 "service_account_not_delegated": "unauthorized to retrieve access tokens using this method",
                 "oauth_client_secret_expired": "AADSTS7000222"}  # fmt: skip
        seen = Evidence("issuer:x", Step.TOKEN, Outcome.FAIL, "oauth.error", detail=words[cause])
        (diagnosis, *_) = diagnose([seen], provider=provider)
        assert (diagnosis.cause, diagnosis.guide) == (cause, guide)


@pytest.mark.parametrize("name", knowledge.issuers())
def test_the_cures_of_an_issuer_name_guides_and_causes_that_exist(name: str) -> None:
    card = knowledge.issuers()[name]
    for cause, slug in card.cures:
        assert cause in knowledge.problems()
        assert card.guide(slug)
    assert all(guide.steps and knowledge.guide(guide.id) == guide for guide in card.guides)
