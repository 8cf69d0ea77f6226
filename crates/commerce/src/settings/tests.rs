//! Each kind of value, at its edges.

use serde_json::json;

use super::*;

fn read(key: &str, value: &Value) -> Result<String, String> {
    find(key).unwrap().read(value)
}

#[test]
fn every_setting_takes_what_fits_and_names_what_does_not() {
    for (key, value, kept) in [
        ("maintenance_mode", json!(true), "true"),
        ("max_cart_items_total", json!(1), "1"),
        ("max_cart_items_total", json!(10_000), "10000"),
        ("invoice_hsn_digits", json!(6), "6"),
        ("free_shipping_threshold", json!(999), "999.00"),
        ("free_shipping_threshold", json!(49.5), "49.50"),
        ("free_shipping_threshold", json!("49.50"), "49.50"),
        ("site_name", json!("  Pavitra — चाय  "), "Pavitra — चाय"),
        ("site_email", json!("a.b+c@example.co.in"), "a.b+c@example.co.in"),
        ("site_phone", json!("+91 (11) 0000-0000"), "+91 (11) 0000-0000"),
        ("gst_number", json!(""), ""),
        ("gst_number", json!("27AAPFU0939F1ZV"), "27AAPFU0939F1ZV"),
        ("seller_state", json!("27"), "27"),
        ("default_payment_gateway", json!("stripe"), "stripe"),
        ("supported_gateways", json!(["stripe"]), r#"["stripe"]"#),
        ("mfa_required_roles", json!([]), "[]"),
        ("cod_available_pincodes", json!(["*", "411", "560001"]), r#"["*","411","560001"]"#),
        ("rate_limit_exempt_addresses", json!(["10.0.0.1", "2001:db8::/32"]), r#"["10.0.0.1","2001:db8::/32"]"#),
        ("business_hours", json!({ "sunday": "Closed" }), r#"{"sunday":"Closed"}"#),
        ("whatsapp_api_url", json!("https://api.example.com:8443/v1?a=b"), "https://api.example.com:8443/v1?a=b"),
        ("razorpay_secret", json!("s3cret"), "s3cret"),
        ("storefront_url", json!("http://localhost:3000"), "http://localhost:3000"),
        ("storefront_url", json!("https://shop.example.in/hi"), "https://shop.example.in/hi"),
        ("argon2_memory_kib", json!(65_536), "65536"),
    ] {
        assert_eq!(read(key, &value), Ok(kept.to_owned()), "{key} {value}");
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let wrong: &[(&str, Value)] = &[
        ("maintenance_mode", json!(["true", 1, 0, null, "yes", [], {}])),
        ("max_cart_items_total", json!([0, 10_001, -1, 1.5, "7", null, true, 1e300, 4_294_967_296_u64])),
        ("invoice_hsn_digits", json!([5, 8, "4"])),
        ("free_shipping_threshold", json!([-1, 1.005, 10_000_000.01, "1e3", "", null, true, "NaN"])),
        ("site_name", json!(["", "  ", "a\nb", "a\u{0}b", "a\u{202e}b", "a\u{200b}b", "x".repeat(101), 7, null])),
        (
            "site_email",
            json!(["a", "a@b", "a@b..c", "a b@c.in", "a@c.in\r\nBcc: x@y.in", "@c.in", "a@-c.in", "a@c.in,b@c.in"]),
        ),
        ("site_phone", json!(["call us", "12345", "++911100000000", "1234567890123456"])),
        ("gst_number", json!(["27AAPFU0939F1ZW", " ".repeat(16) + "x", "27aapfu0939f1zv"])),
        ("seller_state", json!(["25", "MH", ""])),
        ("default_payment_gateway", json!(["paypal", "", null])),
        ("supported_gateways", json!([[], ["stripe", "stripe"], ["paypal"], "stripe", [7], null])),
        ("mfa_required_roles", json!([["customer"], null])),
        ("cod_available_pincodes", json!([["0"], ["4110011"], ["41a"], [""], "*", [411]])),
        (
            "rate_limit_exempt_addresses",
            json!([["0.0.0.0/0"], ["10.0.0.0/33"], ["localhost"], ["10.0.0.1/"], "10.0.0.1"]),
        ),
        ("business_hours", json!([{ "sunday": 7 }, { "sunday": "a\nb" }, [], null, { "x": "y".repeat(101) }])),
        (
            "seller_address",
            json!([{}, { "address_line1": "4", "city": "Pune", "state": "MH", "postal_code": "41100" }, null]),
        ),
        (
            "whatsapp_api_url",
            json!(["http://api.example.com", "https://", "https://a@b.in/", "https://a b", "javascript:1"]),
        ),
        (
            "storefront_url",
            json!([
                "",
                "ftp://shop.in",
                "https://",
                "https://shop.in/",
                "https://a@shop.in",
                "https://shop.in?a",
                "javascript:1"
            ]),
        ),
        ("argon2_memory_kib", json!([7_167, 65_537])),
        ("argon2_passes", json!([0, 6])),
        ("razorpay_secret", json!(["a b", "x".repeat(501), "a\u{0}", 7, null, "गुप्त"])),
    ];
    for (key, values) in wrong {
        for value in values.as_array().unwrap() {
            assert!(read(key, value).is_err(), "{key} {value}");
        }
    }
    let too_long = vec!["560001"; 5_001];
    assert!(read("cod_available_pincodes", &json!(too_long)).is_err());
}

#[test]
fn what_is_kept_is_shown_as_it_was_sent_and_a_secret_never() {
    let shown = |key: &str, text: &str| serde_json::to_string(&find(key).unwrap().show(text)).unwrap();
    assert_eq!(shown("free_shipping_threshold", "999"), "999.00");
    assert_eq!(shown("maintenance_mode", "false"), "false");
    assert_eq!(shown("max_cart_items_total", "50"), "50");
    assert_eq!(shown("site_name", "7"), "\"7\"");
    assert_eq!(shown("supported_gateways", r#"["stripe"]"#), r#"["stripe"]"#);
    assert_eq!(shown("max_cart_items_total", "many"), "\"many\"");
    assert_eq!(
        (shown("razorpay_secret", "v1.a.b"), shown("razorpay_secret", "")),
        (format!("\"{MASK}\""), "\"\"".to_owned())
    );
}

#[test]
fn names_are_unique_secrets_are_not_public_and_every_schema_says_a_type() {
    for (place, definition) in ALL.iter().enumerate() {
        assert!(ALL.iter().skip(place + 1).all(|other| other.key != definition.key), "{}", definition.key);
        assert!(!(definition.is_public && definition.is_secret), "{}", definition.key);
        assert!(definition.schema()["type"].is_string(), "{}", definition.key);
    }
}

#[test]
fn settings_that_contradict_each_other_are_named() {
    let texts = |gstin: &'static str, state: &'static str, gateways: &'static str| {
        contradictions(move |key| match key {
            "gst_number" => gstin,
            "seller_state" => state,
            "supported_gateways" => gateways,
            _ => "stripe",
        })
    };
    assert!(texts("27AAPFU0939F1ZV", "27", r#"["stripe"]"#).is_empty());
    assert!(texts("", "29", r#"["stripe"]"#).is_empty());
    let found: Vec<&str> = texts("27AAPFU0939F1ZV", "29", r#"["razorpay"]"#).iter().map(|(key, _)| *key).collect();
    assert_eq!(found, ["seller_state", "default_payment_gateway"]);
}
