# The gateway: nginx on GATEWAY_PORT with the development configuration, everything that it writes under $home.

# As root its workers stay root: otherwise they could not enter a checkout in root's home. It listens on this machine only.
nginx_config() {
  local user=''
  [ "$EUID" != 0 ] || user='user root;'
  sed -e "s|@USER@|$user|" -e "s|@PORT@|$GATEWAY_PORT|" -e "s|@HOME@|$home|" -e "s|@NGINX@|$repo/nginx|" \
    "$repo/nginx/development.conf.in"
}

nginx_start() {
  mkdir -p "$home/data/nginx"
  nginx_config >"$home/data/nginx/nginx.conf"
  # In UTC, so that the time in its answers may end in Z.
  launch nginx env TZ=UTC nginx -p "$home/data/nginx" -c nginx.conf -e "$home/log/nginx-error.log" -g 'daemon off;'
}

nginx_ready() { curl -fsS --max-time 2 "http://127.0.0.1:$GATEWAY_PORT/health"; }

# nginx_changed: whether the configuration that runs is not the one that the repository holds now.
nginx_changed() {
  ! nginx_config | cmp -s - "$home/data/nginx/nginx.conf" ||
    [ -n "$(find "$repo/nginx" -newer "$home/run/nginx.pid" -name '*.conf')" ]
}
