"""Sign-ins at a provider (OAuth 2.0, RFC 6749, RFC 8252): what all flows have in common."""
