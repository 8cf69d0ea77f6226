//! `/api/v1/users/addresses`

use axum::body::Body;
use axum::http::Method;
use futures::future::join_all;
use serde_json::{Value, json};
use sqlx::MySqlPool;
use testing::{Caller, build};

use crate::{app, delete, send};

const BOOK: &str = "/api/v1/users/addresses";

fn address(city: &str) -> Value {
    json!({ "full_name": "Asha Rao", "phone": "098200 12345", "address_line1": "4 Hill Road", "city": city,
            "state": "MH", "postal_code": "400050" })
}

fn with(mut address: Value, field: &str, value: Value) -> Value {
    address.as_object_mut().unwrap().insert(field.to_owned(), value);
    address
}

async fn add(caller: &Caller, address: Value) -> Value {
    caller.post(BOOK, address).await.data()
}

/// City, kind and whether it is proposed, in the order of the book.
async fn book(caller: &Caller) -> Vec<Value> {
    let book = &caller.get(BOOK).await.data();
    let items = book["items"].as_array().unwrap();
    items.iter().map(|item| json!([item["city"], item["address_type"], item["is_default"]])).collect()
}

async fn put_default(caller: &Caller, id: &Value) -> Value {
    caller.send(Method::PUT, &format!("{BOOK}/{id}/default"), Body::empty()).await.data()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_address_is_kept_as_the_shop_writes_it(db: MySqlPool) {
    let asha = app(&db).await.as_user(build::user("Asha").insert(&db).await);
    let answer = asha.post(BOOK, with(address(" Mumbai "), "landmark", json!(""))).await;
    assert_eq!(answer.status.as_u16(), 201);
    let saved = answer.data();
    assert_eq!(answer.headers["location"], format!("{BOOK}/{}", saved["id"]));
    insta::assert_json_snapshot!(saved, { ".uuid" => "[uuid]" }, @r#"
    {
      "address_line1": "4 Hill Road",
      "address_line2": null,
      "address_type": "shipping",
      "address_type_detail": "home",
      "city": "Mumbai",
      "country": "India",
      "created_at": "2026-11-22T12:00:00Z",
      "full_name": "Asha Rao",
      "id": 1,
      "is_default": true,
      "landmark": null,
      "phone": "+919820012345",
      "postal_code": "400050",
      "state": "Maharashtra",
      "state_code": "27",
      "uuid": "[uuid]"
    }
    "#);
    assert_eq!(asha.get(&format!("{BOOK}/1")).await.data(), saved);
    let other = with(address("Pune"), "label", json!("work"));
    let other = send(&asha, Method::PUT, &format!("{BOOK}/1"), other).await.data();
    assert_eq!(
        (&other["city"], &other["address_type_detail"], &other["is_default"]),
        (&json!("Pune"), &json!("work"), &json!(true))
    );
    assert_eq!(book(&asha).await.len(), 1);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_pin_lies_in_its_state(db: MySqlPool) {
    let asha = app(&db).await.as_user(build::user("Asha").insert(&db).await);
    let wrong = async |address: Value| asha.post(BOOK, address).await.wrong_fields();
    assert_eq!(wrong(with(address("Goa"), "state", json!("Goa"))).await, ["postal_code"]);
    assert_eq!(wrong(with(address("Mumbai"), "state", json!("Atlantis"))).await, ["state"]);
    assert_eq!(wrong(with(address("Mumbai"), "state", json!("Other Territory"))).await, ["state"]);
    assert_eq!(wrong(with(address("Mumbai"), "country", json!("Nepal"))).await, ["country"]);
    let shared = with(with(address("Mahe"), "state", json!("puducherry")), "postal_code", json!(673_310));
    assert_eq!(add(&asha, shared).await["state"], "Puducherry");
    let saved = send(&asha, Method::PUT, &format!("{BOOK}/1"), with(address("Goa"), "state", json!("Goa"))).await;
    assert_eq!(saved.wrong_fields(), ["postal_code"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn of_each_kind_one_is_proposed(db: MySqlPool) {
    let asha = app(&db).await.as_user(build::user("Asha").insert(&db).await);
    let one = add(&asha, address("One")).await["id"].clone();
    let two = add(&asha, address("Two")).await["id"].clone();
    let bill = add(&asha, with(address("Bill"), "address_type", json!("billing"))).await;
    assert_eq!(bill["is_default"], true);
    let three = add(&asha, with(address("Three"), "is_default", json!(true))).await["id"].clone();
    let row = |city: &str, kind: &str, default: bool| json!([city, kind, default]);
    let expected = [
        row("Three", "shipping", true),
        row("Bill", "billing", true),
        row("Two", "shipping", false),
        row("One", "shipping", false),
    ];
    assert_eq!(book(&asha).await, expected);
    assert_eq!(put_default(&asha, &one).await["is_default"], true);
    delete(&asha, &format!("{BOOK}/{one}")).await.data();
    assert_eq!(book(&asha).await[0], row("Three", "shipping", true), "the youngest takes its turn");
    let as_bill = with(with(address("Three"), "address_type", json!("billing")), "is_default", json!(true));
    send(&asha, Method::PUT, &format!("{BOOK}/{three}"), as_bill).await.data();
    let expected = [row("Three", "billing", true), row("Two", "shipping", true), row("Bill", "billing", false)];
    assert_eq!(book(&asha).await, expected);
    let answers = join_all([&two, &two, &bill["id"], &three].map(|id| put_default(&asha, id))).await;
    assert_eq!(answers.len(), 4);
    assert_eq!(book(&asha).await.iter().filter(|row| row[2] == true).count(), 2);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_book_holds_twenty_addresses_however_many_come_at_once(db: MySqlPool) {
    let asha = app(&db).await.as_user(build::user("Asha").insert(&db).await);
    for _ in 0..18 {
        add(&asha, address("Mumbai")).await;
    }
    let answers = join_all((0..6).map(|_| asha.post(BOOK, address("Mumbai")))).await;
    let refused: Vec<_> = answers.iter().filter(|answer| !answer.status.is_success()).collect();
    assert!(refused.len() == 4 && refused.iter().all(|answer| answer.error() == "ADDRESS_LIMIT"));
    assert_eq!(book(&asha).await.len(), 20);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn somebody_else_s_address_does_not_exist(db: MySqlPool) {
    let app = app(&db).await;
    let asha = app.as_user(build::user("Asha").insert(&db).await);
    let ravi = app.as_user(build::user("Ravi").insert(&db).await);
    let id = add(&asha, address("Mumbai")).await["id"].clone();
    for path in [format!("{BOOK}/{id}"), format!("{BOOK}/999999")] {
        let change = send(&ravi, Method::PUT, &path, address("Pune")).await;
        let default = ravi.send(Method::PUT, &format!("{path}/default"), Body::empty()).await;
        for answer in [ravi.get(&path).await, delete(&ravi, &path).await, change, default] {
            assert_eq!((answer.status.as_u16(), answer.error()), (404, "NOT_FOUND".to_owned()), "{path}");
        }
    }
    assert_eq!(asha.get(&format!("{BOOK}/{id}")).await.data()["city"], "Mumbai");
    assert!(book(&ravi).await.is_empty());
}
