"""Run a command line in a process of its own, whose network is a practice world with a browser beside it.

``python -m tests.journeys.browser_apart SOCKET SCENARIO WORDS…``; each connection to the socket says
``paste ADDRESS`` or ``visit ADDRESS``, and reads where the browser ended up; ``silence`` keeps every web server from
answering from then on. In the end ``SOCKET.secrets`` holds what was given out.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
from pathlib import Path

from tests.journeys.shared_world import Shared, opened, stand_for_the_network

import mailwizard.net.real
from mailwizard.cli import main


def serve(shared: Shared, listener: socket.socket) -> None:
    """Answer one connection after the other."""
    while True:
        connection, _ = listener.accept()
        with connection, connection.makefile("rw", encoding="utf-8") as stream:
            verb, _, rest = stream.readline().strip().partition(" ")
            if verb == "silence":
                shared.world.net.swallow("", 443, shared.do(_silent(shared)))
                stream.write("done\n")
                continue
            stream.write(shared.do(shared.world.browse(rest, visit=verb == "visit")) + "\n")


async def _silent(shared: Shared) -> int:
    """Return a port that takes connections and says nothing."""
    return shared.world.ports.silent()


def ask(path: str, order: str) -> str:
    """Let the browser beside a command line do something, and return what comes of it."""
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(path)
        with line.makefile("rw", encoding="utf-8") as stream:
            stream.write(f"{order}\n")
            stream.flush()
            return stream.readline().strip()


def run(path: str, scenario: str, words: list[str]) -> int:
    """Run the command line with the world around it."""
    with opened(scenario) as shared, socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        threading.Thread(target=serve, args=(shared, listener), daemon=True).start()
        stand_for_the_network(shared)
        vars(mailwizard.net.real)["RealNet"] = lambda *_, **__: shared.world.net
        code = main(words)
        Path(f"{path}.secrets").write_text(json.dumps(sorted(shared.secrets)), encoding="utf-8")
        return code


if __name__ == "__main__":
    sys.exit(run(sys.argv[1], sys.argv[2], sys.argv[3:]))
