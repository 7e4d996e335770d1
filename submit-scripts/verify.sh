#!/usr/bin/env bash
# verify.sh
# Runs every check: the build with its tests and its format check, that the same sources give the same
# jar, shellcheck, the linters of units and manifests, the notebooks, and the report of their run in
# Chromium. Ends with 1 where any failed, after all of them ran.
set -uo pipefail

here="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)"
home="$(dirname -- "$here")"
cd -- "$home" || exit 1
failed=()

# check NAME COMMAND... runs one check and remembers whether it failed.
check() {
  local name="$1"
  shift
  echo "== $name"
  if ! "$@"; then
    failed+=("$name")
  fi
}

shell_scripts() {
  local tool script
  local scripts=(.ci/run notebooks/run.sh)
  for script in submit-scripts/*; do
    [[ "$script" == *.py || -d "$script" ]] || scripts+=("$script")
  done
  tool="$(submit-scripts/find-shellcheck)" || return
  "$tool" -- "${scripts[@]}"
}

# same_jar builds once more, from copies of the sources in another directory.
same_jar() {
  local copy="$home/build/same jar" file
  rm -rf -- "$copy"
  mkdir -p -- "$copy" || return
  cp -r --parents -- pom.xml LICENSE NOTICE .mvn conf {common,jobs}/{pom.xml,src} "$copy" || return
  (cd -- "$copy" && mvn -q -B package -DskipTests) || return
  for file in chunkopt.jar chunkopt.cdx.json; do
    cmp -- "jobs/target/$file" "$copy/jobs/target/$file" || return
  done
  rm -rf -- "$copy"
}

check "mvn verify" mvn -B verify
check "the same jar again" same_jar
check "shellcheck" shell_scripts
check "operations" submit-scripts/check-operations.sh
check "notebooks" notebooks/run.sh
check "report" submit-scripts/check-report.sh \
  build/notebooks-demo/output/runs/run_date=2026-11-23/report/index.html

if ((${#failed[@]} > 0)); then
  printf 'Failed: %s\n' "${failed[@]}" >&2
  exit 1
fi
echo "Everything passed."
