//! Messages as files: one `<uuid>.eml` or `<uuid>.txt` each, whole or not there.

use std::io;
use std::path::Path;

use tokio::fs;
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

use super::Trouble;

/// A message as a file.
#[derive(Debug)]
pub(super) struct Parcel<'a> {
    pub(super) uuid: &'a str,
    /// `eml` for a mail, `txt` for a text message.
    pub(super) kind: &'static str,
    pub(super) bytes: &'a [u8],
}

/// Puts the message into the folder, which is made if need be, and answers the file's name. A message that is put there
/// again takes its own place.
///
/// # Errors
/// When the file cannot be written; nothing is left of it then.
pub(super) async fn put(folder: &Path, parcel: &Parcel<'_>, attempt: Uuid) -> Result<String, Trouble> {
    let name = format!("{}.{}", parcel.uuid, parcel.kind);
    // A name of its own for every attempt: two senders of one mail do not write into each other's file.
    let draft = folder.join(format!(".{}.{attempt}", parcel.uuid));
    let written = match write(folder, &draft, parcel.bytes).await {
        Ok(()) => fs::rename(&draft, folder.join(&name)).await,
        Err(error) => Err(error),
    };
    if let Err(error) = written {
        drop(fs::remove_file(&draft).await);
        return Err(Trouble::Later(format!("the folder of mails cannot be written: {error}")));
    }
    Ok(name)
}

async fn write(folder: &Path, draft: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder).await?;
    let mut file = fs::File::create(draft).await?;
    file.write_all(bytes).await?;
    file.sync_all().await
}
