//! Room for the embedded database to grow.

use super::Store;
use crate::kernel::error::{Error, Result};

/// Least free space with which the service calls itself ready: 256 MiB, four times the largest
/// write-ahead log.
const LEAST_FREE_BYTES: u64 = 256 * 1024 * 1024;

impl Store {
    /// Tells whether an embedded database has room to grow; another database minds its own.
    ///
    /// # Errors
    /// The file system cannot be asked.
    pub fn has_room(&self) -> Result<bool> {
        let Some(mut folder) = self.folder() else {
            return Ok(true);
        };
        if folder.as_os_str().is_empty() {
            folder.push(".");
        }
        let disk = rustix::fs::statvfs(&folder).map_err(Error::broken)?;
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        Ok(free >= LEAST_FREE_BYTES)
    }
}
