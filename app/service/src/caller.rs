//! The person on whose behalf something is done, with what lets them do it.

use std::ops::Deref;

use domain::operator::Operator;
use domain::project::Project;
use domain::role::Role;

use crate::error::ServiceError;
use crate::identity::CameFrom;
use crate::secret::{Access, Credential};

/// A person with a live credential for one project. Only [`crate::sign_ins::SignIns::caller`] makes one, so a use case
/// that takes a `Caller` cannot be reached without a verified session.
#[derive(Clone, Debug)]
pub struct Caller {
    credential: Credential,
    role: Role,
    from: CameFrom,
}

impl Caller {
    pub(crate) fn new(credential: Credential, role: Role, from: CameFrom) -> Self {
        Self { credential, role, from }
    }

    /// Who it is.
    pub fn operator(&self) -> &Operator {
        &self.credential.operator
    }

    /// The project that is open.
    pub fn project(&self) -> &Project {
        &self.credential.access.project
    }

    /// What they may do.
    pub fn role(&self) -> Role {
        self.role
    }

    /// Where the request came from.
    pub fn from(&self) -> &str {
        &self.from
    }

    pub(crate) fn access(&self) -> &Access {
        &self.credential.access
    }

    pub(crate) fn credential(&self) -> &Credential {
        &self.credential
    }
}

/// A [`Caller`] whose role lets them change something. Only [`crate::sign_ins::SignIns::changing`] makes one, so a use
/// case that takes it cannot be reached by a viewer.
#[derive(Clone, Debug)]
pub struct ChangingCaller(Caller);

impl ChangingCaller {
    /// The caller, if their role lets them change something.
    ///
    /// # Errors
    /// [`ServiceError::NeedsRole`]
    pub(crate) fn of(caller: Caller) -> Result<Self, ServiceError> {
        if caller.role.may_change() { Ok(Self(caller)) } else { Err(ServiceError::NeedsRole(Role::Operator)) }
    }
}

impl Deref for ChangingCaller {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.0
    }
}
