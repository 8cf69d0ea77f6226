//! Letters about the newsletter and an account: what comes from outside is a value, and escaped where it is HTML.

use chrono::{DateTime, FixedOffset, Utc};
use minijinja::{Environment, UndefinedBehavior, context};
use shared::settings::Values;

use crate::letters::Letter;
use crate::line::one_line;

const TEMPLATES: [(&str, &str); 7] = [
    ("newsletter_confirmation.txt", include_str!("../../templates/newsletter_confirmation.txt")),
    ("newsletter_confirmation.html", include_str!("../../templates/newsletter_confirmation.html")),
    ("account_deletion.txt", include_str!("../../templates/account_deletion.txt")),
    ("account_deletion.html", include_str!("../../templates/account_deletion.html")),
    ("shop.txt", include_str!("../../templates/shop.txt")),
    ("head.html", include_str!("../../templates/head.html")),
    ("foot.html", include_str!("../../templates/foot.html")),
];

/// Asks whether the address wants the newsletter. Without a storefront in the settings the token stands alone.
pub(super) fn newsletter(settings: &Values, token: &str) -> anyhow::Result<Letter> {
    let storefront = one_line(settings.text("storefront_url"));
    let link = |what: &str| format!("{storefront}/newsletter/{what}?token={token}");
    let (yes, no) = if storefront.is_empty() {
        (token.to_owned(), token.to_owned())
    } else {
        (link("confirm"), link("unsubscribe"))
    };
    let shop = one_line(settings.text("site_name"));
    let subject = format!("Do you want the newsletter of {shop}?");
    letter("newsletter_confirmation", settings, &subject, context! { yes, no })
}

/// Tells that the account is to be deleted, and until when that can be taken back.
pub(super) fn deletion(settings: &Values, name: &str, due: DateTime<Utc>) -> anyhow::Result<Letter> {
    let (name, day) = (one_line(name), day(due));
    let subject = format!("Your account will be deleted on {day}");
    letter("account_deletion", settings, &subject, context! { name, day })
}

fn letter(kind: &str, settings: &Values, subject: &str, own: minijinja::Value) -> anyhow::Result<Letter> {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates.set_trim_blocks(true);
    templates.set_lstrip_blocks(true);
    templates.set_keep_trailing_newline(true);
    for (name, source) in TEMPLATES {
        templates.add_template(name, source)?;
    }
    let text = |key| one_line(settings.text(key));
    let shop = context! { name => text("site_name"), phone => text("site_phone"), email => text("site_email") };
    let values = context! { subject, shop, ..own };
    let part = |form: &str| templates.get_template(&format!("{kind}.{form}"))?.render(&values);
    Ok(Letter { subject: subject.to_owned(), text: part("txt")?, html: part("html")? })
}

/// The day on an Indian calendar.
fn day(instant: DateTime<Utc>) -> String {
    /// UTC+05:30.
    const INDIA_SECONDS: i32 = 19_800;
    let day = match FixedOffset::east_opt(INDIA_SECONDS) {
        Some(india) => instant.with_timezone(&india).date_naive(),
        None => instant.date_naive(),
    };
    day.format("%-d %B %Y").to_string()
}
