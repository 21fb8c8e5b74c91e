"""Mutt and NeoMutt: the settings of one account (http://www.mutt.org/doc/manual/, sections 3 and 6)."""

from __future__ import annotations

from urllib.parse import quote

from mailwizard.exports.setup import Setup, Side, refuse_marks
from mailwizard.model import Protocol

TITLE = "Mutt and NeoMutt"
PATH = "~/.config/mutt/muttrc"
COMMENT = "#"
ALONE = True


def render(setup: Setup) -> str:
    """Return what is to be set; a file with more accounts sources one of these for each."""
    sending = setup.sending("Mutt", tokens=True) if setup.outgoing else None
    fetching = setup.fetching("Mutt", Protocol.IMAP, Protocol.POP3, tokens=True) if setup.incoming else None
    lines = [_set("from", str(setup.address)), _set("use_from", "yes")]
    if setup.display_name:
        lines.append(_set("realname", setup.display_name))
    if setup.identities:
        written = " ".join(f"'^{_pattern(str(one.address))}$'" for one in setup.identities)
        lines += [f"alternates {written}", _set("reverse_name", "yes")]
    if setup.reply_to:
        lines.append(f"my_hdr Reply-To: {_bare(str(setup.reply_to))}")
    lines += _encryption([side for side in (fetching, sending) if side])
    if fetching:
        lines += _incoming(setup, fetching)
    if sending:
        lines += _outgoing(setup, sending)
    if setup.sent_copy == "auto":
        lines.append(_set("copy", "no"))
    elif setup.sent_copy == "client" and fetching and fetching.endpoint.protocol is Protocol.IMAP:
        lines.append(_set("record", "+Sent"))
    return "\n".join(lines) + "\n"


def _encryption(sides: list[Side]) -> list[str]:
    """Return what holds for all servers at once; a relay without encryption is not asked for any."""
    clear = any(not (side.implicit or side.starttls) for side in sides)
    upgraded = not clear or any(side.starttls for side in sides)
    return [_set("ssl_force_tls", "no" if clear else "yes"), _set("ssl_starttls", "yes" if upgraded else "no")]


def _incoming(setup: Setup, side: Side) -> list[str]:
    name = "imap" if side.endpoint.protocol is Protocol.IMAP else "pop"
    where = f"{name}{'s' if side.implicit else ''}://{side.endpoint.place}"
    places = {"folder": f"{where}/", "spoolfile": "+INBOX"} if name == "imap" else {"pop_host": where}
    lines = [_set(setting, value) for setting, value in places.items()]
    if side.signs_in:
        lines += [_set(f"{name}_user", side.username), *_secret(setup, side, name)]
    return lines


def _outgoing(setup: Setup, side: Side) -> list[str]:
    who = f"{quote(side.username, safe='')}@" if side.signs_in else ""
    lines = [_set("smtp_url", f"smtp{'s' if side.implicit else ''}://{who}{side.endpoint.place}/")]
    return lines + (_secret(setup, side, "smtp") if side.signs_in else [])


def _secret(setup: Setup, side: Side, name: str) -> list[str]:
    if side.tokens:
        return [
            _set(f"{name}_authenticators", "xoauth2"),
            _set(f"{name}_oauth_refresh_command", setup.shell(side)),
        ]
    command = setup.shell(side)
    # What stands between backticks goes to the shell as it is in Mutt, and without its backslashes in NeoMutt.
    refuse_marks("Mutt", "a command", command, "`\\")
    return [f'set {name}_pass = "`{command}`"']


def _set(name: str, value: str) -> str:
    return f"set {name} = {value}" if value in {"yes", "no"} else f'set {name} = "{_escaped(value)}"'


def _escaped(value: str) -> str:
    """Return a text for double quotes, in which a backslash, a dollar, a quote and a backtick mean something."""
    return "".join(f"\\{mark}" if mark in '\\"$`' else mark for mark in value)


def _bare(value: str) -> str:
    """Return a text without quotes around it, in which more marks mean something."""
    return "".join(f"\\{mark}" if mark in "\\\"'$`#;" else mark for mark in value)


def _pattern(text: str) -> str:
    """Return a regular expression that fits a text alone."""
    return "".join(mark if mark.isalnum() or mark in "@_-" else f"\\{mark}" for mark in text).replace("'", ".")
