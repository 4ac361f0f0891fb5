//! The reference lists and the targets, whole and for everyone signed in: names in both languages,
//! slugs as the other calls take them.

use actix_web::{HttpResponse, get};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::calendars::{self, Year};
use crate::kernel::calendar::{DayKind, YearStatus};
use crate::kernel::error::Result;
use crate::kernel::page::Page;
use crate::kernel::time::Day;
use crate::people::call::Call;
use crate::reference::{
    self, ApprovalItem, BlockerCategory, Department, Industry, ReferenceDay, RegionEntry, Target,
};
use crate::web::answer::Answer;
use crate::web::extract::Query;

/// These lists take no parameters: they are short and answered whole.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoParameters {}

fn whole<T: Serialize>(items: Vec<T>) -> Result<Answer> {
    Answer::ok(&Page {
        items,
        next_cursor: None,
        total: None,
    })
}

/// Answers a list that ships with the program.
async fn shipped<T: Serialize + Sync>(call: Call, items: &'static [T]) -> Result<HttpResponse> {
    call.read(move |_, _, _| whole(items.iter().collect()))
        .await
}

#[utoipa::path(tag = "reference", responses((status = 200, body = Page<RegionEntry>)))]
#[get("/reference/regions")]
async fn regions(call: Call, _: Query<NoParameters>) -> Result<HttpResponse> {
    shipped(call, reference::regions()).await
}

#[utoipa::path(tag = "reference", responses((status = 200, body = Page<Department>)))]
#[get("/reference/departments")]
async fn departments(call: Call, _: Query<NoParameters>) -> Result<HttpResponse> {
    shipped(call, reference::departments()).await
}

#[utoipa::path(tag = "reference", responses((status = 200, body = Page<Industry>)))]
#[get("/reference/industries")]
async fn industries(call: Call, _: Query<NoParameters>) -> Result<HttpResponse> {
    shipped(call, reference::industries()).await
}

#[utoipa::path(tag = "reference", responses((status = 200, body = Page<BlockerCategory>)))]
#[get("/reference/blocker-categories")]
async fn blocker_categories(call: Call, _: Query<NoParameters>) -> Result<HttpResponse> {
    shipped(call, reference::blocker_categories()).await
}

#[utoipa::path(tag = "reference", responses((status = 200, body = Page<ApprovalItem>)))]
#[get("/reference/approval-items")]
async fn approval_items(call: Call, _: Query<NoParameters>) -> Result<HttpResponse> {
    shipped(call, reference::approval_items()).await
}

#[utoipa::path(tag = "targets", responses((status = 200, body = Page<Target>)))]
#[get("/targets")]
async fn targets(call: Call, _: Query<NoParameters>) -> Result<HttpResponse> {
    shipped(call, reference::targets()).await
}

/// A year of the calendar as it counts now.
#[derive(Serialize, ToSchema)]
struct WorkingYear {
    year: i32,
    status: YearStatus,
    /// The days that depart from Monday to Friday, in order.
    days: Vec<WorkingDay>,
}

/// A day that departs from Monday to Friday.
#[derive(Serialize, ToSchema)]
struct WorkingDay {
    on: Day,
    kind: DayKind,
    /// Its name, Chinese.
    zh: Option<String>,
    /// Its name, English; only of days that ship with the program.
    en: Option<String>,
}

impl WorkingYear {
    fn of(year: Year) -> Self {
        let shipped = reference::calendar_year(year.year).map_or(&[][..], |known| &known.days);
        let days = year.days.into_iter().map(|(on, kind, zh)| {
            let is_that = |day: &&ReferenceDay| {
                day.on == on && day.kind == kind && Some(&day.zh) == zh.as_ref()
            };
            let en = shipped.iter().find(is_that).map(|day| day.en.clone());
            WorkingDay { on, kind, zh, en }
        });
        Self {
            year: year.year,
            status: year.status,
            days: days.collect(),
        }
    }
}

#[utoipa::path(tag = "reference", responses((status = 200, body = Page<WorkingYear>)))]
#[get("/reference/working-days")]
async fn working_days(call: Call, _: Query<NoParameters>) -> Result<HttpResponse> {
    let read = call.read(|conn, _, _| {
        let years = calendars::years(conn)?.into_iter();
        whole(years.map(WorkingYear::of).collect())
    });
    read.await
}

/// The routes of the lists.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(regions)
        .service(departments)
        .service(industries)
        .service(working_days)
        .service(blocker_categories)
        .service(approval_items)
        .service(targets);
}
