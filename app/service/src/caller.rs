//! The person on whose behalf something is done, with what lets them do it.

use domain::operator::Operator;
use domain::project::Project;

use crate::secret::{Access, Credential};

/// A person with a live credential for one project. Only [`crate::sign_ins::SignIns::caller`] makes one, so a use case
/// that takes a `Caller` cannot be reached without a verified session.
#[derive(Clone, Debug)]
pub struct Caller {
    credential: Credential,
}

impl Caller {
    pub(crate) fn new(credential: Credential) -> Self {
        Self { credential }
    }

    /// Who it is.
    pub fn operator(&self) -> &Operator {
        &self.credential.operator
    }

    /// The project that is open.
    pub fn project(&self) -> &Project {
        &self.credential.access.project
    }

    pub(crate) fn access(&self) -> &Access {
        &self.credential.access
    }

    pub(crate) fn credential(&self) -> &Credential {
        &self.credential
    }
}
