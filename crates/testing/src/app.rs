//! A service without a socket.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::response::Response;
use chrono::TimeDelta;
use kernel::{Listener, UserId};
use shared::Ground;
use shared::clock::Clock;
use shared::config::{Config, ServiceName};
use shared::database::grants;
use shared::identity::Claims;
use shared::messaging::{Consumer, Message};
use shared::task::{Progress, Task};
use shared::web::service::Assembled;
use shared::web::{Peer, Service, server};
use sqlx::MySqlPool;
use tower::ServiceExt;
use tower_http::normalize_path::NormalizePath;
use uuid::Uuid;

use crate::{Caller, noon, servers};

/// The real router of one service: every layer and route, on a database of the test's own.
#[derive(Clone)]
pub struct TestApp {
    router: NormalizePath<Router>,
    /// What the service stands on.
    pub ground: Arc<Ground>,
    /// The service's description of its own routes.
    pub api: Arc<utoipa::openapi::OpenApi>,
    consumers: Arc<Vec<Consumer>>,
    tasks: Arc<Vec<Task>>,
}

impl std::fmt::Debug for TestApp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TestApp({})", self.ground.config.service)
    }
}

impl TestApp {
    /// `service` on the migrated database behind `db`, under the services' account, at noon.
    pub async fn new(db: &MySqlPool, service: ServiceName, build: fn(&Arc<Ground>) -> Service) -> Self {
        let config = servers::config(service, db);
        let mut owner = db.acquire().await.unwrap();
        grants::apply(&mut owner, &config.database.name, &config.database.account.user).await.unwrap();
        Self::with(config, build)
    }

    /// A service with this configuration, whatever it can reach.
    pub fn with(config: Config, build: fn(&Arc<Ground>) -> Service) -> Self {
        let ground = Ground::new(config, Clock::fixed(noon())).unwrap();
        let Assembled { router, api, consumers, tasks } = build(&ground).assemble(&ground).unwrap();
        let (consumers, tasks) = (Arc::new(consumers), Arc::new(tasks));
        Self { router: server::normalized(router), ground, api: Arc::new(api), consumers, tasks }
    }

    /// The same service an hour, a minute or a year later.
    pub fn later(&self, span: TimeDelta) {
        let Clock::Fixed(now) = &self.ground.clock else { return };
        now.fetch_add(span.num_milliseconds(), Ordering::SeqCst);
    }

    /// Lets the task called `name` do what there is to do now; what it was kept from is an error.
    pub async fn tick(&self, name: &str) -> anyhow::Result<()> {
        let task = self.tasks.iter().find(|task| task.name == name).expect("a task of this name");
        while task.tick().await? == Progress::More {}
        Ok(())
    }

    /// Waits until every connection of the service is back in its pool: one that comes back is asked whether it lives,
    /// which a wire would count among what the next request sends.
    pub async fn comes_to_rest(&self) {
        let pool = &self.ground.database;
        while usize::try_from(pool.size()).unwrap() > pool.num_idle() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Hears what changed on other services, as every replica does twice a second.
    pub async fn hear_changes(&self) {
        self.ground.catch_up().await.unwrap();
    }

    /// Hands `message` to whoever of this service listens to it.
    pub async fn deliver(&self, message: &Message) -> shared::web::Result<()> {
        for consumer in self.consumers.iter().filter(|it| it.listener.topics.contains(&message.kind.as_str())) {
            consumer.handle(Arc::new(message.clone())).await?;
        }
        Ok(())
    }

    /// The listeners of this service.
    pub fn listeners(&self) -> Vec<Listener> {
        self.consumers.iter().map(|consumer| consumer.listener).collect()
    }

    /// Somebody who signed in as `user`, with a log-in of their own.
    pub fn as_user(&self, user: UserId) -> Caller {
        self.as_session(user, Uuid::now_v7())
    }

    /// Somebody who signed in as `user`, with the log-in `session`.
    pub fn as_session(&self, user: UserId, session: Uuid) -> Caller {
        let claims = Claims::access(user, session, self.ground.clock.now());
        self.with_token(&self.ground.tokens.sign(&claims).unwrap())
    }

    /// Somebody who is not signed in.
    pub fn anonymous(&self) -> Caller {
        Caller::new(self.clone(), None)
    }

    /// Somebody who sends `token` as it stands.
    pub fn with_token(&self, token: &str) -> Caller {
        Caller::new(self.clone(), Some(format!("Bearer {token}")))
    }

    /// As if the gateway, on this machine, handed it on.
    pub(crate) async fn answer(&self, mut request: Request<Body>) -> Response {
        request.extensions_mut().insert(Peer(Ipv4Addr::LOCALHOST.into()));
        self.router.clone().oneshot(request).await.unwrap()
    }
}
