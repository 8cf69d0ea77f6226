//! What holds of `Dockerfile` without building it.

use shared::config::ServiceName;

use super::text_of;

/// One `FROM` and what follows it.
pub(super) struct Stage {
    name: String,
    base: String,
    /// Word and rest of each instruction.
    instructions: Vec<(String, String)>,
}

impl Stage {
    fn all() -> Vec<Self> {
        let text = text_of("Dockerfile");
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        let text = lines.join("\n").replace("\\\n", " ");
        let mut stages: Vec<Self> = Vec::new();
        for (word, rest) in text.lines().filter_map(|line| line.split_once(' ')) {
            if word == "FROM" {
                let (base, name) = rest.split_once(" AS ").unwrap();
                stages.push(Self { name: name.to_owned(), base: base.to_owned(), instructions: Vec::new() });
            } else {
                stages.last_mut().unwrap().instructions.push((word.to_owned(), rest.trim().to_owned()));
            }
        }
        stages
    }

    /// A target and what it stands on, the nearest first.
    fn chain(target: &str) -> Vec<Self> {
        let (mut chain, mut next) = (Vec::new(), target.to_owned());
        while let Some(stage) = Self::all().into_iter().find(|stage| stage.name == next) {
            next.clone_from(&stage.base);
            chain.push(stage);
        }
        assert!(!chain.is_empty(), "there is no target {target}");
        chain
    }

    /// What an instruction says, of a target or what it stands on.
    fn last(target: &str, word: &str) -> Option<String> {
        let said = |stage: Self| stage.instructions.into_iter().rev().find(|(first, _)| first == word);
        Self::chain(target).into_iter().find_map(said).map(|(_, rest)| rest)
    }

    /// Whether a target or what it stands on has this instruction.
    pub(super) fn says(target: &str, word: &str) -> bool {
        Self::last(target, word).is_some()
    }

    /// What an image says to its program by itself.
    pub(super) fn environment(target: &str) -> Vec<(String, String)> {
        let all = Self::chain(target).into_iter().flat_map(|stage| stage.instructions);
        let env = all.filter(|(word, _)| word == "ENV").map(|(_, rest)| rest);
        let pairs = |line: String| {
            let pairs = line.split_whitespace().filter_map(|pair| pair.split_once('='));
            pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<Vec<_>>()
        };
        env.flat_map(pairs).collect()
    }
}

fn targets() -> Vec<String> {
    let services = ServiceName::ALL.map(|service| service.to_string());
    services.into_iter().chain(["pavitra", "simulator", "gateway"].map(str::to_owned)).collect()
}

#[test]
fn nobody_is_root() {
    for target in targets() {
        let user = Stage::last(&target, "USER").unwrap();
        // A number: an orchestrator that forbids root does not look names up.
        assert!(user.split(':').all(|id| id.parse::<u32>().is_ok_and(|id| id > 0)), "{target} runs as {user}");
    }
}

#[test]
fn an_image_holds_one_program_and_asks_it_on_its_own_port() {
    for service in ServiceName::ALL {
        let target = service.to_string();
        let copied = |stage: &Stage| stage.instructions.iter().filter(|(word, _)| word == "COPY").count();
        assert_eq!(Stage::chain(&target).iter().map(copied).collect::<Vec<_>>(), [1, 0, 1], "{target}");
        let binary = format!("--from=build /src/target/release/{service} /usr/local/bin/");
        assert_eq!(Stage::last(&target, "COPY"), Some(binary));
        assert_eq!(Stage::last(&target, "CMD"), Some(format!("[\"{service}\"]")));
        assert_eq!(Stage::last(&target, "EXPOSE"), Some(service.port().to_string()));
        let ready = ("READY".to_owned(), format!("{}/health/ready", service.port()));
        assert!(Stage::environment(&target).contains(&ready), "{target}");
    }
}

#[test]
fn what_images_stand_on_is_pinned_and_trusts_the_usual_authorities() {
    let stages = Stage::all();
    let is_ours = |base: &str| stages.iter().any(|stage| stage.name == base);
    for base in stages.iter().map(|stage| &*stage.base).filter(|base| !is_ours(base)) {
        let (_, tag) = base.split_once(':').unwrap();
        assert!(tag.contains(|c: char| c.is_ascii_digit()) || tag == "bookworm-slim", "{base}");
    }
    assert!(Stage::last("runtime", "RUN").unwrap().contains("ca-certificates"));
}

#[test]
fn it_is_built_by_the_compiler_of_the_repository() {
    let pinned = text_of("rust-toolchain.toml");
    let (_, channel) = pinned.split_once("channel = \"").unwrap();
    let (series, _) = channel.split_once('"').unwrap().0.rsplit_once('.').unwrap();
    assert_eq!(Stage::chain("dependencies")[0].base, format!("rust:{series}-bookworm"));
}
