"""The lines of a README that read a table with one tool each, run as a reader would run them.

Such a line begins with the name of the tool and a colon. OUTPUT in it stands for the output root, and
the date for that of the run. What it reads must have as many rows as the Parquet files that it names.
"""

import importlib.util
import pathlib
import re
import sys

import duckdb
import pandas
import polars
import pyarrow.parquet

LINE = re.compile(r"^(DuckDB|pandas|Polars|PySpark): +(\S.*)$", re.MULTILINE)


def rows_of_duckdb(line: str) -> int:
    return duckdb.sql(f"SELECT count(*) FROM ({line})").fetchall()[0][0]


def rows_of_pandas(line: str) -> int:
    return len(eval(line, {"pd": pandas}))


def rows_of_polars(line: str) -> int:
    return eval(line, {"pl": polars}).select(polars.len()).collect().item()


def rows_of_pyspark(line: str) -> int:
    from pyspark.sql import SparkSession

    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .getOrCreate()
    )
    return eval(line, {"spark": spark}).count()


TOOLS = {
    "DuckDB": rows_of_duckdb,
    "pandas": rows_of_pandas,
    "Polars": rows_of_polars,
    "PySpark": rows_of_pyspark,
}


def check(run: pathlib.Path, readmes: list[pathlib.Path]) -> tuple[list[str], int]:
    """What is wrong with the lines, and how many ran."""
    root = run.parent.parent
    found = {tool for readme in readmes for tool, line in LINE.findall(readme.read_text())}
    problems = [f"No README has a line for {tool}." for tool in TOOLS if tool not in found]
    ran = 0
    for readme in readmes:
        for tool, written in LINE.findall(readme.read_text()):
            if tool == "PySpark" and importlib.util.find_spec("pyspark") is None:
                print("pyspark is not installed: its line was not run.", file=sys.stderr)
                continue
            line = re.sub(r"\d{4}-\d\d-\d\d", run.name.removeprefix("run_date="), written)
            line = line.replace("OUTPUT", str(root))
            ran += 1
            try:
                rows = TOOLS[tool](line)
            except Exception as error:
                problems.append(f"{readme}: the line for {tool} failed: {error}")
                continue
            nights = root.glob("runs/*") if "*" in written else [run]
            files = [file for night in nights for file in night.glob("recommendations/*.parquet")]
            expected = sum(pyarrow.parquet.read_metadata(file).num_rows for file in files)
            if rows != expected or not rows:
                problems.append(f"{readme}: the line for {tool} read {rows} rows, not {expected}.")
    return problems, ran
