//! Words that mean the same to a shopper: `data/synonyms.txt`, one group a line.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::words;

static TEXT: &str = include_str!("../../../../data/synonyms.txt");
static SHOP: LazyLock<Synonyms> = LazyLock::new(|| Synonyms::parse(TEXT));

/// The stems of one word or of a few that belong together.
pub(super) type Member = Vec<String>;

/// The groups, to be looked up by what somebody typed.
#[derive(Debug, Default)]
pub(super) struct Synonyms {
    groups: Vec<Vec<Member>>,
    /// By the first stem of a member: its group and its place there.
    by_first: HashMap<String, Vec<(usize, usize)>>,
}

/// How many words of a query belong together, and what could stand for them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Span {
    /// So many words; 1 also when no group knows the word.
    pub(super) length: usize,
    /// Other members of the groups that hold them.
    pub(super) others: Vec<Member>,
}

impl Synonyms {
    /// Those of the shop.
    pub(super) fn of_the_shop() -> &'static Self {
        &SHOP
    }

    /// Reads groups: members between commas, comments behind `#`.
    pub(super) fn parse(text: &str) -> Self {
        let mut synonyms = Self::default();
        for line in text.lines().map(|line| line.split('#').next().unwrap_or_default()) {
            let group: Vec<Member> = line.split(',').map(words::stems).filter(|member| !member.is_empty()).collect();
            if group.len() > 1 {
                synonyms.add(group);
            }
        }
        synonyms
    }

    fn add(&mut self, group: Vec<Member>) {
        for (place, first) in group.iter().enumerate().filter_map(|(place, member)| Some((place, member.first()?))) {
            self.by_first.entry(first.clone()).or_default().push((self.groups.len(), place));
        }
        self.groups.push(group);
    }

    /// The longest member that `stems` begin with, and what else its groups hold.
    pub(super) fn span(&self, stems: &[String]) -> Span {
        let Some(first) = stems.first() else { return Span::default() };
        let found = self.by_first.get(first).into_iter().flatten();
        let matching: Vec<_> = found.filter(|at| self.member(**at).is_some_and(|m| stems.starts_with(m))).collect();
        let length = matching.iter().filter_map(|at| self.member(**at)).map(Vec::len).max().unwrap_or(1);
        let longest = matching.into_iter().filter(|at| self.member(**at).is_some_and(|m| m.len() == length));
        let others = longest.flat_map(|at| self.others(*at)).cloned().collect();
        Span { length, others }
    }

    /// What stands for members of one word that `matches`: those that begin so, or are nearly spelt so.
    pub(super) fn like(&self, matches: impl Fn(&str) -> bool) -> Vec<Member> {
        let found = self.by_first.iter().filter(|(first, _)| matches(first)).flat_map(|(_, at)| at);
        let single = found.filter(|at| self.member(**at).is_some_and(|member| member.len() == 1));
        single.flat_map(|(group, _)| self.groups.get(*group).into_iter().flatten()).cloned().collect()
    }

    fn member(&self, (group, place): (usize, usize)) -> Option<&Member> {
        self.groups.get(group)?.get(place)
    }

    fn others(&self, (group, place): (usize, usize)) -> impl Iterator<Item = &Member> {
        let group = self.groups.get(group).into_iter().flatten().enumerate();
        group.filter(move |(at, _)| *at != place).map(|(_, member)| member)
    }

    /// Each group's members as they were stemmed.
    #[cfg(test)]
    pub(super) fn groups(&self) -> &[Vec<Member>] {
        &self.groups
    }
}

/// Each group's members as they were written.
#[cfg(test)]
pub(super) fn written() -> Vec<Vec<&'static str>> {
    let lines = TEXT.lines().map(|line| line.split('#').next().unwrap_or_default());
    let groups = lines.map(|line| line.split(',').map(str::trim).filter(|member| !member.is_empty()).collect());
    groups.filter(|group: &Vec<_>| !group.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stems(text: &str) -> Vec<String> {
        words::stems(text)
    }

    #[test]
    fn the_longest_member_counts_and_its_group_stands_for_it() {
        let synonyms = Synonyms::parse("# staples\ntoor dal, arhar\ndal, lentils # all of them\nalone\n");
        let toor = synonyms.span(&stems("toor dal 1 kg"));
        assert_eq!((toor.length, toor.others), (2, vec![stems("arhar")]));
        assert_eq!(synonyms.span(&stems("dal")).others, [stems("lentils")]);
        assert_eq!(synonyms.span(&stems("toor")), Span { length: 1, others: Vec::new() });
        assert_eq!(synonyms.groups.len(), 2, "a word alone is no group");
    }

    #[test]
    fn the_shop_s_file_is_well_formed() {
        let groups = written();
        assert!(groups.len() >= 150, "{} groups", groups.len());
        assert_eq!(groups.len(), Synonyms::of_the_shop().groups().len());
        for group in groups {
            assert!(group.len() > 1, "{group:?} is alone");
        }
    }
}
