//! `/api/v1/users/profile/avatar`

use std::io::Cursor;
use std::path::PathBuf;

use axum::body::Body;
use axum::http::Method;
use image::{DynamicImage, ImageFormat, RgbImage};
use shared::config::Config;
use sqlx::MySqlPool;
use testing::{Answer, Caller, TestApp, build};

use crate::{app, delete};

const AVATAR: &str = "/api/v1/users/profile/avatar";

/// A service whose uploads go into a folder of the test's own, gone when the test ends.
struct Studio {
    app: TestApp,
    uploads: PathBuf,
}

impl Studio {
    async fn new(db: &MySqlPool) -> Self {
        let uploads = std::env::temp_dir().join(format!("avatars-{}", rand_name()));
        let config = app(db).await.ground.config.clone();
        let config = Config { uploads_dir: uploads.clone(), ..config };
        Self { app: TestApp::with(config, user_service::build), uploads }
    }

    fn files(&self) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.uploads.join("avatars")) else { return Vec::new() };
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}

impl Drop for Studio {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.uploads));
    }
}

fn rand_name() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

fn picture(format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(RgbImage::from_pixel(40, 30, image::Rgb([200, 30, 30])))
        .write_to(&mut bytes, format)
        .unwrap();
    bytes.into_inner()
}

fn form(field: &str, name: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!(
        "--b\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: text/html\r\n\r\n"
    );
    [head.as_bytes(), bytes, b"\r\n--b--\r\n"].concat()
}

async fn post(caller: &Caller, body: Vec<u8>) -> Answer {
    let caller = caller.clone().with_header("content-type", "multipart/form-data; boundary=b");
    caller.send(Method::POST, AVATAR, Body::from(body)).await
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_picture_is_written_anew_whatever_it_is_called_and_the_old_one_goes(db: MySqlPool) {
    let studio = Studio::new(&db).await;
    let asha = studio.app.as_user(build::user("Asha").insert(&db).await);
    let mut before = String::new();
    for name in ["../../etc/passwd", "a.php.jpg", "a\\x00.jpg", "portrait.svg"] {
        let set = post(&asha, form("file", name, &picture(ImageFormat::Png))).await.data();
        let url = set["avatar_url"].as_str().unwrap().to_owned();
        assert!(url.starts_with("/uploads/avatars/") && url.ends_with("-256.jpg") && url != before, "{url}");
        let kept = std::fs::read(studio.uploads.join(url.strip_prefix("/uploads/").unwrap())).unwrap();
        assert_eq!(image::load_from_memory(&kept).unwrap().width(), 256);
        let files = set["files"].as_array().unwrap();
        assert_eq!((files.len(), studio.files().len()), (6, 6), "of the picture before, no file is left");
        assert_eq!(asha.get("/api/v1/users/profile").await.data()["avatar_url"], url.as_str());
        before = url;
    }
    for _ in 0..2 {
        delete(&asha, AVATAR).await.data();
        assert!(studio.files().is_empty());
    }
    assert!(asha.get("/api/v1/users/profile").await.data()["avatar_url"].is_null());
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_no_picture_leaves_no_file(db: MySqlPool) {
    let studio = Studio::new(&db).await;
    let asha = studio.app.as_user(build::user("Asha").insert(&db).await);
    for bytes in [b"".as_slice(), b"<svg onload=alert(1)>", b"<?php", &picture(ImageFormat::Jpeg)[..60]] {
        assert_eq!(post(&asha, form("file", "a.jpg", bytes)).await.wrong_fields(), ["file"]);
    }
    assert_eq!(post(&asha, form("other", "a.jpg", b"x")).await.wrong_fields(), ["file"]);
    assert_eq!(
        post(&asha, b"--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx".to_vec()).await.wrong_fields(),
        ["body"]
    );
    assert_eq!(asha.post(AVATAR, serde_json::json!({})).await.wrong_fields(), ["body"]);
    assert_eq!(post(&studio.app.anonymous(), form("file", "a.jpg", b"x")).await.error(), "UNAUTHORIZED");
    assert!(studio.files().is_empty());
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn five_megabytes_are_taken_and_no_more(db: MySqlPool) {
    let studio = Studio::new(&db).await;
    let asha = studio.app.as_user(build::user("Asha").insert(&db).await);
    let mut padded = picture(ImageFormat::Png);
    padded.resize(5 * 1024 * 1024, 0);
    post(&asha, form("file", "a.png", &padded)).await.data();
    padded.push(0);
    assert_eq!(post(&asha, form("file", "a.png", &padded)).await.error(), "PAYLOAD_TOO_LARGE");
    padded.resize(6 * 1024 * 1024, 0);
    assert_eq!(post(&asha, form("file", "a.png", &padded)).await.error(), "PAYLOAD_TOO_LARGE");
    assert_eq!(studio.files().len(), 6);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_picture_of_nobody_s_is_not_kept(db: MySqlPool) {
    let studio = Studio::new(&db).await;
    let gone = studio.app.as_user(build::user("Gone").inactive().insert(&db).await);
    assert_eq!(post(&gone, form("file", "a.png", &picture(ImageFormat::Png))).await.error(), "UNAUTHORIZED");
    assert!(studio.files().is_empty());
}
