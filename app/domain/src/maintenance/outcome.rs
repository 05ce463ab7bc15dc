//! What the cloud told us: the raw facts of an answer, before anybody decides what they mean.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::desktop::Reading;

/// The cloud's own error fields, verbatim but bounded in length. Data of a report, shown as text, never interpreted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloudError {
    /// The HTTP status of the answer, 0 where there was none.
    pub status: u16,
    /// `error_code`, e.g. `WKS.00010032` or `APIGW.0301`.
    pub code: Option<String>,
    /// `error_msg`
    pub message: Option<String>,
    /// `error_detail`
    pub detail: Option<String>,
    /// `encoded_authorization_message`
    pub encoded_authorization_message: Option<String>,
    /// `X-Request-Id`, or `request_id` of the body.
    pub request_id: Option<String>,
}

/// What the body of an answer was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Body {
    /// No bytes, or only white space.
    Empty,
    /// Well-formed JSON.
    Json,
    /// Anything else: HTML of a proxy, a truncated document.
    Unreadable,
}

/// An HTTP answer that came in whole and within its limits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What the body was.
    pub body: Body,
    /// Status and the error fields found in the body (none for a plain success) with the request id.
    pub error: CloudError,
    /// How long the cloud asks to wait: `Retry-After`, else the window named in the throttling text.
    pub retry_after: Option<Duration>,
}

/// Why a call has no answer although it left, or may have left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NoAnswer {
    /// The time for one call was over.
    TimedOut,
    /// The connection broke.
    ConnectionLost,
    /// The answer was longer than its limit.
    TooLong,
    /// Drydock itself was stopped after the call was written down and before its answer was.
    Interrupted,
}

/// What became of one PUT.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PutOutcome {
    /// The cloud answered.
    Answered(Answer),
    /// It certainly never left: name look-up, connect or TLS failed.
    NotSentOut,
    /// It left, or may have left, and no answer came.
    NoAnswer(NoAnswer),
}

/// What became of one read of up to a batch of ids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReadOutcome {
    /// The desktops of those asked for that the cloud listed.
    Listed(Vec<Reading>),
    /// The cloud answered with an error, or with something that is no list.
    Answered(Answer),
    /// It never left.
    NotSentOut,
    /// No answer came.
    NoAnswer(NoAnswer),
}

/// What became of asking for one desktop alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LookOutcome {
    /// It exists and reads so.
    Found(Reading),
    /// The cloud answered with an error (a 404 with a Workspace code means that it is gone).
    Answered(Answer),
    /// It never left.
    NotSentOut,
    /// No answer came.
    NoAnswer(NoAnswer),
}

/// What an answer to a PUT means for the desktops in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AnswerClass {
    /// Taken; a read has to show it.
    Accepted,
    /// Refused because of something about the ids in it: the others may be sent without them.
    AboutIds,
    /// Refused because of a right, which may concern single desktops.
    Permission,
    /// Refused whatever the ids: nothing more is to be sent.
    WholeRun,
    /// Asks to wait; nothing was done.
    Throttled,
    /// Asks to sign in; nothing was done.
    SignIn,
    /// Leaves open what was done.
    NoAnswer,
}

/// Codes of the gateway, without `APIG` or `APIGW`, that concern the whole run: the project is not available, the address
/// is unknown or not allowed, the user is not allowed in the region.
const GATEWAY_WHOLE_RUN: [&str; 4] = [".0310", ".0401", ".0402", ".0802"];

/// Codes of the gateway that ask to wait: throttling, and IAM that is not available for the moment.
const GATEWAY_THROTTLED: [&str; 2] = [".0308", ".0613"];

/// Codes of IAM and Workspace that concern the whole run: no access by program, the service is not enabled, the tenant
/// does not exist.
const WHOLE_RUN: [&str; 7] =
    ["IAM.0080", "IAM.0081", "IAM.0082", "IAM.0083", "WKS.00010099", "WKS.00170117", "WKS.00170312"];

/// The code of IAM that asks to wait.
const IAM_THROTTLED: &str = "IAM.0012";

/// Reads an answer to a PUT. The order of the questions matters: a code that is known is believed in any status, also
/// in a 200.
pub fn classify(answer: &Answer) -> AnswerClass {
    let error = &answer.error;
    let code = error.code.as_deref().map(str::trim).filter(|code| !code.is_empty());
    let gateway = code.and_then(gateway_number);
    if error.status == 401 {
        return AnswerClass::SignIn;
    }
    if error.encoded_authorization_message.is_some() {
        return AnswerClass::Permission;
    }
    if gateway.is_some_and(|number| GATEWAY_WHOLE_RUN.contains(&number))
        || code.is_some_and(|it| WHOLE_RUN.contains(&it))
    {
        return AnswerClass::WholeRun;
    }
    if gateway.is_some_and(|number| GATEWAY_THROTTLED.contains(&number)) || code == Some(IAM_THROTTLED) {
        return AnswerClass::Throttled;
    }
    let foreign = gateway.is_some() || code.is_some_and(|code| code.starts_with("IAM."));
    match error.status {
        429 | 503 => AnswerClass::Throttled,
        // The body of a redirect is not expected to be JSON.
        300..=399 => AnswerClass::WholeRun,
        408 => AnswerClass::NoAnswer,
        200..=499 if answer.body == Body::Unreadable => AnswerClass::NoAnswer,
        200..=299 if code.is_none() => AnswerClass::Accepted,
        200..=299 => AnswerClass::AboutIds,
        403 => AnswerClass::Permission,
        400 | 404 | 409 | 422 if !foreign => AnswerClass::AboutIds,
        400..=499 => AnswerClass::WholeRun,
        _ => AnswerClass::NoAnswer,
    }
}

/// The number of a code of the gateway, with its dot.
fn gateway_number(code: &str) -> Option<&str> {
    ["APIGW", "APIG"].into_iter().find_map(|name| code.strip_prefix(name)).filter(|number| number.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::AnswerClass::{AboutIds, Accepted, NoAnswer, Permission, SignIn, Throttled, WholeRun};
    use super::*;

    fn check(status: u16, code: Option<&str>, body: Body, class: AnswerClass) {
        let error = CloudError { status, code: code.map(str::to_owned), ..CloudError::default() };
        let answer = Answer { body, error, retry_after: None };
        assert_eq!(classify(&answer), class, "{status} {code:?} {body:?}");
    }

    #[test]
    fn an_answer_is_classed_by_status_where_no_code_is_known() {
        for (status, class) in [
            (200, Accepted),
            (204, Accepted),
            (301, WholeRun),
            (400, AboutIds),
            (401, SignIn),
            (402, WholeRun),
            (403, Permission),
            (404, AboutIds),
            (405, WholeRun),
            (408, NoAnswer),
            (409, AboutIds),
            (413, WholeRun),
            (414, WholeRun),
            (422, AboutIds),
            (429, Throttled),
            (494, WholeRun),
            (500, NoAnswer),
            (502, NoAnswer),
            (503, Throttled),
            (504, NoAnswer),
            (0, NoAnswer),
        ] {
            check(status, None, Body::Json, class);
        }
    }

    #[test]
    fn a_code_is_asked_for_its_origin() {
        for (status, code, class) in [
            (400, "WKS.0001", AboutIds),
            (404, "WKS.0001", AboutIds),
            (409, "WKS.00010032", AboutIds),
            (422, "WKS.00129901", AboutIds),
            (400, "Common.0001", AboutIds),
            (200, "WKS.00010109", AboutIds),
            (200, " ", Accepted),
            (400, "APIGW.0201", WholeRun),
            (404, "APIGW.0101", WholeRun),
            (404, "APIG.0101", WholeRun),
            (409, "APIG.0101", WholeRun),
            (400, "IAM.0011", WholeRun),
            (403, "WKS.00010203", Permission),
            (403, "APIGW.0302", Permission),
            (403, "APIG.0304", Permission),
            (403, "IAM.0003", Permission),
            (500, "WKS.0202", NoAnswer),
            (401, "APIGW.0307", SignIn),
            (401, "APIGW.0308", SignIn),
            (404, "APIGWX.0308", AboutIds),
        ] {
            check(status, Some(code), Body::Json, class);
        }
    }

    #[test]
    fn a_known_code_is_believed_in_any_status() {
        for status in [200, 400, 403, 404, 429, 500, 503] {
            for code in
                ["WKS.00010099", "WKS.00170117", "WKS.00170312", "IAM.0080", "IAM.0083", "APIGW.0310", "APIG.0802"]
            {
                check(status, Some(code), Body::Json, WholeRun);
            }
            for code in ["APIGW.0308", "APIG.0308", "APIGW.0613", "IAM.0012"] {
                check(status, Some(code), Body::Json, Throttled);
            }
        }
        for code in ["APIGW.0401", "APIGW.0402"] {
            check(403, Some(code), Body::Json, WholeRun);
        }
    }

    #[test]
    fn a_body_that_is_no_json_is_no_answer() {
        for (status, class) in [
            (200, NoAnswer),
            (403, NoAnswer),
            (404, NoAnswer),
            (500, NoAnswer),
            (302, WholeRun),
            (401, SignIn),
            (429, Throttled),
            (503, Throttled),
        ] {
            check(status, None, Body::Unreadable, class);
        }
        check(200, None, Body::Empty, Accepted);
        check(404, None, Body::Empty, AboutIds);
    }

    #[test]
    fn a_decision_of_a_policy_is_about_a_right() {
        for (status, code, class) in [
            (403, "APIGW.0302", Permission),
            (403, "APIGW.0310", Permission),
            (400, "WKS.0001", Permission),
            (401, "", SignIn),
        ] {
            let message = Some("AQICAHj".to_owned());
            let error = CloudError {
                status,
                code: Some(code.to_owned()),
                encoded_authorization_message: message,
                ..CloudError::default()
            };
            let answer = Answer { body: Body::Json, error, retry_after: None };
            assert_eq!(classify(&answer), class, "{status} {code}");
        }
    }
}
