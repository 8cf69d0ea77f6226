//! Who writes what. Reading across is free: one schema, as the owner's document has it.
//!
//! A table has one writer, so that its rules stand in one place. Some tables of the owner's document are wider than one
//! concern: of `users`, `products` and `product_variations` every column has its one writer. A new table gets its line here.

use std::collections::BTreeSet;

use sqlx::MySqlPool;

/// The tables with one writer, by the folder of the writer under `crates/` or `services/`.
pub(super) const TABLES: &[(&str, &[&str])] = &[
    (
        "product",
        &[
            "categories",
            "brands",
            "product_attributes",
            "product_attribute_values",
            "variation_attributes",
            "product_images",
            "product_views",
            "product_sales",
            "counted_orders",
            "import_jobs",
            "import_chunks",
            "import_faults",
            "old_slugs",
            "product_reviews",
            "review_helpfulness",
            "product_ratings",
        ],
    ),
    ("auth", &["user_roles", "role_permissions", "user_role_assignments"]),
    (
        "accounts",
        &[
            "sessions",
            "refresh_tokens",
            "password_history",
            "account_proofs",
            "account_quotas",
            "second_factors",
            "recovery_codes",
            "login_challenges",
            "user_search_words",
            "user_search_pairs",
        ],
    ),
    ("inventory", &["stock_movements", "stock_holds"]),
    ("carts", &["guest_sessions", "carts", "cart_items"]),
    ("order", &["coupons", "orders", "order_items", "order_history"]),
    (
        "user",
        &[
            "user_addresses",
            "user_tax_info",
            "wishlists",
            "user_notification_preferences",
            "notification_consents",
            "newsletter_subscriptions",
        ],
    ),
    ("payment", &["payment_transactions", "refunds", "gateway_events"]),
    ("notification", &["notification_logs"]),
    (
        "shared",
        &[
            "_sqlx_migrations",
            "outbox",
            "inbox",
            "change_log",
            "idempotency_keys",
            "site_settings",
            "audit_log",
            "audit_tail",
        ],
    ),
    // Their rows come with the code that knows them.
    (MIGRATIONS, &["countries", "indian_states", "pin_prefixes", "permissions"]),
];

/// The tables whose columns have different writers.
pub(super) const SHARED_TABLES: &[SharedTable] = &[
    SharedTable {
        name: "users",
        // A registration knows the profile too: who creates the row fills it whole.
        creator: "accounts",
        given_at_birth: USER_PROFILE,
        columns: &[
            (
                "accounts",
                &[
                    "uuid",
                    "email",
                    "phone",
                    "username",
                    "password_hash",
                    "email_verified",
                    "phone_verified",
                    "is_active",
                    "last_login",
                    "last_activity",
                    "deletion_requested_at",
                    "deletion_scheduled_at",
                    "deactivated_at",
                ],
            ),
            ("user", USER_PROFILE),
        ],
    },
    SharedTable {
        name: "products",
        // A product is born without stock; `inventory` opens it.
        creator: "product",
        given_at_birth: &[],
        columns: &[
            (
                "product",
                &[
                    "uuid",
                    "sku",
                    "name",
                    "slug",
                    "short_description",
                    "description",
                    "specification",
                    "base_price",
                    "compare_price",
                    "category_id",
                    "brand_id",
                    "gst_rate",
                    "is_gst_inclusive",
                    "track_inventory",
                    "low_stock_threshold",
                    "product_type",
                    "weight_grams",
                    "main_image_url",
                    "image_gallery",
                    "status",
                    "is_featured",
                    "is_trending",
                    "is_bestseller",
                    "view_count",
                    "wishlist_count",
                    "total_sold",
                    "max_cart_quantity",
                    "hsn_code",
                    "min_cart_quantity",
                    "allow_backorders",
                    "is_on_sale",
                    "is_returnable",
                    "return_period_days",
                    "meta_title",
                    "meta_description",
                ],
            ),
            ("inventory", &["stock_quantity", "stock_status", "backordered_quantity"]),
        ],
    },
    SharedTable {
        name: "product_variations",
        // Like the product: it is born without stock.
        creator: "product",
        given_at_birth: &[],
        columns: &[
            (
                "product",
                &[
                    "product_id",
                    "sku",
                    "price",
                    "compare_price",
                    "low_stock_threshold",
                    "weight_grams",
                    "image_url",
                    "is_default",
                    "default_of",
                    "sort_order",
                    "is_active",
                ],
            ),
            ("inventory", &["stock_quantity", "stock_status"]),
        ],
    },
];

const USER_PROFILE: &[&str] = &[
    "first_name",
    "last_name",
    "country_id",
    "preferred_currency",
    "preferred_language",
    "avatar_url",
    "date_of_birth",
    "gender",
    "telegram_username",
    "telegram_phone",
    "whatsapp_phone",
];

/// Whoever writes a row of a shared table keeps these true.
pub(super) const OF_EVERY_WRITER: &[&str] = &["created_at", "updated_at", "revision"];

/// `pavitra seed` adds rows to an empty shop as their owner would, `pavitra create-admin` gives the first administrator
/// the role that gives roles; neither changes a row, but for what the seeder fills in.
pub(super) const SEEDER: &str = "cli";
pub(super) const SEEDED: &[&str] = &[
    "categories",
    "brands",
    "products",
    "product_attributes",
    "product_attribute_values",
    "product_variations",
    "variation_attributes",
    "coupons",
    "orders",
    "order_items",
    "order_history",
    "payment_transactions",
    "product_reviews",
    "product_ratings",
    "user_role_assignments",
];

/// What the seeder gives a row that has nothing there, the picture that it has drawn, and what its reviews add to a rating.
pub(super) const FILLED: &[(&str, &str)] =
    &[("products", "main_image_url"), ("product_ratings", "review_count"), ("product_ratings", "rating_sum")];

/// Tests set up whatever they need.
pub(super) const TESTS: &str = "testing";

/// Does again, on a shop of its own, what it saw the services do.
pub(super) const BENCH: &str = "bench";

/// No code writes these tables, migrations do.
pub(super) const MIGRATIONS: &str = "migrations";

/// A table that several write, each its own columns.
pub(super) struct SharedTable {
    pub(super) name: &'static str,
    /// Who inserts and deletes rows.
    pub(super) creator: &'static str,
    /// Columns of others that the creator fills in the INSERT.
    pub(super) given_at_birth: &'static [&'static str],
    pub(super) columns: &'static [(&'static str, &'static [&'static str])],
}

/// The one writer of a table that is not shared.
pub(super) fn owner_of(table: &str) -> Option<&'static str> {
    TABLES.iter().find(|(_, tables)| tables.contains(&table)).map(|(owner, _)| *owner)
}

pub(super) fn shared_table(name: &str) -> Option<&'static SharedTable> {
    SHARED_TABLES.iter().find(|table| table.name == name)
}

impl SharedTable {
    /// Whether `writer` may set `column` of a row that exists.
    pub(super) fn lets_update(&self, writer: &str, column: &str) -> bool {
        let own = self.columns.iter().filter(|(owner, _)| *owner == writer);
        let is_writer = own.clone().count() > 0;
        own.flat_map(|(_, columns)| *columns).any(|own| *own == column)
            || (is_writer && OF_EVERY_WRITER.contains(&column))
    }

    /// Whether who creates a row may fill `column`.
    pub(super) fn lets_insert(&self, column: &str) -> bool {
        self.lets_update(self.creator, column) || self.given_at_birth.contains(&column)
    }
}

/// Every table that the map names, and every column of the shared ones as `table.column`.
fn mapped() -> BTreeSet<String> {
    let tables = TABLES.iter().flat_map(|(_, tables)| *tables).map(|name| (*name).to_owned());
    let shared = SHARED_TABLES.iter().flat_map(|table| {
        let own = table.columns.iter().flat_map(|(_, columns)| *columns).chain(OF_EVERY_WRITER).chain(&["id"]);
        own.map(|column| format!("{}.{column}", table.name))
    });
    tables.chain(shared).collect()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn every_table_has_an_owner_and_so_has_every_column_of_a_shared_one(db: MySqlPool) {
    let found: Vec<(String, String)> = sqlx::query_as(
        "SELECT CAST(c.table_name AS CHAR), CAST(c.column_name AS CHAR) FROM information_schema.columns c
         JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
         WHERE c.table_schema = DATABASE() AND t.table_type = 'BASE TABLE'",
    )
    .fetch_all(&db)
    .await
    .unwrap();
    let name = |(table, column): (String, String)| match shared_table(&table) {
        Some(_) => format!("{table}.{column}"),
        None => table,
    };
    let (found, mapped): (BTreeSet<String>, _) = (found.into_iter().map(name).collect(), mapped());
    let (unowned, gone): (Vec<_>, Vec<_>) = (found.difference(&mapped).collect(), mapped.difference(&found).collect());
    assert!(unowned.is_empty(), "say in tests/sql/owners.rs who writes {unowned:?}");
    assert!(gone.is_empty(), "tests/sql/owners.rs names what the schema has not: {gone:?}");
}
