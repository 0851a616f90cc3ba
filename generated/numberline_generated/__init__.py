"""Generated from specs/ by scripts/regenerate. Do not edit.

PYTEST_DONT_REWRITE, as in numberline itself.
"""
