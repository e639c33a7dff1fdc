"""Another city's system: a real little HTTP server on this machine, which fails, hangs or answers as it is told."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class Remote:
    """`got` holds (headers, body) of every POST, `asked` the query of every GET. `answers`: what the next POSTs get.

    An answer is a status; "hang" keeps the line open; "break" hangs up in the middle; ("to", url) redirects; "garbage"
    is no HTTP. Without one left it is 200. `pages`: cursor → body of a GET (a dict, or bytes as they are).
    """

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], dict[str, Any]]] = []
        self.asked: list[dict[str, str]] = []
        self.answers: list[Any] = []
        self.pages: dict[str, Any] = {}
        self.status = 200
        self.free = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    @property
    def events(self) -> list[str]:
        return [body["event"] for _headers, body in self.got]

    @property
    def keys(self) -> list[str]:
        return [headers["Idempotency-Key"] for headers, _body in self.got]

    def close(self) -> None:
        self.free.set()
        self.server.shutdown()
        self.server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        remote = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args: Any) -> None:
                pass

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                remote.got.append((dict(self.headers) | {"raw": raw}, json.loads(raw)))
                self.reply(remote.answers.pop(0) if remote.answers else 200, b"{}")

            def do_GET(self) -> None:
                asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
                remote.asked.append(asked | {"signature": self.headers["X-Jiamenkou-Signature"], "path": self.path})
                page = remote.pages.get(asked.get("cursor", ""), {"tickets": [], "cursor": asked.get("cursor", "")})
                self.reply(remote.status, page if isinstance(page, bytes) else json.dumps(page).encode())

            def reply(self, how: Any, body: bytes) -> None:
                if how == "hang":
                    remote.free.wait(5)
                    how = 200
                if how == "drip":
                    self.send_response(200)
                    self.end_headers()
                    while not remote.free.wait(0.02):
                        try:
                            self.wfile.write(b" ")
                        except OSError:
                            return
                    return
                if how == "break":
                    self.wfile.write(b"HTTP/1.1 2")
                    return
                if how == "garbage":
                    self.wfile.write(b"\x00\xff this is no answer\r\n\r\n")
                    return
                status, to = how if isinstance(how, tuple) else (how, "")
                self.send_response(status)
                if to:
                    self.send_header("Location", to)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        return Handler


def a_free_port() -> int:
    """One that nobody listens on."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    port = server.server_address[1]
    server.server_close()
    time.sleep(0)
    return int(port)
