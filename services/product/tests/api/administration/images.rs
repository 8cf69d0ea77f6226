//! `/api/v1/products/admin/products/{id}/images`

use std::fs::{self, File};
use std::io::Cursor;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use axum::body::Body;
use axum::http::Method;
use commerce::ids::ProductId;
use futures::future::join_all;
use image::{DynamicImage, GenericImageView, ImageFormat, Rgba, RgbaImage};
use serde_json::{Value, json};
use shared::config::Config;
use sqlx::MySqlPool;
use testing::{Answer, Caller, TestApp, build, noon};
use uuid::Uuid;

use super::acts;
use crate::app;

/// How many files a picture is kept in.
const FILES: usize = 8;

/// A service whose uploads go into a folder of the test's own, gone when the test ends.
struct Studio {
    app: TestApp,
    uploads: PathBuf,
    meena: Caller,
    soap: ProductId,
}

impl Studio {
    async fn new(db: &MySqlPool) -> Self {
        let uploads = std::env::temp_dir().join(format!("products-{}", Uuid::new_v4().simple()));
        let config = app(db).await.ground.config.clone();
        let app = TestApp::with(Config { uploads_dir: uploads.clone(), ..config }, product_service::build);
        let meena = app.as_user(build::user("Meena").role("admin").insert(db).await);
        let category = build::category("Soap").insert(db).await;
        let soap = build::product("Neem Soap", category).insert(db).await;
        Self { app, uploads, meena, soap }
    }

    fn files(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.uploads.join("products")) else { return Vec::new() };
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    fn file(&self, url: &Value) -> PathBuf {
        self.uploads.join(url.as_str().unwrap().strip_prefix("/uploads/").unwrap())
    }

    fn path(&self) -> String {
        format!("/api/v1/products/admin/products/{}/images", self.soap)
    }

    async fn add(&self, file: &[u8]) -> Answer {
        post(&self.meena, &self.path(), form(&[("file", file)])).await
    }

    async fn page(&self) -> Value {
        self.app.tick("catalogue").await.unwrap();
        self.app.anonymous().get(&format!("/api/v1/products/{}", self.soap)).await.data()
    }

    fn seen(&self, revision: &Value) -> Caller {
        self.meena.clone().with_header("if-match", &format!("\"{revision}\""))
    }
}

impl Drop for Studio {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.uploads));
    }
}

fn picture(format: ImageFormat, (width, height): (u32, u32), alpha: u8) -> Vec<u8> {
    let picture = DynamicImage::ImageRgba8(RgbaImage::from_pixel(width, height, Rgba([200, 30, 30, alpha])));
    let picture = if format == ImageFormat::Jpeg { picture.into_rgb8().into() } else { picture };
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn small() -> Vec<u8> {
    picture(ImageFormat::Png, (20, 10), 255)
}

/// Whatever the client calls its file.
fn form(fields: &[(&str, &[u8])]) -> Vec<u8> {
    let field = |(name, bytes): &(&str, &[u8])| {
        let file = if *name == "file" { "; filename=\"../../etc/passwd\"\r\nContent-Type: text/html" } else { "" };
        let head = format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
        [head.as_bytes(), bytes, b"\r\n"].concat()
    };
    [fields.iter().flat_map(field).collect::<Vec<_>>(), b"--b--\r\n".to_vec()].concat()
}

async fn send(caller: &Caller, method: Method, path: &str, body: &Value) -> Answer {
    super::send(caller, method, path, None, body).await
}

async fn post(caller: &Caller, path: &str, body: Vec<u8>) -> Answer {
    let caller = caller.clone().with_header("content-type", "multipart/form-data; boundary=b");
    caller.send(Method::POST, path, Body::from(body)).await
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_picture_is_kept_in_four_sizes_and_the_first_is_the_one_that_lists_show(db: MySqlPool) {
    let studio = Studio::new(&db).await;
    let photo = picture(ImageFormat::Jpeg, (1_000, 500), 255);
    let words = form(&[("alt", " नीम का साबुन ".as_bytes()), ("file", &photo)]);
    let first = post(&studio.meena, &studio.path(), words).await;
    assert_eq!(
        (first.status.as_u16(), &first.headers["location"]),
        (201, &studio.path().parse().unwrap()),
        "{}",
        first.text
    );
    let hung = first.data();
    assert_eq!(first.headers["etag"], format!("\"{}\"", hung["revision"]));
    let one = &hung["images"][0];
    assert_eq!((&one["alt"], &one["width"], &one["height"]), (&json!("नीम का साबुन"), &json!(1_000), &json!(500)));
    let files = one["files"].as_array().unwrap();
    let shapes: Vec<_> = files
        .iter()
        .map(|file| {
            let read = image::load_from_memory(&fs::read(studio.file(&file["url"])).unwrap()).unwrap();
            json!([file["size"], file["format"], read.width(), read.height()])
        })
        .collect();
    assert_eq!(
        Value::from(shapes),
        json!([
            [160, "webp", 160, 80],
            [160, "jpg", 160, 80],
            [480, "webp", 480, 240],
            [480, "jpg", 480, 240],
            [960, "webp", 960, 480],
            [960, "jpg", 960, 480],
            [1600, "webp", 1_000, 500],
            [1600, "jpg", 1_000, 500],
        ])
    );
    assert_eq!(studio.page().await["main_image_url"], one["url"]);
    let both = studio.add(&picture(ImageFormat::Png, (30, 30), 100)).await.data();
    let two = &both["images"][1];
    assert!(two["url"].as_str().unwrap().ends_with("-960.png"), "{two}");
    let kept = image::open(studio.file(&two["url"])).unwrap();
    assert_eq!((kept.dimensions(), kept.get_pixel(5, 5).0[3]), ((30, 30), 100));
    let page = studio.page().await;
    assert_eq!((&page["main_image_url"], &page["image_gallery"]), (&one["url"], &json!([two["url"]])));
    assert_eq!(page["images"], both["images"], "every size, for whoever looks at the product");
    assert!(both["revision"].as_u64() > hung["revision"].as_u64() && studio.files().len() == 2 * FILES);
    let listed = studio.meena.get(&studio.path()).await;
    assert_eq!(
        (listed.headers["etag"].to_str().unwrap(), listed.data()),
        (format!("\"{}\"", both["revision"]).as_str(), both)
    );
    assert_eq!(acts(&db, ("product", studio.soap.get())).await, ["product.images"; 2]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn pictures_change_places_and_go_with_their_files(db: MySqlPool) {
    let studio = Studio::new(&db).await;
    for _ in 0..3 {
        studio.add(&small()).await.data();
    }
    let before = studio.meena.get(&studio.path()).await.data();
    let id = |number: usize| before["images"][number]["id"].clone();
    let order = format!("{}/order", studio.path());
    let turned = json!({ "images": [id(2), id(0), id(1)] });
    assert_eq!(send(&studio.meena, Method::PUT, &order, &turned).await.wrong_fields(), ["If-Match"]);
    assert_eq!(send(&studio.seen(&json!(1)), Method::PUT, &order, &turned).await.error(), "CONFLICT");
    let seen = studio.seen(&before["revision"]);
    for wrong in [json!([id(0), id(1)]), json!([id(0), id(1), id(1)]), json!([id(0), id(1), id(2), 999_999]), json!([])]
    {
        let answer = send(&seen, Method::PUT, &order, &json!({ "images": wrong })).await;
        assert_eq!(answer.wrong_fields(), ["images"], "{wrong}");
    }
    let after = send(&seen, Method::PUT, &order, &turned).await.data();
    assert_eq!(after["images"][0]["id"], id(2));
    assert_eq!(studio.page().await["main_image_url"], before["images"][2]["url"]);
    assert_eq!(send(&seen, Method::PUT, &order, &turned).await.error(), "CONFLICT", "what was seen is old");

    let gone = format!("{}/{}", studio.path(), id(2));
    assert_eq!(send(&studio.meena, Method::DELETE, &gone, &json!({})).await.wrong_fields(), ["If-Match"]);
    assert_eq!(send(&seen, Method::DELETE, &gone, &json!({})).await.error(), "CONFLICT");
    assert_eq!(studio.files().len(), 3 * FILES);
    let left = send(&studio.seen(&after["revision"]), Method::DELETE, &gone, &json!({})).await.data();
    assert_eq!((left["images"].as_array().unwrap().len(), studio.files().len()), (2, 2 * FILES));
    let again = send(&studio.seen(&left["revision"]), Method::DELETE, &gone, &json!({})).await;
    assert_eq!(again.error(), "NOT_FOUND");
    let mut revision = left["revision"].clone();
    for number in [0, 1] {
        let path = format!("{}/{}", studio.path(), id(number));
        revision = send(&studio.seen(&revision), Method::DELETE, &path, &json!({})).await.data()["revision"].clone();
    }
    let page = studio.page().await;
    assert!(page["main_image_url"].is_null() && page["image_gallery"].is_null() && studio.files().is_empty(), "{page}");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_picture_of_another_product_is_nobody_s_to_remove_and_no_variation_shows_one_that_is_gone(db: MySqlPool) {
    let studio = Studio::new(&db).await;
    let category = build::category("Clothing").insert(&db).await;
    let kurta = build::product("Kurta", category).variable().insert(&db).await;
    let small_kurta = build::variation(kurta, "S").insert(&db).await;
    let path = format!("/api/v1/products/admin/products/{kurta}/images");
    let hung = post(&studio.meena, &path, form(&[("file", &small())])).await.data();
    let soap = studio.add(&small()).await.data();
    let strange = format!("{}/{}", studio.path(), hung["images"][0]["id"]);
    assert_eq!(send(&studio.seen(&soap["revision"]), Method::DELETE, &strange, &json!({})).await.error(), "NOT_FOUND");
    sqlx::query("UPDATE product_variations SET image_url = ? WHERE id = ?")
        .bind(hung["images"][0]["url"].as_str())
        .bind(small_kurta)
        .execute(&db)
        .await
        .unwrap();
    let own = format!("{path}/{}", hung["images"][0]["id"]);
    send(&studio.seen(&hung["revision"]), Method::DELETE, &own, &json!({})).await.data();
    let shown: Option<String> = sqlx::query_scalar("SELECT image_url FROM product_variations WHERE id = ?")
        .bind(small_kurta)
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!((shown, studio.files().len()), (None, FILES));
}

/// The head of a PNG of so many pixels, which packs a hundred million into nothing.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    let png = picture(ImageFormat::Png, (1, 1), 255);
    let part = |range: std::ops::Range<usize>| png.get(range).unwrap();
    let head = [b"IHDR".as_slice(), &width.to_be_bytes(), &height.to_be_bytes(), part(24..29)].concat();
    let crc = head.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 })
    });
    [part(0..12), &head, &(!crc).to_be_bytes(), part(33..png.len())].concat()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_no_picture_is_refused_and_leaves_nothing(db: MySqlPool) {
    let studio = Studio::new(&db).await;
    let jpeg = picture(ImageFormat::Jpeg, (40, 40), 255);
    for bytes in [
        b"".as_slice(),
        b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>",
        b"<?php system('id');",
        b"<html>",
        b"PK\x03\x04",
        b"%PDF-1.7",
        b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0",
        b"MZ\x90\0",
        b"GIF89a",
        b"\x89PNG\r\n\x1a\n",
        &jpeg[..60],
        &bomb(10_000, 10_000),
        &bomb(50_000, 1),
    ] {
        assert_eq!(studio.add(bytes).await.wrong_fields(), ["file"], "{:?}", &bytes[..bytes.len().min(20)]);
    }
    let bad = async |body: Vec<u8>| post(&studio.meena, &studio.path(), body).await.wrong_fields();
    assert_eq!(bad(form(&[("other", &small())])).await, ["file"]);
    assert_eq!(bad(form(&[("file", &small()), ("alt", &[b'x'; 256])])).await, ["alt"]);
    assert_eq!(bad(form(&[("file", &small()), ("alt", b"\xff")])).await, ["alt"]);
    assert_eq!(bad(form(&[("file", &small()), ("alt", b"a\nb")])).await, ["alt"]);
    assert_eq!(bad(b"--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx".to_vec()).await, ["body"]);
    assert_eq!(studio.meena.post(&studio.path(), json!({})).await.wrong_fields(), ["body"]);
    assert!(studio.files().is_empty());
    // What follows a picture is not kept.
    let both = [small().as_slice(), b"<script>alert(1)</script>"].concat();
    let kept = studio.add(&both).await.data();
    for file in kept["images"][0]["files"].as_array().unwrap() {
        let bytes = fs::read(studio.file(&file["url"])).unwrap();
        assert!(!bytes.windows(8).any(|window| window == b"<script>"), "{file}");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn five_megabytes_are_taken_and_no_more(db: MySqlPool) {
    let studio = Studio::new(&db).await;
    let mut padded = small();
    padded.resize(5 * 1024 * 1024, 0);
    studio.add(&padded).await.data();
    padded.push(0);
    assert_eq!(studio.add(&padded).await.error(), "PAYLOAD_TOO_LARGE");
    padded.resize(6 * 1024 * 1024, 0);
    assert_eq!(studio.add(&padded).await.error(), "PAYLOAD_TOO_LARGE");
    assert_eq!(studio.files().len(), FILES);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_the_product_does_not_take_leaves_no_file(db: MySqlPool) {
    let studio = Studio::new(&db).await;
    let stale = studio.seen(&json!(999));
    assert_eq!(post(&stale, &studio.path(), form(&[("file", &small())])).await.error(), "CONFLICT");
    for (id, fields) in [("999999", None), ("0", Some("id")), ("x", Some("id"))] {
        let answer =
            post(&studio.meena, &format!("/api/v1/products/admin/products/{id}/images"), form(&[("file", &small())]))
                .await;
        match fields {
            Some(field) => assert_eq!(answer.wrong_fields(), [field]),
            None => assert_eq!(answer.error(), "NOT_FOUND"),
        }
    }
    assert!(studio.files().is_empty());
    for _ in 0..10 {
        studio.add(&small()).await.data();
    }
    let file = small();
    let answers = join_all((0..6).map(|_| studio.add(&file))).await;
    let (taken, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status.is_success());
    assert_eq!((taken.len(), refused.len()), (2, 4));
    assert!(refused.iter().all(|answer| answer.error() == "INVALID_STATE"), "{refused:?}");
    let hung = studio.meena.get(&studio.path()).await.data()["images"].as_array().unwrap().len();
    assert_eq!((hung, studio.files().len()), (12, 12 * FILES));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn files_that_no_product_names_go_after_a_day(db: MySqlPool) {
    let studio = Studio::new(&db).await;
    studio.add(&small()).await.data();
    let folder = studio.uploads.join("products");
    let age = |name: &str, age: Duration| {
        let at = SystemTime::from(noon()) - age;
        File::options().write(true).open(folder.join(name)).unwrap().set_modified(at).unwrap();
    };
    let (old, young) = (Uuid::new_v4().simple().to_string(), Uuid::new_v4().simple().to_string());
    let (hour, day) = (Duration::from_hours(1), Duration::from_hours(24));
    for file in studio.files() {
        age(&file, day * 9);
    }
    for (name, end, since) in [
        (&old, "-160.webp", day + hour),
        (&old, "-960.png", day + hour),
        (&young, "-160.webp", Duration::from_hours(23)),
    ] {
        fs::write(folder.join(format!("{name}{end}")), b"x").unwrap();
        age(&format!("{name}{end}"), since);
    }
    fs::write(folder.join(format!(".{old}-1600.jpg.part")), b"x").unwrap();
    age(&format!(".{old}-1600.jpg.part"), day * 2);
    for _ in 0..2 {
        studio.app.tick("pictures").await.unwrap();
        let left = studio.files();
        assert_eq!(left.len(), FILES + 1, "{left:?}");
        assert!(left.contains(&format!("{young}-160.webp")), "{left:?}");
    }
}
