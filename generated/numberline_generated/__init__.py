"""Generated from specs/ by scripts/regenerate. Do not edit."""
