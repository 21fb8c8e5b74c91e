"""``mailwizard watch``: look at the saved accounts again and again, and tell what changed."""

from __future__ import annotations

import argparse
from pathlib import Path

from mailwizard.cli.checking_all import code_of, open_vault, read_jobs, room
from mailwizard.cli.endings import UsageError
from mailwizard.cli.keeping import Remembered, add_passphrase
from mailwizard.cli.output import put, say, talks
from mailwizard.cli.parsing import add_json, add_network, one_of, sentence
from mailwizard.model import Until

NAME = "watch"
HELP = "Look at the saved accounts again and again, and tell what changed."
EXAMPLES = (
    "mailwizard watch",
    "mailwizard watch --every 5m --until reach --json",
    "mailwizard watch --once --textfile /var/lib/node_exporter/mailwizard.prom",
    "mailwizard watch --systemd",
)
DEADLINE = 60.0
STEP_DEADLINE = 15.0
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_LEAST, _LEAST_SIGN_IN, _MOST = 10, 60, 7 * 86400
"""Seconds between two rounds: as far as nothing secret is needed, with a sign-in, and at most."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("accounts", nargs="*", metavar="ACCOUNT", help="only these saved accounts, not all of them")
    parser.add_argument(
        "--every", type=sentence(read_every), default=900.0, metavar="TIME", help="90s, 15m (default), 2h or 1d"
    )
    parser.add_argument(
        "--until", type=one_of("reach", "sign-in"), default="sign-in", metavar="DEPTH", help="reach, sign-in (default)"
    )
    parser.add_argument(
        "--textfile",
        type=sentence(read_textfile),
        metavar="PATH",
        help="also write how all accounts stand, for node_exporter's textfile collector: its name ends in .prom",
    )
    parser.add_argument("--jobs", type=sentence(read_jobs), metavar="N", help="accounts at the same time (default 64)")
    parser.add_argument("--once", action="store_true", help="look once and exit, with the lowest code that is not 0")
    parser.add_argument(
        "--systemd", action="store_true", help="print a service and a timer for systemd, and do nothing"
    )
    add_passphrase(parser)
    add_network(parser, DEADLINE, STEP_DEADLINE)
    add_json(parser)


def read_every(text: str) -> float:
    """Read how often to look.

    Raises:
        ValueError: with one sentence for a person.
    """
    number, unit = (text[:-1], text[-1]) if text[-1:] in _UNITS else (text, "s")
    if not (number.isascii() and number.isdecimal() and len(number) <= 7):
        raise ValueError("say how often, such as 90s, 15m, 2h or 1d")
    seconds = float(int(number) * _UNITS[unit])
    if not _LEAST <= seconds <= _MOST:
        raise ValueError(f"not more often than every {_LEAST}s, and at least every 7d")
    return seconds


def read_textfile(text: str) -> Path:
    """Read where the text file is to be; the collector reads nothing that does not end in ``.prom``.

    Raises:
        ValueError: with one sentence for a person.
    """
    path = Path(text).expanduser().absolute()
    if path.suffix != ".prom":
        raise ValueError("node_exporter reads only files whose names end in .prom")
    return path


def run(options: argparse.Namespace) -> int:
    """Watch until a signal comes, or look once.

    Raises:
        Stopped: after a signal.
    """
    from mailwizard.storage import profiles
    from mailwizard.storage.memory import keep_memory_private

    options.until = Until(options.until)
    if options.every < _LEAST_SIGN_IN and options.until is Until.SIGN_IN and not options.once:
        raise UsageError("signing in more often than every minute can lock an account: --every 1m, or --until reach.")
    try:
        options.accounts = [profiles.named(name) for name in options.accounts]
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None
    if options.systemd:
        from mailwizard.cli.watching import units

        put(*units(options).splitlines())
        return 0
    keep_memory_private()
    return _watch(options)


def _watch(options: argparse.Namespace) -> int:
    from mailwizard.checks import Limits
    from mailwizard.cli.running import forgetful, network, run
    from mailwizard.cli.watching import tell
    from mailwizard.operations.bulk import JOBS
    from mailwizard.operations.checking import Checked
    from mailwizard.operations.watch import Change, Watcher, Watching
    from mailwizard.storage.listing import load_all
    from mailwizard.storage.secrets.opening import Opened

    def judge(checked: Checked) -> int:
        return code_of(checked, options.until)

    def told(change: Change) -> None:
        tell(change, json=options.json)

    whole = options.deadline or DEADLINE
    watching = Watching(
        judge,
        frozenset(options.accounts),
        options.until,
        Limits(min(options.step_deadline, whole), whole),
        min(options.jobs or JOBS, room(options.jobs or JOBS)),
        options.textfile,
        options.every,
        keeps=not options.practice,
    )

    async def work() -> int:
        passphrase = Remembered()
        accounts = load_all().accounts
        if talks() and not options.once:
            say(f"Watching {len(options.accounts) or len(accounts)} accounts; only changes are printed.")
        await open_vault(accounts, options.until, Opened(passphrase))
        async with network(options) as net:
            watcher = Watcher(watching, told, lambda sentence: say(f"mailwizard: {sentence}"))
            return await watcher.run(net, passphrase, once=options.once)

    with forgetful(options):
        return run(work())
