#!/usr/bin/env bash
# run.sh [RUN_DIRECTORY]
# Executes every notebook top to bottom over a published run, with the packages of requirements.txt
# in a private environment under build/, and the PySpark of the Spark that find-spark finds, if it has
# one. Prints the time of each. Without a run it makes a small one with demo.sh.
set -euo pipefail

here="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)"
home="$(dirname -- "$here")"
run="${1:-${CHUNKOPT_RUN:-}}"

mapfile -t requirements < <(grep -v '^#' "$here/requirements.txt")
packages="$("$home/submit-scripts/python-packages" "$home/build/notebooks-python" "${requirements[@]}")"

if [[ -z "$run" ]]; then
  output="$home/build/notebooks-demo"
  run="$output/output/runs/run_date=2026-11-23"
  "$home/submit-scripts/demo.sh" --files 20000 --hours 12 --output "$output" >&2
fi
if [[ ! -d "$run" ]]; then
  echo "There is no run at $run. Give the directory of a published run." >&2
  exit 64
fi
run="$(cd -- "$run" && pwd)"

# PySpark: beside the jars of a distribution, or the package itself where pip installed it.
SPARK_HOME="$("$home/submit-scripts/find-spark")"
if [[ -f "$SPARK_HOME/python/pyspark/__init__.py" ]]; then
  for part in "$SPARK_HOME/python" "$SPARK_HOME"/python/lib/py4j-*-src.zip; do
    packages="$packages:$part"
  done
elif [[ -f "$SPARK_HOME/__init__.py" ]]; then
  packages="$packages:$(dirname -- "$SPARK_HOME")"
fi
export SPARK_HOME SPARK_LOCAL_IP=127.0.0.1 PYSPARK_PYTHON=python3

# A kernel of the same Python, and nothing of the user's own configuration.
export CHUNKOPT_RUN="$run" PYTHONPATH="$packages" MPLBACKEND=module://matplotlib_inline.backend_inline
export JUPYTER_CONFIG_DIR="$home/build/jupyter" JUPYTER_DATA_DIR="$home/build/jupyter"
export IPYTHONDIR="$home/build/jupyter" MPLCONFIGDIR="$home/build/jupyter"
export PYTHONDONTWRITEBYTECODE=1
cd -- "$here"
exec python3 run_notebooks.py
