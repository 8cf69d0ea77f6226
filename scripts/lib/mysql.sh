# A real MySQL for the tests: the tool beside the repository unpacks and runs it, one at a time, and keeps no data of ours.

mysql_tool() {
  local folder
  for folder in "${PAVITRA_SHARED:-}" "$repo/../shared"; do
    [ -x "$folder/tools/mysql-server" ] && echo "$folder/tools/mysql-server" && return
  done
  return 1
}

# The tool runs one server: a second test run waits for the first, and a server that somebody else started is not ours.
mysql_lock() {
  local folder=${MYSQL_SERVER_HOME:-$HOME/.cache/mysql-server}
  mkdir -p "$folder"
  exec 9>"$folder/tests.lock"
  flock -n 9 || { step "waiting for another run with MySQL" && attend flock 9; }
  ! "$(mysql_tool)" status || die "a MySQL of mysql-server runs already: end it with '$(mysql_tool) stop', then run this again"
}

# The server is a child of the tool, which ends when it is up: the sleep keeps their process group ours.
mysql_start() {
  [ -n "${mysql_locked:-}" ] || mysql_lock
  mysql_locked=yes
  DB_PORT=$(free_port)
  # shellcheck disable=SC2016
  launch mysql bash -c '"$0" start "$1" && exec sleep infinity' "$(mysql_tool)" "$DB_PORT"
}

mysql_ready() { database_accounts | mariadb --no-defaults -h 127.0.0.1 -P "$DB_PORT" -u root; }

mysql_stop() {
  stop mysql 0
  [ -z "${mysql_locked:-}" ] || "$(mysql_tool)" reset
}
