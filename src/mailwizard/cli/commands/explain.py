"""``mailwizard explain``: what an error message means, and who mends it how."""

from __future__ import annotations

import argparse
import sys

from mailwizard.cli.endings import Exit, UsageError
from mailwizard.cli.output import labelled, put, put_json, say
from mailwizard.cli.parsing import add_json, one_of, printable, sentence

NAME = "explain"
HELP = "Say what an error message, log or stack trace means, and who mends it how."
EXAMPLES = (
    'mailwizard explain "535 5.7.139 SmtpClientAuthentication is disabled"',
    "mailwizard explain --provider gmail - < error.log",
    'mailwizard explain --json -- "-ERR [AUTH] invalid credentials"',
)

_LONGEST = 1_000_000


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("text", nargs="*", metavar="TEXT", help="the message; - or nothing reads standard input (1 MB)")
    group = parser.add_argument_group("what a live run would know")
    word = sentence(printable)
    group.add_argument("--provider", type=word, default="", metavar="PROVIDER", help="its card, such as gmail")
    group.add_argument("--protocol", type=one_of("smtp", "imap", "pop3"), metavar="NAME", help="smtp, imap or pop3")
    group.add_argument("--step", type=word, default="", metavar="STEP", help="the step that failed, such as sign-in")
    group.add_argument("--mechanism", type=word, default="", metavar="NAME", help="how it was signed in, such as PLAIN")
    group.add_argument("--host", type=word, default="", metavar="HOST[:PORT]", help="the server that said it")
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Explain a text; 20 where nothing in it is known."""
    from mailwizard import knowledge
    from mailwizard.diagnosis import Hints, explain

    text = _read() if options.text in ([], ["-"]) else " ".join(options.text)
    if not text.strip():
        raise UsageError("there is nothing to explain: give the message as TEXT, or on standard input.")
    if options.provider and knowledge.provider(options.provider) is None:
        raise UsageError("there is no provider card of that name; mailwizard guide --providers lists them.")
    hints = Hints(options.provider, options.protocol or "", options.step, options.mechanism, options.host)
    explanation = explain(text, hints)
    read, diagnoses = explanation.read, explanation.diagnoses
    if options.json:
        from mailwizard.cli.answers import ExplainAnswer, Read, causes

        facts = (read.protocol, read.step, read.code, read.enhanced, read.provider, read.host, read.mechanism)
        put_json(ExplainAnswer(1, Read(*facts, read.text), causes(diagnoses)))
    else:
        from mailwizard.cli.telling import diagnoses_lines
        from mailwizard.diagnosis.doubt import doubt

        known = (read.provider, read.host, read.protocol, read.step, read.mechanism, read.code, read.enhanced)
        put(f"Read: {' '.join(part for part in known if part) or 'nothing that is known'}")
        put(*["", *diagnoses_lines(diagnoses)][:-1])
        if unsure := doubt(diagnoses):
            put("", *labelled("Doubt", unsure))
    if not diagnoses:
        say("mailwizard: nothing in this text is known; try --provider, --protocol, --step or --host.")
    return Exit.HOLDS if diagnoses else Exit.NOTHING_FOUND


def _read() -> str:
    """Read standard input as far as it may be long."""
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError("there is nothing to explain: give the message as TEXT, or on standard input.")
    data = sys.stdin.buffer.read(_LONGEST + 1)
    if len(data) > _LONGEST:
        say("mailwizard: only the first 1 MB was read.")
    return data[:_LONGEST].decode("utf-8", "replace")
