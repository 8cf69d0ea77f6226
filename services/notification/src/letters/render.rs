//! Letters from templates: what comes from outside is a value, never a template, and escaped where it is HTML.

use minijinja::{Environment, UndefinedBehavior, Value};
use serde::Serialize;
use shared::settings::Values;

use super::order::Words;
use crate::line::one_line;
use crate::logs::{Channel, Kind};

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
const TEMPLATES: [(&str, &str); 29] = [
    ("order_confirmed.txt", include_str!("../../templates/order_confirmed.txt")),
    ("order_confirmed.html", include_str!("../../templates/order_confirmed.html")),
    ("order_cancelled.txt", include_str!("../../templates/order_cancelled.txt")),
    ("order_cancelled.html", include_str!("../../templates/order_cancelled.html")),
    ("refund_processed.txt", include_str!("../../templates/refund_processed.txt")),
    ("refund_processed.html", include_str!("../../templates/refund_processed.html")),
    ("reset_password.txt", include_str!("../../templates/reset_password.txt")),
    ("reset_password.html", include_str!("../../templates/reset_password.html")),
    ("reset_password.sms", include_str!("../../templates/reset_password.sms")),
    ("verify_email.txt", include_str!("../../templates/verify_email.txt")),
    ("verify_email.html", include_str!("../../templates/verify_email.html")),
    ("verify_phone.sms", include_str!("../../templates/verify_phone.sms")),
    ("sign_in.txt", include_str!("../../templates/sign_in.txt")),
    ("sign_in.html", include_str!("../../templates/sign_in.html")),
    ("sign_in.sms", include_str!("../../templates/sign_in.sms")),
    ("delete_account.txt", include_str!("../../templates/delete_account.txt")),
    ("delete_account.html", include_str!("../../templates/delete_account.html")),
    ("delete_account.sms", include_str!("../../templates/delete_account.sms")),
    ("set_password.txt", include_str!("../../templates/set_password.txt")),
    ("set_password.html", include_str!("../../templates/set_password.html")),
    ("set_password.sms", include_str!("../../templates/set_password.sms")),
    ("security_alert.txt", include_str!("../../templates/security_alert.txt")),
    ("security_alert.html", include_str!("../../templates/security_alert.html")),
    ("security_alert.sms", include_str!("../../templates/security_alert.sms")),
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
    message((kind, Channel::Email), &content.subject, content)
}

/// The message that tells `kind` and takes the way `channel`: a mail in both of its forms, a text message in its one.
///
/// # Errors
/// When there is no such message, or a template names what `content` lacks, which tests rule out.
pub(super) fn message(
    (kind, channel): (Kind, Channel),
    subject: &str,
    content: &impl Serialize,
) -> Result<Letter, minijinja::Error> {
    let templates = templates()?;
    let values = Value::from_serialize(content);
    let part = |form: &str| templates.get_template(&format!("{}.{form}", kind.as_str()))?.render(&values);
    match channel {
        Channel::Sms => Ok(Letter { subject: String::new(), text: part("sms")?, html: String::new() }),
        _ => Ok(Letter { subject: subject.to_owned(), text: part("txt")?, html: part("html")? }),
    }
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
