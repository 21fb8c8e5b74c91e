"""The wizard: one face of mailwizard, drawn with Textual. It shows a draft and never thinks.

``app`` is the wizard itself; ``screens`` holds one stage or panel a file, ``widgets`` one widget a file. Everything
from outside is drawn through :func:`mailwizard.tui.shown.said`, which knows no markup and lets no control
character through.
"""

from __future__ import annotations

import os

for _name in [name for name in os.environ if name == "TEXTUAL" or name.startswith("TEXTUAL_")]:
    # Textual reads these when it is loaded: a log of every key, a remote console, keys pressed by themselves.
    del os.environ[_name]
