"""The programs that plan a case: ours, which OFFTAKE_PLAN_CASE may name, and the peers."""

import json
import os
import pathlib
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PYTHON = ROOT / ".venv-plan-peers/bin/python"
PLAN_CASE = os.environ.get("OFFTAKE_PLAN_CASE", ROOT / "build/release/tests/plan_case")


def plan(case, method):
    """Our cost and seconds by "extensive_form" or "l_shaped"."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(case.text())
        file.flush()
        done = subprocess.run([PLAN_CASE, file.name, method], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def plan_with_peer(case, peer):
    """The same of "linopy" or "pypsa"."""
    done = subprocess.run([PYTHON, HERE / f"plan_{peer}.py"], input=case.text(), check=True, capture_output=True,
                          text=True)
    return json.loads(done.stdout.strip().splitlines()[-1])
