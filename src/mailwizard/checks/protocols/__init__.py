"""The grammars of the mail protocols over a line, one protocol a file; probes tell the stories in them."""
