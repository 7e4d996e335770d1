"""Opens a published run for a notebook."""

import os
import pathlib

import duckdb


def open_run() -> tuple[pathlib.Path, duckdb.DuckDBPyConnection]:
    """The directory of a run, and a connection with a view for each of its tables; times are UTC.

    The run is that of the environment variable CHUNKOPT_RUN, else the demo's newest one.
    """
    demo = pathlib.Path(__file__).resolve().parent.parent / "build" / "demo" / "output" / "runs"
    named = os.environ.get("CHUNKOPT_RUN")
    runs = [pathlib.Path(named)] if named else sorted(demo.glob("run_date=*"))
    if not runs or not (runs[-1] / "run.json").exists():
        raise SystemExit(
            f"There is no published run at {named or demo}."
            " Start submit-scripts/demo.sh, or set CHUNKOPT_RUN to the directory of a run."
        )
    run = runs[-1].resolve()
    db = duckdb.connect()
    db.execute("SET TimeZone = 'UTC'")
    for table in sorted(part.name for part in run.iterdir() if next(part.glob("*.parquet"), None)):
        files = str(run / table / "*.parquet").replace("'", "''")
        db.execute(f"CREATE VIEW {table} AS FROM read_parquet('{files}')")
    return run, db
