"""What the account is called, whose it is, and where its secret goes."""

from __future__ import annotations

from mailwizard.faces.help import Help, Page

PAGES = (
    Page(
        "save",
        "6-A",
        "Save the account",
        fields=(
            Help("name", "Name", "What you call the account in commands, and what its file is called."),
            Help("role", "Role", "Company or personal: tells whose mailbox it is."),
            Help("stores", "Where the secret goes", "A keyring is taken only after a test value was written and read "
                 "back. The vault is an encrypted file with a passphrase. pass is your password store, where gpg opens "
                 "it. Nowhere means that the secret is asked for each time."),
        ),
        moves=(Help("continue", "Save", "Writes the files and the secret; all of it or nothing."),),
        notes=(
            ("Files", "Account and server are two small text files that only you may read. They never hold the "
                      "secret."),
        ),
    ),
    Page(
        "save.origins",
        "6-B",
        "Where every value comes from",
        notes=(
            ("In this run", "Each answer, and whether it was found, proposed or typed."),
            ("Saved", "Which file says what of a saved account; the strongest scope that has a value counts."),
        ),
    ),
    Page(
        "save.passphrase",
        "6-C",
        "Passphrase",
        fields=(
            Help("first", "Passphrase", "Opens the encrypted file with your secrets. Nobody can find it out or reset "
                 "it, so note it where you keep such things. F4 shows what is typed."),
            Help("second", "Again", "The same once more, so that no slip locks you out."),
        ),
        moves=(
            Help("continue", "Open it|Make it", "Takes the passphrase."),
            Help("cancel", "Not now", "Leaves the encrypted file closed; another place for the secret can be chosen."),
        ),
    ),
)  # fmt: skip
