"""Executes every notebook of this directory top to bottom and fails at the first error.

The notebooks themselves are not changed: what they print is written nowhere. CHUNKOPT_RUN names the
published run that they read.
"""

import pathlib
import sys

import nbclient
import nbformat


def main() -> int:
    here = pathlib.Path(__file__).resolve().parent
    failed = False
    for path in sorted(here.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        if any(cell.get("outputs") for cell in notebook.cells):
            print(f"{path.name} is committed with outputs. Clear them.", file=sys.stderr)
            failed = True
            continue
        client = nbclient.NotebookClient(
            notebook,
            timeout=300,
            kernel_name="python3",
            resources={"metadata": {"path": str(here)}},
        )
        try:
            client.execute()
        except nbclient.exceptions.CellExecutionError as error:
            print(f"{path.name} failed:\n{error}", file=sys.stderr)
            failed = True
        else:
            print(f"{path.name}: {len(notebook.cells)} cells ran.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
