"""What a client knows people by."""

from tests.oauth.client_rules.metadata import fields


def test_pairwise_subjects_on_several_hosts_need_a_sector() -> None:
    uris = ["https://a.test/cb", "https://b.test/cb"]
    assert fields(subject_type="pairwise", redirect_uris=uris) == {"sector_identifier_uri"}
    assert fields(subject_type="pairwise") == set()
    assert fields(subject_type="random") == {"subject_type"}
