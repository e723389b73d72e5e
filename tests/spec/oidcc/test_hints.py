"""Parameters that wish and never break a flow."""

from tests.spec.oidcc.plan import Plan
from tests.support.page import Page


def _same_pages(plan: Plan, display: str) -> None:
    """The display is one for all: the pages fit any window. Nothing of the request is lost by it."""
    plain = Plan(plan.signet, plan.mode)
    plain.run("openid email")
    flow = plan.run("openid email", display=display)
    assert plan.pages() == plain.pages() == ["login", "consent"]
    assert flow.userinfo()["email"] == plan.person.email
    asked, stop = plan.start(display=display, prompt="login")
    assert isinstance(stop, Page)
    assert stop.document.xpath("//meta[@name='viewport']"), "a narrow window is asked for"
    assert plan.finish(asked, stop).sub == flow.sub


def test_oidcc_display_page(plan: Plan) -> None:
    assert "page" in plan.rp.op.metadata["display_values_supported"]
    _same_pages(plan, "page")


def test_oidcc_display_popup(plan: Plan) -> None:
    assert "popup" in plan.rp.op.metadata["display_values_supported"]
    _same_pages(plan, "popup")


def test_oidcc_login_hint(plan: Plan) -> None:
    for hint in ("buffy", plan.person.email, "\u2603 snow", "a" * 2_000):
        fresh = Plan(plan.signet, plan.mode)
        fresh.run(login_hint=hint)
    asked, stop = plan.start(login_hint=plan.person.email)
    assert isinstance(stop, Page)
    (field,) = stop.document.xpath("//input[@name='username']")
    assert field.value == plan.person.email
    plan.finish(asked, stop)


def test_oidcc_ui_locales(plan: Plan) -> None:
    plan.run(ui_locales="se")
    german = Plan(plan.signet, plan.mode)
    asked, stop = german.start(ui_locales="se de")
    assert isinstance(stop, Page)
    assert stop.document.get("lang") == "de"
    german.finish(asked, stop)


def test_oidcc_claims_locales(plan: Plan) -> None:
    """Claims have no languages here: a wish for one changes no value, and breaks nothing."""
    plain = plan.run("openid profile address")
    for wish in ("se", "de ja-Kana-JP", "x" * 300):
        flow = plan.run("openid profile address", claims_locales=wish)
        assert flow.userinfo() == plain.userinfo()
        assert "name" in flow.userinfo()
        assert not [name for name in flow.userinfo() if "#" in name]


def test_oidcc_ensure_request_with_acr_values_succeeds(plan: Plan) -> None:
    supported = plan.rp.op.metadata["acr_values_supported"]
    flow = plan.run(acr_values=" ".join(supported))
    assert flow.claims["acr"] in supported
    flow = plan.run(acr_values="1 2")
    assert flow.claims["acr"] in supported, "acr tells what happened, not what was wished"
