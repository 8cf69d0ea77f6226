//! What each kind of caller is answered where the catalogue's staff works.

use super::{Expectation, signed_in};

/// Each by its method and path; a customer may do none of it.
pub(super) const OF_STAFF: &[Expectation] = &[
    signed_in(
        "POST /api/v1/products",
        "/api/v1/products",
        r#"{"sku":"X-1","name":"X","category_id":1,"base_price":1}"#,
        403,
    ),
    signed_in(
        "PUT /api/v1/products/{id}",
        "/api/v1/products/1",
        r#"{"sku":"X-1","name":"X","category_id":1,"base_price":1}"#,
        403,
    ),
    signed_in("PATCH /api/v1/products/{id}", "/api/v1/products/1", r#"{"name":"X"}"#, 403),
    signed_in("DELETE /api/v1/products/{id}", "/api/v1/products/1", "", 403),
    signed_in(
        "POST /api/v1/products/admin/products",
        "/api/v1/products/admin/products",
        r#"{"sku":"X-1","name":"X","category_id":1,"base_price":1}"#,
        403,
    ),
    signed_in(
        "PUT /api/v1/products/admin/products/{id}",
        "/api/v1/products/admin/products/1",
        r#"{"sku":"X-1","name":"X","category_id":1,"base_price":1}"#,
        403,
    ),
    signed_in(
        "PATCH /api/v1/products/admin/products/{id}",
        "/api/v1/products/admin/products/1",
        r#"{"name":"X"}"#,
        403,
    ),
    signed_in("DELETE /api/v1/products/admin/products/{id}", "/api/v1/products/admin/products/1", "", 403),
    signed_in("GET /api/v1/products/admin/products", "/api/v1/products/admin/products", "", 403),
    signed_in("GET /api/v1/products/admin/products/{id}", "/api/v1/products/admin/products/1", "", 403),
    signed_in(
        "GET /api/v1/products/admin/products/{id}/variations",
        "/api/v1/products/admin/products/1/variations",
        "",
        403,
    ),
    signed_in(
        "POST /api/v1/products/admin/products/{id}/variations",
        "/api/v1/products/admin/products/1/variations",
        r#"{"sku":"X-2","price":1,"attribute_value_ids":[1]}"#,
        403,
    ),
    signed_in(
        "GET /api/v1/products/admin/products/{id}/variations/{variation}",
        "/api/v1/products/admin/products/1/variations/1",
        "",
        403,
    ),
    signed_in(
        "PUT /api/v1/products/admin/products/{id}/variations/{variation}",
        "/api/v1/products/admin/products/1/variations/1",
        r#"{"sku":"X-2","price":1,"attribute_value_ids":[1]}"#,
        403,
    ),
    signed_in(
        "DELETE /api/v1/products/admin/products/{id}/variations/{variation}",
        "/api/v1/products/admin/products/1/variations/1",
        "",
        403,
    ),
    signed_in("GET /api/v1/products/admin/attributes", "/api/v1/products/admin/attributes", "", 403),
    signed_in("POST /api/v1/products/admin/attributes", "/api/v1/products/admin/attributes", r#"{"name":"Size"}"#, 403),
    signed_in("GET /api/v1/products/admin/attributes/{id}", "/api/v1/products/admin/attributes/999999", "", 403),
    signed_in(
        "PUT /api/v1/products/admin/attributes/{id}",
        "/api/v1/products/admin/attributes/999999",
        r#"{"name":"Size"}"#,
        403,
    ),
    signed_in("DELETE /api/v1/products/admin/attributes/{id}", "/api/v1/products/admin/attributes/999999", "", 403),
    signed_in(
        "POST /api/v1/products/admin/attributes/{id}/values",
        "/api/v1/products/admin/attributes/999999/values",
        r#"{"value":"M"}"#,
        403,
    ),
    signed_in(
        "PUT /api/v1/products/admin/attributes/{id}/values/{value}",
        "/api/v1/products/admin/attributes/999999/values/1",
        r#"{"value":"M"}"#,
        403,
    ),
    signed_in(
        "DELETE /api/v1/products/admin/attributes/{id}/values/{value}",
        "/api/v1/products/admin/attributes/999999/values/1",
        "",
        403,
    ),
];
