"""Voximplant, generated from specs/voximplant.yaml. Do not edit."""
