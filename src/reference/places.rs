//! A place as people write it, to the smallest region that contains it.
//!
//! Reads names of provinces, cities and counties, full or short, today's or abolished ones, one
//! inside the other or several in a row. What lies below a county (townships, villages) or across
//! counties (development zones) is no region: it is handed back unread. Nothing is guessed: a short
//! name counts only where nothing follows that could make it another word, so that 鄱阳湖 is not
//! 鄱阳县 and 井冈山经开区 is not 井冈山市.

use std::collections::{HashMap, VecDeque};
use std::sync::LazyLock;

use super::regions::{self, RegionEntry};
use crate::kernel::identifiers::Region;

/// A place that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlaceRead {
    /// The smallest region that contains every place named.
    pub(crate) region: &'static RegionEntry,
    /// Whether more than one place was named.
    pub(crate) several: bool,
    /// Names or codes no longer in use, each with the region that took its place.
    pub(crate) succeeded: Vec<(String, &'static RegionEntry)>,
    /// What follows the last name of each place and names no region.
    pub(crate) unread: Vec<String>,
    /// Whether two names were run together of which the second does not lie in the first.
    pub(crate) contradictory: bool,
}

/// A text that does not name a region, or names several without a common one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no region is known for {place}")]
pub(crate) struct UnknownPlace {
    /// The part that was not understood, or the whole text when no part alone is to blame.
    pub(crate) place: String,
}

/// The longest text taken for a place, in code points: names are read by recursion.
const LONGEST_TEXT: usize = 500;

/// Marks that part one place from the next.
const SEPARATORS: [char; 9] = ['、', ',', '，', ';', '；', '/', '|', '\n', '\r'];

/// The province that 全省 (the whole province) means: the one known down to its counties.
const HOME: &str = "360000";
const WHOLE_PROVINCE: [&str; 2] = ["全省", "省内"];

/// Endings of what lies inside a county or city without being a region; such a place, following a
/// region in the same cell, is taken to lie in it: 永新县坳南乡、石桥镇.
const INSIDE: [&str; 12] = [
    "镇",
    "乡",
    "街道",
    "村",
    "社区",
    "开发区",
    "经开区",
    "高新区",
    "新区",
    "园区",
    "工业园",
    "产业园",
];

/// Reads a place, or several: a code, names in Chinese, or one full name in English.
///
/// **Errors**: [`UnknownPlace`] when a part names no region, when the parts lie in different
/// provinces, or when the text has more than 500 code points.
pub(crate) fn read_place(text: &str) -> Result<PlaceRead, UnknownPlace> {
    let unknown = |place: &str| UnknownPlace {
        place: place.trim().to_owned(),
    };
    if text.chars().count() > LONGEST_TEXT {
        return Err(unknown(text));
    }
    let mut found = Found::default();
    for part in text
        .split(SEPARATORS)
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        if !(found.whole(part) || found.chain(part) || found.inside(part)) {
            return Err(unknown(part));
        }
    }
    let region = common(&found.regions).ok_or_else(|| unknown(text))?;
    Ok(PlaceRead {
        region,
        several: found.regions.len() > 1,
        succeeded: found.succeeded,
        unread: found.unread,
        contradictory: found.contradictory,
    })
}

/// What was found so far in one text.
#[derive(Default)]
struct Found {
    regions: Vec<&'static RegionEntry>,
    succeeded: Vec<(String, &'static RegionEntry)>,
    unread: Vec<String>,
    contradictory: bool,
}

impl Found {
    /// Takes a part that is a code, an English name or the whole province.
    fn whole(&mut self, part: &str) -> bool {
        if let Ok(code) = part.parse::<Region>() {
            if let Some(next) = regions::successor(code) {
                self.succeeded.push((part.to_owned(), next));
                self.regions.push(next);
                return true;
            }
            return regions::region(code)
                .map(|entry| self.regions.push(entry))
                .is_some();
        }
        let home = WHOLE_PROVINCE
            .contains(&part)
            .then(|| regions::regions().iter());
        let entry = match home {
            Some(mut all) => all.find(|entry| entry.code.as_str() == HOME),
            None => english(part),
        };
        entry.map(|entry| self.regions.push(entry)).is_some()
    }

    /// Takes a part that is a chain of Chinese names, such as 抚州市广昌县, and what follows them.
    fn chain(&mut self, part: &str) -> bool {
        let dense: String = part
            .chars()
            .filter(|letter| !letter.is_whitespace())
            .collect();
        let (names, rest) = names(&dense);
        let mut last: Option<&'static RegionEntry> = None;
        for (name, meaning) in names {
            let entry = meaning.entry;
            if meaning.is_old {
                self.succeeded.push((name.to_owned(), entry));
            }
            last = match last {
                Some(outer) if lies_in(entry, outer) => Some(entry),
                Some(inner) if lies_in(inner, entry) => Some(inner),
                Some(apart) => {
                    self.contradictory |= !part.contains(char::is_whitespace);
                    self.regions.push(apart);
                    Some(entry)
                }
                None => Some(entry),
            };
        }
        let Some(last) = last else { return false };
        self.regions.push(last);
        if !rest.is_empty() {
            self.unread.push(rest.to_owned());
        }
        true
    }

    /// Takes a part that is no region and lies in the one before it.
    fn inside(&mut self, part: &str) -> bool {
        let takes = !self.regions.is_empty() && INSIDE.iter().any(|end| part.ends_with(end));
        if takes {
            self.unread.push(part.to_owned());
        }
        takes
    }
}

/// What a name means, and how far it may be trusted.
#[derive(Clone, Copy)]
struct Meaning {
    entry: &'static RegionEntry,
    /// The name is no longer in use.
    is_old: bool,
    /// The name lacks its unit (市, 县, 区) and may begin another word.
    is_short: bool,
}

static NAMES: LazyLock<HashMap<String, Meaning>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    let regions = || regions::regions().iter();
    let changes = || {
        regions::changes().iter().filter_map(|change| {
            let entry = regions::region(change.new)?;
            change.old_name_zh.as_deref().map(|name| (name, entry))
        })
    };
    // The first meaning of a name stays: full names before short ones, today's before old ones.
    for entry in regions() {
        let meaning = Meaning {
            entry,
            is_old: false,
            is_short: false,
        };
        names.entry(entry.zh.clone()).or_insert(meaning);
    }
    for (name, entry) in changes() {
        let meaning = Meaning {
            entry,
            is_old: true,
            is_short: false,
        };
        names.entry(name.to_owned()).or_insert(meaning);
    }
    // Codes sort a city before its counties, so 南昌 and 吉安 mean the cities.
    for entry in regions() {
        let meaning = Meaning {
            entry,
            is_old: false,
            is_short: true,
        };
        names.entry(entry.short_zh.clone()).or_insert(meaning);
    }
    for (name, entry) in changes().filter(|(name, _)| name.chars().count() > 2) {
        let short = name
            .chars()
            .take(name.chars().count().saturating_sub(1))
            .collect();
        names.entry(short).or_insert(Meaning {
            entry,
            is_old: true,
            is_short: true,
        });
    }
    names
});
static LONGEST: LazyLock<usize> = LazyLock::new(|| {
    NAMES
        .keys()
        .map(|name| name.chars().count())
        .max()
        .unwrap_or_default()
});

/// Returns the names a text begins with, each the longest that holds, and what follows them. A
/// short name holds only if nothing follows it, or another name does.
fn names(text: &str) -> (VecDeque<(&str, Meaning)>, &str) {
    let ends = text
        .char_indices()
        .map(|(at, letter)| at.saturating_add(letter.len_utf8()));
    let ends: Vec<usize> = ends.take(*LONGEST).collect();
    for end in ends.into_iter().rev() {
        let Some((name, after)) = text.split_at_checked(end) else {
            continue;
        };
        let Some(meaning) = NAMES.get(name) else {
            continue;
        };
        let (mut further, rest) = names(after);
        if !meaning.is_short || after.is_empty() || !further.is_empty() {
            further.push_front((name, *meaning));
            return (further, rest);
        }
    }
    (VecDeque::new(), text)
}

/// Finds an English full name; several cities of China share one, then that of the home province is
/// meant, and no other.
fn english(name: &str) -> Option<&'static RegionEntry> {
    let mut same = regions::regions()
        .iter()
        .filter(|entry| entry.en.eq_ignore_ascii_case(name));
    let first = same.next()?;
    let others: Vec<_> = same.collect();
    if others.is_empty() {
        return Some(first);
    }
    let is_home = |entry: &&&RegionEntry| entry.pinyin.is_some();
    [first].iter().chain(others.iter()).find(is_home).copied()
}

/// Returns the region and whatever contains it, itself first.
fn upwards(entry: &'static RegionEntry) -> impl Iterator<Item = &'static RegionEntry> {
    std::iter::successors(Some(entry), |entry| regions::region(entry.parent?))
}

fn lies_in(inner: &'static RegionEntry, outer: &'static RegionEntry) -> bool {
    upwards(inner).any(|entry| entry.code == outer.code)
}

fn common(places: &[&'static RegionEntry]) -> Option<&'static RegionEntry> {
    let (first, rest) = places.split_first()?;
    upwards(first).find(|outer| rest.iter().all(|place| lies_in(place, outer)))
}

#[cfg(test)]
mod tests;
