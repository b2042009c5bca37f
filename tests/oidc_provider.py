"""A login provider of the tests: it asks nobody anything and signs with a key of its own."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Route

CLIENT = "hingewise"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Provider:
    """OpenID Connect as far as a login needs it; ``email`` is whoever logs in next."""

    def __init__(self):
        self.port, self.email, self.nonces = free_port(), "", {}
        self.url = f"http://127.0.0.1:{self.port}"
        self.key = RSAKey.generate_key(2048, {"kid": "of-the-test"})
        self.app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.configuration),
                Route("/authorize", self.authorize),
                Route("/token", self.token, methods=["POST"]),
                Route("/jwks", self.jwks),
            ]
        )

    def configuration(self, request):
        return JSONResponse(
            {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "scopes_supported": ["openid", "email", "profile"],
            }
        )

    def authorize(self, request):
        asked = request.query_params
        self.nonces["code"] = asked.get("nonce")
        return RedirectResponse(
            asked["redirect_uri"] + "?" + urlencode({"code": "code", "state": asked["state"]})
        )

    def token(self, request):
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": self.email,
            "email": self.email,
            "email_verified": True,
            "iat": now,
            "exp": now + 600,
            "nonce": self.nonces["code"],
        }
        header = {"alg": "RS256", "kid": "of-the-test"}
        signed = jwt.encode(header, claims, self.key)
        return JSONResponse(
            {"access_token": "of-the-test", "token_type": "Bearer", "expires_in": 600, "id_token": signed}
        )

    def jwks(self, request):
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})


@contextmanager
def provider():
    """Run the provider while the block runs."""
    one = Provider()
    server = uvicorn.Server(uvicorn.Config(one.app, host="127.0.0.1", port=one.port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    try:
        yield one
    finally:
        server.should_exit = True
        thread.join(timeout=10)
