//! Where the files of pictures rest: under names that the shop makes, whole or not at all.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::SystemTime;

use uuid::Uuid;

use crate::picture::{Form, Rendition};

/// In what a picture may lie on a shelf.
const FORMS: [Form; 3] = [Form::Jpeg, Form::Webp, Form::Png];

/// A folder of pictures below the folder of uploads.
#[derive(Clone, Debug)]
pub struct Shelf {
    uploads: PathBuf,
    folder: &'static str,
}

/// What the files of one picture have in common. Nobody guesses it, and it is never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Uuid);

impl Shelf {
    /// The folder called `folder` below `uploads`; it is made when something is put there.
    pub fn new(uploads: &Path, folder: &'static str) -> Self {
        Self { uploads: uploads.to_owned(), folder }
    }

    /// Keeps all of `pictures` under a new name, or none.
    ///
    /// # Errors
    /// When the disk does not take them: it is full, or not ours to write.
    pub async fn put(&self, pictures: Vec<Rendition>) -> io::Result<Name> {
        let shelf = self.clone();
        joined(tokio::task::spawn_blocking(move || shelf.put_now(&pictures)).await)
    }

    /// Takes away every file of `name`; what is gone stays gone.
    ///
    /// # Errors
    /// When the disk does not let go of them.
    pub async fn remove(&self, name: Name, sizes: &'static [u32]) -> io::Result<()> {
        let shelf = self.clone();
        joined(tokio::task::spawn_blocking(move || shelf.remove_now(name, sizes)).await)
    }

    /// Where browsers find the file of this size and form: `/uploads/avatars/….jpg`.
    pub fn url(&self, name: Name, size: u32, form: Form) -> String {
        name.url(self.folder, size, form)
    }

    /// The name in an address that [`Shelf::url`] made; nothing in any other.
    pub fn name_in(&self, url: &str) -> Option<Name> {
        let file = url.strip_prefix("/uploads/")?.strip_prefix(self.folder)?.strip_prefix('/')?;
        Name::begins(file)
    }

    /// The names of files that have not been touched since `before`, those among them that a kill left unfinished.
    ///
    /// # Errors
    /// When the folder cannot be read; one that is not there is empty.
    pub async fn list_untouched(&self, before: SystemTime) -> io::Result<Vec<Name>> {
        let shelf = self.clone();
        joined(tokio::task::spawn_blocking(move || shelf.list_untouched_now(before)).await)
    }

    fn list_untouched_now(&self, before: SystemTime) -> io::Result<Vec<Name>> {
        let entries = match fs::read_dir(self.uploads.join(self.folder)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut names = BTreeSet::new();
        for entry in entries {
            let entry = entry?;
            // What is gone by now is nobody's business any more.
            let Ok(touched) = entry.metadata().and_then(|facts| facts.modified()) else { continue };
            let name = entry.file_name().to_str().and_then(Name::begins);
            names.extend(name.filter(|_| touched < before));
        }
        Ok(names.into_iter().collect())
    }

    fn put_now(&self, pictures: &[Rendition]) -> io::Result<Name> {
        let folder = self.uploads.join(self.folder);
        fs::create_dir_all(&folder)?;
        let name = Name(Uuid::new_v4());
        let written =
            pictures.iter().try_for_each(|one| write(&folder, &file_name(name, one.size, one.form), &one.bytes));
        // The names are in the folder for good before anybody is told of them.
        let written = written.and_then(|()| File::open(&folder)?.sync_all());
        if written.is_err() {
            for one in pictures {
                drop(fs::remove_file(folder.join(file_name(name, one.size, one.form))));
            }
        }
        written.map(|()| name)
    }

    fn remove_now(&self, name: Name, sizes: &[u32]) -> io::Result<()> {
        let folder = self.uploads.join(self.folder);
        let files = sizes.iter().flat_map(|&size| FORMS.map(|form| file_name(name, size, form)));
        for file in files.flat_map(|file| [unfinished(&file), file]) {
            match fs::remove_file(folder.join(file)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

impl Name {
    /// Where browsers find the file of this size and form in `folder`: `/uploads/avatars/….jpg`.
    pub fn url(self, folder: &str, size: u32, form: Form) -> String {
        format!("/uploads/{folder}/{}", file_name(self, size, form))
    }

    /// The name that a file begins with.
    fn begins(file: &str) -> Option<Self> {
        let file = file.strip_prefix('.').unwrap_or(file);
        let (name, _) = file.split_at_checked(uuid::fmt::Simple::LENGTH)?;
        name.parse().ok()
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.simple().fmt(f)
    }
}

impl FromStr for Name {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        Uuid::try_parse(text).map(Self)
    }
}

fn unfinished(name: &str) -> String {
    format!(".{name}.part")
}

fn joined<T>(done: Result<io::Result<T>, tokio::task::JoinError>) -> io::Result<T> {
    done.unwrap_or_else(|error| Err(io::Error::other(error)))
}

fn file_name(name: Name, size: u32, form: Form) -> String {
    format!("{name}-{size}.{}", form.extension())
}

/// Under another name first, so that nobody is served half a file.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let unfinished = folder.join(unfinished(name));
    let written = File::create_new(&unfinished).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    let renamed = written.and_then(|()| fs::rename(&unfinished, folder.join(name)));
    if renamed.is_err() {
        drop(fs::remove_file(&unfinished));
    }
    renamed
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    struct Folder(PathBuf);

    impl Folder {
        fn new() -> Self {
            Self(std::env::temp_dir().join(format!("shelf-{}", Uuid::new_v4())))
        }

        fn files(&self) -> Vec<String> {
            let entries = fs::read_dir(self.0.join("avatars")).unwrap();
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            drop(fs::remove_dir_all(&self.0));
        }
    }

    fn picture(form: Form) -> Rendition {
        Rendition { size: 64, width: 64, height: 64, form, bytes: b"pixels".to_vec() }
    }

    #[tokio::test]
    async fn files_are_found_by_their_address_and_taken_away_by_their_name() {
        let folder = Folder::new();
        let shelf = Shelf::new(&folder.0, "avatars");
        let name = shelf.put(vec![picture(Form::Jpeg), picture(Form::Webp)]).await.unwrap();
        let url = shelf.url(name, 64, Form::Jpeg);
        assert_eq!(fs::read(folder.0.join(url.strip_prefix("/uploads/").unwrap())).unwrap(), b"pixels");
        assert_eq!((folder.files().len(), shelf.name_in(&url)), (2, Some(name)));
        for _ in 0..2 {
            shelf.remove(name, &[64]).await.unwrap();
            assert!(folder.files().is_empty());
        }
    }

    #[tokio::test]
    async fn what_was_not_touched_for_long_is_found_and_what_a_kill_left_goes_too() {
        let folder = Folder::new();
        let shelf = Shelf::new(&folder.0, "avatars");
        assert_eq!(shelf.list_untouched(SystemTime::now()).await.unwrap(), []);
        let [old, young] = [
            shelf.put(vec![picture(Form::Png), picture(Form::Webp)]).await.unwrap(),
            shelf.put(vec![picture(Form::Jpeg)]).await.unwrap(),
        ];
        let killed = Name(Uuid::new_v4());
        fs::write(folder.0.join(format!("avatars/.{killed}-64.webp.part")), b"pix").unwrap();
        fs::write(folder.0.join("avatars/readme.txt"), b"not ours").unwrap();
        let hour = Duration::from_hours(1);
        for file in folder.files().iter().filter(|file| !file.starts_with(&young.to_string())) {
            let file = File::options().write(true).open(folder.0.join("avatars").join(file)).unwrap();
            file.set_modified(SystemTime::now() - hour * 2).unwrap();
        }
        let found = shelf.list_untouched(SystemTime::now() - hour).await.unwrap();
        assert_eq!(found, BTreeSet::from([old, killed]).into_iter().collect::<Vec<_>>());
        for name in found {
            shelf.remove(name, &[64]).await.unwrap();
        }
        let mut left = folder.files();
        left.sort();
        assert!(left.len() == 2 && left.iter().any(|file| file == "readme.txt"), "{left:?}");
    }

    #[tokio::test]
    async fn what_cannot_be_kept_whole_leaves_nothing_behind() {
        let folder = Folder::new();
        let shelf = Shelf::new(&folder.0, "avatars");
        fs::create_dir_all(&folder.0).unwrap();
        fs::write(folder.0.join("avatars"), "in the way").unwrap();
        shelf.put(vec![picture(Form::Jpeg)]).await.unwrap_err();
        fs::remove_file(folder.0.join("avatars")).unwrap();
        // The second of the same name finds the first in its way.
        fs::create_dir_all(folder.0.join("avatars")).unwrap();
        write(&folder.0.join("avatars"), "a", b"1").unwrap();
        fs::create_dir(folder.0.join("avatars/b")).unwrap();
        write(&folder.0.join("avatars"), "b", b"1").unwrap_err();
        let mut left = folder.files();
        left.sort();
        assert_eq!(left, ["a", "b"]);
    }

    #[test]
    fn only_an_address_of_the_shelf_names_a_file() {
        let shelf = Shelf::new(Path::new("x"), "avatars");
        for other in
            ["", "/uploads/avatars/", "/uploads/avatars/../../etc/passwd", "/uploads/seed/tea.png", "http://x/"]
        {
            assert_eq!(shelf.name_in(other), None, "{other}");
        }
    }
}
