"""What tells an address or a phone number from others: enough to recognise, too little to tell."""


def masked_address(address: str) -> str:
    """“b•••@example.com”; nothing for none."""
    name, _at, domain = address.rpartition("@")
    return f"{name[:1]}•••@{domain}" if address else ""


def masked_number(number: str) -> str:
    """“•••• 78”; nothing for none."""
    return f"•••• {number[-2:]}" if number else ""
