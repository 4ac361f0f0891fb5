//! Refusals: what a rule answers when it says no. They carry a stable code and facts, never prose:
//! the words are looked up by the code in the reader's language at the edge.

use serde::Serialize;
use serde_json::{Map, Value};

/// Facts that fill the places of a text, by name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Facts(Map<String, Value>);

impl Facts {
    /// Returns no facts.
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds one fact.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        let value = serde_json::to_value(value).unwrap_or(Value::Null);
        self.0.insert(name.to_owned(), value);
        self
    }

    /// Returns the fact of that name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Walks over all facts in order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.0.iter()
    }

    /// Tells whether there is no fact.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Of what kind a refusal is; it decides the HTTP status, which only the web knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The input breaks a rule.
    Invalid,
    /// A query or header is malformed.
    Malformed,
    /// There is no such thing, or none the caller may see.
    Missing,
    /// The thing is in a state that does not allow this.
    Conflict,
    /// The caller may not do this.
    Forbidden,
    /// Nobody is signed in, or not validly.
    Unauthenticated,
    /// The caller saw an older version.
    Stale,
    /// The caller did not say which version it saw.
    Precondition,
    /// The body is of a type that is not taken here.
    MediaType,
    /// The body is larger than allowed.
    TooLarge,
    /// Too many tries; later again.
    TooMany,
}

/// One thing that is wrong, at one place of the input.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// JSON pointer to the place, empty for the whole.
    pub pointer: String,
    /// Stable code, also the key of the words.
    pub code: &'static str,
    /// What fills the words.
    pub facts: Facts,
}

impl Finding {
    /// Makes a finding without facts.
    pub fn new(pointer: impl Into<String>, code: &'static str) -> Self {
        Self {
            pointer: pointer.into(),
            code,
            facts: Facts::none(),
        }
    }

    /// Adds one fact.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        self.facts = self.facts.with(name, value);
        self
    }
}

/// Returns the JSON pointer of a field by its name.
pub(crate) fn below(at: &str, name: &str) -> String {
    format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// A refusal: kind, stable code, facts, and everything that is wrong at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Refused {
    /// Its kind.
    pub kind: Kind,
    /// Stable code, also the key of the words.
    pub code: &'static str,
    /// What fills the words.
    pub facts: Facts,
    /// All that is wrong, each at its place.
    pub findings: Vec<Finding>,
}

impl Refused {
    /// Makes a refusal without facts.
    pub fn new(kind: Kind, code: &'static str) -> Self {
        Self {
            kind,
            code,
            facts: Facts::none(),
            findings: Vec::new(),
        }
    }

    /// Makes the refusal of an input with several faults (422 `body.invalid`).
    pub fn invalid(findings: Vec<Finding>) -> Self {
        Self {
            findings,
            ..Self::new(Kind::Invalid, "body.invalid")
        }
    }

    /// Adds one fact.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        self.facts = self.facts.with(name, value);
        self
    }

    /// Adds what is wrong, each at its place.
    #[must_use]
    pub fn listing(mut self, findings: Vec<Finding>) -> Self {
        self.findings = findings;
        self
    }

    /// Says at which place of the input it is wrong.
    #[must_use]
    pub fn at(mut self, pointer: &str) -> Self {
        let finding = Finding {
            pointer: pointer.to_owned(),
            code: self.code,
            facts: self.facts.clone(),
        };
        self.findings.push(finding);
        self
    }
}

/// Refuses with all findings at once, if there is any.
///
/// # Errors
/// 422 `body.invalid` with every finding.
pub fn none_of(findings: Vec<Finding>) -> crate::kernel::error::Result<()> {
    if findings.is_empty() {
        Ok(())
    } else {
        Err(Refused::invalid(findings).into())
    }
}

/// Declares a feature's refusals: an enum whose variants each have a kind and a stable code.
#[macro_export]
macro_rules! refusals {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $kind:ident $code:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        $vis enum $name { $($(#[$vmeta])* $variant),+ }

        #[allow(dead_code, reason = "every set has the same doors, not every set needs each")]
        impl $name {
            /// Returns the stable code.
            $vis const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// Makes the refusal without facts.
            $vis fn refused(self) -> $crate::kernel::refused::Refused {
                let kind = match self { $(Self::$variant => $crate::kernel::refused::Kind::$kind),+ };
                $crate::kernel::refused::Refused::new(kind, self.code())
            }

            /// Makes the refusal with one fact.
            $vis fn with(self, name: &str, value: impl serde::Serialize) -> $crate::kernel::refused::Refused {
                self.refused().with(name, value)
            }

            /// Makes the refusal of one place of the input.
            $vis fn at(self, pointer: &str) -> $crate::kernel::refused::Refused {
                self.refused().at(pointer)
            }

            /// Makes a finding at one place of the input.
            $vis fn finding(self, pointer: impl Into<String>) -> $crate::kernel::refused::Finding {
                $crate::kernel::refused::Finding::new(pointer, self.code())
            }
        }

        impl From<$name> for $crate::kernel::error::Error {
            fn from(refusal: $name) -> Self {
                refusal.refused().into()
            }
        }
    };
}
