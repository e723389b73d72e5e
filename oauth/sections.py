"""Which section of which specification a refused request went against, for its record."""

from collections.abc import Mapping

from oauth.errors import ProtocolError

# An endpoint's rules, where the kind of error alone says less.
_OF_ENDPOINT: Mapping[str, str] = {
    "authorize": "RFC 6749 §4.1.2.1",
    "end_session": "OIDC RP-Initiated Logout §2",
}
_OF_RULE_THERE: Mapping[tuple[str, str], str] = {
    ("authorize", "client_id_missing"): "RFC 6749 §4.1.1",
    ("authorize", "redirect_uri_missing"): "OIDC Core §3.1.2.1",
    ("authorize", "redirect_uri_differs"): "RFC 6749 §3.1.2.4",
    ("authorize", "parameter_repeated"): "RFC 6749 §3.1",
    ("authorize", "pkce_missing"): "RFC 7636 §4.4.1",
    ("token", "redirect_uri_missing"): "RFC 6749 §4.1.3",
    ("token", "redirect_uri_differs"): "RFC 6749 §4.1.3",
    ("token", "parameter_repeated"): "RFC 6749 §3.2",
    ("token", "pkce_missing"): "RFC 7636 §4.5",
    ("introspection", "token_missing"): "RFC 7662 §2.1",
    ("revocation", "token_missing"): "RFC 7009 §2.1",
}
_OF_RULE: Mapping[str, str] = {
    "redirect_uri_none_registered": "RFC 6749 §3.1.2.2",
    "response_type_missing": "RFC 6749 §3.1.1",
    "response_type_unknown": "RFC 6749 §3.1.1",
    "response_mode_not_allowed": "OAuth Multiple Response Types §2.1",
    "state_characters": "RFC 6749 §A.5",
    "prompt_unknown": "OIDC Core §3.1.2.1",
    "prompt_none_with_other": "OIDC Core §3.1.2.1",
    "max_age_malformed": "OIDC Core §3.1.2.1",
    "nonce_malformed": "OIDC Core §3.1.2.1",
    "id_token_hint_refused": "OIDC Core §3.1.2.1",
    "claims_malformed": "OIDC Core §5.5",
    "request_twice": "RFC 9101 §5",
    "pkce_method_alone": "RFC 7636 §4.3",
    "pkce_not_s256": "RFC 7636 §4.4.1",
    "pkce_malformed": "RFC 7636 §4.2",
    "pkce_downgraded": "RFC 9700 §4.8.2",
    "pkce_verifier_missing": "RFC 7636 §4.5",
    "pkce_verifier_malformed": "RFC 7636 §4.1",
    "pkce_mismatch": "RFC 7636 §4.6",
    "code_missing": "RFC 6749 §4.1.3",
    "code_unknown": "RFC 6749 §4.1.3",
    "code_of_another_client": "RFC 6749 §4.1.3",
    "code_expired": "RFC 6749 §4.1.2",
    "code_replayed": "RFC 6749 §4.1.2",
    "refresh_token_missing": "RFC 6749 §6",
    "refresh_token_unknown": "RFC 6749 §6",
    "refresh_token_of_another_client": "RFC 6749 §6",
    "refresh_token_over": "RFC 6749 §6",
    "refresh_token_reused": "RFC 9700 §4.14.2",
    "parameter_in_query": "RFC 6749 §2.3.1",
    "basic_malformed": "RFC 6749 §2.3.1",
    "methods_mixed": "RFC 6749 §2.3",
    "assertion_type": "RFC 7521 §4.2",
    "assertion_malformed": "RFC 7523 §3",
    "assertion_subject": "RFC 7523 §3",
    "assertion_audience": "RFC 7523 §3",
    "assertion_expiry": "RFC 7523 §3",
    "assertion_signature": "RFC 7523 §3",
    "assertion_replayed": "RFC 7523 §3",
}


def section_of(endpoint: str, error: ProtocolError) -> str:
    """Of the rule, else of the kind of error, else of the endpoint."""
    rule = error.reason.partition("@")[0]
    found = _OF_RULE_THERE.get((endpoint, rule)) or _OF_RULE.get(rule)
    if found or error.section != ProtocolError.section:
        return found or error.section
    return _OF_ENDPOINT.get(endpoint, error.section)
