"""What a check of Exchange Web Services needs: names, sign-ins, a library on our own line, and a mailbox."""
