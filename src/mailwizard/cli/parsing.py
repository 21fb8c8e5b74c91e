"""Reading a command line: one sentence for each mistake, and never a word of what could be a secret."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn, Protocol, TypeVar

from mailwizard.cli.endings import UsageError
from mailwizard.cli.output import WIDTH, put
from mailwizard.model import Address

T = TypeVar("T")

_LONGEST = 4 << 20
"""Bytes in a file of certificates; a system's whole store has some 200 000."""

NO_PASSWORD_HERE = (
    "a password is never taken from the command line, because everybody on this machine can read it there and the "
    "shell keeps it: use --password-stdin, --password-fd N or --secret REFERENCE, and change it if it was a real one"
)

_ABOUT_PASSWORDS = frozenset({"--password-stdin", "--password-fd", "--passphrase-fd"})
"""Options that say where a password comes from."""


class Command(Protocol):
    """What a module in ``commands/`` offers."""

    NAME: str
    HELP: str
    EXAMPLES: tuple[str, ...]

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add what the command takes."""

    def run(self, options: argparse.Namespace) -> int:
        """Do it and return the exit code."""


class Parser(argparse.ArgumentParser):
    """A parser that abbreviates nothing and tells a mistake in one sentence and the usage line."""

    def __init__(self, command: Command) -> None:
        super().__init__(
            prog=f"mailwizard {command.NAME}",
            description=textwrap.fill(command.HELP, WIDTH),
            epilog=examples(command),
            allow_abbrev=False,
            formatter_class=_page,
        )
        self.given: list[str] = []
        self.pages: Callable[[], list[str]] = list
        """What help says beside the options, put together once it is asked for."""

    def read(self, words: Sequence[str]) -> argparse.Namespace:
        """Return the options of a command line.

        Raises:
            UsageError: with one sentence and the usage line.
        """
        self.given = list(words)
        options, rest = self.parse_known_args(words)
        if rest:
            self._refuse(rest)
        return options

    def heeded(self, words: Sequence[str]) -> argparse.Namespace:
        """Return the options of a command line, of which those that hold for the whole run hold from now on.

        Raises:
            UsageError: as :meth:`read`.
        """
        options = self.read(words)
        if getattr(options, "passphrase_fd", None) is not None:
            from mailwizard.storage.secrets.passphrase import read_from

            read_from(options.passphrase_fd)
        return options

    def error(self, message: str) -> NoReturn:
        """Turn a mistake into one sentence."""
        option, colon, _ = message.partition(": ignored explicit argument")
        message = f"{option} takes no value" if colon else message
        sentence = message.removeprefix("argument ").rstrip(".")
        raise UsageError(f"{sentence}.", f"usage: {self.in_short()}; {self.prog} --help says more")

    def in_short(self) -> str:
        """Return what may be typed, without the options one by one."""
        positional = self._get_positional_actions()
        words = [str(word.metavar) if word.required else f"[{word.metavar}]" for word in positional]
        return " ".join((f"{self.prog} [OPTIONS]", *words))

    def print_help(self, file: object = None) -> None:
        """Write the help as every answer is written."""
        put(*self.format_help().rstrip().splitlines(), *self.pages())

    def _refuse(self, rest: Sequence[str]) -> NoReturn:
        """Name an option that does not exist by its name alone: what follows it may be anything."""
        unknown = next((word.partition("=")[0] for word in rest if word.startswith("-")), "")
        if not unknown.startswith("--"):
            unknown = unknown[:2]
        self.error(f"there is no option {unknown}" if unknown else "there is one word too many")


def _page(prog: str) -> argparse.HelpFormatter:
    """Return the layout of help; its width is fixed, because asking the terminal for it loads half a library."""
    return argparse.RawDescriptionHelpFormatter(prog, width=WIDTH, max_help_position=30)


def refuse_passwords(words: Sequence[str], *, messages: bool = False) -> None:
    """Refuse a password on the command line, in all the forms that people try: ``-pSECRET``, ``--passwd=SECRET`` …

    ``messages`` lets words with spaces pass: they are what a server said.

    Raises:
        UsageError: which says why, and what to do instead.
    """
    for word in words:
        if word == "--":
            return
        if messages and len(word.split()) > 1:
            continue
        name = word.partition("=")[0]
        if name.lower().startswith(("-p", "-w", "--pass", "--pw")) and name not in _ABOUT_PASSWORDS:
            raise UsageError(NO_PASSWORD_HERE[0].upper() + NO_PASSWORD_HERE[1:] + ".")


def sentence(read: Callable[[str], T]) -> Callable[[str], T]:
    """Return a reader whose ``ValueError`` sentence becomes the parser's message."""

    def type_(text: str) -> T:
        try:
            return read(text)
        except ValueError as wrong:
            raise argparse.ArgumentTypeError(str(wrong)) from None

    return type_


def printable(text: str) -> str:
    """Read a word that can be shown as it is.

    Raises:
        ValueError: with one sentence for a person.
    """
    if not text.isprintable():
        raise ValueError("there is a character in it that cannot be shown")
    return text


def nearest(word: str, known: Sequence[str]) -> str:
    """Return the question whether what is most like a word was meant; nothing where nothing is like it."""
    from difflib import get_close_matches

    near = get_close_matches(word.lower(), known, n=1)
    return f"did you mean {near[0]}?" if near else ""


def one_of(*words: str) -> Callable[[str], str]:
    """Return a reader of one of a few words, which it has as ``words``; any other is not repeated."""

    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"say one of {', '.join(words)}")
        return text

    reader = sentence(read)
    reader.words = words  # type: ignore[attr-defined]
    return reader


def seconds(text: str) -> float:
    """Read a time limit.

    Raises:
        ValueError: with one sentence for a person.
    """
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 3600:
        raise ValueError("a limit is a number of seconds, more than 0 and at most 3600")
    return value


def descriptor(text: str) -> int:
    """Read the number of a file descriptor.

    Raises:
        ValueError: with one sentence for a person.
    """
    if not (text.isascii() and text.isdecimal() and len(text) <= 6):
        raise ValueError("a file descriptor is a number, such as 3")
    return int(text)


class Certificates(bytes):
    """What a file with certificates holds."""

    path = ""
    """Where the file is."""


def certificates(text: str) -> Certificates:
    """Read a file with certificates to its end, once, because it may be a pipe.

    Raises:
        ValueError: with one sentence for a person.
    """
    path = Path(text).expanduser()
    try:
        with path.open("rb") as file:
            data = file.read(_LONGEST + 1)
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from None
    if len(data) > _LONGEST:
        raise ValueError(f"{path} is too large for a file of certificates")
    if b"-----BEGIN CERTIFICATE-----" not in data:
        raise ValueError(f"{path} holds no certificate in PEM form")
    read = Certificates(data)
    read.path = str(path.absolute())
    return read


def door(options: argparse.Namespace) -> tuple[str, ...]:
    """Return what the door to the network was told, as words of a command that is to come."""
    file = ("--ca-file", options.ca_file.path) if options.ca_file else ()
    return (*file, *(("--resolver", options.resolver) if options.resolver else ()))


def add_address(parser: argparse._ActionsContainer, name: str = "address", **settings: object) -> None:
    """Add a mail address."""
    parser.add_argument(name, type=sentence(Address.parse), **settings)  # type: ignore[arg-type]


def add_scope(group: argparse._ActionsContainer, whose: str) -> None:
    """Add in which scope; ``whose`` is its help."""
    group.add_argument("--scope", type=sentence(printable), default="user", metavar="SCOPE", help=whose)


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add the choice of output."""
    parser.add_argument("--json", action="store_true", help="answer as JSON; its schema: mailwizard schema")


def add_plain(parser: argparse._ActionsContainer) -> None:
    """Add the choice of the face."""
    parser.add_argument("--plain", action="store_true", help="ask line by line: for screen readers and serial lines")


def add_door(group: argparse._ActionsContainer) -> None:
    """Add what the door to the network can be told."""
    group.add_argument(
        "--ca-file", type=sentence(certificates), metavar="PATH", help="trust these CAs beside the system's"
    )
    group.add_argument("--resolver", default="", metavar="IP[:PORT]", help="the DNS server to ask")


def add_network(parser: argparse.ArgumentParser, deadline: float, step: float = 0.0) -> None:
    """Add what a command takes that asks the network and ends by itself; ``step`` where each step has a limit too."""
    group = parser.add_argument_group("network")
    add_door(group)
    group.add_argument(
        "--deadline", type=sentence(seconds), metavar="SECONDS", help=f"be done by then (default {deadline:g})"
    )
    if step:
        group.add_argument(
            *("--step-deadline",),
            type=sentence(seconds),
            default=step,
            metavar="SECONDS",
            help=f"how long one step may take (default {step:g})",
        )
    group.add_argument(
        "--practice", metavar="SCENARIO", help="ask the practice world on this machine, not the network (demo --list)"
    )


def examples(command: Command) -> str:
    """Return a command's examples for its help."""
    return "\n".join(("examples:", *(f"  {line}" for line in command.EXAMPLES)))
