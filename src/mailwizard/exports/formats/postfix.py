"""Postfix: send everything through this account (https://www.postfix.org/SASL_README.html#client_sasl)."""

from __future__ import annotations

import shlex

from mailwizard.exports.setup import Setup, Side

TITLE = "Postfix"
PATH = "/etc/postfix/main.cf"
COMMENT = "#"
ALONE = True
_MAP = "/etc/postfix/sasl_passwd"


def render(setup: Setup) -> str:
    """Return lines of main.cf; Postfix cannot ask a command for a password, so a comment says how to write the map."""
    side = setup.sending("Postfix")
    place = f"[{side.endpoint.host}]:{side.endpoint.port}"
    lines = [f"relayhost = {place}"]
    if side.implicit or side.starttls:
        lines += [
            "smtp_tls_security_level = secure",
            "smtp_tls_secure_cert_match = nexthop",
            f"smtp_tls_wrappermode = {'yes' if side.implicit else 'no'}",
            "smtp_tls_CApath = /etc/ssl/certs",
        ]
    if not side.signs_in:
        return "\n".join([*lines, "smtp_sasl_auth_enable = no"]) + "\n"
    if ":" in side.username or side.username != side.username.strip():
        raise ValueError("Postfix takes no colon in a user name, nor a blank at its ends, and this account's has one.")
    return (
        "\n".join(
            [
                *lines,
                "smtp_sasl_auth_enable = yes",
                "smtp_sasl_tls_security_options = noanonymous",
                f"smtp_sasl_password_maps = texthash:{_MAP}",
                *_how_to_write_the_map(setup, side, place),
            ]
        )
        + "\n"
    )


def _how_to_write_the_map(setup: Setup, side: Side, place: str) -> list[str]:
    head = shlex.quote(f"{place} {side.username}:")
    return [
        f"# Write the password to {_MAP}, and again after it was changed:",
        f'#   (umask 077; printf "%s%s\\n" {head} "$({setup.shell(side)})" | sudo tee {_MAP} >/dev/null)',
        f"#   sudo chmod 600 {_MAP} && sudo postfix reload",
    ]
