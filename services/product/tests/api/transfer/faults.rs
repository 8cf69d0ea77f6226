//! Rows that break a rule, and what they are told.

use sqlx::MySqlPool;

use super::{EXPORT, errors, import, rows, shop, staff};

/// A good row, and the cells that make it a bad one.
const COLUMNS: &str = "sku,parent_sku,name,category_slug,brand_slug,base_price,compare_price,gst_rate,hsn_code,status,\
                       product_type,weight_grams,min_cart_quantity,is_featured,specification,slug,description,\
                       image_gallery,stock_quantity,allow_backorders";
const GOOD: [&str; 20] =
    ["NEW", "", "New", "tea", "", "10", "", "5", "0902", "active", "", "", "", "", "", "", "", "", "", ""];

/// Stands for more text than any column takes.
const LONG: &str = "LONG";

/// Rows that break a rule, as changes of the good one, and the column that is told so.
const BAD: &[(&str, &[(&str, &str)])] = &[
    ("sku", &[("sku", "")]),
    ("sku", &[("sku", "a b")]),
    ("sku", &[("sku", LONG)]),
    ("name", &[("name", "")]),
    ("name", &[("name", "a\u{202e}b")]),
    ("name", &[("name", "a\u{0}b")]),
    ("name", &[("name", "two\nlines")]),
    ("name", &[("name", LONG)]),
    ("category_slug", &[("category_slug", "coffee")]),
    ("category_id", &[("category_slug", "")]),
    ("brand_slug", &[("brand_slug", "nobody")]),
    ("base_price", &[("base_price", "")]),
    ("base_price", &[("base_price", "-1")]),
    ("base_price", &[("base_price", "1.005")]),
    ("base_price", &[("base_price", "1e3")]),
    ("base_price", &[("base_price", "NaN")]),
    ("base_price", &[("base_price", "1,000")]),
    ("base_price", &[("base_price", "99999999999999999999")]),
    ("base_price", &[("base_price", "0")]),
    ("compare_price", &[("compare_price", "9.99")]),
    ("gst_rate", &[("gst_rate", "17")]),
    ("gst_rate", &[("gst_rate", "x")]),
    ("hsn_code", &[("hsn_code", "")]),
    ("hsn_code", &[("hsn_code", "12")]),
    ("status", &[("status", "sold")]),
    ("product_type", &[("product_type", "bundle")]),
    ("weight_grams", &[("weight_grams", "heavy")]),
    ("min_cart_quantity", &[("min_cart_quantity", "1.5")]),
    ("min_cart_quantity", &[("min_cart_quantity", "0")]),
    ("max_cart_quantity", &[("min_cart_quantity", "99")]),
    ("is_featured", &[("is_featured", "perhaps")]),
    ("specification", &[("specification", "{")]),
    ("specification", &[("specification", "[1]")]),
    ("slug", &[("slug", "Not A Slug")]),
    ("slug", &[("slug", "assam")]),
    ("description", &[("description", LONG)]),
    ("image_gallery", &[("image_gallery", "[\"javascript:x\"]")]),
    ("stock_quantity", &[("stock_quantity", "-1")]),
    ("stock_quantity", &[("stock_quantity", "12345678901234567890")]),
    ("allow_backorders", &[("product_type", "variable"), ("status", "draft"), ("allow_backorders", "true")]),
    (
        "parent_sku",
        &[
            ("parent_sku", "NONE"),
            ("name", ""),
            ("category_slug", ""),
            ("hsn_code", ""),
            ("status", ""),
            ("gst_rate", ""),
        ],
    ),
    (
        "parent_sku",
        &[
            ("parent_sku", "ASSAM"),
            ("name", ""),
            ("category_slug", ""),
            ("hsn_code", ""),
            ("status", ""),
            ("gst_rate", ""),
        ],
    ),
    ("category_slug", &[("parent_sku", "KURTA"), ("name", ""), ("hsn_code", ""), ("status", ""), ("gst_rate", "")]),
    ("product_type", &[("sku", "ASSAM"), ("product_type", "variable"), ("status", "draft")]),
];

fn row(changes: &[(&str, &str)]) -> String {
    let columns: Vec<_> = COLUMNS.split(',').collect();
    let mut cells = GOOD.map(str::to_owned);
    for (column, cell) in changes {
        let at = columns.iter().position(|name| name == column).unwrap();
        let cell = if *cell == LONG { "a".repeat(60_000) } else { cell.replace('"', "\"\"") };
        *cells.get_mut(at).unwrap() = format!("\"{cell}\"");
    }
    cells.join(",")
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn every_bad_row_is_told_what_is_wrong_and_the_others_go_on(db: MySqlPool) {
    shop(&db).await;
    let (app, asha) = staff(&db).await;
    let mut file = format!("{COLUMNS}\r\n");
    for (_, changes) in BAD {
        file.push_str(&row(changes));
        file.push_str("\r\n");
    }
    file.push_str("NEW,too few cells\r\n");
    file.push_str(&row(&[]));
    let imported = import(&app, &asha, &file).await;
    let told = errors(&asha, &imported).await;
    assert_eq!(rows(&imported), [1, 0, 0, u64::try_from(BAD.len()).unwrap() + 1], "{told}");
    let mut reader = csv::Reader::from_reader(told.as_bytes());
    let told: Vec<_> = reader.records().filter_map(Result::ok).collect();
    for (at, (column, changes)) in BAD.iter().enumerate() {
        let number = (at + 2).to_string();
        let fault = told.iter().find(|fault| fault[0] == number).unwrap_or_else(|| panic!("{changes:?}"));
        let columns: Vec<_> = fault[1].split('|').collect();
        let expected = if *column == "category_id" { "category_slug" } else { column };
        assert!(columns.contains(&expected), "{column} {:?}: {:?} {}", changes[0].0, columns, &fault[2]);
        assert!(fault[2].len() < 2_000 && !fault[2].contains("sqlx"), "{}", &fault[2]);
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_was_not_taken_can_be_mended_and_sent_again(db: MySqlPool) {
    shop(&db).await;
    let (app, asha) = staff(&db).await;
    let file = "sku,name,category_slug,base_price\nA,\"=Darjeeling, \"\"first\"\"\",coffee,10\nB,'=Nilgiri,tea,11\n";
    let imported = import(&app, &asha, file).await;
    assert_eq!(rows(&imported), [1, 0, 0, 1]);
    let told = errors(&asha, &imported).await;
    let expected = "error_row,error_column,error_message,sku,name,category_slug,base_price\r\n\
                    2,category_slug,category_slug: must be the slug of a category,A,\"'=Darjeeling, \"\"first\"\"\",coffee,10\r\n";
    assert_eq!(told, expected);
    assert_eq!(rows(&import(&app, &asha, &told.replace("coffee", "tea")).await), [1, 0, 0, 0]);
    let names: Vec<String> = sqlx::query_scalar("SELECT name FROM products WHERE sku IN ('A', 'B') ORDER BY sku")
        .fetch_all(&db)
        .await
        .unwrap();
    assert_eq!(names, ["=Darjeeling, \"first\"", "=Nilgiri"]);
    assert_eq!(asha.get(&format!("{EXPORT}?status=draft")).await.text.matches("'=").count(), 2);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_no_text_is_a_fault_and_an_open_quotation_mark_is_the_end(db: MySqlPool) {
    shop(&db).await;
    let (app, asha) = staff(&db).await;
    let sent = super::send(&asha, super::IMPORT, b"sku,name\nASSAM,\xff\nASSAM,Assam\n".to_vec()).await;
    app.tick("imports").await.unwrap();
    let imported = super::show(&asha, &sent.data()).await;
    assert_eq!(rows(&imported), [0, 1, 0, 1]);
    assert!(errors(&asha, &imported).await.contains("2,row,row: must be UTF-8,"));
    let open = format!("sku,name\nASSAM,Assam\nPLAIN,\"{}", "x\n".repeat(1_200_000));
    let imported = import(&app, &asha, &open).await;
    assert_eq!((rows(&imported), imported["status"].as_str().unwrap()), ([0, 0, 1, 0], "failed"));
    assert!(imported["failure"].as_str().unwrap().contains("quotation mark"));
}
