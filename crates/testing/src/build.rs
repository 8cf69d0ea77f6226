//! Rows that a test needs, written with SQL of their own and never through HTTP.

use std::num::NonZeroU32;

use commerce::ids::{BrandId, CategoryId, OrderId, ProductId, ReviewId, VariationId};
use kernel::{Paise, UserId};
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
    kind: &'static str,
}

/// An active product called `name` in `category`, at ₹118.00 with 18 % GST in it, ten in stock.
pub fn product(name: &str, category: CategoryId) -> Product {
    let price = Paise::new(11_800);
    Product { name: name.to_owned(), category, brand: None, price, stock: 10, status: "active", kind: "simple" }
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

    /// Sold by variation, and by none yet.
    #[must_use]
    pub fn variable(mut self) -> Self {
        (self.kind, self.stock) = ("variable", 0);
        self
    }

    /// Writes the row, and its stock through `inventory`.
    pub async fn insert(self, db: &MySqlPool) -> ProductId {
        let insert = sqlx::query(
            "INSERT INTO products (uuid, sku, name, slug, short_description, base_price, compare_price, category_id,
                                   brand_id, hsn_code, status, product_type, created_at, updated_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '19053100', ?, ?, ?, ?)",
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
        .bind(self.kind)
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

/// A variation to be inserted.
#[derive(Clone, Debug)]
pub struct Variation {
    product: ProductId,
    size: String,
    price: Paise,
    stock: u32,
    is_active: bool,
}

/// The active variation of `product` in this size, at ₹118.00, ten in stock.
pub fn variation(product: ProductId, size: &str) -> Variation {
    Variation { product, size: size.to_owned(), price: Paise::new(11_800), stock: 10, is_active: true }
}

impl Variation {
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

    /// Not sold any more.
    #[must_use]
    pub fn inactive(mut self) -> Self {
        self.is_active = false;
        self
    }

    /// Writes the rows, and its stock through `inventory`.
    pub async fn insert(self, db: &MySqlPool) -> VariationId {
        let insert = sqlx::query(
            "INSERT INTO product_variations (product_id, sku, price, compare_price, is_active, created_at, updated_at)
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(self.product)
        .bind(format!("V{}-{}", self.product, slug(&self.size).to_uppercase()))
        .bind(self.price)
        .bind(self.price)
        .bind(self.is_active)
        .bind(noon())
        .bind(noon());
        let id = VariationId::new(insert.execute(db).await.unwrap().last_insert_id()).unwrap();
        size_of(id, &self.size, db).await;
        if let Some(stock) = NonZeroU32::new(self.stock) {
            let mut tx = db.begin().await.unwrap();
            inventory::open_variation(&mut tx, (self.product, id), stock, noon()).await.unwrap();
            tx.commit().await.unwrap();
        }
        id
    }
}

/// Gives a variation its size.
async fn size_of(variation: VariationId, size: &str, db: &MySqlPool) {
    sqlx::query("INSERT IGNORE INTO product_attributes (name, slug, type) VALUES ('Size', 'size', 'size')")
        .execute(db)
        .await
        .unwrap();
    sqlx::query(
        "INSERT IGNORE INTO product_attribute_values (attribute_id, value)
         VALUES ((SELECT id FROM product_attributes WHERE slug = 'size'), ?)",
    )
    .bind(size)
    .execute(db)
    .await
    .unwrap();
    sqlx::query(
        "INSERT INTO variation_attributes (variation_id, attribute_id, attribute_value_id)
         SELECT ?, attribute_id, id FROM product_attribute_values WHERE value = ?",
    )
    .bind(variation)
    .bind(size)
    .execute(db)
    .await
    .unwrap();
}

/// An account to be inserted.
#[derive(Clone, Debug)]
pub struct User {
    first_name: String,
    email: String,
    phone: Option<String>,
    password_hash: String,
    roles: Vec<&'static str>,
    is_active: bool,
}

/// An active account of somebody called `first_name`: `Asha` has the address asha@example.com, no password that opens
/// it, and no role.
pub fn user(first_name: &str) -> User {
    User {
        first_name: first_name.to_owned(),
        email: format!("{}@example.com", slug(first_name)),
        phone: None,
        password_hash: "!".to_owned(),
        roles: Vec::new(),
        is_active: true,
    }
}

impl User {
    /// Also reached by this number, as the shop writes it: `+919876543210`.
    #[must_use]
    pub fn phone(mut self, phone: &str) -> Self {
        self.phone = Some(phone.to_owned());
        self
    }

    /// Signs in with the password behind this PHC string.
    #[must_use]
    pub fn password_hash(mut self, hash: &str) -> Self {
        hash.clone_into(&mut self.password_hash);
        self
    }

    /// Holds this role too: `admin`, `support_staff`.
    #[must_use]
    pub fn role(mut self, name: &'static str) -> Self {
        self.roles.push(name);
        self
    }

    /// Put out of the shop.
    #[must_use]
    pub fn inactive(mut self) -> Self {
        self.is_active = false;
        self
    }

    /// Writes the rows.
    pub async fn insert(self, db: &MySqlPool) -> UserId {
        let insert = sqlx::query(
            "INSERT INTO users (uuid, email, phone, password_hash, first_name, last_name, is_active, country_id,
                                created_at, updated_at)
             VALUES (?, ?, ?, ?, ?, 'Rao', ?, 1, ?, ?)",
        )
        .bind(Uuid::now_v7().to_string())
        .bind(&self.email)
        .bind(&self.phone)
        .bind(&self.password_hash)
        .bind(&self.first_name)
        .bind(self.is_active)
        .bind(noon())
        .bind(noon());
        let id = UserId::new(insert.execute(db).await.unwrap().last_insert_id()).unwrap();
        let words = sqlx::query("INSERT IGNORE INTO user_search_words (user_id, word) VALUES (?, ?), (?, 'rao')");
        words.bind(id).bind(self.first_name.to_lowercase()).bind(id).execute(db).await.unwrap();
        let pairs = sqlx::query(
            "INSERT IGNORE INTO user_search_pairs (user_id, beginnings)
             SELECT a.user_id, CONCAT(LEFT(a.word, 2), ' ', LEFT(b.word, 2))
             FROM user_search_words a JOIN user_search_words b ON b.user_id = a.user_id AND b.word <> a.word
             WHERE a.user_id = ?",
        );
        pairs.bind(id).execute(db).await.unwrap();
        for role in self.roles {
            let insert = sqlx::query(
                "INSERT INTO user_role_assignments (user_id, role_id)
                 VALUES (?, (SELECT id FROM user_roles WHERE name = ?))",
            );
            insert.bind(id).bind(role).execute(db).await.unwrap();
        }
        id
    }
}

/// An address of `user` in Mumbai, which is proposed.
pub async fn address(user: UserId, db: &MySqlPool) {
    sqlx::query(
        "INSERT INTO user_addresses (uuid, user_id, full_name, phone, address_line1, city, state_code, postal_code, is_default)
         VALUES (?, ?, 'Asha Rao', '+919820012345', '4 Hill Road', 'Mumbai', '27', '400050', TRUE)",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(user)
    .execute(db)
    .await
    .unwrap();
}

fn slug(name: &str) -> String {
    let dashed = name.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    dashed.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// A confirmed order of `user` for one piece of `product` at ₹118.00, to be paid on delivery, with its open tender. It
/// takes no stock.
pub async fn order(user: UserId, product: ProductId, db: &MySqlPool) -> OrderId {
    let number = format!("PT-{}", Uuid::now_v7().simple());
    let insert = sqlx::query(
        "INSERT INTO orders (uuid, order_number, user_id, subtotal, tax_amount, total_amount, status, payment_method,
                             shipping_address, place_of_supply, created_at, updated_at)
         VALUES (?, ?, ?, 118, 18, 118, 'confirmed', 'cash_on_delivery', '{\"postal_code\":\"411001\"}', '27', ?, ?)",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(&number)
    .bind(user)
    .bind(noon())
    .bind(noon());
    let id = OrderId::new(insert.execute(db).await.unwrap().last_insert_id()).unwrap();
    order_line(id, product, db).await;
    tender(id, user, &number, db).await;
    id
}

/// One piece of `product` in an order, as its first line.
pub async fn order_line(order: OrderId, product: ProductId, db: &MySqlPool) {
    sqlx::query(
        "INSERT INTO order_items (order_id, line_number, product_id, product_name, product_sku, unit_price, quantity,
             is_gst_inclusive, gst_rate, total_price, discount_amount, taxable_amount, cgst_amount, sgst_amount,
             igst_amount, shipping_amount, shipping_taxable, shipping_cgst, shipping_sgst, shipping_igst, payable_amount,
             created_at)
         VALUES (?, 1, ?, 'Neem Soap', 'NEEM-SOAP', 118, 1, TRUE, 18, 118, 0, 100, 9, 9, 0, 0, 0, 0, 0, 0, 118, ?)",
    )
    .bind(order)
    .bind(product)
    .bind(noon())
    .execute(db)
    .await
    .unwrap();
}

async fn tender(order: OrderId, user: UserId, number: &str, db: &MySqlPool) {
    sqlx::query(
        "INSERT INTO payment_transactions (uuid, order_id, user_id, amount, payment_method, gateway_name,
                                           gateway_order_id, status, initiated_at)
         VALUES (?, ?, ?, 118, 'cash_on_delivery', 'cash_on_delivery', ?, 'created', ?)",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(order)
    .bind(user)
    .bind(number)
    .bind(noon())
    .execute(db)
    .await
    .unwrap();
}

/// An approved review by `user` of `product`, counted in the product's rating.
pub async fn review(user: UserId, product: ProductId, rating: u8, db: &MySqlPool) -> ReviewId {
    let insert = sqlx::query(
        "INSERT INTO product_reviews (uuid, product_id, user_id, rating, title, status, created_at, updated_at)
         VALUES (?, ?, ?, ?, 'Good', 'approved', ?, ?)",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(product)
    .bind(user)
    .bind(rating)
    .bind(noon())
    .bind(noon());
    let id = ReviewId::new(insert.execute(db).await.unwrap().last_insert_id()).unwrap();
    sqlx::query(
        "INSERT INTO product_ratings (product_id, review_count, rating_sum) VALUES (?, 1, ?)
         ON DUPLICATE KEY UPDATE review_count = review_count + 1, rating_sum = rating_sum + VALUES(rating_sum)",
    )
    .bind(product)
    .bind(rating)
    .execute(db)
    .await
    .unwrap();
    id
}
