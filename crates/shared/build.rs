//! Builds again when a migration is added: the migrator carries them inside the binary.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
