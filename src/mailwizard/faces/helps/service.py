"""What is to be set up."""

from __future__ import annotations

from mailwizard.faces.help import Help, Page

PAGES = (
    Page(
        "service",
        "1-A",
        "What is to be set up?",
        fields=(
            Help("services", "What is to be set up?", "The arrows choose, Enter goes on. By its address fits nearly "
                 "always. A draft that you left earlier stands first."),
        ),
        moves=(
            Help("continue", "Continue", "Goes on with the line that is chosen."),
            Help("message", "I have an error message", "Paste an error message, and read what it means. F9 does the "
                 "same on every other page. No network is used for it."),
        ),
        notes=(
            ("By its address", "Fits nearly always. The address tells the provider, and the provider tells the "
                               "servers."),
            ("Microsoft, Google", "Take these where mail is kept there though another name stands in the address. "
                                  "Microsoft 365 and outlook.com sign in with a browser, for IMAP and SMTP or for "
                                  "Graph."),
            ("Exchange", "A server that your company runs itself: you need the domain, such as company.com, your user "
                         "name, your password, and the address of its web services, which is looked for. A mailbox in "
                         "Microsoft 365 is none of these, even where it is called Exchange Online: take Microsoft "
                         "there."),
            ("Sending service", "A service or a relay that takes mail from you and keeps no mailbox for you."),
            ("I have the settings", "Nothing is looked up: you type what your administrator gave you."),
            ("Nothing is sent yet", "No password leaves before a server has proven who it is, and none before you "
                                    "typed it."),
        ),
    ),
)  # fmt: skip
