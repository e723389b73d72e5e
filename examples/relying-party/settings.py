"""The settings, read from the environment once; whatever is missing is reported in one message."""

import os
from types import SimpleNamespace


def read_settings(env=os.environ):
    """Read the variables that README.md lists."""
    if missing := [name for name in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET") if not env.get(name)]:
        raise SystemExit(f"Please set {', '.join(missing)} (see README.md).")
    port, api_url = int(env.get("PORT", "8001")), env.get("API_URL", "").rstrip("/")
    scope = "openid profile email offline_access" + (" orders:read orders:write" if api_url else "")
    return SimpleNamespace(
        issuer=env["ISSUER"],
        client_id=env["CLIENT_ID"],
        client_secret=env["CLIENT_SECRET"],
        app_name=env.get("APP_NAME", "Demo app"),
        base_url=env.get("BASE_URL", f"http://localhost:{port}").rstrip("/"),
        host=env.get("HOST", "127.0.0.1"),
        port=port,
        scope=env.get("SCOPE", scope),
        api_url=api_url,
        api_resource=env.get("API_RESOURCE", api_url) if api_url else "",
    )
