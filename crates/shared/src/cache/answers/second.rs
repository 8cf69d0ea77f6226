//! The second level: answers in Redis, for replicas that have not loaded them themselves. Without Redis everybody loads.
//!
//! Each place has a token that nobody uses twice. A page is stored together with the tokens that stood there before its
//! load began, unless they have changed meanwhile, and is read under the same tokens only. A replica that hears of a
//! change owes new tokens, and pays them before it reads or writes again.

use std::collections::BTreeSet;
use std::num::NonZeroU64;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use redis::{RedisResult, Script, ScriptInvocation};
use uuid::Uuid;

use super::generations::Place;
use super::{Cache, Kept};

/// How long Redis may take: a load is not much slower.
const PATIENCE: Duration = Duration::from_millis(100);
/// How long a Redis that failed is left alone.
const REST: Duration = Duration::from_secs(1);
/// How many milliseconds an answer stays that nobody declared old, and a quarter more at most.
const PAGES: u64 = 10_000;
/// How many milliseconds the answer stays that nothing is there.
const ABSENT: u64 = 2_000;
/// How many seconds a token stays: longer than any page.
const TOKENS: u64 = 86_400;
/// A larger answer is not worth the way.
const LARGEST: usize = 512 * 1024;
/// The length of a token.
const TOKEN: usize = 32;

/// Hands out the tokens of both places, made now where there was none, and the page.
static READ: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local tokens = ''
         for place = 1, 2 do
             local token = redis.call('GET', KEYS[place])
             if not token then
                 token = ARGV[1]
                 redis.call('SET', KEYS[place], token, 'EX', ARGV[2])
             end
             tokens = tokens .. token
         end
         return {tokens, redis.call('GET', KEYS[3])}",
    )
});

/// Stores a page unless a token has changed.
static WRITE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local tokens = ''
         for place = 1, 2 do tokens = tokens .. (redis.call('GET', KEYS[place]) or '') end
         if tokens ~= ARGV[1] then return 0 end
         redis.call('SET', KEYS[3], ARGV[2], 'PX', ARGV[3])
         return 1",
    )
});

/// What Redis had to say about a key before the load began.
pub(super) struct Page {
    names: [String; 3],
    tokens: String,
    /// The answer, if it is there and nothing has changed since.
    pub(super) kept: Option<Arc<Kept>>,
}

pub(super) struct SecondLevel {
    cache: Cache,
    prefix: String,
    debt: Mutex<Debt>,
    owes: AtomicBool,
    cashier: tokio::sync::Mutex<()>,
    rests_until: Mutex<Option<Instant>>,
}

/// The places that have changed and that Redis has not been told of.
struct Debt {
    places: BTreeSet<Place>,
    /// Moves with every change, so that what is added during a payment stays.
    version: u64,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl SecondLevel {
    /// Whoever starts has missed everything.
    pub(super) fn new(cache: Cache, shop: &str) -> Self {
        Self {
            cache,
            prefix: format!("product:{shop}"),
            debt: Mutex::new(Debt { places: BTreeSet::from([Place::EVERYTHING]), version: 0 }),
            owes: AtomicBool::new(true),
            cashier: tokio::sync::Mutex::new(()),
            rests_until: Mutex::new(None),
        }
    }

    /// Redis has to be told that these places have changed.
    pub(super) fn owe(&self, places: &[Place]) {
        let mut debt = locked(&self.debt);
        debt.places.extend(places);
        debt.version = debt.version.wrapping_add(1);
        self.owes.store(true, Ordering::SeqCst);
    }

    /// What is there under `key`; nothing while Redis is away.
    pub(super) async fn fetch(&self, key: &str, place: Place) -> Option<Page> {
        let names = [self.token_of(Place::EVERYTHING), self.token_of(place), format!("{}:answer:{key}", self.prefix)];
        let (tokens, page) = self.attempt(self.read(&names)).await?;
        let kept = page.and_then(|page| unpack(&page, &tokens)).map(Arc::new);
        Some(Page { names, tokens, kept })
    }

    async fn read(&self, names: &[String; 3]) -> RedisResult<(String, Option<Bytes>)> {
        self.pay().await?;
        let mut script = with_keys(&READ, names);
        script.arg(new_token()).arg(TOKENS);
        let (tokens, page): (String, Option<Vec<u8>>) = script.invoke_async(&mut self.cache.connection.clone()).await?;
        Ok((tokens, page.map(Bytes::from)))
    }

    /// Keeps an answer whose load began after `page` was fetched, unless something has changed meanwhile.
    pub(super) async fn store(&self, page: &Page, kept: &Kept) {
        if kept.body.len() <= LARGEST {
            self.attempt(self.write(page, kept)).await;
        }
    }

    async fn write(&self, page: &Page, kept: &Kept) -> RedisResult<()> {
        self.pay().await?;
        let stay = if kept.etag.is_some() { PAGES } else { ABSENT };
        let stay = stay + u64::from(rand::random::<u8>()) * stay / 1024;
        let mut script = with_keys(&WRITE, &page.names);
        script.arg(&page.tokens).arg(pack(&page.tokens, kept)).arg(stay);
        script.invoke_async(&mut self.cache.connection.clone()).await
    }

    /// Gives every place that has changed a new token; returns when nothing is owed.
    async fn pay(&self) -> RedisResult<()> {
        while self.owes.load(Ordering::SeqCst) {
            let _turn = self.cashier.lock().await;
            let (places, version) = {
                let debt = locked(&self.debt);
                (debt.places.clone(), debt.version)
            };
            let mut payment = redis::pipe();
            for place in places {
                payment.cmd("SET").arg(self.token_of(place)).arg(new_token()).arg("EX").arg(TOKENS).ignore();
            }
            if !payment.is_empty() {
                payment.exec_async(&mut self.cache.connection.clone()).await?;
            }
            let mut debt = locked(&self.debt);
            if debt.version == version {
                debt.places.clear();
                self.owes.store(false, Ordering::SeqCst);
            }
        }
        Ok(())
    }

    /// Redis is not waited for, nor asked again for a while when it fails.
    async fn attempt<T>(&self, work: impl Future<Output = RedisResult<T>>) -> Option<T> {
        if locked(&self.rests_until).is_some_and(|until| Instant::now() < until) {
            return None;
        }
        match tokio::time::timeout(PATIENCE, work).await {
            Ok(Ok(done)) => return Some(done),
            Ok(Err(error)) => tracing::debug!(exception = %error, "Redis keeps no answers for now"),
            Err(_) => tracing::debug!("Redis keeps no answers in time"),
        }
        *locked(&self.rests_until) = Some(Instant::now() + REST);
        None
    }

    fn token_of(&self, place: Place) -> String {
        format!("{}:token:{}", self.prefix, place.number())
    }
}

fn with_keys<'a>(script: &'a Script, names: &[String; 3]) -> ScriptInvocation<'a> {
    let mut call = script.prepare_invoke();
    for name in names {
        call.key(name);
    }
    call
}

fn new_token() -> String {
    Uuid::new_v4().simple().to_string()
}

/// Tokens, whether it is there, what it is about, body.
fn pack(tokens: &str, kept: &Kept) -> Vec<u8> {
    let mut page = tokens.as_bytes().to_vec();
    page.push(u8::from(kept.etag.is_some()));
    page.extend(kept.about.map_or(0, NonZeroU64::get).to_be_bytes());
    page.extend_from_slice(&kept.body);
    page
}

/// The answer of a page that was stored under these tokens.
fn unpack(page: &Bytes, tokens: &str) -> Option<Kept> {
    let head = page.get(..2 * TOKEN + 9).filter(|head| head.starts_with(tokens.as_bytes()))?;
    let (is_there, about) = head.get(2 * TOKEN..)?.split_first()?;
    let about = NonZeroU64::new(u64::from_be_bytes(about.try_into().ok()?));
    let body = page.slice(2 * TOKEN + 9..);
    Some(if *is_there == 1 { Kept::found(body, about) } else { Kept::absent(body) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_as_it_was_written_and_under_its_tokens_only() {
        let (tokens, others) = (new_token() + &new_token(), new_token() + &new_token());
        for kept in [
            Kept::found(Bytes::from_static(b"{}"), NonZeroU64::new(7)),
            Kept::found(Bytes::new(), None),
            Kept::absent(Bytes::from_static(b"gone")),
        ] {
            let page = Bytes::from(pack(&tokens, &kept));
            assert_eq!(unpack(&page, &tokens), Some(kept));
            assert_eq!(unpack(&page, &others), None);
        }
        assert_eq!(unpack(&Bytes::from_static(b"nonsense"), ""), None);
    }
}
