//! A list of people, row by row, to what could be read of it.
//!
//! Pure, and strict where it decides what somebody may see: a role, region or department that is not
//! plainly one is an error of its row, never a guess, since a region read too wide would open other
//! people's projects. Whether the account exists, and who may create it, is not known here.

use std::collections::HashMap;

use crate::kernel::identifiers::{Email, Phone, Region};
use crate::reference;
use crate::table::{Cells, Columns, Remark, Table, Unreadable};

/// What could be read of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReadList {
    /// The rows without an error, in the order of the list.
    pub(crate) rows: Vec<ReadRow>,
    /// Why the other rows cannot become accounts.
    pub(crate) errors: Vec<Remark>,
    /// What is to be told of the list as a whole: the columns left aside.
    pub(crate) warnings: Vec<Remark>,
}

/// What could be read of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReadRow {
    /// Its number in the list, as a spreadsheet shows it.
    pub(crate) row: u32,
    /// The name.
    pub(crate) name: String,
    /// The address, by which a second import knows the person again.
    pub(crate) email: Email,
    /// The telephone number.
    pub(crate) phone: Option<Phone>,
    /// The post (职务).
    pub(crate) post: Option<String>,
    /// The unit the person works for (单位).
    pub(crate) unit: Option<String>,
    /// The role by its stored name.
    pub(crate) role: &'static str,
    /// The region; whether the role needs one is for the account's rules.
    pub(crate) region: Option<Region>,
    /// The slug of the department.
    pub(crate) department: Option<&'static str>,
    /// The language by its tag.
    pub(crate) language: Option<&'static str>,
    /// What could not be read, cell by cell.
    pub(crate) warnings: Vec<Remark>,
}

/// The fields a column may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Name,
    Email,
    Phone,
    Post,
    Unit,
    Role,
    Region,
    Department,
    Language,
}

/// The names columns go by.
const COLUMNS: [(Field, &[&str]); 9] = [
    (Field::Name, &["姓名", "name"]),
    (
        Field::Email,
        &["邮箱", "电子邮箱", "电子邮件", "email", "e-mail"],
    ),
    (
        Field::Phone,
        &["电话", "手机", "手机号", "联系电话", "phone"],
    ),
    (Field::Post, &["职务", "post"]),
    (Field::Unit, &["单位", "工作单位", "unit"]),
    (Field::Role, &["角色", "role"]),
    (
        Field::Region,
        &["地区代码", "地区", "区划代码", "region", "region_code"],
    ),
    (Field::Department, &["部门", "department"]),
    (Field::Language, &["语言", "language"]),
];

/// The columns a list cannot do without, by the names to put into a refusal.
const REQUIRED: [(Field, &str); 3] = [
    (Field::Name, "姓名"),
    (Field::Email, "邮箱"),
    (Field::Role, "角色"),
];

/// The names roles go by, after the stored one.
const ROLES: [(&str, &[&str]); 5] = [
    ("admin", &["管理员", "系统管理员"]),
    ("coordinator", &["调度员", "协调员"]),
    ("department", &["部门", "部门人员", "部门账号"]),
    ("lead", &["项目负责人", "项目人员"]),
    ("viewer", &["查看者", "只读", "领导"]),
];

/// The names languages go by, after the tag.
const LANGUAGES: [(&str, &[&str]); 2] = [
    ("zh-CN", &["zh", "中文", "汉语"]),
    ("en", &["英文", "英语", "English"]),
];

/// Reads a list of people.
///
/// **Errors**: [`Unreadable::ColumnMissing`] without columns for name, address and role,
/// [`Unreadable::ColumnTwice`] when two columns hold one field.
pub(crate) fn read_people(table: &Table) -> Result<ReadList, Unreadable> {
    let columns = Columns::of(table, &COLUMNS)?;
    let missing = REQUIRED
        .into_iter()
        .filter(|(field, _)| !columns.has(*field));
    let missing: Vec<&str> = missing.map(|(_, name)| name).collect();
    if !missing.is_empty() {
        return Err(Unreadable::ColumnMissing { columns: missing });
    }
    let mut list = ReadList {
        rows: Vec::new(),
        errors: Vec::new(),
        warnings: Vec::new(),
    };
    list.warnings
        .extend(columns.unmapped().into_iter().map(|column| Remark {
            row: 1,
            column: column.to_owned(),
            code: "import.column_ignored",
            facts: vec![("cell", column.to_owned())],
        }));
    let mut seen: HashMap<String, u32> = HashMap::new();
    for row in &table.rows {
        let cells = columns.cells(row);
        match read_row(&cells) {
            Ok(read) => {
                if let Some(first) = seen.get(&read.email.key()) {
                    let facts = vec![("first", first.to_string())];
                    list.errors
                        .push(cells.remark(Field::Email, "import.row_repeated", facts));
                } else {
                    seen.insert(read.email.key(), read.row);
                    list.rows.push(read);
                }
            }
            Err(errors) => list.errors.extend(errors),
        }
    }
    Ok(list)
}

fn read_row(cells: &Cells<'_, Field>) -> Result<ReadRow, Vec<Remark>> {
    let mut reading = Reading {
        cells,
        errors: Vec::new(),
        warnings: Vec::new(),
    };
    let name = cells.text(Field::Name);
    if name.is_none() {
        reading.refuse(Field::Name, "import.name_missing");
    }
    let email = reading.email();
    let role = reading.role();
    let region = reading.region();
    let department = reading.department();
    let phone = reading.phone();
    let language = reading.language();
    match (name, email, role) {
        (Some(name), Some(email), Some(role)) if reading.errors.is_empty() => Ok(ReadRow {
            row: cells.row(),
            name: name.to_owned(),
            email,
            phone,
            post: cells.text(Field::Post).map(str::to_owned),
            unit: cells.text(Field::Unit).map(str::to_owned),
            role,
            region,
            department,
            language,
            warnings: reading.warnings,
        }),
        _ => Err(reading.errors),
    }
}

/// One row while it is read, and what it came to so far.
struct Reading<'a> {
    cells: &'a Cells<'a, Field>,
    errors: Vec<Remark>,
    warnings: Vec<Remark>,
}

impl Reading<'_> {
    fn refuse(&mut self, field: Field, code: &'static str) {
        self.errors.push(self.cells.remark(field, code, vec![]));
    }

    fn email(&mut self) -> Option<Email> {
        let Some(cell) = self.cells.text(Field::Email) else {
            self.refuse(Field::Email, "import.email_missing");
            return None;
        };
        let email = cell.parse().ok();
        if email.is_none() {
            self.refuse(Field::Email, "import.email_wrong");
        }
        email
    }

    fn role(&mut self) -> Option<&'static str> {
        let Some(cell) = self.cells.text(Field::Role) else {
            self.refuse(Field::Role, "import.role_missing");
            return None;
        };
        let role = named(&ROLES, cell);
        if role.is_none() {
            self.refuse(Field::Role, "import.role_unknown");
        }
        role
    }

    /// Reads one current region, by code or name. What is merely near one is refused: several places,
    /// a part of a county, a code that was abolished, a short name a city shares with its county.
    fn region(&mut self) -> Option<Region> {
        let cell = self.cells.text(Field::Region)?;
        match reference::read_place(cell) {
            Ok(place) if place.several || !place.unread.is_empty() || is_shared(cell) => {
                self.refuse(Field::Region, "import.region_unclear");
                None
            }
            Ok(place) => {
                for (old, new) in &place.succeeded {
                    let facts = vec![("old", old.clone()), ("region", new.code.to_string())];
                    let remark = self
                        .cells
                        .remark(Field::Region, "import.region_abolished", facts);
                    self.errors.push(remark);
                }
                Some(place.region.code)
            }
            Err(unknown) => {
                let facts = vec![("place", unknown.place)];
                let remark = self
                    .cells
                    .remark(Field::Region, "import.region_unreadable", facts);
                self.errors.push(remark);
                None
            }
        }
    }

    fn department(&mut self) -> Option<&'static str> {
        let cell = self.cells.text(Field::Department)?;
        let named = |department: &&reference::Department| {
            department.slug == cell
                || department.zh == cell
                || department.en.eq_ignore_ascii_case(cell)
        };
        let department = reference::departments().iter().find(named);
        if department.is_none() {
            self.refuse(Field::Department, "import.department_unknown");
        }
        department.map(|department| department.slug.as_str())
    }

    /// Reads the telephone number; without one an account still works.
    fn phone(&mut self) -> Option<Phone> {
        let phone = self.cells.text(Field::Phone)?.parse().ok();
        if phone.is_none() {
            let remark = self
                .cells
                .remark(Field::Phone, "import.phone_unreadable", vec![]);
            self.warnings.push(remark);
        }
        phone
    }

    /// Reads the language; without one the site's own is used.
    fn language(&mut self) -> Option<&'static str> {
        let language = named(&LANGUAGES, self.cells.text(Field::Language)?);
        if language.is_none() {
            let remark = self
                .cells
                .remark(Field::Language, "import.language_unknown", vec![]);
            self.warnings.push(remark);
        }
        language
    }
}

/// Tells whether a short name belongs to several regions, as 南昌 does.
fn is_shared(name: &str) -> bool {
    reference::regions()
        .iter()
        .filter(|entry| entry.short_zh == name)
        .nth(1)
        .is_some()
}

/// Finds the stored name a text means, whatever the case of Latin letters.
fn named(known: &[(&'static str, &[&str])], text: &str) -> Option<&'static str> {
    let is = |name: &str| name.eq_ignore_ascii_case(text);
    known
        .iter()
        .find(|(stored, others)| is(stored) || others.iter().any(|other| is(other)))
        .map(|(stored, _)| *stored)
}

#[cfg(test)]
mod tests;
