"""What a person is told when something fails: plain words, and what to do next."""

# Codes of Signet and of ourselves: a heading, and a sentence.
_REFUSALS = {
    "access_denied": ("You did not allow it", "Nothing was shared with this app."),
    "invalid_grant": ("That sign-in is over", "It took too long, or was used before."),
    "unknown_state": ("That sign-in is over", "It was not started in this browser, or is done."),
    "unreachable": ("Signet does not answer", "Nothing was changed. Try again in a minute."),
    "server_error": ("Signet has trouble right now", "Try again in a minute."),
    "temporarily_unavailable": ("Signet has trouble right now", "Try again in a minute."),
    "login_required": ("You are not signed in at Signet", "Sign in there to go on."),
}
_OTHERWISE = ("That did not work", "Nothing was changed. You can try again.")
_ENDED = (
    "You are signed out here",
    "Signet ended this app’s access: you signed out, changed your password, or took it back. You "
    "may still be signed in at Signet.",
)
# What Signet says once the access of this app is over.
ENDED = frozenset({"invalid_grant", "invalid_token"})


def of_refusal(error, *, ended):
    """Return a heading and a sentence. `ended`: the person was signed in here until now."""
    return _ENDED if ended else _REFUSALS.get(error, _OTHERWISE)


def of_api(status, fault, *, ordering):
    """Return the sentence for an answer of the API that is none of its data.

    `fault`: its JSON, read (RFC 6750 §3.1), or nothing. `ordering`: an order was to be placed.
    """
    if status == 403 and fault.get("error") == "insufficient_scope":
        what = "place orders for you" if ordering else "see your orders"
        return (
            f"This app may not {what}: you did not allow it, or your account does not have that "
            "right."
        )
    if status == 401:
        return "The API did not accept this app’s key. Press once more: the app gets a new one."
    if status == 429:
        return "That was too often. Wait a minute and try again."
    return "The API could not do that now. Try again in a minute."
