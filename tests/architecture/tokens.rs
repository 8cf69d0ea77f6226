//! Rust as a flat row of tokens with their lines: the insides of macros count, attributes and comments do not.

use proc_macro2::{Delimiter, Group, LexError, TokenStream, TokenTree};

/// A word, a sign, a bracket or a literal.
pub(crate) struct Token {
    pub(crate) text: String,
    /// What it says, if it is a string.
    pub(crate) string: Option<String>,
    pub(crate) line: usize,
}

/// How much of a source is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Every token.
    All,
    /// What ships: items under `#[cfg(test)]` are left out.
    Production,
}

/// A path as it is named: `a::b`, and each of `use a::{b, c::d}`.
pub(crate) struct Named {
    pub(crate) path: String,
    pub(crate) line: usize,
}

type Trees = std::iter::Peekable<proc_macro2::token_stream::IntoIter>;

pub(crate) fn tokens(source: &str, part: Part) -> Result<Vec<Token>, LexError> {
    let mut row = Vec::new();
    flatten(source.parse()?, part, &mut row);
    Ok(row)
}

fn flatten(stream: TokenStream, part: Part, row: &mut Vec<Token>) {
    let mut trees = stream.into_iter().peekable();
    while let Some(tree) = trees.next() {
        match tree {
            TokenTree::Punct(sign) if sign.as_char() == '#' => skip_attribute(&mut trees, part),
            TokenTree::Group(group) => flatten_group(&group, part, row),
            TokenTree::Punct(sign) => push_sign(sign.as_char(), sign.span().start().line, row),
            TokenTree::Ident(word) => row.push(Token::plain(word.to_string(), word.span().start().line)),
            TokenTree::Literal(literal) => row.push(Token::literal(&literal)),
        }
    }
}

fn flatten_group(group: &Group, part: Part, row: &mut Vec<Token>) {
    let (open, close) = match group.delimiter() {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Brace => ("{", "}"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::None => ("", ""),
    };
    row.push(Token::plain(open.to_owned(), group.span_open().start().line));
    flatten(group.stream(), part, row);
    row.push(Token::plain(close.to_owned(), group.span_close().start().line));
}

/// `::`, `->` and `=>` are one token each.
fn push_sign(sign: char, line: usize, row: &mut Vec<Token>) {
    match row.last_mut() {
        Some(last) if matches!((last.text.as_str(), sign), (":", ':') | ("-" | "=", '>')) => last.text.push(sign),
        _ => row.push(Token::plain(sign.to_string(), line)),
    }
}

/// Takes `[…]` or `![…]` after a `#`, and after `#[cfg(test)]` the item too.
fn skip_attribute(trees: &mut Trees, part: Part) {
    trees.next_if(|tree| matches!(tree, TokenTree::Punct(sign) if sign.as_char() == '!'));
    let is_attribute =
        |tree: &TokenTree| matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket);
    let attribute = trees.next_if(is_attribute).map(|tree| tree.to_string().replace(' ', ""));
    if part == Part::Production && attribute.as_deref() == Some("[cfg(test)]") {
        trees.find(ends_item);
    }
}

fn ends_item(tree: &TokenTree) -> bool {
    match tree {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(sign) => sign.as_char() == ';',
        _ => false,
    }
}

impl Token {
    fn plain(text: String, line: usize) -> Self {
        Self { text, string: None, line }
    }

    fn literal(literal: &proc_macro2::Literal) -> Self {
        let string = match syn::Lit::new(literal.clone()) {
            syn::Lit::Str(string) => Some(string.value()),
            _ => None,
        };
        Self { text: literal.to_string(), string, line: literal.span().start().line }
    }

    pub(crate) fn is_word(&self) -> bool {
        self.text.starts_with(|c: char| c.is_alphabetic() || c == '_')
    }
}

/// The texts of two to four tokens in a row, to be compared with what a rule looks for.
pub(crate) fn texts(tokens: &[Token]) -> Vec<&str> {
    tokens.iter().map(|token| token.text.as_str()).collect()
}

/// Every path in a row of tokens, single words included.
pub(crate) fn paths(tokens: &[Token]) -> Vec<Named> {
    let mut walk = Walk::default();
    for token in tokens {
        walk.step(token);
    }
    walk.finish();
    walk.found
}

/// How far the reading of paths has come: what each open brace prefixes, and the path that is being read.
#[derive(Default)]
struct Walk {
    prefixes: Vec<String>,
    current: String,
    line: usize,
    found: Vec<Named>,
}

impl Walk {
    fn step(&mut self, token: &Token) {
        match token.text.as_str() {
            "::" => self.current.push_str("::"),
            "{" => self.open(),
            "}" => {
                self.finish();
                self.prefixes.pop();
            }
            word if token.is_word() => self.read(word, token.line),
            _ => self.finish(),
        }
    }

    fn read(&mut self, word: &str, line: usize) {
        if !self.current.ends_with("::") {
            self.finish();
            self.current = self.prefixes.last().cloned().unwrap_or_default();
        }
        self.current.push_str(word);
        self.line = line;
    }

    /// A brace after `::` opens a group of a `use`; any other brace has nothing to do with the path before it.
    fn open(&mut self) {
        let prefix = if self.current.ends_with("::") { std::mem::take(&mut self.current) } else { String::new() };
        self.finish();
        self.prefixes.push(prefix);
    }

    fn finish(&mut self) {
        let path = std::mem::take(&mut self.current);
        let path = path.trim_matches(':').to_owned();
        if !path.is_empty() {
            self.found.push(Named { path, line: self.line });
        }
    }
}

#[test]
fn a_use_is_spread_into_its_paths() {
    let row = tokens("use a::{b, c::{d, self}}; fn f() { g::<h::I>(\"x\"); ::j::k() }", Part::All).unwrap();
    let named: Vec<String> = paths(&row).into_iter().map(|named| named.path).collect();
    assert_eq!(named, ["use", "a::b", "a::c::d", "a::c::self", "fn", "f", "g", "h::I", "j::k"]);
}

#[test]
fn attributes_and_tests_are_left_out_of_production() {
    let source =
        "#![doc = \"x\"]\n#[cfg(test)]\n#[path = \"y\"] mod tests { fn a() {} }\n#[cfg(test)] mod b;\nc!(\"z\");";
    let row = tokens(source, Part::Production).unwrap();
    assert_eq!(texts(&row), ["c", "!", "(", "\"z\"", ")", ";"]);
    assert_eq!(row.iter().filter_map(|token| token.string.as_deref()).collect::<Vec<_>>(), ["z"]);
    assert_eq!(row[0].line, 5);
}
