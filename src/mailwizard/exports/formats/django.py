"""Django: the e-mail settings (https://docs.djangoproject.com/en/stable/ref/settings/#email)."""

from __future__ import annotations

from mailwizard.exports.environment import sender
from mailwizard.exports.setup import Setup

TITLE = "Django"
PATH = ""
COMMENT = "#"
ALONE = True


def render(setup: Setup) -> str:
    """Return lines of settings.py; the password is asked for when Django starts.

    Python's smtplib, which Django sends with, signs in with nothing beyond ASCII.
    """
    side = setup.sending("Django")
    if not side.username.isascii():
        raise ValueError("Django takes no user name with letters beyond ASCII, and this account's has one.")
    values: dict[str, object] = {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": side.endpoint.host,
        "EMAIL_PORT": side.endpoint.port,
        "EMAIL_USE_SSL": side.implicit,
        "EMAIL_USE_TLS": side.starttls,
        "EMAIL_TIMEOUT": 15,
        "DEFAULT_FROM_EMAIL": sender(setup),
        "SERVER_EMAIL": str(setup.address),
    }
    lines = [f"{name} = {value!r}" for name, value in values.items()]
    if side.signs_in:
        command = list(setup.command(side))
        lines = ["import subprocess", "", *lines, f"EMAIL_HOST_USER = {side.username!r}"]
        lines.append("EMAIL_HOST_PASSWORD = subprocess.run(")
        lines.append(f"    {command!r}, stdout=subprocess.PIPE, text=True, check=True")
        lines.append(').stdout.rstrip("\\n")')
    return "\n".join(lines) + "\n"
