//! The notification service through its own router, its consumer and its task.
#![expect(clippy::unwrap_used, reason = "tests")]

mod account;
mod letters;
mod logs;
mod people;
mod post;
mod shop;
mod smtp;
mod smtp_server;
mod wishes;

use std::path::{Path, PathBuf};

use shared::config::{Mail, ServiceName, Smtp};
use sqlx::MySqlPool;
use testing::{TestApp, servers};
use uuid::Uuid;

async fn app(db: &MySqlPool) -> TestApp {
    TestApp::new(db, ServiceName::Notification, notification_service::build).await
}

/// A replica that sends its mail this way.
async fn app_sending(db: &MySqlPool, mail: Mail) -> TestApp {
    app(db).await;
    let config = servers::config(ServiceName::Notification, db);
    TestApp::with(shared::config::Config { mail, ..config }, notification_service::build)
}

/// A server of this machine that asks for no login.
fn to(address: std::net::SocketAddr) -> Mail {
    Mail::Smtp(Smtp { host: address.ip().to_string(), port: address.port(), login: None })
}

/// A folder of the test's own, gone when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("mail-{}", Uuid::now_v7())))
    }

    /// The names of the files in it.
    fn names(&self) -> Vec<String> {
        let Ok(files) = std::fs::read_dir(&self.0) else { return Vec::new() };
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.join(name)).unwrap()
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}
