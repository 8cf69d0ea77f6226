//! What rows say, there and back.

use serde_json::json;
use sqlx::MySqlPool;
use testing::build;

use super::{EXPORT, count, errors, import, rows, shop, staff};

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_export_has_every_product_with_its_variations_under_it(db: MySqlPool) {
    shop(&db).await;
    let (_, asha) = staff(&db).await;
    let answer = asha.get(EXPORT).await;
    assert_eq!(answer.headers["content-disposition"], "attachment; filename=\"products.csv\"");
    let lines: Vec<_> = answer.text.split("\r\n").collect();
    assert!(lines[0].starts_with("sku,parent_sku,name,slug,product_type,status,"), "{}", lines[0]);
    assert!(lines[1].starts_with("ASSAM,,\"'=Assam \"\"strong\"\", आसाम\",assam,simple,active,tea,annavriksh,118.00,"));
    assert!(lines[2].starts_with("PLAIN,,'-5 °C,plain,simple,draft,tea,,123.45,,18.00,true,"), "{}", lines[2]);
    let keys: Vec<_> = lines.iter().map(|line| line.split(',').take(2).collect::<Vec<_>>().join(",")).collect();
    assert_eq!(&keys[3..], ["OLD,", "KURTA,", "V4-M,KURTA", "V4-X-L-1,KURTA", ""]);
    assert!(lines[6].contains(r"size=X\|L=1"), "{}", lines[6]);
    let drafts = asha.get(&format!("{EXPORT}?status=draft")).await.text;
    assert_eq!(drafts.lines().count(), 2);
    assert_eq!(asha.get(&format!("{EXPORT}?status=new")).await.wrong_fields(), ["status"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_exported_is_imported_unchanged(db: MySqlPool) {
    shop(&db).await;
    let (app, asha) = staff(&db).await;
    let exported = asha.get(EXPORT).await.text;
    let said = "SELECT COUNT(*) FROM change_log WHERE topic = 'catalogue'";
    let imported = import(&app, &asha, &exported).await;
    assert_eq!((rows(&imported), &imported["status"]), ([0, 0, 6, 0], &json!("done")), "{imported}");
    assert_eq!(asha.get(EXPORT).await.text, exported);
    assert_eq!(count(&db, said).await, 0);
    assert_eq!(count(&db, "SELECT COUNT(*) FROM products WHERE revision > 1").await, 0);
    let marked = format!("\u{feff}{}", exported.replace("\r\n", "\n"));
    assert_eq!(rows(&import(&app, &asha, &marked).await), [0, 0, 6, 0]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn another_shop_becomes_the_same_by_an_import(db: MySqlPool) {
    shop(&db).await;
    let (app, asha) = staff(&db).await;
    let exported = asha.get(EXPORT).await.text;
    let rename =
        sqlx::query("UPDATE products SET sku = CONCAT('WAS-', sku), slug = CONCAT('was-', slug), status = 'archived'");
    rename.execute(&db).await.unwrap();
    sqlx::query("UPDATE product_variations SET sku = CONCAT('WAS-', sku)").execute(&db).await.unwrap();
    let imported = import(&app, &asha, &exported).await;
    assert_eq!(rows(&imported), [6, 0, 0, 0], "{}", errors(&asha, &imported).await);
    let without_revision = |line: &str| line.rsplit_once(',').map(|(line, _)| line.to_owned()).unwrap_or_default();
    let again = asha.get(EXPORT).await.text;
    let again: Vec<_> = again.split("\r\n").filter(|line| !line.starts_with("WAS-")).map(without_revision).collect();
    assert_eq!(again, exported.split("\r\n").map(without_revision).collect::<Vec<_>>());
    let drifted = "SELECT COUNT(*) FROM products p WHERE p.stock_quantity <>
                   (SELECT COALESCE(SUM(m.quantity), 0) FROM stock_movements m WHERE m.product_id = p.id)";
    assert_eq!(count(&db, drifted).await, 0);
    assert_eq!(rows(&import(&app, &asha, &exported).await), [0, 0, 6, 0]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_row_changes_what_it_names_and_tells_so(db: MySqlPool) {
    shop(&db).await;
    let (app, asha) = staff(&db).await;
    let file = "sku,base_price,brand_slug,is_featured\nassam,117.50,,no\nPLAIN,123.450,,\n";
    let imported = import(&app, &asha, file).await;
    assert_eq!(rows(&imported), [0, 1, 1, 0], "{}", errors(&asha, &imported).await);
    let assam = asha.get("/api/v1/products/admin/products/1").await.data();
    let named = ["sku", "base_price", "brand_id", "is_featured", "hsn_code"].map(|field| assam[field].clone());
    assert_eq!(named, [json!("assam"), json!(117.5), json!(null), json!(false), json!("0902")]);
    let told: Vec<String> =
        sqlx::query_scalar("SELECT subject FROM change_log WHERE topic = 'catalogue'").fetch_all(&db).await.unwrap();
    assert_eq!(told, ["product:1"]);
    let entries: Vec<(String, String)> =
        sqlx::query_as("SELECT action, new_value FROM audit_log ORDER BY id").fetch_all(&db).await.unwrap();
    let actions: Vec<_> = entries.iter().map(|(action, _)| action.as_str()).collect();
    assert_eq!(actions, ["import.begin", "import.rows", "import.end"]);
    assert!(entries[1].1.contains(r#""product:1":{"base_price":117.5,"#), "{}", entries[1].1);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_others_changed_since_the_export_is_not_overwritten(db: MySqlPool) {
    shop(&db).await;
    let (app, asha) = staff(&db).await;
    sqlx::query("UPDATE products SET revision = 5 WHERE sku = 'ASSAM'").execute(&db).await.unwrap();
    let stale = import(&app, &asha, "sku,base_price,revision\nASSAM,1.00,4\n").await;
    assert_eq!(rows(&stale), [0, 0, 0, 1]);
    assert!(errors(&asha, &stale).await.contains("2,revision,"));
    assert_eq!(rows(&import(&app, &asha, "sku,base_price,revision\nASSAM,118.00,4\n").await), [0, 0, 1, 0]);
    assert_eq!(rows(&import(&app, &asha, "sku,base_price,revision\nASSAM,1.00,5\n").await), [0, 1, 0, 0]);
    assert_eq!(rows(&import(&app, &asha, "sku,base_price,revision\nASSAM,2.00,\n").await), [0, 1, 0, 0]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn stock_and_pictures_are_those_of_new_products_only(db: MySqlPool) {
    build::category("Tea").insert(&db).await;
    let (app, asha) = staff(&db).await;
    let file = |stock: &str, picture: &str| {
        format!("sku,name,category_slug,base_price,stock_quantity,main_image_url\nA,Tea,tea,10,{stock},{picture}\n")
    };
    assert_eq!(rows(&import(&app, &asha, &file("7", "/uploads/a.webp")).await), [1, 0, 0, 0]);
    assert_eq!(rows(&import(&app, &asha, &file("70", "/uploads/b.webp")).await), [0, 0, 1, 0]);
    let product = asha.get("/api/v1/products/admin/products/1").await.data();
    assert_eq!((&product["stock_quantity"], &product["main_image_url"]), (&json!(7), &json!("/uploads/a.webp")));
    assert_eq!((&product["status"], &product["slug"]), (&json!("draft"), &json!("tea")));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn variations_follow_their_product_and_their_price_is_its_price(db: MySqlPool) {
    shop(&db).await;
    let (app, asha) = staff(&db).await;
    let file = "sku,parent_sku,base_price,compare_price,attributes,is_default,stock_quantity\n\
                V4-M,KURTA,55.50,99,,yes,\n\
                V4-S,KURTA,50,,size=M,,\n\
                V4-Q,KURTA,45,99,size=M|size=M,,\n\
                V4-P,KURTA,45,99,,,\n";
    let imported = import(&app, &asha, file).await;
    assert_eq!(rows(&imported), [0, 1, 0, 3]);
    let kurta = asha.get("/api/v1/products/4").await.data();
    assert_eq!((&kurta["base_price"], &kurta["variations"][0]["is_default"]), (&json!(55.5), &json!(true)));
    let faults = errors(&asha, &imported).await;
    for fault in ["3,attributes,attributes: another variation", "4,attributes,", "5,attributes,attributes: is required"]
    {
        assert!(faults.contains(fault), "{fault}: {faults}");
    }
    let file = "sku,parent_sku,base_price,is_active\nV4-M,KURTA,,false\nV4-X-L-1,KURTA,,false\n";
    let imported = import(&app, &asha, file).await;
    assert_eq!(rows(&imported), [0, 1, 0, 1], "the last that is sold stays");
    assert!(errors(&asha, &imported).await.contains("3,status,"));
}
