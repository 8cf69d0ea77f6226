# The development shop: where it lives, its settings, and the services that it consists of.

home=$repo/.local
services=(auth product order user payment notification)
admin=admin@example.com

# port_of SERVICE: 8001 and up, in the order above.
port_of() {
  local index
  for index in "${!services[@]}"; do
    [ "${services[index]}" != "$1" ] || echo "$((8001 + index))"
  done
}

# The start scripts of MariaDB and RabbitMQ do not bear a space in a path.
need_plain_path() {
  [[ $repo != *[[:space:]]* ]] || die "there is a space in '$repo', which MariaDB cannot bear: move the checkout, then run this again"
}

# One `up` or `down` at a time; the lock is file descriptor 9, which nothing that outlives the script inherits.
lock_shop() {
  mkdir -p "$home"/{data,run,log,mail,uploads}
  exec 9>"$home/lock"
  flock -w 10 9 || die "another up or down is at work on this checkout: wait for it, then run this again"
}

secret() { head -c "$1" /dev/urandom | od -An -tx1 | tr -d ' \n'; }

# The settings of a new shop; the folders are relative here, because a checkout may be moved.
new_settings() {
  cat <<EOF
ENVIRONMENT=development
GATEWAY_PORT=8080
DB_HOST=127.0.0.1
DB_PORT=13306
DB_NAME=pavitra_trading
DB_USER=pavitra_app
DB_PASSWORD=$(secret 24)
MIGRATOR_DB_USER=pavitra_migrator
MIGRATOR_DB_PASSWORD=$(secret 24)
REDIS_HOST=127.0.0.1
REDIS_PORT=16379
REDIS_PASSWORD=$(secret 24)
RABBITMQ_HOST=127.0.0.1
RABBITMQ_PORT=15673
RABBITMQ_USER=pavitra
RABBITMQ_PASSWORD=$(secret 24)
JWT_SECRET=$(secret 48)
SECRETS_KEY=$(head -c 32 /dev/urandom | base64)
MAIL_DIR=.local/mail
UPLOADS_DIR=.local/uploads
LOG_DIR=.local/log
EOF
}

# The shop pays with the simulator, unless there is a Razorpay of the developer's own.
simulator_settings() {
  echo SIMULATOR_PORT=8090
  ! grep -q '^RAZORPAY_KEY_ID=.' <<<"$1" || return 0
  cat <<EOF
RAZORPAY_KEY_ID=rzp_test_$(secret 7)
RAZORPAY_SECRET=$(secret 12)
RAZORPAY_WEBHOOK_SECRET=$(secret 24)
RAZORPAY_BASE_URL=http://127.0.0.1:8090
EOF
}

# Made once, by a rename so that it is never half. What came later is added to the settings of an older shop.
make_settings() {
  local known
  if [ -f "$home/env" ]; then known=$(<"$home/env"); else known=$(new_settings); fi
  ! grep -q '^SIMULATOR_PORT=' <<<"$known" || return 0
  (umask 077 && { echo "$known" && simulator_settings "$known"; } >"$home/env.new")
  mv "$home/env.new" "$home/env"
}

load_settings() {
  set -a
  # shellcheck source=/dev/null
  . "$home/env"
  MAIL_DIR=$home/mail UPLOADS_DIR=$home/uploads LOG_DIR=$home/log
  set +a
}
