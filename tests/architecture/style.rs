//! How files begin and are called, and what is not written in this house.

use std::collections::HashMap;

use syn::visit::Visit;
use syn::{ItemImpl, ItemTrait, Visibility};

use super::functions::{Function, Role, line_of};
use super::sources::{Allowed, Offence, Source};
use super::tokens::{Part, Token, texts};
use super::{expect_none, holds, sees};

/// Names that say nothing about what is behind them.
const EMPTY_NAMES: [&str; 6] = ["utils", "util", "helpers", "helper", "common", "manager"];

/// Crates where a number that is not exact could become money, stock or tax.
const EXACT: [&str; 4] = ["crates/kernel/", "crates/commerce/", "crates/inventory/", "services/"];

/// Traits with one implementation that stay.
const LONELY_TRAITS: &[Allowed] = &[Allowed {
    path: "crates/gateways/src/gateway.rs",
    text: "pub trait Gateway: Send + Sync {",
    reason: "what the shop asks of any gateway, apart from how Razorpay is asked: Stripe is the second",
}];

/// Flags that stay.
const FLAGS: &[Allowed] = &[];

/// Floats that stay: they are on their way from or to the wire.
const FLOATS: &[Allowed] = &[
    Allowed {
        path: "crates/kernel/src/paise.rs",
        text: "fn visit_f64<E: serde::de::Error>(self, rupees: f64)",
        reason: "serde hands over a JSON number as a float; its shortest decimal is what the client wrote",
    },
    Allowed {
        path: "services/product/src/products/view.rs",
        text: "#[serde(with = \"rust_decimal::serde::float_option\")]",
        reason: "the weight of a product is a JSON number of the contract; nothing is computed from it",
    },
    Allowed {
        path: "services/product/src/reviews/reading.rs",
        text: "#[serde(with = \"rust_decimal::serde::float_option\")]",
        reason: "the mean of stars is a JSON number; nothing is computed from it",
    },
];

fn no_purpose(source: &Source) -> Vec<Offence> {
    if source.text.starts_with("//! ") {
        return Vec::new();
    }
    vec![source.offence(1, "open the file with one `//!` sentence that says what it is for")]
}

#[test]
fn every_file_says_what_it_is_for() {
    sees(no_purpose, "crates/x/src/lib.rs", "use std::fmt;\n//! late", &[1]);
    sees(no_purpose, "crates/x/src/lib.rs", "//! Adds.\nuse std::fmt;", &[]);
    holds(no_purpose);
}

fn empty_names(source: &Source) -> Vec<Offence> {
    let name = EMPTY_NAMES.iter().find(|name| source.is_in(name));
    let file = name.map(|name| source.offence(1, format!("`{name}` says nothing: name the file after what it does")));
    let old = source.is_in("mod").then(|| source.offence(1, "`x.rs` beside `x/`, never `x/mod.rs`"));
    let tokens = source.tokens(Part::All);
    let modules = tokens.windows(2).filter_map(|two| match texts(two)[..] {
        ["mod", name] if EMPTY_NAMES.contains(&name) => two.first(),
        _ => None,
    });
    let modules = modules.map(|token| source.offence(token.line, "name the module after what it does"));
    file.into_iter().chain(old).chain(modules).collect()
}

#[test]
fn names_of_files_and_modules_say_something() {
    sees(empty_names, "crates/x/src/utils.rs", "", &[1]);
    sees(empty_names, "crates/x/src/common/money.rs", "", &[1]);
    sees(empty_names, "crates/x/src/money/mod.rs", "", &[1]);
    sees(empty_names, "crates/x/src/lib.rs", "\npub(crate) mod helpers { }", &[2]);
    holds(empty_names);
}

/// The public traits of a source, and the traits that it implements.
#[derive(Default)]
struct Traits {
    defined: Vec<(String, usize)>,
    implemented: Vec<String>,
}

impl<'ast> Visit<'ast> for Traits {
    fn visit_item_trait(&mut self, item: &'ast ItemTrait) {
        if !matches!(item.vis, Visibility::Inherited) {
            self.defined.push((item.ident.to_string(), line_of(item.trait_token.span)));
        }
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        let implemented = item.trait_.as_ref().and_then(|(_, path, _)| path.segments.last());
        self.implemented.extend(implemented.map(|name| name.ident.to_string()));
    }

    /// What a test implements is no reason for a trait.
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !item.attrs.iter().any(super::functions::is_cfg_test) {
            syn::visit::visit_item_mod(self, item);
        }
    }
}

impl Traits {
    fn of(source: &Source) -> Self {
        let mut traits = Self::default();
        if !source.is_test() {
            traits.visit_file(&source.syntax());
        }
        traits
    }
}

fn lonely_traits(sources: &[Source]) -> Vec<Offence> {
    let traits: Vec<(&Source, Traits)> = sources.iter().map(|source| (source, Traits::of(source))).collect();
    let mut count: HashMap<&String, usize> = HashMap::new();
    traits.iter().flat_map(|(_, traits)| &traits.implemented).for_each(|name| *count.entry(name).or_default() += 1);
    let is_lonely = |(name, _): &&(String, usize)| count.get(name) == Some(&1);
    let lonely = traits.iter().flat_map(|(source, traits)| {
        let names = traits.defined.iter().filter(is_lonely);
        let what = "a trait with one implementation: a function or a type says it plainer";
        source.except(LONELY_TRAITS, names.map(|(_, line)| source.offence(*line, what)).collect())
    });
    lonely.collect()
}

#[test]
fn a_trait_has_more_than_one_implementation() {
    let lines = |sources: &[Source]| lonely_traits(sources).iter().map(|offence| offence.line).collect::<Vec<_>>();
    let one =
        Source::new("crates/x/src/a.rs", "\npub trait A {}\nimpl A for B {}\n#[cfg(test)] mod t { impl A for T {} }");
    assert_eq!(lines(&[one]), [2]);
    let two =
        ["pub trait A {}\nimpl A for B {}", "impl x::A for C {}"].map(|text| Source::new("crates/x/src/a.rs", text));
    assert_eq!(lines(&two), [0; 0]);
    Allowed::all_needed(LONELY_TRAITS);
    expect_none(&lonely_traits(&Source::all()));
}

fn flags(source: &Source) -> Vec<Offence> {
    let functions =
        Function::all(source).into_iter().filter(|function| function.is_public && function.role != Role::Test);
    let lines = functions.flat_map(|function| function.flags);
    let what = "`true` at a call says nothing: take an enum with two names, or make two functions";
    source.except(FLAGS, lines.map(|line| source.offence(line, what)).collect())
}

#[test]
fn no_public_function_takes_a_flag() {
    sees(flags, "crates/x/src/lib.rs", "pub(crate) fn f(\n a: u8,\n b: bool) {}", &[3]);
    sees(flags, "crates/x/src/lib.rs", "impl X { pub async fn f(&self, b: bool) {} }", &[1]);
    sees(flags, "crates/x/src/lib.rs", "fn f(b: bool) {}\npub fn g(b: &[bool]) -> bool {}", &[]);
    Allowed::all_needed(FLAGS);
    holds(flags);
}

fn floats(source: &Source) -> Vec<Offence> {
    if source.is_test() || !EXACT.iter().any(|folder| source.path.starts_with(folder)) {
        return Vec::new();
    }
    let is_float = |token: &&Token| token.is_word() && (token.text.ends_with("f64") || token.text.ends_with("f32"));
    let tokens = source.tokens(Part::Production);
    let glue = source.text.lines().zip(1..).filter(|(line, _)| line.contains("serde::float")).map(|(_, line)| line);
    let mut lines: Vec<usize> = tokens.iter().filter(is_float).map(|token| token.line).chain(glue).collect();
    lines.dedup();
    let what = "no float near money, stock and tax: Paise, GstRate or Decimal";
    source.except(FLOATS, lines.into_iter().map(|line| source.offence(line, what)).collect())
}

#[test]
fn money_stock_and_tax_are_never_floats() {
    sees(floats, "services/order/src/orders.rs", "struct A {\n total: Option<f64>,\n}", &[2]);
    sees(floats, "crates/commerce/src/gst.rs", "fn f() { rate.to_f64() }", &[1]);
    sees(floats, "services/order/src/orders.rs", "#[serde(with = \"rust_decimal::serde::float\")]", &[1]);
    sees(floats, "services/order/src/orders.rs", "#[param(value_type = Option<f64>)] struct A;", &[]);
    sees(floats, "crates/shared/src/web.rs", "struct A { seconds: f64 }", &[]);
    Allowed::all_needed(FLOATS);
    holds(floats);
}

/// What is left for later belongs into an issue. Spelled in pieces, so that this file may be searched too.
fn leftovers(source: &Source) -> Vec<Offence> {
    let words = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];
    let calls = [concat!("to", "do!"), concat!("un", "implemented!"), concat!("#[", "ignore")];
    let has_word = |line: &str| line.split(|c: char| !c.is_alphanumeric()).any(|part| words.contains(&part));
    let lines = source.text.lines().zip(1..);
    let left = lines.filter(|(line, _)| has_word(line) || calls.iter().any(|call| line.contains(call)));
    left.map(|(_, line)| source.offence(line, "finish it, or open an issue and name it there")).collect()
}

#[test]
fn nothing_is_left_for_later() {
    let path = "crates/x/src/lib.rs";
    sees(leftovers, path, concat!("\n// TO", "DO: later"), &[2]);
    sees(leftovers, path, concat!("// FIX", "ME"), &[1]);
    sees(leftovers, path, concat!("fn f() { to", "do!() }"), &[1]);
    sees(leftovers, path, concat!("fn f() { un", "implemented!() }"), &[1]);
    sees(leftovers, path, concat!("#[", "ignore = \"slow\"]"), &[1]);
    holds(leftovers);
}
