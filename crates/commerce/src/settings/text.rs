//! Rules for settings that are texts.

use crate::place::{Gstin, StateCode};

/// What a text has to be.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// In words that follow "must be".
    pub(super) says: &'static str,
    holds: fn(&str) -> bool,
}

impl Rule {
    /// No text holds what cannot be seen, or turns the direction of what follows it.
    pub(super) fn lets(self, text: &str) -> bool {
        !text.contains(hides) && (self.holds)(text)
    }
}

fn hides(character: char) -> bool {
    let is_invisible = matches!(character, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}');
    character.is_control() || is_invisible || matches!(character, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

pub(super) const LINE: Rule = Rule { says: "one line of text without invisible characters", holds: |_| true };

pub(super) const EMAIL: Rule = Rule { says: "an e-mail address", holds: is_email };

pub(super) const PHONE: Rule = Rule {
    says: "a telephone number: digits, blanks, hyphens and brackets, with a plus before them",
    holds: |text| {
        let number = text.strip_prefix('+').unwrap_or(text);
        let digits = number.chars().filter(char::is_ascii_digit).count();
        (6..=15).contains(&digits) && number.chars().all(|c| c.is_ascii_digit() || " -()".contains(c))
    },
};

pub(super) const GSTIN: Rule = Rule {
    says: "a GSTIN as it is printed, or empty",
    holds: |text| text.is_empty() || text.parse::<Gstin>().is_ok_and(|gstin| gstin.as_str() == text),
};

pub(super) const STATE: Rule =
    Rule { says: "the two-digit GST code of a state", holds: |text| text.parse::<StateCode>().is_ok() };

pub(super) const KEY: Rule =
    Rule { says: "visible ASCII without blanks", holds: |text| text.bytes().all(|byte| byte.is_ascii_graphic()) };

pub(super) const ADDRESS: Rule = Rule {
    says: "an https:// address without a user, or empty",
    holds: |text| text.is_empty() || text.strip_prefix("https://").is_some_and(is_address),
};

/// Links in letters begin with it.
pub(super) const PAGE: Rule = Rule {
    says: "an http:// or https:// address without a user, a query and a slash at its end",
    holds: |text| {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        rest.is_some_and(|rest| is_address(rest) && !rest.contains(['?', '#']) && !rest.ends_with('/'))
    },
};

/// A host and what may follow it.
fn is_address(rest: &str) -> bool {
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_host = !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:".contains(&byte));
    is_host && rest.bytes().all(|byte| byte.is_ascii_graphic())
}

fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    let is_label = |label: &str| {
        let fits = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        !label.is_empty() && fits && !label.starts_with('-') && !label.ends_with('-')
    };
    let is_name = !name.is_empty() && name.len() <= 64;
    is_name
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte))
        && host.contains('.')
        && host.split('.').all(is_label)
}
