"""What is set up now."""

from __future__ import annotations

from mailwizard.faces.help import Help, Page

PAGES = (
    Page(
        "done",
        "7-A",
        "Saved …",
        moves=(
            Help("leave", "Leave", "Ends mailwizard; the lines of this page stay in your terminal."),
            Help("another", "Set up another account", "Begins again with the first question."),
        ),
        notes=(
            ("State", "What was proven, when, and how deep: sign-in means that the servers took your user name and "
                      "secret."),
            ("Next", "These commands work from now on, in scripts too. The lines stay in your terminal after you "
                     "leave."),
        ),
    ),
)  # fmt: skip
