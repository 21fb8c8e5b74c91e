"""What a check of Exchange Web Services needs: names, sign-ins, a library on our own line, and a mailbox."""

MECHANISMS = ("NTLM", "NEGOTIATE", "BASIC", "BEARER")
"""How somebody can prove at a web service who they are."""
