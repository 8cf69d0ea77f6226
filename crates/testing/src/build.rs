//! Rows that a test needs, written with SQL of their own and never through HTTP.

use std::num::NonZeroU32;

use commerce::ids::{BrandId, CategoryId, ProductId};
use kernel::Paise;
use sqlx::MySqlPool;
use uuid::Uuid;

use crate::noon;

/// A category to be inserted.
#[derive(Clone, Debug)]
pub struct Category {
    name: String,
    parent: Option<CategoryId>,
    is_active: bool,
}

/// An active root category called `name`.
pub fn category(name: &str) -> Category {
    Category { name: name.to_owned(), parent: None, is_active: true }
}

impl Category {
    /// Below `parent`.
    #[must_use]
    pub fn below(mut self, parent: CategoryId) -> Self {
        self.parent = Some(parent);
        self
    }

    /// Not shown.
    #[must_use]
    pub fn hidden(mut self) -> Self {
        self.is_active = false;
        self
    }

    /// Writes the row.
    pub async fn insert(self, db: &MySqlPool) -> CategoryId {
        let insert =
            sqlx::query("INSERT INTO categories (uuid, name, slug, parent_id, is_active) VALUES (?, ?, ?, ?, ?)")
                .bind(Uuid::now_v7().to_string())
                .bind(&self.name)
                .bind(slug(&self.name))
                .bind(self.parent)
                .bind(self.is_active);
        CategoryId::new(insert.execute(db).await.unwrap().last_insert_id()).unwrap()
    }
}

/// An active brand called `name`.
pub async fn brand(name: &str, db: &MySqlPool) -> BrandId {
    let insert = sqlx::query("INSERT INTO brands (uuid, name, slug) VALUES (?, ?, ?)")
        .bind(Uuid::now_v7().to_string())
        .bind(name)
        .bind(slug(name));
    BrandId::new(insert.execute(db).await.unwrap().last_insert_id()).unwrap()
}

/// A product to be inserted.
#[derive(Clone, Debug)]
pub struct Product {
    name: String,
    category: CategoryId,
    brand: Option<BrandId>,
    price: Paise,
    stock: u32,
    status: &'static str,
}

/// An active product called `name` in `category`, at ₹118.00 with 18 % GST in it, ten in stock.
pub fn product(name: &str, category: CategoryId) -> Product {
    let price = Paise::new(11_800);
    Product { name: name.to_owned(), category, brand: None, price, stock: 10, status: "active" }
}

impl Product {
    /// Made by `brand`.
    #[must_use]
    pub fn of_brand(mut self, brand: BrandId) -> Self {
        self.brand = Some(brand);
        self
    }

    /// Listed at so many paise.
    #[must_use]
    pub fn at(mut self, paise: i64) -> Self {
        self.price = Paise::new(paise);
        self
    }

    /// So many in stock.
    #[must_use]
    pub fn stock(mut self, stock: u32) -> Self {
        self.stock = stock;
        self
    }

    /// In this state: `draft`, `inactive`, `archived`.
    #[must_use]
    pub fn status(mut self, status: &'static str) -> Self {
        self.status = status;
        self
    }

    /// Writes the row, and its stock through `inventory`.
    pub async fn insert(self, db: &MySqlPool) -> ProductId {
        let insert = sqlx::query(
            "INSERT INTO products (uuid, sku, name, slug, short_description, base_price, compare_price, category_id,
                                   brand_id, hsn_code, status, created_at, updated_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '19053100', ?, ?, ?)",
        )
        .bind(Uuid::now_v7().to_string())
        .bind(slug(&self.name).to_uppercase())
        .bind(&self.name)
        .bind(slug(&self.name))
        .bind(format!("All about {}", self.name))
        .bind(self.price)
        .bind(self.price)
        .bind(self.category)
        .bind(self.brand)
        .bind(self.status)
        .bind(noon())
        .bind(noon());
        let id = ProductId::new(insert.execute(db).await.unwrap().last_insert_id()).unwrap();
        if let Some(stock) = NonZeroU32::new(self.stock) {
            let mut conn = db.acquire().await.unwrap();
            inventory::open(&mut conn, id, stock, noon()).await.unwrap();
        }
        id
    }
}

fn slug(name: &str) -> String {
    let dashed = name.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    dashed.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}
