"""The command `numberline`: what an inventory does, without programming.

`sandbox` and `--version` need nothing but numberline; everything else needs the extra `cli` (click).
"""

import sys
from collections.abc import Sequence

from .. import __version__


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: without the command's name; those of the process unless given.

    Returns:
        the exit code: 0 done, 1 refused, 2 incomplete, 3 outcome unknown, 130 interrupted.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given == ["--version"]:
        print(f"numberline {__version__}")
        raise SystemExit(0)
    if given[:1] == ["sandbox"]:
        from . import sandbox

        return sandbox.main(given)
    try:
        from .app import run
    except ModuleNotFoundError as error:
        if error.name not in ("click", "platformdirs", "rich"):
            raise
        print(f"numberline: {error.name} is missing; install it with pip install 'numberline[cli]'", file=sys.stderr)
        return 1
    return run(given)
