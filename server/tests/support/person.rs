//! A person at a browser, who goes the whole way by forms.

use app::api::run::RunPage;
use domain::maintenance::Verdict;
use domain::maintenance::run::{DesktopState, Phase};
use http::StatusCode;
use serde_json::json;

use super::{Browser, House, Project, Reply, until};

/// Somebody at a browser, in their project.
#[derive(Clone)]
pub struct Person {
    pub browser: Browser,
    pub project: Project,
}

impl Person {
    pub async fn sign_in(&self) {
        let reply = self.try_sign_in("").await;
        assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, &*self.page("desktops")));
    }

    pub async fn try_sign_in(&self, next: &str) -> Reply {
        let Project { account, user, password, name, .. } = &self.project;
        let form = [("account", &**account), ("user", user), ("password", password), ("project", name), ("next", next)];
        self.browser.post("/api/session/sign_in", &form).await
    }

    pub async fn sign_out(&self) -> Reply {
        self.browser.post("/api/session/sign_out", &[]).await
    }

    /// The same person and cookies after Drydock was started anew.
    pub fn back_at(&self, house: &House) -> Self {
        Self { browser: self.browser.moved_to(house.origin()), project: self.project.clone() }
    }

    /// A page of the project.
    pub fn page(&self, rest: &str) -> String {
        format!("/{}/{rest}", self.project.name)
    }

    /// Chooses by tick and gives the review's id.
    pub async fn review(&self, mode: &str, ids: &[&str]) -> String {
        let mut form = vec![("project", &*self.project.name), ("mode", mode)];
        form.extend(ids.iter().map(|id| ("ids[]", *id)));
        self.review_by(&form).await
    }

    /// Sends the form around the two counted buttons and gives the review's id.
    pub async fn review_by(&self, form: &[(&str, &str)]) -> String {
        let reply = until("a list to choose from", async || {
            let reply = self.browser.post("/api/desktops/review", form).await;
            assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text);
            reply.location().contains("/review/").then_some(reply)
        });
        review_id(reply.await.location()).to_owned()
    }

    pub async fn try_confirm(&self, review: &str) -> Reply {
        let form = [("project", &*self.project.name), ("review", review), ("reason", "Patching"), ("ticket", "CHG-7")];
        self.browser.post("/api/review/confirm", &form).await
    }

    /// Confirms and gives the run's number.
    pub async fn confirm(&self, review: &str) -> u32 {
        let reply = self.try_confirm(review).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text);
        run_number(reply.location())
    }

    /// Chooses, reviews and confirms.
    pub async fn start_run(&self, mode: &str, ids: &[&str]) -> u32 {
        self.confirm(&self.review(mode, ids).await).await
    }

    pub async fn act_on_run(&self, verb: &str, number: u32) -> Reply {
        let form = [("project", &*self.project.name), ("number", &*number.to_string())];
        self.browser.post(&format!("/api/run/{verb}"), &form).await
    }

    /// Answers the pause that the person has seen.
    pub async fn answer_pause(&self, verb: &str, run: &RunPage) -> Reply {
        let (number, pause) = (run.number.to_string(), run.pause.unwrap_or_default().to_string());
        let form = [("project", &*self.project.name), ("number", &*number), ("pause", &*pause)];
        self.browser.post(&format!("/api/run/{verb}"), &form).await
    }

    /// Presses a button that starts another run and gives that run's number; `seen` such runs were shown.
    pub async fn follow(&self, verb: &str, number: u32, seen: u32) -> u32 {
        let form =
            [("project", &*self.project.name), ("number", &*number.to_string()), ("attempt", &*seen.to_string())];
        let reply = self.browser.post(&format!("/api/run/{verb}"), &form).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text);
        run_number(reply.location())
    }

    pub async fn run(&self, number: u32) -> RunPage {
        let arguments = json!({ "project": self.project.name, "number": number, "query": "", "poll": true });
        let reply = self.browser.fetch_json("/api/run/show", &arguments).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
        reply.json()
    }

    pub async fn until_phase(&self, number: u32, phase: Phase) -> RunPage {
        until(&format!("{phase:?}"), async || Some(self.run(number).await).filter(|run| run.phase == phase)).await
    }

    pub async fn until_ended(&self, number: u32) -> RunPage {
        self.until_phase(number, Phase::Ended).await
    }
}

/// The id in the path of a review.
pub fn review_id(location: &str) -> &str {
    location.rsplit_once("/review/").unwrap_or_else(|| panic!("no review: {location}")).1
}

/// The number in the path of a run.
pub fn run_number(location: &str) -> u32 {
    location.rsplit_once("/runs/").unwrap_or_else(|| panic!("no run: {location}")).1.parse().unwrap()
}

/// What a run came to: every desktop's name and verdict, by name.
pub fn verdicts(run: &RunPage) -> Vec<(String, Verdict)> {
    let verdict = |state| match state {
        DesktopState::Final(verdict) => verdict,
        open => panic!("no verdict yet: {open:?}"),
    };
    let mut rows: Vec<_> = run.rows.iter().map(|row| (row.desktop.name.clone(), verdict(row.desktop.state))).collect();
    rows.sort();
    rows
}
