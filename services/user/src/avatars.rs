//! Pictures of people, as they are shown beside their names.

use chrono::{DateTime, Utc};
use kernel::UserId;
use media::{Form, Name, Shelf, Studio, Unfinished};
use serde::Serialize;
use shared::database;
use shared::web::{Error, Result};
use sqlx::MySqlPool;
use utoipa::ToSchema;

use crate::store;

/// How many pixels a picture is wide and high, each size a file.
const SIZES: &[u32] = &[64, 256, 512];
/// The one that the profile names.
const SHOWN: u32 = 256;
/// Where under the folder of uploads they lie.
pub(crate) const FOLDER: &str = "avatars";

/// Where pictures are made and kept, and whose they are.
#[derive(Clone, Debug)]
pub struct Gallery {
    pub(crate) database: MySqlPool,
    pub(crate) studio: Studio,
    pub(crate) shelf: Shelf,
}

/// A picture in every size.
#[derive(Debug, Serialize, ToSchema)]
pub struct Avatar {
    /// The one that the profile names.
    #[schema(example = "/uploads/avatars/0b0e…-256.jpg")]
    pub avatar_url: String,
    /// Each size in each form.
    pub files: Vec<AvatarFile>,
}

/// A file of a picture.
#[derive(Debug, Serialize, ToSchema)]
pub struct AvatarFile {
    /// How many pixels it is wide and high.
    pub size: u32,
    /// `jpg` or `webp`.
    pub format: &'static str,
    /// Where it is.
    pub url: String,
}

impl Avatar {
    fn of(shelf: &Shelf, name: Name) -> Self {
        let forms = SIZES.iter().flat_map(|&size| [(size, Form::Jpeg), (size, Form::Webp)]);
        let file =
            |(size, form): (u32, Form)| AvatarFile { size, format: form.extension(), url: shelf.url(name, size, form) };
        Self { avatar_url: shelf.url(name, SHOWN, Form::Jpeg), files: forms.map(file).collect() }
    }
}

/// Makes the picture in `bytes` that of `user`. The row is written when every file is there, and the files of the old
/// picture go when the row is written.
pub async fn set(gallery: &Gallery, user: UserId, bytes: Vec<u8>, now: DateTime<Utc>) -> Result<Avatar> {
    let pictures = gallery.studio.squares(bytes, SIZES).await.map_err(unfinished)?;
    let name = gallery.shelf.put(pictures).await.map_err(|error| Error::unavailable(anyhow::Error::new(error)))?;
    let avatar = Avatar::of(&gallery.shelf, name);
    let url = Some(avatar.avatar_url.as_str());
    match database::retry(|| exchange(&gallery.database, user, url, now)).await {
        Ok(old) => {
            gallery.clear_away(old).await;
            Ok(avatar)
        }
        Err(error) => {
            gallery.clear_away(Some(avatar.avatar_url)).await;
            Err(error)
        }
    }
}

/// `user` has no picture any more, if they had one.
pub async fn remove(gallery: &Gallery, user: UserId, now: DateTime<Utc>) -> Result<()> {
    let old = database::retry(|| exchange(&gallery.database, user, None, now)).await?;
    gallery.clear_away(old).await;
    Ok(())
}

/// What was there before.
async fn exchange(db: &MySqlPool, user: UserId, url: Option<&str>, now: DateTime<Utc>) -> Result<Option<String>> {
    let mut tx = db.begin().await?;
    store::profiles::lock_owner(&mut tx, user).await?.ok_or(Error::Unauthenticated)?;
    let old = store::avatars::find(&mut tx, user).await?;
    store::avatars::update(&mut tx, user, url, now).await?;
    tx.commit().await?;
    Ok(old)
}

impl Gallery {
    /// Takes the files behind `url` away, if they are ours.
    ///
    /// # Errors
    /// When the disk does not let go of them.
    pub(crate) async fn remove_files(&self, url: Option<&str>) -> std::io::Result<()> {
        let Some(name) = url.and_then(|url| self.shelf.name_in(url)) else { return Ok(()) };
        self.shelf.remove(name, SIZES).await
    }

    /// Files that stay behind are in nobody's way, and no reason to fail.
    async fn clear_away(&self, url: Option<String>) {
        if let Err(error) = self.remove_files(url.as_deref()).await {
            tracing::warn!(exception = %error, "the files of an old picture stayed behind");
        }
    }
}

fn unfinished(error: Unfinished) -> Error {
    match error {
        Unfinished::Refused(refused) => Error::invalid("file", refused.to_string()),
        Unfinished::Busy => Error::unavailable(anyhow::Error::new(error)),
    }
}
