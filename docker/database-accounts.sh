#!/bin/bash
# What the mysql image runs on its first start: the database and its two accounts, as scripts/up makes them.

set -euo pipefail

# shellcheck source=/dev/null
. /usr/local/lib/pavitra/mariadb.sh
database_accounts | MYSQL_PWD=$MYSQL_ROOT_PASSWORD mysql --user=root
