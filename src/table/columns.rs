//! Which column holds what: the names a feature knows against the names a list uses.

use unicode_normalization::UnicodeNormalization;

use super::{Facts, Row, Table, Unreadable};

/// One thing to tell about one cell, or about a whole column when the row is that of the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Remark {
    /// The row, as a spreadsheet numbers it; 1 is the header.
    pub(crate) row: u32,
    /// The name of the column as the list has it; empty when the list has no such column.
    pub(crate) column: String,
    /// The stable code, which is also the key of the words.
    pub(crate) code: &'static str,
    /// What the words speak of; `cell` is always the text that was found.
    pub(crate) facts: Facts,
}

/// Where each field a feature knows stands in a list.
#[derive(Debug, Clone)]
pub(crate) struct Columns<F> {
    header: Vec<String>,
    placed: Vec<(F, usize)>,
}

impl<F: Copy + PartialEq> Columns<F> {
    /// Finds the columns of a list by their known names; case, white space and the width of
    /// brackets and letters make no difference.
    ///
    /// **Errors**: [`Unreadable::ColumnTwice`] when two columns mean one field.
    pub(crate) fn of(table: &Table, known: &[(F, &[&str])]) -> Result<Self, Unreadable> {
        let mut placed: Vec<(F, usize)> = Vec::new();
        for (at, name) in table.header.iter().enumerate() {
            let folded = fold(name);
            let Some((field, _)) = known
                .iter()
                .find(|(_, names)| names.iter().any(|known| fold(known) == folded))
            else {
                continue;
            };
            if let Some((_, first)) = placed.iter().find(|(other, _)| other == field) {
                return Err(Unreadable::ColumnTwice {
                    first: table.header.get(*first).cloned().unwrap_or_default(),
                    second: name.clone(),
                });
            }
            placed.push((*field, at));
        }
        Ok(Self {
            header: table.header.clone(),
            placed,
        })
    }

    /// Tells whether the list has a column for a field.
    pub(crate) fn has(&self, field: F) -> bool {
        self.at(field).is_some()
    }

    /// Returns the name the list gives the column of a field, empty when it has none.
    pub(crate) fn name(&self, field: F) -> &str {
        self.at(field)
            .and_then(|at| self.header.get(at))
            .map_or("", String::as_str)
    }

    /// Returns the names of the columns no field was found for, in the order of the list.
    pub(crate) fn unmapped(&self) -> Vec<&str> {
        let is_placed = |at: usize| self.placed.iter().any(|(_, placed)| *placed == at);
        let unplaced = self
            .header
            .iter()
            .enumerate()
            .filter(|(at, _)| !is_placed(*at));
        unplaced.map(|(_, name)| name.as_str()).collect()
    }

    /// Returns the cells of one row, by field.
    pub(crate) fn cells<'a>(&'a self, row: &'a Row) -> Cells<'a, F> {
        Cells { columns: self, row }
    }

    fn at(&self, field: F) -> Option<usize> {
        self.placed
            .iter()
            .find(|(placed, _)| *placed == field)
            .map(|(_, at)| *at)
    }
}

/// The cells of one row, by field.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cells<'a, F> {
    columns: &'a Columns<F>,
    row: &'a Row,
}

impl<'a, F: Copy + PartialEq> Cells<'a, F> {
    /// Returns the number of the row.
    pub(crate) fn row(&self) -> u32 {
        self.row.number
    }

    /// Returns the text of a cell, trimmed; nothing when it is empty or the list has no such column.
    pub(crate) fn text(&self, field: F) -> Option<&'a str> {
        let cell = self
            .columns
            .at(field)
            .and_then(|at| self.row.cells.get(at))?
            .trim();
        (!cell.is_empty()).then_some(cell)
    }

    /// Returns a remark on a cell, which carries the text found there and further facts.
    pub(crate) fn remark(&self, field: F, code: &'static str, more: Facts) -> Remark {
        let mut facts = vec![("cell", self.text(field).unwrap_or_default().to_owned())];
        facts.extend(more);
        let column = self.columns.name(field).to_owned();
        Remark {
            row: self.row.number,
            column,
            code,
            facts,
        }
    }

    /// Returns every cell with the name of its column, exactly as it came.
    pub(crate) fn raw(&self) -> Vec<(String, String)> {
        self.columns
            .header
            .iter()
            .cloned()
            .zip(self.row.cells.iter().cloned())
            .collect()
    }
}

/// Folds what people write differently without meaning a difference: full-width letters and
/// brackets, white space, case.
fn fold(name: &str) -> String {
    name.nfkc()
        .filter(|letter| !letter.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect()
}
