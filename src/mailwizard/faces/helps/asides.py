"""The pages that open from everywhere."""

from __future__ import annotations

from mailwizard.faces.help import Help, Page

PAGES = (
    Page(
        "help",
        "0-A",
        "Help: …",
        called="Help",
        notes=(("This page", "It explains the page under it, the field in hand first."),),
    ),
    Page(
        "evidence",
        "0-B",
        "Evidence: all that was seen",
        notes=(
            ("Ruled out", "What cannot be the reason any more, and why."),
            ("Not well", "What was looked at and does not work as it should."),
            ("Still open", "What nobody has looked at yet."),
            ("Steps", "Below it stands each step of each server, with all that was learned; then who was asked."),
        ),
    ),
    Page(
        "message",
        "0-C",
        "What does an error message mean?",
        fields=(
            Help("paper", "The message", "Paste the message, the log or the stack trace; several lines are fine. It is "
                 "read on this machine, and nothing of it goes anywhere."),
        ),
        moves=(
            Help("explain", "Explain", "Says what it means."),
            Help("other", "Next cause", "Shows the next cause that fits."),
            Help("again", "Another message", "Empties the sheet for another one."),
            Help("steps", "Steps one by one", "Shows what to do, one step at a time."),
            Help("note", "Note for the admin|Note to pass on", "Writes all that whoever mends it needs."),
        ),
    ),
    Page(
        "leave",
        "0-D",
        "Leave?",
        moves=(
            Help("no", "Stay", "Goes on where you were."),
            Help("yes", "Leave", "Ends mailwizard; the draft is kept where the sentence says so."),
        ),
    ),
    Page(
        "question",
        "0-E",
        "…",
        called="A question",
        moves=(
            Help("no", "*", "Leaves everything as it is; Esc does the same."),
            Help("yes", "*", "Does what the question says."),
        ),
    ),
    Page(
        "menu",
        "0-F",
        "All that can be done here",
        fields=(
            Help("filter", "Find", "Type a part of what you want; the list shows what fits."),
            Help("entries", "What can be done", "The arrows choose, Enter does it."),
        ),
    ),
)  # fmt: skip
