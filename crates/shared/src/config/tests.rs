//! The configuration reads every variable of the owner's list and reports all faults together.

use base64::Engine;
use secrecy::ExposeSecret;

use super::*;

const GOOD: &[(&str, &str)] = &[
    ("DB_HOST", "db"),
    ("DB_PASSWORD", "p"),
    ("REDIS_HOST", "cache"),
    ("RABBITMQ_HOST", "broker"),
    ("JWT_SECRET", "0123456789abcdef0123456789abcdef"),
];

fn read(extra: &[(&str, &str)]) -> Result<Config, Faults> {
    let pairs = GOOD.iter().chain(extra).map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
    Config::read(ServiceName::Product, Reader::from_pairs(pairs))
}

#[test]
fn development_needs_five_variables_and_fills_in_the_rest() {
    let config = read(&[]).unwrap();
    assert_eq!(config.http.listen.to_string(), "127.0.0.1:8002");
    assert_eq!((config.database.port, config.redis.port, config.rabbitmq.port), (3306, 6379, 5672));
    assert_eq!(config.http.cors_origins, ["http://localhost:3000", "http://localhost:3001"]);
    assert!(matches!(config.mail, Mail::Folder(_)) && config.razorpay.is_none() && config.stripe.is_none());
}

#[test]
fn every_fault_is_named_at_once() {
    let faults = read(&[
        ("DB_PORT", "x"),
        ("REDIS_HOST", ""),
        ("CORS_ORIGINS", "*"),
        ("TRUSTED_PROXIES", "10.0.0.0/99"),
        ("SECRETS_KEY", "short"),
        ("SECRETS_KEY_PREVIOUS", "c2hvcnQ="),
        ("RAZORPAY_KEY_ID", "rzp_test_1"),
        ("STRIPE_BASE_URL", "ftp://x"),
        ("SMTP_USERNAME", "apikey"),
        ("ENVIRONMENT", "staging"),
        ("PRODUCT_SERVICE_PORT", "99999"),
        ("REDIS_PORT", "0"),
        ("DB_MAX_CONNECTIONS", "0"),
        ("STRIPE_WEBHOOK_SECRET", "whsec"),
        ("RAZORPAY_BASE_URL", "http://"),
        ("RABBITMQ_USER_FILE", "/no/such/file"),
    ])
    .unwrap_err()
    .to_string();
    let expected = [
        "DB_PORT",
        "REDIS_HOST",
        "CORS_ORIGINS",
        "TRUSTED_PROXIES",
        "SECRETS_KEY",
        "SECRETS_KEY_PREVIOUS",
        "RAZORPAY_SECRET",
        "STRIPE_BASE_URL",
        "SMTP_USERNAME",
        "ENVIRONMENT",
        "PRODUCT_SERVICE_PORT",
        "REDIS_PORT",
        "DB_MAX_CONNECTIONS",
        "STRIPE_SECRET_KEY",
        "RAZORPAY_BASE_URL",
        "RABBITMQ_USER_FILE",
    ];
    for name in expected {
        assert_eq!(faults.matches(&format!("- {name} ")).count(), 1, "{name} in {faults}");
    }
}

#[test]
fn production_refuses_what_development_forgives() {
    let faults =
        read(&[("ENVIRONMENT", "production"), ("DB_PASSWORD", ""), ("JWT_SECRET", "very_secret")]).unwrap_err();
    let text = faults.to_string();
    for name in ["DB_PASSWORD", "JWT_SECRET", "SECRETS_KEY", "RABBITMQ_PASSWORD", "SMTP_HOST"] {
        assert!(text.contains(name), "{name} in {text}");
    }
    assert!(!text.contains("very_secret"));
}

#[test]
fn development_has_a_key_for_secrets_and_production_does_not_take_that_one() {
    let known = base64::engine::general_purpose::STANDARD.encode(read(&[]).unwrap().secrets.key.expose());
    for (key, is_refused) in [(known.as_str(), true), ("c2l4dGVlbiBieXRlcyBhbmQgc2l4dGVlbiBtb3JlIS4=", false)] {
        let faults = read(&[("ENVIRONMENT", "production"), ("SECRETS_KEY", key)]).unwrap_err().to_string();
        assert_eq!(faults.contains("SECRETS_KEY "), is_refused, "{faults}");
        assert!(!faults.contains(key), "{faults}");
        assert!(read(&[("SECRETS_KEY", key), ("SECRETS_KEY_PREVIOUS", &known)]).unwrap().secrets.previous.is_some());
    }
}

#[test]
fn an_origin_is_what_a_browser_sends() {
    for nonsense in
        ["*", "https://", "https://Shop.example", "https://shop.example/", "https://u@shop.example", "ftp://x"]
    {
        let faults = read(&[("CORS_ORIGINS", nonsense)]).unwrap_err().to_string();
        assert!(faults.contains("CORS_ORIGINS"), "{nonsense}");
    }
    assert_eq!(read(&[("CORS_ORIGINS", "https://shop.example:8443")]).unwrap().http.cors_origins.len(), 1);
}

#[test]
fn a_secret_comes_from_a_file_without_its_line_end_and_not_from_two_places() {
    let file = std::env::temp_dir().join(format!("pavitra-config-{}", std::process::id()));
    std::fs::write(&file, "from-a-file\r\n").unwrap();
    let path = file.to_str().unwrap();
    let config = read(&[("DB_PASSWORD", ""), ("DB_PASSWORD_FILE", path)]).unwrap();
    assert_eq!(config.database.account.password.expose_secret(), "from-a-file");
    let twice = read(&[("DB_PASSWORD_FILE", path)]).unwrap_err().to_string();
    assert!(twice.contains("DB_PASSWORD is given twice"), "{twice}");
    std::fs::remove_file(&file).unwrap();
    let gone = read(&[("DB_PASSWORD", ""), ("DB_PASSWORD_FILE", path)]).unwrap_err().to_string();
    assert!(gone.contains("DB_PASSWORD_FILE names"), "{gone}");
}

#[test]
fn debug_prints_no_secret() {
    let config = read(&[("DB_PASSWORD", "hunter2"), ("STRIPE_SECRET_KEY", "sk_live_1"), ("SMTP_HOST", "h")]).unwrap();
    let reader = Reader::from_pairs([("DB_PASSWORD".to_owned(), "hunter2".to_owned())]);
    let debug = format!("{config:?} {reader:?}");
    assert!(
        !debug.contains("hunter2") && !debug.contains("sk_live_1") && !debug.contains("0123456789abcdef"),
        "{debug}"
    );
}
