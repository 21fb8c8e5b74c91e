"""How one signs in."""

from __future__ import annotations

from mailwizard.faces.help import Help, Page

HELP = (
    ("User name", "Most often the whole mail address. Some providers hand out another one."),
    ("App password", "A separate password for programs. Paste it as it is shown: blanks in it are dropped."),
    ("Browser", "You sign in on the provider's own page, in any browser, and let the program in. It gets a token for "
                "mail and never sees your password. The program has to be registered there: by you, or your admin."),
    ("Only reach", "Checks names, ports and certificates. No user name and no secret leaves; you sign in later."),
    ("Wrong secret", "One wrong secret costs one login: after a refusal the other server is not asked."),
)  # fmt: skip
"""What is to be known beside the question: a word and its text."""
SECRET_HELP = (
    "It is offered to the servers only after their certificate fits, once to each, and it is kept nowhere before you "
    "save."
)
EXCHANGE_HELP = (
    ("Service", "The address of Exchange Web Services, such as https://mail.company.com/EWS/Exchange.asmx. It was "
                "looked for; your administrator knows it."),
    ("Domain", "The domain of your company's network, written as company.com. It may stay empty where the user "
               "name is a whole address, or is written COMPANY\\user."),
    ("User name", "The name that you sign in to Windows with at work. It often differs from the mail address."),
    *HELP[1:],
)  # fmt: skip

_USER = Help("username", "User name", HELP[0][1])
_SECRET = Help("secret", "*", f"What you type is masked; F4 shows it. {SECRET_HELP}")
_WAY = Help("way", "Way", "Left and Right take another way to sign in, where there is more than one.")
_GUIDANCE = Help("guidance", "The guide", "What this provider wants, step by step; the arrows and Page Down scroll it.")
_REVEAL = Help("reveal", "Show|Hide", "Shows the secret on the screen, or hides it again.")
_MOVES = (
    Help("continue", "Check it|Sign in", "Goes on: to the check, or to the provider's own page in a browser."),
    Help("anew", "Sign in anew", "Forgets the sign-in of this run and begins another one."),
    Help("reach", "Only reach the servers", HELP[3][1]),
    Help("issuer", "Name a sign-in service", "Types the address of a service that signs you in, where no card knows "
         "one."),
    _REVEAL,
)  # fmt: skip
_OUT = (
    Help("copy", "Copy|Copy the address", "Sends the address to your terminal's clipboard, which not every terminal "
         "takes."),
    Help("print", "Print outside", "Leaves the screen for a moment and prints the address on one line, to be "
         "selected."),
    Help("practice", "Let the practice browser answer|Let the practice person type it|Take the practice registration",
         "Does here what a person would do elsewhere; only in the practice world."),
)  # fmt: skip
_AFTER = (
    Help("take", "Check it", "Goes on with this sign-in to the check."),
    Help("keep", "Keep this program for the next account", "Saves the program's registration for later accounts."),
    Help("again", "Begin again|New code", "Begins a new attempt; the old one is dropped."),
    Help("registration", "Other registration", "Goes back to the program under which one signs in."),
    Help("steps", "Steps one by one", "Shows what to do, one step at a time, each with its name to say."),
    Help("note", "Note for the admin|Note to pass on", "Writes all that whoever mends it needs, without a secret."),
    Help("switch", "*", "Lets happen in the practice world what somebody else does in real life."),
)  # fmt: skip

PAGES = (
    Page(
        "sign-in",
        "4-A",
        "Sign in to …",
        fields=(_WAY, _USER, _SECRET, _GUIDANCE),
        moves=_MOVES,
        notes=HELP[1:],
    ),
    Page(
        "sign-in.exchange",
        "4-B",
        "Sign in to …",
        called="Sign in to Exchange",
        fields=(
            _WAY,
            Help("service", "Service", EXCHANGE_HELP[0][1]),
            Help("domain", "Domain", EXCHANGE_HELP[1][1]),
            Help("username", "User name", EXCHANGE_HELP[2][1]),
            _SECRET,
            _GUIDANCE,
        ),
        moves=_MOVES,
        notes=HELP[1:],
    ),
    Page(
        "sign-in.client",
        "4-C",
        "Under which registration may mailwizard sign in at …",
        called="Under which registration may mailwizard sign in?",
        fields=(
            Help("file", "JSON file", "The file that the provider lets you download for a registered program."),
            Help("number", "Client ID", "The number that the provider gave the registered program."),
            Help("secret", "Its secret", "The program's own secret, where it has one; most have none. F4 shows it."),
            Help("tenant", "Directory", "The company's directory: its ID or a domain of it; empty for the usual one."),
        ),
        moves=(Help("continue", "Go on", "Takes the registration and goes to the sign-in."), *_OUT[2:]),
        notes=(("Program", "A provider lets in only programs that somebody has registered: you, or your "
                           "administrator. It is asked once; the steps for it stand below."),),
    ),
    Page(
        "sign-in.issuer",
        "4-D",
        "Which service signs you in?",
        fields=(
            Help("address", "Address", "The service's https address. Whoever runs it learns your password: type none "
                 "that a mail sent you."),
            Help("rights", "Rights", "What it calls the use of mail, with blanks between; empty for what it says "
                 "itself."),
        ),
        moves=(Help("continue", "Go on", "Asks the service about itself, encrypted."),),
    ),
    Page(
        "sign-in.browser",
        "4-E",
        "Sign-in at …",
        called="Sign-in with a browser",
        fields=(Help("answer", "Answer", "Where the browser ends on a page that cannot be shown, copy that page's "
                     "address and paste it here. A browser on this machine brings its answer by itself."),),
        moves=(
            *_OUT,
            Help("open", "Open it here", "Opens the page in this machine's own browser."),
            Help("handover", "Another machine's browser|Back to the address", "Shows lines for mailwizard authorize on "
                 "a machine with a browser, or the address again."),
            Help("short-code", "Short code elsewhere", "Signs in with a short code typed on any device; be "
                 "sure that it is you who asked for it."),
            *_AFTER,
        ),
    ),
    Page(
        "sign-in.short-code",
        "4-F",
        "Sign-in at …",
        called="Sign-in with a short code",
        moves=(
            *_OUT,
            Help("picture", "QR code", "Shows the page's address as a picture for a telephone's camera."),
            Help("browser", "Browser instead", "Signs in on the page itself, which is harder to abuse than a code."),
            *_AFTER,
        ),
        notes=(("The code", "Type it only on the page that stands here, and tell it to nobody: whoever makes you type "
                            "a code of theirs gets into your mailbox."),),
    ),
    Page("sign-in.square", "4-G", "https://…", called="QR code",
         notes=(("QR code", "A telephone's camera opens the address with it."),)),
)  # fmt: skip
