//! The deeds of the demo's story, each through its feature's own action at its own moment.

use serde_json::json;

use super::super::story::{Ticket, TicketDeed, TicketVerb, Told};
use super::{Event, Known, Learnt, Play, Scheduled, source};
use crate::blockers;
use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::kernel::money::Yuan;
use crate::kernel::time::{Day, Moment, Quarter};
use crate::lifecycle;
use crate::people::account;
use crate::people::actions::{self as people, Change};
use crate::people::caller::Caller;
use crate::projects::{self, AppointmentBody, MemberBody, Pillar, PlanBody, TeamBody, YearAmount};
use crate::reports;
use crate::schedules::{self, MilestoneKind, Step};
use crate::store::Conn;

impl Play<'_> {
    pub(super) fn act(
        &self,
        conn: &mut Conn,
        told: &Told,
        known: &Known,
        event: &Scheduled<'_>,
        now: Moment,
    ) -> Result<Learnt> {
        let (settings, id) = (self.settings(), known.id);
        let by = self.person(conn, &told.by)?;
        let owner = |conn: &mut Conn| self.person(conn, told.owner.as_deref().unwrap_or_default());
        match &event.what {
            Event::Prepare => {
                return self
                    .prepare(conn, &by, told, event.project, now)
                    .map(Learnt::Project);
            }
            Event::Launch => {
                let opening = lifecycle::Opening {
                    total: wan(told.spent_wan),
                    year: wan(told.spent_wan / 10),
                };
                lifecycle::launch(conn, &by, settings, id, Some(opening), now)?;
            }
            Event::File(quarter) => {
                let filer = owner(conn)?;
                self.file(conn, &filer, id, *quarter, now)?;
            }
            Event::Accept(quarter) => {
                reports::accept(conn, &by, settings, (id, *quarter), now)?;
            }
            Event::Return(quarter) => {
                let note = "请补充设备到货情况并说明投资额变化的原因".to_owned();
                let reasons = [reports::Reason {
                    pointer: "/progress".to_owned(),
                    note,
                }];
                reports::give_back(conn, &by, settings, (id, *quarter), &reasons, now)?;
            }
            Event::Raise(number) => {
                let raiser = owner(conn)?;
                let ticket = told
                    .blockers
                    .get(*number)
                    .ok_or_else(|| Error::broken("no such blocker"))?;
                let scene = blockers::raise(conn, &raiser, settings, id, &fields(ticket), now)?;
                return Ok(Learnt::Blocker(*number, scene.blocker.id));
            }
            Event::Settle(number, deed) => {
                let ticket = *known
                    .blockers
                    .get(number)
                    .ok_or_else(|| Error::broken("no such blocker"))?;
                let owner = owner(conn)?;
                self.settle(conn, (&by, &owner), ticket, deed, now)?;
            }
            Event::LeaderLeaves(email) => {
                let account = account::find_by_email(conn, email)?
                    .ok_or_else(|| Error::broken("nobody leaves"))?;
                let change = Change {
                    disabled: Some(true),
                    ..Change::default()
                };
                let system = Caller::system(settings.site.region, "command");
                if account.is_enabled() {
                    people::change(
                        conn,
                        &system,
                        account.id,
                        Some(account.version),
                        &change,
                        now,
                    )?;
                }
            }
            Event::Pause => {
                if let Some(paused) = &told.paused {
                    let until = settings.site.zone.day_of(now).plus_days(paused.days);
                    lifecycle::pause(
                        conn,
                        &by,
                        settings,
                        id,
                        (paused.kind, &paused.reason, until),
                        now,
                    )?;
                }
            }
            Event::Close(ended) => {
                lifecycle::close(conn, &by, settings, id, Some(&ended.reason), now)?;
            }
            Event::Withdraw(ended) => {
                lifecycle::withdraw(conn, &by, settings, id, &ended.reason, now)?;
            }
        }
        Ok(Learnt::Nothing)
    }

    fn person(&self, conn: &mut Conn, email: &str) -> Result<Caller> {
        let account = account::find_by_email(conn, email)?;
        let account =
            account.ok_or_else(|| Error::broken(format!("{email} is not in the story")))?;
        account.caller(conn, self.settings().site.region)
    }

    /// Fills as many pillars as are told, and returns the project.
    fn prepare(
        &self,
        conn: &mut Conn,
        by: &Caller,
        told: &Told,
        project: usize,
        now: Moment,
    ) -> Result<Id> {
        let settings = self.settings();
        let copy = project
            .checked_div(self.story.projects.len())
            .unwrap_or_default();
        let project = projects::of_source(
            conn,
            &by.scope,
            (settings.site.region, &source(copy)),
            &told.number,
        )?;
        let today = settings.site.zone.day_of(now);
        if let Some(total) = project.total_investment_yuan.or(told.total_wan.map(wan)) {
            projects::put_plan(
                conn,
                by,
                project.id,
                None,
                &plan(&project.name, total, today),
                now,
            )?;
        }
        for (pillar, email) in [(Pillar::Leader, &told.leader), (Pillar::Owner, &told.owner)] {
            if email.is_some() {
                let body = AppointmentBody {
                    person_id: None,
                    email: email.clone(),
                    reason: None,
                };
                projects::appoint(conn, by, settings, project.id, pillar, None, &body, now)?;
            }
        }
        if !told.team.is_empty() {
            projects::put_team(conn, by, project.id, None, &team(&told.team), now)?;
        }
        if told.launch_wd.is_some() {
            let put = schedules::Put {
                steps: self.steps(told, today),
                reason: None,
            };
            schedules::put(conn, by, settings, project.id, None, &put, now)?;
        }
        Ok(project.id)
    }

    fn steps(&self, told: &Told, launch_on: Day) -> Vec<Step> {
        let step = |name: &str, kind, due_on, critical| Step {
            id: None,
            name: name.to_owned(),
            kind,
            due_on,
            weight: 25,
            critical,
        };
        vec![
            step(
                "开工",
                MilestoneKind::Start,
                self.calendar.plus_working_days(launch_on, 10).on,
                true,
            ),
            step(
                "主体结构封顶",
                MilestoneKind::Structure,
                self.wd(told.milestone_wd),
                false,
            ),
            step(
                "竣工验收",
                MilestoneKind::Completion,
                self.today.plus_days(300),
                true,
            ),
            step(
                "投产",
                MilestoneKind::Production,
                self.today.plus_days(390),
                true,
            ),
        ]
    }

    /// Drafts and hands in a report that adds up.
    fn file(
        &self,
        conn: &mut Conn,
        by: &Caller,
        id: Id,
        quarter: Quarter,
        now: Moment,
    ) -> Result<()> {
        let settings = self.settings();
        let project = projects::get(conn, &by.scope, id)?;
        let total = project.total_investment_yuan.unwrap_or_default();
        let invested = Yuan(total.0 / 50);
        let first = Quarter::of(project.launched_on.unwrap_or(self.today));
        let count = first.quarters_until(quarter).saturating_add(1);
        let this_year = if first.year() == quarter.year() {
            count
        } else {
            i64::from(quarter.number()).min(count)
        };
        let opening_year = if first.year() == quarter.year() {
            project.opening_year_yuan.unwrap_or_default()
        } else {
            Yuan::ZERO
        };
        let opening = project.opening_total_yuan.unwrap_or_default();
        let sum = |opening: Yuan, quarters: i64| {
            opening
                .0
                .saturating_add(invested.0.saturating_mul(quarters))
        };
        let since_start = sum(opening, count);
        let percent = since_start
            .saturating_mul(100)
            .checked_div(total.0.max(1))
            .unwrap_or_default();
        let open: Vec<Id> = blockers::open_of(conn, id)?
            .iter()
            .map(|blocker| blocker.id)
            .collect();
        let start = schedules::milestones(conn, id)?
            .into_iter()
            .find(|m| m.kind == MilestoneKind::Start && m.done_on.is_none());
        let claims: Vec<_> = start
            .iter()
            .map(|m| json!({ "id": m.id, "done_on": m.due_on }))
            .collect();
        let content = json!({
            "invested_quarter_yuan": invested,
            "invested_year_yuan": sum(opening_year, this_year),
            "invested_total_yuan": since_start,
            "physical_percent": percent,
            "progress": narrative(quarter, percent),
            "milestones": claims,
            "problems": { "none": open.is_empty(), "blocker_ids": open },
            "next_steps": [{ "action": "推进主体结构与设备招标", "person": by.name, "by": quarter.next().last_day() }],
            "rating": "green",
        });
        let content = serde_json::from_value(content).map_err(Error::broken)?;
        reports::draft(conn, by, settings, (id, quarter), (None, &content), now)?;
        reports::submit(conn, by, settings, (id, quarter), now)?;
        Ok(())
    }

    fn settle(
        &self,
        conn: &mut Conn,
        (holder, owner): (&Caller, &Caller),
        id: Id,
        deed: &TicketDeed,
        now: Moment,
    ) -> Result<()> {
        let settings = self.settings();
        let text = deed.text.as_str();
        match deed.deed {
            TicketVerb::Accept => blockers::accept(conn, holder, settings, id, None, now)?,
            TicketVerb::Reply => {
                let today = settings.site.zone.day_of(now);
                let promised_on = self.calendar.plus_working_days(today, 10).on;
                blockers::reply(conn, holder, settings, id, text, promised_on, now)?
            }
            TicketVerb::Resolve => blockers::resolve(conn, holder, settings, id, text, None, now)?,
            TicketVerb::Confirm => blockers::confirm(conn, owner, settings, id, now)?,
        };
        Ok(())
    }
}

/// What was done in a quarter, in words that differ from those of the quarter before.
fn narrative(quarter: Quarter, percent: i64) -> String {
    let done = match quarter.number() {
        1 => "节后全面复工，桩基与承台施工完成，主厂房钢结构开始吊装",
        2 => "主体结构封顶，围护墙体砌筑过半，厂区管网与道路同步施工",
        3 => "屋面防水与外墙保温完成，主要工艺设备陆续到场并开箱验收",
        _ => "设备安装就位，供配电与消防系统进入调试，室外工程收尾",
    };
    format!("{done}；{quarter} 末完成产值约占总投资的 {percent}%，质量安全受控。")
}

fn wan(amount: i64) -> Yuan {
    Yuan(amount.saturating_mul(10_000))
}

fn plan(name: &str, total: Yuan, today: Day) -> PlanBody {
    let year = i64::from(today.year());
    let (before, this_year) = (Yuan(total.0 / 5), Yuan(total.0 / 2));
    let rest = Yuan(total.0.saturating_sub(before.0).saturating_sub(this_year.0));
    let amounts = [
        (year.saturating_sub(1), before),
        (year, this_year),
        (year.saturating_add(1), rest),
    ];
    PlanBody {
        title: format!("{name}实施方案"),
        objectives: "按期竣工、形成产能或服务能力".to_owned(),
        scope: "主体工程、设备购置安装及配套设施".to_owned(),
        safeguards: "专班推进、要素保障、按周调度".to_owned(),
        effective_on: today,
        investment: amounts
            .map(|(year, amount_yuan)| YearAmount { year, amount_yuan })
            .to_vec(),
        total_investment_yuan: Some(total),
        reason: Some("以批复的可行性研究报告为准".to_owned()),
    }
}

fn team(emails: &[String]) -> TeamBody {
    let duties = ["land", "environment", "approval"];
    let member = |(email, duty): (&String, &str)| MemberBody {
        person_id: None,
        email: Some(email.clone()),
        duties: vec![duty.to_owned()],
    };
    TeamBody {
        name: "项目推进专班".to_owned(),
        convenor_id: None,
        convenor_email: None,
        members: emails.iter().zip(duties).map(member).collect(),
    }
}

fn fields(ticket: &Ticket) -> blockers::Fields {
    let given = |text: &str| Some(Some(text.to_owned()));
    blockers::Fields {
        category: given(&ticket.category),
        title: given(&ticket.title),
        cause: given(&ticket.cause),
        severity: Some(Some(ticket.severity)),
        ..blockers::Fields::default()
    }
}
