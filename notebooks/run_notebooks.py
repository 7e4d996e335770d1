"""Executes every notebook of this directory top to bottom, and every line that the READMEs give for a
tool, and fails where one fails.

The notebooks themselves are not changed: what they print is written nowhere. CHUNKOPT_RUN names the
published run that they read.
"""

import os
import pathlib
import sys
import time

import nbclient
import nbformat
import readme_lines


def execute(path: pathlib.Path) -> str | None:
    """Runs a notebook; what is wrong with it, or None."""
    notebook = nbformat.read(path, as_version=4)
    if any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells):
        return "is committed with outputs. Clear them."
    client = nbclient.NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
    )
    begin = time.monotonic()
    try:
        client.execute()
    except nbclient.exceptions.CellExecutionError as error:
        return f"failed:\n{error}"
    print(f"{path.name}: {len(notebook.cells)} cells ran in {time.monotonic() - begin:.1f} s.")
    # A tool that a notebook went without.
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if "is not installed" in output.get("text", ""):
                print(f"{path.name}: {output['text'].strip()}")
    return None


def main() -> int:
    here = pathlib.Path(__file__).resolve().parent
    failures = []
    for path in sorted(here.glob("*.ipynb")):
        problem = execute(path)
        if problem:
            failures.append(f"{path.name} {problem}")
    begin = time.monotonic()
    problems, lines = readme_lines.check(
        pathlib.Path(os.environ["CHUNKOPT_RUN"]), [here / "README.md", here.parent / "README.md"]
    )
    failures += problems
    print(f"READMEs: {lines} lines for a tool ran in {time.monotonic() - begin:.1f} s.")
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
