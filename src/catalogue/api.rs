//! HTTP of the calendar, the reference lists and the targets.

use actix_web::{HttpResponse, get, put, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{calendar, lists};
use crate::calendars::Year;
use crate::kernel::calendar::{DayKind, YearStatus};
use crate::kernel::error::Result;
use crate::kernel::time::Day;
use crate::people::call::Call;
use crate::web::answer::Answer;
use crate::web::extract::Body;

/// A day that departs from Monday to Friday.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DayBody {
    on: Day,
    kind: DayKind,
    #[schema(max_length = 100)]
    name: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct YearBody {
    status: YearStatus,
    #[schema(max_items = 366)]
    days: Vec<DayBody>,
}

#[derive(Serialize, ToSchema)]
struct YearView {
    year: i32,
    status: YearStatus,
    /// In order.
    days: Vec<DayBody>,
    /// How many open deadlines moved; only in the answer to a change.
    #[serde(skip_serializing_if = "Option::is_none")]
    moved_deadlines: Option<usize>,
}

impl YearView {
    fn of(year: Year, moved_deadlines: Option<usize>) -> Self {
        let days = year.days.into_iter();
        Self {
            year: year.year,
            status: year.status,
            days: days
                .map(|(on, kind, name)| DayBody { on, kind, name })
                .collect(),
            moved_deadlines,
        }
    }
}

#[utoipa::path(tag = "calendars", params(("year" = i32, Path)), responses((status = 200, body = YearView), (status = 404)))]
#[get("/calendars/{year}")]
async fn show_year(call: Call, year: web::Path<i32>) -> Result<HttpResponse> {
    let number = year.into_inner();
    let read = call.read(move |conn, _, _| {
        let year = calendar::get(conn, number)?;
        let version = year.version;
        Ok(Answer::ok(&YearView::of(year, None))?.version(version))
    });
    read.await
}

#[utoipa::path(tag = "calendars", params(("year" = i32, Path)), request_body = YearBody, responses((status = 200, body = YearView), (status = 201, body = YearView), (status = 403), (status = 412), (status = 422), (status = 428)))]
#[put("/calendars/{year}")]
async fn put_year(call: Call, year: web::Path<i32>, body: Body<YearBody>) -> Result<HttpResponse> {
    let (settings, seen) = (call.settings(), call.if_match);
    let number = year.into_inner();
    let days = body.value.days.into_iter().map(|day| {
        let name = day.name.map(|name| name.trim().to_owned());
        (day.on, day.kind, name.filter(|name| !name.is_empty()))
    });
    let year = Year {
        year: number,
        status: body.value.status,
        days: days.collect(),
        version: 0,
    };
    let write = call.write(body.digest, move |conn, by, now| {
        let (kept, is_new, moved) = calendar::put(conn, by, &settings, seen, &year, now)?;
        let version = kept.version;
        let view = YearView::of(kept, Some(moved.len()));
        let answer = if is_new {
            Answer::created(format!("/api/v1/calendars/{number}"), &view)?
        } else {
            Answer::ok(&view)?
        };
        Ok(answer.version(version))
    });
    write.await
}

/// The routes of the catalogue.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(show_year).service(put_year);
    lists::routes(config);
}
