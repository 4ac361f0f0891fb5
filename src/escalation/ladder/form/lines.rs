//! Finding the line of a TOML text a JSON pointer leads to.

use toml::de::{DeTable, DeValue};

/// Returns the number of the line a byte of a text lies in, 1 and up.
pub(super) fn number(text: &str, at: usize) -> usize {
    let before = text.bytes().take(at);
    before.filter(|byte| *byte == b'\n').count() + 1
}

/// Returns the line of the place a pointer leads to, or of the last place on the way there that the
/// text has; nothing when the text has not even the first, or is no TOML.
pub(super) fn of_pointer(text: &str, pointer: &str) -> Option<usize> {
    let root = DeTable::parse(text).ok()?;
    let mut place = DeValue::Table(root.into_inner());
    let mut start = None;
    for name in pointer.split('/').skip(1) {
        let name = name.replace("~1", "/").replace("~0", "~");
        let (at, next) = match place {
            DeValue::Table(table) => {
                let found = table.into_iter().find(|(key, _)| *key.get_ref() == name);
                let Some((key, value)) = found else { break };
                (key.span().start, value)
            }
            DeValue::Array(array) => {
                let found = name.parse().ok().and_then(|at| array.into_iter().nth(at));
                let Some(value) = found else { break };
                (value.span().start, value)
            }
            _ => break,
        };
        start = Some(at);
        place = next.into_inner();
    }
    start.map(|at| number(text, at))
}
