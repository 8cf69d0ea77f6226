//! A log-in that ends at the auth service, as the other five hear of it.

use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};
use shared::config::ServiceName;
use sqlx::MySqlPool;

use super::shop::{Shop, eventually};
use crate::forgery::ASKING;

/// Somebody who is signed in.
struct Asha {
    http: Client,
    token: String,
}

impl Asha {
    async fn in_shop(shop: &Shop) -> Self {
        let http = Client::new();
        let form = json!({ "login_id": "asha@example.com", "password": "correct horse battery" });
        Self::answered(&http, http.post(shop.url("/api/v1/auth/login")).json(&form)).await
    }

    async fn registered_in(shop: &Shop) -> Self {
        let http = Client::new();
        let form = json!({ "email": "asha@example.com", "password": "correct horse battery", "first_name": "Asha",
                           "last_name": "Rao" });
        Self::answered(&http, http.post(shop.url("/api/v1/auth/register")).json(&form)).await
    }

    async fn answered(http: &Client, request: RequestBuilder) -> Self {
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        Self { http: http.clone(), token: answer["access_token"].as_str().unwrap().to_owned() }
    }

    async fn get(&self, url: String) -> Response {
        self.http.get(url).bearer_auth(&self.token).send().await.unwrap()
    }

    async fn post(&self, shop: &Shop, path: &str) {
        let answer = self.http.post(shop.url(path)).bearer_auth(&self.token).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
    }

    /// Whether the service takes her for somebody. The product service asks nobody who they are, and counts them.
    async fn is_known_to(&self, shop: &Shop, service: ServiceName, path: &str) -> bool {
        let answer = self.get(shop.url_of(service, path)).await;
        match service {
            ServiceName::Product => answer.headers()["ratelimit-limit"] == "90000",
            _ => answer.status().as_u16() != 401,
        }
    }
}

#[sqlx::test(migrations = false)]
async fn every_service_hears_that_a_log_in_has_ended(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let (phone, computer) = (Asha::registered_in(&shop).await, Asha::in_shop(&shop).await);
    let tablet = Asha::in_shop(&shop).await;
    for (service, path) in ASKING {
        eventually("counted as somebody", async || phone.is_known_to(&shop, service, path).await).await;
    }
    phone.post(&shop, "/api/v1/auth/logout").await;
    for (service, path) in ASKING {
        eventually("signed out", async || !phone.is_known_to(&shop, service, path).await).await;
        assert!(computer.is_known_to(&shop, service, path).await, "{service}");
    }
    let devices: Value = computer.get(shop.url("/api/v1/auth/sessions")).await.json().await.unwrap();
    let tablets = devices["data"]["items"].as_array().unwrap();
    let other = tablets.iter().find(|device| device["is_current"] == false).unwrap();
    let url = shop.url(&format!("/api/v1/auth/sessions/{}", other["id"]));
    assert!(computer.http.delete(url).bearer_auth(&computer.token).send().await.unwrap().status().is_success());
    for (service, path) in ASKING {
        eventually("signed out from another device", async || !tablet.is_known_to(&shop, service, path).await).await;
        assert!(computer.is_known_to(&shop, service, path).await, "{service}");
    }
    computer.post(&shop, "/api/v1/auth/logout-all").await;
    for (service, path) in ASKING {
        eventually("signed out everywhere", async || !computer.is_known_to(&shop, service, path).await).await;
    }
}
