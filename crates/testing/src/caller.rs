//! Requests as a person would say them, and what came back.

use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;

use crate::TestApp;

/// Somebody who calls a service.
#[derive(Clone, Debug)]
pub struct Caller {
    app: TestApp,
    headers: Vec<(String, String)>,
}

impl Caller {
    pub(crate) fn new(app: TestApp, authorization: Option<String>) -> Self {
        let headers = authorization.map(|value| (AUTHORIZATION.to_string(), value)).into_iter().collect();
        Self { app, headers }
    }

    /// The same caller, also sending this header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// `GET path`.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, Body::empty()).await
    }

    /// `POST path` with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.post_text(path, body.to_string()).await
    }

    /// `POST path` with this body, which says that it is JSON.
    pub async fn post_text(&self, path: &str, body: impl Into<Body>) -> Answer {
        self.clone().with_header(CONTENT_TYPE.as_str(), "application/json").send(Method::POST, path, body.into()).await
    }

    /// Any method with any body.
    pub async fn send(&self, method: Method, path: &str, body: Body) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        Answer::of(self.app.answer(request.body(body).unwrap()).await).await
    }
}

/// What a service answered.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub text: String,
}

impl Answer {
    async fn of(response: axum::response::Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Self { status: parts.status, headers: parts.headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).expect("a JSON body")
    }

    /// `data` of a good answer.
    #[track_caller]
    pub fn data(&self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.text);
        let body = self.json();
        assert_eq!(body["success"], true);
        body["data"].clone()
    }

    /// `error.code` of a bad answer, whose whole body is the contract's.
    #[track_caller]
    pub fn error(&self) -> String {
        let body = self.json();
        assert!(!self.status.is_success() && body["success"] == false, "{} {}", self.status, self.text);
        assert_eq!(body["detail"], body["error"]["message"]);
        assert!(body["error"]["details"].is_array() && body["timestamp"].is_string(), "{}", self.text);
        body["error"]["code"].as_str().unwrap().to_owned()
    }

    /// The names of the fields that a 400 complains about.
    #[track_caller]
    pub fn wrong_fields(&self) -> Vec<String> {
        assert_eq!((self.status.as_u16(), self.error().as_str()), (400, "VALIDATION_ERROR"), "{}", self.text);
        let details = self.json()["error"]["details"].as_array().unwrap().clone();
        details.iter().map(|detail| detail["field"].as_str().unwrap().to_owned()).collect()
    }
}
