//! Puts each message as one file into a folder, for sites without a relay and for rehearsals.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::{Outcome, Parcel};
use crate::kernel::clock::moment_of;
use crate::kernel::time::Moment;

/// Where files lie that are not whole yet.
const PARTS: &str = ".parts";
/// A part that has lain for longer belongs to a process that is gone.
const LONGEST_WRITE: Duration = Duration::from_secs(3600);

/// Longest stem of a file name. File systems allow 255 bytes; the name of the temporary file is
/// longer than the final one.
const STEM_LIMIT: usize = 180;

/// Tells apart the temporary files of this process.
static WRITES: AtomicU64 = AtomicU64::new(0);

/// A folder that receives messages.
pub(crate) struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Takes the folder as it is; it is made when the first message comes.
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// Writes one message. The file is named by its Message-ID, so that the same message twice is
    /// one file, and ids that sort by time give files that do. A file that is there is whole.
    pub(crate) async fn deliver(&self, parcel: &Parcel) -> Outcome {
        let Some(stem) = stem(&parcel.message_id) else {
            return Outcome::Bounced {
                why: "the message has no Message-ID to name its file by".to_owned(),
            };
        };
        let folder = self.path.clone();
        let bytes = parcel.bytes.clone();
        let written =
            tokio::task::spawn_blocking(move || write(&folder, &stem, &bytes).map(|()| stem)).await;
        match written {
            Ok(Ok(stem)) => Outcome::Sent {
                reply: format!("written as {stem}.eml"),
            },
            Ok(Err(error)) => self.retry(&error),
            Err(stopped) => self.retry(&stopped),
        }
    }

    /// A disk that is full or gone fails every message alike.
    fn retry(&self, error: &dyn std::error::Error) -> Outcome {
        Outcome::Retry {
            why: format!("cannot write into {}: {error}", self.path.display()),
            relay_wide: true,
        }
    }
}

/// Writes beside, then renames: whoever watches the folder sees whole files only, and after a
/// power cut a message said to be written is there. Only then does the folder itself need its
/// sync, as the new name is data of the folder.
fn write(folder: &Path, stem: &str, bytes: &[u8]) -> io::Result<()> {
    let parts = folder.join(PARTS);
    fs::create_dir_all(&parts)?;
    let nth = WRITES.fetch_add(1, Ordering::Relaxed);
    let beside = parts.join(format!("{stem}.{}-{nth}.part", std::process::id()));
    let written = write_beside(&beside, bytes)
        .and_then(|()| fs::rename(&beside, folder.join(format!("{stem}.eml"))));
    if let Err(error) = written {
        // What failed first is what matters; a file left behind has no name anyone reads.
        drop(fs::remove_file(&beside));
        return Err(error);
    }
    File::open(folder)?.sync_all()
}

/// Removes what killed processes left half written; returns how many files.
///
/// # Errors
/// Faults of the folder.
pub(super) fn sweep(folder: &Path, now: Moment) -> io::Result<usize> {
    let entries = match fs::read_dir(folder.join(PARTS)) {
        Ok(entries) => entries,
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(fault) => return Err(fault),
    };
    let mut swept = 0;
    for entry in entries {
        let entry = entry?;
        // What is under way may have its own name by now.
        let written = entry.metadata().and_then(|data| data.modified());
        if written.is_ok_and(|at| moment_of(at) < now.minus(LONGEST_WRITE)) {
            fs::remove_file(entry.path())?;
            swept += 1;
        }
    }
    Ok(swept)
}

fn write_beside(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Returns the file name of a Message-ID without its ending: what is not plainly harmless is
/// written as `=XX`, so that two ids never meet in one file. None for an empty id.
fn stem(message_id: &str) -> Option<String> {
    let id = message_id.trim_start_matches('<').trim_end_matches('>');
    if id.is_empty() {
        return None;
    }
    let mut stem = String::with_capacity(id.len());
    for (at, byte) in id.bytes().enumerate() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'_' | b'@' | b'+' => {
                stem.push(char::from(byte));
            }
            // A leading dot would hide the file or climb out of the folder.
            b'.' if at > 0 => stem.push('.'),
            _ => drop(write!(stem, "={byte:02X}")),
        }
    }
    if stem.len() > STEM_LIMIT {
        let digest = hex::encode(Sha256::digest(id));
        stem = stem.chars().take(STEM_LIMIT - digest.len() - 1).collect();
        stem = format!("{stem}={digest}");
    }
    Some(stem)
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn a_file_is_named_by_the_message_id_alone() {
        let id = "<0199b2f0-7c11-7e0a-b2a4-5f2d3c1e9a77@dispatch.example.cn>";
        assert_eq!(
            stem(id).unwrap(),
            "0199b2f0-7c11-7e0a-b2a4-5f2d3c1e9a77@dispatch.example.cn"
        );
    }

    #[test]
    fn no_message_id_leaves_the_folder_or_hides_its_file() {
        for id in [
            "../../etc/passwd",
            "..",
            ".hidden",
            "a/b",
            "a\\b",
            "a\0b",
            "函@x",
        ] {
            let stem = stem(id).unwrap();
            assert!(!stem.starts_with('.'), "{id:?} became {stem}");
            assert!(!stem.contains(['/', '\\', '\0']), "{id:?} became {stem}");
            assert!(stem.is_ascii(), "{id:?} became {stem}");
        }
    }

    #[test]
    fn different_ids_never_share_a_file() {
        let long = "x".repeat(400);
        let ids = ["a/b", "a=2Fb", "a_b", "a b", &long, &format!("{long}y")];
        let mut names: Vec<_> = ids.iter().map(|id| stem(id).unwrap()).collect();
        assert!(names.iter().all(|name| name.len() <= super::STEM_LIMIT));
        names.sort();
        names.dedup();
        assert_eq!(names.len(), ids.len());
    }

    #[test]
    fn an_empty_message_id_names_no_file() {
        assert_eq!(stem(""), None);
        assert_eq!(stem("<>"), None);
    }
}
