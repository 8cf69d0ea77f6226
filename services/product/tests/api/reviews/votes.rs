//! `/api/v1/products/reviews/{id}/vote`

use axum::http::Method;
use commerce::ids::ReviewId;
use serde_json::json;
use sqlx::MySqlPool;
use testing::{Answer, Caller, build};

use super::{futures_of, send, soap};
use crate::app;

pub(super) async fn vote(caller: &Caller, review: ReviewId, is_helpful: bool) -> Answer {
    send(caller, Method::POST, &format!("/reviews/{review}/vote"), json!({ "is_helpful": is_helpful })).await
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn however_many_vote_at_once_each_counts_once(db: MySqlPool) {
    let soap = soap(&db).await;
    let (asha, app) = (build::user("Asha").insert(&db).await, app(&db).await);
    let hers = build::review(asha, soap, 5, &db).await;
    let mut callers = Vec::new();
    for number in 0..8 {
        callers.push(app.as_user(build::user(&format!("Reader {number}")).insert(&db).await));
    }
    // Each twice, and half of them change their mind.
    let votes = callers.iter().chain(&callers).map(|caller| vote(caller, hers, true));
    assert!(futures_of(votes).await.iter().all(|answer| answer.status == 200));
    let changed = callers.iter().take(4).map(|caller| vote(caller, hers, false));
    assert!(futures_of(changed).await.iter().all(|answer| answer.data()["is_helpful"] == false));
    let counted: (u32, u32) =
        sqlx::query_as("SELECT helpful_count, unhelpful_count FROM product_reviews").fetch_one(&db).await.unwrap();
    assert_eq!(counted, (4, 4));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nobody_votes_on_their_own_or_on_what_is_not_shown(db: MySqlPool) {
    let soap = soap(&db).await;
    let [asha, ravi] = [build::user("Asha").insert(&db).await, build::user("Ravi").insert(&db).await];
    let (hers, app) = (build::review(asha, soap, 5, &db).await, app(&db).await);
    let own = vote(&app.as_user(asha), hers, true).await;
    assert_eq!((own.status.as_u16(), own.error().as_str()), (422, "INVALID_STATE"));
    let his = app.as_user(ravi);
    assert_eq!(vote(&his, ReviewId::new(999).unwrap(), true).await.error(), "NOT_FOUND");
    sqlx::query("UPDATE products SET status = 'draft'").execute(&db).await.unwrap();
    assert_eq!(vote(&his, hers, true).await.error(), "NOT_FOUND");
    sqlx::query("UPDATE products SET status = 'active'").execute(&db).await.unwrap();
    assert_eq!(
        vote(&his, hers, true).await.data(),
        json!({ "helpful_count": 1, "unhelpful_count": 0, "is_helpful": true })
    );
    sqlx::query("UPDATE product_reviews SET status = 'pending'").execute(&db).await.unwrap();
    assert_eq!(vote(&his, hers, false).await.error(), "NOT_FOUND");
}
