//! What can be asked for: real words, shelves and products of the shop that is measured.

use anyhow::ensure;
use sqlx::MySqlConnection;

use crate::store;

/// From how many products words are taken.
const NAMES: u64 = 2_000;
/// In how many ways the words of one name are asked for.
const WAYS: u64 = 6;
/// The shortest word that is left unfinished, or in which two letters are swapped.
const LONG: usize = 5;

/// A shop as its shoppers know it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shelf {
    /// The keys of all products that are sold, as far as they are regular: every so many of them.
    pub(super) products: Vec<u64>,
    /// How many there are.
    pub(super) size: u64,
    /// Words of the names of some.
    pub(super) names: Vec<Vec<String>>,
    pub(super) categories: Vec<u64>,
    pub(super) brands: Vec<u64>,
}

impl Shelf {
    /// Looks around.
    pub(crate) async fn look(conn: &mut MySqlConnection) -> anyhow::Result<Self> {
        let products = store::catalogue::list_products(&mut *conn).await?;
        let size = u64::try_from(products.len())?;
        let apart = usize::try_from((size / NAMES).max(1))?;
        let some: Vec<u64> = products.iter().step_by(apart).copied().collect();
        let names = store::catalogue::list_names(&mut *conn, &some).await?;
        let shelf = Self {
            products,
            size,
            names: names.iter().map(|name| words(name)).filter(|words| !words.is_empty()).collect(),
            categories: store::catalogue::list_categories(&mut *conn).await?,
            brands: store::catalogue::list_brands(conn).await?,
        };
        ensure!(
            !shelf.names.is_empty() && !shelf.categories.is_empty() && !shelf.brands.is_empty(),
            "the shop is empty"
        );
        Ok(shelf)
    }

    /// How many products there are.
    pub(crate) const fn size(&self) -> u64 {
        self.size
    }

    pub(super) fn product(&self, number: u64) -> u64 {
        at(&self.products, number).copied().unwrap_or(1)
    }

    /// A category, or a brand, or both, and a price range that is never quite the same.
    pub(super) fn filter(&self, number: u64) -> String {
        let category = at(&self.categories, number).copied().unwrap_or(1);
        let brand = at(&self.brands, number / 3).copied().unwrap_or(1);
        let price = 10 + number % 997;
        match number % 3 {
            0 => format!("category_id={category}&min_price={price}"),
            1 => format!("brand_id={brand}&min_price={price}"),
            _ => format!("category_id={category}&brand_id={brand}&max_price={}", 3_000 + price),
        }
    }

    /// Words of a name: one or two, finished or not, sometimes mistyped.
    pub(super) fn words(&self, number: u64) -> String {
        let name = at(&self.names, (number / WAYS).wrapping_mul(7919)).map(Vec::as_slice).unwrap_or_default();
        let (first, second) = (name.first().map_or("", String::as_str), name.get(1).map_or("", String::as_str));
        let last = name.last().map_or("", String::as_str);
        match number % WAYS {
            0 => format!("{first}+{second}"),
            1 => second.to_owned(),
            2 => format!("{first}+{}", begun(second)),
            3 => format!("{}+{second}", mistyped(first)),
            4 => begun(first),
            _ => format!("{second}+{last}"),
        }
    }

    /// A shop for tests.
    #[cfg(test)]
    pub(super) fn example() -> Self {
        let name = |number: u64| words(&format!("Golden{number} Ricebag, {number} kg"));
        Self {
            products: (1..=5_000).collect(),
            size: 5_000,
            names: (0..500).map(name).collect(),
            categories: (1..=30).collect(),
            brands: (1..=17).collect(),
        }
    }
}

fn at<T>(list: &[T], number: u64) -> Option<&T> {
    let length = u64::try_from(list.len()).unwrap_or(u64::MAX).max(1);
    list.get(usize::try_from(number % length).unwrap_or_default())
}

/// Lower case, and only what needs no escape in a query.
fn words(name: &str) -> Vec<String> {
    let parts = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    parts.map(str::to_ascii_lowercase).collect()
}

/// What somebody has who is still typing.
fn begun(word: &str) -> String {
    if word.len() < LONG { word.to_owned() } else { word.chars().take(word.len() - 2).collect() }
}

/// With its third and fourth letter swapped.
fn mistyped(word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    if letters.len() >= LONG {
        letters.swap(2, 3);
    }
    letters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_words_that_people_type() {
        assert_eq!(words("Haldiram's Aloo Bhujia, 1 kg"), ["haldiram", "s", "aloo", "bhujia", "1", "kg"]);
        assert_eq!([begun("basmati"), begun("rice")], ["basma", "rice"]);
        assert_eq!([mistyped("basmati"), mistyped("dal")], ["bamsati", "dal"]);
    }

    #[test]
    fn each_name_is_asked_for_in_every_way() {
        let shelf = Shelf { names: vec![words("Golden Basmati Rice")], ..Shelf::example() };
        let asked: Vec<_> = (0..WAYS).map(|number| shelf.words(number)).collect();
        assert_eq!(asked, ["golden+basmati", "basmati", "golden+basma", "godlen+basmati", "gold", "basmati+rice"]);
    }
}
