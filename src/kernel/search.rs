//! How texts are searched: folded when they are written and when they are looked for, so that both
//! databases find the same whatever they hold of case and width.

use unicode_normalization::UnicodeNormalization as _;

/// Folds a text for searching: full width to half, upper case to lower, white space away.
pub(crate) fn fold(text: &str) -> String {
    text.nfkc()
        .flat_map(char::to_lowercase)
        .filter(|sign| !sign.is_whitespace())
        .collect()
}

/// Returns the pattern for LIKE, with `\` as its escape, that finds a text anywhere in a folded column,
/// the text's own signs meaning themselves; nothing for a text of white space alone.
pub(crate) fn pattern(text: &str) -> Option<String> {
    let text = fold(text);
    let mut pattern = String::from("%");
    for sign in text.chars() {
        if matches!(sign, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(sign);
    }
    pattern.push('%');
    (!text.is_empty()).then_some(pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signs_of_a_pattern_mean_themselves() {
        assert_eq!(pattern("100%_A\\").unwrap(), "%100\\%\\_a\\\\%");
        assert_eq!(pattern("Ａ 厂").unwrap(), "%a厂%");
        assert_eq!(pattern(" \u{3000}"), None);
    }
}
