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

# What the scripts call, and the package that brings it.
calls() {
  cat <<'EOF'
cc build-essential
pkg-config pkg-config
curl curl
jq jq
mariadbd mariadb-server-core
mariadb mariadb-client-core
redis-server redis-server
/usr/lib/rabbitmq/bin/rabbitmq-server rabbitmq-server
nginx nginx-light
EOF
}

# What only tests call: the owner's scripts in Python and JavaScript, and Razorpay's packages. Debian's npm is 350 small
# packages, 20 s; who has a Node of another origin has its npm too.
calls_of_tests() {
  cat <<'EOF'
/usr/bin/python3 python3
python:requests python3-requests
python:pip python3-pip
node nodejs
npm npm
EOF
}

# missing_packages LIST…: one package per line, for each thing on these lists that this machine lacks.
missing_packages() {
  local list thing package
  for list in "$@"; do "$list"; done | while read -r thing package; do
    has "$thing" || echo "$package"
  done | sort -u
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

# need_packages [LIST…]: what the scripts call, and what is on these lists.
need_packages() {
  local missing
  mapfile -t missing < <(missing_packages calls "$@")
  [ "${#missing[@]}" = 0 ] && return
  step "installing ${missing[*]}"
  install_packages "${missing[@]}"
}
