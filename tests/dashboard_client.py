"""A client of the dashboard without a browser: it says over the WebSocket what a page would, and more."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

WAITS_S = 60.0


@dataclass
class Shown:
    """What one run of a page sent: its elements, where it sends the browser, and the session's id."""

    elements: list = field(default_factory=list)
    redirect: str | None = None

    def of(self, kind):
        """Return the elements of one kind, such as 'button'."""
        return [getattr(one, kind) for one in self.elements if one.WhichOneof("type") == kind]

    def text(self):
        """Return all that stands on the page, in no order to rely on."""
        return "\n".join(map(str, self.elements))


class Client:
    """One browser: its cookies, and one WebSocket at a time."""

    def __init__(self, url, origin=None, send_token=True):
        self.url, self.http = url, httpx.Client(base_url=url, timeout=30.0)
        self.origin = origin or url
        self.send_token = send_token
        self.widgets, self.session_id, self.socket = {}, None, None

    def open(self, existing_session=""):
        """Connect, with the cookies that the client has by now."""
        self.http.get("/_stcore/health")
        self.http.get("/_stcore/host-config")
        token = self.http.cookies.get("_streamlit_xsrf", "") if self.send_token else ""
        cookies = "; ".join(f"{one.name}={one.value}" for one in self.http.cookies.jar)
        protocols = ["streamlit", token or "none", *([existing_session] if existing_session else [])]
        self.socket = connect(
            f"ws://{urlsplit(self.url).netloc}/_stcore/stream",
            origin=self.origin,
            subprotocols=protocols,
            additional_headers={"Cookie": cookies} if cookies else {},
            max_size=None,
        )
        return self

    def close(self):
        if self.socket is not None:
            self.socket.close()
        self.http.close()

    def run(self, page="", query="", clicked=None):
        """Run a page, a button clicked where one is named by its id."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_name = query, page
        for name, value in self.widgets.items():
            state.widget_states.widgets.add(id=name, bool_value=value)
        if clicked:
            state.widget_states.widgets.add(id=clicked, trigger_value=True)
        self.socket.send(message.SerializeToString())
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

    def login(self):
        """Log in at the provider that the server names, as a browser does, and connect anew."""
        (button,) = [one for one in self.run().of("button") if one.label == "Log in"]
        redirect = self.run(clicked=button.id).redirect
        self.socket.close()
        answer = self.http.get(redirect, follow_redirects=True)
        assert answer.status_code == 200, answer.text
        return self.open()
