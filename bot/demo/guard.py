"""Who may ask the demo's page: this computer's browsers, and only from the page itself."""

from __future__ import annotations

from typing import Final

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as AsgiMessage

_HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
        " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-cache",
}


class Guard:
    """Refuses requests of other pages (by Origin) and other host names (DNS rebinding), and
    every WebSocket."""

    def __init__(self, application: ASGIApp, port: int) -> None:
        self._application = application
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        if port == 80:
            self._hosts |= {"127.0.0.1", "localhost"}
        self._origins = {f"http://{host}" for host in self._hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or close one WebSocket."""
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            return
        if not self._admits(scope):
            refusal = JSONResponse({"mengapa": "Permintaan ini bukan dari kantor contoh."}, 403)
            await refusal(scope, receive, self._with_headers(send))
            return
        await self._application(scope, receive, self._with_headers(send))

    def _admits(self, scope: Scope) -> bool:
        headers = {n.decode("latin-1"): value.decode("latin-1") for n, value in scope["headers"]}
        if headers.get("host") not in self._hosts:
            return False
        origin = headers.get("origin")
        if scope["method"] not in {"GET", "HEAD"}:
            return origin in self._origins
        # A browser names no origin when it merely fetches, but says whether another page asks;
        # only the page itself may be opened by a link from elsewhere.
        elsewhere = headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}
        if elsewhere and not (scope["path"] == "/" and headers.get("sec-fetch-mode") == "navigate"):
            return False
        return origin is None or origin in self._origins

    @staticmethod
    def _with_headers(send: Send) -> Send:
        async def sending(message: AsgiMessage) -> None:
            if message["type"] == "http.response.start":
                given = {name for name, _ in message["headers"]}
                ours = ((n.encode(), value.encode()) for n, value in _HEADERS.items())
                more = [(name, value) for name, value in ours if name not in given]
                message = {**message, "headers": [*message["headers"], *more]}
            await send(message)

        return sending
