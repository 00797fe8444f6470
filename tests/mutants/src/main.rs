//! Puts all mutants of a set of source files into the files at once, each switched on by its number
//! when the tests run. `tests/mutants.sh` builds the result once, which takes as long as building
//! one mutant.
//!
//! Usage: `mutants ROOT MUTANTS.json [DROPPED.json]`
//!
//! `MUTANTS.json` is a list of `cargo mutants --list --json`; the number of a mutant is its place
//! in it. `DROPPED.json` is a list of numbers to leave out. The files below `ROOT` are rewritten in
//! place. Standard output has one JSON object: for each number that was placed, the file and the
//! ranges of bytes that hold the mutant's own code and all code that it surrounds.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::ops::Range;
use std::path::Path;

use proc_macro2::{LineColumn, Span};
use serde_json::{Value, json};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

/// A mutant of the list, with offsets in bytes.
struct Mutant {
    number: usize,
    genre: String,
    replacement: String,
    span: Range<usize>,
}

/// Text to insert. Insertions at the same offset are ordered by `rank`.
struct Insertion {
    at: usize,
    rank: (u8, isize),
    text: String,
    /// The mutant whose own code this is.
    number: Option<usize>,
}

struct Placer<'a> {
    source: &'a str,
    lines: &'a [usize],
    /// By the offset at which the span begins.
    mutants: HashMap<usize, Vec<&'a Mutant>>,
    insertions: Vec<Insertion>,
    /// The surrounded ranges of the source, by number.
    placed: BTreeMap<usize, Range<usize>>,
    /// Whether the code runs when the library is compiled.
    constant: bool,
    /// Whether the innermost `match` has an arm for everything.
    deletes_arms: bool,
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, root, list, rest @ ..] = arguments.as_slice() else {
        panic!("usage: mutants ROOT MUTANTS [DROPPED]")
    };
    let read = |path: &str| -> Vec<Value> {
        serde_json::from_str(&fs::read_to_string(path).expect("a readable list")).expect("a list in JSON")
    };
    let dropped: HashSet<usize> =
        rest.first().map(|path| read(path).iter().map(index).collect()).unwrap_or_default();
    let mut files: BTreeMap<String, Vec<(usize, Value)>> = BTreeMap::new();
    for (number, mutant) in read(list).into_iter().enumerate() {
        if !dropped.contains(&number) {
            files
                .entry(mutant["file"].as_str().expect("a path").to_owned())
                .or_default()
                .push((number, mutant));
        }
    }
    let mut places = serde_json::Map::new();
    for (file, mutants) in &files {
        place(&Path::new(root).join(file), file, mutants, &mut places);
    }
    println!("{}", Value::Object(places));
}

fn index(value: &Value) -> usize {
    value.as_u64().and_then(|number| number.try_into().ok()).expect("a number")
}

/// Rewrites one file and adds its places.
fn place(path: &Path, file: &str, list: &[(usize, Value)], places: &mut serde_json::Map<String, Value>) {
    let source = fs::read_to_string(path).expect("a readable source");
    let lines: Vec<usize> =
        std::iter::once(0).chain(source.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let mutants: Vec<Mutant> = list
        .iter()
        .map(|(number, mutant)| {
            let end = |which: &str| {
                let at = &mutant["span"][which];
                offset(
                    &source,
                    &lines,
                    LineColumn { line: index(&at["line"]), column: index(&at["column"]) - 1 },
                )
            };
            Mutant {
                number: *number,
                genre: mutant["genre"].as_str().expect("a genre").to_owned(),
                replacement: mutant["replacement"].as_str().expect("a replacement").to_owned(),
                span: end("start")..end("end"),
            }
        })
        .collect();
    let mut by_start: HashMap<usize, Vec<&Mutant>> = HashMap::new();
    for mutant in &mutants {
        by_start.entry(mutant.span.start).or_default().push(mutant);
    }
    let mut placer = Placer {
        source: &source,
        lines: &lines,
        mutants: by_start,
        insertions: Vec::new(),
        placed: BTreeMap::new(),
        constant: false,
        deletes_arms: false,
    };
    placer.visit_file(&syn::parse_file(&source).expect("Rust"));
    let Placer { mut insertions, placed, .. } = placer;

    insertions.sort_by_key(|insertion| (insertion.at, insertion.rank));
    let mut out = String::new();
    let mut from = 0;
    let mut own = HashMap::new();
    for insertion in &insertions {
        out.push_str(&source[from..insertion.at]);
        from = insertion.at;
        let start = out.len();
        out.push_str(&insertion.text);
        if let Some(number) = insertion.number {
            own.insert(number, start..out.len());
        }
    }
    out.push_str(&source[from..]);
    for (number, range) in placed {
        // Where an offset of the source went: before or after what is inserted at it.
        let moved = |at: usize, after: bool| {
            let before = insertions.iter().filter(|other| other.at < at || after && other.at == at);
            at + before.map(|other| other.text.len()).sum::<usize>()
        };
        let own = own.get(&number).expect("code of each mutant that is placed");
        places.insert(
            number.to_string(),
            json!([file, own.start, own.end, moved(range.start, false), moved(range.end, true)]),
        );
    }
    fs::write(path, out).expect("a writable file");
}

/// Returns the offset in bytes of a position, whose columns count characters from 0.
fn offset(source: &str, lines: &[usize], at: LineColumn) -> usize {
    let line = lines[at.line - 1];
    line + source[line..].chars().take(at.column).map(char::len_utf8).sum::<usize>()
}

impl Placer<'_> {
    fn range(&self, span: Span) -> Range<usize> {
        offset(self.source, self.lines, span.start())..offset(self.source, self.lines, span.end())
    }

    fn text(&self, span: Span) -> String {
        self.source[self.range(span)].to_owned()
    }

    /// Returns the mutants of a genre whose span begins at an offset.
    fn at(&self, start: usize, genre: &str) -> Vec<(usize, String)> {
        let all = self.mutants.get(&start).into_iter().flatten();
        all.filter(|mutant| mutant.genre == genre)
            .map(|mutant| (mutant.number, mutant.replacement.clone()))
            .collect()
    }

    fn insert(&mut self, at: usize, rank: (u8, isize), text: String, number: Option<usize>) {
        self.insertions.push(Insertion { at, rank, text, number });
    }

    /// Surrounds an expression so that each mutant, when switched on, is evaluated in its place.
    fn wrap(&mut self, range: Range<usize>, mutants: Vec<(usize, String)>) {
        if mutants.is_empty() || self.constant {
            return;
        }
        // The longest of the wrappings that begin together is outside, and so for the end.
        let (opening, closing) = ((2, -range.end.cast_signed()), (0, -range.start.cast_signed()));
        for (order, (number, code)) in mutants.into_iter().enumerate() {
            let start = if order == 0 { "(if" } else { "else if" };
            let text = format!("{start} crate::mutants::on({number}) {{ {code} }} ");
            self.insert(range.start, opening, text, Some(number));
            self.placed.insert(number, range.clone());
        }
        self.insert(range.start, opening, "else { ".into(), None);
        self.insert(range.end, closing, " })".into(), None);
    }

    /// Lets each mutant of a function's body return from its start. One of a type that is only
    /// described, as in `impl Iterator`, cannot have two bodies.
    fn body(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let Some(first) = block.stmts.first() else { return };
        if self.range(signature.output.span()).any(|at| self.source[at..].starts_with("impl ")) {
            return;
        }
        let range = self.range(first.span()).start..self.range(block.span()).end;
        for (number, code) in self.at(range.start, "FnValue") {
            let text = format!("if crate::mutants::on({number}) {{ return {code}; }} ");
            self.insert(range.start, (1, 0), text, Some(number));
            self.placed.insert(number, range.clone());
        }
    }

    fn in_constant(&mut self, visit: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.constant, true);
        visit(self);
        self.constant = outer;
    }
}

impl<'ast> Visit<'ast> for Placer<'_> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.body(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.body(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.body(&item.sig, block);
        }
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_expr_binary(&mut self, expr: &'ast syn::ExprBinary) {
        let operator = self.range(expr.op.span()).start;
        let (left, right) = (self.text(expr.left.span()), self.text(expr.right.span()));
        let mutants = self.at(operator, "BinaryOperator");
        let mutants = mutants.into_iter().map(|(number, operator)| {
            let code = if operator.ends_with('=') && !matches!(&*operator, "==" | "!=" | "<=" | ">=") {
                format!("{left} {operator} ({right})")
            } else {
                format!("({left}) {operator} ({right})")
            };
            (number, code)
        });
        let mutants = mutants.collect();
        self.wrap(self.range(expr.span()), mutants);
        visit::visit_expr_binary(self, expr);
    }

    fn visit_expr_unary(&mut self, expr: &'ast syn::ExprUnary) {
        let operand = self.text(expr.expr.span());
        let mutants = self.at(self.range(expr.span()).start, "UnaryOperator");
        let mutants = mutants.into_iter().map(|(number, _)| (number, operand.clone())).collect();
        self.wrap(self.range(expr.span()), mutants);
        visit::visit_expr_unary(self, expr);
    }

    fn visit_expr_match(&mut self, expr: &'ast syn::ExprMatch) {
        // The compiler must know that the other arms suffice without one that is switched off.
        let total = expr.arms.iter().any(|arm| matches!(arm.pat, syn::Pat::Wild(_)));
        let outer = std::mem::replace(&mut self.deletes_arms, total);
        visit::visit_expr_match(self, expr);
        self.deletes_arms = outer;
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        let deleted = self.at(self.range(arm.span()).start, "MatchArm");
        let guard = match &arm.pat {
            syn::Pat::Guard(pattern) => Some(self.range(pattern.guard.span())),
            _ => None,
        };
        if let (Some((number, _)), true) = (deleted.first(), self.deletes_arms && !self.constant) {
            self.placed.insert(*number, self.range(arm.span()));
            let check = format!("!crate::mutants::on({number})");
            match &guard {
                Some(guard) => {
                    self.insert(guard.start, (1, 0), format!("{check} && ("), Some(*number));
                    self.insert(guard.end, (1, 0), ")".into(), None);
                }
                None => {
                    let end = self.range(arm.pat.span()).end;
                    self.insert(end, (1, 0), format!(" if {check}"), Some(*number));
                }
            }
        }
        if let Some(guard) = guard {
            let mutants = self.at(guard.start, "MatchArmGuard");
            self.wrap(guard, mutants);
        }
        visit::visit_arm(self, arm);
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        self.in_constant(|this| visit::visit_item_const(this, item));
    }

    fn visit_item_static(&mut self, item: &'ast syn::ItemStatic) {
        self.in_constant(|this| visit::visit_item_static(this, item));
    }

    fn visit_impl_item_const(&mut self, item: &'ast syn::ImplItemConst) {
        self.in_constant(|this| visit::visit_impl_item_const(this, item));
    }

    fn visit_trait_item_const(&mut self, item: &'ast syn::TraitItemConst) {
        self.in_constant(|this| visit::visit_trait_item_const(this, item));
    }

    fn visit_expr_const(&mut self, expr: &'ast syn::ExprConst) {
        self.in_constant(|this| visit::visit_expr_const(this, expr));
    }

    fn visit_variant(&mut self, variant: &'ast syn::Variant) {
        self.in_constant(|this| visit::visit_variant(this, variant));
    }

    fn visit_type_array(&mut self, array: &'ast syn::TypeArray) {
        self.in_constant(|this| visit::visit_type_array(this, array));
    }

    fn visit_expr_repeat(&mut self, expr: &'ast syn::ExprRepeat) {
        self.visit_expr(&expr.expr);
        self.in_constant(|this| this.visit_expr(&expr.len));
    }

    fn visit_generic_argument(&mut self, argument: &'ast syn::GenericArgument) {
        self.in_constant(|this| visit::visit_generic_argument(this, argument));
    }
}
