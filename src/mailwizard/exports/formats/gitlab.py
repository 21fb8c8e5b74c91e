"""GitLab (Omnibus): lines of gitlab.rb (https://docs.gitlab.com/omnibus/settings/smtp/)."""

from __future__ import annotations

from mailwizard.exports.setup import Setup

TITLE = "GitLab"
PATH = "/etc/gitlab/gitlab.rb"
COMMENT = "#"
ALONE = True


def render(setup: Setup) -> str:
    """Return the settings; the password is asked for when GitLab is reconfigured."""
    side = setup.sending("GitLab")
    values: dict[str, str] = {
        "smtp_enable": "true",
        "smtp_address": _quoted(side.endpoint.host),
        "smtp_port": str(side.endpoint.port),
        "smtp_domain": _quoted(setup.address.domain),
        "smtp_enable_starttls_auto": "true" if side.starttls else "false",
        "smtp_tls": "true" if side.implicit else "false",
        "smtp_openssl_verify_mode": "'peer'" if side.implicit or side.starttls else "'none'",
        "gitlab_email_from": _quoted(str(setup.address)),
        "gitlab_email_display_name": _quoted(setup.display_name or "GitLab"),
        "gitlab_email_reply_to": _quoted(str(setup.reply_to or setup.address)),
    }
    if side.signs_in:
        command = ", ".join(_quoted(word) for word in setup.command(side))
        values |= {
            "smtp_user_name": _quoted(side.username),
            "smtp_password": f"IO.popen([{command}]).read.chomp",
            "smtp_authentication": "'plain'",
        }
    return "\n".join(f"gitlab_rails['{name}'] = {value}" for name, value in values.items()) + "\n"


def _quoted(value: str) -> str:
    """Return a text in single quotes, where a backslash and the quote itself are the only marks."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
