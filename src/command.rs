//! The commands: each reads its arguments, calls the same actions as the API, and prints.
//!
//! Exit codes: 0 done, 1 failed, 2 wrong usage.

mod confined;
mod exports;
mod lists;

use std::io::{BufRead as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use serde::Serialize;
use tracing_subscriber::EnvFilter;

use self::exports::ExportCommand;
use self::lists::ImportCommand;
use crate::app::App;
use crate::kernel::error::{Error, Result};
use crate::kernel::identifiers::Region;
use crate::kernel::page::{Page, Paging};
use crate::kernel::refused::none_of;
use crate::kernel::time::Moment;
use crate::mail::{self, State};
use crate::people::actions::{self as people, NewPerson};
use crate::people::caller::Caller;
use crate::people::role::Role;
use crate::people::{password, password_faults};
use crate::seed::Demo;
use crate::server::Server;
use crate::settings::{LogFormat, Settings};
use crate::store::Conn;
use crate::text::Lang;
use crate::{calendars, catalogue, escalation, jobs, journal, seed, server};

/// Drives a province's major industrial projects by the five-one rule.
#[derive(Parser)]
#[command(name = "fiveone", version, about)]
struct Line {
    /// A settings file; config/default.toml shows every key
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    /// One setting, such as database.url=sqlite://other.db; may be given several times
    #[arg(long = "set", global = true, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Print results as JSON
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API and run the periodic jobs
    Serve {
        /// Make the demo world first, in an empty database
        #[arg(long)]
        demo: bool,
    },
    /// Bring the database's schema up to date
    Migrate,
    /// Load the reference data
    Seed,
    /// Run every periodic job once
    Tick {
        /// At this moment instead of now (RFC 3339)
        #[arg(long)]
        at: Option<Moment>,
    },
    /// Accounts
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Lists of projects and people
    Import {
        #[command(subcommand)]
        command: ImportCommand,
    },
    /// Ledgers as files
    Export {
        #[command(subcommand)]
        command: ExportCommand,
    },
    /// The official calendar
    Calendar {
        #[command(subcommand)]
        command: CalendarCommand,
    },
    /// The letters that wait, left or failed
    Outbox {
        #[command(subcommand)]
        command: OutboxCommand,
    },
    /// The journal
    Journal {
        #[command(subcommand)]
        command: JournalCommand,
    },
    /// The settings
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Print the OpenAPI document
    Openapi,
    /// Read a workbook from standard input; the server runs this in a process of its own
    #[command(hide = true)]
    ReadWorkbook {
        /// The most rows of a sheet
        #[arg(long)]
        rows: usize,
    },
}

#[derive(Subcommand)]
enum UserCommand {
    /// Create an account; the password is read from standard input
    Create {
        #[arg(long)]
        email: String,
        #[arg(long)]
        name: String,
        /// admin, coordinator, department, lead or viewer
        #[arg(long)]
        role: Role,
        #[arg(long)]
        region: Option<Region>,
        #[arg(long)]
        department: Option<String>,
        /// Read the password from standard input (its first line)
        #[arg(long, required = true)]
        password_stdin: bool,
    },
}

#[derive(Subcommand)]
enum CalendarCommand {
    /// Keep the years of a list (CSV: `date`, `kind`, `name_zh`, `status`); days owed are counted anew
    Import {
        file: PathBuf,
        /// Only tell what would happen
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Subcommand)]
enum OutboxCommand {
    /// List letters, newest first
    List {
        /// Only those in this state, such as retry or dead; may be given several times
        #[arg(long = "state")]
        states: Vec<State>,
        /// How many, at most 200
        #[arg(long)]
        limit: Option<i64>,
        /// Where the page before ended
        #[arg(long)]
        cursor: Option<String>,
    },
}

#[derive(Subcommand)]
enum JournalCommand {
    /// Check every chain from its first entry to its head
    Verify,
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Check the settings
    Check,
}

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let line = match Line::try_parse() {
        Ok(line) => line,
        Err(fault) => {
            let code = if fault.use_stderr() { 2 } else { 0 };
            return if fault.print().is_ok() {
                ExitCode::from(code)
            } else {
                ExitCode::FAILURE
            };
        }
    };
    match line.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            let said = writeln!(std::io::stderr(), "fiveone: {fault}");
            if said.is_ok() {
                ExitCode::FAILURE
            } else {
                ExitCode::from(3)
            }
        }
    }
}

impl Line {
    fn run(self) -> Result<()> {
        // Before everything else: it knows no settings, and threads would cost it its memory.
        if let Command::ReadWorkbook { rows } = self.command {
            return confined::read_workbook(rows);
        }
        let mut flags = Vec::new();
        for pair in &self.set {
            let (key, value) = pair
                .split_once('=')
                .ok_or_else(|| Error::broken(format!("--set {pair}: write KEY=VALUE")))?;
            flags.push((key.to_owned(), value.to_owned()));
        }
        let settings = Settings::read(self.config.as_deref(), &flags)?;
        start_log(&settings);
        let runtime = tokio::runtime::Runtime::new().map_err(Error::broken)?;
        runtime.block_on(self.command.run(settings, self.json))
    }
}

fn start_log(settings: &Settings) {
    let filter =
        EnvFilter::try_new(&settings.log.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let started = match settings.log.format {
        LogFormat::Json => log.json().try_init(),
        LogFormat::Text => log.try_init(),
    };
    if started.is_err() {
        tracing::debug!("a log is already there");
    }
}

impl Command {
    async fn run(self, settings: Settings, json: bool) -> Result<()> {
        match self {
            Self::Serve { demo } => serve(App::open(settings)?, demo, json).await,
            Self::Migrate => {
                let ran = App::open(settings)?.store.migrate()?;
                say(json, &ran, || match ran.len() {
                    0 => "the schema is up to date".to_owned(),
                    n => format!("{n} migrations ran"),
                })
            }
            Self::Seed => {
                let app = opened(settings)?;
                let years = seed::reference(&app)?;
                say(json, &years, || format!("{years} calendar years loaded"))
            }
            Self::Tick { at } => {
                let app = opened(settings)?;
                let now = at.unwrap_or_else(|| app.now());
                let round = jobs::tick(&app, now).await;
                say(json, &round, || {
                    let lines = round
                        .iter()
                        .map(|done| format!("{}: {}", done.job, done.count));
                    lines.collect::<Vec<_>>().join("\n")
                })?;
                match round.iter().find_map(|done| done.fault.clone()) {
                    Some(fault) => Err(Error::broken(fault)),
                    None => Ok(()),
                }
            }
            Self::User {
                command:
                    UserCommand::Create {
                        email,
                        name,
                        role,
                        region,
                        department,
                        password_stdin: _,
                    },
            } => {
                let app = opened(settings)?;
                let mut chosen = String::new();
                std::io::stdin()
                    .lock()
                    .read_line(&mut chosen)
                    .map_err(Error::broken)?;
                let chosen = chosen.trim_end_matches(['\r', '\n']).to_owned();
                none_of(password_faults("/password", &chosen, &name, &email))?;
                let new = NewPerson {
                    name,
                    email,
                    phone: None,
                    post: None,
                    unit: None,
                    role,
                    region,
                    department,
                    language: Lang::Zh,
                    password_hash: Some(password::hash(&chosen)?),
                    disabled: false,
                };
                let by = Caller::system(app.settings.site.region, "command");
                let now = app.now();
                let made = app
                    .store
                    .write(move |conn| people::create(conn, &by, &new, now))
                    .await?;
                say(
                    json,
                    &serde_json::json!({ "id": made.id, "email": made.email }),
                    || format!("{} is {} ({})", made.email, made.role, made.id),
                )
            }
            Self::Import { command } => lists::run(&opened(settings)?, command, json).await,
            Self::Export { command } => exports::run(&opened(settings)?, command, json).await,
            Self::Calendar {
                command: CalendarCommand::Import { file, dry_run },
            } => import_calendar(&opened(settings)?, &file, dry_run, json).await,
            Self::Outbox { command } => command.run(settings, json).await,
            Self::Journal {
                command: JournalCommand::Verify,
            } => verify_journal(&opened(settings)?, json).await,
            Self::Config {
                command: ConfigCommand::Check,
            } => {
                escalation::policy(&settings)?;
                say(json, &"ok", || "the settings are valid".to_owned())
            }
            Self::Openapi => print(&server::openapi().to_pretty_json().map_err(Error::broken)?),
            Self::ReadWorkbook { rows } => confined::read_workbook(rows),
        }
    }
}

impl OutboxCommand {
    async fn run(self, settings: Settings, json: bool) -> Result<()> {
        let Self::List {
            states,
            limit,
            cursor,
        } = self;
        let paging = Paging::read("outbox", 1, limit, cursor.as_deref(), None)?;
        let list = move |conn: &mut Conn| mail::outbox_list(conn, &states, &paging);
        let page = opened(settings)?.store.read(list).await?;
        say(json, &page, || table_of(&page))
    }
}

/// Lays letters out for a terminal.
fn table_of(page: &Page<mail::LetterRow>) -> String {
    let mut table = comfy_table::Table::new();
    table.load_preset(comfy_table::presets::UTF8_HORIZONTAL_ONLY);
    table.set_header([
        "written", "state", "attempts", "next", "letter", "to", "subject", "id",
    ]);
    for row in &page.items {
        table.add_row([
            row.created_at.to_string(),
            row.state.to_string(),
            row.attempts.to_string(),
            row.next_attempt_at
                .map(|at| at.to_string())
                .unwrap_or_default(),
            row.letter.clone(),
            format!("{} <{}>", row.recipient_name, row.address),
            row.subject.clone(),
            row.id.to_string(),
        ]);
    }
    match &page.next_cursor {
        Some(cursor) => format!("{table}\nmore: --cursor {cursor}"),
        None => table.to_string(),
    }
}

async fn verify_journal(app: &App, json: bool) -> Result<()> {
    let verified = app.store.read(journal::verify).await?;
    say(json, &verified, || {
        format!("{} chains, {} entries", verified.chains, verified.entries)
    })?;
    match verified.broken_at {
        Some(at) => Err(Error::broken(format!("the journal does not hold at {at}"))),
        None => Ok(()),
    }
}

fn opened(settings: Settings) -> Result<App> {
    let app = App::open(settings)?;
    app.store.migrate()?;
    Ok(app)
}

async fn import_calendar(app: &App, file: &Path, dry_run: bool, json: bool) -> Result<()> {
    let bytes = std::fs::read(file)
        .map_err(|fault| Error::broken(format!("cannot read {}: {fault}", file.display())))?;
    let years = calendars::read_list(&bytes)?;
    let imported = if dry_run {
        let preview = move |conn: &mut Conn| catalogue::preview(conn, &years);
        app.store.read(preview).await?
    } else {
        let by = Caller::system(app.settings.site.region, "command");
        let (settings, now) = (app.settings.clone(), app.now());
        let import = move |conn: &mut Conn| catalogue::import(conn, &by, &settings, &years, now);
        app.store.write(import).await?
    };
    say(json, &imported, || {
        format!(
            "{} years created, {} updated, {} unchanged; {} deadlines moved{}",
            imported.created.len(),
            imported.updated.len(),
            imported.unchanged.len(),
            imported.moved.len(),
            if dry_run { " (dry run)" } else { "" },
        )
    })
}

async fn serve(app: App, demo: bool, json: bool) -> Result<()> {
    let server = Server::build(app.clone())?;
    let address = server.address();
    if demo {
        let made = seed::demo(&app, 1).await?;
        let base = &app.settings.site.base_url;
        let welcome = Welcome {
            address: &address,
            made: &made,
        };
        say(json, &welcome, || welcome.words(base))?;
    }
    tracing::info!(port = server.port(), "fiveone serves at {address}");
    server.run().await
}

/// What a new user needs to know of the demo world.
#[derive(Serialize)]
struct Welcome<'w> {
    /// What to open in a browser.
    address: &'w str,
    #[serde(flatten)]
    made: &'w Demo,
}

impl Welcome<'_> {
    fn words(&self, base: &str) -> String {
        let Self { address, made } = self;
        let password = made.password.as_deref().map_or_else(
            || "as told when the demo was made".to_owned(),
            ToOwned::to_owned,
        );
        let elsewhere = if base == *address {
            String::new()
        } else {
            format!("letters link to {base}: set site.base_url to the address people open\n")
        };
        format!(
            "Open {address}/ in a browser and sign in as one of\n\n  {}\n\n\
             password of each: {password}\n\
             the API, to read and to try: {address}/docs/\n\
             {elsewhere}\
             letters of the next working morning: fiveone tick --at {}\n",
            made.accounts.join("\n  "),
            made.next_morning,
        )
    }
}

fn say(json: bool, value: &impl Serialize, words: impl FnOnce() -> String) -> Result<()> {
    if json {
        print(&serde_json::to_string(value).map_err(Error::broken)?)
    } else {
        print(&words())
    }
}

/// A closed pipe, as behind `| head`, is no failure.
fn print(text: &str) -> Result<()> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(fault) if fault.kind() != std::io::ErrorKind::BrokenPipe => Err(Error::broken(fault)),
        _ => Ok(()),
    }
}
