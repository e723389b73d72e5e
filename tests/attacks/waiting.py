"""Cases of `cases.txt` that no test can cover yet, and the feature each waits for."""

WAITING = {
    71: "detection of a code_challenge that a client sends again and again",
    197: "back-channel logout",
}
