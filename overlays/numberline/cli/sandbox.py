"""`numberline sandbox`: a sandbox of all providers on a port of this machine."""

import argparse
import sys
from collections.abc import Sequence

from .. import __version__

_EXAMPLES = """\
examples:
  numberline sandbox                                            until Ctrl-C, on http://127.0.0.1:8600
  numberline sandbox --faults attach_phone_number=drop-after:1  the response to the first purchase is lost
  numberline sandbox --faults random:7:0.2 --latency 80         every fifth request fails, all are slow
  numberline sandbox --behaviour purchase_status=201            where the documents leave something open
  numberline sandbox --port 0 --json >sandbox.log &             for scripts: the first line has the URL
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: without the command's name; those of the process unless given.

    Returns:
        the exit code.
    """
    given, unknown = _parser().parse_known_args(arguments)
    if unknown:
        given.parser.error(f"unrecognized arguments: {' '.join(unknown)}")
    try:
        return _sandbox(given)
    except (ModuleNotFoundError, ValueError) as error:
        return _failed(str(error))
    except OSError as error:
        hint = "; --port 0 takes a free port" if given.port else ""
        return _failed(f"can't serve on {given.host} port {given.port}: {error.strerror or error}{hint}")
    except KeyboardInterrupt:
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="numberline", description="Tools around numberline's clients.")
    parser.add_argument("--version", action="version", version=f"numberline {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    sandbox = commands.add_parser(
        "sandbox",
        allow_abbrev=False,
        help="run a local fake of all three providers",
        description="Run a local fake of all three providers until Ctrl-C. No account, money or network is needed.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    sandbox.set_defaults(parser=sandbox)  # whose usage an error shows
    where = sandbox.add_argument_group("where")
    where.add_argument("--host", default="127.0.0.1", help="address to serve on (default: %(default)s)")
    where.add_argument("--port", type=_port, default=8600, help="port, 0 for a free one (default: %(default)s)")
    where.add_argument("--tls", action="store_true", help="https, with a certificate made for this run")
    where.add_argument("--allow-host", action="append", default=[], metavar="NAME", help="serve this host name, too")
    what = sandbox.add_argument_group("what is in it")
    what.add_argument("--seed", type=int, help="random seed (default: 0)")
    what.add_argument("--numbers", type=int, help="on offer at each provider (default: 120)")
    what.add_argument("--owned", type=int, help="owned by each account (default: 45)")
    what.add_argument("--state", metavar="FILE", help="load state from FILE if it exists; save on exit")
    how = sandbox.add_argument_group("how it behaves")
    how.add_argument(
        "--behaviour",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="what the documents leave open; can be repeated; --behaviour list shows all switches",
    )
    how.add_argument("--latency", type=float, default=0, metavar="MS", help="milliseconds by which responses are late")
    how.add_argument(
        "--faults",
        default="",
        help="operation=fault:times with commas between, or random:SEED:RATE; --faults list shows all faults",
    )
    sandbox.add_argument("--json", action="store_true", help="print one JSON object a line, for programs")
    return parser


def _sandbox(given: argparse.Namespace) -> int:
    from numberline_sandbox.http.cli import Asked, list_behaviour, list_faults, serve  # needs the extra `sandbox`

    if given.faults == "list" or "list" in given.behaviour:
        for line in list_faults() if given.faults == "list" else list_behaviour():
            print(line)
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
