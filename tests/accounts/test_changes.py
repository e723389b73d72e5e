"""A change, told without secrets and without what a person may want erased."""

from accounts.changes import described


def test_secrets_are_named_and_never_told() -> None:
    fields = {"password": (None, "x"), "secrets.first": (None, "y"), "enabled": (False, True)}
    assert described("client", "k", "Shop", fields)["fields"] == {
        "password": None,
        "secrets.first": None,
        "enabled": [False, True],
    }


def test_of_a_person_only_rights_are_told_with_their_values() -> None:
    fields = {"email": ("a@x.test", "b@x.test"), "groups": ([], ["staff"])}
    told = described("user", "k", "anna", fields)["fields"]
    assert told == {"email": None, "groups": [[], ["staff"]]}


def test_long_values_are_cut() -> None:
    told = described("role", "k", "l" * 999, {"description": ("a" * 999, list(range(999)))})
    assert len(told["label"]) == 300
    assert len(told["fields"]["description"][0]) == 300
    assert len(told["fields"]["description"][1]) == 50
