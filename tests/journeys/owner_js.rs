//! The fifteen JavaScript functions of the owner's document, as they stand there, against the shop.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::Stdio;

use cli::audit::{Backlog, Finding, findings};
use serde_json::{Value, json};
use shared::clock::Clock;
use shared::config::{Reader, ServiceName};
use sqlx::MySqlPool;
use testing::build;
use tokio::process::Command;

use super::shop::{Folder, Shop, eventually};

const BROWSER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/journeys/owner/browser.js");
const NAMES: [&str; 15] = [
    "registerUser",
    "loginUser",
    "getAuthHeaders",
    "fetchUserProfile",
    "fetchProducts",
    "fetchProductDetail",
    "fetchProductBySlug",
    "addToCart",
    "getCart",
    "updateCartItem",
    "createOrder",
    "getUserOrders",
    "initiatePayment",
    "loadRazorpayScript",
    "openRazorpayCheckout",
];

/// The owner's document, if it is here.
fn document() -> Option<String> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let shared = Reader::from_process().path("PAVITRA_SHARED").unwrap_or(beside);
    fs::read_to_string(shared.join("spec/technical-documentation.txt")).ok()
}

/// The names and the text of the functions in the guide for front ends.
fn functions(document: &str) -> (Vec<&str>, String) {
    let (_, guide) = document.rsplit_once("\nFrontend Integration Guide\n").unwrap();
    let (guide, _) = guide.split_once("\nAPI Reference\n").unwrap();
    let (mut names, mut text, mut is_inside) = (Vec::new(), String::new(), false);
    for line in guide.lines() {
        if let Some((name, _)) = line.strip_prefix("const ").and_then(|rest| rest.split_once(" = ")) {
            names.push(name);
            is_inside = true;
        }
        if is_inside {
            text += line;
            text += "\n";
        }
        is_inside &= line != "};";
    }
    (names, text)
}

fn skip(what: &str) {
    // Nobody is left to tell when standard error is closed.
    drop(writeln!(io::stderr(), "skipped: there is no {what} here"));
}

/// What each check said.
struct Told(HashMap<String, Value>);

impl Told {
    fn of(&self, check: &str) -> &Value {
        assert!(self.0.contains_key(check), "{check:?} was not checked");
        &self.0[check]
    }

    /// What a call that the shop answered with `status` returned.
    #[track_caller]
    fn value(&self, check: &str, status: u16) -> &Value {
        let told = self.of(check);
        assert!(told["status"] == status && told["error"].is_null(), "{told:#}");
        &told["value"]
    }

    /// Asserts that a call threw the shop's own words and not the document's substitute for them.
    #[track_caller]
    fn throws_detail(&self, check: &str, status: u16, code: &str, substitute: &str) {
        let told = self.of(check);
        assert_eq!((&told["status"], &told["body"]["error"]["code"]), (&json!(status), &json!(code)), "{told:#}");
        assert_eq!(told["error"], told["body"]["detail"], "{told:#}");
        assert!(told["error"].is_string() && told["error"] != substitute, "{told:#}");
    }

    /// Asserts that a call threw what the document says for this status.
    #[track_caller]
    fn throws(&self, check: &str, status: u16, words: &str) {
        let told = self.of(check);
        assert_eq!((&told["status"], &told["error"]), (&json!(status), &json!(words)), "{told:#}");
    }

    /// Asserts that a call returned the shop's error as it is.
    #[track_caller]
    fn refuses(&self, check: &str, status: u16, code: &str) {
        let value = self.value(check, status);
        assert_eq!(
            (&value["error"]["code"], &value["detail"]),
            (&json!(code), &value["error"]["message"]),
            "{value:#}"
        );
    }
}

/// Runs the functions in `shop`.
async fn run(shop: &Shop, (names, text): (Vec<&str>, String), purchase: Value) -> Told {
    let folder = Folder::new();
    let file = folder.0.join("functions.js");
    fs::write(&file, text).unwrap();
    let services = ServiceName::ALL.map(|service| (service.port().to_string(), json!(shop.url_of(service, ""))));
    let mut settings = purchase;
    settings["names"] = json!(names);
    settings["services"] = Value::Object(services.into_iter().collect());
    settings["razorpay"] = json!(shop.razorpay().url(""));
    let mut node = Command::new("node");
    node.arg(BROWSER).arg(file).arg(settings.to_string()).stdin(Stdio::null()).kill_on_drop(true);
    let done = node.output().await.unwrap();
    let (said, complaint) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "after {:?}: {complaint}", said.lines().last());
    let lines = said.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    Told(lines.map(|line| (line["check"].as_str().unwrap().to_owned(), line)).collect())
}

#[sqlx::test(migrations = false)]
async fn the_document_s_functions_buy_and_pay_and_tell_what_went_wrong(db: MySqlPool) {
    let Some(document) = document() else { return skip("technical-documentation.txt") };
    if Command::new("node").arg("--version").output().await.is_err() {
        return skip("node");
    }
    let functions = functions(&document);
    assert_eq!(functions.0, NAMES);
    let shop = Shop::open(&db).await;
    let category = build::category("Sherbets").insert(&db).await;
    // With the delivery ₹69.99: a hundred times that is no whole number in JavaScript.
    let product = build::product("Kokum Sherbet", category).at(1_999).insert(&db).await;
    let tell = sqlx::query("INSERT INTO change_log (topic, subject) VALUES ('catalogue', CONCAT('product:', ?))");
    tell.bind(product).execute(&db).await.unwrap();
    let search = shop.url("/api/v1/products?search=kokum");
    eventually("found", async || {
        let found = reqwest::get(&search).await.unwrap().json::<Value>().await.unwrap();
        found["data"]["items"].as_array().unwrap().iter().any(|item| item["id"] == product.get())
    })
    .await;
    let email = "asha.kulkarni@example.com";
    let purchase = json!({
        "product": product, "slug": "kokum-sherbet", "email": email, "password": "correct horse battery",
    });
    let told = run(&shop, functions, purchase).await;
    accounts_work(&told, email);
    the_catalogue_works(&told, product.get());
    carts_work(&told, product.get());
    orders_work(&told);
    payments_work(&told, &shop).await;
    eventually("paid, and the books agree", async || {
        let paid =
            sqlx::query_scalar("SELECT COUNT(*) FROM orders WHERE status = 'confirmed' AND payment_status = 'paid'");
        let paid: i64 = paid.fetch_one(&db).await.unwrap();
        let findings = findings(&db, Backlog::Empty, Clock::System.now()).await.unwrap();
        paid == 1 && findings.iter().all(Finding::holds)
    })
    .await;
}

fn accounts_work(told: &Told, email: &str) {
    let registered = told.value("register", 201);
    assert_eq!(registered["user"]["email"], email);
    assert_eq!(told.of("the token of a registration")["value"], registered["access_token"]);
    told.throws_detail("register twice", 409, "CONFLICT", "Registration failed");
    told.throws_detail("a wrong password", 401, "INVALID_CREDENTIALS", "Login failed");
    let signed_in = told.value("log in", 200);
    let left = &told.of("what a log-in leaves")["value"];
    assert_eq!(left["auth_token"], signed_in["access_token"]);
    for name in ["user_roles", "user_permissions"] {
        let list: Value = serde_json::from_str(left[name].as_str().unwrap()).unwrap();
        assert!(list.is_array() && list == signed_in[name], "{left}");
    }
    let bearer = format!("Bearer {}", signed_in["access_token"].as_str().unwrap());
    let headers = json!({ "Content-Type": "application/json", "Authorization": bearer });
    assert_eq!(told.of("headers")["value"], headers);
    assert_eq!(told.value("profile", 200)["data"]["email"], email);
    assert!(told.value("a profile of nobody", 401).is_null());
    assert_eq!(told.of("where nobody goes")["value"], "/login");
}

fn the_catalogue_works(told: &Told, product: u64) {
    let items = |check: &str| told.value(check, 200)["data"]["items"].as_array().unwrap();
    assert_eq!(items("products").len(), 20);
    let filtered = items("filtered products");
    let same = |name: &str| filtered.iter().all(|item| item[name]["id"] == filtered[0][name]["id"]);
    assert!((1..=2).contains(&filtered.len()) && same("category") && same("brand"), "{filtered:#?}");
    let found: Vec<&Value> = items("found products").iter().map(|item| &item["id"]).collect();
    assert_eq!(found, [product]);
    told.refuses("wrong filters", 400, "VALIDATION_ERROR");
    for check in ["a product", "a product by slug"] {
        let data = &told.value(check, 200)["data"];
        assert_eq!((&data["id"], &data["slug"]), (&json!(product), &json!("kokum-sherbet")));
    }
    told.throws("no product", 404, "Product not found");
    told.throws("no product by slug", 404, "Product not found");
}

fn carts_work(told: &Told, product: u64) {
    let lines = |check: &str| {
        let lines = told.value(check, 200)["data"]["items"].as_array().unwrap();
        lines.iter().map(|line| (line["product_id"].as_u64().unwrap(), line["quantity"].as_u64().unwrap())).collect()
    };
    let one: Vec<(u64, u64)> = lines("a guest adds to a cart");
    assert_eq!(one, [(product, 1)]);
    told.value("a guest sees a cart", 200);
    assert_eq!([lines("add"), lines("cart")], [[(product, 2)], [(product, 2)]]);
    assert_eq!(lines("change a line"), [(product, 1)]);
    told.throws_detail("add too many", 422, "QUANTITY_LIMIT", "Failed to add to cart");
    told.throws("a cart of nobody", 401, "Failed to fetch cart");
    told.refuses("change no line", 404, "NOT_FOUND");
}

fn orders_work(told: &Told) {
    told.throws_detail("a wrong order", 400, "VALIDATION_ERROR", "Order creation failed");
    let order = &told.value("an order", 201)["data"];
    let facts = [&order["status"], &order["payment_status"], &order["payment_method"], &order["total_amount"]];
    assert_eq!(facts, [&json!("pending"), &json!("pending"), &json!("upi"), &json!(69.99)]);
    let page = &told.value("orders", 200)["data"];
    assert_eq!((&page["pagination"]["page_size"], page["items"].as_array().unwrap().len()), (&json!(10), 1));
    assert_eq!(page["items"][0]["order_number"], order["order_number"]);
}

/// What the gateway takes is the order's total, whatever a float makes of it.
async fn payments_work(told: &Told, shop: &Shop) {
    told.refuses("a wrong amount", 422, "AMOUNT_MISMATCH");
    let begun = told.value("a payment", 201);
    let facts = [&begun["razorpay_key"], &begun["amount"], &begun["amount_minor"], &begun["currency"]];
    assert_eq!(facts, [&json!("rzp_test_journey"), &json!(69.99), &json!(6999), &json!("INR")]);
    assert_eq!(begun["data"]["razorpay_order_id"], begun["razorpay_order_id"]);
    assert_eq!(told.of("the same amount as a float")["value"], json!(6_998.999_999_999_999));
    let value = |check: &str| &told.of(check)["value"];
    assert_eq!((value("no script"), value("a script")), (&json!(false), &json!(true)));
    assert_eq!(told.of("no checkout")["error"], "Razorpay SDK failed to load");
    let verified = &told.value("a checkout", 200)["data"];
    let facts = [&verified["id"], &verified["status"], &verified["amount"]];
    assert_eq!(facts, [&begun["payment_id"], &json!("captured"), &json!(69.99)]);
    let ledger = shop.razorpay().ledger().await;
    let orders: Vec<_> =
        ledger["orders"].as_array().unwrap().iter().map(|order| [&order["id"], &order["amount"]]).collect();
    assert_eq!(orders, [[&begun["razorpay_order_id"], &json!(6999)]]);
    assert_eq!(ledger["sums"]["captured"], 6999);
}
