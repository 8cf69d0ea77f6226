//! Types of request bodies: what the compiler does not ask of them and clients notice.

use regex::Regex;
use walkdir::WalkDir;

/// The optional fields of eserde's types in `source` that would be called missing beside another fault.
fn undefaulted(source: &str) -> Vec<String> {
    let body = Regex::new(r"(?s)derive\([^)]*eserde::Deserialize[^)]*\).*?\n\s*\}").unwrap();
    let optional = Regex::new(r"(?m)((?:^\s*(?:#\[|///).*\n)*)^\s*(?:pub(?:\([a-z]+\))? )?(\w+): Option<").unwrap();
    let fields = body.find_iter(source).flat_map(|body| optional.captures_iter(body.as_str()));
    let bare = fields.filter(|field| !field[1].contains("default"));
    bare.map(|field| field[2].to_owned()).collect()
}

#[test]
fn optional_fields_of_bodies_have_defaults() {
    let bad =
        "#[derive(Debug, eserde::Deserialize)]\npub struct Order {\n    /// Words.\n    pub note: Option<String>,\n}";
    assert_eq!(undefaulted(bad), ["note"]);
    let good = bad.replace("    pub note", "    #[serde(default)]\n    pub note");
    assert!(undefaulted(&good).is_empty());

    for folder in ["crates", "services"] {
        let sources =
            WalkDir::new(format!("{}/../{folder}", env!("CARGO_MANIFEST_DIR"))).into_iter().map(Result::unwrap);
        for path in
            sources.map(walkdir::DirEntry::into_path).filter(|path| path.extension().is_some_and(|ext| ext == "rs"))
        {
            let bare = undefaulted(&std::fs::read_to_string(&path).unwrap());
            assert!(bare.is_empty(), "{}: say #[serde(default)] on {bare:?}", path.display());
        }
    }
}
