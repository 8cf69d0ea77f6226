//! Purchases while a backing system is away: without Redis, without RabbitMQ, and while the database dies.

use std::collections::BTreeSet;
use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use cli::audit::{Backlog, Finding, findings};
use commerce::ids::ProductId;
use futures::future::join_all;
use kernel::UserId;
use reqwest::StatusCode;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use shared::clock::Clock;
use shared::config::{Jwt, ServiceName};
use shared::identity::{Claims, TokenKeys};
use sqlx::MySqlPool;
use testing::{Wire, build, servers};
use uuid::Uuid;

use super::shop::{Folder, Shop, Surroundings, eventually, lasting_port};

async fn books_agree(db: &MySqlPool, backlog: Backlog) {
    eventually("the books agree", async || {
        let findings = findings(db, backlog, Clock::System.now()).await.unwrap();
        findings.iter().all(Finding::holds)
    })
    .await;
}

#[sqlx::test(migrations = false)]
async fn a_purchase_needs_no_redis(db: MySqlPool) {
    let redis = (servers::variable("REDIS_HOST"), servers::variable("REDIS_PORT").parse().unwrap());
    let wire = Wire::cut_off_from(redis).await;
    let port = wire.address.port().to_string();
    let shop = Shop::open_with(&db, &[("REDIS_HOST", "127.0.0.1"), ("REDIS_PORT", &port)]).await;
    // Away, and then there without a word.
    for _ in 0..2 {
        let demo = tokio::process::Command::from(shop.demo()).output().await.unwrap();
        assert!(demo.status.success(), "{}", String::from_utf8_lossy(&demo.stderr));
        wire.mute();
    }
    books_agree(&db, Backlog::Empty).await;
}

#[sqlx::test(migrations = false)]
async fn without_rabbitmq_the_order_stands_and_the_mail_follows_by_itself(db: MySqlPool) {
    let rabbitmq = (servers::variable("RABBITMQ_HOST"), servers::variable("RABBITMQ_PORT").parse().unwrap());
    let wire = Wire::cut_off_from(rabbitmq).await;
    let port = wire.address.port().to_string();
    let shop = Shop::open_with(&db, &[("RABBITMQ_HOST", "127.0.0.1"), ("RABBITMQ_PORT", &port)]).await;
    let demo = tokio::process::Command::from(shop.demo()).stdout(Stdio::piped()).spawn().unwrap();
    eventually("an order stands", async || {
        let confirmed = sqlx::query_scalar("SELECT COUNT(*) FROM orders WHERE status = 'confirmed'");
        let confirmed: i64 = confirmed.fetch_one(&db).await.unwrap();
        confirmed == 1
    })
    .await;
    assert!(shop.mails().is_empty());
    wire.mend();
    let demo = demo.wait_with_output().await.unwrap();
    assert!(demo.status.success(), "{}", String::from_utf8_lossy(&demo.stdout));
    assert!((6..=8).contains(&shop.mails().len()), "{:#?}", shop.mails());
    books_agree(&db, Backlog::Empty).await;
}

const CUSTOMERS: usize = 8;
const ORDERS_EACH: usize = 25;
const STOCK: u32 = 1000;

#[tokio::test]
async fn a_database_that_dies_under_load_loses_no_order_and_makes_none_twice() {
    let mut server = Mariadb::start();
    let db = server.pool().await;
    let surroundings = server.surroundings(&db);
    surroundings.pavitra_ok(&["migrate"]);
    let category = build::category("Soap").insert(&db).await;
    let soap = build::product("Neem Soap", category).stock(STOCK).insert(&db).await;
    let mut customers = Vec::new();
    for number in 0..CUSTOMERS {
        customers.push(build::user(&format!("Asha{number}")).insert(&db).await);
    }
    let service = surroundings.start(ServiceName::Order).ready().await;
    let url = service.url("/api/v1/orders");
    let buying = join_all(customers.iter().map(|customer| buy_on(&url, *customer, soap)));
    let dying = async {
        eventually("a fifth is sold", async || orders(&db).await >= CUSTOMERS * ORDERS_EACH / 5).await;
        server.kill();
        tokio::time::sleep(Duration::from_secs(1)).await;
        server.launch();
    };
    let (refusals, ()) = futures::future::join(buying, dying).await;
    let refusals: BTreeSet<(u16, String)> = refusals.into_iter().flatten().collect();
    assert!(refusals.contains(&(503, "UNAVAILABLE".to_owned())), "nobody noticed: {refusals:?}");
    assert!(refusals.iter().all(|(status, _)| [503, 409].contains(status)), "{refusals:?}");
    assert_eq!(orders(&db).await, CUSTOMERS * ORDERS_EACH);
    books_agree(&db, Backlog::YoungerThan(chrono::TimeDelta::minutes(5))).await;
}

/// Orders one soap after the other, each until somebody says that it stands; everything else that was said.
async fn buy_on(url: &str, customer: UserId, soap: ProductId) -> BTreeSet<(u16, String)> {
    let keys = TokenKeys::new(&Jwt { secret: "a secret of at least thirty-two bytes".into(), previous: None }).unwrap();
    let token = keys.sign(&Claims::access(customer, Uuid::now_v7(), Clock::System.now())).unwrap();
    let (client, mut refusals) = (reqwest::Client::new(), BTreeSet::new());
    for number in 0..ORDERS_EACH {
        let order = client.post(url).bearer_auth(&token).header("idempotency-key", number.to_string());
        let order = order.json(&wish(soap));
        loop {
            let answer = order.try_clone().unwrap().send().await.unwrap();
            if answer.status() == StatusCode::CREATED {
                break;
            }
            assert!(answer.headers().contains_key("retry-after"), "{answer:?}");
            let status = answer.status().as_u16();
            let body: Value = answer.json().await.unwrap();
            let said = |pointer: &str| body.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
            assert!(said("/detail").is_some() && said("/detail") == said("/error/message"), "{body}");
            refusals.insert((status, said("/error/code").unwrap()));
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
    refusals
}

fn wish(soap: ProductId) -> Value {
    json!({
        "items": [{ "product_id": soap, "quantity": 1 }],
        "payment_method": "cash_on_delivery",
        "shipping_address": {
            "full_name": "Asha Rao", "phone": "9820012345", "address_line1": "4 Hill Road",
            "city": "Pune", "state": "Maharashtra", "postal_code": "411001",
        },
    })
}

/// None while nobody can tell.
async fn orders(db: &MySqlPool) -> usize {
    let count: Result<i64, _> = sqlx::query_scalar("SELECT COUNT(*) FROM orders").fetch_one(db).await;
    count.map_or(0, |count| usize::try_from(count).unwrap())
}

/// A MariaDB of the test's own, on disk as in production, to be killed.
struct Mariadb {
    folder: Folder,
    port: u16,
    child: Child,
}

impl Mariadb {
    fn start() -> Self {
        let (folder, port) = (Folder::new(), lasting_port());
        let mut install = Command::new("mariadb-install-db");
        install.args(["--no-defaults", "--skip-test-db", "--force"]);
        let installed = install.arg(format!("--datadir={}", folder.0.join("data").display())).output().unwrap();
        assert!(installed.status.success(), "{}", String::from_utf8_lossy(&installed.stderr));
        fs::write(folder.0.join("accounts.sql"), accounts()).unwrap();
        let child = Self::command(&folder, port).spawn().unwrap();
        Self { folder, port, child }
    }

    fn command(folder: &Folder, port: u16) -> Command {
        let mut command = Command::new("mariadbd");
        command.args(["--no-defaults", "--bind-address=127.0.0.1", "--skip-name-resolve", "--socket=mariadb.sock"]);
        command.arg(format!("--user={}", whoami())).arg(format!("--port={port}"));
        command.arg(format!("--datadir={}", folder.0.join("data").display()));
        command.arg(format!("--init-file={}", folder.0.join("accounts.sql").display()));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    fn launch(&mut self) {
        self.child = Self::command(&self.folder, self.port).spawn().unwrap();
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// The database under the migrator's account, as soon as it answers.
    async fn pool(&self) -> MySqlPool {
        let owner = servers::migrator_account();
        let place = format!("127.0.0.1:{}/pavitra", self.port);
        let url = format!("mysql://{}:{}@{place}", owner.user, owner.password.expose_secret());
        let pool = MySqlPool::connect_lazy(&url).unwrap();
        eventually("the database answers", async || pool.acquire().await.is_ok()).await;
        pool
    }

    fn surroundings(&self, db: &MySqlPool) -> Surroundings {
        let namespace = format!("outage-{}", self.port);
        Surroundings::of(db).with("RABBITMQ_NAMESPACE", &namespace).with("DB_MAX_CONNECTIONS", "8")
    }
}

impl Drop for Mariadb {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The accounts of the test run, on a server of its own.
fn accounts() -> String {
    let (owner, services) = (servers::migrator_account(), servers::services_account());
    let create =
        |user: &str, password: &str| format!("CREATE USER IF NOT EXISTS '{user}'@'%' IDENTIFIED BY '{password}';\n");
    let mut sql = "CREATE DATABASE IF NOT EXISTS pavitra CHARACTER SET utf8mb4;\n".to_owned();
    sql += &create(&owner.user, owner.password.expose_secret());
    sql += &create(&services.user, services.password.expose_secret());
    sql + &format!("GRANT ALL ON *.* TO '{}'@'%' WITH GRANT OPTION;\n", owner.user)
}

fn whoami() -> String {
    let id = Command::new("id").arg("-un").output().unwrap();
    String::from_utf8(id.stdout).unwrap().trim().to_owned()
}
