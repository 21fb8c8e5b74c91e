"""Whether an address and a name fit the account that writes as them; told, never forbidden."""

from __future__ import annotations

import re
import unicodedata

from mailwizard import knowledge
from mailwizard.draft.display_name import name_doubt
from mailwizard.model import Account, Address, Identity, Server
from mailwizard.net.clean import clean, shown_words

_WORD = re.compile(r"[a-z]{2,}")
_SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae", "ß": "ss", "ñ": "nn"})
"""How letters are written where an address cannot have them."""
_DOMAIN = re.compile(r"(?<![\w@.-])(?:[a-z0-9-]+\.)+[a-z]{2,}(?![\w-])", re.IGNORECASE)
_OFFICE = re.compile(
    "abuse|accounts|admin|administrator|alerts|billing|bot|contact|desk|enquiries|feedback|hello|help"
    "|helpdesk|hi|hostmaster|hr|info|invoice|invoices|it|jobs|kontakt|mail|mailer|marketing|news"
    "|newsletter|noreply|notifications|notify|office|orders|postmaster|press|privacy|reception|rechnung"
    "|reply|robot|root|sales|security|service|shop|store|subscribe|support|system|team|test|webmaster"
    "|welcome"
)
"""Local parts that name an office and no person: any name fits them."""


def identities_of(account: Account) -> tuple[Identity, ...]:
    """Return all that an account writes as, its own address first."""
    return (Identity(account.address, account.display_name, account.reply_to), *account.identities)


def doubts_of(account: Account, server: Server) -> tuple[str, ...]:
    """Return a sentence for each way in which anything that an account writes as does not fit it."""
    found = (one for identity in identities_of(account) for one in doubts(account, server, identity))
    return tuple(dict.fromkeys(found))


def doubts(account: Account, server: Server, identity: Identity) -> tuple[str, ...]:
    """Return a sentence for each way in which a From, its name or its Reply-To does not fit the account."""
    login = Address.of_username(account.outgoing_username or account.username) or account.address
    sender = identity.address
    found = [_of_address(sender, login, account, server), name_doubt(identity.display_name, sender)]
    found.append(_of_name(identity.display_name, sender))
    if identity.reply_to and identity.reply_to.domain != sender.domain:
        found.append(
            f"Answers go to another domain, {clean(identity.reply_to.unicode_domain)}: some filters weigh that as a "
            "sign of fraud."
        )
    return tuple(filter(None, found))


def _of_address(sender: Address, login: Address, account: Account, server: Server) -> str:
    """Return the doubt about an address that is not the one that signs in.

    The account's own address raises one only where its provider has a rule about it.
    """
    card = knowledge.provider(server.provider)
    ruled = card is not None and card.from_rule
    own = {str(login).lower(), *([] if ruled else [str(account.address).lower()])}
    if str(sender).lower() in own:
        return ""
    rule = f" {card.name} says: {card.from_rule.rstrip('.')}." if card and card.from_rule else ""
    if sender.domain not in {login.domain, account.address.domain}:
        words = ("check", account.name, "--until", "sender", "--from", str(sender))
        return (
            f"{clean(sender.display)} is of another domain than {clean(login.display)}, which signs in: the server may "
            f"refuse or rewrite it, and receivers may take it for spam, unless {clean(sender.unicode_domain)} names "
            f"this server in its DNS.{rule} To find out: mailwizard {shown_words(words)}"
        )
    return (
        f"{clean(sender.display)} is another address than {clean(login.display)}, which signs in: the server takes it "
        f"only where it is an alias of it or was allowed by who looks after the mailbox.{rule}"
    )


def _of_name(name: str, sender: Address) -> str:
    """Return the doubt about a name that seems to be somebody else's."""
    strange = next((one for one in _DOMAIN.findall(name) if not _same_site(one.lower(), sender.domain)), "")
    if strange and "@" not in name:
        return (
            f"The name holds {clean(strange)}, which is not the domain of {clean(sender.display)}: that looks forged."
        )
    if not name or _resembles(name, sender.local):
        return ""
    return (
        f'The name "{clean(name)}" has nothing in common with {clean(sender.display)}: receivers who compare both may '
        "take it for somebody else."
    )


def _same_site(name: str, domain: str) -> bool:
    return name == domain or name.endswith(f".{domain}") or domain.endswith(f".{name}")


def _resembles(name: str, local: str) -> bool:
    """Return whether a name can belong to a local part: shared words, initials, an office, or another script."""
    words, parts = _WORD.findall(_plain(name)), _WORD.findall(_plain(local.partition("+")[0]))
    spelled = [*words, *_WORD.findall(_plain(name.lower().translate(_SPELLED)))]
    written = "".join(parts)
    if not words or not written or any(_OFFICE.fullmatch(part) for part in parts):
        return True
    initials = "".join(word[0] for word in words)
    if written in {initials, initials[::-1]} or (len(written) <= 3 and written[0] in initials):
        return True
    return any(word[:3] in written or part[:3] in "".join(spelled) for word in spelled for part in parts)


def _plain(text: str) -> str:
    """Return a text in small letters without accents."""
    decomposed = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()
