//! Enums that are text on the wire and in the database, over the `ENUM`s of the owner's document and `VARCHAR` + CHECK elsewhere.

/// Defines an enum whose variants have one spelling everywhere:
/// `text_enum! { /// What it says. pub enum Colour { /// Red. Red = "red" } }`.
///
/// Decodes from `ENUM` and `VARCHAR` columns (`derive(sqlx::Type)` accepts neither on both MySQL and MariaDB),
/// refuses other texts with the list of the right ones, and describes itself in OpenAPI.
#[macro_export]
macro_rules! text_enum {
    ($(#[$doc:meta])* pub enum $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            /// Every spelling, in the order of definition.
            pub const TEXTS: &'static [&'static str] = &[$($text),+];

            /// How it is written.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            fn from_text(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Self::from_text(&text).ok_or_else(|| serde::de::Error::unknown_variant(&text, Self::TEXTS))
            }
        }

        eserde::impl_edeserialize_compat!($name);

        impl sqlx::Type<sqlx::MySql> for $name {
            fn type_info() -> sqlx::mysql::MySqlTypeInfo {
                <str as sqlx::Type<sqlx::MySql>>::type_info()
            }

            fn compatible(column: &sqlx::mysql::MySqlTypeInfo) -> bool {
                <str as sqlx::Type<sqlx::MySql>>::compatible(column)
            }
        }

        impl sqlx::Encode<'_, sqlx::MySql> for $name {
            fn encode_by_ref(&self, buffer: &mut Vec<u8>) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
                sqlx::Encode::<sqlx::MySql>::encode_by_ref(&self.as_str(), buffer)
            }
        }

        impl<'r> sqlx::Decode<'r, sqlx::MySql> for $name {
            fn decode(value: sqlx::mysql::MySqlValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                let text = <&str as sqlx::Decode<sqlx::MySql>>::decode(value)?;
                Self::from_text(text).ok_or_else(|| format!("{text:?} is no {}", stringify!($name)).into())
            }
        }

        impl utoipa::ToSchema for $name {}

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .enum_values(Some(Self::TEXTS.iter().copied()))
                    .into()
            }
        }
    };
}

#[cfg(test)]
#[expect(unreachable_pub, reason = "the macro defines public enums")]
mod tests {
    text_enum! {
        /// A test's enum.
        pub enum Tender {
            /// Paid at the door.
            CashOnDelivery = "cash_on_delivery",
            /// Paid by UPI.
            Upi = "upi",
        }
    }

    #[test]
    fn one_spelling_both_ways_and_a_refusal_that_names_the_right_ones() {
        assert_eq!(serde_json::to_string(&Tender::Upi).unwrap(), "\"upi\"");
        assert_eq!(serde_json::from_str::<Tender>("\"cash_on_delivery\"").unwrap(), Tender::CashOnDelivery);
        let refusal = serde_json::from_str::<Tender>("\"UPI\"").unwrap_err().to_string();
        assert!(refusal.contains("expected `cash_on_delivery` or `upi`"), "{refusal}");
    }
}
