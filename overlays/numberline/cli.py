"""The command `numberline`: a sandbox of all providers on a port of this machine."""

import argparse
import sys
from collections.abc import Sequence

from . import __version__

_EXAMPLES = """\
examples:
  numberline sandbox                                            until Ctrl-C, on http://127.0.0.1:8600
  numberline sandbox --faults attach_phone_number=drop-after:1  the first purchase's answer is lost
  numberline sandbox --faults random:7:0.2 --latency 80         every fifth request fails, all are slow
  numberline sandbox --port 0 --json >sandbox.log &             for scripts: the first line has the URL
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: without the command's name; those of the process unless given.

    Returns:
        the exit code.
    """
    given = _parser().parse_args(arguments)
    try:
        return _sandbox(given)
    except (ModuleNotFoundError, ValueError) as error:
        return _failed(str(error))
    except OSError as error:
        return _failed(f"can't serve on {given.host} port {given.port}: {error}")
    except KeyboardInterrupt:
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="numberline", description="Tools around numberline's clients.")
    parser.add_argument("--version", action="version", version=f"numberline {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    sandbox = commands.add_parser(
        "sandbox",
        help="serve all providers, made up, until Ctrl-C",
        description="Serve all providers, made up, until Ctrl-C. No account, no money and no network is needed.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    where = sandbox.add_argument_group("where")
    where.add_argument("--host", default="127.0.0.1", help="address to serve on (default: %(default)s)")
    where.add_argument("--port", type=_port, default=8600, help="port, 0 for a free one (default: %(default)s)")
    where.add_argument("--tls", action="store_true", help="https, with a certificate made for this run")
    what = sandbox.add_argument_group("what is in it")
    what.add_argument("--seed", type=int, help="decides about the numbers (default: 0)")
    what.add_argument("--numbers", type=int, help="on offer at each provider (default: 120)")
    what.add_argument("--owned", type=int, help="owned by each account (default: 45)")
    what.add_argument("--state", metavar="FILE", help="go on with what the file holds, and save it there at the end")
    how = sandbox.add_argument_group("how it behaves")
    how.add_argument("--latency", type=float, default=0, metavar="MS", help="milliseconds by which answers are late")
    how.add_argument(
        "--faults",
        default="",
        help="operation=fault:times with commas between, or random:SEED:RATE; --faults list says which there are",
    )
    sandbox.add_argument("--json", action="store_true", help="print one JSON object a line, for programs")
    return parser


def _sandbox(given: argparse.Namespace) -> int:
    from numberline_sandbox.faults import KINDS
    from numberline_sandbox.http.cli import Asked, serve  # needs the extra `sandbox`, and says so

    if given.faults == "list":
        for kind, what in KINDS.items():
            print(f"{kind:<15} {what}")
        return 0
    serve(Asked(**{name: getattr(given, name) for name in Asked._fields}))
    return 0


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) < 2**16):
        raise argparse.ArgumentTypeError("has to be a number from 0 to 65535")
    return int(text)


def _failed(why: str) -> int:
    print(f"numberline: {why}", file=sys.stderr)
    return 1
