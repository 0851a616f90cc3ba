"""Whether generated packages can be imported and their decoders be made. Run with the new tree on the path.

python -m scripts.codegen.importing larkspur ...    prints a line for each that fails: its name and why
"""

import sys
from importlib import import_module


def failure(name: str) -> str | None:
    """Return why the package of one spec can't be used, or None."""
    package = f"numberline_generated.{name}"
    try:
        for module in ("models", "operations"):
            import_module(f"{package}.{module}")
        for decoder in import_module(f"{package}.decoding").DECODERS.values():
            decoder.prepare()
        import_module(f"numberline_generated.wire.{name}")
    except Exception as error:  # whatever was generated
        return f"{type(error).__name__}: {' '.join(str(error).split())}"
    return None


if __name__ == "__main__":
    for name in sys.argv[1:]:
        if why := failure(name):
            print(f"{name} {why}")
