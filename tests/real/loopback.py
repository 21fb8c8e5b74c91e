"""What the real servers need around them: free ports, somebody who knows the tokens, and a log that is whole."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from secrets import randbelow
from urllib.parse import parse_qs

MARK = "mark-"
"""How a service is called that signs nobody in."""


@contextmanager
def introspection(token: str, user: str) -> Iterator[str]:
    """Answer whose a token is (RFC 7662), and return under which URL."""

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            known = form.get("token") == [token]
            answer = json.dumps({"active": True, "username": user} if known else {"active": False}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Endpoint) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def free_ports(count: int) -> list[int]:
    """Return ports on which nothing listens."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def greets(port: int) -> bool:
    """Return whether a server says something when somebody comes."""
    try:
        with socket.create_connection(("127.0.0.1", port), 5) as line:
            return bool(line.recv(1))
    except OSError:
        return False


def all_is_written(log: Path, auth: Path, patience: float) -> None:
    """Wait until all that Dovecot's auth process has told is in its log, which another process writes.

    The process ``auth`` tells, in order, also that a service of a name asked for an unknown mechanism.
    """
    mark, deadline = f"{MARK}{randbelow(10**9)}", time.monotonic() + patience
    with closing(socket.socket(socket.AF_UNIX)) as line:
        line.connect(str(auth))
        line.sendall(f"VERSION\t1\t2\nCPID\t{os.getpid()}\nAUTH\t1\tNONE\tservice={mark}\n".encode())
        while f"service={mark}" not in log.read_text(encoding="utf-8", errors="replace"):
            assert time.monotonic() < deadline, "the auth process does not say what it was asked"
            time.sleep(0.005)
