"""Infobip, generated from specs/infobip.yaml. Do not edit."""
