"""Microsoft Graph in the practice world: the part of it that sends and reads mail, over the world's own mailboxes."""
