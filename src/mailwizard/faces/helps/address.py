"""Whose mail account it is."""

from __future__ import annotations

from mailwizard.faces.help import Help, Page

PAGES = (
    Page(
        "address",
        "2-A",
        "Whose mail account is it?",
        fields=(
            Help("address", "Address", "The whole mail address, for example alice@example.com. Addresses in other "
                 "scripts are fine."),
            Help("name", "Name", "What others see beside the address. It may stay empty. A name with another address "
                 "in it makes some receivers refuse the mail, so that is pointed out."),
        ),
        moves=(
            Help("continue", "Continue", "Goes on; the first time once the search has found something."),
            Help("meant", "*", "Takes the domain that the typed one looks like."),
            Help("correct", "Correct the address", "Goes back to the field to type it again."),
            Help("again", "Look again", "Looks for the servers once more, for where the network was down."),
            Help("by-hand", "Type the servers", "Goes on without what was looked for: you type names and ports."),
        ),
        notes=(
            ("What is looked up", "What the domain publishes in DNS (MX, SRV) and as documents on its web server "
                                  "(autoconfig, Autodiscover), the cards of known providers on this machine, and "
                                  "Thunderbird's database: the one third party that learns the domain. It begins when "
                                  "you leave the address with Enter or Tab. No password is involved. F6 in the next "
                                  "stage says who was asked."),
        ),
    ),
)  # fmt: skip
