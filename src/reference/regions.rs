//! The administrative divisions: Jiangxi down to the county, the rest of China down to the city.

use std::sync::LazyLock;

use super::rows;
use crate::kernel::identifiers::{Level, Region};

/// A province, city or county, by its current code.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct RegionEntry {
    /// The code of GB/T 2260.
    pub(crate) code: Region,
    /// The division it belongs to; none for a province.
    #[serde(rename(deserialize = "parent_code"))]
    pub(crate) parent: Option<Region>,
    /// The level; a county directly under its province is a county.
    #[serde(deserialize_with = "level")]
    pub(crate) level: Level,
    /// The kind of unit, such as `district` or `autonomous-prefecture`.
    pub(crate) kind: String,
    /// The full name, Chinese.
    #[serde(rename(deserialize = "name_zh"))]
    pub(crate) zh: String,
    /// The name without its unit, Chinese; not always different and not always the only one.
    pub(crate) short_zh: String,
    /// The full name, English.
    #[serde(rename(deserialize = "name_en"))]
    pub(crate) en: String,
    /// The short name in Latin letters; known for Jiangxi only.
    #[serde(default)]
    pub(crate) pinyin: Option<String>,
}

/// A change of a code since 2010.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub(crate) struct RegionChange {
    /// The code before; none where the unit is new.
    #[serde(rename = "old_code")]
    pub(super) old: Option<Region>,
    /// The full name before.
    pub(super) old_name_zh: Option<String>,
    /// The code since, which is the old one where only the name changed.
    #[serde(rename = "new_code")]
    pub(super) new: Region,
}

static REGIONS: LazyLock<Vec<RegionEntry>> = LazyLock::new(|| {
    let mut regions: Vec<RegionEntry> = rows::read(
        "regions.csv",
        include_str!("../../seeds/reference/regions.csv"),
    );
    // The list of China repeats Jiangxi without its pinyin: the first of two stays.
    regions.extend(rows::read::<RegionEntry>(
        "regions-china.csv",
        include_str!("../../seeds/reference/regions-china.csv"),
    ));
    regions.sort_by_key(|entry| entry.code);
    regions.dedup_by(|later, first| later.code == first.code);
    regions
});
static CHANGES: LazyLock<Vec<RegionChange>> = LazyLock::new(|| {
    rows::read(
        "regions-history.csv",
        include_str!("../../seeds/reference/regions-history.csv"),
    )
});

/// Returns all current regions, by code.
pub(crate) fn regions() -> &'static [RegionEntry] {
    &REGIONS
}

/// Returns the current region of a code; an abolished code has none, see [`successor`].
pub(crate) fn region(code: Region) -> Option<&'static RegionEntry> {
    let at = regions()
        .binary_search_by(|entry| entry.code.cmp(&code))
        .ok()?;
    regions().get(at)
}

/// Returns the region that took the place of an abolished code; none for a current or unknown one.
pub(crate) fn successor(code: Region) -> Option<&'static RegionEntry> {
    if region(code).is_some() {
        return None;
    }
    let change = changes().iter().find(|change| change.old == Some(code))?;
    region(change.new)
}

/// Returns the changes of codes and names, in the order of the file.
pub(super) fn changes() -> &'static [RegionChange] {
    &CHANGES
}

/// Reads the level as the files name it.
fn level<'de, D: serde::Deserializer<'de>>(cell: D) -> Result<Level, D::Error> {
    let cell = <String as serde::Deserialize>::deserialize(cell)?;
    match cell.as_str() {
        "province" => Ok(Level::Province),
        "prefecture" => Ok(Level::City),
        "county" | "direct-county" => Ok(Level::County),
        other => Err(serde::de::Error::custom(format_args!("no level: {other}"))),
    }
}
