"""The canary sweep: does a secret turn up anywhere but where it belongs?

A *story* is a few command lines over a practice world, piped or at a real terminal of 80 by 24. Every secret in it is a
canary: made for this one run, or written down when it comes into being (tokens, codes, proof keys, keys). Once the run
is over, everything that it left is searched for every canary in every form (``forms``): what it printed, every byte
to the terminal and every screen of it, every file below its home, its temporary and its working folder, every system
call that carries data or names out of the process (strace), the arguments and environments of its children, its log
with every logger at DEBUG, pictures of the screen, the ``repr`` of every object of ours, and core files. Stories
are run plain, and disturbed: by a signal, a full disk, a fault of our own, a talkative environment.

``python -m tests.sweep RUNS [SEED]`` runs that many, each story, disturbance and moment chosen by the seed, and prints
a table; ``test_sweep.py`` runs each story once. ``leaks`` holds deliberate leaks, one for each kind of place, and
``test_sweep_finds.py`` holds that the same sweep finds each of them.

To add

- a command or an option: one line in ``stories``: ``story("report", "report alice", needs=("kept",))``. Words in
  braces stand for what a run has: ``{password}`` and the like hand the canary of that kind over on a descriptor,
  ``{given}`` is a folder of the person's own that is not searched, ``{practice}`` asks the story's world.
- a face, or an interactive command: the same in ``stories_at_terminal``, with ``at="terminal"`` and ``does=``
  what a person does there, a line each: ``story("plain-face", "wizard --plain", at="terminal", does=PLAIN)``.
- a server or a sign-in (EWS, Graph …): the same with ``world=`` the scenario; canaries of its own are planted in
  ``planting`` by the name of the constant that its world is built with.
- what one story may show by its purpose: ``may=`` the places and kinds, as ``token`` prints an access token.
- another form of a secret: ``forms.py``; another kind of place: ``places.py``, with a leak in ``leaks.py``.
"""
