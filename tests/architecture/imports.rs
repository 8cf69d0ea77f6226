//! Which package of the house may stand on which, from `cargo metadata`.

use cargo_metadata::{DependencyKind, MetadataCommand, Package};

use self::Reach::{AnyCrate, Anything, These};
use super::sources::root;

/// What a package may stand on besides other people's crates.
#[derive(Clone, Copy)]
enum Reach {
    /// These of ours.
    These(&'static [&'static str]),
    /// Whatever lies under `crates/`, except `testing`, `cli` and `bench`.
    AnyCrate,
    /// All of it: the tests of the house.
    Anything,
}

/// Who may import whom: the table of `docs/architecture.md`. A new crate gets its line here.
const HOUSE: &[(&str, Reach)] = &[
    ("kernel", These(&[])),
    ("shared", These(&["kernel"])),
    ("commerce", These(&["kernel"])),
    ("inventory", These(&["shared", "commerce", "kernel"])),
    ("carts", These(&["shared", "commerce", "kernel"])),
    ("accounts", These(&["shared", "commerce", "kernel"])),
    ("places", These(&["shared", "commerce", "kernel"])),
    ("media", These(&["shared", "commerce", "kernel"])),
    ("gateways", These(&["commerce", "kernel"])),
    ("simulator", These(&[])),
    ("testing", AnyCrate),
    ("cli", AnyCrate),
    ("bench", AnyCrate),
    ("auth-service", AnyCrate),
    ("product-service", AnyCrate),
    ("order-service", AnyCrate),
    ("user-service", AnyCrate),
    ("payment-service", AnyCrate),
    ("notification-service", AnyCrate),
    ("house", Anything),
];

/// What tests of any package may stand on: never linked into what ships.
const FOR_TESTS: [&str; 2] = ["simulator", "testing"];

/// A package of the workspace as far as this rule looks.
struct Member {
    name: String,
    manifest: String,
    imports: Vec<Import>,
}

struct Import {
    name: String,
    is_for_tests: bool,
}

impl Member {
    fn all() -> Vec<Self> {
        let metadata = MetadataCommand::new().current_dir(root()).no_deps().exec().unwrap();
        metadata.packages.iter().map(Self::of).collect()
    }

    fn of(package: &Package) -> Self {
        let imports = package.dependencies.iter().map(|import| Import {
            name: import.name.clone(),
            is_for_tests: import.kind == DependencyKind::Development,
        });
        let manifest = package.manifest_path.strip_prefix(root()).unwrap_or(&package.manifest_path);
        Self { name: package.name.to_string(), manifest: manifest.to_string(), imports: imports.collect() }
    }

    fn offence(&self, what: &str) -> String {
        format!("{}: {what}", self.manifest)
    }
}

impl Reach {
    fn covers(self, import: &str) -> bool {
        match self {
            These(names) => names.contains(&import),
            AnyCrate => !import.ends_with("-service") && !["testing", "cli", "bench", "house"].contains(&import),
            Anything => true,
        }
    }
}

fn offences(members: &[Member]) -> Vec<String> {
    members.iter().flat_map(|member| offences_of(member, members)).collect()
}

fn offences_of(member: &Member, members: &[Member]) -> Vec<String> {
    let Some((_, reach)) = HOUSE.iter().find(|(name, _)| *name == member.name) else {
        let what =
            format!("nothing says what `{}` may import: add it to HOUSE in tests/architecture/imports.rs", member.name);
        return vec![member.offence(&what)];
    };
    let is_ours = |import: &&Import| members.iter().any(|other| other.name == import.name);
    let wrong = member.imports.iter().filter(is_ours).filter(|import| !may(*reach, import));
    wrong.map(|import| member.offence(&complaint(import))).collect()
}

fn may(reach: Reach, import: &Import) -> bool {
    reach.covers(&import.name) || (import.is_for_tests && FOR_TESTS.contains(&import.name.as_str()))
}

fn complaint(import: &Import) -> String {
    match import.name.as_str() {
        "testing" => "`testing` is for tests: move it to [dev-dependencies]".to_owned(),
        name => format!("may not import `{name}`: what both need belongs into a crate below both"),
    }
}

fn member(name: &str, imports: &[&str]) -> Member {
    let import =
        |name: &&str| Import { name: name.trim_start_matches('?').to_owned(), is_for_tests: name.starts_with('?') };
    Member {
        name: name.to_owned(),
        manifest: format!("{name}/Cargo.toml"),
        imports: imports.iter().map(import).collect(),
    }
}

/// `?` before a name makes a dev-dependency.
#[test]
fn packages_import_downwards_only() {
    let bad = [
        ("auth-service", "user-service"),
        ("auth-service", "?user-service"),
        ("inventory", "carts"),
        ("gateways", "shared"),
        ("gateways", "simulator"),
        ("shared", "commerce"),
        ("kernel", "shared"),
        ("simulator", "gateways"),
        ("cli", "auth-service"),
        ("inventory", "testing"),
        ("order-service", "cli"),
        ("cli", "bench"),
        ("wishes", "kernel"),
    ];
    for (name, import) in bad {
        let house = [member(name, &[import]), member(import.trim_start_matches('?'), &[])];
        assert!(!offences_of(&house[0], &house).is_empty(), "{name} may import {import}");
    }
    let good = [
        member("inventory", &["commerce", "?testing", "serde"]),
        member("gateways", &["commerce", "?simulator"]),
        member("simulator", &[]),
        member("commerce", &[]),
        member("testing", &[]),
    ];
    assert_eq!(offences(&good), Vec::<String>::new());
    let found = offences(&Member::all());
    assert!(found.is_empty(), "{} offences:\n{}", found.len(), found.join("\n"));
}

fn takes_the_lints(manifest: &str) -> bool {
    let mut lines = manifest.lines().map(str::trim).skip_while(|line| *line != "[lints]").skip(1);
    lines.next() == Some("workspace = true")
}

#[test]
fn every_package_takes_the_lints_of_the_workspace() {
    assert!(!takes_the_lints("[package]\nname = \"x\"\n[dependencies]\nworkspace = true\n"));
    let lax: Vec<String> = Member::all()
        .into_iter()
        .filter(|member| !takes_the_lints(&std::fs::read_to_string(root().join(&member.manifest)).unwrap()))
        .map(|member| member.offence("add `[lints] workspace = true`"))
        .collect();
    assert!(lax.is_empty(), "{} offences:\n{}", lax.len(), lax.join("\n"));
}
