"""``mailwizard schema``: what the JSON of every command looks like."""

from __future__ import annotations

import argparse
from importlib import import_module

from mailwizard.cli.output import put_json
from mailwizard.cli.parsing import one_of

NAME = "schema"
HELP = "Print the JSON Schema of what the commands print with --json."
EXAMPLES = ("mailwizard schema", "mailwizard schema check")

_ANSWERS = {
    "discover": "answers.DiscoverAnswer",
    "check": "answers.CheckAnswer",
    "check --all": "all_answers.AccountCheckAnswer",
    "watch": "all_answers.ChangeAnswer",
    "explain": "answers.ExplainAnswer",
    "guide": "answers.GuideAnswer",
    "accounts": "account_answers.AccountsAnswer",
    "accounts add": "adding_answers.AddedAnswer",
    "accounts add --from": "adding_answers.AddedRow",
    "accounts resolve": "account_answers.ResolveAnswer",
    "accounts default": "account_answers.DefaultAnswer",
    "accounts rename": "account_answers.RenamedAnswer",
    "accounts hand-off": "paper_answers.HandOffAnswer",
    "request": "paper_answers.RequestAnswer",
    "open": "paper_answers.OpenAnswer report_answers.OpenedReport",
    "report": "report_answers.ReportAnswer",
    "report FILE": "report_answers.Report",
    "diff": "diff_answers.DiffAnswer",
    "servers": "account_answers.ServersAnswer",
    "sign-in": "sign_in_answers.SignInAnswer",
    "logout": "sign_in_answers.LogoutAnswer",
    "clients": "sign_in_answers.ClientsAnswer",
    "secrets": "secret_answers.SecretsAnswer",
    "secrets move": "secret_answers.MovedAnswer",
    "secrets forget": "secret_answers.ForgottenAnswer",
    "secrets passphrase": "secret_answers.PassphraseAnswer",
    "secrets unlock": "secret_answers.UnlockAnswer",
    "doctor": "secret_answers.DoctorAnswer",
    "export": "export_answers.ExportAnswer",
    "export --list": "export_answers.TargetsAnswer",
    "import": "export_answers.ImportAnswer",
    "demo": "answers.DemoAnswer",
    "error": "answers.ErrorAnswer",
}
"""The shapes by command, named so that they are loaded only once they are described; of several it is one of them."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "command",
        nargs="?",
        type=one_of(*_ANSWERS),
        metavar="COMMAND",
        help=f"{', '.join(list(_ANSWERS)[:-1])}, or error: what any of them prints instead of its answer",
    )


def run(options: argparse.Namespace) -> int:
    """Print the schema of one answer, or of all."""
    import msgspec

    wanted = (options.command,) if options.command else tuple(_ANSWERS)
    places = list(dict.fromkeys(place for name in wanted for place in _ANSWERS[name].split()))
    shapes = [_shape(place) for place in places]
    references, definitions = msgspec.json.schema_components(shapes, ref_template="#/$defs/{name}")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "What mailwizard prints, schema 1"}
    body = references[0] if len(references) == 1 else {"anyOf": list(references)}
    put_json({**head, **body, "$defs": definitions})
    return 0


def _shape(place: str) -> type:
    module, _, name = place.partition(".")
    shape: type = getattr(import_module(f"mailwizard.cli.{module}"), name)
    return shape
