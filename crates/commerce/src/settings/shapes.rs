//! Settings that are JSON of a shape of their own.

use std::net::IpAddr;

use serde_json::{Value, json};

use super::kind::Kind;
use super::text::LINE;
use crate::address;

/// Opening hours: names of days, and when.
pub(super) const HOURS: Kind = Kind::Shape(
    || json!({ "type": "object", "maxProperties": 20, "additionalProperties": { "type": "string", "maxLength": 100 } }),
    |value| {
        let days = value.as_object().filter(|days| days.len() <= 20);
        let is_line = |text: &Value, most| text.as_str().is_some_and(|text| is_line(text, most));
        let fits = days.is_some_and(|days| days.iter().all(|(day, hours)| is_line_of(day, 40) && is_line(hours, 100)));
        (!fits).then(|| "must be an object of at most 20 lines of text".to_owned())
    },
);

/// Where the seller is.
pub(super) const SELLER: Kind = Kind::Shape(
    || {
        let line = json!({ "type": "string", "minLength": 1, "maxLength": 255 });
        let pin = json!({ "type": "string", "pattern": "^[1-9][0-9]{5}$" });
        json!({
            "type": "object", "additionalProperties": false,
            "required": ["address_line1", "city", "state", "postal_code"],
            "properties": { "address_line1": line, "address_line2": line, "city": line, "state": line, "postal_code": pin },
        })
    },
    wrong_seller,
);

fn wrong_seller(value: &Value) -> Option<String> {
    let Some(parts) = value.as_object() else { return Some("must be an object".to_owned()) };
    let required = ["address_line1", "city", "state", "postal_code"];
    let known = |name: &String| name == "address_line2" || required.contains(&name.as_str());
    let missing = required.into_iter().find(|name| !parts.contains_key(*name));
    let unknown = parts.keys().find(|name| !known(name));
    let wrong = parts.iter().find(|(_, part)| !part.as_str().is_some_and(|text| is_line(text, 255)));
    let pin = parts.get("postal_code").and_then(Value::as_str).unwrap_or_default();
    match () {
        () if missing.is_some() => missing.map(|name| format!("lacks {name}")),
        () if unknown.is_some() => unknown.map(|name| format!("must not have {name:.40}")),
        () if wrong.is_some() => wrong.map(|(name, _)| format!("has no line of text as {name}")),
        () if pin.parse::<address::Pin>().is_err() => Some("has no PIN as postal_code".to_owned()),
        () => None,
    }
}

/// Where cash is collected: everywhere, or PINs and how they begin.
pub(super) const PINS: Kind = Kind::Shape(
    || json!({ "type": "array", "maxItems": 5000, "items": { "type": "string", "pattern": "^([*]|[1-9][0-9]{0,5})$" } }),
    |value| every(value, 5_000, is_pins).then(|| "must be a list of PINs, beginnings of PINs, or *".to_owned()),
);

fn is_pins(text: &str) -> bool {
    let is_beginning = (1..=6).contains(&text.len()) && !text.starts_with('0');
    text == "*" || (is_beginning && text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Machines by their addresses.
pub(super) const MACHINES: Kind = Kind::Shape(
    || json!({ "type": "array", "maxItems": 200, "items": { "type": "string", "description": "an address, or a network as 203.0.113.0/24" } }),
    |value| every(value, 200, is_machines).then(|| "must be a list of IP addresses and networks".to_owned()),
);

fn is_machines(text: &str) -> bool {
    let (address, length) = text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)));
    let Ok(address) = address.parse::<IpAddr>() else { return false };
    let longest = if address.is_ipv4() { 32 } else { 128 };
    // A network of everybody would switch the limits off.
    length.is_none_or(|length| length.parse().is_ok_and(|length: u8| (8..=longest).contains(&length)))
}

/// Whether it is no list of such texts.
fn every(value: &Value, most: usize, fits: fn(&str) -> bool) -> bool {
    let items = value.as_array().filter(|items| items.len() <= most);
    !items.is_some_and(|items| items.iter().all(|item| item.as_str().is_some_and(fits)))
}

fn is_line(text: &str, most: usize) -> bool {
    !text.trim().is_empty() && is_line_of(text, most)
}

fn is_line_of(text: &str, most: usize) -> bool {
    text.chars().count() <= most && LINE.lets(text)
}
