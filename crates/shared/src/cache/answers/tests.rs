//! What is kept, for how long, and who loads.

use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use tokio::sync::Notify;

use super::*;

const KEY: &str = "/api/v1/products/7";

struct Desk {
    answers: Answers,
    loads: AtomicUsize,
}

impl Desk {
    /// Everything has just been heard.
    fn new() -> Arc<Self> {
        let answers = Answers::with(None);
        answers.heard(Instant::now());
        Arc::new(Self { answers, loads: AtomicUsize::new(0) })
    }

    fn loads(&self) -> usize {
        self.loads.load(Ordering::SeqCst)
    }

    fn load(&self, text: &'static str) -> Loaded<&'static str> {
        self.loads.fetch_add(1, Ordering::SeqCst);
        Loaded::Kept(Kept::found(Bytes::from_static(text.as_bytes()), None))
    }

    async fn ask(&self, scope: Scope, text: &'static str) -> Bytes {
        self.answers.serve(KEY, scope, async || self.load(text)).await.unwrap().body.clone()
    }
}

#[tokio::test]
async fn five_hundred_who_ask_at_once_cost_one_load() {
    let desk = Desk::new();
    let asked = AtomicUsize::new(0);
    let ask = async || {
        asked.fetch_add(1, Ordering::SeqCst);
        let load = async || {
            while asked.load(Ordering::SeqCst) < 500 {
                tokio::task::yield_now().await;
            }
            desk.load("once")
        };
        desk.answers.serve(KEY, Scope::Many, load).await.unwrap().body.clone()
    };
    let told = futures::future::join_all((0..500).map(|_| ask())).await;
    assert!(told.iter().all(|body| body == "once") && told.len() == 500);
    assert_eq!(desk.loads(), 1);
}

#[tokio::test]
async fn what_is_kept_is_told_for_a_second_from_the_beginning_of_its_load() {
    let desk = Desk::new();
    assert_eq!(desk.ask(Scope::Many, "old").await, "old");
    desk.answers.0.watch.advance(999);
    desk.answers.heard(Instant::now());
    assert_eq!(desk.ask(Scope::Many, "new").await, "old");
    desk.answers.0.watch.advance(1);
    assert_eq!(desk.ask(Scope::Many, "new").await, "new");
}

#[tokio::test]
async fn who_has_heard_nothing_for_a_second_believes_nothing() {
    let desk = Arc::new(Desk { answers: Answers::with(None), loads: AtomicUsize::new(0) });
    assert_eq!([desk.ask(Scope::Many, "a").await, desk.ask(Scope::Many, "b").await], ["a", "b"]);
    desk.answers.heard(Instant::now());
    desk.answers.forget_all();
    desk.answers.0.watch.advance(600);
    assert_eq!([desk.ask(Scope::Many, "c").await, desk.ask(Scope::Many, "d").await], ["c", "c"]);
    desk.answers.0.watch.advance(400);
    assert_eq!(desk.ask(Scope::Many, "e").await, "e");
}

#[tokio::test]
async fn a_change_makes_old_what_shows_it_and_nothing_else() {
    let desk = Desk::new();
    assert_eq!(desk.ask(Scope::One(7), "old").await, "old");
    desk.answers.forget(8);
    assert_eq!(desk.ask(Scope::One(7), "new").await, "old");
    desk.answers.forget(7);
    assert_eq!(desk.ask(Scope::One(7), "new").await, "new");
    desk.answers.forget_all();
    assert_eq!(desk.ask(Scope::One(7), "newest").await, "newest");
    desk.answers.serve("list", Scope::Many, async || desk.load("list")).await.unwrap();
    desk.answers.forget(9);
    let list = desk.answers.serve("list", Scope::Many, async || desk.load("new list")).await.unwrap();
    assert_eq!(list.body, "new list");
}

#[tokio::test]
async fn a_load_that_a_change_has_overtaken_is_not_kept_and_not_joined() {
    let desk = Desk::new();
    let (begun, goes_on) = (Notify::new(), Notify::new());
    let overtaken = desk.answers.serve(KEY, Scope::One(7), async || {
        let old = desk.load("old");
        begun.notify_one();
        goes_on.notified().await;
        old
    });
    let change = async {
        begun.notified().await;
        desk.answers.forget(7);
        let joined = desk.ask(Scope::One(7), "new").await;
        goes_on.notify_one();
        joined
    };
    let (overtaken, joined) = tokio::join!(overtaken, change);
    assert_eq!((&*overtaken.unwrap().body, &*joined), (&b"old"[..], &b"new"[..]));
    assert_eq!(desk.ask(Scope::One(7), "newest").await, "newest", "the overtaken load stands where the new one stood");
}

#[tokio::test]
async fn who_goes_away_leaves_the_load_to_the_next() {
    let desk = Desk::new();
    let gone = desk.answers.serve(KEY, Scope::Many, std::future::pending::<Loaded<()>>);
    let gone = tokio::time::timeout(Duration::from_millis(100), gone);
    let next = async {
        tokio::task::yield_now().await;
        desk.ask(Scope::Many, "next").await
    };
    let (gone, next) = tokio::join!(gone, next);
    assert!(gone.is_err() && next == "next");
    assert!(desk.answers.0.flights.is_empty());
}

#[tokio::test]
async fn a_refusal_is_everybody_s_own_and_a_failure_is_shared() {
    let desk = &*Desk::new();
    let asked = |loaded: fn() -> Loaded<&'static str>| {
        let load = async move || {
            desk.loads.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            loaded()
        };
        async move { desk.answers.serve(KEY, Scope::Many, load).await.unwrap_err() }
    };
    let refused = futures::future::join_all([asked(|| Loaded::Refused("no")), asked(|| Loaded::Refused("no"))]).await;
    assert_eq!((refused, desk.loads()), (vec![Some("no"), Some("no")], 2));
    let failed = futures::future::join_all([asked(|| Loaded::Failed("503")), asked(|| Loaded::Failed("503"))]).await;
    assert_eq!((failed, desk.loads()), (vec![Some("503"), None], 3));
}

#[test]
fn an_answer_has_the_tag_of_its_bytes() {
    let tag = |body| Kept::found(Bytes::from_static(body), None).etag.unwrap();
    assert_eq!(tag(b""), "\"e3b0c44298fc1c149afbf4c8996fb924\"");
    assert_ne!(tag(b"a"), tag(b"b"));
    assert_eq!(Kept::absent(Bytes::new()).etag, None);
}
