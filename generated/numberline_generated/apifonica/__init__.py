"""Apifonica, generated from specs/apifonica.yaml. Do not edit."""
