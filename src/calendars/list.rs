//! A list of days, as the official notice is kept in a spreadsheet, to the years it speaks of.
//!
//! Pure, and all or nothing: a calendar read in part would count wrongly without anybody noticing.

use std::collections::BTreeMap;

use super::Year;
use super::rules::faults;
use crate::kernel::calendar::{DayKind, YearStatus};
use crate::kernel::error::Result;
use crate::kernel::refused::{Finding, Kind, Refused};
use crate::kernel::time::Day;
use crate::table::{Cells, Columns, Table, Unreadable, read_csv};

/// The fields a column may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Date,
    Kind,
    Name,
    Status,
}

/// The names columns go by; others, such as the weekday, say nothing new.
const COLUMNS: [(Field, &[&str]); 4] = [
    (Field::Date, &["date", "日期"]),
    (Field::Kind, &["kind", "类型"]),
    (Field::Name, &["name_zh", "name", "名称"]),
    (Field::Status, &["status", "状态"]),
];

/// Reads the years of a list (CSV): `date`, `kind` (`holiday` where the list has no such column),
/// `name_zh`, `status` (`published` likewise). A year one of whose days is provisional is
/// provisional.
///
/// # Errors
/// - 422 `import.…` when it is no list
/// - 422 `import.rows_refused` with every cell that could not be read or breaks a rule
pub(crate) fn read_list(bytes: &[u8]) -> Result<Vec<Year>> {
    let table = read_csv(bytes).map_err(unreadable)?;
    let (years, findings) = years_of(&table).map_err(unreadable)?;
    if findings.is_empty() {
        return Ok(years);
    }
    Err(Refused::new(Kind::Invalid, "import.rows_refused")
        .with("rows", findings.len())
        .listing(findings)
        .into())
}

fn unreadable(fault: Unreadable) -> Refused {
    let refused = Refused::new(Kind::Invalid, fault.code());
    let facts = fault.facts().into_iter();
    facts.fold(refused, |refused, (name, value)| refused.with(name, value))
}

/// One row that could be read.
struct ReadDay {
    row: u32,
    on: Day,
    kind: DayKind,
    name: Option<String>,
    status: YearStatus,
}

fn years_of(table: &Table) -> std::result::Result<(Vec<Year>, Vec<Finding>), Unreadable> {
    let columns = Columns::of(table, &COLUMNS)?;
    if !columns.has(Field::Date) {
        return Err(Unreadable::ColumnMissing {
            columns: vec!["date"],
        });
    }
    let mut findings = Vec::new();
    let mut by_year: BTreeMap<i32, Vec<ReadDay>> = BTreeMap::new();
    for row in &table.rows {
        match read_day(&columns.cells(row)) {
            Ok(day) => by_year.entry(day.on.year()).or_default().push(day),
            Err(finding) => findings.push(finding),
        }
    }
    let mut years = Vec::new();
    for (number, days) in by_year {
        let provisional = days.iter().any(|day| day.status == YearStatus::Provisional);
        let rows: Vec<u32> = days.iter().map(|day| day.row).collect();
        let year = Year {
            year: number,
            status: if provisional {
                YearStatus::Provisional
            } else {
                YearStatus::Published
            },
            days: days
                .into_iter()
                .map(|day| (day.on, day.kind, day.name))
                .collect(),
            version: 0,
        };
        findings.extend(faults(&year).into_iter().map(|fault| in_row(fault, &rows)));
        years.push(year);
    }
    Ok((years, findings))
}

/// Points a finding on `/days/{n}/…` to the row of the list.
fn in_row(finding: Finding, rows: &[u32]) -> Finding {
    let at = finding
        .pointer
        .strip_prefix("/days/")
        .and_then(|rest| rest.split('/').next())
        .and_then(|at| at.parse::<usize>().ok());
    let row = at.and_then(|at| rows.get(at)).or_else(|| rows.first());
    Finding {
        pointer: format!("/rows/{}", row.copied().unwrap_or_default()),
        ..finding
    }
}

fn read_day(cells: &Cells<'_, Field>) -> std::result::Result<ReadDay, Finding> {
    let unreadable = |field: Field| {
        Finding::new(format!("/rows/{}", cells.row()), "calendar.cell_unreadable")
            .with("cell", cells.text(field).unwrap_or_default())
    };
    let word = |field: Field, usual: &'static str| cells.text(field).unwrap_or(usual);
    Ok(ReadDay {
        row: cells.row(),
        on: word(Field::Date, "")
            .parse()
            .map_err(|_| unreadable(Field::Date))?,
        kind: word(Field::Kind, DayKind::Holiday.as_str())
            .parse()
            .map_err(|_| unreadable(Field::Kind))?,
        name: cells.text(Field::Name).map(str::to_owned),
        status: word(Field::Status, YearStatus::Published.as_str())
            .parse()
            .map_err(|_| unreadable(Field::Status))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::error::Error;

    fn refused(list: &str) -> Vec<(String, &'static str)> {
        match read_list(list.as_bytes()) {
            Err(Error::Refused(refused)) => refused
                .findings
                .into_iter()
                .map(|finding| (finding.pointer, finding.code))
                .collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn both_lists_that_ship_are_read_as_they_ship() {
        let published = include_bytes!("../../seeds/reference/working-days.csv");
        let years = read_list(published).unwrap();
        assert_eq!(years.len(), 23);
        assert!(years.iter().all(|y| y.status == YearStatus::Published));
        let provisional =
            include_bytes!("../../seeds/reference/statutory-holidays-2027-provisional.csv");
        let years = read_list(provisional).unwrap();
        assert_eq!(
            (years.len(), years[0].year, years[0].status),
            (1, 2027, YearStatus::Provisional)
        );
        assert_eq!(years[0].days[0].2.as_deref(), Some("元旦"));
    }

    #[test]
    fn every_row_that_cannot_be_read_or_breaks_a_rule_is_named() {
        let list = "date,kind\n2027-01-01,holiday\n2027-01-01,holiday\nsoon,holiday\n\
                    2027-01-05,workday\n2027-01-06,feast\n";
        assert_eq!(
            refused(list),
            [
                ("/rows/4".into(), "calendar.cell_unreadable"),
                ("/rows/6".into(), "calendar.cell_unreadable"),
                ("/rows/3".into(), "calendar.day_twice"),
                ("/rows/5".into(), "calendar.workday_not_on_weekend"),
            ]
        );
    }

    #[test]
    fn a_list_without_dates_is_no_calendar() {
        let error = read_list(b"day,kind\n2027-01-01,holiday\n").unwrap_err();
        assert_eq!(error.code(), Some("import.column_missing"));
    }
}
