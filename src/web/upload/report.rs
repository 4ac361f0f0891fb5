//! What an import came to: counts, errors and warnings, each at its cell, and its answer.

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::kernel::refused::Facts;
use crate::table::Remark;
use crate::text::{Lang, say};
use crate::web::answer::Answer;

crate::words! {
    /// Whether an import does what it says.
    pub(crate) enum Mode {
        /// Only say what would be done.
        DryRun = "dry_run",
        /// Do it.
        Apply = "apply",
    }
}

/// What an import came to; its remarks are facts, or words already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Report<R = Remark> {
    pub(crate) id: Id,
    pub(crate) mode: Mode,
    /// Whether a list with errors has its other rows applied.
    pub(crate) partial: bool,
    /// Rows of the list, the wrong ones among them.
    pub(crate) rows: usize,
    pub(crate) created: usize,
    pub(crate) updated: usize,
    pub(crate) skipped: usize,
    pub(crate) errors: Vec<R>,
    pub(crate) warnings: Vec<R>,
}

/// Something told about a cell.
pub(crate) trait AtCell {
    /// Returns its row and the name of its column.
    fn cell(&self) -> (u32, &str);
}

impl AtCell for Remark {
    fn cell(&self) -> (u32, &str) {
        (self.row, &self.column)
    }
}

impl AtCell for RemarkView {
    fn cell(&self) -> (u32, &str) {
        (self.row, &self.column)
    }
}

/// One thing told about one cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct RemarkView {
    pub(crate) row: u32,
    pub(crate) column: String,
    pub(crate) code: String,
    pub(crate) detail: String,
}

/// What an import came to, in words.
#[derive(Serialize, ToSchema)]
#[schema(as = ImportReport)]
pub(crate) struct ReportView<'a> {
    id: Id,
    mode: Mode,
    rows: usize,
    created: usize,
    updated: usize,
    skipped: usize,
    pub(crate) errors: &'a [RemarkView],
    pub(crate) warnings: &'a [RemarkView],
}

/// The 422 of an import, for the `OpenAPI` document: any problem, or that of a list with wrong rows,
/// which carries the fields of the report.
pub(crate) struct ImportRefusal;

impl utoipa::PartialSchema for ImportRefusal {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{AllOf, AnyOf, ObjectBuilder, Type};
        use utoipa::openapi::{Ref, RefOr, schema::Schema};

        let mut head = ObjectBuilder::new();
        for name in ["type", "title", "detail", "instance", "code"] {
            let text = ObjectBuilder::new().schema_type(Type::String);
            head = head.property(name, text).required(name);
        }
        let mut rows = AllOf::new();
        rows.items = vec![
            Ref::from_schema_name("ImportReport").into(),
            RefOr::T(Schema::Object(head.build())),
        ];
        let mut any = AnyOf::new();
        any.items = vec![
            RefOr::T(Schema::AllOf(rows)),
            Ref::from_schema_name("Problem").into(),
        ];
        RefOr::T(Schema::AnyOf(any))
    }
}

impl ToSchema for ImportRefusal {}

fn wrong_rows(errors: &[impl AtCell]) -> usize {
    let mut wrong: Vec<u32> = errors.iter().map(|error| error.cell().0).collect();
    wrong.sort_unstable();
    wrong.dedup();
    wrong.len()
}

impl<R: AtCell> Report<R> {
    /// Returns the report of a list nothing is known of yet but its wrong rows.
    pub(crate) fn new(mode: Mode, partial: bool, good: usize, errors: Vec<R>) -> Self {
        Self {
            id: Id::new(),
            mode,
            partial,
            rows: good.saturating_add(wrong_rows(&errors)),
            created: 0,
            updated: 0,
            skipped: 0,
            errors,
            warnings: Vec::new(),
        }
    }

    /// Tells whether the rows without an error are to be written.
    pub(crate) fn applies(&self) -> bool {
        self.mode == Mode::Apply && !self.is_refused()
    }

    /// Tells whether nothing was written because of rows that are wrong.
    pub(crate) fn is_refused(&self) -> bool {
        self.mode == Mode::Apply && !self.partial && !self.errors.is_empty()
    }

    /// Ends the report: of a refused list nothing was done.
    pub(crate) fn ended(mut self) -> Self {
        if self.is_refused() {
            (self.created, self.updated, self.skipped) = (0, 0, 0);
        }
        let order = |remark: &R| {
            let (row, column) = remark.cell();
            (row, column.to_owned())
        };
        self.errors.sort_by_key(order);
        self.warnings.sort_by_key(order);
        self
    }
}

impl Report {
    /// Puts the report into words.
    pub(crate) fn said(self, lang: Lang) -> Report<RemarkView> {
        let told = |remarks: &[Remark]| remarks.iter().map(|one| view(one, lang)).collect();
        Report {
            id: self.id,
            mode: self.mode,
            partial: self.partial,
            rows: self.rows,
            created: self.created,
            updated: self.updated,
            skipped: self.skipped,
            errors: told(&self.errors),
            warnings: told(&self.warnings),
        }
    }
}

impl Report<RemarkView> {
    /// Returns the report as it is answered and printed.
    pub(crate) fn view(&self) -> ReportView<'_> {
        ReportView {
            id: self.id,
            mode: self.mode,
            rows: self.rows,
            created: self.created,
            updated: self.updated,
            skipped: self.skipped,
            errors: &self.errors,
            warnings: &self.warnings,
        }
    }

    /// Answers 200, or 422 `import.rows_refused` as a problem with the same fields.
    ///
    /// # Errors
    /// Only faults of the writing of JSON.
    pub(crate) fn answer(&self, lang: Lang, request_id: Option<&str>) -> Result<Answer> {
        let view = self.view();
        if !self.is_refused() {
            return Answer::ok(&view);
        }
        let code = "import.rows_refused";
        let wrong = wrong_rows(&self.errors);
        let mut body = serde_json::to_value(&view).map_err(Error::broken)?;
        let problem = json!({
            "type": format!("urn:fiveone:problem:{code}"),
            "title": say(lang, "problem.invalid", &Facts::none()),
            "status": 422,
            "detail": say(lang, code, &Facts::none().with("rows", wrong)),
            "instance": request_id,
            "code": code,
        });
        if let (Some(body), serde_json::Value::Object(problem)) = (body.as_object_mut(), problem) {
            body.extend(problem);
        }
        Ok(Answer {
            status: 422,
            ..Answer::ok(&body)?
        })
    }
}

fn view(remark: &Remark, lang: Lang) -> RemarkView {
    let facts = remark.facts.iter();
    let facts = facts.fold(Facts::none(), |facts, (name, value)| {
        facts.with(name, value)
    });
    RemarkView {
        row: remark.row,
        column: remark.column.clone(),
        code: remark.code.to_owned(),
        detail: say(lang, remark.code, &facts),
    }
}
