//! Quarterly reports as people without script file and review them.

use serde_json::json;

use crate::console::{Browser, Page};
use crate::story::{Cast, email};
use crate::world::{World, each};

/// What every page may weigh (issue 3).
const HEAVIEST: usize = 100_000;
const HOSTILE: &str =
    "<img src=x onerror=alert(1)>{{7*7}}，场地平整完成，桩基施工过半，厂房基础开挖。";

async fn signed_in(world: &World, name: &str) -> Browser {
    let mut browser = Browser::new(world);
    let page = browser.sign_in(&email(name)).await;
    assert_eq!(page.status, 303, "{}", page.html);
    browser
}

async fn open(browser: &mut Browser, path: &str) -> Page {
    let page = browser.get(path).await;
    assert_eq!(page.status, 200, "{path}: {}", page.html);
    assert!(page.html.len() < HEAVIEST, "{path}: {}", page.html.len());
    page
}

/// A report of a first quarter, in 万元.
fn typed(total: &'static str) -> Vec<(&'static str, &'static str)> {
    vec![
        ("invested_quarter_yuan", "200"),
        ("invested_year_yuan", "200"),
        ("invested_total_yuan", total),
        ("expected_total_yuan", ""),
        ("invested_building_yuan", ""),
        ("physical_percent", "１.５"),
        (
            "progress",
            "场地平整完成，桩基施工过半，厂房基础开挖按计划推进，设备招标已启动。",
        ),
        ("problems.none", "false"),
        ("problems.none", "true"),
        ("next_steps.0.action", "完成桩基"),
        ("next_steps.0.person", "张工"),
        ("next_steps.0.by", "2026-12-31"),
        ("next_steps.1.action", ""),
        ("next_steps.1.person", ""),
        ("next_steps.1.by", ""),
        ("rating", "green"),
        ("rating_reason", ""),
        ("recovery.cause", ""),
        ("recovery.by", ""),
        ("is_correction", "false"),
    ]
}

/// Types into the form of a report's page and presses one of its two buttons.
async fn press(
    browser: &mut Browser,
    page: &Page,
    to: &str,
    typed: &[(&'static str, &'static str)],
) -> Page {
    let unseen = ["_token", "_once", "_version"].into_iter();
    let unseen = unseen.filter(|name| page.has(&format!("name=\"{name}\"")));
    let unseen: Vec<(&str, String)> = unseen.map(|name| (name, page.input(name))).collect();
    let mut inputs: Vec<(&str, &str)> = unseen
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    inputs.extend(typed);
    browser.post(to, &inputs).await
}

#[test]
fn a_lead_saves_sees_what_is_wrong_at_its_place_and_hands_in() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let project = cast.launched("新材料").await;
        let path = format!("/projects/{project}/reports/2026Q3");
        let submission = format!("{path}/submission");
        let mut lead = signed_in(&world, "lead").await;
        let page = open(&mut lead, &path).await;
        assert!(page.has("2026-10-10") && page.has("主体封顶") && page.has("累计数、节点"));

        // What is no number is refused where it was typed, and stays.
        let wrong: Vec<_> = typed("二百").into_iter().collect();
        let refused = press(&mut lead, &page, &path, &wrong).await;
        assert_eq!(refused.status, 422);
        assert_eq!(refused.input("invested_total_yuan"), "二百");
        assert!(refused.has("请以万元填写金额"), "{}", refused.html);

        // A sum that does not add up is kept, and told at its input.
        let saved = press(&mut lead, &page, &path, &typed("2000000")).await;
        assert_eq!(
            (saved.status, saved.header("location")),
            (303, path.as_str()),
            "{}",
            saved.html
        );
        let page = open(&mut lead, &path).await;
        assert!(page.has("草稿已保存") && page.has("须改正") && page.has("处须改正或说明"));
        assert_eq!(page.input("invested_total_yuan"), "2000000");
        let refused = press(&mut lead, &page, &submission, &typed("2000000")).await;
        assert_eq!(refused.status, 422);
        assert!(refused.has("aria-invalid=\"true\""), "{}", refused.html);
        assert_eq!(refused.input("invested_total_yuan"), "2000000");
        assert!(refused.has(&format!("<form method=\"post\" action=\"{submission}\"")));

        // A soft finding asks for an explanation exactly where it is, and only there.
        let mut jump = typed("200");
        jump.retain(|(name, _)| *name != "physical_percent");
        jump.push(("physical_percent", "60"));
        let asked = press(&mut lead, &page, &submission, &jump).await;
        assert_eq!(asked.status, 422, "{}", asked.html);
        assert!(
            asked.has("name=\"explanations.progress_gap\""),
            "{}",
            asked.html
        );
        assert!(!asked.has("name=\"explanations.spike\""));
        jump.push(("explanations.progress_gap", "设备款年底支付"));
        let done = press(&mut lead, &page, &submission, &jump).await;
        assert_eq!(done.status, 303, "{}", done.html);
        let again = press(&mut lead, &page, &submission, &jump).await;
        assert_eq!(again.status, 303, "a double submit is one: {}", again.html);
        let page = open(&mut lead, &path).await;
        for said in [
            "季报已提交",
            "设备款年底支付",
            "200 万元",
            "第 1 版",
            "完成桩基",
        ] {
            assert!(page.has(said), "{said}: {}", page.html);
        }
        assert!(
            !page.has(&format!("{path}/acceptance")),
            "never the reviewer who filed"
        );
    });
}

#[test]
fn a_coordinator_returns_with_reasons_the_lead_files_again_and_it_is_accepted() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let project = cast.launched("新材料").await;
        let path = format!("/projects/{project}/reports/2026Q3");
        let submission = format!("{path}/submission");
        let mut lead = signed_in(&world, "lead").await;
        let mut county = signed_in(&world, "county").await;
        let page = open(&mut lead, &path).await;
        let done = press(&mut lead, &page, &submission, &typed("200")).await;
        assert_eq!(done.status, 303, "{}", done.html);

        let page = open(&mut county, &path).await;
        assert!(
            !page.has("name=\"progress\""),
            "a reviewer writes no report"
        );
        let give_back = format!("{path}/return");
        let silent = [("reasons.0.pointer", ""), ("reasons.0.note", "")];
        let refused = county.submit(&page, &give_back, &silent).await;
        assert_eq!(refused.status, 422, "{}", refused.html);
        assert!(refused.has("退回须至少写明一条意见"), "{}", refused.html);
        let reasons = [
            ("reasons.0.pointer", "/progress"),
            ("reasons.0.note", "请写明桩基根数"),
            ("reasons.1.pointer", "/"),
            ("reasons.1.note", "请附照片"),
            ("reasons.2.pointer", ""),
            ("reasons.2.note", ""),
        ];
        let done = county.submit(&page, &give_back, &reasons).await;
        assert_eq!(done.status, 303, "{}", done.html);

        let page = open(&mut lead, &path).await;
        assert!(page.has("请写明桩基根数") && page.has("请附照片") && page.has("退回意见"));
        let mut better = typed("200");
        better.retain(|(name, _)| *name != "progress");
        better.push(("progress", HOSTILE));
        let done = press(&mut lead, &page, &submission, &better).await;
        assert_eq!(done.status, 303, "{}", done.html);

        let page = open(&mut county, &path).await;
        assert!(
            page.has("与上一版相比") && page.has("第 2 版"),
            "{}",
            page.html
        );
        assert!(
            page.has("onerror") && !page.has("<img src=x"),
            "{}",
            page.html
        );
        let accepted = county
            .submit(&page, &format!("{path}/acceptance"), &[])
            .await;
        assert_eq!(accepted.status, 303, "{}", accepted.html);
        let page = open(&mut county, &path).await;
        assert!(page.has("季报已审核通过") && !page.has(&format!("{path}/acceptance")));
        for list in [
            "/reports?quarter=2026Q3&state=accepted",
            &format!("/projects/{project}/reports"),
        ] {
            assert!(open(&mut county, list).await.has(&path), "{list}");
        }
        assert!(
            !open(&mut county, "/reports?state=missing&region=")
                .await
                .has(&path)
        );
    });
}

#[test]
fn a_stale_form_shows_what_changed_and_strangers_find_nothing() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let project = cast.launched("新材料").await;
        let path = format!("/projects/{project}/reports/2026Q3");
        let mut lead = signed_in(&world, "lead").await;
        let mut owner = signed_in(&world, "owner").await;
        let page = open(&mut lead, &path).await;
        let of_owner = open(&mut owner, &path).await;
        assert_eq!(
            press(&mut lead, &page, &path, &typed("200")).await.status,
            303
        );
        let stale = press(&mut owner, &of_owner, &path, &typed("300")).await;
        assert_eq!(stale.status, 412, "{}", stale.html);
        assert_eq!(stale.input("invested_total_yuan"), "300");
        // Checked and with the version as it is now, the same form is taken.
        assert_eq!(
            press(&mut owner, &stale, &path, &typed("200")).await.status,
            303
        );

        let mut viewer = signed_in(&world, "viewer").await;
        let page = open(&mut viewer, &path).await;
        assert!(!page.has("name=\"progress\""), "{}", page.html);
        for below in ["", "/submission", "/acceptance", "/return", "/correction"] {
            let refused = press(&mut viewer, &page, &format!("{path}{below}"), &typed("200")).await;
            assert!(
                [403, 422].contains(&refused.status),
                "{below}: {}",
                refused.status
            );
        }
        let made = cast.admin.post(
            "/people",
            json!({
                "name": "外县", "email": email("elsewhere"), "role": "lead", "region": "360121",
                "post": "主任", "password": crate::world::PASSWORD,
            }),
        );
        assert_eq!(made.await.status, 201);
        let mut elsewhere = signed_in(&world, "elsewhere").await;
        for gone in [path.clone(), format!("/projects/{project}/reports")] {
            assert_eq!(elsewhere.get(&gone).await.status, 404, "{gone}");
        }
    });
}
