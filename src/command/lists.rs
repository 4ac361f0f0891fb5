//! `import projects`, `people` and `reports`: the same readers and actions as over HTTP, with a bar of
//! progress on a terminal.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use indicatif::ProgressBar;

use super::{print, say};
use crate::app::App;
use crate::kernel::error::{Error, Result};
use crate::kernel::time::Quarter;
use crate::people::caller::Caller;
use crate::people::{self, importing};
use crate::projects::{self, Asked};
use crate::sheets;
use crate::text::Lang;
use crate::web::upload::{File, Mode, Reading, RemarkView, Report};

/// What both lists are imported with.
#[derive(Args)]
pub(super) struct How {
    /// The list, as xlsx or CSV
    file: PathBuf,
    /// Only tell what would happen
    #[arg(long)]
    dry_run: bool,
    /// Name of the list, under which its numbers are known again; the file's name without its
    /// ending unless given
    #[arg(long)]
    source: Option<String>,
    /// Take the good rows of a list with wrong ones
    #[arg(long)]
    partial: bool,
}

#[derive(Subcommand)]
pub(super) enum ImportCommand {
    /// Make drafts of a list of projects
    Projects(How),
    /// Make accounts of a list of people; they have no password yet
    People(How),
    /// Draft the reports of a workbook that was filled in, over the whole site
    Reports {
        /// The workbook, or its sheet as CSV
        file: PathBuf,
        /// Only tell what would happen
        #[arg(long)]
        dry_run: bool,
        /// Take the good rows of a list with wrong ones
        #[arg(long)]
        partial: bool,
        /// The quarter it has to be for; the latest whose window has opened unless given
        #[arg(long)]
        quarter: Option<Quarter>,
    },
}

impl How {
    fn mode(&self) -> Mode {
        if self.dry_run {
            Mode::DryRun
        } else {
            Mode::Apply
        }
    }

    fn source(&self) -> String {
        let stem = self.file.file_stem().and_then(|stem| stem.to_str());
        let source = self.source.as_deref().or(stem);
        source.unwrap_or("projects").to_owned()
    }
}

/// Runs an import and tells what it came to.
pub(super) async fn run(app: &App, command: ImportCommand, json: bool) -> Result<()> {
    let by = Caller::system(app.settings.site.region, "command");
    let (settings, now) = (app.settings.clone(), app.now());
    let reading = Reading::of(&settings)?;
    let report = match command {
        ImportCommand::Projects(how) => {
            let list = reading
                .list(&file("projects", &how.file)?, projects::read_projects)
                .await?;
            let asked = Asked {
                source: how.source(),
                mode: how.mode(),
                partial: how.partial,
            };
            let bar = bar(list.rows.len());
            let unit = move |conn: &mut crate::store::Conn| {
                let told = |written| move_to(&bar, written);
                projects::import(conn, &by, &settings, &list, &asked, &told, now)
            };
            app.store.write(unit).await?
        }
        ImportCommand::People(how) => {
            let list = reading
                .list(&file("people", &how.file)?, people::read_people)
                .await?;
            let mode = (how.mode(), how.partial);
            let bar = bar(list.rows.len());
            let unit = move |conn: &mut crate::store::Conn| {
                let told = |written| move_to(&bar, written);
                importing::import(conn, &by, &list, mode, &told, now)
            };
            app.store.write(unit).await?
        }
        ImportCommand::Reports {
            file: path,
            dry_run,
            partial,
            quarter,
        } => {
            let file = file("reports", &path)?;
            let came = reading.read(file.name.as_deref(), &file.bytes).await?;
            let how = sheets::How {
                mode: if dry_run { Mode::DryRun } else { Mode::Apply },
                partial,
                submit: false,
                quarter,
            };
            let bar = bar(came.rows());
            let unit = move |conn: &mut crate::store::Conn| {
                let told = |written| move_to(&bar, written);
                sheets::take(conn, &by, &settings, (&came, "", how), &told, now)
            };
            return tell(&app.store.write(unit).await?, json);
        }
    };
    tell(&report.said(Lang::Zh), json)
}

fn file(list: &'static str, path: &Path) -> Result<File> {
    let bytes = std::fs::read(path)
        .map_err(|fault| Error::broken(format!("cannot read {}: {fault}", path.display())))?;
    Ok(File {
        list,
        name: Some(path.to_string_lossy().into_owned()),
        digest: String::new(),
        bytes,
    })
}

/// A bar that shows itself on a terminal only.
fn bar(rows: usize) -> ProgressBar {
    ProgressBar::new(u64::try_from(rows).unwrap_or(u64::MAX))
}

fn move_to(bar: &ProgressBar, written: usize) {
    bar.set_position(u64::try_from(written).unwrap_or(u64::MAX));
}

fn tell(report: &Report<RemarkView>, json: bool) -> Result<()> {
    let view = report.view();
    if !json {
        for (kind, remarks) in [("error", view.errors), ("warning", view.warnings)] {
            for remark in remarks {
                print(&line(kind, remark))?;
            }
        }
    }
    say(json, &view, || {
        let verb = if report.mode == Mode::DryRun {
            "would be "
        } else {
            ""
        };
        format!(
            "{} rows: {verb}{} created, {} updated, {} skipped; {} errors, {} warnings",
            report.rows,
            report.created,
            report.updated,
            report.skipped,
            report.errors.len(),
            report.warnings.len()
        )
    })?;
    if report.is_refused() {
        return Err(Error::broken(
            "nothing was imported: correct the rows, or take the others with --partial",
        ));
    }
    Ok(())
}

fn line(kind: &str, remark: &RemarkView) -> String {
    let RemarkView {
        row,
        column,
        code,
        detail,
    } = remark;
    format!("{kind}: row {row}, {column}: {detail} ({code})")
}
