"""What can be set up, as lines to choose from; an unfinished draft of an earlier run on top."""

from __future__ import annotations

from mailwizard.draft import Draft, Service, Stage
from mailwizard.faces.choice import Choice
from mailwizard.faces.session import Session
from mailwizard.faces.words import STAGE_WORDS

KEPT = "kept"
SERVICES: tuple[Choice, ...] = (
    Choice(Service.MAIL, "Mail account by address", "finds the servers for you"),
    Choice(Service.MICROSOFT, "Microsoft 365, Outlook", "browser sign-in, also Graph"),
    Choice(Service.GOOGLE, "Google", "gmail.com or Workspace"),
    Choice(Service.EXCHANGE, "Your own Exchange server", "on premises: domain and user"),
    Choice(Service.SENDING, "Sending service or relay", "only sends: SES, SendGrid, …"),
    Choice(Service.MANUAL, "I have the settings", "type servers and ports"),
)


def lines(session: Session) -> tuple[Choice, ...]:
    """Return the services, an unfinished draft on top where there is one."""
    kept = session.kept
    if kept is None or kept.address is None:
        return SERVICES
    where = f"kept draft, at {STAGE_WORDS[kept.stage]}"
    return (Choice(KEPT, f"Go on with {kept.address.display}", where), *SERVICES)


def suggested(draft: Draft, session: Session) -> str:
    """Return the line to begin with."""
    return KEPT if session.kept and Stage.SERVICE not in draft.answered else draft.service
