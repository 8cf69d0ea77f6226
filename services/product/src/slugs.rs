//! The last parts of the addresses of pages: made from names, each given once, and followed when they change.

use std::borrow::Cow;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use kernel::text_enum;
use serde::de::{Error as _, Unexpected};
use serde::{Deserialize, Deserializer, Serialize};
use shared::web::{Error, Result};
use sqlx::MySqlConnection;
use unicode_normalization::UnicodeNormalization;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::store;

/// So long is a slug at most; a number fits behind it into the column.
const LONGEST: usize = 200;
/// A name that others have too gets a number up to this one, and after that something that nobody has.
const LAST_NUMBER: u32 = 50;
const EXPECTED: &str = "1 to 200 small letters and digits, with single hyphens between them";

/// The given slug belongs to another page, or did.
pub const TAKEN: Error = Error::Conflict { code: "CONFLICT", message: "slug: belongs to another page, or did" };

text_enum! {
    /// What has a page of its own. Slugs of different kinds do not meet.
    pub enum Kind {
        /// A row of `products`.
        Product = "product",
        /// A row of `categories`.
        Category = "category",
        /// A row of `brands`.
        Brand = "brand",
    }
}

/// The last part of a page's address: small letters, digits, and single hyphens between them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, sqlx::Type, ToSchema)]
#[serde(transparent)]
#[sqlx(transparent)]
#[schema(value_type = String, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", max_length = 200, example = "basmati-rice-5-kg")]
pub struct Slug(String);

/// The text is no slug.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not {EXPECTED}")]
pub struct NotASlug;

/// Where a slug comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// It was given: this one or none.
    Exactly(Slug),
    /// It was made from a name: this one, or one that begins with it.
    Like(Slug),
}

impl Slug {
    /// What a page of this kind and `name` is called: transliterated, without what no address holds; the name of the kind
    /// if nothing is left.
    pub fn of(kind: Kind, name: &str) -> Self {
        Self::from_name(name).unwrap_or_else(|| Self(kind.as_str().to_owned()))
    }

    /// `name`, transliterated, without what no address holds, if anything is left.
    pub fn from_name(name: &str) -> Option<Self> {
        let plain = deunicode::deunicode(&name.nfkc().collect::<String>()).to_ascii_lowercase();
        let mut slug = String::new();
        for word in plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
            let begins = slug.is_empty();
            if slug.len() + usize::from(!begins) + word.len() > LONGEST {
                break;
            }
            slug.push_str(if begins { "" } else { "-" });
            slug.push_str(word);
        }
        if slug.is_empty() {
            slug = plain.chars().filter(char::is_ascii_alphanumeric).take(LONGEST).collect();
        }
        (!slug.is_empty()).then_some(Self(slug))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn followed_by(&self, end: &str) -> Self {
        Self(format!("{}-{end}", self.0))
    }
}

impl FromStr for Slug {
    type Err = NotASlug;

    fn from_str(text: &str) -> Result<Self, NotASlug> {
        let is_part =
            |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        let fits = text.len() <= LONGEST && text.split('-').all(is_part);
        if fits { Ok(Self(text.to_owned())) } else { Err(NotASlug) }
    }
}

impl<'de> Deserialize<'de> for Slug {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(|NotASlug| D::Error::invalid_value(Unexpected::Other("this text"), &EXPECTED))
    }
}

eserde::impl_edeserialize_compat!(Slug);

/// A slug that no other page of this kind has or ever had; `owner` is the page that it is for, if there is one already.
///
/// Who writes the row may learn from its UNIQUE key that somebody else was faster, and asks again: see [`MOST_TRIES`].
///
/// # Errors
/// [`TAKEN`] when exactly this one was wished for.
pub async fn choose(conn: &mut MySqlConnection, kind: Kind, wish: &Wish, owner: Option<u64>) -> Result<Slug> {
    let wished = match wish {
        Wish::Exactly(slug) | Wish::Like(slug) => slug,
    };
    if store::slugs::list_taken(conn, kind, std::slice::from_ref(wished), owner).await?.is_empty() {
        return Ok(wished.clone());
    }
    if matches!(wish, Wish::Exactly(_)) {
        return Err(TAKEN);
    }
    let numbered: Vec<_> = (2..=LAST_NUMBER).map(|number| wished.followed_by(&number.to_string())).collect();
    let taken = store::slugs::list_taken(conn, kind, &numbered, owner).await?;
    let free = numbered.into_iter().find(|slug| !taken.contains(slug));
    Ok(free.unwrap_or_else(|| wished.followed_by(&Uuid::new_v4().simple().to_string())))
}

/// So often somebody who writes a row asks for a slug: who loses that many races is told to come back.
pub const MOST_TRIES: u32 = 10;

/// Remembers that the page `subject` was at `old` before it moved to `new`; an address that it comes back to leads nowhere
/// else any more.
pub async fn remember(
    conn: &mut MySqlConnection,
    (kind, subject): (Kind, u64),
    (old, new): (&Slug, &Slug),
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    store::slugs::delete(conn, kind, &[old, new]).await?;
    store::slugs::insert(conn, kind, old, subject, now).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_made_from_a_name_in_any_script() {
        for (name, slug) in [
            ("Basmati Rice, 5 kg", "basmati-rice-5-kg"),
            ("बासमती चावल 5 किलो", "baasmtii-caavl-5-kilo"),
            ("Café — Crème & Co.", "cafe-creme-co"),
            ("Ｎｅｅｍ\u{200B}Soap", "neem-soap"),
            ("--a__b--", "a-b"),
            ("\u{200B}!!", "product"),
            ("", "product"),
        ] {
            assert_eq!(Slug::of(Kind::Product, name).as_str(), slug, "{name}");
        }
        let long = Slug::of(Kind::Brand, &"ab ".repeat(200));
        assert!(long.as_str().len() <= LONGEST && long.as_str().ends_with("-ab"));
        assert_eq!(Slug::of(Kind::Brand, &"a".repeat(300)).as_str().len(), LONGEST);
    }

    #[test]
    fn whatever_is_made_is_a_slug_and_little_else_is() {
        for name in ["Neem Soap", "क", "😀", "a-", "½ kg", "ﷺ", "\u{0}"] {
            let slug = Slug::of(Kind::Category, name);
            assert_eq!(slug.as_str().parse(), Ok(slug), "{name}");
        }
        for wrong in ["", "-", "a--b", "-a", "a-", "A", "a b", "क", &"a".repeat(201)] {
            assert_eq!(wrong.parse::<Slug>(), Err(NotASlug), "{wrong}");
        }
    }
}
