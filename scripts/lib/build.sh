# From sources to a database that is ready for the services: checks, cargo, migrations, seed and administrator.

need_cargo() {
  export PATH=$PATH:$HOME/.cargo/bin
  command -v cargo >/dev/null || die "there is no cargo: install Rust with rustup, then run this again"
}

# binaries_of PROFILE: the folder that cargo puts them into.
binaries_of() {
  local target=${CARGO_TARGET_DIR:-$repo/target}
  case $1 in
    release) echo "$target/release" ;;
    dev) echo "$target/debug" ;;
    *) wrong_use "the profile is dev or release, not '$1'" ;;
  esac
}

# A first build with its servers takes up to 6 GB, later ones little.
need_space() {
  local wanted=6 free
  [ ! -x "$binaries/pavitra" ] || wanted=1
  free=$(($(df --output=avail "$repo" | tail -n1) / 1024 / 1024))
  [ "$free" -ge "$wanted" ] ||
    die "only $free GB are free on the disk of $repo, and it needs $wanted: make room, then run this again"
}

# On a terminal cargo shows its own progress.
build() {
  local quiet=(--quiet)
  [ ! -t 2 ] || quiet=()
  step "building ($profile; the first time takes minutes)"
  cargo build "${quiet[@]}" --profile "$profile" --workspace --bins 9>&- || die "the build failed: see the lines above"
}

# Once per build and per database; both commands may be repeated, so an interrupted run does them again.
prepare_database() {
  local done=$home/data/prepared
  [ "$done" -nt "$binaries/pavitra" ] && [ "$(cat "$done")" = "$binaries" ] && return
  step "migrating the database"
  "$binaries/pavitra" migrate || die "the migrations failed: see the lines above"
  step "filling the shop"
  "$binaries/pavitra" seed --images --customers 12 || die "the seed failed: see the lines above"
  echo "$binaries" >"$done"
}

# Once per database. The file has the password before the account has it, so that an interrupted run ends with the same.
create_admin() {
  local done=$home/data/admin-created
  [ ! -f "$done" ] || return 0
  step "making the administrator"
  [ -f "$home/admin" ] || {
    (umask 077 && printf '%s\nis the password of %s\n' "$(secret 12)" "$admin" >"$home/admin.new")
    mv "$home/admin.new" "$home/admin"
  }
  "$binaries/pavitra" create-admin --email "$admin" --password-file "$home/admin" >/dev/null ||
    die "the administrator was not made: see the lines above"
  touch "$done"
}
