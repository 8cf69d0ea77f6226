# Starts and stops processes that are certainly ours: $home/run/NAME.pid holds the pid and the kernel's start time of it,
# which together survive a stale file and a pid that was given to someone else. Output goes to $home/log/NAME.out.

# Prefixed to every command; `scripts/test` puts here what ends its servers should the script itself be killed.
leash=()

# launch NAME COMMAND…: in a session of its own, written down before it becomes the command; lets go of the lock (9).
launch() {
  local name=$1 file=$home/run/$1.pid
  shift
  rm -f "$file"
  # shellcheck disable=SC2016
  setsid "${leash[@]}" bash -c 'read -ra stat </proc/$$/stat; echo "$$ ${stat[21]}" >"$0"; exec "$@"' \
    "$file" "$@" >"$home/log/$name.out" 2>&1 </dev/null 9>&- &
  disown
  until [ -s "$file" ]; do sleep 0.01; done
}

# started_at PID: when the kernel started it; nothing for a process that is gone, or a zombie.
started_at() {
  local stat
  { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
  read -ra stat <<<"${stat##*) }"
  [ "${stat[0]}" != Z ] && echo "${stat[19]}"
}

# pid_of NAME: its pid, if it runs and is ours.
pid_of() {
  local pid start
  { read -r pid start <"$home/run/$1.pid"; } 2>/dev/null || return 1
  [ "$(started_at "$pid")" = "$start" ] && echo "$pid"
}

running() { pid_of "$1" >/dev/null; }

# await NAME SECONDS CHECK…: until the check succeeds; fails when the process ends or the time is over.
await() {
  local name=$1 until=$((SECONDS + $2))
  shift 2
  until "$@" >/dev/null 2>&1; do
    running "$name" && [ "$SECONDS" -lt "$until" ] || return 1
    sleep 0.1
  done
}

# stop NAME [SECONDS]: asks it to end, and ends it with all its children when the time is over.
stop() {
  local name=$1 pid until=$((SECONDS + ${2:-30}))
  if pid=$(pid_of "$name"); then
    kill -TERM "$pid" 2>/dev/null || true
    while running "$name" && [ "$SECONDS" -lt "$until" ]; do sleep 0.1; done
    kill -KILL -- "-$pid" 2>/dev/null || true
  fi
  rm -f "$home/run/$name.pid"
}
