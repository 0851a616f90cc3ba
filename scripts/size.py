"""How many lines of code there are, by part, and how many a client has loaded after one read.

Docstrings, comments and blank lines don't count. With a revision, as in `scripts/size 3b6b6b3`, before and after.
"""

import ast
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import tokenize
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

LOADED = """
import json, sys, threading
from http.server import BaseHTTPRequestHandler, HTTPServer
import numberline

class Handler(BaseHTTPRequestHandler):
    def answer(self):
        self.rfile.read(int(self.headers.get("content-length", 0)))
        body = json.dumps({body}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    do_GET = do_POST = answer
    def log_message(self, *_):
        pass

server = HTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
with numberline.{client}({sign_in}, base_url=f"http://127.0.0.1:{{server.server_port}}") as client:
    assert client.{call}().first()
print(json.dumps([module.__file__ for module in sys.modules.values() if getattr(module, "__file__", None)]))
"""

READS = {
    "Voximplant": (
        "account_id=1, api_key='a-key'",
        "get_phone_numbers",
        {"result": [{"phone_id": 1, "phone_number": "12025550100"}], "count": 1, "total_count": 1},
    ),
    "Infobip": (
        "api_key='a-key'",
        "list_purchased_numbers",
        {"numbers": [{"numberKey": "a", "number": "447700900123"}], "numberCount": 1},
    ),
    "Apifonica": (
        "account_sid='AC1', auth_token='a-token'",
        "list_rented_numbers",
        {"limit": 20, "prev": None, "next": None, "numbers": [{"number_sid": "a", "number": "447700900123"}]},
    ),
}


def lines(path: Path) -> int:
    """Return how many lines of a file hold code."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".jinja":
        return sum(bool(line.strip()) for line in re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL).splitlines())
    if path.suffix != ".py" and not text.startswith("#!/usr/bin/env python"):
        return sum(bool(line.strip()) and not line.lstrip().startswith("#") for line in text.splitlines())
    left_out = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
    code: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in left_out:
            code.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            code.difference_update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return len(code)


def files(root: Path, folder: str) -> set[Path]:
    """Return the sources in a folder: Python, templates, and scripts without a suffix."""
    return {
        path
        for path in (root / folder).rglob("*")
        if path.is_file() and path.suffix in (".py", ".jinja", "") and "__pycache__" not in path.parts
    }


def loaded(root: Path, client: str) -> int:
    """Return how many lines written by hand a process has loaded once a client has read one listing."""
    sign_in, call, body = READS[client]
    program = LOADED.format(client=client, sign_in=sign_in, call=call, body=body)
    paths = os.pathsep.join(str(root / part) for part in ("overlays", "generated"))
    run = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": paths}, capture_output=True, check=True
    )
    overlays = root.resolve() / "overlays"
    return total(path for name in json.loads(run.stdout) if (path := Path(name).resolve()).is_relative_to(overlays))


def total(paths: Iterable[Path]) -> int:
    return sum(map(lines, paths))


def sizes(root: Path) -> dict[str, int]:
    """Return the lines of each part of a tree."""
    sandbox = files(root, "overlays/numberline_sandbox") | files(root, "overlays/numberline/sandbox")
    generator = files(root, "scripts/codegen")
    return {
        **{f"loaded after one read: {client}": loaded(root, client) for client in READS},
        "client with plugin and command": total(files(root, "overlays") - sandbox),
        "sandbox": total(sandbox),
        "generator": total(generator),
        "other scripts": total(files(root, "scripts") - generator),
        "tests": total(files(root, "tests")),
        "generated": total(files(root, "generated")),
    }


def main(revision: str | None = None) -> None:
    tables = [sizes(ROOT)]
    if revision is not None:
        tree = subprocess.run(["git", "archive", revision], cwd=ROOT, capture_output=True, check=True).stdout
        with tempfile.TemporaryDirectory() as folder:
            with tarfile.open(fileobj=io.BytesIO(tree)) as archive:
                archive.extractall(folder, filter="data")
            tables.insert(0, sizes(Path(folder)))
    print(f"{'lines of code':40}" + "".join(f"{each:>12}" for each in ([revision, "now"] if revision else ["now"])))
    for part in tables[-1]:
        print(f"{part:40}" + "".join(f"{table[part]:12,}" for table in tables))


if __name__ == "__main__":
    main(*sys.argv[1:])
