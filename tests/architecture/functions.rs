//! Every function of a source, with what the rules ask about it.

use proc_macro2::Span;
use syn::visit::Visit;
use syn::{Attribute, Block, FnArg, ImplItemFn, ItemFn, ItemMod, Signature, TraitItemFn, Type, Visibility};

use super::sources::Source;

/// A function with a body.
pub(super) struct Function {
    pub(super) name: String,
    pub(super) line: usize,
    /// From `fn` to the closing brace, both included.
    pub(super) lines: usize,
    /// Between the braces.
    pub(super) body_lines: usize,
    pub(super) parameters: usize,
    /// The lines of its parameters of type `bool`.
    pub(super) flags: Vec<usize>,
    pub(super) role: Role,
    /// Whether another file may call it.
    pub(super) is_public: bool,
}

/// What kind of budget a function has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It answers a route: `#[utoipa::path]`.
    Handler,
    /// It is a test or serves one.
    Test,
    Other,
}

impl Function {
    pub(super) fn all(source: &Source) -> Vec<Self> {
        let mut reader = Reader { tests_around: u32::from(source.is_test()), found: Vec::new() };
        reader.visit_file(&source.syntax());
        reader.found
    }
}

struct Reader {
    tests_around: u32,
    found: Vec<Function>,
}

impl Reader {
    fn add(&mut self, signature: &Signature, body: &Block, role: Role, visibility: Option<&Visibility>) {
        let (line, end) = (line_of(signature.fn_token.span), line_of(body.brace_token.span.close()));
        let body_line = line_of(body.brace_token.span.open());
        self.found.push(Function {
            name: signature.ident.to_string(),
            line,
            lines: end - line + 1,
            body_lines: (end - body_line).saturating_sub(1),
            parameters: signature.inputs.len(),
            flags: signature.inputs.iter().filter_map(flag).collect(),
            role,
            is_public: visibility.is_some_and(|visibility| !matches!(visibility, Visibility::Inherited)),
        });
    }

    fn role(&self, attributes: &[Attribute]) -> Role {
        match () {
            () if self.tests_around > 0 || attributes.iter().any(is_test) => Role::Test,
            () if attributes.iter().any(is_route) => Role::Handler,
            () => Role::Other,
        }
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        let is_for_tests = u32::from(module.attrs.iter().any(is_cfg_test));
        self.tests_around += is_for_tests;
        syn::visit::visit_item_mod(self, module);
        self.tests_around -= is_for_tests;
    }

    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        self.add(&function.sig, &function.block, self.role(&function.attrs), Some(&function.vis));
        syn::visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        self.add(&function.sig, &function.block, self.role(&function.attrs), Some(&function.vis));
        syn::visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast TraitItemFn) {
        if let Some(body) = &function.default {
            self.add(&function.sig, body, self.role(&function.attrs), None);
        }
        syn::visit::visit_trait_item_fn(self, function);
    }
}

pub(super) fn line_of(span: Span) -> usize {
    span.start().line
}

pub(super) fn is_cfg_test(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
}

fn is_test(attribute: &Attribute) -> bool {
    is_cfg_test(attribute) || attribute.path().segments.last().is_some_and(|last| last.ident == "test")
}

fn is_route(attribute: &Attribute) -> bool {
    let names: Vec<String> = attribute.path().segments.iter().map(|part| part.ident.to_string()).collect();
    names == ["utoipa", "path"]
}

fn flag(parameter: &FnArg) -> Option<usize> {
    let FnArg::Typed(parameter) = parameter else { return None };
    let Type::Path(named) = &*parameter.ty else { return None };
    named.path.get_ident().filter(|name| *name == "bool").map(|name| line_of(name.span()))
}
