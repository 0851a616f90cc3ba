"""Runs each Python example of Markdown files against the sandbox: python examples.py README.md testing.md

An example that imports nothing of numberline goes on where the one before it ended.
"""

import os
import re
import sys
from pathlib import Path
from typing import Any

from numberline_sandbox import Sandbox
from numberline_sandbox.http.server import serve


def main(files: list[str]) -> None:
    count = 0
    names: dict[str, Any] = {}
    sandbox = Sandbox()
    with serve(sandbox) as base_url:
        for provider, credentials in sandbox.credentials.items():
            os.environ[f"{provider}_base_url".upper()] = base_url
            for name, value in credentials.items():
                os.environ[f"{provider}_{name}".upper()] = str(value)
        for file in files:
            text = Path(file).read_text(encoding="utf-8")
            for found in re.finditer(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
                before = text.count("\n", 0, found.start(1))
                if re.search(r"^from numberline", found[1], re.MULTILINE):
                    names = {"__name__": "__main__"}
                exec(compile("\n" * before + found[1], file, "exec"), names)
                count += 1
    print(f"{count} examples ran")


if __name__ == "__main__":
    main(sys.argv[1:])
