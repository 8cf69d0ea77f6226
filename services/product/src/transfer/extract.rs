//! The catalogue as a file, a page at a time.

use commerce::ids::VariationId;
use futures::stream::{self, Stream};
use serde::Deserialize;
use shared::web::Result;
use sqlx::{MySqlConnection, MySqlPool};
use utoipa::IntoParams;
use validator::Validate;

use super::columns::{COLUMNS, Cells};
use super::record::{attributes_by_variation, cells_to_csv, to_csv};
use super::{ProductRow, VariationRow};
use crate::administration::products::Status;
use crate::store::transfer::rows;

/// So many products are read at once.
const PAGE: u32 = 200;

/// Which products are to be written.
#[derive(Clone, Copy, Debug, Default, Deserialize, Validate, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct Extract {
    /// Those of this status; all of them unless said.
    pub status: Option<Status>,
}

/// How far an extract is.
enum Place {
    Begin,
    Behind(u64),
}

/// The products that are `wanted` as CSV: the header, then every product in the order of the ids, its variations under it.
/// Each page is what the catalogue is when its turn comes, and no connection is kept while the reader reads.
pub(crate) fn extract(database: MySqlPool, wanted: Extract) -> impl Stream<Item = Result<Vec<u8>>> + Send + use<> {
    stream::try_unfold(Place::Begin, move |place| {
        let database = database.clone();
        async move {
            match place {
                Place::Begin => Ok(Some((to_csv([COLUMNS.to_vec()])?, Place::Behind(0)))),
                Place::Behind(after) => {
                    let mut conn = database.acquire().await?;
                    let products = rows::list_products(&mut conn, wanted, after, PAGE).await?;
                    let Some(last) = products.last().map(|product| product.id.get()) else { return Ok(None) };
                    Ok(Some((page(&mut conn, &products).await?, Place::Behind(last))))
                }
            }
        }
    })
}

async fn page(conn: &mut MySqlConnection, products: &[ProductRow]) -> Result<Vec<u8>> {
    let variations = list_cells_of_variations(conn, products).await?;
    let mut rows = Vec::with_capacity(products.len() + variations.len());
    let mut rest = variations.into_iter().peekable();
    for product in products {
        rows.push(product.cells());
        while let Some((_, cells)) = rest.next_if(|(variation, _)| variation.product_id == product.id) {
            rows.push(cells);
        }
    }
    cells_to_csv(&rows)
}

/// The variations of these products in their order, with the row of each.
async fn list_cells_of_variations(
    conn: &mut MySqlConnection,
    products: &[ProductRow],
) -> Result<Vec<(VariationRow, Cells)>> {
    let ids: Vec<_> = products.iter().map(|product| product.id).collect();
    let variations = rows::list_variations(&mut *conn, &ids).await?;
    let attributes = attributes_by_variation(&rows::list_attributes(conn, &ids).await?);
    let text = |id: VariationId| attributes.get(&id).map_or("", String::as_str);
    let with_cells = |variation: VariationRow| {
        let cells = variation.cells(text(variation.id));
        (variation, cells)
    };
    Ok(variations.into_iter().map(with_cells).collect())
}
