//! Ids: UUIDv7, made by the server, so that rows of one table sort roughly by their making.
//!
//! The only place that draws random ids; everything else receives them.

use std::fmt;
use std::str::FromStr;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use utoipa::openapi::schema::SchemaFormat;

use super::text::written_as_text;

/// The id of one row: a UUID in its hyphenated lower-case form, 36 ASCII characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = diesel::sql_types::Text)]
pub struct Id([u8; 36]);

/// The text is not a UUID in hyphenated form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a UUID")]
pub struct NotAnId;

impl Id {
    /// Makes a new id, time-ordered to the millisecond.
    #[expect(clippy::disallowed_methods, reason = "the one place that draws ids")]
    pub fn new() -> Self {
        Self::of(uuid::Uuid::now_v7())
    }

    fn of(uuid: uuid::Uuid) -> Self {
        let mut text = [0; 36];
        uuid.hyphenated().encode_lower(&mut text);
        Self(text)
    }

    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl Default for Id {
    fn default() -> Self {
        Self::new()
    }
}

impl FromStr for Id {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        if text.len() != 36 {
            return Err(NotAnId);
        }
        uuid::Uuid::try_parse(text)
            .map(Self::of)
            .map_err(|_| NotAnId)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

written_as_text!(Id, format = Some(SchemaFormat::Custom("uuid".to_owned())));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_the_same_after_a_round_trip_through_text() {
        let id = Id::new();
        assert_eq!(id.as_str().parse::<Id>(), Ok(id));
        assert_eq!(id.as_str().to_uppercase().parse::<Id>(), Ok(id));
    }

    #[test]
    fn only_the_hyphenated_form_is_an_id() {
        for text in [
            "",
            "x",
            "018f3c2a7b1e7c3d9f0a1b2c3d4e5f60",
            "{018f3c2a-7b1e-7c3d-9f0a-1b2c3d4e5f60}",
        ] {
            assert_eq!(text.parse::<Id>(), Err(NotAnId), "{text}");
        }
    }
}
