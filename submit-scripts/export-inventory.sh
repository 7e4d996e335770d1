#!/usr/bin/env bash
# export-inventory.sh --mount DIRECTORY --output DIRECTORY [OPTION]... [-- ARGUMENT...]
# Collects the inventory of a mounted BeeGFS: lists every entry with find, asks beegfs-ctl (BeeGFS 7)
# or beegfs (BeeGFS 8) for the stripe of each, and puts the pairs into place when all of them are
# there. An interrupted walk goes on where it stopped: start it again with the same options. Reads
# only. Run it as root, so that it sees everything.
#
#   --mount DIRECTORY    the mount point of the BeeGFS
#   --output DIRECTORY   receives NAME-TIME-NNNNN.stat0, and beside it NAME-TIME-NNNNN.entryinfo
#                        (BeeGFS 7) or NAME-TIME-NNNNN.entries.ndjson (BeeGFS 8)
#   --name NAME          default: inventory
#   --cli v7|v8          beegfs-ctl or beegfs; default: the one that is on the PATH
#   --jobs N             shards asked for at the same time; default: 4
#   --rate N             at most N entries a second, over all jobs, the listing too; default: no limit
#   --shard N            entries of a shard, at most 100000; default: 100000
#   --resume HOURS       an interrupted walk is resumed this long after its start, later it is begun
#                        anew; default: 20
#   --no-open            ask without opening a file: --unmounted of beegfs-ctl, which needs the
#                        configuration of a client, and --no-ioctl of beegfs 8.2 and later. Otherwise each
#                        file that is asked for is opened, which BeeGFS logs as a Read where the event mask
#                        of the client has it, and which may bring back offloaded files
#   --keep               keep the shards of earlier walks of this name, which a complete walk removes
#   -- ARGUMENT...       passed to beegfs-ctl or beegfs, such as --cfgFile=FILE
#
# A walk is no use of a file. Where it opens files, give its hours as chunkopt.inputs.walk-hours, so that
# events of them do not count. The listing itself opens directories only.
#
# Exit codes: 0 collected, 1 failed, nothing put into place, 2 collected but for some paths or shards,
# 64 wrong command line, 75 another walk of that name runs. Paths that vanish during the walk are
# normal: they stay in the pairs without entry info.
set -euo pipefail
# What these files hold, names of files above all, is not for everybody.
umask "$(printf '%04o' $((0$(umask) | 027)))"
export LC_ALL=C

readonly most=100000
readonly record='%i\t%s\t%b\t%A@\t%T@\t%C@\t%U\t%G\t%n\t%y\t/%P\0'

usage() {
  echo "$*" "See export-inventory.sh --help." >&2
  exit 64
}

fail() {
  echo "$*" >&2
  exit 1
}

# within TEXT FROM TO says whether the text is a whole number in that range.
within() {
  [[ "$1" =~ ^[0-9]{1,9}$ ]] && ((10#$1 >= $2 && 10#$1 <= $3))
}

mount='' output='' name=inventory cli='' jobs=4 rate=0 size="$most" resume=20 keep=false open=true extra=()
while (($# > 0)); do
  case "$1" in
    --help)
      sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' -- "${BASH_SOURCE[0]}"
      exit 0
      ;;
    --keep)
      keep=true
      shift
      continue
      ;;
    --no-open)
      open=false
      shift
      continue
      ;;
    --)
      shift
      extra=("$@")
      break
      ;;
    --mount | --output | --name | --cli | --jobs | --rate | --shard | --resume) ;;
    *) usage "There is no option $1." ;;
  esac
  if (($# < 2)) || [[ -z "$2" ]]; then
    usage "$1 needs a value."
  fi
  case "$1" in
    --mount) mount="$2" ;;
    --output) output="$2" ;;
    --name) name="$2" ;;
    --cli) cli="$2" ;;
    --jobs) jobs="$2" ;;
    --rate) rate="$2" ;;
    --shard) size="$2" ;;
    --resume) resume="$2" ;;
  esac
  shift 2
done
[[ -n "$mount" ]] || usage "Give --mount DIRECTORY."
[[ -n "$output" ]] || usage "Give --output DIRECTORY."
[[ "$name" =~ ^[A-Za-z0-9][A-Za-z0-9._-]*$ ]] ||
  usage "--name is $name; use letters, digits, dots, dashes and underscores, a letter or digit first."
within "$jobs" 1 64 || usage "--jobs is $jobs, no number from 1 to 64."
within "$rate" 1 999999999 || [[ "$rate" == 0 ]] ||
  usage "--rate is $rate, no whole number of entries a second."
within "$size" 1 "$most" || usage "--shard is $size, no number from 1 to $most."
within "$resume" 0 9999 || usage "--resume is $resume, no whole number of hours."
jobs=$((10#$jobs)) rate=$((10#$rate)) size=$((10#$size)) resume=$((10#$resume))

if [[ -z "$cli" ]]; then
  for candidate in v7:beegfs-ctl v8:beegfs; do
    if command -v "${candidate#*:}" >/dev/null; then
      [[ -z "$cli" ]] ||
        usage "Both beegfs-ctl and beegfs are on the PATH. Give --cli v7 or --cli v8."
      cli="${candidate%%:*}"
    fi
  done
  [[ -n "$cli" ]] || fail "Neither beegfs-ctl nor beegfs is on the PATH. Run this where BeeGFS is" \
    "mounted, with its command line tool installed."
fi
case "$cli" in
  v7) tool=beegfs-ctl suffix=entryinfo root='EntryID: root' ;;
  v8) tool=beegfs suffix=entries.ndjson root='"entry_id":"root"' ;;
  *) usage "--cli is $cli, neither v7 nor v8." ;;
esac
command -v "$tool" >/dev/null || fail "$tool, the tool of --cli $cli, is not on the PATH."
[[ -d "$mount" ]] || fail "$mount is no directory. Mount the BeeGFS, or correct --mount."
mount="$(cd -- "$mount" && pwd -P && echo .)"
mount="${mount%$'\n.'}"
if [[ "$mount" == *$'\n'* ]]; then
  fail "The path of the mount point has a newline."
fi
# What stands before a path below the mount point where the tool is asked for it. beegfs-ctl knows no
# mount point where it opens nothing.
before="${mount%/}"
if [[ "$open" == false ]]; then
  if [[ "$cli" == v7 ]]; then
    before='' extra+=(--unmounted)
  else
    extra+=(--no-ioctl)
  fi
fi
# As the replacement of a sed command.
prefix="$(printf '%s' "$before" | sed 's/[\\&|]/\\&/g')"

mkdir -p -- "$output"
output="$(cd -- "$output" && pwd)"
work="$output/_$name.walk"
exec 9>"$output/_$name.walk.lock"
# Children of a walk that was killed hold the lock until they notice, which takes a slice.
if ! flock -w 5 9; then
  echo "Another walk named $name writes into $output. Wait until it ends." >&2
  exit 75
fi

# Each background job has a process group of its own, so that all of a pipeline can be ended.
set -m
groups=()
stop() {
  trap - TERM INT HUP
  trap '' PIPE
  local group
  for group in "${groups[@]}"; do
    kill -TERM -- "-$group" 2>/dev/null || true
  done
  echo "Stopped. Start it again to go on." >&2 || true
  exit "$1"
}
trap 'stop 143' TERM
trap 'stop 130' INT
trap 'stop 129' HUP

# slice copies its input, when the rate allows, as long as the script lives: what a kill -9 left
# running ends here. Runs in shells of its own.
slice() {
  local now next
  kill -0 "$INVENTORY_PID" 2>/dev/null || return 1
  if ((INVENTORY_RATE > 0)); then
    {
      flock 8
      now="$(date +%s%6N)"
      next="$(cat -- "$INVENTORY_WORK/pace")"
      next=$((next > now ? next : now))
      echo "$((next + INVENTORY_SLICE * 1000000 / INVENTORY_RATE))" >"$INVENTORY_WORK/pace"
    } 8>>"$INVENTORY_WORK/pace.lock"
    if ((next > now)); then
      sleep "$(((next - now) / 1000000)).$(printf '%06d' $(((next - now) % 1000000)))"
    fi
  fi
  cat
}
export -f slice
export INVENTORY_PID="$$" INVENTORY_RATE="$rate" INVENTORY_WORK="$work"

# slices [COUNT] copies NUL-terminated records, in slices of at most a second and COUNT records.
slices() {
  local records=$((rate > 0 && rate < 1000 ? rate : 1000)) wanted="${1:-1000}"
  records=$((wanted < records ? wanted : records))
  INVENTORY_SLICE="$records" SHELL="$BASH" split -t '\0' -l "$records" --filter=slice -
}

# paths turns stat records into the paths that the tool knows. Names never leave the pipe: as an
# argument beegfs-ctl would cut them at "=" and trim them. None is empty, which would end its run.
paths() {
  cut -z -f 11- | sed -z "s|^|$prefix|"
}

# ask answers the NUL-terminated paths on its standard input. One worker, so that beegfs answers in
# the order of the paths in all its releases.
ask() {
  case "$cli" in
    v7) beegfs-ctl --getentryinfo --nomappings --null "${extra[@]}" - ;;
    v8) beegfs entry info --output ndjson --num-workers 1 --stdin-delimiter '\x00' "${extra[@]}" - ;;
  esac
}

# probe says whether the tool answers, and knows the mount point as the root of a BeeGFS.
probe() {
  local answer
  answer="$(printf '%s/\0' "$before" | ask 2>&1)" || true
  if [[ "$answer" != *"$root"* ]]; then
    answer="$(tail -n 3 <<<"$answer" | cat -v)"
    problem="$tool does not answer for $mount as the root of a BeeGFS: $answer"
    return 1
  fi
}

# preflight asks before the hours of a listing.
preflight() {
  probe || fail "$problem"
}

# list writes the stat records of all entries in shards, and then the description of the walk.
list() {
  local began id listed taken status=(0 0 0) shards=0 entries=0
  while true; do
    began="$(date +%s)"
    id="$name-$(date -u -d "@$began" +%Y%m%dT%H%M%SZ)"
    taken=("$output/$id"-*)
    [[ -e "${taken[0]}" ]] || break
    sleep 1
  done
  find "$mount" -ignore_readdir_race -xdev -printf "$record" |
    slices |
    stdbuf -oL split -t '\0' -l "$size" -a 5 -d --additional-suffix=.records --verbose - "$work/" |
    while read -r _; do
      ((shards++ == 0)) || echo "Listed $(((shards - 1) * size)) entries." >&2
    done || status=("${PIPESTATUS[@]}")
  if ((status[0] > 1 || status[1] > 0 || status[2] > 0)); then
    fail "The listing failed: find ended with ${status[0]}, split with ${status[1]} and" \
      "${status[2]}. Is the disk of $output full?"
  fi
  for listed in "$work"/*.records; do
    shards=$((shards + 1))
    entries=$((entries + $(count "$listed")))
  done
  printf '%s\n' "$id" "$began" "$cli" "$shards" "$entries" "${status[0]}" "$mount" >"$work/walk.part"
  sync -f -- "$work"
  mv -T -- "$work/walk.part" "$work/walk"
}

# count FILE prints its number of NUL-terminated records.
count() {
  tr -dc '\0' <"$1" | wc -c
}

# answer_v7 SHARD fills SHARD.part with a block for each record, and sets lost to the empty ones.
answer_v7() {
  local blocks status=(0 0 0)
  paths <"$work/$1.records" | slices "$entries" 2>>"$work/$1.log" |
    ask >"$work/$1.part" 2>>"$work/$1.log" || status=("${PIPESTATUS[@]}")
  # A blank line ends each block; that of a path that failed has nothing else, and makes the code 3.
  read -r blocks lost < <(awk '
    BEGIN { ended = 1 }
    /^$/ { blocks++; lost += ended; ended = 1; next }
    { ended = 0 }
    END { print blocks + !ended, lost + 0 }' "$work/$1.part")
  if ((blocks != entries)); then
    problem="$blocks blocks for $entries entries, $tool ended with ${status[2]}."
    return 1
  fi
  if ((status[0] != 0 || status[1] != 0 || (status[2] != 0 && status[2] != 3))); then
    problem="$tool ended with ${status[2]}."
    return 1
  fi
  ((lost < entries)) || probe
}

# vanished SHARD AT says whether the path of that record is no longer there.
vanished() {
  local path
  IFS= read -r -d '' path < <(tail -z -n "+$2" -- "$work/$1.records" | head -z -n 1 | cut -z -f 11-) || true
  [[ -n "$path" && ! -e "${mount%/}$path" && ! -L "${mount%/}$path" ]]
}

# answer_v8 SHARD fills SHARD.part with a line for each record, and sets lost to those that failed.
# A path that fails ends a run of beegfs: what was answered before it is kept, the next path is asked
# for alone unless it has vanished, and if that is the culprit it is left out.
answer_v8() {
  local at=1 step="$entries" rows failures=0 status
  lost=0
  : >"$work/$1.part"
  while ((at <= entries)); do
    step=$((step < entries - at + 1 ? step : entries - at + 1))
    status=(0 0 0 0 0)
    tail -z -n "+$at" -- "$work/$1.records" | head -z -n "$step" | paths |
      slices "$step" 2>>"$work/$1.log" | ask >"$work/$1.rows" 2>>"$work/$1.log" ||
      status=("${PIPESTATUS[@]}")
    # Only whole lines: a run that was ended may leave a half one.
    rows="$(head -n "$(wc -l <"$work/$1.rows")" -- "$work/$1.rows" |
      grep -a '^{' | tee -a -- "$work/$1.part" | wc -l)" || true
    at=$((at + rows))
    if ((rows > step || (rows < step && status[4] == 0) || status[4] >= 126)); then
      problem="$rows lines for $step entries, $tool ended with ${status[4]}."
      return 1
    fi
    if ((rows == step)); then
      failures=0 step=$((step * 2))
    elif vanished "$1" "$at"; then
      # Known without asking: the rest takes one more run.
      at=$((at + 1)) lost=$((lost + 1)) step="$entries"
    elif ((rows > 0 || step > 1)); then
      step=1
    else
      at=$((at + 1)) lost=$((lost + 1)) failures=$((failures + 1)) step="$entries"
      # Of failures in a row the tool itself may be the reason.
      if ((failures % 10 == 1)) && ! probe; then
        return 1
      fi
    fi
  done
  rm -f -- "$work/$1.rows"
  rows="$(wc -l <"$work/$1.part")"
  if ((rows != entries - lost)); then
    problem="$rows lines were kept for $((entries - lost)) paths. Is the disk of $output full?"
    return 1
  fi
}

# finished SHARD says whether its answers are there, in the walk or in place.
finished() {
  [[ -e "$work/$1.answers" || -e "$output/$id-$1.$suffix" ]]
}

# collect asks for shards that no other job has taken, each twice at most.
collect() {
  local n shard attempt entries lost=0 problem=''
  for ((n = 0; n < shards; n++)); do
    printf -v shard '%05d' "$n"
    if finished "$shard" || ! mkdir -- "$work/taken/$shard" 2>/dev/null; then
      continue
    fi
    entries="$(count "$work/$shard.records")"
    for attempt in 1 2; do
      kill -0 "$INVENTORY_PID" 2>/dev/null || exit 1
      rm -f -- "$work/$shard.log"
      if "answer_$cli" "$shard"; then
        echo "$lost" >"$work/$shard.lost"
        sync -- "$work/$shard.part" "$work/$shard.lost"
        mv -T -- "$work/$shard.part" "$work/$shard.answers"
        rm -f -- "$work/$shard.log"
        echo "Shard $((n + 1)) of $shards: $entries entries, $lost without entry info." >&2
        break
      fi
      echo "Shard $((n + 1)) of $shards, attempt $attempt of 2, failed: $problem" >&2
      tail -n 3 -- "$work/$shard.log" 2>/dev/null | cat -v >&2
    done
  done
}

# in_group COMMAND... runs it in a process group of its own, where a signal to the script ends it.
in_group() {
  "$@" </dev/null &
  groups=("$!")
  wait "$!"
}

in_group preflight

# walk reads the description of the listed walk.
walk() {
  {
    read -r id && read -r began && read -r walked_cli && read -r shards && read -r total &&
      read -r found && IFS= read -r walked
  } <"$work/walk"
}

id='' began=0 walked_cli='' walked='' shards=0 total=0 found=0
if [[ -e "$work/walk" ]]; then
  walk
  if (($(date +%s) - began >= resume * 3600)); then
    echo "The unfinished walk $id is older than $resume hours and is begun anew." >&2
    rm -f -- "$work/walk"
  elif [[ "$walked_cli" != "$cli" || "$walked" != "$mount" ]]; then
    fail "The unfinished walk $id is of $walked with --cli $walked_cli. Finish it, give another" \
      "--name, or give --resume 0 to drop it."
  else
    echo "The walk $id is resumed." >&2
  fi
fi
if [[ ! -e "$work/walk" ]]; then
  rm -rf -- "$work"
  mkdir -- "$work"
  echo 0 >"$work/pace"
  in_group list
  walk
fi
echo "$id: $total entries in $shards shards." >&2

rm -rf -- "$work/taken"
mkdir -- "$work/taken"
groups=()
for ((job = 0; job < jobs && job < shards; job++)); do
  collect </dev/null &
  groups+=("$!")
done
for group in "${groups[@]}"; do
  wait "$group" || true
done

failed=0 lost=0
for ((n = 0; n < shards; n++)); do
  printf -v shard '%05d' "$n"
  if finished "$shard"; then
    lost=$((lost + $(cat -- "$work/$shard.lost")))
  else
    failed=$((failed + 1))
  fi
done
((failed < shards)) || fail "No shard of $id could be collected."

# Reached only when all is collected, so that a reader of the directory seldom sees half a walk. The
# stat records go last: they are what a resumed walk still has to put into place.
for ((n = 0; n < shards; n++)); do
  printf -v shard '%05d' "$n"
  if [[ -e "$work/$shard.answers" ]]; then
    mv -T -- "$work/$shard.answers" "$output/$id-$shard.$suffix"
  fi
  if [[ -e "$work/$shard.records" && -e "$output/$id-$shard.$suffix" ]]; then
    mv -T -- "$work/$shard.records" "$output/$id-$shard.stat0"
  fi
done

echo "$id: $total entries, $lost without entry info, $((shards - failed)) of $shards shards in place."
if ((found > 0)); then
  echo "find could not read everything below $mount, and said what. Earlier walks stay." >&2
fi
if ((failed > 0)); then
  echo "$failed of $shards shards failed. Start it again within $resume hours to collect them." \
    "Earlier walks stay until then." >&2
  exit 2
fi
if [[ "$keep" == false ]] && ((found == 0)); then
  for file in "$output/$name"-*; do
    earlier="${file#"$output/$name"-}"
    if [[ "$earlier" =~ ^[0-9]{8}T[0-9]{6}Z-[0-9]{5}\.(stat0|entryinfo|entries\.ndjson)(\.gz)?$ &&
      "$name-${earlier%%-*}" < "$id" ]]; then
      rm -f -- "$file"
    fi
  done
fi
# Without its description the rest is no walk, wherever this is interrupted.
rm -f -- "$work/walk"
rm -rf -- "$work"
((found == 0 && lost == 0)) || exit 2
