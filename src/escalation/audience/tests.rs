use super::*;
use crate::escalation::ladder::Step;
use crate::escalation::samples::{authority_ladder, day, project_ladder};
use proptest::prelude::*;

fn region(code: &str) -> Region {
    code.parse().unwrap()
}

/// Everybody there is around a project in 360111, by the name of their part.
#[derive(Debug, Clone)]
struct World {
    side: Side,
    place: Region,
    level: Level,
    answerable: Vec<&'static str>,
    owner: Option<&'static str>,
    convenor: Option<&'static str>,
    leader: Option<&'static str>,
    coordinators: BTreeMap<Region, Vec<&'static str>>,
}

fn coordinators() -> BTreeMap<Region, Vec<&'static str>> {
    BTreeMap::from([
        (region("360111"), vec!["county"]),
        (region("360100"), vec!["city", "city2"]),
        (region("360000"), vec!["province"]),
        // Of places that have nothing to do with it.
        (region("360112"), vec!["sister"]),
        (region("360200"), vec!["elsewhere"]),
    ])
}

fn report() -> World {
    World {
        side: Side::Project,
        place: region("360111"),
        level: Level::County,
        answerable: vec!["owner"],
        owner: Some("owner"),
        convenor: Some("convenor"),
        leader: Some("leader"),
        coordinators: coordinators(),
    }
}

fn blocker() -> World {
    World {
        side: Side::Authority,
        answerable: vec!["land1", "land2"],
        ..report()
    }
}

impl World {
    fn at(mut self, place: &str, level: Level) -> Self {
        self.place = region(place);
        self.level = level;
        self
    }

    fn without(mut self, code: &str) -> Self {
        self.coordinators.remove(&region(code));
        self
    }

    fn people(&self) -> People<'_, &'static str> {
        People {
            side: self.side,
            place: self.place,
            level: self.level,
            answerable: &self.answerable,
            owner: self.owner,
            convenor: self.convenor,
            leader: self.leader,
            coordinators: &self.coordinators,
        }
    }

    fn ladder(&self) -> Ladder {
        match self.side {
            Side::Project => project_ladder(),
            Side::Authority => authority_ladder(),
        }
    }

    fn told(&self, name: &str) -> Told<&'static str> {
        let ladder = self.ladder();
        let step = find(&ladder, name);
        let on = day("2026-10-12");
        resolve(&Occurrence { step, round: 0, on }, &ladder, &self.people())
    }

    /// Who is told of a step: those addressed, then those copied in brackets.
    fn line(&self, name: &str) -> String {
        line(&self.told(name))
    }

    fn faults(&self, name: &str) -> Vec<Fault> {
        self.told(name).faults
    }
}

fn find<'l>(ladder: &'l Ladder, name: &str) -> &'l Step {
    let mut steps = ladder.steps().iter();
    steps.find(|step| step.name(0).as_str() == name).unwrap()
}

fn line(told: &Told<&str>) -> String {
    let names = |is_copy| {
        let chosen = told
            .recipients
            .iter()
            .filter(move |one| one.is_copy == is_copy);
        chosen.map(|one| one.person).collect::<Vec<_>>().join(" ")
    };
    format!("{} ({})", names(false), names(true))
}

fn missing(audience: Audience, code: Option<&str>) -> Fault {
    let region = code.map(region);
    Fault::Missing { audience, region }
}

const STEPS: [&str; 9] = ["E0-5", "E0-3", "E0-1", "E1", "E2", "E3", "E4", "E5", "R1"];

fn all_lines(world: &World) -> Vec<String> {
    for step in STEPS {
        assert_eq!(world.faults(step), [], "{step}");
    }
    STEPS[2..].iter().map(|step| world.line(step)).collect()
}

#[test]
fn a_report_of_a_county_project_climbs_as_the_rule_has_it() {
    assert_eq!(
        all_lines(&report()),
        [
            "owner ()",
            // Copied to the owner, who is the addressee already.
            "owner ()",
            "owner convenor (leader)",
            "leader county (city city2)",
            "city city2 (province)",
            "province ()",
            "province ()",
        ]
    );
}

#[test]
fn a_blocker_climbs_from_the_level_it_lies_at() {
    let expected = |e2: &str, e3: &str| {
        [
            "land1 land2 ()",
            "land1 land2 ()",
            e2,
            e3,
            "city city2 (province)",
            "province ()",
            "province ()",
        ]
        .map(str::to_owned)
    };
    assert_eq!(
        all_lines(&blocker()),
        expected("county (land1 land2)", "city city2 (county)")
    );
    assert_eq!(
        all_lines(&blocker().at("360111", Level::City)),
        expected("city city2 (land1 land2)", "province (city city2)")
    );
    // Above the province there is nobody, and that is no fault.
    assert_eq!(
        all_lines(&blocker().at("360111", Level::Province)),
        expected("province (land1 land2)", "province ()")
    );
}

#[test]
fn levels_below_the_place_do_not_exist_for_it_which_is_no_fault() {
    // Nobody coordinates a county here, and nobody misses them.
    let city = report().at("360100", Level::City).without("360111");
    assert_eq!(
        all_lines(&city)[3..],
        [
            "leader (city city2)",
            "city city2 (province)",
            "province ()",
            "province ()"
        ]
    );
    let province = report().at("360000", Level::Province);
    assert_eq!(
        all_lines(&province)[3..],
        // The city would be the only addressee of the step after: the province is, not only copied.
        ["leader ()", "province ()", "province ()", "province ()"]
    );
    let told = province.told("E4");
    assert_eq!(
        told.recipients[0].reason.audience,
        Audience::ProvinceCoordinator
    );
    assert_eq!(
        told.recipients[0].reason.in_place_of,
        Some(Audience::CityCoordinator)
    );
}

#[test]
fn a_level_below_that_of_the_place_counts_as_the_place() {
    let city = blocker().at("360100", Level::County);
    assert_eq!(city.line("E2"), "city city2 (land1 land2)");
    assert_eq!(city.line("E3"), "province (city city2)");
}

#[test]
fn a_missing_coordinator_is_replaced_by_the_next_one_up_and_is_a_fault() {
    let world = report().without("360111");
    assert_eq!(world.line("E3"), "leader city city2 ()");
    assert_eq!(
        world.faults("E3"),
        [missing(Audience::CountyCoordinator, Some("360111"))]
    );
    let reason = world.told("E3").recipients[1].reason.clone();
    assert_eq!(reason.audience, Audience::CityCoordinator);
    assert_eq!(reason.in_place_of, Some(Audience::CountyCoordinator));

    let world = world.without("360100");
    assert_eq!(world.line("E3"), "leader province ()");
    assert_eq!(
        world.faults("E3"),
        [
            missing(Audience::CountyCoordinator, Some("360111")),
            missing(Audience::CityCoordinator, Some("360100")),
        ]
    );
    // An empty list is as good as none.
    let mut world = report();
    world.coordinators.insert(region("360111"), Vec::new());
    assert_eq!(world.line("E3"), "leader city city2 ()");
}

#[test]
fn a_missing_owner_is_replaced_by_the_leader() {
    let mut world = report();
    world.owner = None;
    world.answerable = Vec::new();
    assert_eq!(world.line("E0-1"), "leader ()");
    assert_eq!(world.faults("E0-1"), [missing(Audience::Answerable, None)]);
    assert_eq!(world.line("E2"), "leader convenor ()");
    world.leader = None;
    assert_eq!(world.line("E0-1"), "county ()");
    assert_eq!(
        world.faults("E1"),
        [
            missing(Audience::Answerable, None),
            missing(Audience::Leader, None),
            missing(Audience::Owner, None),
        ]
    );
}

#[test]
fn a_holder_nobody_stands_for_is_replaced_by_the_coordinator_of_the_level() {
    let mut world = blocker().at("360111", Level::City);
    world.answerable = Vec::new();
    assert_eq!(world.line("E1"), "city city2 ()");
    assert_eq!(world.faults("E1"), [missing(Audience::Answerable, None)]);
    // Not by the project's leader, who does not owe it.
    assert!(world.leader.is_some());
}

#[test]
fn when_all_are_missing_up_to_the_province_nobody_is_told_and_that_is_a_fault() {
    let mut world = report();
    world.coordinators.clear();
    let told = world.told("E5");
    assert!(told.recipients.is_empty());
    assert_eq!(
        told.faults,
        [
            missing(Audience::ProvinceCoordinator, Some("360000")),
            Fault::Nobody {
                audience: Audience::ProvinceCoordinator,
                region: region("360000"),
            },
        ]
    );
    // The leader is still told, and that a part of the step reached nobody is shown.
    let told = world.told("E3");
    assert_eq!(line(&told), "leader ()");
    assert!(told.faults.iter().any(|fault| matches!(
        fault,
        Fault::Nobody {
            audience: Audience::CountyCoordinator,
            ..
        }
    )));
}

#[test]
fn somebody_in_several_parts_is_told_once_and_addressed_if_any_part_is() {
    let mut world = report();
    world.convenor = Some("leader");
    assert_eq!(world.line("E2"), "owner leader ()");
    world.convenor = Some("owner");
    assert_eq!(world.line("E2"), "owner (leader)");
    // A coordinator of the county who is also one of the city.
    world
        .coordinators
        .insert(region("360100"), vec!["county", "city"]);
    assert_eq!(world.line("E3"), "leader county (city)");
}

#[test]
fn the_reason_says_rule_version_step_and_part() {
    let ladder = project_ladder();
    let world = report();
    let step = ladder.steps().last().unwrap();
    let on = day("2026-11-13");
    let told = resolve(&Occurrence { step, round: 1, on }, &ladder, &world.people());
    let reason = serde_json::to_value(&told.recipients[0].reason).unwrap();
    assert_eq!(
        reason,
        serde_json::json!({
            "ladder": "project",
            "policy_version": 1,
            "step": "R2",
            "audience": "province_coordinator",
            "in_place_of": null,
        })
    );
}

prop_compose! {
    /// A world with anybody missing, at any place and level.
    fn any_world()(
        blocked in any::<bool>(),
        place in prop::sample::select(vec!["360111", "360100", "360000"]),
        level in prop::sample::select(vec![Level::County, Level::City, Level::Province]),
        here in prop::array::uniform7(any::<bool>()),
    ) -> World {
        let mut world = if blocked { blocker() } else { report() }.at(place, level);
        let [answerable, owner, convenor, leader, coordinated @ ..] = here;
        if !answerable {
            world.answerable.clear();
        }
        world.owner = world.owner.filter(|_| owner);
        world.convenor = world.convenor.filter(|_| convenor);
        world.leader = world.leader.filter(|_| leader);
        for (code, is_there) in ["360111", "360100", "360000"].into_iter().zip(coordinated) {
            if !is_there {
                world = world.without(code);
            }
        }
        world
    }
}

proptest! {
    #[test]
    fn nobody_is_told_twice_no_stranger_is_and_silence_is_always_a_fault(world in any_world()) {
        for name in STEPS {
            let told = world.told(name);
            let mut people: Vec<_> = told.recipients.iter().map(|one| one.person).collect();
            prop_assert!(!people.contains(&"sister") && !people.contains(&"elsewhere"));
            if world.place != region("360111") {
                prop_assert!(!people.contains(&"county"), "{name}");
            }
            people.sort_unstable();
            people.dedup();
            prop_assert_eq!(people.len(), told.recipients.len());
            if told.recipients.iter().all(|one| one.is_copy) {
                prop_assert!(
                    told.faults.iter().any(|fault| matches!(fault, Fault::Nobody { .. })),
                    "{} addresses nobody", name
                );
            }
            for one in &told.recipients {
                prop_assert!(one.reason.in_place_of != Some(one.reason.audience));
            }
        }
    }

    #[test]
    fn with_a_coordinator_in_the_province_somebody_is_always_addressed(world in any_world()) {
        prop_assume!(world.coordinators.contains_key(&region("360000")));
        for name in STEPS {
            let told = world.told(name);
            prop_assert!(told.recipients.iter().any(|one| !one.is_copy), "{name}");
            prop_assert!(
                told.faults.iter().all(|fault| !matches!(fault, Fault::Nobody { .. })),
                "{name}"
            );
        }
    }
}
