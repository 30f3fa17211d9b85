"""The programs that serve a case: ours, which OFFTAKE_SERVE_CASE may name, and Vidur."""

import functools
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PYTHON = ROOT / ".venv-peers/bin/python"
SERVE_CASE = os.environ.get("OFFTAKE_SERVE_CASE", ROOT / "build/release/tests/serve_case")


def need_vidur():
    """Ends the test with CTest's code for one that was skipped, where the peer is not there."""
    if not PYTHON.exists():
        print(f"{pathlib.Path(sys.argv[0]).stem}: skipped, make peers has not installed Vidur")
        sys.exit(77)


def table(command, case):
    """What a program writes for a case."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(case.to_json())
        file.flush()
        return subprocess.run([*command, file.name], check=True, stdout=subprocess.PIPE,
                              text=True).stdout


def serve(case):
    """The table of serve_case.cpp."""
    return table([SERVE_CASE], case)


@functools.cache
def serve_with_vidur(case, *options):
    """The table of run_vidur.py."""
    return table([PYTHON, HERE / "run_vidur.py", *options], case)
