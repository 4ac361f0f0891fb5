//! What people do at a browser, from the first page to the last.

use fiveone::jobs;
use thirtyfour::prelude::*;

use crate::stage;
use crate::story::{Cast, email};
use crate::visitor::Visitor;
use crate::world::World;

#[test]
fn a_lead_fills_the_gaps_of_five_pillars_and_a_coordinator_launches() {
    stage::on_each(async |world| {
        Cast::of(&world).await;
        let county = Visitor::signed_in(&world, &email("county")).await;
        let lead = Visitor::signed_in(&world, &email("owner")).await;
        fill_and_launch(&county, &lead).await;
        county.leave().await;
        lead.leave().await;
    });
}

#[test]
fn every_deed_needs_no_script() {
    stage::on_sqlite(async |world| {
        Cast::of(&world).await;
        let mut people = Vec::new();
        for name in ["county", "owner"] {
            let person = Visitor::without_scripts(&world).await;
            person.open("/sign-in").await;
            person.sign_in(&email(name)).await;
            people.push(person);
        }
        fill_and_launch(&people[0], &people[1]).await;
        for person in people {
            person.leave().await;
        }
    });
}

/// A coordinator makes a project and appoints its people, its lead fills what is missing, and the
/// coordinator puts it under dispatch. Returns the project's address.
async fn fill_and_launch(county: &Visitor, lead: &Visitor) -> String {
    county.open("/projects").await;
    county.follow("/projects/new").await;
    let typed = [
        ("name", "年产十万吨新材料项目"),
        ("region", "360111"),
        ("total_investment_yuan", "12000"),
    ];
    county.submit("/projects", &typed).await;
    let project = county.place().await;
    let of = |below: &str| format!("{project}/{below}");
    county.sees("年产十万吨新材料项目").await;
    for (pillar, person) in [("leader", "leader"), ("owner", "owner")] {
        county.open(&project).await;
        county.follow(&of(pillar)).await;
        county
            .submit(&of(pillar), &[("email", &email(person))])
            .await;
    }
    county.open(&of("lifecycle")).await;
    assert!(
        !county.has_form(&of("launch")).await,
        "with gaps nothing is launched"
    );

    lead.open(&project).await;
    assert!(
        !lead.has_link(&of("lifecycle")).await,
        "a lead launches nothing"
    );
    lead.follow(&of("plan")).await;
    // What is missing stands where it is to be filled, and nothing that was typed is lost.
    let sum = ("investment.0.amount_yuan", "4000");
    let typed = [
        ("title", "年产十万吨新材料项目实施方案"),
        ("effective_on", "2026-09-01"),
        ("objectives", "2028 年投产"),
        ("scope", "厂房与生产线"),
        ("safeguards", "专班推进、要素保障"),
        ("investment.0.year", "二〇二六"),
        sum,
        ("investment.1.year", "2027"),
        ("investment.1.amount_yuan", "8000"),
    ];
    lead.submit(&of("plan"), &typed).await;
    let plan = of("plan");
    assert!(lead.has(&format!("form[action=\"{plan}\"] .error")).await);
    assert_eq!(
        lead.typed(&plan, "title").await,
        "年产十万吨新材料项目实施方案"
    );
    assert_eq!(lead.typed(&plan, "investment.0.year").await, "二〇二六");
    assert_eq!(lead.typed(&plan, "investment.1.amount_yuan").await, "8000");
    lead.submit(&plan, &[("investment.0.year", "2026")]).await;

    lead.open(&project).await;
    lead.follow(&of("team")).await;
    let (convenor, owner, leader) = (email("lead"), email("owner"), email("leader"));
    let typed = [
        ("name", "工作专班"),
        ("members.0.email", convenor.as_str()),
        ("members.0.duties", "land"),
        ("members.1.email", owner.as_str()),
        ("members.1.duties", "environment"),
        ("members.2.email", leader.as_str()),
        ("members.2.duties", "approval"),
    ];
    lead.submit(&of("team"), &typed).await;

    lead.open(&project).await;
    lead.follow(&of("schedule")).await;
    fill_schedule(lead, &of("schedule")).await;

    county.open(&project).await;
    county.press_last("main a[href*='lifecycle']").await;
    let opening = [
        ("opening.invested_total_yuan", "0"),
        ("opening.invested_year_yuan", "0"),
    ];
    county.submit(&of("launch"), &opening).await;
    county.the("main .badge.state-active").await;
    project
}

/// Fills the four milestones of a schedule, one more than there are rows for at first.
async fn fill_schedule(lead: &Visitor, schedule: &str) {
    // One row more than the three that stand there: by the script, or else by the page again.
    let button = lead.driver.find_all(By::Css("[data-rows] > button")).await;
    match button.unwrap().first() {
        Some(button) => button.click().await.unwrap(),
        None => lead.press_last("main a[href*='rows=']").await,
    }
    let milestones = [
        ("开工", "start", "2026-11-02", "20"),
        ("主体封顶", "structure", "2027-06-30", "30"),
        ("竣工", "completion", "2028-06-30", "30"),
        ("投产", "production", "2028-09-30", "20"),
    ];
    for (at, (name, kind, due_on, weight)) in milestones.into_iter().enumerate() {
        let row = [
            ("name", name),
            ("kind", kind),
            ("due_on", due_on),
            ("weight", weight),
        ];
        for (field, value) in row {
            let name = format!("milestones.{at}.{field}");
            lead.fill(schedule, &[(&name, value)]).await;
        }
    }
    lead.submit(schedule, &[]).await;
}

#[test]
fn the_link_of_an_escalation_letter_leads_to_the_matter_by_way_of_the_sign_in() {
    stage::with_letters(async |world, letters| {
        let cast = Cast::of(&world).await;
        let project = cast.launched("新材料").await;
        // The report is due on 10 October: on the fifth working day after, the leader is told.
        for day in [
            "2026-10-12",
            "2026-10-13",
            "2026-10-14",
            "2026-10-15",
            "2026-10-16",
        ] {
            let moment = format!("{day}T09:05:00+08:00").parse().unwrap();
            for done in jobs::tick(&world.app, moment).await {
                assert_eq!(done.fault, None, "{}", done.job);
            }
        }
        let world = world.at("2026-10-16T10:00:00+08:00").await;
        let link = stage::link_to(&letters, &email("leader"));
        let place = format!("/projects/{project}/reports/2026Q3");
        assert_eq!(link, format!("http://{}{place}", world.address()));
        let leader = Visitor::new(&world, "zh-CN").await;
        leader.driver.goto(link).await.unwrap();
        leader.sign_in(&email("leader")).await;
        assert_eq!((leader.place().await, leader.status().await), (place, 200));
        leader.sees("新材料").await;
        leader.leave().await;
    });
}

#[test]
fn a_lead_files_a_report_and_a_coordinator_returns_and_accepts_it() {
    stage::on_each(async |world| {
        let cast = Cast::of(&world).await;
        let project = format!("/projects/{}", cast.launched("新材料").await);
        let lead = Visitor::signed_in(&world, &email("owner")).await;
        let county = Visitor::signed_in(&world, &email("county")).await;
        let report = format!("{project}/reports/2026Q3");
        let of = |below: &str| format!("{report}/{below}");

        lead.open("/").await;
        lead.follow(&report).await;
        let typed = [
            ("invested_quarter_yuan", "800"),
            ("invested_year_yuan", "800"),
            ("invested_total_yuan", "700"),
            ("physical_percent", "5"),
            (
                "progress",
                "场地平整完成，桩基施工队伍已经进场，正在办理建筑工程施工许可。",
            ),
            ("problems.none", "true"),
            ("next_steps.0.action", "取得施工许可"),
            ("next_steps.0.person", "张工"),
            ("next_steps.0.by", "2026-11-30"),
            ("rating", "green"),
        ];
        // What does not add up is said at its field, and nothing that was typed is lost.
        lead.fill(&report, &typed).await;
        hand_in(&lead, &report).await;
        let form = if lead.has_form(&report).await {
            report.clone()
        } else {
            of("submission")
        };
        assert_eq!(lead.typed(&form, "invested_total_yuan").await, "700");
        assert_eq!(
            lead.typed(&form, "next_steps.0.action").await,
            "取得施工许可"
        );
        lead.fill(&form, &[("invested_total_yuan", "800")]).await;
        hand_in(&lead, &report).await;
        lead.the("main .head .badge.soon").await;

        county.open("/").await;
        county.follow(&report).await;
        let typed = [
            ("reasons.0.pointer", "/progress"),
            ("reasons.0.note", "请写明桩基完成比例"),
        ];
        county.submit(&of("return"), &typed).await;
        county.the("main .head .badge.late").await;

        lead.open(&report).await;
        lead.sees("请写明桩基完成比例").await;
        let progress = "场地平整完成，桩基完成百分之二十，正在办理建筑工程施工许可。";
        lead.fill(&report, &[("progress", progress)]).await;
        hand_in(&lead, &report).await;
        lead.the("main .head .badge.soon").await;

        county.open(&report).await;
        county.sees(progress).await;
        county.submit(&of("acceptance"), &[]).await;
        county.the("main .head .badge.good").await;
        lead.leave().await;
        county.leave().await;
    });
}

/// Hands a report in by the button beside the one that keeps a draft.
async fn hand_in(lead: &Visitor, report: &str) {
    lead.press_last(&format!("button[formaction=\"{report}/submission\"]"))
        .await;
}

#[test]
fn a_clerk_accepts_and_resolves_a_blocker_and_the_lead_confirms() {
    stage::on_each(async |world| {
        let cast = Cast::of(&world).await;
        let project = format!("/projects/{}", cast.launched("新材料").await);
        let lead = Visitor::signed_in(&world, &email("owner")).await;
        let clerk = Visitor::signed_in(&world, &email("land")).await;

        lead.open(&project).await;
        lead.follow(&format!("{project}/blockers/new")).await;
        let typed = [
            ("category", "land-quota"),
            ("title", "二期用地指标未落实"),
            ("cause", "年度新增建设用地指标已经用完"),
        ];
        lead.submit(&format!("{project}/blockers"), &typed).await;
        let blocker = lead.place().await;
        let of = |below: &str| format!("{blocker}/{below}");
        lead.sees("二期用地指标未落实").await;
        assert!(
            !lead.has_form(&of("acceptance")).await,
            "who raised it does not hold it"
        );

        clerk.open("/").await;
        clerk.follow(&blocker).await;
        clerk.submit(&of("acceptance"), &[]).await;
        let typed = [
            ("plan", "向市局申请追加指标"),
            ("promised_on", "2026-09-30"),
        ];
        clerk.submit(&of("reply"), &typed).await;
        let typed = [
            ("outcome", "指标已经下达"),
            ("document", "赣自然资〔2026〕12号"),
        ];
        clerk.submit(&of("resolution"), &typed).await;
        clerk.the("main .head .badge.state-resolved").await;

        lead.open("/").await;
        lead.follow(&blocker).await;
        lead.sees("赣自然资〔2026〕12号").await;
        lead.submit(&of("confirmation"), &[]).await;
        lead.the("main .head .badge.state-closed").await;
        lead.leave().await;
        clerk.leave().await;
    });
}
