//! Hashing as its callers see it, and as the machine does.

use std::collections::HashSet;
use std::sync::mpsc;
use std::thread::ThreadId;

use super::*;

fn password(text: &str) -> Password {
    Password::try_from(text.to_owned()).unwrap()
}

fn attempt(text: &str) -> PasswordAttempt {
    PasswordAttempt::try_from(text.to_owned()).unwrap()
}

const COST: fn() -> Cost = Cost::default;
/// Longer than any test takes.
const NEVER: Duration = Duration::from_hours(1);

#[tokio::test]
async fn the_right_password_opens_and_any_other_does_not() {
    let hasher = Hasher::default();
    let known = hasher.hash(password("correct horse"), COST()).await.unwrap();
    assert!(known.expose().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    assert!(COST().is_of(known.expose()));
    assert!(hasher.verify(attempt("correct horse"), Some(known.clone()), COST()).await.unwrap());
    for wrong in ["", "Correct horse", "correct horse ", "battery staple"] {
        assert!(!hasher.verify(attempt(wrong), Some(known.clone()), COST()).await.unwrap(), "{wrong}");
    }
    let again = hasher.hash(password("correct horse"), COST()).await.unwrap();
    assert_ne!(known.expose(), again.expose(), "every hash has a salt of its own");
}

#[tokio::test]
async fn a_hash_that_another_implementation_made_opens_and_a_foreign_kind_does_not() {
    let hasher = Hasher::default();
    for (known, opens) in [
        // argon2-cffi 25.1, `correct horse`, of the time when the shop had other parameters
        (CFFI, true),
        (&CFFI.replace("argon2id", "argon2i"), false),
        (&CFFI.replace("v=19", "v=16"), false),
        (&CFFI.replace("m=8192", "m=1048576"), false),
        (&CFFI.replace("p=1", "p=2"), false),
        (CFFI.rsplit_once('$').unwrap().0, false),
    ] {
        let before = hasher.computed();
        let known = PasswordHash::new(known.to_owned());
        assert_eq!(
            hasher.verify(attempt("correct horse"), Some(known.clone()), COST()).await.unwrap(),
            opens,
            "{}",
            known.expose()
        );
        assert_eq!(hasher.computed() - before, 1);
    }
}

const CFFI: &str = "$argon2id$v=19$m=8192,t=5,p=1$GC7Zfk1mOeWb8WU1CRcCgQ$XnmibvpI/TMdhAJJCifda1PMjlYxD8qDQMu6W3CT7Yc";

#[tokio::test]
async fn nobody_s_account_costs_as_much_as_somebody_s() {
    let hasher = Hasher::default();
    let known = hasher.hash(password("correct horse"), COST()).await.unwrap();
    for known in [Some(known), Some(PasswordHash::of_nobody()), None] {
        let before = hasher.computed();
        assert!(!hasher.verify(attempt("wrong"), known, COST()).await.unwrap());
        assert_eq!(hasher.computed() - before, 1);
    }
}

#[tokio::test]
async fn whoever_finds_the_queue_full_is_sent_away() {
    let hasher = Hasher::with_room(1, 1, NEVER);
    let (release, held) = mpsc::channel();
    let computing = hasher.beside_the_requests(move |_| Ok(held.recv()?));
    let waiting = hasher.verify(attempt("second"), None, COST());
    let turned_away = async {
        let answer = hasher.verify(attempt("third"), None, COST()).await;
        release.send(()).unwrap();
        answer
    };
    let (computed, waited, turned_away) = tokio::join!(computing, waiting, turned_away);
    assert!(computed.is_ok() && !waited.unwrap());
    assert!(matches!(turned_away, Err(Error::Unavailable { .. })));
    assert_eq!(hasher.computed(), 1);
}

#[tokio::test]
async fn a_request_that_goes_away_frees_no_core_before_its_time_and_costs_nothing_before_its_turn() {
    let hasher = Hasher::with_room(1, 1, NEVER);
    let (started, start) = mpsc::channel::<()>();
    let (release, held) = mpsc::channel::<()>();
    let computing = hasher.beside_the_requests(move |_| {
        started.send(())?;
        Ok(held.recv()?)
    });
    tokio::select! {
        _ = computing => unreachable!("nobody has released it"),
        begun = tokio::task::spawn_blocking(move || start.recv()) => begun.unwrap().unwrap(),
    }
    tokio::select! {
        biased;
        _ = hasher.verify(attempt("impatient"), None, COST()) => unreachable!("the core is taken"),
        () = async {} => {}
    }
    assert!(matches!(hasher.verify(attempt("next"), None, COST()).await, Err(Error::Unavailable { .. })));
    release.send(()).unwrap();
    drop(hasher.0.places.acquire_many(2).await.unwrap());
    assert!(!hasher.verify(attempt("next"), None, COST()).await.unwrap());
    assert_eq!(hasher.computed(), 1, "the first computed nothing, the impatient one neither");
}

#[tokio::test]
async fn four_hashes_share_the_threads_and_the_memory_of_two_cores() {
    let hasher = Hasher::with_room(2, 62, NEVER);
    let look = |hasher: &Hasher| {
        let hasher = hasher.clone();
        async move {
            let look = move |stove: &mut Stove| {
                stove.hash(b"correct horse", COST())?;
                let address = stove.address();
                Ok((std::thread::current().id(), address))
            };
            hasher.beside_the_requests(look).await.unwrap()
        }
    };
    let mut seen: HashSet<(ThreadId, usize)> = HashSet::new();
    for _ in 0..4 {
        let round = tokio::join!(look(&hasher), look(&hasher), look(&hasher), look(&hasher));
        seen.extend([round.0, round.1, round.2, round.3]);
    }
    assert!(seen.len() <= 2, "a thread keeps its memory from hash to hash: {seen:?}");
}

#[tokio::test]
async fn a_hash_that_breaks_down_breaks_nothing_else() {
    let hasher = Hasher::with_room(1, 1, NEVER);
    let broken = hasher.beside_the_requests(|_| -> anyhow::Result<()> { panic!("a bug") }).await;
    assert!(matches!(broken, Err(Error::Internal(_))));
    assert!(!hasher.verify(attempt("next"), None, COST()).await.unwrap());
}
