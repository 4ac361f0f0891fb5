//! Dates as people write them into cells.

use unicode_normalization::UnicodeNormalization;

use crate::kernel::time::Day;

/// What a date was read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Date {
    /// A day.
    Day(Day),
    /// A year or a month, which names no day.
    Imprecise,
    /// Nothing known.
    Unreadable,
}

/// Reads a year, a month or a day: `2026-10-10`, `2026/10/10`, `2026.10.10`, `2026年10月10日`, each
/// from the left as far as it goes.
pub(crate) fn date(cell: &str) -> Date {
    let mut text: String = cell
        .nfkc()
        .filter(|letter| !letter.is_whitespace())
        .collect();
    if text.contains('年') {
        let well_formed = text.ends_with(['年', '月', '日', '号']);
        text = text.replace(['年', '月'], "-").replace(['日', '号'], "");
        if !well_formed {
            return Date::Unreadable;
        }
        text = text.trim_end_matches('-').to_owned();
    }
    let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
    let number = |part: &str, widths: &[usize]| {
        let digits = part.bytes().all(|digit| digit.is_ascii_digit());
        (digits && widths.contains(&part.len()))
            .then(|| part.parse::<u16>().ok())
            .flatten()
    };
    let year = parts.first().and_then(|part| number(part, &[4]));
    let month = parts.get(1).map_or(Some(1), |part| number(part, &[1, 2]));
    let day = parts.get(2).map_or(Some(1), |part| number(part, &[1, 2]));
    let (Some(year), Some(month), Some(day)) = (year, month, day) else {
        return Date::Unreadable;
    };
    match (
        format!("{year:04}-{month:02}-{day:02}").parse(),
        parts.len(),
    ) {
        (Ok(day), 3) => Date::Day(day),
        (Ok(_), 1 | 2) => Date::Imprecise,
        _ => Date::Unreadable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_the_forms_people_use() {
        let read_as = |text: &str| Date::Day(text.parse().unwrap());
        for (cell, expected) in [
            ("2026-10-10", read_as("2026-10-10")),
            ("2026/3/1", read_as("2026-03-01")),
            ("2026.03.01", read_as("2026-03-01")),
            ("2026年3月1日", read_as("2026-03-01")),
            ("２０２６年３月１日", read_as("2026-03-01")),
            ("2024-02-29", read_as("2024-02-29")),
            ("2026", Date::Imprecise),
            ("2026年", Date::Imprecise),
            ("2026-03", Date::Imprecise),
            ("2026年3月", Date::Imprecise),
            ("2025-02-29", Date::Unreadable),
            ("2026-13", Date::Unreadable),
            ("2026-00-01", Date::Unreadable),
            ("2026-", Date::Unreadable),
            ("26-03-01", Date::Unreadable),
            ("0226", Date::Unreadable),
            ("45123", Date::Unreadable),
            ("2026年底", Date::Unreadable),
            ("2026Q3", Date::Unreadable),
            ("2026-3-1-1", Date::Unreadable),
            ("年月日", Date::Unreadable),
            ("-", Date::Unreadable),
        ] {
            assert_eq!(date(cell), expected, "{cell}");
        }
    }
}
