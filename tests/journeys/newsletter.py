"""An application at its first run, as somebody would write it: it sends one message through the practice world."""

from __future__ import annotations

from email.message import EmailMessage

from mailwizard.onboarding import Application, Cancelled, Need, NotReady, practice


def main() -> None:
    with practice("all-well") as world:
        app = Application("newsletter", title="Newsletter", needs={Need.SENDING}, address=world.address, net=world.net)
        try:
            account = app.ensure()
        except Cancelled as left:
            raise SystemExit(str(left)) from None
        message = EmailMessage()
        message["From"] = message["To"] = str(account.address)
        message["Subject"] = "The first issue"
        message.set_content("Hello!\n")
        try:
            with app.smtp() as server:
                server.send_message(message)
        except NotReady as wrong:
            raise SystemExit(str(wrong)) from None
        print(f"Sent from {account.address}, account {account.name}.")  # noqa: T201


if __name__ == "__main__":
    main()
