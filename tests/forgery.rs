//! Access tokens that PyJWT and a few lines of Python forge: each proves nothing, on each service.
//!
//! The libraries are installed below `target/tmp` on the first run. Where that cannot be, the test says so and succeeds.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use kernel::UserId;
use secrecy::ExposeSecret;
use serde_json::Value;
use shared::config::ServiceName;
use shared::identity::Claims;
use sqlx::MySqlPool;
use testing::{Answer, TestApp, build, noon};
use tokio::process::Command;
use uuid::Uuid;

use crate::routes::house;

/// A route of each service that asks who is calling; nobody signs in at the product service, which counts its callers.
pub(super) const ASKING: [(ServiceName, &str); 6] = [
    (ServiceName::Auth, "/api/v1/auth/me"),
    (ServiceName::Product, "/api/v1/products"),
    (ServiceName::Order, "/api/v1/orders"),
    (ServiceName::User, "/api/v1/users/profile"),
    (ServiceName::Payment, "/api/v1/payments/transactions"),
    (ServiceName::Notification, "/api/v1/notifications/logs"),
];

/// What keeps the forger from being tried.
struct Missing(String);

/// A token, and whether it is a good one.
type Forged = (String, String, bool);

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn no_forged_token_opens_anything(db: MySqlPool) {
    let user = build::user("Asha").insert(&db).await;
    let apps = house(&db).await;
    let forged = match forge(&apps[0], user).await {
        Ok(forged) => forged,
        Err(Missing(what)) => return skip(&what),
    };
    assert!(forged.len() > 100 && forged[0].2);
    for (app, (service, path)) in apps.iter().zip(ASKING) {
        assert_eq!(app.ground.config.service, service);
        for (number, (name, token, opens)) in forged.iter().enumerate() {
            let address = format!("198.51.{}.{}", number / 250, number % 250);
            let caller = app.with_token(token).with_header("x-forwarded-for", &address);
            let answer = caller.get(path).await;
            assert_eq!(opened(service, &answer), *opens, "{service}, {name}: {} {}", answer.status, answer.text);
        }
    }
}

/// Whether the service took the caller for somebody; what it does not, it refuses in the contract's words.
fn opened(service: ServiceName, answer: &Answer) -> bool {
    if service == ServiceName::Product {
        return answer.headers.get("ratelimit-limit").unwrap() == "600";
    }
    if answer.status.as_u16() == 401 {
        assert!(["UNAUTHORIZED", "TOKEN_EXPIRED"].contains(&answer.error().as_str()), "{}", answer.text);
    }
    answer.status.as_u16() != 401
}

async fn forge(app: &TestApp, user: UserId) -> Result<Vec<Forged>, Missing> {
    let good = app.ground.tokens.sign(&Claims::access(user, Uuid::new_v4(), noon())).unwrap();
    let secret = app.ground.config.jwt.secret.expose_secret();
    let mut command = python().await?;
    let output = run(command.args([&good, secret, &noon().timestamp().to_string()])).await?;
    let list: Vec<(String, String, bool)> = serde_json::from_slice::<Value>(&output)
        .and_then(serde_json::from_value)
        .map_err(|error| Missing(format!("the forger says nonsense: {error}")))?;
    Ok(list)
}

/// The forger, with its libraries on its path.
async fn python() -> Result<Command, Missing> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("forgery");
    let wanted = fs::read_to_string(source.join("requirements.txt")).unwrap();
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("forgery");
    let (packages, installed) = (home.join("packages"), home.join("installed"));
    fs::create_dir_all(&home).unwrap();
    let python = python_with_pip().await?;
    if !fs::read_to_string(&installed).is_ok_and(|known| known == wanted) {
        let flags = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--root-user-action=ignore"];
        let mut install = Command::new(&python);
        install.args(flags).args(["--only-binary", ":all:", "--upgrade", "--target"]).arg(&packages);
        run(install.arg("-r").arg(source.join("requirements.txt"))).await?;
        fs::write(&installed, &wanted).unwrap();
    }
    let mut command = Command::new(python);
    command.arg(source.join("forge.py")).env("PYTHONPATH", packages);
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

async fn run(command: &mut Command) -> Result<Vec<u8>, Missing> {
    match command.kill_on_drop(true).output().await {
        Ok(output) if output.status.success() => Ok(output.stdout),
        Ok(output) => Err(Missing(String::from_utf8_lossy(&output.stderr).into_owned())),
        Err(error) => Err(Missing(error.to_string())),
    }
}

fn skip(what: &str) {
    // Nobody is left to tell when standard error is closed.
    drop(writeln!(io::stderr(), "skipped: PyPI's PyJWT cannot be installed here: {what}"));
}
