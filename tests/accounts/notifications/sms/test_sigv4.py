"""AWS's own test vector."""

from datetime import UTC, datetime

from accounts.notifications.sms.sigv4 import Key, sign_post


def test_the_signature_is_that_of_the_published_suite() -> None:
    """AWS Signature Version 4 test suite, `post-x-www-form-urlencoded`."""
    key = Key("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "us-east-1", "service")
    headers = sign_post(
        key, "example.amazonaws.com", b"Param1=value1", datetime(2015, 8, 30, 12, 36, tzinfo=UTC)
    )
    assert headers["X-Amz-Date"] == "20150830T123600Z"
    assert headers["Authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        "SignedHeaders=content-type;host;x-amz-date, "
        "Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"
    )


def test_a_key_shows_no_secret() -> None:
    assert "hidden" not in repr(Key("id", "hidden", "eu-west-1", "sns"))
