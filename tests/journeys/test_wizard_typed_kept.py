"""What was typed and not answered outlives a line that drops."""

from __future__ import annotations

import signal

from tests.journeys.terminal import wizard

from mailwizard.draft import Stage
from mailwizard.storage import drafts

SCRIPT = """
from mailwizard.net.real import RealNet
from mailwizard.wizard import run_wizard
raise SystemExit(run_wizard(RealNet(resolver="127.0.0.1:9")))
"""


def test_an_address_that_is_only_typed_outlives_the_line_that_drops() -> None:
    with wizard(SCRIPT) as person:
        person.sees("What is to be set up?")
        person.presses("enter")
        person.sees("Whose mail account is it?")
        person.answers("alice@gmial.com")
        person.sees("> Name")
        person.types("Ann")
        person.sees("> Name", "Ann")
        person.gets(signal.SIGHUP)
        assert person.ends() == 129
        assert person.restored
    kept = drafts.resume()
    assert kept is not None and kept.stage is Stage.ADDRESS
    assert (str(kept.address), kept.display_name) == ("alice@gmial.com", "Ann")


def test_servers_that_are_only_typed_outlive_the_line_that_drops() -> None:
    with wizard(SCRIPT) as person:
        person.sees("What is to be set up?")
        person.presses("end", "enter")
        person.sees("Whose mail account is it?")
        person.answers("alice@example.com")
        person.answers("")
        person.sees("Servers 3/7", "> Server")
        person.types("\x15mail.typed.example")
        person.sees("mail.typed.example")
        person.gets(signal.SIGHUP)
        assert person.ends() == 129
    kept = drafts.resume()
    assert kept is not None and kept.stage is Stage.SERVERS
    assert kept.incoming is not None and kept.incoming.endpoint.host == "mail.typed.example"
    assert kept.outgoing is None, "what was only suggested is not taken"
    with wizard(SCRIPT) as person:
        person.sees("Go on with alice@example.com", "at Servers")
        person.presses("enter")
        person.sees("Servers 3/7", "> Server     mail.typed.example", "Port       993")
