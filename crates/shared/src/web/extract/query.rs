//! Query strings: every parameter stands alone, so every wrong one is named.

use std::collections::BTreeSet;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use url::form_urlencoded;
use validator::Validate;

use super::words;
use crate::web::{Error, FieldError, Result};

/// The parameters after the question mark. All of `T`'s fields are optional; unknown and empty ones are ignored.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Validate> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let value: T = parse(parts.uri.query().unwrap_or_default()).map_err(Error::Invalid)?;
        value.validate().map_err(|errors| Error::Invalid(words::broken_rules(&errors)))?;
        Ok(Self(value))
    }
}

/// More parameters than this are nonsense, and each costs a look at all.
const MOST: usize = 200;

fn parse<T: DeserializeOwned>(query: &str) -> Result<T, Vec<FieldError>> {
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).filter(|(_, value)| !value.is_empty()).collect();
    if pairs.len() > MOST {
        return Err(vec![FieldError::new("query", format!("must not have more than {MOST} parameters"))]);
    }
    serde_html_form::from_str(&encode(pairs.iter())).map_err(|whole| {
        let names: BTreeSet<_> = pairs.iter().map(|(name, _)| name.as_ref()).collect();
        let faults: Vec<_> = names.into_iter().filter_map(|name| fault::<T>(name, &pairs)).collect();
        if faults.is_empty() { vec![FieldError::new("query", words::plain(&whole.to_string()))] } else { faults }
    })
}

type Pair<'a> = (std::borrow::Cow<'a, str>, std::borrow::Cow<'a, str>);

/// What is wrong with the parameter `name`, taken by itself.
fn fault<T: DeserializeOwned>(name: &str, pairs: &[Pair<'_>]) -> Option<FieldError> {
    let alone = encode(pairs.iter().filter(|(key, _)| key == name));
    let error = serde_html_form::from_str::<T>(&alone).err()?;
    Some(FieldError::new(name, words::plain(&error.to_string())))
}

fn encode<'a>(pairs: impl Iterator<Item = &'a Pair<'a>>) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

#[cfg(test)]
mod tests {
    use kernel::{PageNumber, PageSize, Paise, UserId};
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default, Deserialize)]
    #[serde(default)]
    struct Filter {
        page: Option<PageNumber>,
        page_size: Option<PageSize>,
        min_price: Option<Paise>,
        #[serde(rename = "id")]
        ids: Vec<UserId>,
        featured: Option<bool>,
        search: Option<String>,
    }

    #[test]
    fn parameters_repeat_and_empty_ones_do_not_count() {
        let filter: Filter = parse("id=1&id=2&page=&search=%E0%A4%9A%E0%A4%BE&min_price=19.99&featured=true").unwrap();
        assert_eq!(filter.ids.len(), 2);
        assert_eq!((filter.search.as_deref(), filter.min_price), (Some("चा"), Some(Paise::new(1999))));
        assert!(filter.page.is_none() && filter.featured == Some(true));
    }

    #[test]
    fn every_wrong_parameter_is_named() {
        let faults = parse::<Filter>("page=0&page_size=101&min_price=-1&id=x&featured=maybe&search=ok").unwrap_err();
        let words: Vec<_> = faults.iter().map(|fault| format!("{} {}", fault.field, fault.message)).collect();
        let expected = [
            "featured must be true or false",
            "id must be a whole number",
            "min_price must be an amount with at most two decimals between 0 and 9999999999.99",
            "page must be a whole number from 1 to 4294967295",
            "page_size must be a whole number from 1 to 100",
        ];
        assert_eq!(words, expected);
    }

    #[test]
    fn nobody_has_hundreds_of_parameters() {
        assert!(parse::<Filter>(&"x=1&".repeat(200)).is_ok());
        assert_eq!(parse::<Filter>(&"x=1&".repeat(201)).unwrap_err()[0].field, "query");
    }

    #[test]
    fn one_value_where_one_belongs() {
        let faults = parse::<Filter>("page=1&page=2").unwrap_err();
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].field, "page");
    }
}
