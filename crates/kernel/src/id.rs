//! Makes a type of its own out of every kind of database key, so that no order id is ever used as a product id.

use serde::de::{Error, Unexpected, Visitor};

/// Defines a positive 64-bit key: `id! { /// What it names. ProductId }`.
///
/// Parses from JSON numbers and from path or query text; zero, signs, fractions and overflow are refused.
/// In the database it is a `BIGINT UNSIGNED`.
#[macro_export]
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, sqlx::Type, utoipa::ToSchema)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        #[schema(value_type = u64, minimum = 1)]
        pub struct $name(u64);

        impl $name {
            /// The id with this number, unless it is zero.
            pub const fn new(number: u64) -> Option<Self> {
                if number == 0 { None } else { Some(Self(number)) }
            }

            /// The number behind the id.
            pub const fn get(self) -> u64 {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_u64($crate::id::PositiveInteger).map(Self)
            }
        }

        eserde::impl_edeserialize_compat!($name);
    };
}

/// Accepts what can be an id; the visitor behind every `id!`.
#[derive(Debug)]
pub struct PositiveInteger;

impl Visitor<'_> for PositiveInteger {
    type Value = u64;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a positive integer")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<u64, E> {
        if number == 0 { Err(E::invalid_value(Unexpected::Unsigned(0), &self)) } else { Ok(number) }
    }
}

#[cfg(test)]
mod tests {
    use crate::UserId;

    #[test]
    fn only_positive_integers_are_ids() {
        assert_eq!(serde_json::from_str::<UserId>("7").unwrap(), UserId::new(7).unwrap());
        for wrong in ["0", "-1", "1.5", "\"1\"", "null", "true", "18446744073709551616"] {
            let refusal = serde_json::from_str::<UserId>(wrong).unwrap_err().to_string();
            assert!(refusal.contains("expected a positive integer"), "{wrong}: {refusal}");
        }
    }
}
