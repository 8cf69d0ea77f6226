//! How much everybody gets, read from the settings.

use std::net::IpAddr;

use ipnet::IpNet;

use super::Quota;
use crate::settings::Values;

/// The limits of the shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Requests of one address whose caller is not signed in.
    pub anonymous: Quota,
    /// Requests of one user.
    pub signed_in: Quota,
    /// Failed log-ins of one account from one place.
    pub login: Quota,
    /// Log-ins and registrations from one address.
    pub login_address: Quota,
    /// One-time codes and resets for one account.
    pub codes: Quota,
    /// The servers that are trusted not to overdo it.
    exempt: Vec<IpNet>,
}

impl Default for Rules {
    /// As the migrations have them.
    fn default() -> Self {
        Self {
            anonymous: Quota::per_seconds(3_000, 60),
            signed_in: Quota::per_seconds(600, 60),
            login: Quota::per_seconds(10, 900),
            login_address: Quota::per_seconds(30, 900),
            codes: Quota::per_seconds(5, 3_600),
            exempt: Vec::new(),
        }
    }
}

impl Rules {
    /// The rules that `values` make. What is missing or no number from 1 is as it usually is: a slip in a setting neither
    /// closes the shop nor opens it to everything.
    pub fn of(values: &Values) -> Self {
        let usual = Self::default();
        let number = |key, usual: u64| values.whole(key).ok().filter(|number| *number > 0).map_or(usual, u64::from);
        let quota = |key, usual: Quota, seconds| {
            let amount = number(key, u64::from(usual.amount));
            Quota::per_seconds(u32::try_from(amount).unwrap_or(usual.amount), seconds)
        };
        let window = number("rate_limit_login_window", usual.login.window.as_secs());
        Self {
            anonymous: quota("rate_limit_anonymous_per_minute", usual.anonymous, 60),
            signed_in: quota("rate_limit_signed_in_per_minute", usual.signed_in, 60),
            login: quota("rate_limit_login_attempts", usual.login, window),
            login_address: quota("rate_limit_login_attempts_per_address", usual.login_address, window),
            codes: quota("rate_limit_codes_per_hour", usual.codes, 3_600),
            exempt: values
                .list("rate_limit_exempt_addresses")
                .unwrap_or_default()
                .iter()
                .filter_map(|text| network(text))
                .collect(),
        }
    }

    /// Whether nobody counts what comes from `address`.
    pub fn exempts(&self, address: IpAddr) -> bool {
        self.exempt.iter().any(|network| network.contains(&address))
    }
}

/// `10.0.0.7` and `10.0.0.0/24`.
fn network(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_make_the_rules_and_a_slip_in_one_is_no_disaster() {
        assert_eq!(Rules::of(&Values::default()), Rules::default());
        let values = Values::from_pairs([
            ("rate_limit_anonymous_per_minute", "7"),
            ("rate_limit_signed_in_per_minute", "0"),
            ("rate_limit_login_attempts", "many"),
            ("rate_limit_login_window", "60"),
            ("rate_limit_exempt_addresses", r#"["10.0.0.7", "fd00::/8", "localhost"]"#),
        ]);
        let rules = Rules::of(&values);
        assert_eq!((rules.anonymous.amount, rules.signed_in.amount), (7, 600));
        assert_eq!(rules.login, Quota::per_seconds(10, 60));
        for (address, is_exempt) in [("10.0.0.7", true), ("10.0.0.8", false), ("fd12::1", true), ("::1", false)] {
            assert_eq!(rules.exempts(address.parse().unwrap()), is_exempt, "{address}");
        }
    }
}
