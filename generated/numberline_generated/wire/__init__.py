"""The wire as the specs describe it, for the other end. Do not edit."""
