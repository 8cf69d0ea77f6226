//! The letters that came out of a purchase, in a folder of mails.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::Context;

use super::answers::Order;
use super::shopper::Shopper;
use super::timeline::Checked;

/// A folder that the notification service puts mails into.
pub(super) struct Letterbox {
    folder: PathBuf,
    /// Older mails are of other purchases.
    since: SystemTime,
}

impl Letterbox {
    pub(super) fn new(folder: &str, since: SystemTime) -> Self {
        Self { folder: PathBuf::from(folder), since }
    }

    /// The names of the mails about `order` whose subject holds `word`.
    fn about(&self, order: &Order, word: &str) -> anyhow::Result<Vec<String>> {
        let mut found = Vec::new();
        let unreadable = || format!("cannot read {}", self.folder.display());
        for entry in fs::read_dir(&self.folder).with_context(unreadable)? {
            let file = entry?.path();
            let is_mail = file.extension().is_some_and(|extension| extension == "eml");
            if is_mail && self.is_recent(&file)? && tells_of(&fs::read(&file)?, &order.number, word) {
                found.extend(file.file_name().map(|name| name.to_string_lossy().into_owned()));
            }
        }
        Ok(found)
    }

    fn is_recent(&self, file: &Path) -> io::Result<bool> {
        Ok(fs::metadata(file)?.modified()? >= self.since)
    }

    pub(super) async fn see_confirmation(&self, shopper: &mut Shopper, order: &Order) -> Checked {
        Ok(((), self.await_one(shopper, order, "confirmed").await?))
    }

    pub(super) async fn see_refund(&self, shopper: &mut Shopper, order: &Order) -> anyhow::Result<String> {
        self.await_one(shopper, order, "refund").await
    }

    pub(super) async fn see_cancellation(&self, shopper: &mut Shopper, order: &Order) -> anyhow::Result<String> {
        self.await_one(shopper, order, "cancelled").await
    }

    async fn await_one(&self, shopper: &mut Shopper, order: &Order, word: &str) -> anyhow::Result<String> {
        if !self.folder.is_dir() {
            return Ok(format!("skipped: there is no folder of mails {:?} here", self.folder.display().to_string()));
        }
        let number = &order.number;
        let look = async |_: &mut Shopper| {
            let found = self.about(order, word)?;
            let count = found.len();
            let one = found.into_iter().next().filter(|_| count == 1).map(|name| format!("mail {name}"));
            one.with_context(|| format!("expected one mail {word:?} about {number}, got {count}"))
        };
        shopper.eventually(look).await
    }
}

/// Whether a mail's subject holds `word` and all of it the number of the order.
fn tells_of(mail: &[u8], number: &str, word: &str) -> bool {
    let text = String::from_utf8_lossy(mail).replace("=\r\n", "").replace("\r\n ", " ");
    let subject = text.lines().find_map(|line| line.strip_prefix("Subject: ")).unwrap_or_default();
    subject.contains(word) && text.contains(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_tells_of_an_order_wherever_its_lines_break() {
        let mail = b"To: a@x.in\r\nSubject: Your order is\r\n confirmed\r\n\r\nthank you for PT-26=\r\n1122-7K.\r\n";
        assert!(tells_of(mail, "PT-261122-7K", "confirmed"));
        assert!(!tells_of(mail, "PT-261122-7X", "confirmed"));
        assert!(!tells_of(mail, "PT-261122-7K", "cancelled"));
        assert!(!tells_of(b"\r\nPT-261122-7K confirmed", "PT-261122-7K", "confirmed"));
    }
}
