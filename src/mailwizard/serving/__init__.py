"""The wizard in a browser on this machine: a page with a terminal in it, and the wizard in that terminal.

What a person types there, a password too, goes over HTTP and a WebSocket from a browser on this machine to a program on
this machine. That is not encrypted, and need not be: it passes through the kernel's loopback, as between a terminal
window and its shell, where only the superuser and this user's own programs could listen. So nothing but 127.0.0.1 is
ever listened on. Through ``ssh -L`` the way between two machines is SSH's.

Everybody on this machine can connect to a port on loopback, and so can every page that a browser shows. So
(:mod:`~mailwizard.serving.gate`) an address with a secret in it lets one browser in, once; a cookie is its proof from
then on, sent to one secret path only, because a cookie goes to every port of a machine; requests must name this host
and come from its own page; and there is one terminal at a time.

The page is textual-serve's terminal, its script and style and font, under a page of ours that loads nothing from
elsewhere. Its server is not used. It lets everybody in who connects, lists its folders, logs with the values of
variables, runs its command through a shell and waits for ever for a program that does not end. Its driver is not used
either: it cannot leave the screen to show a long address, ends without keeping a draft, and what the wizard says after
its last screen breaks its protocol. In a pseudo-terminal the wizard is the same program as everywhere.
"""
