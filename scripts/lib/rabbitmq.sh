# A private RabbitMQ under $home on RABBITMQ_PORT, with an epmd of its own on the next port and its node on the one after.
# Debian's wrapper switches the user and leaves epmd behind, so this calls what the wrapper calls.

rabbitmq_start() {
  local data=$home/data/rabbitmq
  mkdir -p "$data"
  echo '[].' >"$data/enabled_plugins"
  (umask 077 && cat >"$data/rabbitmq.conf") <<EOF
listeners.tcp.1 = 127.0.0.1:$RABBITMQ_PORT
default_user = $RABBITMQ_USER
default_pass = $RABBITMQ_PASSWORD
EOF
  running epmd || launch epmd epmd -port "$((RABBITMQ_PORT + 1))" -address 127.0.0.1
  # Were it not up yet, the server would start one itself, which nobody would end.
  await epmd 5 listens epmd "$((RABBITMQ_PORT + 1))" || return 0
  launch rabbitmq env -i "${rabbitmq_environment[@]}" PATH="$PATH" LANG=C.UTF-8 HOME="$data" \
    RABBITMQ_MNESIA_BASE="$data/mnesia" RABBITMQ_GENERATED_CONFIG_DIR="$data/config" RABBITMQ_SCHEMA_DIR="$data/schema" \
    RABBITMQ_CONFIG_FILE="$data/rabbitmq.conf" RABBITMQ_ENABLED_PLUGINS_FILE="$data/enabled_plugins" \
    RABBITMQ_LOG_BASE="$home/log" RABBITMQ_LOGS="$home/log/rabbitmq.log" \
    ERL_CRASH_DUMP="$home/log/erl_crash.dump" RABBITMQ_DIST_PORT="$((RABBITMQ_PORT + 2))" ERL_EPMD_PORT="$((RABBITMQ_PORT + 1))" \
    /usr/lib/rabbitmq/bin/rabbitmq-server
}

# RUNNING_UNDER_SYSTEMD makes the start script become the server instead of its parent, so that our pid is the server's.
rabbitmq_environment=(
  RUNNING_UNDER_SYSTEMD=true RABBITMQ_NODENAME=pavitra@localhost RABBITMQ_CONF_ENV_FILE=/dev/null
  RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1}'
)

# It opens the port last, after its users are made.
rabbitmq_ready() { listens rabbitmq "$RABBITMQ_PORT"; }

rabbitmq_stop() {
  stop rabbitmq "${1:-30}"
  stop epmd 5
}
