"""Which flow a registration goes through."""

from __future__ import annotations

from functools import cache
from types import ModuleType
from typing import Any

from mailwizard.knowledge.issuer_card import IssuerCard
from mailwizard.model import Failure
from mailwizard.plugins import plugins
from mailwizard.signin.oauth.registration import Registration, RegistrationKind


@cache
def flows() -> dict[str, Any]:
    """Return every flow by its name; none of them has loaded its library."""
    from mailwizard.signin import flows as folder

    found: list[ModuleType] = list(plugins(folder).values())
    return {str(module.NAME): module for module in found}


def flow_for(registration: Registration, card: IssuerCard) -> Any:
    """Return the flow of a registration at its issuer.

    Raises:
        Failure: ``oauth.no-flow`` where nobody can sign in there in this way.
    """
    kind = registration.kind
    if kind is RegistrationKind.PUBLIC:
        module = flows().get(card.flow)
    else:
        others = (module for module in flows().values() if kind in module.KINDS)
        module = next(others, None) if card.app_scopes else None
    if module is None:
        raise Failure("oauth.no-flow", f"{card.name} offers no sign-in of the kind {kind}")
    return module
