//! `/api/v1/products/admin/products/{id}/images`

use axum::extract::State;
use commerce::ids::{ImageId, ProductId};
use shared::identity::{Allow, ManageProducts};
use shared::web::{Captioned, Conn, Created, Envelope, ErrorBody, Path, Result, Upload, Valid};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::seen::Seen;
use super::{Revised, revised};
use crate::administration::images::{self, Gallery, OrderImages, Pictures};
use crate::state::AppState;

pub(super) fn router() -> OpenApiRouter<AppState> {
    let sent = OpenApiRouter::new().routes(routes!(list_images, add_image)).layer(Upload::limit());
    sent.merge(OpenApiRouter::new().routes(routes!(remove_image)).routes(routes!(order_images)))
}

/// A form with a picture: JPEG, PNG, WebP or GIF, of five megabytes and forty million pixels at most.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form")]
struct ImageForm {
    /// The picture.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// What people read who do not see it; 255 characters at most.
    alt: Option<String>,
}

/// Lists the pictures of a product in the shop's order.
#[utoipa::path(get, path = "/products/{id}/images", tag = "images", params(("id" = ProductId, Path)),
    extensions(("x-permission" = json!("manage_products"))),
    responses((status = 200, body = Envelope<Pictures>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
              (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn list_images(
    _: Allow<ManageProducts>,
    Path(product): Path<ProductId>,
    mut conn: Conn,
) -> Result<Revised<Envelope<Pictures>>> {
    let images = images::list(&mut conn, product).await?;
    Ok(revised(images.revision, Envelope::of(images)))
}

/// Gives a product one more picture, behind the others: in four sizes, as WebP and as JPEG, or as PNG if something shows
/// through it, with nothing in it but pixels. With `If-Match` only if the product still has that revision.
#[utoipa::path(post, path = "/products/{id}/images", tag = "images",
    params(("id" = ProductId, Path), ("If-Match" = Option<String>, Header, description = "the revision of the product")),
    request_body(content = ImageForm, content_type = "multipart/form-data"),
    extensions(("x-permission" = json!("manage_products"))),
    responses((status = 201, body = Envelope<Pictures>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
              (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody),
              (status = 413, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn add_image(
    Seen { by, revision }: Seen<ManageProducts>,
    State(gallery): State<Gallery>,
    Path(product): Path<ProductId>,
    sent: Captioned,
) -> Result<Revised<Created<Pictures>>> {
    let images = images::add(&gallery, &by, (product, revision.0), sent).await?;
    let location = format!("/api/v1/products/admin/products/{product}/images");
    Ok(revised(images.revision, Created::at(location, images)))
}

/// Takes a picture away from a product, and its files.
#[utoipa::path(delete, path = "/products/{id}/images/{image}", tag = "images",
    params(("id" = ProductId, Path), ("image" = ImageId, Path), ("If-Match" = String, Header, description = "the revision of the product")),
    extensions(("x-permission" = json!("manage_products"))),
    responses((status = 200, body = Envelope<Pictures>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
              (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
async fn remove_image(
    Seen { by, revision }: Seen<ManageProducts>,
    State(gallery): State<Gallery>,
    Path((product, image)): Path<(ProductId, ImageId)>,
) -> Result<Revised<Envelope<Pictures>>> {
    let images = images::remove(&gallery, &by, (product, revision.required()?), image).await?;
    Ok(revised(images.revision, Envelope::of(images)))
}

/// Puts the pictures of a product into another order; the first is the one that lists show.
#[utoipa::path(put, path = "/products/{id}/images/order", tag = "images", request_body = OrderImages,
    params(("id" = ProductId, Path), ("If-Match" = String, Header, description = "the revision of the product")),
    extensions(("x-permission" = json!("manage_products"))),
    responses((status = 200, body = Envelope<Pictures>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
              (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
async fn order_images(
    Seen { by, revision }: Seen<ManageProducts>,
    State(gallery): State<Gallery>,
    Path(product): Path<ProductId>,
    Valid(wanted): Valid<OrderImages>,
) -> Result<Revised<Envelope<Pictures>>> {
    let expected = revision.required()?;
    let images = shared::database::retry(|| images::order(&gallery, &by, (product, expected), &wanted)).await?;
    Ok(revised(images.revision, Envelope::of(images)))
}
