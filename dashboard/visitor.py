"""EDGE: a reader without a browser: it says over the WebSocket what a page would, and keeps what comes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Self
from urllib.parse import urlsplit

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

WAITS_S: Final = 60.0
HTTP_WAITS_S: Final = 30.0


@dataclass
class Shown:
    """What one run of a page sent: its elements, where it sends the browser, and the session's id."""

    elements: list[Any] = field(default_factory=list)
    redirect: str | None = None

    def of(self, kind: str) -> list[Any]:
        """Return the elements of one kind, such as 'button'."""
        return [getattr(one, kind) for one in self.elements if one.WhichOneof("type") == kind]

    def text(self) -> str:
        """Return all that stands on the page, in no order to rely on."""
        return "\n".join(map(str, self.elements))


class Visitor:
    """One browser: its cookies, and one WebSocket at a time."""

    def __init__(self, url: str, origin: str | None = None, send_token: bool = True) -> None:
        self.url, self.http = url, httpx.Client(base_url=url, timeout=HTTP_WAITS_S)
        self.origin = origin or url
        self.send_token = send_token
        self.widgets: dict[str, bool] = {}
        self.session_id: str | None = None
        self.socket: ClientConnection | None = None

    def open(self, existing_session: str = "") -> Self:
        """Connect, with the cookies that the reader has by now."""
        self.http.get("/_stcore/health")
        self.http.get("/_stcore/host-config")
        token = self.http.cookies.get("_streamlit_xsrf", "") if self.send_token else ""
        cookies = "; ".join(f"{one.name}={one.value}" for one in self.http.cookies.jar)
        protocols = ["streamlit", token or "none", *([existing_session] if existing_session else [])]
        self.socket = connect(
            f"ws://{urlsplit(self.url).netloc}/_stcore/stream",
            origin=Origin(self.origin),
            subprotocols=[Subprotocol(one) for one in protocols],
            additional_headers={"Cookie": cookies} if cookies else {},
            max_size=None,
        )
        return self

    def close(self) -> None:
        """Leave: the server forgets the session after a while."""
        if self.socket is not None:
            self.socket.close()
        self.http.close()

    def run(self, page: str = "", query: str = "", clicked: str | None = None) -> Shown:
        """Run a page to its end, a button clicked where one is named by its id.

        Raises
        ------
        TimeoutError
            If the server says nothing for `WAITS_S`.
        """
        if self.socket is None:
            self.open()
        assert self.socket is not None
        self.socket.send(self._asked(page, query, clicked))
        shown = Shown()
        while True:
            told = ForwardMsg.FromString(self.socket.recv(timeout=WAITS_S))
            match told.WhichOneof("type"):
                case "delta" if told.delta.WhichOneof("type") == "new_element":
                    shown.elements.append(told.delta.new_element)
                case "auth_redirect":
                    shown.redirect = told.auth_redirect.url
                case "new_session":
                    self.session_id = told.new_session.initialize.session_id or self.session_id
                case "script_finished":
                    return shown

    def _asked(self, page: str, query: str, clicked: str | None) -> bytes:
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_name = query, page
        for name, value in self.widgets.items():
            state.widget_states.widgets.add(id=name, bool_value=value)
        if clicked:
            state.widget_states.widgets.add(id=clicked, trigger_value=True)
        return bytes(message.SerializeToString())
