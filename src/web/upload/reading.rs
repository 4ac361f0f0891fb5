//! How a file becomes a table: CSV here, a workbook in a process of its own with little memory and
//! little time, so that nothing a stranger sends can stop this one.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::File;
use crate::kernel::error::{Error, Result};
use crate::kernel::refused::{Kind, Refused};
use crate::settings::Settings;
use crate::table::{
    Book, Sheet, Table, Unreadable, is_compound, is_encrypted, is_zip, read_csv_of,
};

/// Longest a workbook may take to be read (RELIABILITY 44).
const LONGEST: Duration = Duration::from_secs(5);
/// Longest to wait for a turn; then the caller is told to come again.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// Most the reading process may print: what a workbook inflates to, and its end.
const MOST_PRINTED: u64 = 51 * 1024 * 1024;
/// Workbooks read at the same time, each in at most 256 MiB.
static TURNS: Semaphore = Semaphore::const_new(2);

/// In which form a list came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Csv,
    Workbook,
}

impl Form {
    /// Tells the form by the name and the first bytes, which have to agree.
    ///
    /// # Errors
    /// 422 `import.format`, `import.workbook_encrypted`.
    fn of(name: Option<&str>, bytes: &[u8]) -> Result<Self> {
        let ending = name.and_then(|name| name.rsplit_once('.'));
        let ending = ending.map(|(_, ending)| ending.to_ascii_lowercase());
        let form = if is_zip(bytes) {
            Self::Workbook
        } else {
            Self::Csv
        };
        let agrees = match ending.as_deref() {
            None => true,
            Some("xlsx") => form == Self::Workbook,
            Some("csv" | "txt") => form == Self::Csv,
            Some(_) => false,
        };
        if is_encrypted(bytes) {
            return Err(refused(&Unreadable::Encrypted));
        }
        if !agrees || is_compound(bytes) {
            return Err(refused(&Unreadable::Format));
        }
        Ok(form)
    }
}

/// What a file turned out to hold.
#[derive(Debug, Clone)]
pub(crate) enum Came {
    Table(Table),
    Book(Book),
}

impl Came {
    /// Returns how many rows it has, headers among them.
    pub(crate) fn rows(&self) -> usize {
        match self {
            Self::Table(table) => table.rows.len(),
            Self::Book(book) => book.sheets.iter().map(|sheet| sheet.rows.len()).sum(),
        }
    }
}

/// By what lists are read.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    /// The most rows taken, the header aside.
    rows: usize,
    /// The program that reads workbooks.
    program: PathBuf,
}

impl Reading {
    /// Returns how the settings say that lists are read.
    ///
    /// # Errors
    /// The place of this program cannot be told.
    pub(crate) fn of(settings: &Settings) -> Result<Self> {
        let program = match &settings.imports.reader {
            Some(program) => program.clone(),
            // Leads to this very program, even when its file was replaced since.
            None if cfg!(target_os = "linux") => PathBuf::from("/proc/self/exe"),
            None => std::env::current_exe().map_err(Error::broken)?,
        };
        Ok(Self {
            rows: settings.imports.rows,
            program,
        })
    }

    /// Reads a list in either form, and what is in it.
    ///
    /// # Errors
    /// 422 with the code of whatever makes the list unreadable.
    pub(crate) async fn list<T: Send + 'static>(
        &self,
        file: &File,
        reader: fn(&Table) -> std::result::Result<T, Unreadable>,
    ) -> Result<T> {
        let came = self.read(file.name.as_deref(), &file.bytes).await?;
        let read = move || {
            let table = match came {
                Came::Book(book) => book.first().and_then(Sheet::table),
                Came::Table(table) => Ok(table),
            };
            table
                .and_then(|table| reader(&table))
                .map_err(|unreadable| refused(&unreadable))
        };
        tokio::task::spawn_blocking(read)
            .await
            .map_err(Error::broken)?
    }

    /// Reads a file in either form.
    ///
    /// # Errors
    /// 422 with the code of whatever makes it unreadable.
    pub(crate) async fn read(&self, name: Option<&str>, bytes: &[u8]) -> Result<Came> {
        match Form::of(name, bytes)? {
            Form::Workbook => Ok(Came::Book(self.book(bytes).await?)),
            Form::Csv => {
                let (bytes, rows) = (bytes.to_vec(), self.rows);
                let read = move || read_csv_of(&bytes, rows);
                let table = tokio::task::spawn_blocking(read).await;
                let table = table.map_err(Error::broken)?;
                Ok(Came::Table(
                    table.map_err(|unreadable| refused(&unreadable))?,
                ))
            }
        }
    }

    /// Reads a workbook, in a process of its own.
    ///
    /// # Errors
    /// 422 with the code of whatever makes it unreadable; `Busy` when others are read for long.
    async fn book(&self, bytes: &[u8]) -> Result<Book> {
        let turn = timeout(LONGEST_WAIT, TURNS.acquire()).await;
        let _turn = turn.map_err(|_| Error::Busy)?.map_err(Error::broken)?;
        let mut process = Command::new(&self.program)
            .args(["read-workbook", "--rows", &self.rows.to_string()])
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(Error::broken)?;
        let (input, output) = (process.stdin.take(), process.stdout.take());
        let (Some(mut input), Some(output)) = (input, output) else {
            return Err(Error::broken("the reading process has no pipes"));
        };
        let feed = async move {
            if let Err(fault) = input.write_all(bytes).await {
                tracing::debug!(fault = %fault, "the reading process did not read to the end");
            }
        };
        let mut printed = Vec::new();
        let mut output = output.take(MOST_PRINTED);
        let hear = output.read_to_end(&mut printed);
        let talk = async { tokio::join!(feed, hear).1.and(process.wait().await) };
        let status = match timeout(LONGEST, talk).await {
            Err(_) => return Err(refused(&Unreadable::TooHeavy)),
            Ok(status) => status.map_err(Error::broken)?,
        };
        // Killed by a signal: out of memory or of time.
        if status.code().is_none() {
            tracing::warn!(status = %status, "a workbook was too heavy for its reading process");
            return Err(refused(&Unreadable::TooHeavy));
        }
        let read = tokio::task::spawn_blocking(move || Book::printed(&printed));
        let book = read.await.map_err(Error::broken)?;
        book.map_err(|unreadable| refused(&unreadable))
    }
}

/// Returns what is wrong with a list as a refusal.
pub(crate) fn refused(unreadable: &Unreadable) -> Error {
    let refused = Refused::new(Kind::Invalid, unreadable.code());
    let facts = unreadable.facts().into_iter();
    let refused = facts.fold(refused, |refused, (name, value)| refused.with(name, value));
    refused.at("/file").into()
}
