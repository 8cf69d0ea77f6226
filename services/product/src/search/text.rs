//! What somebody typed, as a query: every word counts, as it stands, by its stem, by what it begins or by what was meant.

use tantivy::query::{BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, FuzzyTermQuery, Occur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Score, Searcher, Term};

use super::schema::Fields;
use super::synonyms::{Member, Synonyms};
use super::words;

/// In the name a word tells most, then in brand, category and attributes, then in a description.
const NAME: u8 = 8;
const LABEL: u8 = 4;
const BODY: u8 = 1;
/// A beginning, and a word that nobody wrote like that, tell less than a whole word.
const BEGINNING: u8 = 2;
const NEARLY: u8 = 1;
/// What begins with one letter is everything.
const SHORTEST_BEGINNING: usize = 2;
/// Who types a synonym has typed so much of it.
const SHORTEST_SYNONYM: usize = 3;

/// Makes queries of words, on an index of this moment.
pub(super) struct Reading<'a> {
    pub(super) fields: &'a Fields,
    pub(super) searcher: &'a Searcher,
    pub(super) synonyms: &'a Synonyms,
}

type Clause = Box<dyn Query>;

impl Reading<'_> {
    /// Products with all of `words`. Of the last one the beginning is enough: it may still be being typed.
    pub(super) fn query(&self, typed: &[String]) -> tantivy::Result<Clause> {
        let words: Vec<String> = typed.iter().flat_map(|word| words::split(word)).collect();
        let stems: Vec<String> = words.iter().map(|word| words::stem(word)).collect();
        let (mut clauses, mut at) = (Vec::new(), 0);
        while let (Some(words), Some(stems)) = (words.get(at..), stems.get(at..)) {
            if words.is_empty() {
                break;
            }
            let span = self.synonyms.span(stems);
            let own = words.iter().take(span.length).enumerate();
            let own = own.map(|(n, word)| self.word(word, n + 1 == words.len())).collect::<tantivy::Result<_>>()?;
            let others = span.others.iter().map(|member| self.member(member));
            clauses.push(any(std::iter::once(all(own)).chain(others).collect()));
            at += span.length.max(1);
        }
        Ok(if clauses.is_empty() { Box::new(EmptyQuery) } else { all(clauses) })
    }

    fn word(&self, word: &str, is_last: bool) -> tantivy::Result<Clause> {
        let stem = words::stem(word);
        let mut ways = vec![self.stem(&stem)];
        let length = word.chars().count();
        let begins = is_last && length >= SHORTEST_BEGINNING;
        if begins {
            ways.push(self.spelt(word, 0, Ends::Open, BEGINNING));
        }
        if is_last && length >= SHORTEST_SYNONYM {
            ways.extend(self.synonyms.like(|first| first.starts_with(word)).iter().map(|member| self.member(member)));
        }
        let forgiven = words::forgiven(word);
        if forgiven > 0 && !self.is_known(&stem, word, begins)? {
            let ends = if begins { Ends::Open } else { Ends::Closed };
            ways.push(self.spelt(word, forgiven, ends, NEARLY));
            let meant = |first: &str| words::edits(first, word, usize::from(forgiven)).is_some();
            ways.extend(self.synonyms.like(meant).iter().map(|member| self.member(member)));
        }
        Ok(any(ways))
    }

    /// Whether some product has it: typing errors are forgiven only in words that the shop does not know.
    fn is_known(&self, stem: &str, word: &str, begins: bool) -> tantivy::Result<bool> {
        for field in [self.fields.name, self.fields.label, self.fields.body] {
            if self.searcher.doc_freq(&Term::from_field_text(field, stem))? > 0 {
                return Ok(true);
            }
        }
        if !begins {
            return Ok(false);
        }
        for segment in self.searcher.segment_readers() {
            let index = segment.inverted_index(self.fields.exact)?;
            if index.terms().range().ge(word).lt(format!("{word}\u{10ffff}")).into_stream()?.advance() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn stem(&self, stem: &str) -> Clause {
        let weighted = [(self.fields.name, NAME), (self.fields.label, LABEL), (self.fields.body, BODY)];
        any(weighted.into_iter().map(|(field, weight)| term(field, stem, weight)).collect())
    }

    fn member(&self, member: &Member) -> Clause {
        all(member.iter().map(|stem| self.stem(stem)).collect())
    }

    fn spelt(&self, word: &str, edits: u8, ends: Ends, weight: u8) -> Clause {
        let term = Term::from_field_text(self.fields.exact, word);
        let query = match ends {
            Ends::Open => FuzzyTermQuery::new_prefix(term, edits, true),
            Ends::Closed => FuzzyTermQuery::new(term, edits, true),
        };
        Box::new(ConstScoreQuery::new(Box::new(query), Score::from(weight)))
    }
}

/// Whether more letters may follow.
#[derive(Clone, Copy)]
enum Ends {
    Open,
    Closed,
}

fn term(field: Field, stem: &str, weight: u8) -> Clause {
    let query = TermQuery::new(Term::from_field_text(field, stem), IndexRecordOption::WithFreqs);
    Box::new(BoostQuery::new(Box::new(query), Score::from(weight)))
}

fn any(mut ways: Vec<Clause>) -> Clause {
    match ways.pop() {
        Some(only) if ways.is_empty() => only,
        Some(last) => {
            ways.push(last);
            Box::new(BooleanQuery::new(ways.into_iter().map(|way| (Occur::Should, way)).collect()))
        }
        None => Box::new(EmptyQuery),
    }
}

fn all(mut parts: Vec<Clause>) -> Clause {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            Box::new(BooleanQuery::new(parts.into_iter().map(|part| (Occur::Must, part)).collect()))
        }
        None => Box::new(EmptyQuery),
    }
}
