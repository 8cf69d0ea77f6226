# A private Redis under $home on REDIS_PORT. It keeps nothing on disk: to this shop it is a cache, never the truth.

redis_start() {
  local config=$home/data/redis.conf
  (umask 077 && cat >"$config") <<EOF
bind 127.0.0.1
port $REDIS_PORT
requirepass $REDIS_PASSWORD
save ""
appendonly no
EOF
  launch redis redis-server "$config" --dir "$home/data"
}

redis_ready() { [ "$(REDISCLI_AUTH=$REDIS_PASSWORD redis-cli -h 127.0.0.1 -p "$REDIS_PORT" ping)" = PONG ]; }
