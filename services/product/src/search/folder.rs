//! Where an index lies on the disk: in a folder of its own that vanishes with it, and after a kill with the next index.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use uuid::Uuid;

const PREFIX: &str = "pavitra-search-";
/// The file that is locked as long as its folder is in use.
const HELD: &str = "held";

/// A folder that nobody else uses.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    _held: File,
}

impl Folder {
    /// A new folder in `home`, for this account alone; those that nobody uses any more are gone.
    pub(super) fn new(home: &Path) -> io::Result<Self> {
        sweep(home)?;
        let path = home.join(format!("{PREFIX}{}", Uuid::now_v7().simple()));
        // It is locked before it lies in the folder, where somebody else who sweeps would find it.
        let held_at = path.with_extension(HELD);
        let held = File::create(&held_at)?;
        held.lock()?;
        let folder = Self { path, _held: held };
        DirBuilder::new().mode(0o700).create(&folder.path)?;
        fs::rename(held_at, folder.path.join(HELD))?;
        Ok(folder)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Folder {
    /// What cannot be removed now is swept later.
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.path));
    }
}

/// Removes what a process left that was killed.
fn sweep(home: &Path) -> io::Result<()> {
    for entry in fs::read_dir(home)? {
        let entry = entry?;
        let is_ours = entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX));
        if !is_ours || !entry.file_type()?.is_dir() {
            continue;
        }
        let Ok(held) = File::open(entry.path().join(HELD)) else { continue };
        if held.try_lock().is_ok() {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_gone_with_its_index_and_after_a_kill_with_the_next_one() {
        let home = std::env::temp_dir().join(format!("folders-{}", Uuid::now_v7().simple()));
        fs::create_dir(&home).unwrap();
        let names = || fs::read_dir(&home).unwrap().map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>();
        let left = home.join(format!("{PREFIX}left"));
        fs::create_dir(&left).unwrap();
        fs::write(left.join(HELD), "").unwrap();
        let one = Folder::new(&home).unwrap();
        assert_eq!(names(), [one.path().file_name().unwrap()], "nobody holds the other");
        let other = Folder::new(&home).unwrap();
        assert!(one.path().exists() && other.path().exists() && names().len() == 2, "{:?}", names());
        drop((one, other));
        assert!(names().is_empty());
        fs::remove_dir(&home).unwrap();
    }
}
