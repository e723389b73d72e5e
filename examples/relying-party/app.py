"""A small web app that signs people in with Signet and calls an API for them: its pages."""

import hashlib
import hmac
import json
import os
import time
from contextlib import contextmanager
from datetime import UTC, datetime

import requests
import words
from flask import Flask, abort, g, make_response, redirect, render_template, request
from provider import Provider, ProviderError
from sessions import Sessions, new_session
from settings import read_settings
from waitress import serve

# No form-action: a browser applies it to every hop after a POST, and signing out hops far.
CSP = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
TABS = 8  # that may be signing in at once


def pretty(value):
    """Lay out JSON for reading (a template filter; the template escapes it)."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)


def clock(seconds):
    """Tell a time of day (a template filter)."""
    return f"{datetime.fromtimestamp(seconds, UTC):%H:%M:%S} UTC"


def told(answer, *, ordering):
    """Return what to show of the API's answer: its data, or what went wrong."""
    if answer.status_code < 400:
        return f"{answer.status_code} {answer.text[:4000]}", None
    try:
        fault = json.loads(answer.text)
    except ValueError:
        fault = {}
    fault = fault if isinstance(fault, dict) else {}
    return "", {
        "text": words.of_api(answer.status_code, fault, ordering=ordering),
        "ask_again": fault.get("error") == "insufficient_scope",
        "code": f"{answer.status_code} {fault.get('error', '')}",
        "description": str(fault.get("error_description", ""))[:500],
    }


def create_app(settings=None):
    """Build the WSGI app. Sessions are in memory, so run one process (threads are fine)."""
    # A CA file of one's own is usually named by SSL_CERT_FILE; the HTTP library reads only this.
    os.environ.setdefault("REQUESTS_CA_BUNDLE", os.environ.get("SSL_CERT_FILE", ""))
    settings = settings or read_settings()
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 16 * 1024
    app.add_template_filter(pretty)
    app.add_template_filter(clock)
    provider = Provider(settings)
    sessions = Sessions(provider.forget)
    https = settings.base_url.startswith("https:")
    # Cookies ignore ports: two apps on localhost need two names. __Host- keeps sibling domains out.
    app_id = hashlib.sha256(settings.client_id.encode()).hexdigest()[:8]
    cookie = f"{'__Host-' if https else ''}app-{app_id}"
    cookie_flags = {"httponly": True, "secure": https, "samesite": "Lax", "path": "/"}

    def go(url, key):
        response = redirect(url, 303)
        response.set_cookie(cookie, key, **cookie_flags)
        return response

    def page(name, **values):
        return render_template(name, settings=settings, **values)

    def signed_in():
        """Return the login of a POST that carries our anti-forgery token; else 403."""
        session, sent = g.session or new_session(), request.form.get("csrf", "")
        if not (session.login and hmac.compare_digest(sent.encode(), session.csrf.encode())):
            abort(403)
        return session.login

    @contextmanager
    def in_their_name():
        """End the login here as soon as Signet says that it is over there."""
        try:
            yield
        except ProviderError as fault:
            if fault.error in words.ENDED:
                provider.forget(g.session.login.state)
                g.session.login, g.ended = None, True
            raise

    @app.before_request
    def find_session():
        g.key = request.cookies.get(cookie, "")
        g.session, g.ended = sessions.get(g.key), False

    @app.after_request
    def add_headers(response):
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    @app.errorhandler(ProviderError)
    def refused(fault):
        title, text = words.of_refusal(fault.error, ended=g.ended)
        return page("error.html", title=title, text=text, fault=fault), 400

    @app.get("/healthz")
    def healthz():
        return {"status": "ok"}

    @app.get("/")
    def home():
        if not (g.session and g.session.login):
            return page("home.html")
        return page("person.html", login=g.session.login, csrf=g.session.csrf)

    @app.get("/sign-in")
    def sign_in():
        url, state = provider.begin()
        session = g.session or new_session()
        session.pending.append(state)
        while len(session.pending) > TABS:
            provider.forget(session.pending.pop(0))
        return go(url, g.key if g.session else sessions.add(session))

    @app.get("/callback")
    def callback():
        state = request.args.get("state", "")
        pending = g.session.pending if g.session else []
        if state not in pending and g.session and g.session.login:
            return redirect("/", 303)  # Back or reload after a sign-in: no dead end
        # Only the browser that began a sign-in may end it, and once: else an attacker could sign
        # you in as himself.
        if state not in pending or any(len(values) > 1 for values in request.args.listvalues()):
            raise ProviderError("unknown_state", "This sign-in was not started here, or is over.")
        pending.remove(state)
        try:
            login = provider.finish(request.args.to_dict())
        except ProviderError:
            provider.forget(state)
            raise
        if g.session.login:
            provider.forget(g.session.login.state)
        g.session.login = login
        return go("/", sessions.renew(g.key))

    @app.post("/refresh")
    def refresh():
        login = signed_in()
        with in_their_name():
            login.tokens = provider.refresh(login)
            login.userinfo = provider.userinfo(login)
        return redirect("/", 303)

    @app.post("/call-api")
    def call_api():
        login = signed_in()
        if not (login.api_tokens and login.api_tokens["expires_at"] > time.time() + 10):
            with in_their_name():
                login.api_tokens = provider.refresh(login, resource=settings.api_resource)
        headers = {"Authorization": f"Bearer {login.api_tokens['access_token']}"}
        method, order = "GET", None
        if request.form.get("do") == "order":
            method, order = "POST", {"item": "Sealing wax", "quantity": 1}
        url = f"{settings.api_url}/orders"
        try:
            answer = requests.request(method, url, json=order, headers=headers, timeout=10)
            login.api_answer, login.api_trouble = told(answer, ordering=method == "POST")
            if answer.status_code == 401:
                login.api_tokens = None  # revoked or expired: the next call gets a new one
        except requests.RequestException:
            login.api_answer = ""
            login.api_trouble = {"text": "The API does not answer. Try again in a minute."}
        return redirect("/", 303)

    @app.post("/sign-out")
    def sign_out():
        login = signed_in()
        try:
            response = redirect(provider.sign_out_url(login), 303)
        except ProviderError:
            response = make_response(page("signed_out.html"))
        finally:
            sessions.end(g.key)  # here it ends, whatever happens there
        response.delete_cookie(cookie, **cookie_flags)
        return response

    @app.post("/backchannel-logout")
    def backchannel_logout():
        """Signet itself says that a session is over there; no browser is involved."""
        try:
            sessions.sign_out(provider.whose_session_ended(request.form.get("logout_token", "")))
        except ProviderError as fault:
            # 400 is final; Signet tries again after anything else.
            return {"error": "invalid_request"}, 503 if fault.error == "unreachable" else 400
        return "", 200

    return app


if __name__ == "__main__":
    ours = read_settings()
    print(f"{ours.app_name} on {ours.base_url}, signing in with {ours.issuer}", flush=True)
    serve(create_app(ours), host=ours.host, port=ours.port, threads=8, ident=None)
