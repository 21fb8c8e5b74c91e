"""From each practice world in which something is wrong to a passing check, by what is on the screen alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from tests.journeys.person import Person, practising

from mailwizard.model import State, Until
from mailwizard.plugins import plugins
from mailwizard.sandbox import scenarios
from mailwizard.sandbox.world import World

Way = Callable[[Person, World], Awaitable[None]]
BOTH = "Receiving and sending work."


async def all_well(person: Person, world: World) -> None:
    await person.answers(world.password)


async def captive_portal(person: Person, world: World) -> None:
    await person.answers(world.password)
    await person.sees("FAIL", "F8")
    assert not world.logins
    await acted(person)


async def certificate_expired(person: Person, world: World) -> None:
    await person.answers(world.password)
    await person.sees("FAIL", "expired", "F8")
    assert not world.logins
    await acted(person)


async def certificate_other_name(person: Person, world: World) -> None:
    await person.answers(world.password)
    await person.sees("FAIL", "mx7.hoster.example")
    for _ in range(2):
        await person.chooses("mx7.hoster.example")
        await person.sees("Your password would go there.")
        await person.chooses("Yes, use it")
        await person.misses("Your password would go there.")
        await person.sees("[>")
        if BOTH in person.text:
            break


async def egress_blocked(person: Person, world: World) -> None:
    await person.answers(world.password)
    await person.sees("FAIL", "Use port 465", "Compare with a known server")
    await compared(person)
    await person.chooses("Use port 465")


async def exchange_impersonation_denied(person: Person, world: World) -> None:
    # A program of its own may act for nobody; the person, who signs in with a browser, needs no such right.
    await in_the_browser(person)


async def exchange_online_ews_blocked(person: Person, world: World) -> None:
    await person.presses("f3")
    await person.sees("Servers 3/7")
    await person.presses("f4")
    await person.sees("User name")
    await person.presses("shift+tab", "shift+tab", "right", "right")
    await person.sees("< Exchange")
    await person.chooses("Continue")
    await person.sees("Microsoft switches Exchange Web Services off", "[>Yes, show me that<]")
    await person.presses("enter")
    await person.sees("IMAP and SMTP of Microsoft 365 are chosen")
    await person.chooses("Continue")
    await in_the_browser(person)


async def exchange_own_server(person: Person, world: World) -> None:
    await person.sees("Sign in to your Exchange server", "practice.example", "alice")
    await person.answers(world.password)


async def graph_send_not_allowed(person: Person, world: World) -> None:
    await takes_graph(person)
    await in_the_browser(person)
    await person.sees(BOTH)
    await person.presses("f7", "end", "enter")
    await person.sees("FAIL", "Note for the admin", "F8")
    await person.presses("f8")
    await person.sees("Press F5 to check again.")
    await person.presses("f7", "home", "down", "enter")


async def microsoft_graph(person: Person, world: World) -> None:
    await takes_graph(person)
    await in_the_browser(person)


async def takes_graph(person: Person) -> None:
    """Go back and choose Microsoft Graph among the servers."""
    await person.presses("f3")
    await person.sees("Servers 3/7", "graph.microsoft.com")
    await person.presses("end", "up")
    await person.sees("the same service")
    await person.presses("enter")
    await person.sees("Sign-in 4/7")


async def from_not_owned(person: Person, world: World) -> None:
    await person.answers(world.password)
    await person.sees(BOTH, "Go deeper F7")
    await person.presses("f7")
    await person.sees("Ask whether this From is let through", "nothing is sent")
    await person.presses("down", "enter")
    await person.sees("FAIL", "You may not send as this address", "F8")
    await acted(person)
    await person.sees("is let through by mail.practice.example", "Safe to send as sales@practice.example: probably")


async def gmail_app_password(person: Person, world: World) -> None:
    await person.answers(world.refused_password)
    await person.sees("Press Enter again to use it all the same.")
    await person.presses("enter")
    await person.sees("FAIL", "app password")
    await mended_secret(person, world)


async def google_browser(person: Person, world: World) -> None:
    await in_the_browser(person)


async def google_testing_mode(person: Person, world: World) -> None:
    await in_the_browser(person)
    await person.sees(BOTH)
    await person.presses("f8")
    await person.sees("Press F5 to check again.")
    await person.presses("f5")
    await person.sees("FAIL", "sign in")
    await person.presses("f3")
    await person.sees("Sign-in 4/7", "[>Sign in<]")
    await person.presses("enter")
    await answered(person)


async def microsoft_consent_needed(person: Person, world: World) -> None:
    await in_the_browser(person, passes=False)
    await person.sees("Not signed in.", "Note for the admin", "F8")
    await person.presses("f8")
    await person.sees("Press F5 to begin again.")
    await person.presses("f5")
    await answered(person)


async def microsoft_device_code(person: Person, world: World) -> None:
    await in_the_browser(person, passes=False, answer="Short code elsewhere")
    await person.sees("Never give this code to anybody", "practice person")
    await person.chooses("Let the practice person type it")
    await person.sees("Signed in", "[>Check it<]")
    await person.presses("enter")


async def in_the_browser(person: Person, *, passes: bool = True, answer: str = "practice browser") -> None:
    """Sign in with a browser, as a registered program."""
    await person.sees("[>Sign in<]")
    await person.presses("enter")
    await person.sees("[>Take the practice registration<]")
    await person.presses("enter")
    await answered(person, passes=passes, answer=answer)


async def answered(person: Person, *, passes: bool = True, answer: str = "practice browser") -> None:
    """Let the practice browser answer, and check."""
    await person.sees("Open this in any browser", "Listening", answer)
    await person.chooses(answer)
    if passes:
        await person.sees("Signed in", "[>Check it<]")
        await person.presses("enter")


async def microsoft_smtp_auth_off(person: Person, world: World) -> None:
    await person.answers(world.password)
    await person.sees("FAIL", "SMTP AUTH", "Note for the admin")
    await person.chooses("Steps one by one")
    await person.sees("Step 1 of", "microsoft365.smtp-auth.1", "Other way: The same in PowerShell")
    await person.presses("o")
    await person.sees("microsoft365.smtp-auth-powershell.1")
    await person.presses("escape")
    await acted(person)


async def port_blocked(person: Person, world: World) -> None:
    await person.answers(world.password)
    await person.sees("FAIL", "Use port 465")
    await person.chooses("Use port 465")


async def server_dead(person: Person, world: World) -> None:
    await person.answers(world.password)
    await person.sees("FAIL", "mail.practice.example", "Compare with a known server")
    await compared(person)
    await person.chooses("mail.practice.example")
    await consented(person)


async def tls_on_starttls_port(person: Person, world: World) -> None:
    await person.answers(world.password)
    await person.sees("FAIL", "STARTTLS on port 587")
    await person.chooses("STARTTLS on port 587")


async def username_form(person: Person, world: World) -> None:
    await person.answers(world.password)
    await person.sees("FAIL", "Sign in as alice (one more login)")
    before = sum(world.logins.values())
    await person.chooses("Sign in as alice")
    await person.sees("It costs one more login.")
    assert sum(world.logins.values()) == before
    await person.chooses("Try it")


async def web_server_on_port(person: Person, world: World) -> None:
    await person.answers(world.password)
    await person.sees("FAIL", "web server", "Use port")
    await person.chooses("Use port")


async def wrong_password(person: Person, world: World) -> None:
    await person.answers(world.refused_password)
    await person.sees("FAIL", "one more login")
    await mended_secret(person, world)


async def wrong_port(person: Person, world: World) -> None:
    await person.answers(world.password)
    await person.sees("FAIL", "Use port")
    await person.chooses("Use port")


async def acted(person: Person) -> None:
    """Let the others act, and check again."""
    await person.presses("f8")
    await person.sees("Press F5 to check again.")
    await person.presses("f5")


async def compared(person: Person) -> None:
    """Compare with servers that are known to work, after reading who they are and what they learn."""
    await person.chooses("Compare with a known server")
    await person.sees("Compare with well-known servers?", "They learn the")
    await person.chooses("Compare")
    await person.misses("Compare with well-known servers?")
    await person.misses("Comparing")
    await person.misses("Compare with a known server")


async def consented(person: Person) -> None:
    """Say yes to another host for the secret, where that is asked."""
    await person.sees("[>")
    if "Your password would go there." in person.text:
        await person.chooses("Yes, use it")


async def mended_secret(person: Person, world: World) -> None:
    """Go back and type the secret that is right."""
    await person.presses("f3")
    await person.sees("Sign-in 4/7", f"Type {world.password}" if not world.refused_password else world.password)
    await person.presses("ctrl+u")
    await person.answers(world.password)


@pytest.mark.parametrize("scenario", sorted(plugins(scenarios)))
async def test_every_practice_world_leads_to_a_passing_check(scenario: str) -> None:
    way: Way | None = globals().get(scenario)
    assert way is not None, f"{scenario} has no journey here: write down how a person gets from it to a passing check"
    async with practising(scenario) as (person, world):
        await person.sees(world.address, world.label)
        await person.presses("enter")
        await person.sees(f"Type {world.address}")
        await person.answers(world.address)
        await person.answers("")
        await person.sees("Press Enter to take both.")
        await person.presses("enter")
        typed = f"Type {world.refused_password or world.password}"
        await person.sees("Sign-in 4/7", "Sign in with a browser" if world.registrations else typed)
        await way(person, world)
        sends_only = scenario == "microsoft_smtp_auth_off"
        await person.sees("Sending works. Receiving is left out" if sends_only else BOTH, "[>Continue<]")
        assert person.app.question.draft.state is State.VERIFIED
        assert person.app.question.draft.until.includes(Until.SIGN_IN)
        assert world.seen_secrets_in_clear == 0
        await person.presses("enter")
        await person.sees("Save the account", "proven")
