//! What users may do, kept by every replica so that a question costs no query.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};

use kernel::UserId;
use sqlx::MySqlPool;

use super::store;

/// Of how many users a replica remembers what they may do.
const MOST: usize = 10_000;

/// What the roles of users allow, as it is in the database or was until a moment ago: a change of roles is heard within a
/// second. Clones share what they know.
#[derive(Clone, Debug, Default)]
pub struct Permissions(Arc<RwLock<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    /// Moves with every change, so that a read that began before it is not kept.
    generation: u64,
    users: HashMap<UserId, Arc<HashSet<String>>>,
}

impl Permissions {
    /// Whether `user` is active and some role of theirs allows `permission`.
    ///
    /// # Errors
    /// When nothing is known of the user yet and the database does not answer.
    pub async fn holds(&self, database: &MySqlPool, user: UserId, permission: &str) -> sqlx::Result<bool> {
        let (generation, kept) = self.kept(user);
        if let Some(allowed) = kept {
            return Ok(allowed.contains(permission));
        }
        let listed = store::list_permissions(&mut *database.acquire().await?, user).await?;
        let allowed: Arc<HashSet<String>> = Arc::new(listed.into_iter().collect());
        self.keep(generation, user, &allowed);
        Ok(allowed.contains(permission))
    }

    /// The change log said that the roles of `user` changed.
    pub(crate) fn forget(&self, user: &str) {
        self.change(|users| match user.parse().ok().and_then(UserId::new) {
            Some(user) => drop(users.remove(&user)),
            None => users.clear(),
        });
    }

    /// Anything may have changed.
    pub(crate) fn forget_all(&self) {
        self.change(HashMap::clear);
    }

    fn change(&self, change: impl FnOnce(&mut HashMap<UserId, Arc<HashSet<String>>>)) {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        kept.generation = kept.generation.wrapping_add(1);
        change(&mut kept.users);
    }

    fn kept(&self, user: UserId) -> (u64, Option<Arc<HashSet<String>>>) {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        (kept.generation, kept.users.get(&user).cloned())
    }

    fn keep(&self, generation: u64, user: UserId, allowed: &Arc<HashSet<String>>) {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.generation != generation {
            return;
        }
        if kept.users.len() >= MOST
            && let Some(somebody) = kept.users.keys().next().copied()
        {
            kept.users.remove(&somebody);
        }
        kept.users.insert(user, Arc::clone(allowed));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(number: u64) -> UserId {
        UserId::new(number).unwrap()
    }

    #[test]
    fn what_was_read_before_a_change_is_not_kept_after_it() {
        let permissions = Permissions::default();
        let (generation, _) = permissions.kept(user(1));
        permissions.forget("2");
        permissions.keep(generation, user(1), &Arc::default());
        assert!(permissions.kept(user(1)).1.is_none());
        permissions.keep(permissions.kept(user(1)).0, user(1), &Arc::default());
        assert!(permissions.kept(user(1)).1.is_some());
    }

    #[test]
    fn only_whose_roles_changed_is_forgotten_unless_nobody_says_whose() {
        let permissions = Permissions::default();
        let keep = |number| permissions.keep(permissions.kept(user(number)).0, user(number), &Arc::default());
        let knows = |number| permissions.kept(user(number)).1.is_some();
        (1..=3).for_each(keep);
        permissions.forget("2");
        assert_eq!([1, 2, 3].map(knows), [true, false, true]);
        permissions.forget("everybody");
        assert_eq!([1, 2, 3].map(knows), [false; 3]);
        (1..=3).for_each(keep);
        permissions.forget_all();
        assert_eq!([1, 2, 3].map(knows), [false; 3]);
    }

    #[test]
    fn a_replica_remembers_no_more_users_than_it_may() {
        let permissions = Permissions::default();
        for number in 1..=12_000 {
            permissions.keep(0, user(number), &Arc::default());
        }
        assert_eq!(permissions.0.read().unwrap().users.len(), MOST);
        assert!(permissions.kept(user(12_000)).1.is_some());
    }
}
