//! The table of periodic jobs. `serve` runs them one round after another; `tick` runs each once.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::escalation;
use crate::kernel::error::{Error, Result};
use crate::kernel::time::Moment;
use crate::lifecycle;
use crate::mail::{self, Transport};
use crate::reports;
use crate::web::{idempotency, upload};

/// What one job did in a round.
#[derive(Debug, Serialize)]
pub struct Done {
    /// The job.
    pub job: &'static str,
    /// How many rows it changed or letters it sent.
    pub count: usize,
    /// What went wrong, if anything did; the other jobs ran all the same.
    pub fault: Option<String>,
}

/// Runs every job once, in order, at a given moment.
pub async fn tick(app: &App, now: Moment) -> Vec<Done> {
    let mut round = Vec::new();
    round.push(done("owe_reports", owe_reports(app, now).await));
    round.push(done("owe_vacancies", owe_vacancies(app, now).await));
    round.push(done("escalate", escalate(app, now).await));
    round.push(done("send_letters", send_letters(app, now).await));
    round.push(done("forget_idempotency_keys", forget_keys(app, now).await));
    round.push(done("forget_uploads", forget_uploads(app, now).await));
    round
}

async fn owe_reports(app: &App, now: Moment) -> Result<usize> {
    reports::owe_due(&app.store, &app.settings, now).await
}

async fn owe_vacancies(app: &App, now: Moment) -> Result<usize> {
    let settings = Arc::clone(&app.settings);
    app.store
        .write(move |conn| lifecycle::owe_vacancies(conn, &settings, now))
        .await
}

async fn escalate(app: &App, now: Moment) -> Result<usize> {
    let (store, settings) = (app.store.clone(), Arc::clone(&app.settings));
    let sweep = move || escalation::sweep(&store, &settings, now);
    tokio::task::spawn_blocking(sweep)
        .await
        .map_err(Error::broken)?
}

async fn send_letters(app: &App, now: Moment) -> Result<usize> {
    let (store, settings) = (&app.store, Arc::clone(&app.settings));
    let hours = store
        .read(move |conn| escalation::hours(conn, &settings, now))
        .await?;
    let transport = Transport::from_settings(&app.settings.mail).map_err(Error::broken)?;
    let wanted = escalation::still_wanted;
    mail::deliver_round(store, &transport, &app.settings, now, hours, wanted).await
}

async fn forget_keys(app: &App, now: Moment) -> Result<usize> {
    app.store
        .write(move |conn| idempotency::sweep(conn, now))
        .await
}

async fn forget_uploads(app: &App, now: Moment) -> Result<usize> {
    let settings = Arc::clone(&app.settings);
    app.store
        .write(move |conn| upload::sweep(conn, &settings.imports, now))
        .await
}

fn done(job: &'static str, result: Result<usize>) -> Done {
    match result {
        Ok(count) => Done {
            job,
            count,
            fault: None,
        },
        Err(fault) => {
            tracing::error!(job, fault = %fault, "a periodic job failed; it runs again next round");
            Done {
                job,
                count: 0,
                fault: Some(fault.to_string()),
            }
        }
    }
}

/// The jobs of a serving process.
pub(crate) struct Workers {
    stop: watch::Sender<bool>,
    task: Option<JoinHandle<()>>,
}

/// Starts the jobs, if this process runs them.
pub(crate) fn start(app: &App) -> Workers {
    let (stop, mut stopped) = watch::channel(false);
    if !app.settings.jobs.enabled {
        return Workers { stop, task: None };
    }
    let app = app.clone();
    let every = Duration::from_secs(app.settings.jobs.every_seconds.max(1));
    let task = tokio::spawn(async move {
        loop {
            tick(&app, app.now()).await;
            tokio::select! {
                () = tokio::time::sleep(every) => {}
                _ = stopped.changed() => return,
            }
        }
    });
    Workers {
        stop,
        task: Some(task),
    }
}

impl Workers {
    /// Lets the round that is under way finish and starts no other.
    pub(crate) async fn stop(self) {
        if self.stop.send(true).is_err() {
            tracing::debug!("the jobs had ended before");
        }
        if let Some(task) = self.task
            && let Err(fault) = task.await
        {
            tracing::error!(fault = %fault, "the jobs ended badly");
        }
    }
}
