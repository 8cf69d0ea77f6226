//! Lists, which come in pages.

use std::collections::HashSet;

use serde::de::DeserializeOwned;

use super::transport::Transport;
use super::wire::Collection;
use crate::Fault;

/// How many entries a page has at most.
const PAGE: usize = 100;

/// A list of Razorpay's.
pub(super) struct List<'a, T> {
    path: &'a str,
    id: fn(&T) -> &str,
    filter: Option<(&'a str, &'a str)>,
}

impl<'a, T> List<'a, T> {
    /// The list below `/v1`, of things that have an `id`.
    pub(super) fn new(path: &'a str, id: fn(&T) -> &str) -> Self {
        Self { path, id, filter: None }
    }

    /// Only what fits.
    pub(super) fn with(self, filter: (&'a str, &'a str)) -> Self {
        Self { filter: Some(filter), ..self }
    }

    /// All of it, newest first, each thing once. What grows while it is read may bring a thing twice, and a list that
    /// takes no page numbers brings the same page again.
    pub(super) async fn all<S: DeserializeOwned + Into<T>>(&self, transport: &Transport) -> Result<Vec<T>, Fault> {
        let (mut seen, mut all) = (HashSet::new(), Vec::new());
        loop {
            let page: Vec<S> = self.page(transport, all.len()).await?;
            let (is_full, before) = (page.len() >= PAGE, all.len());
            let things = page.into_iter().map(Into::into);
            all.extend(things.filter(|thing| seen.insert((self.id)(thing).to_owned())));
            if !is_full || all.len() == before {
                return Ok(all);
            }
        }
    }

    /// A page; the whole list where page numbers are refused, which is not documented for every list.
    async fn page<S: DeserializeOwned>(&self, transport: &Transport, skip: usize) -> Result<Vec<S>, Fault> {
        let (count, skip) = (PAGE.to_string(), skip.to_string());
        let mut query: Vec<(&str, &str)> = self.filter.into_iter().collect();
        let whole = query.len();
        query.extend([("count", count.as_str()), ("skip", skip.as_str())]);
        let collection: Collection<S> = match transport.get(self.path, &query).await {
            Err(fault) if is_extra_field(&fault) => transport.get(self.path, query.split_at(whole).0).await?,
            collection => collection?,
        };
        Ok(collection.items)
    }
}

fn is_extra_field(fault: &Fault) -> bool {
    matches!(fault, Fault::Refused { reason: Some(reason), .. } if reason == "extra_field_sent")
}
