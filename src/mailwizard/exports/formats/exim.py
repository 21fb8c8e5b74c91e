"""Exim: a machine that sends everything through this account (https://www.exim.org/exim-html-current/doc/html/)."""

from __future__ import annotations

from mailwizard.exports.setup import Setup, Side

TITLE = "Exim smarthost"
PATH = "/etc/exim4/exim4.conf"
COMMENT = ""
_SECRET = "/etc/exim4/mailwizard-secret"  # the name of a file


def render(setup: Setup) -> str:
    """Return a whole configuration; the password stands in a file of its own, and a comment says how to write it."""
    side = setup.sending("Exim")
    return "\n".join([*_main(setup, side), *_router(side), *_transport(side), *_authenticators(side), ""])


def _main(setup: Setup, side: Side) -> list[str]:
    note = [
        "# Write the password to its file, and again after it was changed:",
        f"#   {setup.shell(side)} | sudo install -m 640 -g Debian-exim /dev/stdin {_SECRET}",
    ]
    return [
        f"# Everything that leaves this machine goes through {side.endpoint.host}.",
        *(note if side.signs_in else []),
        "keep_environment =",
        "local_interfaces = <; 127.0.0.1 ; ::1",
        "acl_smtp_rcpt = relay_own",
        f"qualify_domain = {setup.address.domain}",
        "",
        "begin acl",
        "relay_own:",
        "  accept hosts = <; 127.0.0.1 ; ::1",
        "  deny message = relay not permitted",
        "",
    ]


def _router(side: Side) -> list[str]:
    return [
        "begin routers",
        "smarthost:",
        "  driver = manualroute",
        "  domains = *",
        "  transport = smarthost_smtp",
        f"  route_list = * {_escaped(side.endpoint.host).replace(':', '::')}",
        "  host_find_failed = defer",
        "  no_more",
        "",
    ]


def _transport(side: Side) -> list[str]:
    lines = ["begin transports", "smarthost_smtp:", "  driver = smtp", f"  port = {side.endpoint.port}"]
    if side.implicit:
        lines.append("  protocol = smtps")
    if side.implicit or side.starttls:
        host = _escaped(side.endpoint.host)
        lines += [
            "  hosts_require_tls = *",
            "  tls_verify_certificates = system",
            "  tls_verify_hosts = *",
            "  tls_verify_cert_hostnames = *",
            f"  tls_sni = {host}",
        ]
    return [*lines, *(["  hosts_require_auth = *"] if side.signs_in else []), ""]


def _authenticators(side: Side) -> list[str]:
    if not side.signs_in:
        return []
    # The list is split before each part is expanded; in a part a caret stands for a zero byte, two for itself.
    name = _escaped(side.username).replace("^", "^^").replace(";", ";;")
    secret = rf"${{sg{{${{readfile{{{_SECRET}}}{{}}}}}}{{\\^}}{{^^}}}}"
    return [
        "begin authenticators",
        "plain:",
        "  driver = plaintext",
        "  public_name = PLAIN",
        f"  client_send = <; ^{name}^{secret}",
        "login:",
        "  driver = plaintext",
        "  public_name = LOGIN",
        f"  client_send = <; ; {name} ; {secret}",
    ]


def _escaped(text: str) -> str:
    """Return a text in which Exim expands nothing."""
    return text.replace("\\", "\\\\").replace("$", "\\$")
