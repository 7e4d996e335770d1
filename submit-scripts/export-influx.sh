#!/usr/bin/env bash
# export-influx.sh --output DIRECTORY [OPTION]...
# Exports the history of BeeGFS-mon and Telegraf from InfluxDB's own disk, on its host: one gzipped
# file of line protocol per UTC day. Days that have a file are skipped, so an interrupted export goes
# on where it stopped. The server may run.
#
#   --output DIRECTORY   receives NAME-YYYY-MM-DD.lp.gz
#   --from YYYY-MM-DD    first day; default: the day after the newest file, else yesterday
#   --until YYYY-MM-DD   last day; default: yesterday
#   --today              also today, as far as it is, into NAME-YYYY-MM-DD.partial.lp.gz; written anew
#                        each time, and removed when the day is complete
#
# InfluxDB 1.x, with influx_inspect:
#   --database NAME      default: beegfs_mon
#   --retention POLICY   the retention policy, which becomes part of NAME; needed where the database
#                        has several, because points of two policies under one name are copies. Where
#                        Telegraf writes to another policy than BeeGFS-mon, run this once for each
#   --data DIRECTORY     default: /var/lib/influxdb/data
#   --wal DIRECTORY      default: /var/lib/influxdb/wal
#
# InfluxDB 2.x, with influxd inspect:
#   --bucket-id ID       of "influx bucket list"
#   --engine DIRECTORY   default: /var/lib/influxdb/engine
#
# Exit codes: 0 exported, 1 failed, 64 wrong command line, 75 another export holds the directory.
set -euo pipefail
# What these files hold, names of files above all, is not for everybody.
umask "$(printf '%04o' $((0$(umask) | 027)))"

usage() {
  echo "$*" "See export-influx.sh --help." >&2
  exit 64
}

# day TEXT prints a date in its one form, and fails where it is none.
day() {
  [[ "$1" =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}$ ]] && date -u -d "$1" +%F 2>/dev/null
}

output='' from='' until='' database=beegfs_mon retention='' bucket='' today=false
data=/var/lib/influxdb/data wal=/var/lib/influxdb/wal engine=/var/lib/influxdb/engine
while (($# > 0)); do
  case "$1" in
    --help)
      sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' -- "${BASH_SOURCE[0]}"
      exit 0
      ;;
    --today)
      today=true
      shift
      continue
      ;;
    --output | --from | --until | --database | --retention | --data | --wal | --bucket-id | --engine) ;;
    *) usage "There is no option $1." ;;
  esac
  if (($# < 2)) || [[ -z "$2" ]]; then
    usage "$1 needs a value."
  fi
  case "$1" in
    --output) output="$2" ;;
    --from) from="$(day "$2")" || usage "--from is $2, no date such as 2026-11-23." ;;
    --until) until="$(day "$2")" || usage "--until is $2, no date such as 2026-11-23." ;;
    --database) database="$2" ;;
    --retention) retention="$2" ;;
    --data) data="$2" ;;
    --wal) wal="$2" ;;
    --bucket-id) bucket="$2" ;;
    --engine) engine="$2" ;;
  esac
  shift 2
done
[[ -n "$output" ]] || usage "Give --output DIRECTORY."

if [[ -n "$bucket" ]]; then
  tool=influxd needed=("$engine") name="$bucket"
else
  tool=influx_inspect needed=("$data/$database" "$wal") name="$database"
fi
if ! command -v "$tool" >/dev/null; then
  echo "$tool is not on the PATH. Run this on the host of InfluxDB; Debian's own packages lack" \
    "influx_inspect, those of influxdata have it." >&2
  exit 1
fi
for directory in "${needed[@]}"; do
  if [[ ! -r "$directory" || ! -x "$directory" ]]; then
    echo "$directory does not exist or cannot be read. Run this as the user of InfluxDB, and give" \
      "--data, --wal and --database, or --engine, as InfluxDB's configuration has them." >&2
    exit 1
  fi
done

if [[ -z "$bucket" ]]; then
  policies=()
  for directory in "$data/$database"/*/; do
    policy="$(basename -- "$directory")"
    # The series file stands beside the policies.
    [[ "$policy" == _series || ! -d "$directory" ]] || policies+=("$policy")
  done
  if [[ -n "$retention" ]]; then
    name="$database.$retention"
  elif ((${#policies[@]} > 1)); then
    usage "$database has several retention policies: ${policies[*]}." \
      "Choose one with --retention."
  fi
fi

mkdir -p -- "$output"
prefix="${name//[^A-Za-z0-9._-]/_}"
exec 9>"$output/_$prefix.export.lock"
if ! flock -n 9; then
  echo "Another export of $name writes into $output. Wait until it ends." >&2
  exit 75
fi

# export_day DAY FILE writes a file that is whole or not there. Both tools take the end as included.
export_day() {
  local unfinished="$output/_$prefix-$1.unfinished"
  local span=("$1T00:00:00Z" "$1T23:59:59.999999999Z")
  rm -f -- "$unfinished"
  if [[ -n "$bucket" ]]; then
    influxd inspect export-lp --bucket-id "$bucket" --engine-path "$engine" \
      --start "${span[0]}" --end "${span[1]}" --compress --output-path "$unfinished" >&2
  else
    influx_inspect export -database "$database" ${retention:+-retention "$retention"} \
      -datadir "$data" -waldir "$wal" -start "${span[0]}" -end "${span[1]}" \
      -compress -out "$unfinished" >&2
  fi
  if ! gzip -t -- "$unfinished"; then
    echo "$tool did not write a whole file for $1. Is the disk of $output full?" >&2
    return 1
  fi
  sync -- "$unfinished"
  mv -T -- "$unfinished" "$2"
  echo "$1: $(stat -c %s -- "$2") bytes in $2"
}

# Points arrive late: a day is complete five minutes after its end.
current="$(date -u -d '5 minutes ago' +%F)"
yesterday="$(date -u -d "$current - 1 day" +%F)"
if [[ -z "$from" ]]; then
  from="$yesterday"
  for file in "$output/$prefix"-[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9].lp.gz; do
    if [[ -e "$file" ]]; then
      newest="${file%.lp.gz}"
      from="$(date -u -d "${newest: -10} + 1 day" +%F)"
    fi
  done
fi
if [[ -z "$until" || "$until" > "$yesterday" ]]; then
  until="$yesterday"
fi

next="$from"
while [[ ! "$next" > "$until" ]]; do
  file="$output/$prefix-$next.lp.gz"
  if [[ ! -e "$file" ]]; then
    export_day "$next" "$file"
    rm -f -- "${file%.lp.gz}.partial.lp.gz"
  fi
  next="$(date -u -d "$next + 1 day" +%F)"
done
if [[ "$today" == true ]]; then
  export_day "$current" "$output/$prefix-$current.partial.lp.gz"
fi
