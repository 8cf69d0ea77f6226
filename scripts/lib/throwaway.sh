# The servers of one test run: free ports, data in RAM, gone with the run however it ends.

random() { head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n'; }

# Runs that were killed could not clean up: their servers ended with them, their folders go now.
sweep() {
  local folder pid start
  for folder in "$1"/pavitra-test.*; do
    { read -r pid start <"$folder/owner"; } 2>/dev/null || continue
    [ "$(started_at "$pid")" = "$start" ] || rm -rf "$folder"
  done
}

# make_home: in RAM if there are 1.5 GiB of it, else where temporary files live.
make_home() {
  local base=${TMPDIR:-/tmp} free
  free=$(df --output=avail /dev/shm 2>/dev/null | tail -n1)
  [ ! -w /dev/shm ] || [ "${free:-0}" -lt 1572864 ] || base=/dev/shm
  sweep "$base"
  home=$(mktemp -d "$base/pavitra-test.XXXXXX")
  echo "$$ $(started_at $$)" >"$home/owner"
  mkdir "$home/data" "$home/run" "$home/log"
}

choose_accounts() {
  DB_NAME=pavitra_test DB_USER=pavitra_app MIGRATOR_DB_USER=pavitra_migrator RABBITMQ_USER=pavitra
  DB_PASSWORD=$(random) MIGRATOR_DB_PASSWORD=$(random) REDIS_PASSWORD=$(random) RABBITMQ_PASSWORD=$(random)
  MIGRATOR_SCOPE='*.*'
}

# What makes MariaDB fast and forgetful.
forgetful=(--innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0 --innodb-log-file-size=64M)

start_one() {
  case $1 in
    mariadb) DB_PORT=$(free_port) && mariadb_start "${forgetful[@]}" ;;
    mysql) mysql_start ;;
    redis) REDIS_PORT=$(free_port) && redis_start ;;
    rabbitmq) RABBITMQ_PORT=$(free_port) && rabbitmq_start ;;
  esac
}

# Somebody may take a port between choosing it and using it: then the server ends at once, and gets another one.
await_one() {
  local attempt patience=60
  [ "$1" != mysql ] || patience=600 # unpacking it takes minutes
  for attempt in 1 2 3; do
    await "$1" "$patience" "$1_ready" && return
    [ "$attempt" = 3 ] || { stop_one "$1" && start_one "$1"; }
  done
  die "$1 did not start; its last words: $(tail -n1 "$home/log/$1.out")"
}

start_servers() {
  local server
  leash=(setpriv --pdeathsig KILL)
  for server in "${servers[@]}"; do start_one "$server"; done
}

await_servers() {
  local server
  for server in "${servers[@]}"; do await_one "$server"; done
}

# settings: what the tests read, as KEY=value lines.
settings() {
  cat <<EOF
DATABASE_URL=mysql://$MIGRATOR_DB_USER:$MIGRATOR_DB_PASSWORD@127.0.0.1:$DB_PORT/$DB_NAME
TEST_DB_USER=$DB_USER
TEST_DB_PASSWORD=$DB_PASSWORD
REDIS_HOST=127.0.0.1
REDIS_PORT=$REDIS_PORT
REDIS_PASSWORD=$REDIS_PASSWORD
RABBITMQ_HOST=127.0.0.1
RABBITMQ_PORT=$RABBITMQ_PORT
RABBITMQ_USER=$RABBITMQ_USER
RABBITMQ_PASSWORD=$RABBITMQ_PASSWORD
EOF
}

# Nothing in them is worth a graceful end.
stop_one() {
  case $1 in
    mysql) mysql_stop ;;
    rabbitmq) stop rabbitmq 0 && stop epmd 0 ;;
    *) stop "$1" 0 ;;
  esac
}

stop_servers() {
  local server
  [ -n "${home:-}" ] || return 0
  for server in "${servers[@]}"; do stop_one "$server"; done
  rm -rf "$home"
}
