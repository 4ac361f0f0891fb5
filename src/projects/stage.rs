//! The stages of a project, from the first idea to production. Where a stage may lead, and under
//! which conditions, is not decided here.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How far a project has come.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    ToSchema,
    diesel::expression::AsExpression,
    diesel::deserialize::FromSqlRow,
)]
#[diesel(sql_type = diesel::sql_types::Text)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stage {
    /// 谋划: being thought about.
    #[default]
    Idea,
    /// 储备: in the reserve of projects.
    Reserve,
    /// 前期: being prepared, approvals under way.
    Preliminary,
    /// 在建: being built.
    Construction,
    /// 竣工: built.
    Completed,
    /// 投产: producing.
    Production,
}

impl Stage {
    /// All stages, in the order a project goes through them.
    pub(crate) const ALL: [Self; 6] = [
        Self::Idea,
        Self::Reserve,
        Self::Preliminary,
        Self::Construction,
        Self::Completed,
        Self::Production,
    ];

    /// Returns the stored and exchanged name.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Idea => "idea",
            Self::Reserve => "reserve",
            Self::Preliminary => "preliminary",
            Self::Construction => "construction",
            Self::Completed => "completed",
            Self::Production => "production",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(self.as_str())
    }
}

/// A text that is no stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a stage: idea, reserve, preliminary, construction, completed or production")]
pub(crate) struct WrongStage;

impl FromStr for Stage {
    type Err = WrongStage;

    fn from_str(text: &str) -> Result<Self, WrongStage> {
        Self::ALL
            .into_iter()
            .find(|stage| stage.as_str() == text)
            .ok_or(WrongStage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_is_read_back_as_it_is_written() {
        for stage in Stage::ALL {
            assert_eq!(stage.as_str().parse(), Ok(stage));
            let json = serde_json::to_string(&stage).unwrap();
            assert_eq!(json, format!("\"{stage}\""));
            assert_eq!(serde_json::from_str::<Stage>(&json).unwrap(), stage);
        }
        assert_eq!("Idea".parse::<Stage>(), Err(WrongStage));
        assert_eq!("".parse::<Stage>(), Err(WrongStage));
    }

    #[test]
    fn stages_are_ordered_as_a_project_goes_through_them() {
        assert!(Stage::ALL.is_sorted());
        assert_eq!(Stage::default(), Stage::Idea);
    }
}
