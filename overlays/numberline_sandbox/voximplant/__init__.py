"""Voximplant, embedded."""
