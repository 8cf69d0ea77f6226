//! Addresses of pages: they follow a page that has moved.

use sqlx::MySqlPool;
use testing::build;

use crate::app;

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_address_that_a_page_had_leads_to_the_one_that_it_has_while_it_is_shown(db: MySqlPool) {
    let category = build::category("Soap").insert(&db).await;
    let soap = build::product("Neem Soap", category).insert(&db).await;
    let remember = sqlx::query("INSERT INTO old_slugs (kind, slug, subject_id) VALUES ('product', 'nim-soap', ?)");
    remember.bind(soap).execute(&db).await.unwrap();
    let caller = app(&db).await.anonymous();
    for path in ["/api/v1/products/slug/nim-soap", "/api/v1/products/slug/nim-soap/"] {
        let answer = caller.get(path).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (301, ""), "{path}");
        assert_eq!(answer.headers["location"], "/api/v1/products/slug/neem-soap");
        assert_eq!(answer.headers["cache-control"], "private, no-store", "it may move again");
    }
    assert_eq!(caller.get("/api/v1/products/slug/neem-soap").await.data()["name"], "Neem Soap");
    assert_eq!(caller.get("/api/v1/products/slug/no-soap").await.error(), "NOT_FOUND");
    sqlx::raw_sql("UPDATE products SET status = 'archived'").execute(&db).await.unwrap();
    assert_eq!(caller.get("/api/v1/products/slug/nim-soap").await.error(), "NOT_FOUND");
}
