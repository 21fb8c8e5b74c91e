"""The note to pass on."""

from __future__ import annotations

from mailwizard.diagnosis import diagnose
from mailwizard.draft import Draft
from mailwizard.faces.note_text import note_for
from mailwizard.model import (
    Address,
    AuthKind,
    Candidate,
    Diagnosis,
    Endpoint,
    Evidence,
    Outcome,
    Protocol,
    Security,
    Step,
    Trust,
)

ADDRESS = Address.parse("adele@contoso.example")
REFUSAL = "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox."


def refused(provider: str, detail: str, enhanced: str) -> tuple[Draft, Diagnosis]:
    """Return a draft whose outgoing server refused the secret, and what that means."""
    endpoint = Endpoint(Protocol.SMTP, "smtp.office365.com", 587, Security.STARTTLS)
    sending = Candidate(endpoint, str(ADDRESS), (AuthKind.PASSWORD,), "mx", Trust.CURATED, provider=provider)
    draft = Draft().with_address(ADDRESS, "").with_servers(None, sending)
    draft = draft.learn(Evidence(str(endpoint), Step.SIGN_IN, Outcome.FAIL, "smtp.535", enhanced, detail))
    return draft, diagnose(draft.evidence, provider=provider, address=ADDRESS)[0]


def test_the_note_says_what_is_wanted_what_to_do_and_what_to_answer() -> None:
    note = note_for(*refused("microsoft365", REFUSAL, "5.7.139"))
    lines = note.splitlines()
    assert lines[0].startswith("Subject: adele@contoso.example: ")
    assert "A mail program is to send as adele@contoso.example through smtp.office365.com:587, and cannot." in lines
    assert "Please answer that it is done and since when, or what is to be used instead." in lines
    assert f"    {REFUSAL}" in lines
    assert "Admin:" not in note


def test_commands_stand_on_lines_of_their_own() -> None:
    lines = note_for(*refused("microsoft365", REFUSAL, "5.7.139")).splitlines()
    set_it = "       Set-CASMailbox -Identity 'adele@contoso.example' -SmtpClientAuthenticationDisabled $false"
    for command in ("       Connect-ExchangeOnline", set_it):
        at = lines.index(command)
        assert lines[at - 1] == ""


def test_without_a_guide_the_steps_are_those_of_whoever_can_mend_it() -> None:
    draft, diagnosis = refused("", REFUSAL, "5.7.139")
    note = note_for(draft, diagnosis)
    assert any(step.startswith("Admin: ") for step in diagnosis.fix)
    assert "What an administrator can do:" in note
    assert "Admin:" not in note
    assert "Ask your administrator" not in note
