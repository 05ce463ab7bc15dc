//! Every server function by its address: who is refused, what is given, and what is said of bad input.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

#[path = "support/whole.rs"]
#[expect(dead_code, unused_imports, reason = "each file of tests needs a part of it")]
mod whole;

use app::api::desktops::{DesktopsPage, SelectionCounts};
use app::api::error::{ApiError, SignInProblem};
use app::api::history::HistoryPage;
use app::api::review::ReviewPage;
use app::api::run::RunPage;
use app::api::session::{SignInPage, Visitor};
use domain::maintenance::request::Field;
use domain::maintenance::run::Phase;
use domain::selection::ChoiceError;
use http::StatusCode;
use serde_json::{Value, json};
use whole::{Browser, House, Person, Reply, until};

/// How a function takes its arguments.
enum Arguments {
    Json(Value),
    Form(Vec<(&'static str, String)>),
}

use Arguments::{Form, Json};

/// A call of every function that needs somebody signed in to `project`.
fn calls(project: &str, review: &str, number: u32) -> Vec<(&'static str, Arguments)> {
    let of = |more: &[(&'static str, &str)]| {
        let mut fields = vec![("project", project.to_owned())];
        fields.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        Form(fields)
    };
    let run = number.to_string();
    vec![
        ("/api/desktops/list", Json(json!({ "project": project, "query": "", "poll": false }))),
        ("/api/desktops/count", Json(json!({ "project": project, "selection": { "Ids": ["a"] } }))),
        ("/api/desktops/refresh", of(&[])),
        ("/api/desktops/review", of(&[("mode", "enter"), ("ids[]", "a")])),
        ("/api/review/show", Json(json!({ "project": project, "id": review, "query": "" }))),
        ("/api/review/confirm", of(&[("review", review), ("reason", "Patching")])),
        ("/api/review/renew", of(&[("review", review)])),
        ("/api/run/show", Json(json!({ "project": project, "number": number, "query": "", "poll": false }))),
        ("/api/run/stop", of(&[("number", &run)])),
        ("/api/run/continue", of(&[("number", &run)])),
        ("/api/run/take_over", of(&[("number", &run), ("pause", "1")])),
        ("/api/run/retry", of(&[("number", &run)])),
        ("/api/run/send_rest", of(&[("number", &run)])),
        ("/api/run/read_again", of(&[("number", &run)])),
        ("/api/run/undo", of(&[("number", &run)])),
        ("/api/history/show", Json(json!({ "project": project, "query": "" }))),
        ("/api/history/audit", Json(json!({ "project": project, "query": "" }))),
    ]
}

/// A call of every function that concerns the person, whatever project is open.
fn people() -> [(&'static str, Arguments); 5] {
    [
        ("/api/session/exchange", Form(Vec::new())),
        ("/api/session/open_project", Form(vec![("project", "p".to_owned()), ("password", "x".to_owned())])),
        ("/api/sessions/show", Json(json!({}))),
        ("/api/sessions/end", Form(vec![("sign_in", "s".to_owned())])),
        ("/api/sessions/end_others", Form(Vec::new())),
    ]
}

async fn call(browser: &Browser, path: &str, arguments: &Arguments) -> Reply {
    match arguments {
        Json(value) => browser.fetch_json(path, value).await,
        Form(fields) => {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, &**value)).collect();
            browser.fetch_form(path, &fields).await
        }
    }
}

async fn person_of(desktops: usize) -> (House, Person) {
    let house = House::open().await;
    let project = house.cloud.plain_project(desktops).await;
    let person = house.sign_in(&project).await;
    (house, person)
}

#[tokio::test]
async fn every_function_is_called_here() {
    let called = calls("p", "r", 1);
    let open = ["/api/session/current", "/api/session/show", "/api/session/sign_in", "/api/session/sign_out"];
    let of_a_person = people().map(|(path, _)| path);
    for (path, _) in leptos::server_fn::axum::server_fn_paths() {
        let is_called =
            open.contains(&path) || of_a_person.contains(&path) || called.iter().any(|(known, _)| *known == path);
        assert!(is_called, "{path} is new: add it to `calls`, so that it is refused to strangers");
    }
}

#[tokio::test]
async fn nobody_gets_anything_without_a_session() {
    let (house, person) = person_of(2).await;
    let review = person.review("enter", &person.project.ids()).await;
    for (path, arguments) in calls(&person.project.name, &review, 1) {
        let reply = call(&house.browser(), path, &arguments).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{path}: {}", reply.text);
        assert_eq!(reply.json::<ApiError>(), ApiError::SignedOut, "{path}");
    }
    for (path, arguments) in people() {
        let reply = call(&house.browser(), path, &arguments).await;
        let expected = if path == "/api/session/exchange" {
            (StatusCode::UNPROCESSABLE_ENTITY, ApiError::SignIn(SignInProblem::IdTokenOver))
        } else {
            (StatusCode::UNAUTHORIZED, ApiError::SignedOut)
        };
        assert_eq!((reply.status, reply.json::<ApiError>()), expected, "{path}");
    }
    assert!(house.cloud.puts(&person.project).await.is_empty());
}

#[tokio::test]
async fn a_project_that_the_session_has_not_opened_is_refused() {
    let (house, person) = person_of(2).await;
    let other = house.sign_in(&house.cloud.plain_project(2).await).await;
    let review = other.review("enter", &other.project.ids()).await;
    let number = other.confirm(&review).await;
    for project in [&*other.project.name, "", "no-such-project", &other.project.id] {
        for (path, arguments) in calls(project, &review, number) {
            let reply = call(&person.browser, path, &arguments).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN, "{path}: {}", reply.text);
            assert_eq!(reply.json::<ApiError>(), ApiError::ProjectNotOpen, "{path}");
        }
    }
}

#[tokio::test]
async fn what_lies_in_another_project_is_not_found_in_ones_own() {
    let (house, person) = person_of(2).await;
    let other = house.sign_in(&house.cloud.plain_project(2).await).await;
    let review = other.review("enter", &other.project.ids()).await;
    let number = other.confirm(&review).await;
    for (path, arguments) in calls(&person.project.name, &review, number) {
        if path.starts_with("/api/desktops/") || path.starts_with("/api/history/") {
            continue;
        }
        let reply = call(&person.browser, path, &arguments).await;
        assert_eq!((reply.status, reply.json::<ApiError>()), (StatusCode::NOT_FOUND, ApiError::NotFound), "{path}");
    }
}

#[tokio::test]
async fn a_review_belongs_to_its_author_and_a_run_to_the_project() {
    let (house, person) = person_of(2).await;
    let colleague = house.sign_in(&house.cloud.colleague(&person.project).await).await;
    let review = person.review("enter", &person.project.ids()).await;
    let show = json!({ "project": person.project.name, "id": review, "query": "" });
    let reply = colleague.browser.fetch_json("/api/review/show", &show).await;
    assert_eq!((reply.status, reply.json::<ApiError>()), (StatusCode::NOT_FOUND, ApiError::NotFound));
    let confirm = [("project", &*person.project.name), ("review", &*review), ("reason", "Patching")];
    let reply = colleague.browser.fetch_form("/api/review/confirm", &confirm).await;
    assert_eq!((reply.status, reply.json::<ApiError>()), (StatusCode::NOT_FOUND, ApiError::NotFound));
    let number = person.confirm(&review).await;
    assert_eq!(colleague.until_ended(number).await.operator, person.project.user);
}

#[tokio::test]
async fn every_function_gives_what_its_page_needs() {
    let (house, person) = person_of(60).await;
    let (browser, project) = (&person.browser, &*person.project.name);
    let visitor: Option<Visitor> = browser.fetch_json("/api/session/current", &json!({})).await.json();
    assert_eq!(visitor.unwrap().projects, [project]);
    let page: SignInPage = house.browser().fetch_json("/api/session/show", &json!({})).await.json();
    assert_eq!((page.region.as_str(), page.problem, page.visitor), ("ap-southeast-3", None, None));
    assert_eq!(page.single_sign_on, None);

    let list = json!({ "project": project, "query": "page=2", "poll": false });
    let page: DesktopsPage = until("the list", async || {
        let page: DesktopsPage = browser.fetch_json("/api/desktops/list", &list).await.json();
        page.catalogue.read_at.is_some().then_some(page)
    })
    .await;
    assert_eq!((page.total, page.matching, page.pages, page.rows.len()), (60, 60, 2, 10));
    let count = json!({ "project": project, "selection": { "Ids": person.project.ids()[..3] } });
    let counts: SelectionCounts = browser.fetch_json("/api/desktops/count", &count).await.json();
    assert_eq!((counts.selected, counts.would_enter, counts.would_leave), (3, 3, 0));
    let reply = browser.fetch_form("/api/desktops/refresh", &[("project", project)]).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);

    let review = person.review("enter", &person.project.ids()[..3]).await;
    let show = json!({ "project": project, "id": review, "query": "show=will-change" });
    let page: ReviewPage = browser.fetch_json("/api/review/show", &show).await.json();
    assert_eq!((page.will_change, page.already_so, page.not_found, page.rows.len()), (3, 0, 0, 3));
    assert!(page.sending.address.ends_with(&format!("/v2/{}/desktops/maintenance-mode", person.project.id)));
    let reply = browser.fetch_form("/api/review/renew", &[("project", project), ("review", &review)]).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    let confirm = [("project", project), ("review", &*review), ("reason", "Patching"), ("details", "a\r\nb")];
    let reply = browser.fetch_form("/api/review/confirm", &confirm).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);

    let run: RunPage = person.until_ended(1).await;
    assert_eq!((run.reason.as_str(), run.details.as_str(), run.rows.len()), ("Patching", "a\nb", 3));
    for (path, problem) in [("/api/run/stop", ApiError::NotNow), ("/api/run/continue", ApiError::NotNow)] {
        let reply = browser.fetch_form(path, &[("project", project), ("number", "1")]).await;
        assert_eq!((reply.status, reply.json::<ApiError>()), (StatusCode::CONFLICT, problem), "{path}");
    }
    let history = json!({ "project": project, "query": "page=9" });
    let page: HistoryPage = browser.fetch_json("/api/history/show", &history).await.json();
    assert_eq!((page.total, page.page, page.pages, page.rows[0].phase), (1, 1, 1, Phase::Ended));
    let reply = browser.fetch_form("/api/session/sign_out", &[]).await;
    assert_eq!(reply.status, StatusCode::OK);
    let visitor: Option<Visitor> = browser.fetch_json("/api/session/current", &json!({})).await.json();
    assert_eq!(visitor, None);
}

async fn sign_in_problem(browser: &Browser, form: &[(&str, &str)]) -> SignInProblem {
    let reply = browser.fetch_form("/api/session/sign_in", form).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", reply.text);
    match reply.json() {
        ApiError::SignIn(problem) => problem,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn each_way_to_fail_a_sign_in_is_told_apart() {
    let house = House::open().await;
    let project = house.cloud.plain_project(1).await;
    let browser = house.browser();
    let form =
        |password: &'static str| [("account", &*project.account), ("user", &*project.user), ("password", password)];
    let missing =
        |fields: &[&str]| SignInProblem::Missing { fields: fields.iter().map(|field| (*field).into()).collect() };
    assert_eq!(sign_in_problem(&browser, &[]).await, missing(&["account", "user", "password"]));
    assert_eq!(sign_in_problem(&browser, &form("")).await, missing(&["password"]));
    let long = "x".repeat(1_025);
    assert_eq!(
        sign_in_problem(&browser, &[("account", &long), ("user", "u"), ("password", "p")]).await,
        SignInProblem::TooLong
    );
    assert_eq!(sign_in_problem(&browser, &form("wrong")).await, SignInProblem::Refused);
    house.cloud.down(true).await;
    assert_eq!(sign_in_problem(&browser, &form("x")).await, SignInProblem::Unreachable);
    house.cloud.down(false).await;
    assert_eq!(browser.cookie("__Host-drydock"), None);
}

/// What is said of a choice by script, and that a form shows a sentence and loses nothing.
async fn check_choice(person: &Person, form: &[(&str, &str)], problem: ApiError, sentence: &str) {
    person.review("enter", &person.project.ids()[..1]).await;
    let reply = person.browser.fetch_form("/api/desktops/review", form).await;
    assert_eq!((reply.status, reply.json::<ApiError>()), (StatusCode::BAD_REQUEST, problem));
    let reply = person.browser.post("/api/desktops/review", form).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    let page = person.browser.get(reply.location()).await;
    assert!(page.text.contains("role=\"alert\"") && page.text.contains(sentence), "{sentence}: {}", page.text);
}

#[tokio::test]
async fn no_selection_is_a_sentence_on_the_page() {
    let (_house, person) = person_of(2).await;
    let project = &*person.project.name;
    let nothing = ApiError::Choice(ChoiceError::Nothing);
    for form in [
        vec![("project", project), ("mode", "enter")],
        vec![("project", project), ("mode", "enter"), ("more", "  ")],
        vec![("project", project), ("mode", "enter"), ("select", "matching"), ("query", "q=nothing-is-named-so")],
    ] {
        check_choice(&person, &form, nothing.clone(), "othing").await;
    }
    let reply = person.browser.fetch_form("/api/desktops/review", &[("project", project), ("ids[]", "a")]).await;
    assert_eq!((reply.status, reply.json::<ApiError>()), (StatusCode::BAD_REQUEST, ApiError::BadRequest));
}

#[tokio::test]
async fn d11_of_ticks_5000_are_taken_and_5001_are_refused_with_the_limit() {
    let (house, person) = person_of(2).await;
    let project = &*person.project.name;
    let ids: Vec<String> = (0..5_001).map(|number| format!("0190a3a4-0000-4000-8000-{number:012}")).collect();
    let mut form = vec![("project", project), ("mode", "enter")];
    form.extend(ids.iter().map(|id| ("ids[]", &**id)));
    let too_many = ApiError::Choice(ChoiceError::TooMany { limit: 5_000, got: 5_001 });
    check_choice(&person, &form, too_many.clone(), "5,000").await;
    let joined = ids.join(" ");
    check_choice(&person, &[("project", project), ("mode", "enter"), ("more", &joined)], too_many, "5,000").await;

    form.pop();
    let review = person.review_by(&form).await;
    let show = json!({ "project": project, "id": review, "query": "" });
    let page: ReviewPage = person.browser.fetch_json("/api/review/show", &show).await.json();
    assert_eq!((page.will_change, page.not_found), (0, 5_000));
    let reply = person
        .browser
        .fetch_form("/api/review/confirm", &[("project", project), ("review", &review), ("reason", "Patching")])
        .await;
    assert_eq!((reply.status, reply.json::<ApiError>()), (StatusCode::CONFLICT, ApiError::NothingWouldChange));
    assert!(house.cloud.puts(&person.project).await.is_empty());
}

#[tokio::test]
async fn all_of_1000_that_match_go_through_one_small_form() {
    let (house, person) = person_of(1_000).await;
    let (project, ids) = (&*person.project.name, person.project.ids());
    let except = format!("{} {}", ids[0], ids[999]);
    let review = person
        .review_by(&[
            ("project", project),
            ("mode", "enter"),
            ("select", "matching"),
            ("matched", "1000"),
            ("except", &except),
        ])
        .await;
    let show = json!({ "project": project, "id": review, "query": "page=5" });
    let page: ReviewPage = person.browser.fetch_json("/api/review/show", &show).await.json();
    assert_eq!((page.will_change, page.matched_when_chosen, page.pages, page.rows.len()), (998, Some(998), 5, 198));
    let number = person.confirm(&review).await;
    let run = person.until_ended(number).await;
    assert_eq!(run.counts.changed, 998);
    let puts = house.cloud.puts(&person.project).await;
    assert_eq!(puts.len(), 10);
    assert!(!puts.concat().iter().any(|id| id == ids[0] || id == ids[999]));
}

#[tokio::test]
async fn fields_of_a_review_are_named_where_they_are_wrong_and_what_was_typed_stays() {
    let (house, person) = person_of(2).await;
    let review = person.review("enter", &person.project.ids()).await;
    let long = "d".repeat(2_001);
    let base = [("project", &*person.project.name), ("review", &*review)];
    for (field, name, value) in [
        (Field::Reason, "reason", "No such reason"),
        (Field::Details, "details", &*long),
        (Field::Until, "until", "yesterday"),
        (Field::Until, "until", "2020-01-01 10:00"),
    ] {
        let mut form = base.to_vec();
        form.extend([("reason", "Patching"), ("details", "why"), ("ticket", "CHG-<1>"), ("until", "")]);
        form.iter_mut().find(|(known, _)| *known == name).unwrap().1 = value;
        let reply = person.browser.fetch_form("/api/review/confirm", &form).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{}", reply.text);
        let ApiError::Fields(errors) = reply.json() else { panic!("{}", reply.text) };
        assert_eq!(errors.iter().map(|error| error.field).collect::<Vec<_>>(), [field]);
        let reply = person.browser.post("/api/review/confirm", &form).await;
        assert_eq!(reply.location(), person.page(&format!("review/{review}")));
        let page = person.browser.get(reply.location()).await;
        assert!(page.text.contains("role=\"alert\"") && page.text.contains("CHG-&lt;1&gt;"), "{}", page.text);
    }
    assert!(house.cloud.puts(&person.project).await.is_empty());
}

#[tokio::test]
async fn what_the_cloud_says_of_a_project_is_told_apart() {
    let house = House::open().await;
    for (workspace, word) in
        [("disabled403", "NotEnabled"), ("missing400", "NotEnabled"), ("may_not_list", "MayNotList")]
    {
        let project = house.cloud.project(json!({ "desktops": 3, "workspace": workspace })).await;
        let person = house.sign_in(&project).await;
        let list = json!({ "project": project.name, "query": "", "poll": false });
        let problem = until("a problem", async || {
            let page: Value = person.browser.fetch_json("/api/desktops/list", &list).await.json();
            (!page["catalogue"]["problem"].is_null()).then(|| page["catalogue"]["problem"].clone())
        })
        .await;
        assert!(problem[word].is_object(), "{workspace}: {problem}");
        let page = person.browser.get(&person.page("desktops")).await;
        assert!(page.is_whole_page() && page.status == StatusCode::OK, "{}", page.text);
    }
    let empty = house.sign_in(&house.cloud.plain_project(0).await).await;
    assert!(empty.browser.get(&empty.page("desktops")).await.is_whole_page());
}
