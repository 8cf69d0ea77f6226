//! Letters from templates: what comes from outside is a value, never a template, and escaped where it is HTML.

use minijinja::{Environment, UndefinedBehavior, Value};
use serde::Serialize;
use shared::settings::Values;

use super::order::Words;
use crate::line::one_line;
use crate::logs::Kind;

/// A letter in both of its forms.
#[derive(Debug)]
pub(crate) struct Letter {
    /// One line.
    pub(crate) subject: String,
    /// For a reader without HTML.
    pub(crate) text: String,
    /// For everybody else.
    pub(crate) html: String,
}

/// What the templates can name.
#[derive(Debug, Serialize)]
pub(super) struct Content {
    pub(super) subject: String,
    pub(super) order: Words,
    pub(super) shop: Shop,
    /// Why it was cancelled, or why money goes back.
    pub(super) reason: Option<String>,
    /// What goes back, or has gone back.
    pub(super) amount: Option<String>,
    /// Whether that money came in beside that of the order.
    pub(super) is_surplus: bool,
}

/// Who writes.
#[derive(Debug, Serialize)]
pub(super) struct Shop {
    pub(super) name: String,
    pub(super) phone: String,
    pub(super) email: String,
}

impl Shop {
    pub(super) fn of(settings: &Values) -> Self {
        let text = |key| one_line(settings.text(key));
        Self { name: text("site_name"), phone: text("site_phone"), email: text("site_email") }
    }
}

/// Each by its name; the end of the name says whether what is put into it is escaped.
const TEMPLATES: [(&str, &str); 11] = [
    ("order_confirmed.txt", include_str!("../../templates/order_confirmed.txt")),
    ("order_confirmed.html", include_str!("../../templates/order_confirmed.html")),
    ("order_cancelled.txt", include_str!("../../templates/order_cancelled.txt")),
    ("order_cancelled.html", include_str!("../../templates/order_cancelled.html")),
    ("refund_processed.txt", include_str!("../../templates/refund_processed.txt")),
    ("refund_processed.html", include_str!("../../templates/refund_processed.html")),
    ("bill.txt", include_str!("../../templates/bill.txt")),
    ("bill.html", include_str!("../../templates/bill.html")),
    ("shop.txt", include_str!("../../templates/shop.txt")),
    ("head.html", include_str!("../../templates/head.html")),
    ("foot.html", include_str!("../../templates/foot.html")),
];

/// The letter that tells `kind`.
///
/// # Errors
/// When a template names what `content` lacks, which tests rule out.
pub(super) fn render(kind: Kind, content: &Content) -> Result<Letter, minijinja::Error> {
    let templates = templates()?;
    let values = Value::from_serialize(content);
    let part = |form: &str| templates.get_template(&format!("{}.{form}", kind.as_str()))?.render(&values);
    Ok(Letter { subject: content.subject.clone(), text: part("txt")?, html: part("html")? })
}

fn templates() -> Result<Environment<'static>, minijinja::Error> {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates.set_trim_blocks(true);
    templates.set_lstrip_blocks(true);
    templates.set_keep_trailing_newline(true);
    for (name, source) in TEMPLATES {
        templates.add_template(name, source)?;
    }
    Ok(templates)
}
