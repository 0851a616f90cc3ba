"""Everything that is checked before a release."""
