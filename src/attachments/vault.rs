//! Where files lie: each under its id, in a folder, or in pieces in the database.
//!
//! A file comes and goes by way of `pending/`, so that whatever is in doubt lies there and nowhere
//! else: it is written there before its row is, moved to its place after, and moved back before the
//! row is deleted. Whoever dies in between leaves a file in `pending/`, which the sweep looks at.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::store::{self, Attachment};
use crate::app::App;
use crate::kernel::clock::moment_of;
use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::kernel::time::Moment;
use crate::settings::KeptIn;

/// Files in doubt for less than this may be under way.
const IN_DOUBT: Duration = Duration::from_secs(3600);

/// Where new files go, and the folder of those that lie in one.
#[derive(Debug, Clone)]
pub(crate) struct Vault {
    folder: Option<PathBuf>,
    kept_in: KeptIn,
}

/// A file that is being received. Dropped before its row may have been written, it is removed;
/// later only its row can tell.
#[derive(Debug)]
pub(super) struct Spool {
    pub(super) file: File,
    /// Where it lies; nowhere when it has no name.
    path: Option<PathBuf>,
    /// Whether its row may have been written.
    in_doubt: AtomicBool,
}

impl Spool {
    fn new(file: File, path: Option<PathBuf>) -> Self {
        let in_doubt = AtomicBool::new(false);
        Self {
            file,
            path,
            in_doubt,
        }
    }

    /// Says that its row is about to be written.
    pub(super) fn doubt(&self) {
        self.in_doubt.store(true, Ordering::Relaxed);
    }

    /// Removes a file of which it is known that it has no row.
    pub(super) fn remove(&self) {
        self.doubt();
        if let Some(path) = &self.path
            && let Err(fault) = fs::remove_file(path)
        {
            tracing::warn!(fault = %fault, "a file that was not attached is left to the sweep");
        }
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        if !self.in_doubt.load(Ordering::Relaxed) {
            self.remove();
        }
    }
}

impl Vault {
    /// Returns the vault of a site.
    pub(crate) fn of(app: &App) -> Self {
        let wanted = &app.settings.attachments;
        let beside = || Some(app.store.folder()?.join("attachments"));
        let folder = wanted.folder.clone().or_else(beside);
        let kept_in = match &folder {
            Some(_) => wanted.store,
            None => KeptIn::Database,
        };
        Self { folder, kept_in }
    }

    pub(super) fn kept_in(&self) -> KeptIn {
        self.kept_in
    }

    fn folder(&self) -> Result<&Path> {
        let gone = || Error::broken("attachments.folder is not set, and files lie in one");
        self.folder.as_deref().ok_or_else(gone)
    }

    /// The place of a file: a folder of folders, so that none grows too large.
    fn place(&self, id: Id) -> Result<PathBuf> {
        let shard = id.as_str().get(34..).unwrap_or_default();
        Ok(self.folder()?.join(shard).join(id.as_str()))
    }

    fn pending(&self, id: Id) -> Result<PathBuf> {
        Ok(self.folder()?.join("pending").join(id.as_str()))
    }

    /// Opens a file to receive into; one for the database has no name, so that nothing of it can be
    /// left behind.
    pub(super) fn receive(&self, id: Id) -> Result<Spool> {
        let open = |path: &Path| {
            let mut options = OpenOptions::new();
            options.read(true).write(true).create_new(true).mode(0o600);
            options.open(path).map_err(full)
        };
        if self.kept_in == KeptIn::Database {
            let path = std::env::temp_dir().join(format!("fiveone-{id}"));
            let file = open(&path)?;
            fs::remove_file(&path).map_err(Error::broken)?;
            return Ok(Spool::new(file, None));
        }
        let path = self.pending(id)?;
        make_parent(&path)?;
        Ok(Spool::new(open(&path)?, Some(path)))
    }

    /// Makes sure that a received file outlives a power cut, before its row is written.
    pub(super) fn sync(spool: &Spool) -> Result<()> {
        let Some(parent) = spool.path.as_deref().and_then(Path::parent) else {
            return Ok(());
        };
        spool.file.sync_all().map_err(full)?;
        sync_folder(parent).map_err(full)
    }

    /// Moves a file whose row is written to its place. What fails here is done by the sweep.
    pub(super) fn keep(&self, id: Id) {
        if self.kept_in == KeptIn::Folder
            && let Err(fault) = self.settle(id)
        {
            tracing::warn!(fault = %fault, attachment = %id, "an attached file is still pending");
        }
    }

    fn settle(&self, id: Id) -> Result<()> {
        let (pending, place) = (self.pending(id)?, self.place(id)?);
        make_parent(&place)?;
        fs::rename(&pending, &place).map_err(Error::broken)?;
        place
            .parent()
            .map_or(Ok(()), sync_folder)
            .map_err(Error::broken)
    }

    /// Puts a file in doubt whose row is about to be deleted.
    ///
    /// # Errors
    /// Faults of the folder.
    pub(crate) fn doubt(&self, row: &Attachment) -> Result<()> {
        if row.kept_in == KeptIn::Database {
            return Ok(());
        }
        let pending = self.pending(row.id)?;
        make_parent(&pending)?;
        match fs::rename(self.place(row.id)?, &pending) {
            Err(fault) if fault.kind() != io::ErrorKind::NotFound => Err(Error::broken(fault)),
            _ => Ok(()),
        }
    }

    /// Ends the doubt about a file whose row was deleted or not; where the store broke, only the
    /// sweep will know.
    pub(crate) fn decide(&self, row: &Attachment, deleted: std::result::Result<(), &Error>) {
        match (row.kept_in, deleted) {
            (KeptIn::Database, _) | (_, Err(Error::Busy | Error::Broken(_))) => {}
            (KeptIn::Folder, Ok(())) => self.settle_doubt(row.id, false),
            (KeptIn::Folder, Err(Error::Refused(_))) => self.settle_doubt(row.id, true),
        }
    }

    /// Moves a pending file to its place, or away.
    fn settle_doubt(&self, id: Id, has_row: bool) {
        let done = if has_row {
            self.settle(id)
        } else {
            self.pending(id)
                .and_then(|path| fs::remove_file(path).map_err(Error::broken))
        };
        if let Err(fault) = done {
            tracing::warn!(fault = %fault, attachment = %id, "a file is left to the sweep");
        }
    }

    /// Opens a file that lies in the folder.
    pub(super) fn open(&self, id: Id) -> Result<File> {
        let (place, pending) = (self.place(id)?, self.pending(id)?);
        // It may be moved while it is looked for.
        let tried = File::open(&place).or_else(|_| File::open(&pending));
        tried.or_else(|_| File::open(&place)).map_err(|fault| {
            Error::broken(format!("the file of attachment {id} is not there: {fault}"))
        })
    }
}

/// A disk without room is a matter of the moment; anything else is broken.
fn full(fault: io::Error) -> Error {
    if matches!(
        fault.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    ) {
        tracing::error!(fault = %fault, "no room for attached files");
        return Error::Busy;
    }
    Error::broken(fault)
}

fn make_parent(path: &Path) -> Result<()> {
    let Some(parent) = path.parent() else {
        return Ok(());
    };
    let mut builder = DirBuilder::new();
    builder.recursive(true).mode(0o700);
    builder.create(parent).map_err(full)
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Ends the doubt about files an hour old: those with a row go to their place, the others away.
/// Returns how many there were.
///
/// # Errors
/// Faults of the store or the folder; the next round goes on where this one ended.
pub(crate) fn sweep(app: &App, now: Moment) -> Result<usize> {
    let vault = Vault::of(app);
    let Some(folder) = &vault.folder else {
        return Ok(0);
    };
    let entries = match fs::read_dir(folder.join("pending")) {
        Ok(entries) => entries,
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(fault) => return Err(Error::broken(fault)),
    };
    let mut ended = 0_usize;
    for entry in entries {
        let entry = entry.map_err(Error::broken)?;
        let id: Option<Id> = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok());
        let Some(id) = id.filter(|_| is_old(&entry, now)) else {
            continue;
        };
        let has_row = app.store.read_blocking(|conn| store::is_there(conn, id))?;
        vault.settle_doubt(id, has_row);
        ended = ended.saturating_add(1);
    }
    Ok(ended)
}

/// Tells whether a file has lain for longer than anything takes that is under way.
fn is_old(entry: &fs::DirEntry, now: Moment) -> bool {
    let changed = entry.metadata().and_then(|data| data.modified());
    changed.is_ok_and(|at| moment_of(at) < now.minus(IN_DOUBT))
}
