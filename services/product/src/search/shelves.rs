//! The small part of the catalogue that stays in the process: categories, brands and what variations differ in.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use commerce::ids::{BrandId, CategoryId};
use sqlx::{FromRow, MySqlConnection};

use crate::store;

/// A category, shown or not.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub(crate) struct Shelf {
    pub(crate) id: CategoryId,
    pub(crate) name: String,
    pub(crate) name_hindi: Option<String>,
    pub(crate) slug: String,
    pub(crate) parent_id: Option<CategoryId>,
    pub(crate) is_active: bool,
}

/// A brand that is in the shop.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub(crate) struct Maker {
    pub(crate) id: BrandId,
    pub(crate) name: String,
    pub(crate) slug: String,
}

/// Something that variations differ in.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub(crate) struct Difference {
    pub(crate) slug: String,
    pub(crate) name: String,
}

/// All of them at one moment, each in the shop's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shelves {
    pub(crate) categories: Vec<Shelf>,
    pub(crate) brands: Vec<Maker>,
    pub(crate) differences: Vec<Difference>,
}

impl Shelves {
    pub(crate) async fn load(conn: &mut MySqlConnection) -> sqlx::Result<Self> {
        Ok(Self {
            categories: store::index::list_shelves(&mut *conn).await?,
            brands: store::index::list_makers(&mut *conn).await?,
            differences: store::index::list_differences(conn).await?,
        })
    }

    /// Whether products are called the same by both: what is shown may differ.
    pub(super) fn reads_like(&self, other: &Self) -> bool {
        let names = |shelves: &Self| -> HashMap<_, _> {
            let all = shelves.categories.iter();
            all.map(|shelf| (shelf.id, (shelf.name.clone(), shelf.name_hindi.clone(), shelf.parent_id))).collect()
        };
        self.brands == other.brands && names(self) == names(other)
    }

    /// The category and those around it, the nearest first.
    pub(super) fn path(&self, category: CategoryId) -> Vec<&Shelf> {
        let find = |id: CategoryId| self.categories.iter().find(|shelf| shelf.id == id);
        let path = std::iter::successors(find(category), |shelf| find(shelf.parent_id?));
        path.take(self.categories.len()).collect()
    }

    /// Whether a shopper sees it: active like every one around it.
    pub(super) fn is_shown(&self, category: CategoryId) -> bool {
        let path = self.path(category);
        !path.is_empty() && path.iter().all(|shelf| shelf.is_active)
    }

    /// The categories that a shopper sees.
    pub(super) fn shown(&self) -> Vec<&Shelf> {
        self.categories.iter().filter(|shelf| self.is_shown(shelf.id)).collect()
    }

    /// The keys of those that no shopper sees, in order.
    pub(super) fn hidden(&self) -> Arc<[u64]> {
        let hidden = self.categories.iter().filter(|shelf| !self.is_shown(shelf.id));
        let hidden: BTreeSet<u64> = hidden.map(|shelf| shelf.id.get()).collect();
        hidden.into_iter().collect()
    }

    /// The category itself and every one below it.
    pub(super) fn below(&self, root: CategoryId) -> HashSet<CategoryId> {
        let below = self.categories.iter().filter(|shelf| self.path(shelf.id).iter().any(|around| around.id == root));
        below.map(|shelf| shelf.id).collect()
    }

    pub(super) fn brand(&self, id: BrandId) -> Option<&Maker> {
        self.brands.iter().find(|brand| brand.id == id)
    }
}
