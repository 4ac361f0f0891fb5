//! The people and projects most stories begin with, made over the API as a site would make them.

use serde_json::{Value, json};

use crate::world::{Client, PASSWORD, World};

/// The accounts of one county, its city and its province, each signed in.
pub(crate) struct Cast {
    pub(crate) admin: Client,
    /// Coordinator of 360000.
    pub(crate) province: Client,
    /// Coordinator of 360100.
    pub(crate) city: Client,
    /// Coordinator of 360111.
    pub(crate) county: Client,
    /// Natural resources of 360111.
    pub(crate) land: Client,
    /// Ecology and environment of 360111.
    pub(crate) environment: Client,
    pub(crate) leader: Client,
    pub(crate) owner: Client,
    /// Convenor of every team.
    pub(crate) lead: Client,
    /// Viewer of 360111.
    pub(crate) viewer: Client,
}

/// Address of a member of the cast: `county` is `county@fiveone.example`.
pub(crate) fn email(name: &str) -> String {
    format!("{name}@fiveone.example")
}

impl Cast {
    /// Creates everybody.
    pub(crate) async fn of(world: &World) -> Self {
        let admin = world.admin().await;
        let people = [
            ("province", "coordinator", "360000", None),
            ("city", "coordinator", "360100", None),
            ("county", "coordinator", "360111", None),
            ("land", "department", "360111", Some("natural-resources")),
            (
                "environment",
                "department",
                "360111",
                Some("ecology-environment"),
            ),
            ("leader", "lead", "360111", None),
            ("owner", "lead", "360111", None),
            ("lead", "lead", "360111", None),
            ("viewer", "viewer", "360111", None),
        ];
        for (name, role, region, department) in people {
            let body = json!({
                "name": name, "email": email(name), "role": role, "region": region, "post": "主任",
                "department": department, "password": PASSWORD,
            });
            let made = admin.post("/people", body).await;
            assert_eq!(made.status, 201, "{name}: {:?}", made.body);
        }
        let client = async |name: &str| world.signed_in(&email(name)).await;
        Self {
            province: client("province").await,
            city: client("city").await,
            county: client("county").await,
            land: client("land").await,
            environment: client("environment").await,
            leader: client("leader").await,
            owner: client("owner").await,
            lead: client("lead").await,
            viewer: client("viewer").await,
            admin,
        }
    }

    /// Creates a draft in 360111 with a total investment of 120,000,000 yuan.
    pub(crate) async fn draft(&self, name: &str) -> String {
        let body =
            json!({ "name": name, "region": "360111", "total_investment_yuan": 120_000_000 });
        let made = self.county.post("/projects", body).await;
        assert_eq!(made.status, 201, "{:?}", made.body);
        made.text("/id")
    }

    /// Creates a draft whose five pillars are whole.
    pub(crate) async fn whole(&self, name: &str) -> String {
        let id = self.draft(name).await;
        for (pillar, body) in [
            ("plan", plan()),
            ("leader", json!({ "email": email("leader") })),
            ("owner", json!({ "email": email("owner") })),
            ("team", team()),
            ("schedule", schedule()),
        ] {
            let path = format!("/projects/{id}/{pillar}");
            let put = self.county.put(&path, None, body).await;
            assert!(
                put.status == 200 || put.status == 201,
                "{pillar}: {:?}",
                put.body
            );
        }
        id
    }

    /// Creates a project and puts it under dispatch, with nothing invested before.
    pub(crate) async fn launched(&self, name: &str) -> String {
        let id = self.whole(name).await;
        let launched = self
            .county
            .post(&format!("/projects/{id}/launch"), json!({}))
            .await;
        assert_eq!(launched.status, 200, "{:?}", launched.body);
        assert_eq!(launched.body["state"], "active");
        id
    }
}

/// A plan whose years sum to 120,000,000 yuan.
pub(crate) fn plan() -> Value {
    json!({
        "title": "年产十万吨新材料项目实施方案", "objectives": "2028 年投产", "scope": "厂房与生产线",
        "safeguards": "专班推进、要素保障", "effective_on": "2026-09-01",
        "investment": [
            { "year": 2026, "amount_yuan": 40_000_000 },
            { "year": 2027, "amount_yuan": 50_000_000 },
            { "year": 2028, "amount_yuan": 30_000_000 },
        ],
    })
}

/// A team of three that covers every duty; `lead` convenes.
pub(crate) fn team() -> Value {
    json!({
        "name": "工作专班",
        "members": [
            { "email": email("lead"), "duties": ["land"] },
            { "email": email("owner"), "duties": ["environment"] },
            { "email": email("leader"), "duties": ["approval"] },
        ],
    })
}

/// A schedule of four milestones from 2026-11-02 to 2028-09-30.
pub(crate) fn schedule() -> Value {
    json!({
        "milestones": [
            { "name": "开工", "kind": "start", "due_on": "2026-11-02", "weight": 20, "critical": true },
            { "name": "主体封顶", "kind": "structure", "due_on": "2027-06-30", "weight": 30 },
            { "name": "竣工", "kind": "completion", "due_on": "2028-06-30", "weight": 30 },
            { "name": "投产", "kind": "production", "due_on": "2028-09-30", "weight": 20 },
        ],
    })
}
