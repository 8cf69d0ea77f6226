# Installs the Debian packages that are missing, so that Rust stays the only thing a developer brings along.

# Servers live where an ordinary user's PATH does not look.
export PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

# has THING: a command, an absolute path, or (python:MODULE) a module of Debian's Python.
has() {
  case $1 in
    python:*) /usr/bin/python3 -c "import ${1#python:}" 2>/dev/null ;;
    /*) [ -e "$1" ] ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

# missing_packages: one package per line, for each thing that the scripts call and this machine lacks.
missing_packages() {
  local thing package
  while read -r thing package; do
    has "$thing" || echo "$package"
  done <<'EOF' | sort -u
cc build-essential
pkg-config pkg-config
curl curl
jq jq
/usr/bin/python3 python3
python:requests python3-requests
mariadbd mariadb-server-core
mariadb mariadb-client-core
redis-server redis-server
/usr/lib/rabbitmq/bin/rabbitmq-server rabbitmq-server
nginx nginx-light
EOF
}

# install_packages PACKAGE…: as root, or through sudo where that is possible (with a password only on a terminal).
install_packages() {
  local root=(bash)
  command -v apt-get >/dev/null || die "needs $*, and there is no apt-get: install them, then run this again"
  if [ "$EUID" != 0 ]; then
    if ! command -v sudo >/dev/null || { [ ! -t 0 ] && ! sudo -n true 2>/dev/null; }; then
      die "needs packages and is neither root nor can use sudo: as root run 'apt-get install $*', then run this again"
    fi
    root=(sudo bash)
  fi
  "${root[@]}" "$repo/scripts/lib/apt-install.sh" "$@" || die "could not install $*: see the lines above"
}

need_packages() {
  local missing
  mapfile -t missing < <(missing_packages)
  [ "${#missing[@]}" = 0 ] && return
  step "installing ${missing[*]}"
  install_packages "${missing[@]}"
}
