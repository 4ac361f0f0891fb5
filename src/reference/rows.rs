//! Rows of a compiled-in file to values; knows none of the files.

use serde::de::{Deserialize, DeserializeOwned, Deserializer};

/// Reads every row of a compiled-in file. An empty cell is nothing where the field may be missing.
///
/// Stops the program on a row that does not fit: the files are part of the binary, a test reads them
/// all, and to run without some region or limit would be worse than not to start.
#[expect(
    clippy::panic,
    reason = "the files are compiled in and a test reads each of them"
)]
pub(super) fn read<T: DeserializeOwned>(file: &str, text: &str) -> Vec<T> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    match reader.deserialize().collect() {
        Ok(rows) => rows,
        Err(error) => panic!("seeds/reference/{file}: {error}"),
    }
}

/// Reads a cell that lists values, parted by semicolons; an empty cell lists none.
pub(super) fn list<'de, D: Deserializer<'de>>(cell: D) -> Result<Vec<String>, D::Error> {
    let cell = String::deserialize(cell)?;
    Ok(cell
        .split(';')
        .filter(|value| !value.is_empty())
        .map(str::to_owned)
        .collect())
}

/// Reads a cell that says yes or no.
pub(super) fn yes_or_no<'de, D: Deserializer<'de>>(cell: D) -> Result<bool, D::Error> {
    match String::deserialize(cell)?.as_str() {
        "yes" => Ok(true),
        "no" => Ok(false),
        other => Err(serde::de::Error::custom(format_args!(
            "neither yes nor no: {other}"
        ))),
    }
}
