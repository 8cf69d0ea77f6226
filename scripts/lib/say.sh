# One voice for all scripts: progress with the elapsed seconds, and failures in one line that says what to do.

step() { printf '[%4d s] %s\n' "$SECONDS" "$*" >&2; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }
wrong_use() { printf '%s: %s (see %s --help)\n' "${0##*/}" "$*" "$0" >&2; exit 2; }

# The comment at the head of a script is its manual.
help() { sed -n '2,/^$/s/^# \{0,1\}//p' "$0"; exit 0; }
