//! Pictures as files: the right size, distinct, always the same, and never drawn twice.

use std::collections::BTreeSet;

use super::*;
use crate::seed::catalogue::Catalogue;

/// A folder of the test's own, gone with it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("pavitra-pictures-{}", uuid::Uuid::new_v4().simple()));
        Self(path)
    }

    fn names(&self) -> BTreeSet<String> {
        let files = fs::read_dir(self.0.join(FOLDER)).unwrap();
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

fn picture(slug: &str, motif: Motif) -> Picture<'_> {
    Picture { slug, motif, shelf: ("groceries", "pulses"), brand: "annavriksh" }
}

#[test]
fn a_picture_is_a_png_of_800_by_800_and_always_the_same() {
    let png = picture("toor-dal", Motif::Pouch).png().unwrap();
    let read = tiny_skia::Pixmap::decode_png(&png).unwrap();
    assert_eq!((read.width(), read.height()), (800, 800));
    assert!(png.len() < 150_000, "{} bytes", png.len());
    assert_eq!(png, picture("toor-dal", Motif::Pouch).png().unwrap());
    assert_ne!(png, picture("moong-dal", Motif::Pouch).png().unwrap());
}

#[test]
fn every_kind_of_thing_is_drawn_and_looks_like_no_other() {
    let catalogue = Catalogue::of_the_repository().unwrap();
    let mut kinds = BTreeSet::new();
    let one_of_each: Vec<_> =
        catalogue.pictures().into_iter().filter(|picture| kinds.insert(format!("{:?}", picture.motif))).collect();
    assert!(kinds.len() >= 30, "{kinds:?}");
    let pictures: BTreeSet<_> = one_of_each.iter().map(|one| picture("same", one.motif).png().unwrap()).collect();
    assert_eq!(pictures.len(), kinds.len());
}

#[test]
fn only_what_is_missing_is_drawn_and_nothing_half_drawn_is_left() {
    let folder = Folder::new();
    let pictures = ["a", "b", "c"].map(|slug| picture(slug, Motif::Jar));
    assert_eq!(draw_missing(&pictures[..2], &folder.0).unwrap(), 2);
    let kept = folder.0.join(FOLDER).join("a.png");
    fs::write(&kept, "the operator's own").unwrap();
    assert_eq!(draw_missing(&pictures, &folder.0).unwrap(), 1);
    assert_eq!(draw_missing(&pictures, &folder.0).unwrap(), 0);
    assert_eq!(fs::read_to_string(kept).unwrap(), "the operator's own");
    assert_eq!(folder.names(), ["a.png", "b.png", "c.png"].map(str::to_owned).into());
}
