"""WordPress with the plug-in WP Mail SMTP: constants of wp-config.php (https://wpmailsmtp.com/docs/)."""

from __future__ import annotations

from mailwizard.exports.setup import Setup

TITLE = "WordPress (WP Mail SMTP)"
PATH = ""
COMMENT = "//"
ALONE = True
ABOVE = ("That's all, stop editing!", "wp-settings.php")
"""The line that ends what may be edited, or, in another language, the one that reads all of it."""


def render(setup: Setup) -> str:
    """Return lines that go above "That's all, stop editing"; the password is asked for with each request."""
    side = setup.sending("WP Mail SMTP")
    values: dict[str, str] = {
        "WPMS_ON": "true",
        "WPMS_MAILER": "'smtp'",
        "WPMS_MAIL_FROM": _quoted(str(setup.address)),
        "WPMS_MAIL_FROM_NAME": _quoted(setup.display_name or setup.address.display),
        "WPMS_SMTP_HOST": _quoted(side.endpoint.host),
        "WPMS_SMTP_PORT": str(side.endpoint.port),
        "WPMS_SSL": "'ssl'" if side.implicit else "'tls'" if side.starttls else "''",
        "WPMS_SMTP_AUTOTLS": "true" if side.starttls else "false",
        "WPMS_SMTP_AUTH": "true" if side.signs_in else "false",
    }
    if side.signs_in:
        values["WPMS_SMTP_USER"] = _quoted(side.username)
        values["WPMS_SMTP_PASS"] = f'rtrim((string) shell_exec({_quoted(setup.shell(side))}), "\\n")'
    return "\n".join(f"define( '{name}', {value} );" for name, value in values.items()) + "\n"


def _quoted(value: str) -> str:
    """Return a text in single quotes, where a backslash and the quote itself are the only marks."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
