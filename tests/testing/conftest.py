"""The plugin's own fixtures, where the other tests have some of the same names."""

from numberline import pytest_plugin
from numberline.pytest_plugin import CLIENTS

globals().update({name: getattr(pytest_plugin, name) for name in CLIENTS})
