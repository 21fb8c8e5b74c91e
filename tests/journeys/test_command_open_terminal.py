"""Files that somebody sent, opened at a terminal."""

from __future__ import annotations

from tests.journeys.commands import Run
from tests.journeys.handing import WRONG, handed_off, here, requested
from tests.journeys.terminal import COMMAND, terminal

from mailwizard.cli.paper_answers import HandOffAnswer, OpenAnswer
from mailwizard.model import Account, Address, AuthKind, Endpoint, Protocol, Server
from mailwizard.storage import clients, profiles
from mailwizard.storage.clients import SavedClient

__all__ = ["here"]


def test_the_code_is_asked_for_and_the_wizard_asks_only_what_is_missing(run: Run) -> None:
    file = handed_off(run)
    with terminal(COMMAND, "open", file.path) as person:
        person.sees("not signed", "Type the code:")
        person.answers(WRONG)
        person.sees("not the code of this file")
        person.answers(file.code.lower())
        person.sees("Sign-in 4/7", "alice@practice.example")
        person.presses("f3")
        person.sees("Servers 3/7", "mail.practice.example")
    assert profiles.names() == ()


def test_after_three_wrong_codes_nothing_is_opened(run: Run) -> None:
    file = handed_off(run)
    with terminal(COMMAND, "open", file.path) as person:
        person.sees("Type the code:")
        for _ in range(3):
            person.answers(WRONG)
        assert person.ends() == 2
        assert b"Sign-in" not in person.raw


def test_at_a_terminal_the_admin_is_asked_about_each_thing(run: Run) -> None:
    file = requested(run)
    with terminal(COMMAND, "open", file.path, "--answer", "--by", "Root") as person:
        person.sees("Type the code:")
        person.answers(file.code)
        person.sees("Done, refused or later?")
        person.answers("d since noon")
        person.sees("Wrote alice@contoso.example.answer.json")
        assert person.ends() == 0
    answer = run("open", "alice@contoso.example.answer.json", "--json").read(OpenAnswer)
    assert answer.maker == "Root" and answer.answer is not None
    assert [(one.mark, one.remark) for one in answer.answer.items] == [("done", "since noon")]
    assert answer.answer.request == file.code


def test_the_program_that_an_admin_registered_is_there_without_its_file(run: Run) -> None:
    ends = (Endpoint.parse(Protocol.IMAP, "imap.gmail.com"), Endpoint.parse(Protocol.SMTP, "smtp.gmail.com:465/tls"))
    clients.save(SavedClient("google", "1234-public.apps.example"))
    address = Address.parse("alice@gmail.com")
    account = Account("mine", address, "mine", str(address), owner="alice")
    profiles.save(account, Server("mine", *ends, AuthKind.OAUTH2, AuthKind.OAUTH2, "gmail"))
    (file,) = run("accounts", "hand-off", "mine", "--json").read(HandOffAnswer).files
    profiles.remove("mine")
    clients.remove("google")
    with terminal(COMMAND, "open", file.path) as person:
        person.sees("1234-public.apps.example", "Type the code:")
        person.answers(file.code)
        person.sees("Sign-in 4/7", "Program", "1234-public.apps.example, from the hand-off file", "nothing to type")
