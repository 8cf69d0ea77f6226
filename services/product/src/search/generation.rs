//! One index from its first document to its last search.

use std::sync::{Arc, Mutex, PoisonError};

use commerce::ids::ProductId;
use tantivy::query::Query;
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, Searcher, TantivyDocument, Term};

use super::facets::{self, Count, Counts, Kind};
use super::filter::{self, Dimension, Filter};
use super::folder::Folder;
use super::glance::{self, Reach};
use super::order::Orders;
use super::schema::{self, Fields};
use super::shelves::Shelves;
use super::sort::{Best, Hit, Hits};
use super::synonyms::Synonyms;
use super::text::Reading;
use super::words;
use crate::products::{Facets, ListProducts, Search, Wanted};

/// What the one thread that writes may hold before it puts it down.
const HEAP: usize = 40 * 1024 * 1024;

/// An index that answers while it is written to.
pub(super) struct Generation {
    reader: IndexReader,
    fields: Fields,
    orders: Orders,
    whole: Mutex<Option<Whole>>,
    /// After what lies in it.
    _folder: Option<Arc<Folder>>,
}

/// The counts of everything, as the index was at one moment and without these categories.
type Whole = ((u64, Arc<[u64]>), Arc<Counts>);

/// The pen of one index.
pub(super) struct Pen {
    pub(super) generation: Arc<Generation>,
    writer: Mutex<IndexWriter>,
    _folder: Option<Arc<Folder>>,
}

impl Pen {
    /// A new index without documents: in mapped files that vanish with it, or in memory where no file can be made.
    pub(super) fn new() -> tantivy::Result<Self> {
        let (schema, fields) = schema::build();
        let builder = || Index::builder().schema(schema.clone()).tokenizers(words::analyzers());
        let on_disk = || -> tantivy::Result<_> {
            let folder = Folder::new(&std::env::temp_dir())?;
            Ok((builder().create_in_dir(folder.path())?, Some(Arc::new(folder))))
        };
        let (index, folder) = on_disk().or_else(|error| {
            tracing::warn!(exception = %error, "the search index stays in memory, because no file can be made");
            builder().create_in_ram().map(|index| (index, None))
        })?;
        let writer = index.writer_with_num_threads(1, HEAP)?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let generation =
            Generation { reader, fields, orders: Orders::default(), whole: Mutex::default(), _folder: folder.clone() };
        Ok(Self { generation: Arc::new(generation), writer: Mutex::new(writer), _folder: folder })
    }

    pub(super) fn fields(&self) -> &Fields {
        &self.generation.fields
    }

    /// Adds what the index does not hold yet; nobody finds it before the next [`Pen::put_down`].
    pub(super) fn add(&self, documents: Vec<TantivyDocument>) -> tantivy::Result<()> {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        documents.into_iter().try_for_each(|document| writer.add_document(document).map(drop))
    }

    /// Puts these documents in the place of whatever the index holds of these products.
    pub(super) fn replace(&self, ids: &[ProductId], documents: Vec<TantivyDocument>) -> tantivy::Result<()> {
        {
            let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
            for id in ids {
                writer.delete_term(Term::from_field_u64(self.generation.fields.id, id.get()));
            }
        }
        self.add(documents)?;
        self.put_down()
    }

    /// Lets searches find what was written.
    pub(super) fn put_down(&self) -> tantivy::Result<()> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner).commit()?;
        self.generation.reader.reload()
    }
}

impl Generation {
    /// The products that `wanted` describes, as `best` wants them.
    pub(super) fn find(
        &self,
        wanted: &Wanted,
        shelves: &Shelves,
        best: Best,
    ) -> tantivy::Result<(Hits, Option<Facets>)> {
        let searcher = self.reader.searcher();
        let text = self.text(wanted.list.search.as_ref(), &searcher)?;
        let filters = filter::all(wanted, shelves, &self.fields);
        let text = text.as_deref();
        let wants_facets = wanted.list.facets == Some(true);
        if text.is_none() && filters.iter().all(|(dimension, _)| *dimension == Dimension::Shown) {
            let hidden = shelves.hidden();
            let counts = wants_facets.then(|| self.count_all(&searcher, &filters, &hidden)).transpose()?;
            let hits = self.orders.page(&searcher, &best, &hidden)?;
            return Ok((hits, counts.map(|counts| facets::named(&counts, shelves))));
        }
        // Both in one walk: what a search finds is the dearest part.
        let counting = wants_facets.then_some(Count::EVERYTHING);
        let (hits, counts) = searcher.search(&*filter::narrowed(text, &filters, None), &(best, counting))?;
        let counts = counts.map(|counts| count(&searcher, text, &filters, counts)).transpose()?;
        Ok((hits, counts.map(|counts| facets::named(&counts, shelves))))
    }

    /// Those that fit `search` best, of what `reach` lets be looked at.
    pub(super) fn glance(&self, search: &Search, shelves: &Shelves, reach: Reach) -> tantivy::Result<Vec<Hit>> {
        let searcher = self.reader.searcher();
        let Some(text) = self.text(Some(search), &searcher)? else { return Ok(Vec::new()) };
        let wanted = |list| Wanted { list, ..Wanted::default() };
        let narrowed = |list: ListProducts| {
            filter::narrowed(Some(&*text), &filter::all(&wanted(list), shelves, &self.fields), None)
        };
        let fitting = narrowed(ListProducts::default());
        let liked = || narrowed(ListProducts { bestseller: Some(true), ..ListProducts::default() });
        glance::look(&searcher, &*fitting, liked, reach)
    }

    /// The counts of everything that is seen: the same until something changes.
    fn count_all(&self, searcher: &Searcher, shown: &[Filter], hidden: &Arc<[u64]>) -> tantivy::Result<Arc<Counts>> {
        let now = (searcher.generation().generation_id(), Arc::clone(hidden));
        let known = self.whole.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, counts)) = known.filter(|(of, _)| *of == now) {
            return Ok(counts);
        }
        let counts = Arc::new(searcher.search(&*filter::narrowed(None, shown, None), &Count::EVERYTHING)?);
        *self.whole.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, Arc::clone(&counts)));
        Ok(counts)
    }

    fn text(&self, search: Option<&Search>, searcher: &Searcher) -> tantivy::Result<Option<Box<dyn Query>>> {
        let Some(search) = search.filter(|search| !search.words().is_empty()) else { return Ok(None) };
        let reading = Reading { fields: &self.fields, searcher, synonyms: Synonyms::of_the_shop() };
        reading.query(search.words()).map(Some)
    }
}

/// Each kind without its own filters: whoever chose a brand sees how many the others have.
fn count(
    searcher: &Searcher,
    text: Option<&dyn Query>,
    filters: &[Filter],
    mut counts: Counts,
) -> tantivy::Result<Counts> {
    for (dimension, _) in filters {
        let only = match dimension {
            Dimension::Shown | Dimension::Flags => continue,
            Dimension::Category => Kind::Category,
            Dimension::Brand => Kind::Brand,
            Dimension::Price => Kind::Price,
            Dimension::Attribute(_) => Kind::Attribute,
        };
        let other = searcher.search(&*filter::narrowed(text, filters, Some(dimension)), &Count(Some(only)))?;
        match dimension {
            Dimension::Category => counts.categories = other.categories,
            Dimension::Brand => counts.brands = other.brands,
            Dimension::Price => counts.prices = other.prices,
            Dimension::Attribute(slug) => replace(&mut counts, other, slug),
            Dimension::Shown | Dimension::Flags => {}
        }
    }
    Ok(counts)
}

fn replace(counts: &mut Counts, other: Counts, slug: &str) {
    let is_of_it = |text: &str| text.split_once('=').is_some_and(|(of, _)| of == slug);
    counts.attributes.retain(|text, _| !is_of_it(text));
    counts.attributes.extend(other.attributes.into_iter().filter(|(text, _)| is_of_it(text)));
}
