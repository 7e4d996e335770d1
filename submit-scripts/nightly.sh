#!/usr/bin/env bash
# nightly.sh --settings FILE [--date YYYY-MM-DD] [--master URL] [--conf KEY=VALUE]... [--replace] [--dry-run]
#   [-- SPARK_SUBMIT_ARGUMENT...]
# Runs the night and publishes it. Prints a summary on standard output, everything else on standard
# error. Exit codes: 0 published; 1 failed, nothing published; 2 published with warnings; 64 wrong
# settings or command line; 75 another run of the date holds the lock.
set -euo pipefail
# What these files hold, names of files above all, is not for everybody.
umask "$(printf '%04o' $((0$(umask) | 027)))"

here="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)"
exec "$here/chunkopt" nightly "$@"
