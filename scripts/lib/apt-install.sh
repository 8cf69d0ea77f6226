#!/usr/bin/env bash
# Installs packages as root without starting the system servers that they bring, now or at the next boot.
set -euo pipefail

policy=/usr/sbin/policy-rc.d
kept=$policy.kept-by-pavitra
log=$(mktemp)

# Debian asks policy-rc.d before it starts a server; 101 means no. One that was there comes back, even after a crash.
forbid_starting() {
  [ ! -e "$policy" ] || grep -q pavitra-only "$policy" || mv "$policy" "$kept"
  printf '#!/bin/sh\n# pavitra-only, while its packages are installed\nexit 101\n' >"$policy"
  chmod 755 "$policy"
}
restore() {
  rm -f "$policy" "$log"
  [ ! -e "$kept" ] || mv "$kept" "$policy"
}
apt() { apt-get -q -y -o DPkg::Lock::Timeout=300 "$@" >"$log" 2>&1 </dev/null; }

# What systemd starts at boot: a server that came along only for us must not be among it afterwards.
units_at_boot() { find /etc/systemd/system -path '*.wants/*' -printf '%f\n' 2>/dev/null | sort -u; }
disable_new_units() {
  local unit
  command -v systemctl >/dev/null || return 0
  comm -13 <(echo "$1") <(units_at_boot) | while read -r unit; do
    systemctl disable "$unit" >/dev/null 2>&1 || true
  done
}

exec 9>/run/lock/pavitra-apt-install
flock 9
trap restore EXIT
trap 'exit 130' INT TERM HUP
forbid_starting
before=$(units_at_boot)
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1
apt install --no-install-recommends "$@" || { apt update && apt install --no-install-recommends "$@"; } || {
  tail -n5 "$log" >&2
  exit 1
}
disable_new_units "$before"
