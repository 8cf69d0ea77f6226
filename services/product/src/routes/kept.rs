//! What is around the routes that show everybody the same: their answers are kept, and views of products counted.

use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use commerce::ids::ProductId;
use shared::Ground;
use shared::cache::Scope;
use shared::web::{self, About};
use utoipa_axum::router::OpenApiRouter;

use crate::state::AppState;
use crate::views::Views;

/// The page of one product, as it is registered.
const PAGE: &str = "/api/v1/products/{id}";
/// What customers think of it.
const REVIEWS: &str = "/api/v1/products/{id}/reviews";

/// `shown` with both around it.
pub(super) fn around(shown: OpenApiRouter<AppState>, ground: &Ground, views: &Views) -> OpenApiRouter<AppState> {
    web::kept(shown, &ground.answers, scope_of).layer(from_fn_with_state(views.clone(), count_view))
}

/// A product's page under its id, and its reviews, change with the product; everything else shows, or may show, several.
fn scope_of(route: &str, path: &str) -> Scope {
    let id = match route {
        PAGE => path.rsplit('/').next(),
        REVIEWS => path.rsplit('/').nth(1),
        _ => None,
    };
    id.and_then(|id| id.parse().ok()).map_or(Scope::Many, Scope::One)
}

/// Whoever reads the page of a product has looked at it, also when nothing on it has changed since the last time.
async fn count_view(State(views): State<Views>, request: Request, next: Next) -> Response {
    let is_read = *request.method() == Method::GET;
    let answer = next.run(request).await;
    let is_shown = matches!(answer.status(), StatusCode::OK | StatusCode::NOT_MODIFIED);
    if let Some(About(id)) = answer.extensions().get()
        && is_read
        && is_shown
        && let Some(product) = ProductId::new(id.get())
    {
        views.add(product);
    }
    answer
}
