//! Where categories may stand: in no circle, and not too deep.

use std::collections::HashMap;

use commerce::ids::CategoryId;
use shared::web::{Error, Result};
use sqlx::MySqlConnection;

use crate::store;

/// So many categories stand in each other at most.
const DEEPEST: usize = 6;

const BELOW_ITSELF: Error =
    Error::Impossible { code: "INVALID_STATE", message: "parent_id: a category cannot stand below itself" };
const TOO_DEEP: Error =
    Error::Impossible { code: "INVALID_STATE", message: "parent_id: categories stand six deep at most" };

/// Every category with the one around it. Whoever changes one holds all of them, so that two who move at once do not make a
/// circle together.
#[derive(Debug)]
pub(super) struct Tree(HashMap<CategoryId, Option<CategoryId>>);

impl Tree {
    pub(super) async fn lock(conn: &mut MySqlConnection) -> Result<Self> {
        Ok(Self(store::admin_categories::lock_all(conn).await?.into_iter().collect()))
    }

    /// Whether `moved`, or a category that is new, may stand in `parent`.
    pub(super) fn expect_room(&self, moved: Option<CategoryId>, parent: Option<CategoryId>) -> Result<()> {
        let Some(parent) = parent else { return Ok(()) };
        if !self.0.contains_key(&parent) {
            return Err(Error::invalid("parent_id", "must be the id of a category"));
        }
        let around: Vec<_> = self.way_up(parent).collect();
        if moved.is_some_and(|moved| around.contains(&moved)) {
            return Err(BELOW_ITSELF);
        }
        let height = moved.map_or(1, |moved| self.height(moved));
        if around.len().saturating_add(height) > DEEPEST { Err(TOO_DEEP) } else { Ok(()) }
    }

    /// The category and every one around it.
    fn way_up(&self, from: CategoryId) -> impl Iterator<Item = CategoryId> + '_ {
        let around = |id: &CategoryId| self.0.get(id).copied().flatten();
        std::iter::successors(Some(from), around).take(self.0.len())
    }

    /// How many categories stand in each other from this one down.
    fn height(&self, top: CategoryId) -> usize {
        let down_to = |id: &CategoryId| self.way_up(*id).position(|around| around == top);
        self.0.keys().filter_map(down_to).max().map_or(1, |below| below.saturating_add(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u64) -> CategoryId {
        CategoryId::new(number).unwrap()
    }

    /// 1 ← 2 ← 3, and 4 ← 5.
    fn tree() -> Tree {
        let rows = [(1, None), (2, Some(1)), (3, Some(2)), (4, None), (5, Some(4))];
        Tree(rows.into_iter().map(|(one, parent)| (id(one), parent.map(id))).collect())
    }

    #[test]
    fn nothing_stands_below_itself() {
        for (moved, parent, may) in
            [(1, 1, false), (1, 3, false), (2, 3, false), (3, 1, true), (2, 5, true), (1, 5, true)]
        {
            assert_eq!(tree().expect_room(Some(id(moved)), Some(id(parent))).is_ok(), may, "{moved} into {parent}");
        }
        assert!(tree().expect_room(Some(id(1)), None).is_ok());
        assert!(matches!(tree().expect_room(None, Some(id(9))), Err(Error::Invalid(_))));
    }

    #[test]
    fn nothing_stands_more_than_six_deep() {
        let mut rows: HashMap<_, _> = (1..=6).map(|one| (id(one), CategoryId::new(one - 1))).collect();
        rows.extend([(id(10), None), (id(11), Some(id(10)))]);
        let tree = Tree(rows);
        assert!(tree.expect_room(None, Some(id(5))).is_ok() && tree.expect_room(None, Some(id(6))).is_err());
        assert_eq!((tree.height(id(1)), tree.height(id(10)), tree.height(id(6))), (6, 2, 1));
        assert!(tree.expect_room(Some(id(10)), Some(id(4))).is_ok());
        assert!(tree.expect_room(Some(id(10)), Some(id(5))).is_err(), "with what stands in it");
    }
}
