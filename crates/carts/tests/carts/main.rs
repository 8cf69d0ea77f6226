//! Carts on a database of the test's own, under the services' account.
#![expect(clippy::unwrap_used, reason = "tests")]

mod edit;
mod guests;
mod merging;
mod ordering;
mod variations;

use std::num::NonZeroU32;

use carts::{Addition, Amount, CartRefusal, Error, GuestToken, Limits, Owner};
use chrono::{DateTime, Utc};
use commerce::ids::{CartItemId, CategoryId, GuestId, ProductId, VariationId};
use kernel::{Paise, UserId};
use shared::config::{Database, ServiceName};
use shared::database::{connect_lazily, grants};
use sqlx::MySqlPool;
use testing::{build, noon, servers};

const LIMITS: Limits = Limits { per_product: 10, in_all: 50 };

/// A shop with a category to put products in.
struct Shop {
    db: MySqlPool,
    shelf: CategoryId,
}

impl Shop {
    async fn open(db: &MySqlPool) -> Self {
        let place = servers::config(ServiceName::User, db).database;
        grants::apply(&mut db.acquire().await.unwrap(), &place.name, &place.account.user).await.unwrap();
        let db = connect_lazily(&Database { max_connections: NonZeroU32::new(16).unwrap(), ..place });
        let shelf = build::category("Shelf").insert(&db).await;
        Self { db, shelf }
    }

    /// A product at ₹118.00, twenty in stock.
    async fn product(&self, name: &str) -> ProductId {
        build::product(name, self.shelf).stock(20).insert(&self.db).await
    }

    async fn user(&self, name: &str) -> UserId {
        build::user(name).insert(&self.db).await
    }

    async fn guest(&self) -> (GuestId, GuestToken) {
        carts::guests::open(&mut self.db.acquire().await.unwrap(), noon()).await.unwrap()
    }

    async fn find(&self, token: &GuestToken, now: DateTime<Utc>) -> Option<GuestId> {
        carts::guests::find(&mut self.db.acquire().await.unwrap(), token, now).await.unwrap()
    }

    /// A product that is sold in two sizes, the smaller at ₹118.00, the larger at ₹236.00, ten of each.
    async fn kurta(&self) -> (ProductId, [VariationId; 2]) {
        let kurta = build::product("Kurta", self.shelf).variable().insert(&self.db).await;
        let small = build::variation(kurta, "S").insert(&self.db).await;
        (kurta, [small, build::variation(kurta, "L").at(23_600).insert(&self.db).await])
    }

    async fn add(&self, owner: Owner, product: ProductId, quantity: u32) -> Result<(), CartRefusal> {
        self.add_goods(owner, Addition { product, variation: None, quantity: pieces(quantity) }).await
    }

    async fn add_variation(
        &self,
        owner: Owner,
        product: ProductId,
        variation: VariationId,
        quantity: u32,
    ) -> Result<(), CartRefusal> {
        let addition = Addition { product, variation: Some(variation), quantity: pieces(quantity) };
        self.add_goods(owner, addition).await
    }

    async fn add_goods(&self, owner: Owner, addition: Addition) -> Result<(), CartRefusal> {
        let mut tx = self.db.begin().await.unwrap();
        refusal(carts::add(&mut tx, owner, addition, LIMITS, noon()).await)?;
        tx.commit().await.unwrap();
        Ok(())
    }

    async fn set(&self, owner: Owner, line: CartItemId, quantity: u32) -> Result<(), CartRefusal> {
        let mut tx = self.db.begin().await.unwrap();
        let amount = Amount { line, quantity: pieces(quantity) };
        refusal(carts::set_quantity(&mut tx, owner, amount, LIMITS, noon()).await)?;
        tx.commit().await.unwrap();
        Ok(())
    }

    async fn remove(&self, owner: Owner, line: CartItemId) -> Result<(), CartRefusal> {
        let mut tx = self.db.begin().await.unwrap();
        refusal(carts::remove(&mut tx, owner, line, noon()).await)?;
        tx.commit().await.unwrap();
        Ok(())
    }

    async fn merge(&self, guest: GuestId, user: UserId) {
        let mut tx = self.db.begin().await.unwrap();
        carts::merge(&mut tx, guest, user, LIMITS, noon()).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn lines(&self, owner: Owner) -> Vec<carts::Line> {
        carts::list(&mut self.db.acquire().await.unwrap(), owner).await.unwrap()
    }

    /// What a cart holds: product and pieces.
    async fn holds(&self, owner: Owner) -> Vec<(ProductId, u32)> {
        let mut holds: Vec<_> =
            self.lines(owner).await.iter().map(|line| (line.offer.product, line.quantity.get())).collect();
        holds.sort_unstable();
        holds
    }

    /// What a cart holds of variations: which and how many pieces.
    async fn holds_by_variation(&self, owner: Owner) -> Vec<(VariationId, u32)> {
        let lines = self.lines(owner).await;
        let mut holds: Vec<_> =
            lines.iter().filter_map(|line| Some((line.offer.variation?, line.quantity.get()))).collect();
        holds.sort_unstable();
        holds
    }

    async fn list_at(&self, product: ProductId, price: Paise) {
        let update = sqlx::query("UPDATE products SET base_price = ?, compare_price = NULL WHERE id = ?");
        update.bind(price).bind(product).execute(&self.db).await.unwrap();
    }
}

fn pieces(quantity: u32) -> NonZeroU32 {
    NonZeroU32::new(quantity).unwrap()
}

fn refusal(answer: carts::Result<()>) -> Result<(), CartRefusal> {
    match answer {
        Err(Error::Refused(refusal)) => Err(refusal),
        done => {
            done.unwrap();
            Ok(())
        }
    }
}
