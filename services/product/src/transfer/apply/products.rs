//! The rows of products, by the rules of the administration.

use chrono::{DateTime, Utc};
use commerce::catalogue::ProductType;
use commerce::ids::ProductId;
use kernel::Patch;
use serde_json::{Map, Value};
use shared::web::{Error, FieldError, Result, read_json};
use sqlx::{Acquire, MySqlConnection};

use super::super::batch::Line;
use super::super::columns::{Cells, Header, SKU};
use super::super::fields::of_product;
use super::complaint::{Complaint, complaint};
use super::{Applied, Known, Outcome, Written, text};
use crate::administration::products::{self, AdminProduct, NewProduct, ProductForm, Status};
use crate::administration::texts::PictureAddress;
use crate::slugs::Wish;
use crate::store;
use crate::store::transfer::rows;

/// A longer text is cut in the audit log.
const LONGEST_TEXT: usize = 2_000;
/// So many pictures of a product are taken over at most.
const MOST_PICTURES: usize = 20;

/// Adds the product, or changes it into what the row says. What is sold by variation and has none yet is shown to shoppers
/// as soon as it has some: see [`publish`].
pub(super) async fn write(
    conn: &mut MySqlConnection,
    known: &mut Known,
    cells: &Cells,
    now: DateTime<Utc>,
) -> Result<Outcome> {
    let form = form(known, cells)?;
    let sku = text(cells, SKU);
    match known.product(sku) {
        Some(id) => {
            let outcome = change(conn, id, (cells, &form), now).await?;
            known.touch(sku);
            Ok(outcome)
        }
        None => add(conn, known, (cells, form), now).await,
    }
}

fn form(known: &Known, cells: &Cells) -> Result<ProductForm> {
    let mut body = of_product(cells).map_err(Error::Invalid)?;
    if body.get("product_type").is_some_and(|kind| kind == ProductType::Variable.as_str()) {
        // a sum of what its variations have
        body.remove("stock_quantity");
    }
    let mut faults = Vec::new();
    if let Some(slug) = cells.get("category_slug").map(|slug| slug.trim()).filter(|slug| !slug.is_empty()) {
        match known.category(slug) {
            Some(id) => drop(body.insert("category_id".to_owned(), id.get().into())),
            None => faults.push(FieldError::new("category_slug", "must be the slug of a category")),
        }
    }
    if let Some(slug) = cells.get("brand_slug").map(|slug| slug.trim()) {
        match known.brand(slug) {
            _ if slug.is_empty() => drop(body.insert("brand_id".to_owned(), Value::Null)),
            Some(id) => drop(body.insert("brand_id".to_owned(), id.get().into())),
            None => faults.push(FieldError::new("brand_slug", "must be the slug of a brand")),
        }
    }
    let json = serde_json::to_vec(&Value::Object(body)).map_err(|error| Error::Internal(error.into()))?;
    match read_json(&json) {
        Ok(form) if faults.is_empty() => Ok(form),
        Err(Error::Invalid(others)) => Err(Error::Invalid(faults.into_iter().chain(others).collect())),
        Ok(_) => Err(Error::Invalid(faults)),
        Err(error) => Err(error),
    }
}

async fn add(
    conn: &mut MySqlConnection,
    known: &mut Known,
    (cells, form): (&Cells, ProductForm),
    now: DateTime<Utc>,
) -> Result<Outcome> {
    let mut new = NewProduct::of(&form)?;
    let waits = new.draft.product_type == ProductType::Variable && new.draft.status == Status::Active;
    if waits {
        new.draft.status = Status::Draft;
    }
    let pictures = Pictures::read(cells)?;
    let id = products::add(&mut *conn, &new, now).await?;
    if let Pictures { main, gallery } = pictures
        && (main.is_some() || gallery.is_some())
    {
        rows::update_pictures(&mut *conn, id, main.as_deref(), gallery.as_deref()).await?;
    }
    let after = products::find(conn, id).await?;
    let sku = text(cells, SKU);
    known.add(sku, id);
    if waits {
        known.unpublished.push((sku.to_owned(), id));
    }
    Ok(Outcome::Created(Written { name: name(id), before: Value::Null, after: shortened(&after)? }))
}

async fn change(
    conn: &mut MySqlConnection,
    id: ProductId,
    (cells, form): (&Cells, &ProductForm),
    now: DateTime<Utc>,
) -> Result<Outcome> {
    let before = store::drafts::lock(&mut *conn, id).await?.ok_or(Error::NotFound("product"))?;
    let draft = form.onto(&before.draft)?;
    let wish = match &form.slug {
        Patch::Set(slug) if *slug != before.slug => Some(Wish::Exactly(slug.clone())),
        Patch::Set(_) | Patch::Keep | Patch::Clear => None,
    };
    products::alter(&mut *conn, &before, (draft, wish), now).await?;
    let after = products::find(conn, id).await?;
    if after.revision == before.revision {
        return Ok(Outcome::Unchanged);
    }
    expect_as_it_was_read(cells, before.revision)?;
    Ok(Outcome::Updated(difference(id, &before, &after)?))
}

/// Whoever exported a product, and changes it now, has not seen what others changed meanwhile.
pub(super) fn expect_as_it_was_read(cells: &Cells, revision: u64) -> Result<()> {
    match text(cells, "revision") {
        "" => Ok(()),
        read if read.parse() == Ok(revision) => Ok(()),
        _ => Err(Error::invalid(
            "revision",
            format!("has changed since, to {revision}: look at it again, or leave this empty"),
        )),
    }
}

/// Shows shoppers the products that were added to be shown and have variations now. One that cannot be shown stays a draft,
/// and its row is told why.
pub(super) async fn publish(
    conn: &mut MySqlConnection,
    (known, rows): (&Known, &[(&Line, Cells)]),
    (applied, header): (&mut Applied, &Header),
    now: DateTime<Utc>,
) -> Result<()> {
    let form = ProductForm { status: Patch::Set(Status::Active), ..ProductForm::default() };
    for (sku, id) in &known.unpublished {
        let mut trial = conn.begin().await?;
        let before = store::drafts::lock(&mut trial, *id).await?.ok_or(Error::NotFound("product"))?;
        match products::alter(&mut trial, &before, (form.onto(&before.draft)?, None), now).await {
            Ok(()) => {
                let after = products::find(&mut trial, *id).await?;
                applied.after.insert(name(*id), shortened(&after)?);
                trial.commit().await?;
            }
            Err(error) => {
                let faults = match complaint(error) {
                    Complaint::OfRow(faults) => faults,
                    Complaint::OfHouse(error) => return Err(error),
                };
                trial.rollback().await?;
                let row = rows.iter().rfind(|(_, cells)| !super::is_variation(cells) && text(cells, SKU) == sku);
                if let Some((line, _)) = row {
                    applied.created = applied.created.saturating_sub(1);
                    applied.complain(line, header, &faults)?;
                }
            }
        }
    }
    Ok(())
}

/// Where the pictures of a new product are; those of others are sent one by one.
#[derive(Default)]
struct Pictures {
    main: Option<String>,
    gallery: Option<String>,
}

impl Pictures {
    fn read(cells: &Cells) -> Result<Self> {
        let (main, gallery) = (text(cells, "main_image_url"), text(cells, "image_gallery"));
        let mut pictures = Self::default();
        if !main.is_empty() {
            pictures.main = Some(address(main).ok_or_else(|| not_an_address("main_image_url"))?);
        }
        if !gallery.is_empty() {
            let read: Option<Vec<String>> = serde_json::from_str(gallery).ok();
            let read = read.filter(|all| all.len() <= MOST_PICTURES && all.iter().all(|one| address(one).is_some()));
            read.ok_or_else(|| not_an_address("image_gallery"))?;
            pictures.gallery = Some(gallery.to_owned());
        }
        Ok(pictures)
    }
}

fn address(text: &str) -> Option<String> {
    text.parse::<PictureAddress>().ok().map(String::from)
}

fn not_an_address(column: &str) -> Error {
    let expected =
        "must be a path that begins with / or an https:// address, and a list of them as JSON in image_gallery";
    Error::invalid(column, expected)
}

fn name(id: ProductId) -> String {
    format!("product:{id}")
}

/// The fields that became others.
fn difference(id: ProductId, before: &AdminProduct, after: &AdminProduct) -> Result<Written> {
    let (Value::Object(before), Value::Object(after)) = (shortened(before)?, shortened(after)?) else {
        return Err(Error::Internal(anyhow::anyhow!("a product is no object")));
    };
    let others = |of: &Map<String, Value>, than: &Map<String, Value>| {
        let differs = |(field, value): &(&String, &Value)| than.get(*field) != Some(*value);
        Value::Object(of.iter().filter(differs).map(|(field, value)| (field.clone(), value.clone())).collect())
    };
    Ok(Written { name: name(id), before: others(&before, &after), after: others(&after, &before) })
}

fn shortened(product: &AdminProduct) -> Result<Value> {
    let mut value = serde_json::to_value(product).map_err(|error| Error::Internal(error.into()))?;
    for field in value.as_object_mut().into_iter().flat_map(|fields| fields.values_mut()) {
        if let Value::String(text) = field
            && text.len() > LONGEST_TEXT
        {
            *text = text.chars().take(LONGEST_TEXT / 4).chain(['…']).collect();
        }
    }
    Ok(value)
}
