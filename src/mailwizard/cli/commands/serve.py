"""``mailwizard serve``: the wizard in a browser on this machine, and nowhere else."""

from __future__ import annotations

import argparse
import os
import re
import sys
import textwrap
from typing import TYPE_CHECKING

from mailwizard.cli.endings import Stopped, UsageError
from mailwizard.cli.output import WIDTH, put, say
from mailwizard.cli.parsing import add_door, door, sentence

if TYPE_CHECKING:
    from mailwizard.serving.running import Visit
    from mailwizard.serving.site import Site
    from mailwizard.signin.oauth.place import Place

NAME = "serve"
HELP = "Show the wizard in a browser on this machine, for one visit."
EXAMPLES = (
    "mailwizard serve",
    "mailwizard serve --open",
    "mailwizard serve --port 8400",
    "mailwizard serve --practice wrong-password",
)
_SAFE = (
    "Only 127.0.0.1 is listened on, and only the browser in which the address is opened is let in; the address works "
    "once. What is typed stays on this machine. For a browser on another machine name a --port, and bring that port "
    "here by SSH; mailwizard shows the command. Never let anything else bring it to a network."
)
_AGAIN = ("what you told the wizard is kept, only passwords are not", "the practice begins anew, nothing of it is kept")
"""What becomes of what the wizard was told, and of practice."""
_KEPT = ("what the wizard was told is kept as a draft", "nothing is kept of practice")
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_=>])")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "--port", type=sentence(read_port), default=0, metavar="PORT", help="the port (default: any that is free)"
    )
    parser.add_argument("--open", action="store_true", help="open this machine's browser there")
    network = parser.add_argument_group("network")
    add_door(network)
    network.add_argument("--practice", metavar="SCENARIO", help="the practice world on this machine (demo --list)")
    parser.add_argument_group("who can see it", textwrap.fill(_SAFE, WIDTH - 2))


def read_port(text: str) -> int:
    """Read the number of a port that needs no superuser.

    Raises:
        ValueError: with one sentence for a person.
    """
    if not (text.isascii() and text.isdecimal() and len(text) <= 5 and 1024 <= int(text) <= 65535):
        raise ValueError("a port is a number from 1024 to 65535")
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Serve one visit and return the wizard's exit code; 130 where nobody came, or came back."""
    from mailwizard.signin.oauth.place import here

    place = here()
    _refuse(options, place)
    try:
        from mailwizard.serving.running import IDLE, visited
    except ImportError as missing:
        from mailwizard.cli.extras import command

        raise UsageError(
            f"the browser needs a library that is not here ({missing.name}): install it with {command('web')}"
        ) from None
    from mailwizard.cli.running import run
    from mailwizard.serving.site import Program
    from mailwizard.storage.memory import keep_memory_private

    keep_memory_private()

    async def ready(site: Site) -> None:
        await _tell(site, options, place)

    practice = bool(options.practice)
    program = Program(_words(options), _AGAIN[practice], _smallest())
    try:
        visit = run(visited(program, options.port, ready))
    except OSError as error:
        raise UsageError(f"port {options.port} cannot be used: {error.strerror}; name another --port.") from None
    except Stopped as stopped:
        raise Stopped(stopped.number, f"Nothing listens any more; {_KEPT[practice]}.") from None
    return _told(visit, IDLE, _KEPT[practice])


def _smallest() -> tuple[int, int]:
    """Return the columns and rows below which a larger window would help: none where line by line is asked for."""
    from mailwizard.wizard import SMALLEST, SWITCH

    return (0, 0) if os.environ.get(SWITCH) else SMALLEST


def _refuse(options: argparse.Namespace, place: Place) -> None:
    """Refuse where the browser is elsewhere and no port was named, or belongs to another user.

    Raises:
        UsageError: saying what to do instead.
    """
    if (user := os.environ.get("SUDO_USER", "")) and user != "root":
        raise UsageError("the browser belongs to another user than this program does: start it without sudo.")
    if not place.ssh:
        return
    if not options.port:
        raise UsageError(
            "you came by SSH, so your browser is on another machine. The wizard works in this terminal: mailwizard. "
            f"For the browser: mailwizard serve --port 8400 here, and on your own machine {place.forward(8400)}"
        )
    if options.open:
        raise UsageError("you came by SSH, so no browser is opened here: leave --open out.")


def _words(options: argparse.Namespace) -> list[str]:
    """Return the command of the wizard in the browser.

    Raises:
        UsageError: for a scenario that does not exist.
    """
    words = [sys.executable, "-P", "-m", "mailwizard"]
    if options.practice:
        from mailwizard.cli.running import scenario

        return [*words, "demo", scenario(options.practice)]
    return [*words, "wizard", *door(options)]


async def _tell(site: Site, options: argparse.Namespace, place: Place) -> None:
    """Say where the wizard is, on a line of its own, and open it where that is wanted."""
    say("The wizard is in a browser on this machine, at this address, which works once:", "")
    put(site.gate.address)
    if place.ssh:
        port = site.gate.port
        say("", "First bring the port to your own machine, and leave this running there:", "")
        say(f"  {place.forward(port)}")
    say("", "Ctrl+C ends it.")
    site.left = lambda: say("The window was closed. Open its page again in that browser, or end this with Ctrl+C.")
    if options.open:
        say("A browser is being opened; if none comes, open the address yourself.")
        import asyncio

        site.opening = asyncio.create_task(_open(site, place))


async def _open(site: Site, place: Place) -> None:
    """Open the browser at a file that leads to the address: a program's words can be read by everybody here."""
    import asyncio
    import tempfile
    from pathlib import Path

    from mailwizard.faces.signing.opening import NO_BROWSER, open_page

    with tempfile.TemporaryDirectory(prefix="mailwizard-") as folder:
        page = Path(folder, "open.html")
        await asyncio.to_thread(page.write_text, f'<meta http-equiv="refresh" content="0; url={site.gate.address}">')
        if await open_page(place, page.as_uri()):
            await site.entered.wait()
        else:
            say(NO_BROWSER)


def _told(visit: Visit, idle: float, kept: str) -> int:
    """Say how it ended, with what the wizard said last, and return the exit code."""
    lines = [_ESCAPES.sub("", line).rstrip() for line in visit.last_words.splitlines()]
    say(*(line for line in lines if line))
    if visit.code is None:
        nobody = "Nobody came" if not visit.came else "Nobody typed anything"
        say(f"{nobody} for {idle / 60:.0f} minutes, so this ended; {kept}.")
        return 130
    return visit.code
