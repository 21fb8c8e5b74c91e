"""Microsoft's refusals that nothing in a request brings about: an organization's rules, and what became of an account.

The texts are those of learn.microsoft.com/entra/identity-platform/reference-error-codes, or as they were seen.
"""

# ruff: noqa: E501 - what Microsoft says stays in one piece, so that it can be searched for.

from __future__ import annotations

PLANNED: dict[int, tuple[str, str, str]] = {
    50005: ("authorize", "access_denied", "User tried to sign in to a device from a platform not currently supported through Conditional Access policy."),
    50053: ("authorize", "access_denied", "The account is locked, you've tried to sign in too many times with an incorrect user ID or password."),
    50055: ("authorize", "invalid_grant", "The password is expired."),
    50057: ("authorize", "invalid_grant", "The user account is disabled."),
    50072: ("authorize", "interaction_required", "Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication to access '00000002-0000-0ff1-ce00-000000000000'."),
    50076: ("token", "invalid_grant", "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '00000002-0000-0ff1-ce00-000000000000'."),
    50079: ("token", "invalid_grant", "Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication to access '00000002-0000-0ff1-ce00-000000000000'."),
    50105: ("authorize", "interaction_required", "Your administrator has configured the application mailwizard to block users unless they are specifically granted ('assigned') access to the application. The signed in user is blocked because they are not a direct member of a group with access, nor had access directly assigned by an administrator. Please contact your administrator to assign access to this application."),
    50126: ("token", "invalid_grant", "Error validating credentials due to invalid username or password."),
    50128: ("token", "invalid_request", "No tenant-identifying information found in either the request or implied by any provided credentials."),
    50131: ("token", "invalid_grant", "Device is not in required device state: known. Or, the request was blocked due to suspicious activity, access policy, or security policy decisions."),
    50133: ("token", "invalid_grant", "The session is not valid due to password expiration or recent password change."),
    50144: ("token", "invalid_grant", "The user's Active Directory password has expired. Generate a new password for the user or have the user use the self-service reset tool to reset their password."),
    50158: ("token", "invalid_grant", "External security challenge not satisfied. User will be redirected to another page or authentication provider to satisfy additional authentication challenges."),
    50173: ("token", "invalid_grant", "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password."),
    50194: ("authorize", "invalid_request", "Application is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such applications created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant."),
    53000: ("authorize", "access_denied", "Device is not in required device state: compliant. Conditional Access policy requires a compliant device, and the device is not compliant. The user must enroll their device with an approved MDM provider like Intune."),
    53002: ("authorize", "access_denied", "The application used is not an approved application for Conditional Access."),
    53003: ("token", "invalid_grant", "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance."),
    53004: ("authorize", "interaction_required", "User needs to complete Multi-factor authentication registration process before accessing this content."),
    53005: ("token", "invalid_grant", "Access has been blocked by conditional access policies. The access policy does not allow token issuance."),
    65001: ("token", "invalid_grant", "The user or administrator has not consented to use the application named 'mailwizard'. Send an interactive authorization request for this user and resource."),
    65002: ("authorize", "invalid_client", "Consent between first party application and first party resource must be configured via preauthorization - applications owned and operated by Microsoft must get approval from the API owner before requesting tokens for that API."),
    70001: ("token", "unauthorized_client", "Application was not found in the directory."),
    70008: ("token", "invalid_grant", "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource."),
    70043: ("token", "invalid_grant", "The refresh token has expired or is invalid due to sign-in frequency checks by conditional access."),
    90094: ("authorize", "access_denied", "The grant requires admin permission. Ask an administrator to grant permission to this application."),
    500021: ("authorize", "access_denied", "Access to tenant is denied. The tenant restriction feature is configured, and the user is trying to access a tenant that is not in the list of allowed tenants."),
    500208: ("authorize", "invalid_request", "The domain is not a valid login domain for the account type."),
    530035: ("token", "invalid_grant", "Access has been blocked by security defaults. This is due to the request using legacy auth or being deemed unsafe by security defaults policies."),
    700016: ("token", "unauthorized_client", "Application was not found in the directory. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant."),
    700082: ("token", "invalid_grant", "The refresh token has expired due to inactivity. The token was inactive for 90.00:00:00."),
    7000112: ("token", "unauthorized_client", "Application is disabled."),
    7000215: ("token", "invalid_client", "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID."),
    7000218: ("token", "invalid_client", "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."),
    7000222: ("token", "invalid_client", "The provided client secret keys are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds."),
}  # fmt: skip
"""The place where each is told, the error that goes with it, and the text, by number."""
