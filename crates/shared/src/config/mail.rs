//! How mail leaves the house: by SMTP, or into a folder.

use std::path::PathBuf;

use secrecy::SecretString;

use super::{Environment, Reader};

/// Where a finished mail goes.
#[derive(Clone, Debug)]
pub enum Mail {
    /// To a server.
    Smtp(Smtp),
    /// Into `MAIL_DIR` as one file each: development.
    Folder(PathBuf),
}

/// `SMTP_*`.
#[derive(Clone, Debug)]
pub struct Smtp {
    /// Host name.
    pub host: String,
    /// TCP port; 587 speaks STARTTLS.
    pub port: u16,
    /// User name and password, if the server asks for them.
    pub login: Option<(String, SecretString)>,
}

impl Mail {
    pub(super) fn read(env: &mut Reader) -> Self {
        let port = env.port("SMTP_PORT", 587);
        let login = login(env);
        let folder = env.path("MAIL_DIR");
        if let Some(host) = env.text("SMTP_HOST") {
            return Self::Smtp(Smtp { host, port, login });
        }
        if env.environment() == Environment::Production && folder.is_none() {
            env.fault("SMTP_HOST", "is missing, and production sends mail (or set MAIL_DIR)");
        }
        Self::Folder(folder.unwrap_or_else(|| PathBuf::from(".local/mail")))
    }
}

fn login(env: &mut Reader) -> Option<(String, SecretString)> {
    let (username, password) = (env.text("SMTP_USERNAME"), env.secret("SMTP_PASSWORD"));
    if username.is_some() != password.is_some() {
        env.fault("SMTP_USERNAME", "and SMTP_PASSWORD are given together or not at all");
    }
    username.zip(password)
}
