//! Razorpay's own clients for Node and Python, unmodified, as the shop's client: if they are content, so is reality.
//!
//! They are installed below `target/tmp` on the first run. Where that cannot be, the tests say so and succeed.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Output;

use tokio::process::Command;

use crate::shop::Shop;

/// What keeps a client from being tried.
struct Missing(String);

#[tokio::test]
async fn the_client_for_node_is_content() {
    match node().await {
        Ok(command) => drive(command).await,
        Err(Missing(what)) => skip("npm razorpay", &what),
    }
}

#[tokio::test]
async fn the_client_for_python_is_content() {
    match python().await {
        Ok(command) => drive(command).await,
        Err(Missing(what)) => skip("PyPI razorpay", &what),
    }
}

/// Node with the client beside its script.
async fn node() -> Result<Command, Missing> {
    let home = Home::new("node", "package-lock.json", &["package.json", "drive.js"]);
    run(Command::new("node").arg("--version")).await?;
    if !home.is_installed() {
        let flags = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
        run(Command::new("npm").args(flags).current_dir(&home.path)).await?;
        home.set_installed();
    }
    let mut command = Command::new("node");
    command.arg(home.path.join("drive.js"));
    Ok(command)
}

/// The first Python that has pip, with the client on its path.
async fn python() -> Result<Command, Missing> {
    let home = Home::new("python", "requirements.txt", &["drive.py"]);
    let (python, packages) = (python_with_pip().await?, home.path.join("packages"));
    if !home.is_installed() {
        let flags = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--root-user-action=ignore"];
        let mut install = Command::new(&python);
        install.args(flags).args(["--only-binary", ":all:", "--upgrade", "--target"]).arg(&packages);
        run(install.arg("-r").arg(home.path.join("requirements.txt"))).await?;
        home.set_installed();
    }
    let mut command = Command::new(python);
    command.arg(home.path.join("drive.py")).env("PYTHONPATH", packages);
    Ok(command)
}

async fn python_with_pip() -> Result<String, Missing> {
    let mut missing = Missing(String::new());
    for python in ["python3", "/usr/bin/python3"] {
        match run(Command::new(python).args(["-m", "pip", "--version"])).await {
            Ok(_) => return Ok(python.to_owned()),
            Err(what) => missing = what,
        }
    }
    Err(missing)
}

/// A folder that outlives the test, with fresh copies of what the client needs.
struct Home {
    path: PathBuf,
    /// Which versions are wanted.
    versions: String,
}

impl Home {
    fn new(name: &str, versions: &str, others: &[&str]) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("razorpay").join(name);
        fs::create_dir_all(&path).unwrap();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sdk").join(name);
        for file in others.iter().chain([&versions]) {
            fs::copy(source.join(file), path.join(file)).unwrap();
        }
        Self { path, versions: fs::read_to_string(source.join(versions)).unwrap() }
    }

    /// Whether an earlier run installed these versions to the end.
    fn is_installed(&self) -> bool {
        fs::read_to_string(self.path.join("installed")).is_ok_and(|versions| versions == self.versions)
    }

    fn set_installed(&self) {
        fs::write(self.path.join("installed"), &self.versions).unwrap();
    }
}

async fn run(command: &mut Command) -> Result<Output, Missing> {
    let shown = format!("{:?}", command.as_std());
    match command.kill_on_drop(true).output().await {
        Ok(output) if output.status.success() => Ok(output),
        Ok(output) => Err(Missing(format!("{shown}: {}", String::from_utf8_lossy(&output.stderr)))),
        Err(error) => Err(Missing(format!("{shown}: {error}"))),
    }
}

/// Lets the client at a simulator of its own; every step that it made is printed.
async fn drive(mut command: Command) {
    let shop = Shop::open().await;
    let settings = &shop.settings;
    command.args([&shop.url, &settings.key_id, &settings.key_secret, &settings.webhook_secret]);
    let output = command.env("NO_PROXY", "127.0.0.1").kill_on_drop(true).output().await.unwrap();
    let (told, complained) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{told}{complained}");
    assert_eq!(told.lines().filter(|line| line.starts_with("ok: ")).count(), 5, "{told}{complained}");
}

fn skip(client: &str, what: &str) {
    // Nobody is left to tell when standard error is closed.
    drop(writeln!(io::stderr(), "skipped: {client} cannot be installed here: {what}"));
}
