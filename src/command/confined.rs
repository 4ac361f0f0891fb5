//! `read-workbook`: the process in which a workbook is read. It takes away from itself what it does
//! not need before it looks at a single byte.

use rustix::process::{Resource, Rlimit, setrlimit};

use crate::kernel::error::{Error, Result};
use crate::table::answer_reading;

/// Address space: what the largest workbook within the limits needs, several times over.
const MEMORY: u64 = 256 * 1024 * 1024;
/// Seconds of computing; the server waits no longer either (RELIABILITY 44).
const SECONDS: u64 = 5;

/// Reads a workbook from standard input and prints it line by line.
pub(super) fn read_workbook(rows: usize) -> Result<()> {
    for (resource, most) in [
        (Resource::As, MEMORY),
        (Resource::Cpu, SECONDS),
        // It opens and writes no file, and leaves none when it dies.
        (Resource::Fsize, 0),
        (Resource::Core, 0),
    ] {
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        setrlimit(resource, limit).map_err(Error::broken)?;
    }
    answer_reading(std::io::stdin().lock(), std::io::stdout().lock(), rows).map_err(Error::broken)
}
