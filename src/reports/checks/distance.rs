//! How far two texts are apart, as long as that is not too far to matter.

use std::collections::BTreeMap;

/// Returns the edit distance of two texts (signs changed, added or taken away), nothing when it is
/// more than `limit`.
///
/// Looks only at the band of the table that lies within the limit: texts of 10,000 characters and a
/// limit of a tenth cost 20 million steps at worst, and mostly none, since two texts that differ
/// already differ in how often each sign occurs.
pub(super) fn within(one: &[char], other: &[char], limit: usize) -> Option<usize> {
    let same = |(a, b): &(&char, &char)| a == b;
    let head = one.iter().zip(other).take_while(same).count();
    let (one, other) = (one.get(head..)?, other.get(head..)?);
    let tail = one
        .iter()
        .rev()
        .zip(other.iter().rev())
        .take_while(same)
        .count();
    let one = one.get(..one.len().checked_sub(tail)?)?;
    let other = other.get(..other.len().checked_sub(tail)?)?;
    if least(one, other) > limit {
        return None;
    }
    let beyond = limit + 1;
    // The row of the table for no sign of `one`; what lies outside the band is beyond the limit.
    let mut row: Vec<usize> = (0..=other.len()).map(|at| at.min(beyond)).collect();
    for (above, sign) in one.iter().enumerate() {
        let first = (above + 1).saturating_sub(limit).max(1);
        let last = (above + 1 + limit).min(other.len());
        let edge = row.get_mut(first - 1)?;
        let mut diagonal = *edge;
        *edge = if first == 1 {
            (above + 1).min(beyond)
        } else {
            beyond
        };
        let mut left = *edge;
        let mut best = left;
        for (cell, own) in row
            .get_mut(first..=last)?
            .iter_mut()
            .zip(other.get(first - 1..last)?)
        {
            let up = *cell;
            let value = if sign == own {
                diagonal
            } else {
                (1 + diagonal.min(left).min(up)).min(beyond)
            };
            (diagonal, left, *cell) = (up, value, value);
            best = best.min(value);
        }
        if best > limit {
            return None;
        }
    }
    row.last().copied().filter(|distance| *distance <= limit)
}

/// At least so many edits are needed: one cannot mend more than one sign too many and one too few.
fn least(one: &[char], other: &[char]) -> usize {
    let mut counts: BTreeMap<char, i64> = BTreeMap::new();
    for sign in one {
        *counts.entry(*sign).or_default() += 1;
    }
    for sign in other {
        *counts.entry(*sign).or_default() -= 1;
    }
    let sum = |wanted: fn(i64) -> bool| -> usize {
        let counts = counts.values().filter(|count| wanted(**count));
        counts
            .map(|count| usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX))
            .sum()
    };
    sum(|count| count > 0).max(sum(|count| count < 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apart(one: &str, other: &str, limit: usize) -> Option<usize> {
        let signs = |text: &str| text.chars().collect::<Vec<_>>();
        within(&signs(one), &signs(other), limit)
    }

    #[test]
    fn a_distance_is_told_up_to_the_limit_and_not_beyond() {
        assert_eq!(apart("主体封顶", "主体封顶", 0), Some(0));
        assert_eq!(apart("主体封顶", "主体封底", 0), None);
        assert_eq!(apart("主体封顶", "主体封底", 1), Some(1));
        assert_eq!(apart("kitten", "sitting", 3), Some(3));
        assert_eq!(apart("kitten", "sitting", 2), None);
        assert_eq!(apart("", "", 0), Some(0));
        assert_eq!(apart("", "abc", 3), Some(3));
        assert_eq!(apart("abc", "", 2), None);
        // As often each sign, in another order.
        assert_eq!(apart("abcdef", "fedcba", 6), Some(6));
        assert_eq!(apart("abcdef", "fedcba", 5), None);
    }

    #[test]
    fn the_longest_texts_are_compared_within_the_band() {
        let one = "一二三四五六七八九十".repeat(1_000);
        let turned: String = one.chars().rev().collect();
        assert_eq!(apart(&one, &turned, 1_000), None);
        let moved = format!("{}甲", one.chars().skip(1).collect::<String>());
        assert_eq!(apart(&one, &moved, 1_000), Some(2));
    }

    proptest::proptest! {
        #[test]
        fn it_is_the_distance_of_the_whole_table(one in "[abc]{0,14}", other in "[abc]{0,14}", limit in 0_usize..16) {
            let whole = strsim::levenshtein(&one, &other);
            proptest::prop_assert_eq!(apart(&one, &other, limit), Some(whole).filter(|n| *n <= limit));
        }
    }
}
