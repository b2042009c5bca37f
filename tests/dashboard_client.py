"""A reader of the dashboard without a browser that can log in."""

from __future__ import annotations

from dashboard.visitor import Visitor


class Client(Visitor):
    """One browser: its cookies, and one WebSocket at a time."""

    def login(self):
        """Log in at the provider that the server names, as a browser does, and connect anew."""
        (button,) = [one for one in self.run().of("button") if one.label == "Log in"]
        redirect = self.run(clicked=button.id).redirect
        self.socket.close()
        answer = self.http.get(redirect, follow_redirects=True)
        assert answer.status_code == 200, answer.text
        return self.open()
