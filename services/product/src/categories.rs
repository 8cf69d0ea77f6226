//! The category tree, with how much a shopper finds under each node.

use std::collections::HashMap;

use commerce::ids::CategoryId;
use kernel::{Page, PageRequest};
use serde::Serialize;
use sqlx::FromRow;
use utoipa::ToSchema;

/// A category as a shopper sees it.
#[derive(Clone, Debug, Serialize, FromRow, ToSchema)]
pub struct Category {
    /// Its key.
    pub id: CategoryId,
    /// Its name outside of this shop.
    pub uuid: String,
    /// Its name.
    pub name: String,
    /// Its name in Hindi.
    pub name_hindi: Option<String>,
    /// The last part of its page's address.
    pub slug: String,
    /// A sentence about it.
    pub description: Option<String>,
    /// The category around it.
    pub parent_id: Option<CategoryId>,
    /// Its picture.
    pub image_url: Option<String>,
    /// How many products a shopper finds in it and below it.
    pub product_count: i64,
}

/// A category with what lies below it.
#[derive(Debug, Serialize, ToSchema)]
pub struct CategoryNode {
    /// The category itself.
    #[serde(flatten)]
    pub category: Category,
    /// Its children, in the shop's order.
    #[schema(no_recursion)]
    pub children: Vec<CategoryNode>,
}

/// All shown categories in the shop's order, counts rolled up. A shop has dozens, so they travel together.
#[derive(Clone, Debug)]
pub struct Categories(Vec<Category>);

impl Categories {
    /// Adds to each category's own products those of the categories below it.
    pub fn new(mut rows: Vec<Category>) -> Self {
        let own: HashMap<_, _> = rows.iter().map(|row| (row.id, (row.parent_id, row.product_count))).collect();
        let mut totals: HashMap<CategoryId, i64> = HashMap::new();
        for (id, (_, count)) in &own {
            for ancestor in ancestors(*id, &own) {
                *totals.entry(ancestor).or_default() += count;
            }
        }
        for row in &mut rows {
            row.product_count = totals.get(&row.id).copied().unwrap_or_default();
        }
        Self(rows)
    }

    /// One page of them.
    pub fn page(self, request: PageRequest) -> Page<Category> {
        let total = u64::try_from(self.0.len()).unwrap_or(u64::MAX);
        let skipped = usize::try_from(request.offset()).unwrap_or(usize::MAX);
        let taken = usize::try_from(request.limit()).unwrap_or(usize::MAX);
        Page::new(self.0.into_iter().skip(skipped).take(taken).collect(), request, total)
    }

    /// All of them, roots first.
    pub fn into_list(self) -> Vec<Category> {
        self.0
    }

    /// The first that `matches`.
    pub fn find(self, matches: impl FnMut(&Category) -> bool) -> Option<Category> {
        let mut matches = matches;
        self.0.into_iter().find(|category| matches(category))
    }

    /// The roots, each with what lies below it.
    pub fn tree(self) -> Vec<CategoryNode> {
        let mut below: HashMap<Option<CategoryId>, Vec<Category>> = HashMap::new();
        for category in self.0 {
            below.entry(category.parent_id).or_default().push(category);
        }
        nodes(None, &mut below)
    }
}

/// The category itself and every one around it; a cycle, which cannot be, would end at its start.
fn ancestors(
    id: CategoryId,
    own: &HashMap<CategoryId, (Option<CategoryId>, i64)>,
) -> impl Iterator<Item = CategoryId> + '_ {
    let around = move |id: &CategoryId| own.get(id).and_then(|(parent, _)| *parent);
    std::iter::successors(Some(id), around).take(own.len())
}

fn nodes(parent: Option<CategoryId>, below: &mut HashMap<Option<CategoryId>, Vec<Category>>) -> Vec<CategoryNode> {
    let categories = below.remove(&parent).unwrap_or_default();
    categories
        .into_iter()
        .map(|category| CategoryNode { children: nodes(Some(category.id), below), category })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn category(id: u64, parent: Option<u64>, product_count: i64) -> Category {
        Category {
            id: CategoryId::new(id).unwrap(),
            uuid: String::new(),
            name: format!("category {id}"),
            name_hindi: None,
            slug: format!("category-{id}"),
            description: None,
            parent_id: parent.and_then(CategoryId::new),
            image_url: None,
            product_count,
        }
    }

    fn shop() -> Categories {
        Categories::new(vec![
            category(1, None, 1),
            category(2, Some(1), 2),
            category(3, Some(2), 4),
            category(4, None, 0),
        ])
    }

    #[test]
    fn a_category_counts_what_lies_below_it() {
        let counts: Vec<_> = shop().into_list().iter().map(|category| category.product_count).collect();
        assert_eq!(counts, [7, 6, 4, 0]);
    }

    #[test]
    fn the_tree_has_every_category_once() {
        let tree = shop().tree();
        assert_eq!(tree.len(), 2);
        assert_eq!(tree[0].children[0].children[0].category.id, CategoryId::new(3).unwrap());
    }

    #[test]
    fn a_cycle_does_not_hang() {
        let looped = Categories::new(vec![category(1, Some(2), 1), category(2, Some(1), 1)]);
        assert!(looped.tree().is_empty());
    }
}
