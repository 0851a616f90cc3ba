"""From specs/ to generated/. `regenerate.py` is the entry; every other module does one step of it."""
