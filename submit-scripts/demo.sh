#!/usr/bin/env bash
# demo.sh [--files N] [--hours H] [--output DIRECTORY] [--seed S]
# Simulates a BeeGFS site that writes its exports in the real formats, runs a whole night over them
# through spark-submit, and prints the summary, the evaluator's table and where the report is.
set -euo pipefail
# What these files hold, names of files above all, is not for everybody.
umask "$(printf '%04o' $((0$(umask) | 027)))"

here="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)"
home="$(dirname -- "$here")"
jar="$home/jobs/target/chunkopt.jar"
date=2026-11-23
files=200000
hours=48
seed=20261123
output="$home/build/demo"

while (($# > 0)); do
  case "$1" in
    --files | --hours | --output | --seed)
      if (($# < 2)); then
        echo "$1 needs a value. See the head of demo.sh." >&2
        exit 64
      fi
      printf -v "${1#--}" '%s' "$2"
      shift 2
      ;;
    *)
      echo "demo.sh does not know $1. Usage:" >&2
      sed -n '2p' -- "${BASH_SOURCE[0]}" >&2
      exit 64
      ;;
  esac
done

if [[ ! -f "$jar" ]] || [[ -n "$(find "$home/pom.xml" "$home/conf/site.conf" \
  "$home"/{common,jobs}/{pom.xml,src/main} -newer "$jar" -print -quit)" ]]; then
  echo "Building $jar." >&2
  (cd -- "$home" && mvn -q -B package -DskipTests)
fi
"$here/find-spark" >/dev/null

mkdir -p -- "$output"
output="$(cd -- "$output" && pwd)"
site="$output/site"
stamp="$site.stamp"
parameters="$files files, $hours hours, seed $seed, jar $(cksum <"$jar")"

SECONDS=0
if [[ "$(cat -- "$stamp" 2>/dev/null || true)" != "$parameters" ]]; then
  if [[ -e "$site" && ! -e "$stamp" ]]; then
    echo "$site was not made by demo.sh. Remove it, or give another --output." >&2
    exit 64
  fi
  # Empty while the site is incomplete: then it is ours, and begun again.
  : >"$stamp"
  rm -rf -- "$site"
  "$here/chunkopt" simulate --output "$site" --files "$files" --hours "$hours" --seed "$seed" >&2
  printf '%s\n' "$parameters" >"$stamp"
fi
simulated=$SECONDS

cat >"$output/demo.conf" <<CONF
include required(file("$site/site.conf"))
chunkopt.output.root = "$output/output"
# A demo learns from a sample of its files, to end within minutes.
chunkopt.training.max-rows = 40000
CONF

SECONDS=0
code=0
"$here/nightly.sh" --settings "$output/demo.conf" --date "$date" --replace || code=$?
nightly=$SECONDS

run="$output/output/runs/run_date=$date"
if ((code == 0 || code == 2)); then
  echo
  cat -- "$run/report/evaluation.txt"
  echo
  echo "Simulated in $simulated s, ran the night in $nightly s."
  echo "Open $run/report/index.html"
fi
# A demo with warnings is a demo that works.
((code == 2)) && code=0
exit "$code"
