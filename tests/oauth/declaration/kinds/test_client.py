"""Clients in a file: what a profile brings along, and secrets."""

import pytest

from oauth.declaration.export import lines
from oauth.declaration.kinds.client_entry import COLUMNS, ClientEntry
from oauth.models import Client, ClientSecret
from tests.oauth.declaration.conftest import Apply, apply

__all__ = ["apply"]

CLIENT = """
clients:
  - client_id: shop
    client_name: Shop
    redirect_uris: [https://rp.test/cb]
"""


def test_defaults_of_a_file_are_those_of_the_model() -> None:
    """Export leaves out what equals a file's default: both must mean the same."""
    client, by_profile = Client(), {"grant_types", "response_types"}
    for name in COLUMNS:
        field = ClientEntry.model_fields[name]
        if not field.is_required() and name not in by_profile:
            assert getattr(client, name) == field.default, name


@pytest.mark.parametrize(
    ("profile", "method", "grants"),
    [
        ("web", "client_secret_basic", ["authorization_code", "refresh_token"]),
        ("spa", "none", ["authorization_code", "refresh_token"]),
        ("native", "none", ["authorization_code", "refresh_token"]),
        ("oidc", "client_secret_basic", ["authorization_code", "refresh_token"]),
    ],
)
def test_a_profile_brings_its_usual_members(
    apply: Apply, profile: str, method: str, grants: list[str]
) -> None:
    apply(CLIENT + f"    profile: {profile}\n")
    client = Client.objects.get()
    assert (client.token_endpoint_auth_method, client.grant_types) == (method, grants)


def test_a_machine_is_declared_in_three_lines(apply: Apply) -> None:
    apply("clients: [{client_id: job, client_name: Job, profile: machine}]\n")
    client = Client.objects.get()
    assert (client.grant_types, client.response_types) == (["client_credentials"], [])


def test_a_generated_secret_is_printed_once(
    apply: Apply, django_capture_on_commit_callbacks: object
) -> None:
    text = CLIENT + "    secrets: [{label: first, generate: true}]\n"
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert "sgs_" not in apply(text)
    secret = ClientSecret.objects.get()
    assert secret.label == "first"
    assert apply(text) == "nothing to change\n"


def test_another_value_replaces_the_secret_of_its_label(
    apply: Apply, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = CLIENT + '    secrets: [{label: first, value: "${S}"}]\n'
    monkeypatch.setenv("S", "a" * 40)
    apply(text)
    monkeypatch.setenv("S", "b" * 40)
    assert "secrets.first: replaced (hidden)" in apply(text)
    living = ClientSecret.objects.living().get()
    assert living.digest == ClientSecret.hash("b" * 40)
    assert ClientSecret.objects.count() == 2


def test_two_labels_live_side_by_side(apply: Apply, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A", "a" * 40)
    monkeypatch.setenv("B", "b" * 40)
    apply(CLIENT + '    secrets: [{label: a, value: "${A}"}, {label: b, value: "${B}"}]\n')
    assert ClientSecret.objects.living().count() == 2


@pytest.mark.parametrize(
    "secrets",
    [
        '[{label: a, value: "${SHORT}"}]',
        "[{label: a}]",
        '[{label: a, value: "${GOOD}", generate: true}]',
        '[{label: a, value: "x-${GOOD}"}]',
        '[{label: a, value: "${MISSING:-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}"}]',
        "[{label: a, generate: true}, {label: a, generate: true}]",
        '[{label: a, generate: true, expires_at: "2030-01-01T00:00:00"}]',
    ],
)
def test_a_weak_written_or_doubled_secret_is_a_fault(
    apply: Apply, monkeypatch: pytest.MonkeyPatch, secrets: str
) -> None:
    monkeypatch.setenv("SHORT", "short")
    monkeypatch.setenv("GOOD", "g" * 40)
    assert "signet.yaml:6: clients[0].secrets" in apply(CLIENT + f"    secrets: {secrets}\n")
    assert not Client.objects.exists()


def test_a_change_is_judged_together_with_what_stays(apply: Apply) -> None:
    apply(CLIENT)
    said = apply("clients: [{client_id: shop, client_name: Shop, profile: spa}]\n")
    assert "clients[0].token_endpoint_auth_method" in said
    assert Client.objects.get().profile == "web"


def test_where_sign_outs_are_told_goes_in_and_comes_out(apply: Apply) -> None:
    told = "    backchannel_logout_uri: https://rp.test/told\n"
    apply(CLIENT + told + "    backchannel_logout_session_required: true\n")
    made = Client.objects.get()
    assert made.backchannel_logout_uri == "https://rp.test/told"
    assert made.backchannel_logout_session_required
    assert told.strip() in "".join(lines(["clients"], print))
