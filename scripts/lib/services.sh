# Starts the six services from $binaries with the exported settings, and replaces one that is not what was built last.

# changed NAME BINARY: it runs, but from another binary or with older settings than there are now.
changed() {
  local pid
  pid=$(pid_of "$1") || return 1
  [ ! "/proc/$pid/exe" -ef "$binaries/$2" ] || [ "$home/env" -nt "$home/run/$1.pid" ]
}

service_start() {
  ! changed "$1-service" "$1-service" || { step "restarting $1-service, which has changed" && stop "$1-service"; }
  running "$1-service" || launch "$1-service" "$binaries/$1-service"
}

service_ready() { curl -fsS --max-time 2 "http://127.0.0.1:$(port_of "$1")/health/ready"; }

# last_error LOG: its last line that speaks of an error, or else its last line.
last_error() { { grep -iE 'error|panic|fail' "$1" || cat "$1"; } | tail -n1 | cut -c1-300; }

service_await() {
  await "$1-service" 60 service_ready "$1" && return
  local log=$home/log/$1-service.out state="did not become ready in 60 s"
  running "$1-service" || state="ended while starting"
  die "$1-service $state; see ${log#"$repo/"}, whose last error is: $(last_error "$log")"
}
