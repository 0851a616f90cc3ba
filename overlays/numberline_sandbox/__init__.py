"""A stateful fake of all three providers, for tests and first steps. Needs `pip install 'numberline[sandbox]'`."""

from importlib.util import find_spec

_missing = [name for name in ("pydantic", "trustme", "uvicorn") if find_spec(name) is None]
if _missing:
    raise ModuleNotFoundError(
        f"the sandbox needs {' and '.join(_missing)}; install it with: pip install 'numberline[sandbox]'",
        name=_missing[0],
    )

# ruff: noqa: E402 -- these need what was looked for
from .behaviour import Behaviour
from .faults import Fault
from .http.messages import Request, Response
from .ledger import Entry
from .sandbox import Sandbox

__all__ = ["Behaviour", "Entry", "Fault", "Request", "Response", "Sandbox"]
