//! The pictures of the catalogue, drawn by the seeder: none is kept in the repository.
//!
//! **Invariant**: a product's picture follows from its row alone, so that it is the same in every shop.

mod canvas;
mod look;
mod motifs;
mod tint;

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::Context;

use self::canvas::Canvas;
use self::look::Look;
pub(super) use self::motifs::Motif;

/// Where under the folder of uploads they lie.
const FOLDER: &str = "seed";

/// A picture to be drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Picture<'a> {
    /// Names the file.
    pub(super) slug: &'a str,
    /// What is seen.
    pub(super) motif: Motif,
    /// The main category and the one below it.
    pub(super) shelf: (&'a str, &'a str),
    pub(super) brand: &'a str,
}

impl Picture<'_> {
    /// Where browsers find it.
    pub(super) fn url(&self) -> String {
        format!("/uploads/{FOLDER}/{}.png", self.slug)
    }

    fn png(&self) -> anyhow::Result<Vec<u8>> {
        let mut look = Look::of(self.slug, self.shelf, self.brand);
        let mut canvas = Canvas::new(look.background)?;
        look.backdrop(&mut canvas);
        canvas.scale(look.chance.between(1.0, 1.12));
        self.motif.draw(&mut canvas, &mut look);
        canvas.png()
    }

    /// Whole or not at all: a browser never sees half a picture.
    fn write(&self, folder: &Path) -> anyhow::Result<()> {
        let (file, half) = (self.file(folder), folder.join(format!(".{}.png.new", self.slug)));
        fs::write(&half, self.png()?).with_context(|| format!("cannot write {}", half.display()))?;
        fs::rename(&half, &file).with_context(|| format!("cannot write {}", file.display()))
    }

    fn file(&self, folder: &Path) -> PathBuf {
        folder.join(format!("{}.png", self.slug))
    }
}

/// Draws the pictures that are not in the folder of `uploads` yet, on every core; how many those were.
pub(super) fn draw_missing(pictures: &[Picture<'_>], uploads: &Path) -> anyhow::Result<usize> {
    let folder = uploads.join(FOLDER);
    fs::create_dir_all(&folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let missing: Vec<_> = pictures.iter().filter(|picture| !picture.file(&folder).exists()).collect();
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let each = missing.len().div_ceil(cores).max(1);
    thread::scope(|scope| {
        let folder = &folder;
        let draw = |part: &'_ [&Picture<'_>]| part.iter().try_for_each(|picture| picture.write(folder));
        let painters: Vec<_> = missing.chunks(each).map(|part| scope.spawn(move || draw(part))).collect();
        let mut done = painters.into_iter().map(thread::ScopedJoinHandle::join);
        done.try_for_each(|painter| painter.unwrap_or_else(|_| anyhow::bail!("a painter stopped")))
    })?;
    Ok(missing.len())
}

#[cfg(test)]
mod tests;
