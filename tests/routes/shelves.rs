//! The routes on which the shop's staff fills its shelves.

use super::{Expectation, signed_in};

pub(super) const EXPECTATIONS: &[Expectation] = &[
    signed_in(
        "POST /api/v1/products/admin/products/{id}/stock",
        "/api/v1/products/admin/products/1/stock",
        r#"{"delta":1,"reason":"found"}"#,
        403,
    ),
    signed_in(
        "GET /api/v1/products/admin/products/{id}/stock/movements",
        "/api/v1/products/admin/products/1/stock/movements",
        "",
        403,
    ),
    signed_in("GET /api/v1/products/admin/inventory/low-stock", "/api/v1/products/admin/inventory/low-stock", "", 403),
    signed_in("GET /api/v1/products/admin/products/{id}/images", "/api/v1/products/admin/products/1/images", "", 403),
    signed_in(
        "POST /api/v1/products/admin/products/{id}/images",
        "/api/v1/products/admin/products/1/images",
        "{}",
        403,
    ),
    signed_in(
        "DELETE /api/v1/products/admin/products/{id}/images/{image}",
        "/api/v1/products/admin/products/1/images/1",
        "",
        403,
    ),
    signed_in(
        "PUT /api/v1/products/admin/products/{id}/images/order",
        "/api/v1/products/admin/products/1/images/order",
        r#"{"images":[]}"#,
        403,
    ),
    signed_in("POST /api/v1/categories", "/api/v1/categories", r#"{"name":"Rice"}"#, 403),
    signed_in("PUT /api/v1/categories/{id}", "/api/v1/categories/1", r#"{"name":"Rice"}"#, 403),
    signed_in("DELETE /api/v1/categories/{id}", "/api/v1/categories/1", "", 403),
    signed_in("POST /api/v1/products/categories", "/api/v1/products/categories", r#"{"name":"Rice"}"#, 403),
    signed_in("PUT /api/v1/products/categories/{id}", "/api/v1/products/categories/1", r#"{"name":"Rice"}"#, 403),
    signed_in("DELETE /api/v1/products/categories/{id}", "/api/v1/products/categories/1", "", 403),
    signed_in("GET /api/v1/products/admin/categories/{id}", "/api/v1/products/admin/categories/1", "", 403),
    signed_in("POST /api/v1/brands", "/api/v1/brands", r#"{"name":"Asha"}"#, 403),
    signed_in("PUT /api/v1/brands/{id}", "/api/v1/brands/1", r#"{"name":"Asha"}"#, 403),
    signed_in("DELETE /api/v1/brands/{id}", "/api/v1/brands/1", "", 403),
    signed_in("POST /api/v1/products/brands", "/api/v1/products/brands", r#"{"name":"Asha"}"#, 403),
    signed_in("PUT /api/v1/products/brands/{id}", "/api/v1/products/brands/1", r#"{"name":"Asha"}"#, 403),
    signed_in("DELETE /api/v1/products/brands/{id}", "/api/v1/products/brands/1", "", 403),
    signed_in("GET /api/v1/products/admin/brands/{id}", "/api/v1/products/admin/brands/1", "", 403),
];
