//! `/api/v1/products` with the search index, which the other tests do without, and `/suggest`.

use commerce::ids::CategoryId;
use serde_json::{Value, json};
use shared::changes::{self, Topic};
use sqlx::MySqlPool;
use testing::{Caller, TestApp, build};

use crate::app;

const LIST: &str = "/api/v1/products";

fn names(data: &Value) -> String {
    let items = data["items"].as_array().unwrap().iter();
    items.map(|item| item["name"].as_str().unwrap()).collect::<Vec<_>>().join(", ")
}

async fn indexed(db: &MySqlPool) -> TestApp {
    let app = app(db).await;
    app.tick("search").await.unwrap();
    app
}

async fn list(caller: &Caller, query: &str) -> Value {
    caller.get(&format!("{LIST}?{query}")).await.data()
}

/// Two brands, three categories of which one is below another, five products and a variable one.
async fn shop(db: &MySqlPool) -> [CategoryId; 3] {
    let groceries = build::category("Groceries").insert(db).await;
    let rice = build::category("Rice").below(groceries).insert(db).await;
    let clothing = build::category("Clothing").insert(db).await;
    let (one, two) = (build::brand("Annavriksh", db).await, build::brand("Tilsona", db).await);
    build::product("Basmati", rice).of_brand(one).at(64_900).insert(db).await;
    build::product("Sona Masoori", rice).of_brand(two).at(9_900).stock(0).insert(db).await;
    build::product("Mustard Oil", groceries).of_brand(two).at(18_900).insert(db).await;
    build::product("Gift Box", groceries).at(100_000).stock(2).insert(db).await;
    let kurta = build::product("Kurta", clothing).variable().insert(db).await;
    build::variation(kurta, "S").insert(db).await;
    build::variation(kurta, "M").stock(0).insert(db).await;
    build::variation(kurta, "XL").inactive().insert(db).await;
    for flags in
        ["is_featured = TRUE WHERE id = 1", "is_trending = TRUE WHERE id = 2", "is_on_sale = TRUE WHERE id = 3"]
    {
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!("UPDATE products SET {flags}"))).execute(db).await.unwrap();
    }
    [groceries, rice, clothing]
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn every_filter_finds_the_same_with_and_without_an_index(db: MySqlPool) {
    let [groceries, rice, clothing] = shop(&db).await;
    sqlx::raw_sql(
        "INSERT INTO product_ratings (product_id, review_count, rating_sum)
         SELECT id, id, 3 * id + id % 2 FROM products WHERE id % 3 > 0",
    )
    .execute(&db)
    .await
    .unwrap();
    let (without, with) = (app(&db).await.anonymous(), indexed(&db).await.anonymous());
    for (query, found) in [
        (String::new(), "Basmati, Gift Box, Kurta, Mustard Oil, Sona Masoori"),
        (format!("category_id={groceries}"), "Basmati, Gift Box, Mustard Oil, Sona Masoori"),
        (format!("category_id={rice}"), "Basmati, Sona Masoori"),
        ("category_slug=rice".to_owned(), "Basmati, Sona Masoori"),
        (format!("category_slug=rice&category_id={clothing}"), ""),
        ("category_slug=none".to_owned(), ""),
        ("brand_slug=tilsona".to_owned(), "Mustard Oil, Sona Masoori"),
        ("brand_slug=tilsona&brand_id=1".to_owned(), "Basmati, Mustard Oil, Sona Masoori"),
        ("brand_id=999".to_owned(), ""),
        ("min_price=189".to_owned(), "Basmati, Gift Box, Mustard Oil"),
        ("min_price=189&max_price=649".to_owned(), "Basmati, Mustard Oil"),
        ("in_stock=true".to_owned(), "Basmati, Gift Box, Kurta, Mustard Oil"),
        ("in_stock=false".to_owned(), "Sona Masoori"),
        ("featured=true".to_owned(), "Basmati"),
        ("featured=false&trending=false&on_sale=false".to_owned(), "Gift Box, Kurta"),
        ("trending=true".to_owned(), "Sona Masoori"),
        ("on_sale=true".to_owned(), "Mustard Oil"),
        ("bestseller=true".to_owned(), ""),
        ("attr.size=S".to_owned(), "Kurta"),
        ("attr.size=XXL&attr.size=M".to_owned(), "Kurta"),
        ("attr.size=XL".to_owned(), ""),
        ("attr.colour=S".to_owned(), ""),
        ("attr.size=S&attr.colour=Red".to_owned(), ""),
        ("search=basmati".to_owned(), "Basmati"),
    ] {
        for caller in [&without, &with] {
            let data = list(caller, &format!("{query}&sort_by=name")).await;
            assert_eq!(names(&data), found, "{query}");
            let count = if found.is_empty() { 0 } else { found.split(", ").count() };
            assert_eq!(data["pagination"]["total_count"], count, "{query}");
        }
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn every_sort_is_the_same_with_and_without_an_index(db: MySqlPool) {
    shop(&db).await;
    sqlx::raw_sql("UPDATE products SET view_count = id % 2, total_sold = id % 3").execute(&db).await.unwrap();
    let (without, with) = (app(&db).await.anonymous(), indexed(&db).await.anonymous());
    for by in ["", "name", "base_price", "created_at", "view_count", "total_sold", "rating", "relevance"] {
        for order in ["", "asc", "desc"] {
            let query = format!("sort_by={by}&sort_order={order}");
            assert_eq!(names(&list(&without, &query).await), names(&list(&with, &query).await), "{query}");
        }
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_change_of_any_service_is_found_with_the_next_tick(db: MySqlPool) {
    let [groceries, ..] = shop(&db).await;
    let app = indexed(&db).await;
    let caller = app.anonymous();
    let mut conn = db.acquire().await.unwrap();
    // stock, as the order service moves it: heard by its movement
    let soap = build::product("Neem Soap", groceries).stock(3).insert(&db).await;
    app.tick("search").await.unwrap();
    assert_eq!(names(&list(&caller, "search=neem&in_stock=true").await), "Neem Soap");
    // the catalogue: heard by the change log
    sqlx::raw_sql("UPDATE products SET name = 'Tulsi Soap', base_price = 50 WHERE name = 'Neem Soap'")
        .execute(&db)
        .await
        .unwrap();
    changes::record(&mut conn, Topic::CatalogueChanged, &format!("product:{soap}")).await.unwrap();
    app.tick("search").await.unwrap();
    assert_eq!(names(&list(&caller, "search=tulsi&max_price=50").await), "Tulsi Soap");
    assert_eq!(names(&list(&caller, "search=soap&min_price=51").await), "");
    // gone
    sqlx::raw_sql("UPDATE products SET status = 'archived' WHERE name = 'Tulsi Soap'").execute(&db).await.unwrap();
    assert_eq!(list(&caller, "search=tulsi").await["items"], json!([]), "also before anybody heard of it");
    changes::record(&mut conn, Topic::CatalogueChanged, &format!("product:{soap}")).await.unwrap();
    app.tick("search").await.unwrap();
    assert_eq!(list(&caller, "search=tulsi").await["pagination"]["total_count"], 0);
    // everything
    sqlx::raw_sql("UPDATE products SET name = CONCAT(name, ' Nova')").execute(&db).await.unwrap();
    changes::record(&mut conn, Topic::CatalogueChanged, "all").await.unwrap();
    app.tick("search").await.unwrap();
    assert_eq!(list(&caller, "search=nova").await["pagination"]["total_count"], 5);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn categories_and_brands_hide_and_are_renamed_without_a_word(db: MySqlPool) {
    shop(&db).await;
    let app = indexed(&db).await;
    let caller = app.anonymous();
    let change = async |sql: &'static str| {
        sqlx::raw_sql(sql).execute(&db).await.unwrap();
        app.tick("search").await.unwrap();
    };
    change("UPDATE categories SET is_active = FALSE WHERE slug = 'groceries'").await;
    let hidden = list(&caller, "facets=true").await;
    assert_eq!((names(&hidden).as_str(), &hidden["facets"]["categories"][0]["slug"]), ("Kurta", &json!("clothing")));
    assert_eq!(hidden["pagination"]["total_count"], 1);
    change("UPDATE categories SET is_active = TRUE, name = 'Kirana' WHERE slug = 'groceries'").await;
    assert_eq!(
        names(&list(&caller, "search=kirana&sort_by=name").await),
        "Basmati, Gift Box, Mustard Oil, Sona Masoori"
    );
    change("UPDATE brands SET is_active = FALSE WHERE slug = 'tilsona'").await;
    assert_eq!(names(&list(&caller, "brand_slug=tilsona").await), "");
    assert_eq!(names(&list(&caller, "search=tilsona").await), "");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_endless_list_neither_loses_nor_repeats_and_says_where_it_goes_on(db: MySqlPool) {
    let category = build::category("Pens").insert(&db).await;
    for number in 1..=7 {
        build::product(&format!("Pen {number}"), category).at(100 * (number % 3 + 1)).insert(&db).await;
    }
    let (with, without) = (indexed(&db).await.anonymous(), app(&db).await.anonymous());
    for sort in ["search=pen", "sort_by=name", "sort_by=base_price&sort_order=desc", ""] {
        let whole = names(&list(&with, &format!("{sort}&page_size=100")).await);
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = list(&with, &format!("{sort}&page_size=3&cursor={cursor}")).await;
            seen.push(names(&page));
            assert_eq!(page["pagination"]["total_count"], 7, "{sort}");
            assert_eq!(page["pagination"]["has_next"], page["next_cursor"].is_string(), "{sort}");
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = next.to_owned();
        }
        assert_eq!((seen.join(", "), seen.len()), (whole.clone(), 3), "{sort}");
        let answer = without.get(&format!("{LIST}?{sort}&page_size=3&cursor={cursor}")).await;
        if sort == "search=pen" {
            assert_eq!(answer.error(), "UNAVAILABLE", "nobody knows how well anything fits");
        } else {
            assert_eq!(names(&answer.data()), seen[2], "the database goes on where the index stopped: {sort}");
        }
        let other = with.get(&format!("{LIST}?sort_by=view_count&cursor={cursor}")).await;
        assert_eq!(other.wrong_fields(), ["cursor"]);
        let both = with.get(&format!("{LIST}?{sort}&page=2&cursor={cursor}")).await;
        assert_eq!(both.wrong_fields(), ["page"]);
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nonsense_is_a_400_with_an_index_too_and_nothing_is_a_500(db: MySqlPool) {
    shop(&db).await;
    let (with, without) = (indexed(&db).await.anonymous(), app(&db).await.anonymous());
    let long = "x".repeat(300);
    for (query, field) in [
        ("in_stock=maybe".to_owned(), "in_stock"),
        ("facets=2".to_owned(), "facets"),
        ("cursor=abc".to_owned(), "cursor"),
        ("cursor=%00".to_owned(), "cursor"),
        (format!("cursor={}", "A".repeat(1_001)), "cursor"),
        (format!("category_slug={long}"), "category_slug"),
        ("brand_slug=x&".repeat(51), "brand_slug"),
        ("brand_slug=x&".repeat(200), "brand_slug"),
        ("brand_slug=x&".repeat(201), "query"),
        ("attr.=x".to_owned(), "attr."),
        ("attr.SIZE=x".to_owned(), "attr.SIZE"),
        ("attr.size'=x".to_owned(), "attr.size'"),
        (format!("attr.size={long}"), "attr.size"),
        ((0..11).map(|n| format!("attr.a{n}=x")).collect::<Vec<_>>().join("&"), "attr"),
        ((0..51).map(|n| format!("attr.size={n}")).collect::<Vec<_>>().join("&"), "attr"),
        ("page=1001&page_size=x".to_owned(), "page_size"),
        ("sort_by=rating;--".to_owned(), "sort_by"),
        ("max_price=NaN".to_owned(), "max_price"),
        ("min_price=-0.01".to_owned(), "min_price"),
    ] {
        for caller in [&with, &without] {
            assert_eq!(caller.get(&format!("{LIST}?{query}")).await.wrong_fields(), [field], "{query}");
        }
    }
    for query in [
        "search=%25%25_%5C'%22",
        "search=%2A%3A%2A",
        "search=name:x%5E9%20OR%20(",
        "search=%F0%9F%98%80",
        "search=%E2%80%8D",
        "page=1000000000&page_size=100",
        "page=4294967295&page_size=100&facets=true",
        "min_price=9999999999.99&max_price=9999999999.99",
        "category_id=9223372036854775808",
        "brand_id=18446744073709551615",
        "attr.size=%25",
        "attr.size=S%3DM",
    ] {
        for caller in [&with, &without] {
            let answer = caller.get(&format!("{LIST}?{query}")).await;
            assert!(answer.status.is_success(), "{query}: {}", answer.text);
            assert_eq!(answer.data()["items"], json!([]), "{query}");
        }
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn facets_have_names_and_are_only_counted_when_asked_for(db: MySqlPool) {
    shop(&db).await;
    let caller = indexed(&db).await.anonymous();
    assert_eq!(list(&caller, "").await["facets"], Value::Null);
    let facets = list(&caller, "facets=true&page_size=1&attr.size=S").await["facets"].take();
    insta::assert_json_snapshot!(facets["categories"], @r#"
    [
      {
        "count": 1,
        "id": 3,
        "name": "Clothing",
        "parent_id": null,
        "slug": "clothing"
      }
    ]
    "#);
    assert_eq!(facets["brands"], json!([]));
    let size = json!([{ "slug": "size", "name": "Size", "values": [{ "value": "M", "count": 1 }, { "value": "S", "count": 1 }] }]);
    assert_eq!(facets["attributes"], size);
    assert_eq!(facets["prices"][1], json!({ "min_price": 100.01, "max_price": 250.0, "count": 1 }));
    let all = list(&caller, "facets=true").await["facets"].take();
    let brands: Vec<_> = all["brands"].as_array().unwrap().iter().map(|one| (&one["slug"], &one["count"])).collect();
    assert_eq!(json!(brands), json!([["tilsona", 2], ["annavriksh", 1]]));
    let groceries = &all["categories"][0];
    assert_eq!((&groceries["slug"], &groceries["count"]), (&json!("groceries"), &json!(4)));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn suggestions_come_for_half_a_word_a_wrong_one_and_one_in_hindi(db: MySqlPool) {
    shop(&db).await;
    let (with, without) = (indexed(&db).await.anonymous(), app(&db).await.anonymous());
    let suggested = async |caller: &Caller, q: &str| {
        let data = caller.get(&format!("{LIST}/suggest?q={q}")).await.data();
        let kinds = ["products", "categories", "brands"];
        let names = |kind: &&str| -> Vec<Value> {
            let all = data[*kind].as_array().unwrap().iter();
            all.map(|one| one["name"].clone()).collect()
        };
        json!(kinds.iter().map(names).collect::<Vec<_>>())
    };
    assert_eq!(suggested(&with, "basm").await, json!([["Basmati"], [], []]));
    assert_eq!(suggested(&with, "bsamati").await, json!([["Basmati"], [], []]));
    assert_eq!(suggested(&with, "tilson").await[2], json!(["Tilsona"]));
    let rice = suggested(&with, "%E0%A4%9A%E0%A4%BE%E0%A4%B5%E0%A4%B2").await;
    assert_eq!((rice[0].as_array().unwrap().len(), &rice[1]), (2, &json!(["Rice"])));
    assert_eq!(suggested(&without, "gift").await, json!([["Gift Box"], [], []]));
    assert_eq!(suggested(&without, "cloth").await[1], json!(["Clothing"]));
    for nothing in ["", "%20", "zzzzzz", "%25"] {
        assert_eq!(suggested(&with, nothing).await, json!([[], [], []]), "{nothing}");
    }
    let long = format!("{LIST}/suggest?q={}", "x".repeat(201));
    assert_eq!(with.get(&long).await.wrong_fields(), ["q"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_commits_after_a_later_change_is_heard_too(db: MySqlPool) {
    let [groceries, ..] = shop(&db).await;
    let app = indexed(&db).await;
    let caller = app.anonymous();
    let (mut slow, mut fast) = (db.begin().await.unwrap(), db.begin().await.unwrap());
    for (tx, sku) in [(&mut slow, "GIFT-BOX"), (&mut fast, "BASMATI")] {
        sqlx::query("UPDATE products SET name = CONCAT(name, ' Nova') WHERE sku = ?")
            .bind(sku)
            .execute(&mut **tx)
            .await
            .unwrap();
        let id: u64 =
            sqlx::query_scalar("SELECT id FROM products WHERE sku = ?").bind(sku).fetch_one(&mut **tx).await.unwrap();
        changes::record(tx, Topic::CatalogueChanged, &format!("product:{id}")).await.unwrap();
    }
    fast.commit().await.unwrap();
    app.tick("search").await.unwrap();
    assert_eq!(names(&list(&caller, "search=nova").await), "Basmati Nova");
    slow.commit().await.unwrap();
    build::product("Nova Tea", groceries).insert(&db).await;
    app.tick("search").await.unwrap();
    assert_eq!(names(&list(&caller, "search=nova&sort_by=name").await), "Basmati Nova, Gift Box Nova, Nova Tea");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_new_index_takes_the_old_one_s_place_without_a_wrong_answer(db: MySqlPool) {
    shop(&db).await;
    let app = indexed(&db).await;
    let caller = app.anonymous();
    let mut conn = db.acquire().await.unwrap();
    for _ in 0..3 {
        changes::record(&mut conn, Topic::CatalogueChanged, "all").await.unwrap();
        let rebuilding = app.tick("search");
        let searching = async {
            for _ in 0..20 {
                let data = list(&caller, "facets=true&search=annavriks").await;
                // the database alone would have found nothing, and counted nothing
                assert_eq!((names(&data).as_str(), data["facets"].is_object()), ("Basmati", true));
            }
        };
        let (rebuilt, ()) = tokio::join!(rebuilding, searching);
        rebuilt.unwrap();
    }
}
