"""The domain and the user name that an Exchange server asks for: pure."""

from __future__ import annotations

from mailwizard.model import Address, read_host

_EXAMPLE = "for example company.com"


def read_domain(text: str) -> str:
    """Read the domain of an Exchange sign-in and return its full name as A-labels: ``company.com``.

    That is the DNS name of the Windows domain; its older short (NetBIOS) name is not taken, since only a person who
    knows the network can tell which domain it stands for.

    Raises:
        ValueError: with one sentence for a person, which names the other form that was typed.
    """
    typed = text.strip()
    if not typed:
        raise ValueError(f"Type the domain, {_EXAMPLE}.")
    if "://" in typed:
        raise ValueError(f"This is a web address, which has a field of its own; the domain stands alone, {_EXAMPLE}.")
    if "@" in typed.strip("@"):
        known = Address.of_username(typed)
        whose = f": {known.unicode_domain}" if known else f", {_EXAMPLE}"
        raise ValueError(f"This is a mail address; the domain is the part after the @{whose}.")
    if "\\" in typed:
        before = typed.partition("\\")[0]
        raise ValueError(f"The user name has a field of its own: type {before or 'company.com'} here, without the \\.")
    if "/" in typed:
        raise ValueError(f"The domain has a path behind it; type it without the / and what follows, {_EXAMPLE}.")
    if ":" in typed:
        raise ValueError(f"The domain has a port behind it; type it without the :, {_EXAMPLE}.")
    try:
        name = read_host(typed.strip("@."))
    except ValueError:
        raise ValueError(f"A domain has letters, digits, dots and hyphens only, {_EXAMPLE}.") from None
    if "." not in name:
        raise ValueError(
            f"{typed} is the short (NetBIOS) name of a domain; type the full one, {_EXAMPLE}, "
            f"or leave it empty and write the user name as {typed}\\user."
        )
    if name.rpartition(".")[2].isdecimal():
        raise ValueError(f"This is an IP address; the domain is a name, {_EXAMPLE}.")
    return name


def login(domain: str, user: str) -> str:
    r"""Return the name to sign in with: ``company.com\user``.

    A ``user`` that is an address (``user@company.com``) stands for itself, and without a domain any form does, also
    ``COMPANY\user``. The domain is taken as :func:`read_domain` takes it.

    Raises:
        ValueError: with one sentence for a person, where the two fields say the same thing twice or contradict.
    """
    name, place = user.strip(), domain.strip()
    if not name:
        raise ValueError("Type the user name, the one that signs in to Windows at work.")
    if "://" in name:
        raise ValueError("This is a web address, which has a field of its own; type the user name here.")
    before, apart, after = name.rpartition("\\")
    if apart and not (before and after):
        raise ValueError("The user name begins or ends with a \\: write it alone, or as company.com\\user.")
    if not place or "@" in after:
        return name
    place = read_domain(place)
    if apart and before.casefold().rstrip(".") != place:
        raise ValueError(
            f"The user name names a domain of its own, {before}: write {after} alone, "
            f"or leave the domain empty to sign in as {name}."
        )
    return f"{place}\\{after}"
