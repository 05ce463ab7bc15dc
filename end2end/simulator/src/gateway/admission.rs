//! Who is let in: by a token, by a signature, or by both.

use std::sync::{Arc, PoisonError};

use super::Call;
use crate::{
    answer::Answer,
    clock::now,
    cloud::{Admission, Cloud, Token, Unsigned},
    project::Project,
    signature,
};

/// A call that was let into a project.
#[derive(Debug)]
pub(crate) struct Admitted {
    pub(crate) project: Arc<Project>,
    pub(crate) holder: Token,
}

/// Lets a call into the project of its path. A token must be scoped to that project; somebody who signed must be allowed
/// to enter it, and name no other one in `X-Project-Id`.
///
/// # Errors
/// The gateway's own refusal: 401 for token and signature, 403 for the project.
pub(crate) fn admit(cloud: &Cloud, call: &Call, project_id: &str) -> Result<Admitted, Answer> {
    let by_signature = signature::is_claimed(&call.headers).then(|| signer(cloud, call)).transpose();
    let by_signature = by_signature.map_err(|reason| unsigned(call, &reason))?;
    let by_token = match (call.header("x-auth-token"), &by_signature) {
        (None, Some(_)) => None,
        (text, _) => Some(holder(cloud, call, text)?),
    };
    let named = call.header("x-project-id").filter(|_| by_signature.is_some());
    let project = cloud.project(project_id).filter(|project| {
        let signer_may = |holder| cloud.projects_of(holder).iter().any(|own| own.id == project.id);
        let is_scope = |holder: &Token| holder.project.as_ref().is_some_and(|(id, _)| *id == project.id);
        named.is_none_or(|named| named == project.id)
            && by_signature.as_ref().is_none_or(signer_may)
            && by_token.as_ref().is_none_or(is_scope)
    });
    match (project, by_token.or(by_signature)) {
        (Some(project), Some(holder)) => Ok(Admitted { project, holder }),
        _ => Err(Answer::gateway(403, "0310", "The project is unavailable.", &call.request_id)),
    }
}

/// The holder of a token of any scope.
///
/// # Errors
/// The gateway's 401.
pub(crate) fn holder(cloud: &Cloud, call: &Call, text: Option<&str>) -> Result<Token, Answer> {
    let refuse = |number, message| Err(Answer::gateway(401, number, message, &call.request_id));
    let Some(text) = text else {
        return refuse("0301", "Incorrect IAM authentication information: x-auth-token not found");
    };
    let tokens = cloud.tokens.read().unwrap_or_else(PoisonError::into_inner);
    match tokens.look_up(text, now()) {
        Admission::Valid(token) => Ok(*token),
        Admission::Ended => refuse("0307", "The token must be updated."),
        Admission::Unknown => refuse("0301", "Incorrect IAM authentication information: decrypt token fail"),
    }
}

/// Who signed the call.
///
/// # Errors
/// All of [`Unsigned`].
pub(crate) fn signer(cloud: &Cloud, call: &Call) -> Result<Token, Unsigned> {
    cloud.keys().signer(call.signed(), now(), cloud.clock())
}

/// The gateway's refusal of a signature, with the texts of
/// <https://support.huaweicloud.com/intl/en-us/apig_faq/apig-faq-0003.html>.
pub(crate) fn unsigned(call: &Call, reason: &Unsigned) -> Answer {
    let reason = match reason {
        Unsigned::Wrong => "verify aksk signature fail".to_owned(),
        Unsigned::Unknown(access) => format!("Get secretKey failed,ak:{access},err:ak not exist"),
        Unsigned::Locked => "AK access failed to reach the limit,forbidden.".to_owned(),
        Unsigned::Skewed => "calc ak sk signature fail:signature expired".to_owned(),
        Unsigned::Ended => "Get secretKey failed,err:securitytoken expired".to_owned(),
    };
    let message = format!("Incorrect IAM authentication information: {reason}");
    Answer::gateway(401, "0301", &message, &call.request_id)
}
