"""How large the accounts of these tests are."""

ACCOUNTS = 20
OWNED = 5000
