//! What a service says when it cannot start.

use std::net::TcpListener;

use shared::config::ServiceName;
use sqlx::MySqlPool;

use super::shop::Surroundings;

#[sqlx::test(migrations = false)]
async fn a_wrong_environment_is_told_at_once_and_exits_64(db: MySqlPool) {
    let surroundings = Surroundings::of(&db).with("DB_PORT", "x").with("JWT_SECRET", "").with("CORS_ORIGINS", "*");
    for service in ServiceName::ALL {
        let done = surroundings.command(&service.to_string()).output().unwrap();
        let said = String::from_utf8(done.stderr).unwrap();
        assert_eq!(done.status.code(), Some(64), "{said}");
        assert!(["DB_PORT", "JWT_SECRET", "CORS_ORIGINS"].iter().all(|name| said.contains(name)), "{said}");
    }
}

#[sqlx::test(migrations = false)]
async fn pavitra_tells_each_fault_once_and_exits_64(db: MySqlPool) {
    for command in ["migrate", "seed"] {
        let done = Surroundings::of(&db).with("DB_HOST", "").with("DB_PORT", "x").pavitra(&[command]);
        let said = String::from_utf8(done.stderr).unwrap();
        assert_eq!(done.status.code(), Some(64), "{said}");
        assert_eq!((said.matches("DB_HOST").count(), said.matches("DB_PORT").count()), (1, 1), "{said}");
    }
}

#[sqlx::test(migrations = false)]
async fn a_service_refuses_arguments_that_it_does_not_know(db: MySqlPool) {
    let done = Surroundings::of(&db).command("user-service").args(["--port", "9"]).output().unwrap();
    assert_eq!(done.status.code(), Some(64));
    assert!(String::from_utf8(done.stderr).unwrap().contains("--help"));
}

#[sqlx::test(migrations = false)]
async fn a_taken_port_is_named(db: MySqlPool) {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let surroundings = Surroundings::of(&db).with("AUTH_SERVICE_PORT", &port);
    let done = surroundings.command("auth-service").output().unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(1));
    assert!(said.contains(&format!("cannot listen on 127.0.0.1:{port}")), "{said}");
}

#[sqlx::test(migrations = false)]
async fn every_binary_explains_itself(db: MySqlPool) {
    let surroundings = Surroundings::of(&db);
    let names = ServiceName::ALL.map(|service| service.to_string());
    for binary in names.iter().map(String::as_str).chain(["pavitra", "pavitra-simulator"]) {
        let done = surroundings.command(binary).arg("--help").output().unwrap();
        assert!(done.status.success() && String::from_utf8(done.stdout).unwrap().contains("Usage:"), "{binary}");
    }
}
