"""From each practice world in which something is wrong to a passing check, line by line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from tests.journeys.plain_run import Asked, practising_plainly

from mailwizard.checks import Limits
from mailwizard.model import State, Until
from mailwizard.plugins import plugins
from mailwizard.sandbox import scenarios
from mailwizard.sandbox.world import World

Way = Callable[[Asked, World], Awaitable[None]]
BOTH = "Receiving and sending work."
SAYING_LIMITS = ("mailwizard.plain.rungs", "mailwizard.plain.stages.validate", "mailwizard.faces.check")
WAITS = {"egress_blocked", "port_blocked", "server_dead"}
"""Where a whole limit runs out before anything is known."""


async def all_well(person: Asked, world: World) -> None:
    await person.signs_in(world.password)


async def captive_portal(person: Asked, world: World) -> None:
    await person.signs_in(world.password)
    await person.sees("FAIL:", "What now?")
    assert not world.logins
    await acted(person, world)


async def certificate_expired(person: Asked, world: World) -> None:
    await person.signs_in(world.password)
    await person.sees("FAIL:", "expired", "What now?")
    assert not world.logins
    await acted(person, world)


async def certificate_other_name(person: Asked, world: World) -> None:
    await person.signs_in(world.password)
    await person.sees("FAIL:", "mx7.hoster.example", "What now?")
    for way in ("For receiving: Use mx7.hoster.example", "Use mx7.hoster.example"):
        await person.chooses(way)
        await person.sees("Your password would go there.")
        await person.answers("yes")
        await person.sees("What now?")


async def egress_blocked(person: Asked, world: World) -> None:
    await person.signs_in(world.password)
    await person.sees("FAIL:", "Use port 465")
    await compared(person)
    await person.chooses("Use port 465")


async def exchange_impersonation_denied(person: Asked, world: World) -> None:
    # A program of its own may act for nobody; the person, who signs in with a browser, needs no such right.
    await in_the_browser(person)


async def exchange_online_ews_blocked(person: Asked, world: World) -> None:
    await person.answers(":back")
    await person.sees("Servers, 3 of 7")
    await person.chooses("Type by hand")
    await person.chooses("Exchange")
    await person.answers("outlook.office365.com")
    await person.sees("Microsoft switches Exchange Web Services off")
    await person.answers("")
    await person.sees("IMAP and SMTP of Microsoft 365 are chosen")
    await person.chooses("Continue")
    await in_the_browser(person)


async def exchange_own_server(person: Asked, world: World) -> None:
    await person.sees("Sign in to your Exchange server")
    await person.chooses("Password")
    await person.answers("", "", "", world.password)


async def graph_send_not_allowed(person: Asked, world: World) -> None:
    await takes_graph(person)
    await in_the_browser(person)
    await person.sees(BOTH)
    await goes_to(person, "Send one message")
    await person.sees("FAIL:", "Note for the admin")
    await person.chooses(world.switches[0].label)
    await goes_to(person, "Sign in")


async def microsoft_graph(person: Asked, world: World) -> None:
    await takes_graph(person)
    await in_the_browser(person)


async def takes_graph(person: Asked) -> None:
    """Go back and choose Microsoft Graph among the servers."""
    await person.answers(":back")
    await person.sees("Servers, 3 of 7")
    await person.chooses("Another incoming server", "graph.microsoft.com", "Continue")
    await person.sees("Sign-in, 4 of 7")


async def from_not_owned(person: Asked, world: World) -> None:
    await person.signs_in(world.password)
    await person.sees(BOTH)
    await goes_to(person, "Ask whether this From is let through")
    await person.sees("FAIL:", "You may not send as this address", "What now?")
    await acted(person, world)
    await person.sees("is let through by mail.practice.example", "Safe: to send as sales@practice.example: probably")


async def gmail_app_password(person: Asked, world: World) -> None:
    await person.chooses("App password")
    await person.answers("", world.refused_password)
    await person.sees("What now?")
    assert not world.logins
    await person.chooses("Use it all the same")
    await person.sees("FAIL:", "app password", "What now?")
    await mended_secret(person, world)


async def google_browser(person: Asked, world: World) -> None:
    await in_the_browser(person)


async def google_testing_mode(person: Asked, world: World) -> None:
    await in_the_browser(person)
    await person.sees(BOTH)
    await person.chooses(world.switches[0].label, "Check again")
    await person.sees("FAIL: sign in", "What now?")
    await person.answers(":back")
    await person.sees("Sign-in, 4 of 7")
    await person.answers("1", "")
    await answered(person)


async def microsoft_consent_needed(person: Asked, world: World) -> None:
    await in_the_browser(person, passes=False)
    await person.sees("Note for the admin", "What now?")
    await person.chooses(world.switches[0].label, "Begin again")
    await answered(person)


async def microsoft_device_code(person: Asked, world: World) -> None:
    await in_the_browser(person, passes=False, answer="Short code elsewhere")
    await person.sees("Never give this code to anybody")
    await person.chooses("Let the practice person type it")
    await signed_in(person)


async def in_the_browser(person: Asked, *, passes: bool = True, answer: str = "Let the practice browser") -> None:
    """Sign in with a browser, as a registered program."""
    await person.sees("How do you sign in?")
    await person.answers("1", "")
    await person.sees("Take the practice registration")
    await person.chooses("Take the practice registration")
    await answered(person, passes=passes, answer=answer)


async def answered(person: Asked, *, passes: bool = True, answer: str = "Let the practice browser") -> None:
    """Let the practice browser answer, and check."""
    await person.sees("Open this", "Listening", answer)
    await person.chooses(answer)
    if passes:
        await signed_in(person)


async def signed_in(person: Asked) -> None:
    """Go on to the check after a sign-in."""
    await person.sees("Signed in", "Check it")
    await person.chooses("Check it")


async def microsoft_smtp_auth_off(person: Asked, world: World) -> None:
    await person.signs_in(world.password)
    await person.sees("FAIL:", "SMTP AUTH", "Note for the admin")
    await person.chooses("Steps one by one")
    await person.sees("Step 1 of", "microsoft365.smtp-auth.1", "Other way: The same in PowerShell")
    await person.chooses("Other way")
    await person.sees("microsoft365.smtp-auth-powershell.1")
    await person.chooses("Close")
    await acted(person, world)


async def port_blocked(person: Asked, world: World) -> None:
    await person.signs_in(world.password)
    await person.sees("FAIL:", "Use port 465")
    await person.chooses("Use port 465")


async def server_dead(person: Asked, world: World) -> None:
    await person.signs_in(world.password)
    await person.sees("FAIL:", "mail.practice.example", "Compare with a known server")
    await compared(person)
    await person.chooses("Use mail.practice.example")
    await person.sees(":")
    if "Your password would go there." in person.text:
        await person.answers("yes")


async def tls_on_starttls_port(person: Asked, world: World) -> None:
    await person.signs_in(world.password)
    await person.sees("FAIL:", "STARTTLS on port 587")
    await person.chooses("Use STARTTLS on port 587")


async def username_form(person: Asked, world: World) -> None:
    await person.signs_in(world.password)
    await person.sees("FAIL:", "Sign in as alice (one more login)")
    before = sum(world.logins.values())
    await person.chooses("Sign in as alice (")
    await person.sees("It costs one more login.")
    assert sum(world.logins.values()) == before
    await person.answers("yes")


async def web_server_on_port(person: Asked, world: World) -> None:
    await person.signs_in(world.password)
    await person.sees("FAIL:", "web server", "Use port")
    await person.chooses("Use port")


async def wrong_password(person: Asked, world: World) -> None:
    await person.signs_in(world.refused_password)
    await person.sees("FAIL:", "one more login", "What now?")
    assert sum(world.logins.values()) <= 1
    await mended_secret(person, world)


async def wrong_port(person: Asked, world: World) -> None:
    await person.signs_in(world.password)
    await person.sees("FAIL:", "Use port")
    await person.chooses("Use port")


async def acted(person: Asked, world: World) -> None:
    """Let the others act, and check again."""
    label = world.switches[0].label
    await person.chooses(label)
    await person.sees("A check shows what changed.", "What now?")
    assert label not in person.text.partition("What now?")[2]
    await person.chooses("Try again")


async def goes_to(person: Asked, depth: str) -> None:
    """Choose a depth by its words, and pay its price."""
    await person.sees("What now?", "Number or first letters")
    await person.chooses("Other depth" if "Other depth" in person.text else "Go deeper")
    await person.sees("How deep shall it be checked?")
    await person.chooses(depth)
    await person.sees("It costs one login")
    await person.answers("yes")


async def compared(person: Asked) -> None:
    """Compare with servers that are known to work, after reading who they are and what they learn."""
    await person.chooses("Compare with a known server")
    await person.sees("Compare with well-known servers?", "They learn the")
    await person.answers("yes")
    await person.sees("What now?")
    assert "Compare with a known server" not in person.text


async def mended_secret(person: Asked, world: World) -> None:
    """Go back and type the secret that is right."""
    await person.chooses("Edit secret")
    await person.sees("Sign-in, 4 of 7")
    await person.answers("", "")
    await person.chooses("Type it again")
    await person.answers(world.password)


def proven(scenario: str) -> str:
    """Return what is said at the good end of a scenario."""
    return "Sending works. Receiving is left out" if scenario == "microsoft_smtp_auth_off" else BOTH


@pytest.mark.parametrize("scenario", sorted(plugins(scenarios)))
async def test_every_practice_world_leads_to_a_passing_check(scenario: str, monkeypatch: pytest.MonkeyPatch) -> None:
    way: Way | None = globals().get(scenario)
    assert way is not None, f"{scenario} has no journey here: write down how a person gets from it to a passing check"
    if scenario in WAITS:
        for module in SAYING_LIMITS:  # each keeps what it is given when it is loaded
            monkeypatch.setattr(f"{module}.LIMITS", Limits(step=3.0))
    async with practising_plainly(monkeypatch, scenario) as (person, world):
        await person.sees(world.label, world.address)
        await person.gets_to_sign_in(world.address)
        await way(person, world)
        await person.sees(proven(scenario), "1. Continue")
        assert person.draft.state is State.VERIFIED
        assert person.draft.until.includes(Until.SIGN_IN)
        assert world.seen_secrets_in_clear == 0
        await person.chooses("Continue")
        await person.sees("Save the account")
        await person.answers("")
        told = person.all_but_practice
        assert all(secret not in told for secret in (world.password, world.refused_password) if secret)
