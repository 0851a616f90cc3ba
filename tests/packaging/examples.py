"""Runs each Python example of a Markdown file against the sandbox: python examples.py README.md"""

import os
import re
import sys
from pathlib import Path

from numberline_sandbox import Sandbox
from numberline_sandbox.http.server import serve


def main(file: str) -> None:
    examples = re.findall(r"^```python\n(.*?)^```", Path(file).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    sandbox = Sandbox()
    with serve(sandbox) as base_url:
        for provider, credentials in sandbox.credentials.items():
            os.environ[f"{provider}_base_url".upper()] = base_url
            for name, value in credentials.items():
                os.environ[f"{provider}_{name}".upper()] = str(value)
        for number, example in enumerate(examples, start=1):
            exec(compile(example, f"{file}, example {number}", "exec"), {"__name__": "__main__"})
    print(f"{len(examples)} examples ran")


if __name__ == "__main__":
    main(sys.argv[1])
