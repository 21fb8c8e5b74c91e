"""Which servers to use."""

from __future__ import annotations

from mailwizard.faces.help import Help, Page

_MOVES = (
    Help("continue", "Continue", "Takes the servers as they are chosen or typed."),
    Help("by-hand", "Type by hand|Lists", "Opens every field, or goes back to the lists of what was found."),
    Help("findings", "All found", "Shows every server that was found, who says so, and who was asked."),
)
_NOTES = (
    ("TLS, STARTTLS", "Both encrypt. TLS does so from the first byte, STARTTLS after a command. What does not encrypt "
                      "is never offered."),
    ("Why", "Where a server was found, and how far that can be believed. What was found in unsigned DNS records asks "
            "for your consent, because your password will go there."),
)  # fmt: skip
PAGES = (
    Page(
        "servers",
        "3-A",
        "Servers",
        fields=(
            Help("incoming-list", "Incoming", "Where mail is fetched from. The arrows choose, Tab goes to the other "
                 "list, Enter takes both as chosen. One of the two is enough."),
            Help("outgoing-list", "Outgoing", "Where mail is sent through. With a service that does both there is "
                 "nothing to choose here."),
        ),
        moves=_MOVES,
        notes=_NOTES,
    ),
    Page(
        "servers.by-hand",
        "3-B",
        "Servers",
        fields=(
            Help("protocol", "IMAP, POP3, SMTP, …", "What the server speaks; Left and Right take another one, none "
                 "leaves it out. IMAP keeps mail on the server, POP3 takes it away, SMTP sends."),
            Help("security", "TLS, STARTTLS, …", "How the line is encrypted. A standard port follows it by itself."),
            Help("signs-in", "signs in, no sign-in", "Whether the server wants a sign-in to send; a relay inside a "
                 "company may want none."),
            Help("host", "Server|Host|Address", "The server's full name, such as imap.example.com; of a web service "
                 "its https address."),
            Help("port", "Port", "Usually 993 or 143 for IMAP, 995 or 110 for POP3, 465 or 587 for sending."),
            Help("username", "User name", "The name to sign in with; most often the whole mail address."),
        ),
        moves=_MOVES,
        notes=_NOTES,
    ),
    Page(
        "servers.findings",
        "3-C",
        "All that was found",
        notes=(
            ("Best first", "Every server that somebody proposes, who that is, and how far it can be believed."),
            ("Not offered", "What is too old or not encrypted, and why."),
            ("Asked", "Who was asked, and what they learned by it."),
        ),
    ),
)  # fmt: skip
