//! The guest becomes a customer, and leaves in the end.

use std::time::{Duration, Instant};

use anyhow::{bail, ensure};
use reqwest::StatusCode;
use serde_json::json;
use uuid::Uuid;

use super::answers::{Profile, SignedIn};
use super::browsing::{Pick, in_words, see_cart};
use super::shopper::{Answer, Shopper};
use super::timeline::Checked;

const PROFILE: &str = "/api/v1/users/profile";
/// For how long a token may be good after its log-in has ended.
const NOTICE: Duration = Duration::from_secs(1);

/// Who buys.
pub(super) struct Account {
    pub(super) email: String,
    password: String,
}

impl Account {
    /// Somebody new.
    pub(super) fn new() -> Self {
        let name = Uuid::new_v4().simple().to_string();
        Self { email: format!("demo-{}@example.com", name.split_at(12).0), password: Uuid::new_v4().to_string() }
    }
}

pub(super) async fn register(shopper: &mut Shopper, account: &Account) -> Checked {
    let answer = first_sign_in(shopper, account).await?;
    let SignedIn { access_token, data } = answer.read()?;
    ensure!(access_token == data.access_token, "expected one access token at the top and in data, got two");
    shopper.sign_in(access_token);
    Ok(((), format!("{}: tokens at the top and in data", account.email)))
}

/// A registration whose answer was lost is there all the same: then the new customer logs in.
async fn first_sign_in(shopper: &mut Shopper, account: &Account) -> anyhow::Result<Answer> {
    let Account { email, password } = account;
    let body = json!({ "email": email, "password": password, "first_name": "Asha", "last_name": "Kulkarni" });
    let answer = shopper.post("/api/v1/auth/register", body).await?;
    if answer.status != StatusCode::CONFLICT || !answer.is_repeated {
        return answer.expect(StatusCode::CREATED);
    }
    let body = json!({ "login_id": email, "password": password });
    shopper.post("/api/v1/auth/login", body).await?.expect(StatusCode::OK)
}

pub(super) async fn show_profile(shopper: &mut Shopper, account: &Account) -> Checked {
    let Profile { email } = shopper.get(PROFILE).await?.expect(StatusCode::OK)?.data()?;
    let (due, got) = (&account.email, email.unwrap_or_default());
    ensure!(got == *due, "expected the profile of {due}, got that of {got:?}");
    Ok(((), "the profile is the new customer's".to_owned()))
}

pub(super) async fn see_merged_cart(shopper: &mut Shopper, basket: &[Pick]) -> Checked {
    see_cart(shopper, basket).await?;
    Ok(((), format!("the customer's cart: {}", in_words(basket))))
}

/// Logs out; the token has to be refused elsewhere within a second.
pub(super) async fn log_out(shopper: &mut Shopper) -> Checked {
    let answer = shopper.post("/api/v1/auth/logout", json!({})).await?;
    if answer.status != StatusCode::UNAUTHORIZED || !answer.is_repeated {
        answer.expect(StatusCode::OK)?;
    }
    let ended = Instant::now();
    loop {
        let asked = ended.elapsed();
        let answer = shopper.get(PROFILE).await?;
        if answer.status == StatusCode::UNAUTHORIZED {
            return Ok(((), format!("the user service refuses the token, asked after {} ms", asked.as_millis())));
        }
        let answer = answer.expect(StatusCode::OK)?;
        if asked > NOTICE {
            bail!("expected 401 a second after logging out, got {} after {} ms", answer.status, asked.as_millis());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
