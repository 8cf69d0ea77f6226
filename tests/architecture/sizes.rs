//! How long things may be: a file, a function, a handler, a list of parameters.

use std::io::{self, Write};

use syn::{Item, ItemMod};

use super::functions::{Function, Role, is_cfg_test, line_of};
use super::sources::{Offence, Source};
use super::{holds, sees};

const FILE: usize = 500;
const FUNCTION: usize = 60;
const HANDLER: usize = 15;
const PARAMETERS: usize = 5;
const EXTRACTORS: usize = 4;

/// The lines of a file without those of its inline `#[cfg(test)]` modules.
fn lines_of(source: &Source) -> usize {
    let tests: usize = source.syntax().items.iter().map(lines_of_tests).sum();
    source.text.lines().count() - tests
}

fn lines_of_tests(item: &Item) -> usize {
    let Item::Mod(ItemMod { attrs, content: Some((braces, _)), .. }) = item else { return 0 };
    let first = attrs.first().map(|attribute| line_of(attribute.pound_token.span));
    let last = line_of(braces.span.close());
    if attrs.iter().any(is_cfg_test) { first.map_or(0, |first| last - first + 1) } else { 0 }
}

fn long_files(source: &Source) -> Vec<Offence> {
    let lines = lines_of(source);
    let what = format!("{lines} lines without tests: split it by what changes together (at most {FILE})");
    if lines > FILE { vec![source.offence(1, what)] } else { Vec::new() }
}

#[test]
fn no_file_is_longer_than_500_lines() {
    let tests = format!("const A: u8 = 1;\n#[cfg(test)]\nmod tests {{{}}}", "\n".repeat(600));
    sees(long_files, "crates/x/src/lib.rs", &"// a\n".repeat(501), &[1]);
    sees(long_files, "crates/x/src/lib.rs", &tests, &[]);
    holds(long_files);
    let mut sizes: Vec<usize> = Source::all().iter().map(lines_of).collect();
    sizes.sort_unstable();
    writeln!(io::stdout(), "{} files, the median has {} lines", sizes.len(), sizes[sizes.len() / 2]).unwrap();
}

/// Each function over a budget, with a sentence about it.
fn functions_over(source: &Source, complaint: impl Fn(&Function) -> Option<String>) -> Vec<Offence> {
    let over = |function: Function| {
        let what = complaint(&function)?;
        Some(source.offence(function.line, format!("`{}` has {what}", function.name)))
    };
    Function::all(source).into_iter().filter_map(over).collect()
}

fn long_functions(source: &Source) -> Vec<Offence> {
    let over = |function: &Function| function.lines > FUNCTION;
    functions_over(source, |function| over(function).then(|| format!("{} lines: name its parts", function.lines)))
}

#[test]
fn no_function_is_longer_than_60_lines() {
    let lines = |count| format!("impl X {{\n fn f() {{{}}} }}", "\n".repeat(count));
    sees(long_functions, "crates/x/src/lib.rs", &lines(60), &[2]);
    sees(long_functions, "crates/x/src/lib.rs", &lines(59), &[]);
    holds(long_functions);
}

fn many_parameters(source: &Source) -> Vec<Offence> {
    let over = |function: &Function| function.role != Role::Test && function.parameters > PARAMETERS;
    functions_over(source, |function| {
        over(function).then(|| format!("{} parameters: which of them belong together?", function.parameters))
    })
}

#[test]
fn no_function_takes_more_than_5_parameters() {
    sees(many_parameters, "crates/x/src/lib.rs", "fn f(a: A, b: A, c: A, d: A, e: A, f: A) {}", &[1]);
    sees(many_parameters, "crates/x/src/lib.rs", "fn f(&self, b: A, c: A, d: A, e: A) {}", &[]);
    sees(many_parameters, "tests/x.rs", "fn f(a: A, b: A, c: A, d: A, e: A, f: A) {}", &[]);
    holds(many_parameters);
}

fn thick_handlers(source: &Source) -> Vec<Offence> {
    functions_over(source, |function| match function {
        Function { role: Role::Test | Role::Other, .. } => None,
        Function { body_lines, .. } if *body_lines > HANDLER => {
            Some(format!("{body_lines} lines: a handler calls one use case"))
        }
        Function { parameters, .. } if *parameters > EXTRACTORS => {
            Some(format!("{parameters} extractors: at most {EXTRACTORS}"))
        }
        Function { .. } => None,
    })
}

#[test]
fn handlers_extract_call_one_use_case_and_answer() {
    let handler = |parameters: &str, lines| {
        format!("#[utoipa::path(get, path = \"\")]\nasync fn f({parameters}) {{\n{}}}", "a();\n".repeat(lines))
    };
    let path = "services/order/src/routes/orders.rs";
    sees(thick_handlers, path, &handler("", 16), &[2]);
    sees(thick_handlers, path, &handler("a: A, b: A, c: A, d: A, e: A", 1), &[2]);
    sees(thick_handlers, path, &handler("a: A, b: A, c: A, d: A", 15), &[]);
    sees(thick_handlers, path, "async fn f(a: A, b: A, c: A, d: A, e: A) {}", &[]);
    holds(thick_handlers);
}
