# Who listens where, read from /proc so that it needs neither a tool nor a connection.

# inodes_of PORT: the listening sockets (state 0A) on a port, of either protocol version.
inodes_of() {
  awk -v port="$(printf ':%04X' "$1")" '$4 == "0A" && substr($2, length($2) - 4) == port { print $10 }' \
    /proc/net/tcp /proc/net/tcp6 2>/dev/null
}

port_taken() { [ -n "$(inodes_of "$1")" ]; }

# holders_of PORT: the pids that hold it, as far as this user may see them.
holders_of() {
  local inode
  for inode in $(inodes_of "$1"); do
    { find /proc/[0-9]*/fd -lname "socket:\[$inode\]" 2>/dev/null || true; } | cut -d/ -f3
  done | sort -un
}

# listens NAME PORT: whether it is our own process that listens there.
listens() {
  local pid inode
  pid=$(pid_of "$1") || return 1
  for inode in $(inodes_of "$2"); do
    [ -z "$(find "/proc/$pid/fd" -lname "socket:\[$inode\]")" ] || return 0
  done
  return 1
}

three_are_free() { ! port_taken "$1" && ! port_taken "$(($1 + 1))" && ! port_taken "$(($1 + 2))"; }

# free_port: the first of three that nobody listens on, below the range that the kernel gives to clients.
free_port() {
  local port
  until port=$((SRANDOM % 12000 + 20000)) && three_are_free "$port"; do :; done
  echo "$port"
}

# need_port NAME PORT ADVICE: ends the script if somebody else has the port that NAME is going to use.
need_port() {
  local pid who="another process"
  ! running "$1" && port_taken "$2" || return 0
  pid=$(holders_of "$2" | head -n1 || true)
  [ -z "$pid" ] || who="$(cat "/proc/$pid/comm") (pid $pid)"
  die "port $2, which $1 needs, is used by $who: stop that, or $3"
}
