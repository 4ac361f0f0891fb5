//! Where the policy in force comes from: the ladder that ships, or the file a site names.

use super::ladder::{DEFAULT_POLICY, Policy};
use crate::kernel::error::{Error, Result};
use crate::settings::Settings;

/// Returns the policy in force. A file is read anew each time, so that a changed one holds from the
/// next sweep on.
///
/// # Errors
/// A file that cannot be read, or in which something is wrong: all of it, by line.
pub(crate) fn policy(settings: &Settings) -> Result<Policy> {
    let Some(path) = &settings.escalation.ladder_file else {
        return read("config/ladder.toml", DEFAULT_POLICY);
    };
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|fault| {
        Error::broken(format!("settings: escalation.ladder_file: {name}: {fault}"))
    })?;
    read(&name, &text)
}

fn read(name: &str, text: &str) -> Result<Policy> {
    Policy::read(text).map_err(|flaws| {
        let flaws: Vec<String> = flaws.iter().map(ToString::to_string).collect();
        Error::broken(format!("{name}: {}", flaws.join("; ")))
    })
}
