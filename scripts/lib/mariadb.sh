# A private MariaDB under $home on DB_PORT, with the two accounts that migrations and services use. The container of MySQL
# makes its accounts with this file too (docker/database-accounts.sh).

# The statements that make the database and its accounts, one a line: the services' account may do nothing yet, for
# `pavitra migrate` grants it what it needs table by table. MIGRATOR_SCOPE is what the migrator may administer.
database_accounts() {
  cat <<EOF
CREATE DATABASE IF NOT EXISTS $DB_NAME CHARACTER SET utf8mb4;
CREATE USER IF NOT EXISTS '$MIGRATOR_DB_USER'@'%' IDENTIFIED BY '$MIGRATOR_DB_PASSWORD';
ALTER USER '$MIGRATOR_DB_USER'@'%' IDENTIFIED BY '$MIGRATOR_DB_PASSWORD';
GRANT ALL ON ${MIGRATOR_SCOPE:-$DB_NAME.*} TO '$MIGRATOR_DB_USER'@'%' WITH GRANT OPTION;
CREATE USER IF NOT EXISTS '$DB_USER'@'%' IDENTIFIED BY '$DB_PASSWORD';
ALTER USER '$DB_USER'@'%' IDENTIFIED BY '$DB_PASSWORD';
EOF
}

# The data folder appears under its name only when it is complete, so that an interrupted run starts over.
mariadb_install() {
  rm -rf "$1.new"
  mariadb-install-db --no-defaults --user="$(id -un)" --datadir="$1.new" --skip-test-db \
    --force >"$home/log/mariadb-install.out" 2>&1 ||
    die "MariaDB could not make its data folder: see $home/log/mariadb-install.out"
  mv "$1.new" "$1"
}

# mariadb_start [OPTION…]: the socket's name is relative to the data folder, because a socket's path is limited to 107 bytes.
mariadb_start() {
  local data=$home/data/mariadb accounts=$home/data/mariadb-accounts.sql
  [ -d "$data" ] || mariadb_install "$data"
  (umask 077 && database_accounts >"$accounts")
  launch mariadb mariadbd --no-defaults --user="$(id -un)" --datadir="$data" --init-file="$accounts" \
    --bind-address=127.0.0.1 --port="$DB_PORT" --socket=mariadb.sock --pid-file=mariadb.pid --skip-name-resolve \
    --character-set-server=utf8mb4 --max-connections=500 --innodb-buffer-pool-size=256M "$@"
}

# That the migrator can log in says that it is this server and that the accounts are made.
mariadb_ready() {
  MYSQL_PWD=$MIGRATOR_DB_PASSWORD mariadb --no-defaults -h 127.0.0.1 -P "$DB_PORT" -u "$MIGRATOR_DB_USER" -e 'DO 1'
}
