//! Reading a policy: the form it is written in, and everything that can be wrong with it, each at
//! its place, all at once.
//!
//! The same check serves the file, where a flaw is named by its line, and a request, where it is
//! named by its pointer.

mod lines;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Audience, Ladder, LetterKind, Policy, Step, StepName};
use crate::deadlines::DeadlineKind;
use crate::escalation::posting::{Posting, PostingForm, WrongPosting};

/// The farthest a step may lie from the due day or from its repetition: 250 working days are a
/// year, and beyond that a number is a slip of the keyboard rather than a policy.
const FARTHEST_WD: i64 = 250;

/// The longest name of a step, in characters; it is part of the ledger's key.
const LONGEST_NAME: usize = 12;

/// A policy as it is written, not checked yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyForm {
    /// Number of the version, 1 and up.
    pub(crate) version: u32,
    /// When letters go out.
    pub(crate) posting: PostingForm,
    /// The ladder each kind of deadline climbs, by name.
    pub(crate) kinds: BTreeMap<String, String>,
    /// The ladders by name, each with its steps, lowest first.
    pub(crate) ladders: BTreeMap<String, Vec<StepForm>>,
}

/// One step of a ladder as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepForm {
    /// A letter, then letters, digits and hyphens, at most 12 in all.
    pub(crate) name: String,
    /// Working days after the due day, negative before it.
    pub(crate) offset_wd: i64,
    /// Working days from one repetition to the next; only the last step may repeat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) every_wd: Option<i64>,
    /// Who is told.
    pub(crate) to: Vec<String>,
    /// Who gets a copy.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) copies: Vec<String>,
    /// The kind of letter.
    pub(crate) letter: String,
    /// Whether it is a letter of its own rather than a line of a digest.
    #[serde(default)]
    pub(crate) own_letter: bool,
}

/// One thing wrong with a policy, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Flaw {
    /// JSON pointer to the place, empty for the whole.
    pub(crate) pointer: String,
    /// The ladder and the name of the step it lies in.
    pub(crate) step: Option<(String, String)>,
    /// The line of the file, 1 and up, where there is a file.
    pub(crate) line: Option<usize>,
    /// What is wrong.
    pub(crate) wrong: Wrong,
}

impl fmt::Display for Flaw {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(to, "line {line}: ")?;
        }
        match &self.step {
            Some((ladder, step)) => write!(to, "ladder {ladder}, step {step}: ")?,
            None if !self.pointer.is_empty() => write!(to, "{}: ", self.pointer)?,
            None => {}
        }
        write!(to, "{}", self.wrong)
    }
}

/// What can be wrong with a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Wrong {
    /// Not the form at all: syntax, an unknown field, a field missing or of another type.
    #[error("{0}")]
    Unreadable(String),
    /// The version is 0.
    #[error("versions are numbered from 1")]
    VersionZero,
    /// A kind of deadline that does not exist.
    #[error("no such kind of deadline")]
    UnknownKind,
    /// A kind of deadline without a ladder.
    #[error("{0} climbs no ladder; name one")]
    KindLeftOut(DeadlineKind),
    /// A kind sent up a ladder that is not written.
    #[error("there is no ladder {0:?}")]
    UnknownLadder(String),
    /// A ladder without a step.
    #[error("the ladder has no step")]
    NoStep,
    /// A name of a step the ledger could not keep.
    #[error(
        "a step's name is a letter, then letters, digits and hyphens, at most {LONGEST_NAME} in all"
    )]
    StepName,
    /// Two steps the ledger could not tell apart.
    #[error("a step before it has, or repeats under, this name")]
    NameTaken,
    /// A step that does not come after the one before it.
    #[error("steps must rise: {offset_wd} working days is not after {before}")]
    Unordered {
        /// Where the step lies.
        offset_wd: i64,
        /// Where the one before it lies.
        before: i64,
    },
    /// Too far from the due day.
    #[error("a step lies at most {FARTHEST_WD} working days from the due day")]
    TooFar,
    /// A repetition that never moves, or hardly ever.
    #[error("a step repeats every 1 to {FARTHEST_WD} working days")]
    Repetition,
    /// A step that repeats below another.
    #[error("only the last step may repeat")]
    RepeatsTooEarly,
    /// Nobody is told.
    #[error("nobody is told; name at least one in `to`")]
    NobodyTold,
    /// A word that is no audience.
    #[error("{0:?} is no audience")]
    UnknownAudience(String),
    /// One audience named twice in one step.
    #[error("{0} is named twice")]
    NamedTwice(Audience),
    /// A word that is no letter.
    #[error("{0:?} is no kind of letter")]
    UnknownLetter(String),
    /// Hours in which nothing could be posted as told.
    #[error(transparent)]
    Posting(#[from] WrongPosting),
}

impl Policy {
    /// Reads a policy from its file.
    ///
    /// # Errors
    /// Every flaw at once, each with its line; text that is not the form at all is one flaw.
    pub(crate) fn read(text: &str) -> Result<Self, Vec<Flaw>> {
        let form: PolicyForm = toml::from_str(text).map_err(|error| {
            vec![Flaw {
                pointer: String::new(),
                step: None,
                line: error.span().map(|span| lines::number(text, span.start)),
                wrong: Wrong::Unreadable(error.message().to_owned()),
            }]
        })?;
        form.check().map_err(|mut flaws| {
            for flaw in &mut flaws {
                flaw.line = lines::of_pointer(text, &flaw.pointer);
            }
            flaws
        })
    }
}

impl PolicyForm {
    /// Makes the policy of a form.
    ///
    /// # Errors
    /// Every flaw at once, in the order of the form, without lines.
    pub(crate) fn check(&self) -> Result<Policy, Vec<Flaw>> {
        let mut flaws = Flaws::default();
        if self.version == 0 {
            flaws.add("/version", Wrong::VersionZero);
        }
        let posting = match Posting::try_from(&self.posting) {
            Ok(posting) => Some(posting),
            Err(wrong) => {
                flaws.add(&format!("/posting{}", wrong.pointer()), wrong.into());
                None
            }
        };
        let kinds = self.check_kinds(&mut flaws);
        let mut ladders = BTreeMap::new();
        for (name, steps) in &self.ladders {
            let steps = check_ladder(name, steps, &mut flaws);
            let ladder = Ladder {
                name: name.clone(),
                version: self.version,
                steps,
            };
            ladders.insert(name, ladder);
        }
        let climbed = kinds
            .into_iter()
            .filter_map(|(kind, name)| Some((kind, ladders.get(name)?.clone())));
        match posting {
            Some(posting) if flaws.0.is_empty() => Ok(Policy {
                kinds: climbed.collect(),
                posting,
            }),
            _ => Err(flaws.0),
        }
    }

    fn check_kinds(&self, flaws: &mut Flaws) -> BTreeMap<DeadlineKind, &String> {
        let mut kinds = BTreeMap::new();
        for (kind, ladder) in &self.kinds {
            let pointer = format!("/kinds/{}", escaped(kind));
            if !self.ladders.contains_key(ladder) {
                flaws.add(&pointer, Wrong::UnknownLadder(ladder.clone()));
            }
            match kind.parse() {
                Ok(kind) => {
                    kinds.insert(kind, ladder);
                }
                Err(_) => flaws.add(&pointer, Wrong::UnknownKind),
            }
        }
        for kind in DeadlineKind::ALL.iter().copied() {
            if !kinds.contains_key(&kind) {
                flaws.add("/kinds", Wrong::KindLeftOut(kind));
            }
        }
        kinds
    }
}

/// Collects flaws, and remembers in which step the next one lies.
#[derive(Default)]
struct Flaws(Vec<Flaw>);

impl Flaws {
    fn add(&mut self, pointer: &str, wrong: Wrong) {
        self.add_in(None, pointer.to_owned(), wrong);
    }

    fn add_in(&mut self, step: Option<(&str, &str)>, pointer: String, wrong: Wrong) {
        self.0.push(Flaw {
            pointer,
            step: step.map(|(ladder, step)| (ladder.to_owned(), step.to_owned())),
            line: None,
            wrong,
        });
    }
}

fn check_ladder(ladder: &str, forms: &[StepForm], flaws: &mut Flaws) -> Vec<Step> {
    let root = format!("/ladders/{}", escaped(ladder));
    if forms.is_empty() {
        flaws.add(&root, Wrong::NoStep);
    }
    let mut steps: Vec<Step> = Vec::new();
    for (index, form) in forms.iter().enumerate() {
        let mut add = |field: &str, wrong: Wrong| {
            let pointer = format!("{root}/{index}{field}");
            flaws.add_in(Some((ladder, &form.name)), pointer, wrong);
        };
        if !is_step_name(&form.name) {
            add("/name", Wrong::StepName);
        }
        if steps.iter().any(|step| is_taken(step, form)) {
            add("/name", Wrong::NameTaken);
        }
        if let Some(before) = steps.last()
            && form.offset_wd <= before.offset_wd
        {
            let (offset_wd, before) = (form.offset_wd, before.offset_wd);
            add("/offset_wd", Wrong::Unordered { offset_wd, before });
        }
        if !(-FARTHEST_WD..=FARTHEST_WD).contains(&form.offset_wd) {
            add("/offset_wd", Wrong::TooFar);
        }
        if let Some(every) = form.every_wd {
            if !(1..=FARTHEST_WD).contains(&every) {
                add("/every_wd", Wrong::Repetition);
            }
            if index + 1 < forms.len() {
                add("/every_wd", Wrong::RepeatsTooEarly);
            }
        }
        if form.to.is_empty() {
            add("/to", Wrong::NobodyTold);
        }
        let mut named = Vec::new();
        let to = check_audience("/to", &form.to, &mut named, &mut add);
        let copies = check_audience("/copies", &form.copies, &mut named, &mut add);
        let letter = form.letter.parse().ok();
        if letter.is_none() {
            add("/letter", Wrong::UnknownLetter(form.letter.clone()));
        }
        steps.push(Step {
            name: StepName(form.name.clone()),
            offset_wd: form.offset_wd,
            every_wd: form.every_wd,
            to,
            copies,
            // Only stands in where a flaw was added, so that the steps after it are checked too.
            letter: letter.unwrap_or(LetterKind::Reminder),
            own_letter: form.own_letter,
        });
    }
    steps
}

fn check_audience(
    field: &str,
    words: &[String],
    named: &mut Vec<Audience>,
    add: &mut impl FnMut(&str, Wrong),
) -> Vec<Audience> {
    let mut audience = Vec::new();
    for (index, text) in words.iter().enumerate() {
        let pointer = format!("{field}/{index}");
        match text.parse() {
            Err(_) => add(&pointer, Wrong::UnknownAudience(text.clone())),
            Ok(word) if named.contains(&word) => add(&pointer, Wrong::NamedTwice(word)),
            Ok(word) => {
                named.push(word);
                audience.push(word);
            }
        }
    }
    audience
}

fn is_step_name(name: &str) -> bool {
    name.len() <= LONGEST_NAME
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// Tells whether a later step could get the ledger key of an earlier one: `R1` after or before a
/// repeating `R` would be its first round.
fn is_taken(earlier: &Step, later: &StepForm) -> bool {
    let is_round = |name: &str, of: &str| {
        name.strip_prefix(of)
            .is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    earlier.name.0 == later.name
        || (earlier.repeats() && is_round(&later.name, &earlier.name.0))
        || (later.every_wd.is_some() && is_round(&earlier.name.0, &later.name))
}

/// Writes a name into a JSON pointer (RFC 6901).
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
