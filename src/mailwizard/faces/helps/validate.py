"""Does it work?"""

from __future__ import annotations

from mailwizard.faces.help import Help, Page

_STEPS = (
    ("Steps", "resolve: the name has an address. connect: something answers there. encrypt: TLS, and the certificate "
              "is for this name. sign in: the server takes the user name and secret."),
    ("OK WARN FAIL SKIP", "Works, works with something to know, does not work, was not needed or not possible."),
    ("Logins", "Each check signs in once to each server. A refused secret is not offered to the other server."),
)  # fmt: skip
_STOP = Help("stop", "Stop", "Ends the check at once, and says what had been done by then.")
_DEEPER = Help(
    "deeper",
    "Go deeper|Other depth",
    "Offers four depths: only reach the servers, sign in, ask whether this From is let through, or send one message to "
    "yourself. Each says what it costs before it begins.",
)
_SWITCH = Help("switch", "*", "Lets happen in the practice world what somebody else does in real life.")
_SECRET = Help("secret", "Sign in|Sign in anew|Edit secret", "Goes back to the sign-in; the servers stay as they are.")
_AGAIN = Help("again", "Check again|Try again", "Checks again what did not pass. What passed is kept.")
_REMEDY = Help("remedy", "*", "A change that was tried without your secret and would work; a price is named with it.")
_STEPWISE = Help("steps", "Steps one by one", "Shows what to do, one step at a time, each with its name to say.")
_NOTE = Help("note", "Note for the admin|Note to pass on", "Writes all that whoever mends it needs, without a secret.")
_REPORT = Help("report", "Save report|Save a report", "Writes all that was seen to a file for whoever helps you; you "
               "read it first, and no secret is in it.")  # fmt: skip

PAGES = (
    Page("validate", "5-A", "Validate", moves=(_STOP,), notes=_STEPS),
    Page(
        "validate.refused",
        "5-B",
        "Validate",
        moves=(
            Help("confirm", "It arrived", "Asks for the mark in the message that you saw arrive."),
            _SECRET,
            _REMEDY,
            _SWITCH,
            _AGAIN,
            _STEPWISE,
            _NOTE,
            Help("other", "Next problem", "Explains the next of several problems."),
            Help("compare", "Compare with a known server", "Asks well-known servers whether they answer, to tell the "
                 "server from the network; first it says who they are and what they learn."),
            Help("insist", "Try the other too (one more login)", "Offers the refused secret to the other server as "
                 "well; too many refusals can lock an account."),
            Help("clear", "Send it unencrypted", "Lets the secret leave on a line that everybody can read, this once, "
                 "after you typed the server's name."),
            Help("servers", "Edit servers", "Goes back to the servers."),
            _DEEPER,
            Help("continue", "Save anyway", "Saves the account as one that is not proven."),
            _REPORT,
        ),
        notes=(
            ("Why, who, fix", "What was seen means this; who can mend it; and what to do, in order."),
            ("Sure", "How to tell this cause from its neighbours."),
            ("Said", "The server's own words."),
            *_STEPS,
        ),
    ),
    Page(
        "validate.passed",
        "5-C",
        "Validate",
        moves=(
            _SECRET,
            Help("continue", "Continue", "Goes on to saving."),
            _DEEPER,
            _REMEDY,
            _SWITCH,
            _STEPWISE,
            _NOTE,
            Help("other", "Next note", "Explains the next of several notes."),
            _AGAIN,
            _REPORT,
        ),
        notes=_STEPS,
    ),
    Page(
        "validate.depth",
        "5-D",
        "How deep shall it be checked?",
        fields=(Help("depths", "How deep shall it be checked?", "The arrows choose; below stands what the depth does, "
                     "what it costs, and who learns what. Deeper includes what stands above it."),),
        moves=(Help("continue", "Check it", "Begins the check at the depth that is chosen."),),
    ),
    Page(
        "validate.clear-text",
        "5-E",
        "Send the secret unencrypted?",
        fields=(Help("name", "Server", "The server's name, typed by hand, so that nobody consents by a stray key."),),
        moves=(
            Help("cancel", "Keep it back", "Sends nothing; the safe answer."),
            Help("consent", "Send it unencrypted", "Lets the secret leave once on a line that everybody can read."),
        ),
    ),
    Page(
        "validate.mark",
        "5-F",
        "Did the message arrive?",
        fields=(Help("mark", "Its mark", "The letters and digits in the message that arrived; the first eight do."),),
        moves=(
            Help("confirm", "It is this one", "Takes the message as arrived, where the mark is right."),
            Help("cancel", "Not there yet", "Leaves open whether it arrived."),
        ),
    ),
    Page(
        "validate.steps",
        "5-G",
        "Step …",
        moves=(
            Help("next", "Next step", "Shows the next step."),
            Help("before", "Step before", "Shows the step before."),
            Help("other", "*", "Shows another way to the same end, step by step."),
        ),
        notes=(("Its name", "Behind the number stands what to say on the telephone; mailwizard guide prints it."),),
    ),
    Page(
        "validate.note",
        "5-H",
        "A note to pass on",
        moves=(
            Help("copy", "Copy", "Sends the note to your terminal's clipboard, which not every terminal takes."),
            Help("save", "Save as a file", "Writes it beside your other files, never over one that is there."),
            Help("print", "Print outside the screen", "Leaves the screen for a moment, so that it can be selected."),
            Help("request", "Write a request for the admin", "Writes a file that the admin's mailwizard "
                 "opens, and shows the code to say on the telephone."),
        ),
    ),
    Page(
        "validate.report",
        "5-I",
        "A report for whoever helps",
        fields=(
            Help("path", "File", "Where it is written, for you alone; never over a file that is there."),
        ),
        moves=(
            Help("save", "Write it", "Writes what stands here, and says how whoever helps reads it."),
            Help("names", "Other names in place of mine|My names as they are", "Gives addresses, user names and hosts "
                 "of your own other names, the same ones everywhere; those of known providers stay."),
            Help("text", "Show the text|Show what is in it", "Shows the very text that is written, or again in short."),
        ),
        notes=(("What is in it", "What was set up, every step with what was seen and said, what it means, and the "
                "machine. No secret: those of this run are taken out, and what looks like one."),),
    ),
    Page(
        "validate.opened",
        "5-J",
        "Report of …",
        called="Report",
        moves=(
            _STEPWISE,
            _NOTE,
            Help("other", "Next problem", "Explains the next of several problems."),
            Help("around", "Where it ran, what was said", "Shows the machine, what would have worked instead, and what "
                 "went over the connections."),
        ),
        notes=(("A report", "It is what somebody's check saw. Nothing is asked of any server here, and nothing is "
                "changed."), *_STEPS),
    ),
    Page(
        "validate.around",
        "5-K",
        "Where it ran …",
        notes=(("The machine", "What the report says of the machine it was made on, then the conversations."),),
    ),
)  # fmt: skip
