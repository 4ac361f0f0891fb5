//! Who is calling, what they may see, and where an act takes place.

use crate::journal::Actor;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::text::Lang;

use super::role::Role;

/// What a caller may see: the projects of a region's reach, and those they have a part in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scope {
    /// The region whose reach is seen; none for leads.
    pub(crate) reach: Option<Region>,
    /// Projects seen by appointment.
    pub(crate) projects: Vec<Id>,
}

impl Scope {
    /// Tells whether a region lies in the reach.
    pub(crate) fn reaches(&self, region: Region) -> bool {
        self.reach.is_some_and(|reach| reach.contains(region))
    }

    /// Returns the first and last code of the reach; without one the range is turned round, so that
    /// no region lies in it.
    pub(crate) fn range(&self) -> (Region, Region) {
        let (first, last) = Region::EVERYWHERE;
        self.reach.map_or((last, first), Region::reach)
    }

    /// Tells whether the caller has a part in a project.
    pub(crate) fn has_part_in(&self, project: Id) -> bool {
        self.projects.contains(&project)
    }
}

/// Who holds a blocker: a person, or a department of a region.
#[derive(Debug, Clone)]
pub(crate) struct Holder {
    pub(crate) handler: Option<Id>,
    pub(crate) department: Option<String>,
    pub(crate) region: Region,
}

/// Where an act takes place.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) region: Region,
    pub(crate) project: Option<Id>,
    pub(crate) holder: Option<Holder>,
}

impl Place {
    /// A place that is only a region.
    pub(crate) fn region(region: Region) -> Self {
        Self {
            region,
            project: None,
            holder: None,
        }
    }
}

/// Who is calling: account, role and scope as the database has them at this moment.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// The account; none for the system itself.
    pub(crate) id: Option<Id>,
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) region: Option<Region>,
    pub(crate) department: Option<String>,
    pub(crate) scope: Scope,
    pub(crate) lang: Lang,
    /// The session, when the caller came with an access token.
    pub(crate) session: Option<Id>,
    pub(crate) via: &'static str,
    pub(crate) request_id: Option<String>,
}

impl Caller {
    /// The system itself: the command line and the periodic jobs, with the site's whole reach.
    pub(crate) fn system(site: Region, via: &'static str) -> Self {
        Self {
            id: None,
            name: "fiveone".to_owned(),
            role: Role::Admin,
            region: Some(site),
            department: None,
            scope: Scope {
                reach: Some(site),
                projects: Vec::new(),
            },
            lang: Lang::Zh,
            session: None,
            via,
            request_id: None,
        }
    }

    /// Returns who the journal names.
    pub(crate) fn actor(&self) -> Actor {
        Actor {
            id: self.id,
            name: self.name.clone(),
            via: self.via,
            request_id: self.request_id.clone(),
        }
    }

    /// Returns how rows name the one who made them: the account's id, or `system`.
    pub(crate) fn mark(&self) -> String {
        self.id
            .map_or_else(|| "system".to_owned(), |id| id.to_string())
    }

    /// Tells whether this caller is the account.
    pub(crate) fn is(&self, account: Id) -> bool {
        self.id == Some(account)
    }
}
