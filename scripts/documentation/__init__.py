"""The sources of the documentation, and what is made of the specs for it."""
