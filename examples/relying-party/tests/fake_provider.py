"""An identity provider in this process: real keys and HTTP. Tests bend its answers."""

import base64
import hashlib
import secrets
import threading
import time
from types import SimpleNamespace
from urllib.parse import unquote_plus, urlencode

from cryptojwt.jwk.rsa import new_rsa_key
from cryptojwt.jws.jws import JWS
from flask import Flask, jsonify, redirect, request
from werkzeug.serving import make_server

CLIENT = ("demo-app", "a-secret-of-more-than-16")
API, API_NAME = "http://localhost:8002", "urn:signet:demo:orders"
EVENT = "http://schemas.openid.net/event/backchannel-logout"
KEY, STRANGER = new_rsa_key(kid="k1"), new_rsa_key(kid="k1")


class FakeProvider:
    """`seen` keeps what it was asked; `bend` replaces members of an answer, by its name."""

    def __init__(self):
        self.codes, self.seen, self.bend, self.sign_with, self.alg = {}, [], {}, KEY, "RS256"
        app = Flask("fake")
        for path, view in {
            "/.well-known/openid-configuration": self.discovery,
            "/jwks": self.jwks,
            "/authorize": self.authorize,
            "/token": self.token,
            "/userinfo": self.userinfo,
        }.items():
            app.add_url_rule(path, path, view, methods=["GET", "POST"])
        self.server = make_server("127.0.0.1", 0, app, threaded=True)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self):
        self.server.shutdown()

    def discovery(self):
        names = {
            "authorization": "authorize",
            "token": "token",
            "userinfo": "userinfo",
            "end_session": "logout",
        }
        return jsonify(
            issuer=self.issuer,
            jwks_uri=f"{self.issuer}/jwks",
            response_types_supported=["code"],
            subject_types_supported=["public"],
            id_token_signing_alg_values_supported=["RS256", "ES256"],
            authorization_response_iss_parameter_supported=True,
            **{f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in names.items()},
        )

    def jwks(self):
        return jsonify(keys=[KEY.serialize() | {"use": "sig", "alg": "RS256"}])

    def authorize(self):
        sent = request.args.to_dict()
        self.seen.append(("authorize", sent))
        code = secrets.token_urlsafe()
        self.codes[code] = sent
        answer = {"code": code, "state": sent["state"], "iss": self.issuer} | self.bend.get(
            "authorize", {}
        )
        return redirect(
            f"{sent['redirect_uri']}?{urlencode({k: v for k, v in answer.items() if v})}", 303
        )

    def token(self):
        sent = request.form.to_dict()
        self.seen.append(("token", sent))
        who = request.authorization or SimpleNamespace(username="", password="")
        # RFC 6749 §2.3.1 form-encodes both parts; many libraries, idpyoidc among them, do not.
        if (
            tuple(map(unquote_plus, (who.username, who.password))) != CLIENT
            or "client_secret" in sent
        ):
            return jsonify(error="invalid_client"), 401
        if "token" in self.bend:
            return jsonify(self.bend["token"]), 400
        claims = {"iss": self.issuer, "aud": "demo-app", "sub": "alice-1", "iat": int(time.time())}
        claims["exp"] = claims["iat"] + 300
        if sent["grant_type"] == "authorization_code":
            asked = self.codes.pop(sent["code"])
            digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
            assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"]
            assert sent["redirect_uri"] == asked["redirect_uri"]
            claims["nonce"] = self.nonce = asked["nonce"]
            claims["sid"] = "session-1"
        claims = {
            k: v for k, v in (claims | self.bend.get("id_token", {})).items() if v is not None
        }
        jws = JWS(claims, alg=self.alg)
        answer = {
            "access_token": f"for {sent.get('resource', self.issuer)}",
            "token_type": "Bearer",
            "expires_in": 300,
        }
        answer |= {"scope": "openid email", "refresh_token": "r1"}
        answer["id_token"] = jws.sign_compact([] if self.alg == "none" else [self.sign_with])
        if claims.get("sub") == "no-id-token":
            del answer["id_token"]
        return jsonify(answer)

    def logout_token(self, *, typ="logout+jwt", key=KEY, alg="RS256", **over):
        """What a provider sends when a session ends; a claim of None is left out."""
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": "demo-app", "iat": now, "exp": now + 120}
        claims |= {"jti": "j1", "sub": "alice-1", "sid": "session-1", "events": {EVENT: {}}} | over
        jws = JWS({k: v for k, v in claims.items() if v is not None}, alg=alg, typ=typ)
        return jws.sign_compact([] if alg == "none" else [key])

    def userinfo(self):
        self.seen.append(("userinfo", request.headers["Authorization"]))
        who = {
            "sub": "alice-1",
            "name": "Alice <b>Liddell</b>",
            "email": "alice@example.com",
            "roles": ["orders-editor"],
        }
        return jsonify(who | self.bend.get("userinfo", {}))
