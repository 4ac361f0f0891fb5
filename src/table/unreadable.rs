//! What is wrong with a list that cannot be read at all.

use serde::{Deserialize, Serialize};

use super::Facts;

/// Why a list was refused as a whole.
///
/// Rows are numbered as a spreadsheet numbers them, lines as a text editor does; the two part where
/// a cell holds a line break.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub(crate) enum Unreadable {
    /// The list is larger than what is taken.
    #[error("the list is larger than {limit} bytes")]
    TooLarge {
        /// The most that is taken, in bytes.
        limit: usize,
    },
    /// There is not even a header row.
    #[error("the list is empty")]
    Empty,
    /// The bytes are neither UTF-8 nor GBK.
    #[error("line {line} is neither UTF-8 nor GBK; save the list as CSV UTF-8")]
    NotUtf8 {
        /// The first line that is not.
        line: usize,
    },
    /// A quotation mark opens a cell and none closes it.
    #[error("the quotation mark opened in line {line} is never closed")]
    QuoteUnclosed {
        /// The line of the opening mark.
        line: usize,
    },
    /// Text follows the quotation mark that closed a cell.
    #[error("text follows a closing quotation mark in line {line}")]
    QuoteStray {
        /// The line of the closing mark.
        line: usize,
    },
    /// A row has more or fewer cells than the header.
    #[error("row {row} (line {line}) has {found} cells, the header has {expected}")]
    Ragged {
        /// The row.
        row: u32,
        /// The line it starts in.
        line: usize,
        /// The cells of the header.
        expected: usize,
        /// The cells of the row.
        found: usize,
    },
    /// The list has more rows than are taken.
    #[error("the list has more than {limit} rows")]
    TooManyRows {
        /// The most that are taken.
        limit: usize,
    },
    /// A row has more cells than are taken.
    #[error("row {row} has more than {limit} columns")]
    TooManyColumns {
        /// The row.
        row: u32,
        /// The most that are taken.
        limit: usize,
    },
    /// A cell is longer than what is taken.
    #[error("row {row}, cell {column} has more than {limit} characters")]
    CellTooLong {
        /// The row.
        row: u32,
        /// The letters of the column.
        column: String,
        /// The most that is taken, in code points.
        limit: usize,
    },
    /// A cell holds NUL or another control character.
    #[error("row {row}, cell {column} holds a control character")]
    ControlCharacter {
        /// The row.
        row: u32,
        /// The letters of the column.
        column: String,
    },
    /// Two columns say the same thing.
    #[error("the columns {first} and {second} mean the same")]
    ColumnTwice {
        /// The name of one.
        first: String,
        /// The name of the other.
        second: String,
    },
    /// Columns the list cannot do without.
    #[error("the list has no column {}", columns.join(", "))]
    // Told by a feature, never by the process that reads workbooks.
    #[serde(skip)]
    ColumnMissing {
        /// The names looked for.
        columns: Vec<&'static str>,
    },
    /// The file is neither CSV nor xlsx, or not what its name says.
    #[error("only xlsx and CSV are taken, and the file has to be what its name says")]
    Format,
    /// The workbook is protected by a password.
    #[error("the workbook is encrypted")]
    Encrypted,
    /// The workbook cannot be read.
    #[error("the workbook is damaged")]
    Broken,
    /// The archive has more parts than any real workbook.
    #[error("the workbook has more than {limit} parts")]
    TooManyParts {
        /// The most that are taken.
        limit: usize,
    },
    /// The archive inflates to more than is taken, or by a factor no real content has.
    #[error("the workbook inflates to more than {limit} MiB")]
    Inflates {
        /// The most that is taken, in MiB.
        limit: u64,
    },
    /// The archive holds another archive.
    #[error("the workbook holds another archive")]
    Nested,
    /// A part declares a document type, and with it entities.
    #[error("the workbook declares XML entities")]
    Entities,
    /// The workbook has more texts than are taken.
    #[error("the workbook has more than {limit} texts")]
    TooManyTexts {
        /// The most that are taken.
        limit: usize,
    },
    /// The workbook has more sheets than are taken.
    #[error("the workbook has more than {limit} sheets")]
    TooManySheets {
        /// The most that are taken.
        limit: usize,
    },
    /// A cell holds a formula, of which only a cached result could be read.
    #[error("row {row}, cell {column} holds a formula; paste its value")]
    Formula {
        /// The row.
        row: u32,
        /// The letters of the column.
        column: String,
    },
    /// Reading took more time or memory than is given to it.
    #[error("reading the workbook took too much time or memory")]
    TooHeavy,
}

impl Unreadable {
    /// Returns the stable code, which is also the key of the words.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "import.too_large",
            Self::Empty => "import.empty",
            Self::NotUtf8 { .. } => "import.not_utf8",
            Self::QuoteUnclosed { .. } => "import.quote_unclosed",
            Self::QuoteStray { .. } => "import.quote_stray",
            Self::Ragged { .. } => "import.row_ragged",
            Self::TooManyRows { .. } => "import.too_many_rows",
            Self::TooManyColumns { .. } => "import.too_many_columns",
            Self::CellTooLong { .. } => "import.cell_too_long",
            Self::ControlCharacter { .. } => "import.control_character",
            Self::ColumnTwice { .. } => "import.column_twice",
            Self::ColumnMissing { .. } => "import.column_missing",
            Self::Format => "import.format",
            Self::Encrypted => "import.workbook_encrypted",
            Self::Broken => "import.workbook_broken",
            Self::TooManyParts { .. } => "import.workbook_too_many_parts",
            Self::Inflates { .. } => "import.workbook_inflates",
            Self::Nested => "import.workbook_nested",
            Self::Entities => "import.workbook_entities",
            Self::TooManyTexts { .. } => "import.workbook_too_many_texts",
            Self::TooManySheets { .. } => "import.too_many_sheets",
            Self::Formula { .. } => "import.formula",
            Self::TooHeavy => "import.workbook_too_heavy",
        }
    }

    /// Returns what the words of the code speak of.
    pub(crate) fn facts(&self) -> Facts {
        match self {
            Self::Empty
            | Self::Format
            | Self::Encrypted
            | Self::Broken
            | Self::Nested
            | Self::Entities
            | Self::TooHeavy => Vec::new(),
            Self::TooLarge { limit }
            | Self::TooManyRows { limit }
            | Self::TooManyParts { limit }
            | Self::TooManyTexts { limit }
            | Self::TooManySheets { limit } => vec![("limit", limit.to_string())],
            Self::Inflates { limit } => vec![("limit", limit.to_string())],
            Self::NotUtf8 { line } | Self::QuoteUnclosed { line } | Self::QuoteStray { line } => {
                vec![("line", line.to_string())]
            }
            Self::Ragged {
                row,
                line,
                expected,
                found,
            } => vec![
                ("row", row.to_string()),
                ("line", line.to_string()),
                ("expected", expected.to_string()),
                ("found", found.to_string()),
            ],
            Self::TooManyColumns { row, limit } => {
                vec![("row", row.to_string()), ("limit", limit.to_string())]
            }
            Self::CellTooLong { row, column, limit } => vec![
                ("row", row.to_string()),
                ("column", column.clone()),
                ("limit", limit.to_string()),
            ],
            Self::ControlCharacter { row, column } | Self::Formula { row, column } => {
                vec![("row", row.to_string()), ("column", column.clone())]
            }
            Self::ColumnTwice { first, second } => {
                vec![("first", first.clone()), ("second", second.clone())]
            }
            Self::ColumnMissing { columns } => vec![("columns", columns.join(", "))],
        }
    }
}
