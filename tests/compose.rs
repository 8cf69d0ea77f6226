//! The shop in containers: what `docker-compose.yml`, `Dockerfile` and `nginx/docker.conf` have to say, and a run of it.
//!
//! - `file` what holds of the compose file without an engine
//! - `images` what holds of the images without building them
//! - `run` the real thing, if `PAVITRA_COMPOSE=1` asks for it and a Docker engine is there
#![expect(clippy::indexing_slicing, reason = "tests")]

mod file;
mod images;
mod run;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;
use shared::config::ServiceName;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn text_of(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// One service of the compose file.
struct Service {
    name: String,
    said: Value,
}

impl Service {
    /// All of them, in the order of their names.
    fn all() -> Vec<Self> {
        let services = COMPOSE["services"].as_object().unwrap().clone();
        services.into_iter().map(|(name, said)| Self { name, said }).collect()
    }

    fn named(name: &str) -> Self {
        Self { name: name.to_owned(), said: COMPOSE["services"][name].clone() }
    }

    fn of(service: ServiceName) -> Self {
        Self::named(&service.to_string())
    }

    /// A string behind the keys of a `/path`, empty if there is none.
    fn text(&self, path: &str) -> &str {
        self.said.pointer(path).and_then(Value::as_str).unwrap_or_default()
    }

    /// The strings of a list behind the keys of a `/path`.
    fn list(&self, path: &str) -> Vec<&str> {
        let list = self.said.pointer(path).and_then(Value::as_array);
        list.into_iter().flatten().map(|item| item.as_str().unwrap()).collect()
    }

    /// The target of our own `Dockerfile`; of the others there is only an image.
    fn target(&self) -> Option<&str> {
        self.said.pointer("/build/target").and_then(Value::as_str)
    }

    /// Whether it goes on until it is stopped; a job ends by itself.
    fn is_server(&self) -> bool {
        self.text("/restart") != "no"
    }

    /// Whether `docker compose up` starts it.
    fn is_part_of_up(&self) -> bool {
        self.said.get("profiles").is_none()
    }

    /// What it waits for, and for what state of it.
    fn waits_for(&self) -> BTreeMap<&str, &str> {
        let waits = self.said.get("depends_on").and_then(Value::as_object);
        waits.into_iter().flatten().map(|(name, how)| (name.as_str(), how["condition"].as_str().unwrap())).collect()
    }

    /// Its environment, with what `env` holds in place of what the file takes from there.
    fn environment(&self, env: &[(String, String)]) -> Vec<(String, String)> {
        let said = self.said.get("environment").and_then(Value::as_object);
        let pairs =
            said.into_iter().flatten().map(|(name, value)| (name.clone(), filled(value.as_str().unwrap(), env)));
        pairs.collect()
    }
}

static TAKEN: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\$\{([A-Z0-9_]+):-([^}]*)\}").unwrap());
static COMPOSE: LazyLock<Value> = LazyLock::new(|| serde_saphyr::from_str(&text_of("docker-compose.yml")).unwrap());

/// `${NAME:-default}` is what `env` has under that name, unless that is empty.
fn filled(text: &str, env: &[(String, String)]) -> String {
    let value_of = |found: &regex::Captures<'_>| {
        let given = env.iter().find(|(name, value)| *name == found[1] && !value.is_empty());
        given.map_or_else(|| found[2].to_owned(), |(_, value)| value.clone())
    };
    let text = TAKEN.replace_all(text, value_of).replace("$$", "$");
    assert!(!text.contains("${"), "a variable without a default: {text}");
    text
}
