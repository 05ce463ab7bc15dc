#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, Ordering};

use async_trait::async_trait;
use domain::civil::Civil;
use domain::desktop::{DesktopId, Power, Session};
use domain::maintenance::outcome::{LookOutcome, NoAnswer, PutOutcome, ReadOutcome};
use domain::operator::Operator;
use domain::project::Project;
use domain::role::Role;
use secrecy::SecretString;
use tokio::sync::Semaphore;

use super::*;
use crate::ports::{Granted, ListedPage, PasswordSignIn, RunKey, SignInError, StoreError};
use crate::secret::{Access, Credential, CredentialId};

/// A cloud that lists what it was told to, one answer per permit.
struct ListingCloud {
    pages: Mutex<VecDeque<Result<ListedPage, CallFailure>>>,
    permits: Semaphore,
}

#[async_trait]
impl Cloud for ListingCloud {
    async fn sign_in(&self, _: &PasswordSignIn) -> Result<Granted, SignInError> {
        Err(SignInError::Unreachable)
    }

    async fn exchange(&self, _: &SecretString, _: Option<&str>) -> Result<Granted, SignInError> {
        Err(SignInError::Unreachable)
    }

    async fn projects(&self, _: &SecretString) -> Result<Vec<Project>, SignInError> {
        Err(SignInError::Unreachable)
    }

    async fn revoke(&self, _: &SecretString) {}

    async fn list(&self, _: &Access, _: u32, _: u32) -> Result<ListedPage, CallFailure> {
        self.permits.acquire().await.unwrap().forget();
        lock(&self.pages).pop_front().unwrap_or(Err(CallFailure::NotSentOut))
    }

    async fn read(&self, _: &Access, _: &[DesktopId]) -> ReadOutcome {
        ReadOutcome::NotSentOut
    }

    async fn look(&self, _: &Access, _: &DesktopId) -> LookOutcome {
        LookOutcome::NotSentOut
    }

    async fn set_maintenance(&self, _: &Access, _: &[DesktopId], _: bool) -> PutOutcome {
        PutOutcome::NotSentOut
    }
}

/// Credentials that remember which of them were dropped.
#[derive(Default)]
struct DroppedCredentials(Mutex<Vec<String>>);

#[async_trait]
impl Credentials for DroppedCredentials {
    async fn keep_credential(&self, _: &Credential) -> Result<bool, StoreError> {
        Ok(true)
    }

    async fn credential(&self, _: &CredentialId) -> Result<Option<Credential>, StoreError> {
        Ok(None)
    }

    async fn drop_credential(&self, id: &CredentialId) -> Result<(), StoreError> {
        lock(&self.0).push(id.0.clone());
        Ok(())
    }

    async fn drop_sign_in(&self, _: &str) -> Result<Vec<RunKey>, StoreError> {
        Ok(Vec::new())
    }

    async fn count_of_sign_in(&self, _: &str) -> Result<u32, StoreError> {
        Ok(0)
    }
}

/// A clock that is told the time.
struct ToldClock(AtomicI64);

impl Clock for ToldClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::Relaxed))
    }

    fn civil(&self, _: Timestamp) -> (Civil, String) {
        (Civil { year: 2026, month: 1, day: 1, hour: 0, minute: 0, second: 0 }, "UTC".to_owned())
    }

    fn moment(&self, _: Civil) -> Option<Timestamp> {
        None
    }
}

struct World {
    cloud: Arc<ListingCloud>,
    clock: Arc<ToldClock>,
    dropped: Arc<DroppedCredentials>,
    catalogues: Arc<Catalogues>,
}

impl World {
    fn new(pages: Vec<Result<ListedPage, CallFailure>>, permits: usize) -> Self {
        let cloud = Arc::new(ListingCloud { pages: Mutex::new(pages.into()), permits: Semaphore::new(permits) });
        let clock = Arc::new(ToldClock(AtomicI64::new(1_000_000)));
        let settings = CatalogueSettings { max_age: Duration::from_mins(1), max_desktops: 5 };
        let (as_cloud, as_clock): (Arc<dyn Cloud>, Arc<dyn Clock>) = (Arc::clone(&cloud) as _, Arc::clone(&clock) as _);
        let dropped = Arc::new(DroppedCredentials::default());
        let catalogues = Arc::new(Catalogues::new(as_cloud, Arc::clone(&dropped) as _, as_clock, settings));
        Self { cloud, clock, dropped, catalogues }
    }

    async fn names(&self) -> Vec<String> {
        let snapshot = self.catalogues.show(&caller()).await;
        snapshot.desktops.iter().map(|desktop| desktop.id.to_string()).collect()
    }

    async fn shows_after(&self, milliseconds: i64) -> Snapshot {
        self.clock.0.fetch_add(milliseconds, Ordering::Relaxed);
        self.catalogues.show(&caller()).await
    }
}

fn caller() -> Caller {
    let operator =
        Operator { issuer: "iam".into(), subject: "1".into(), name: "operator".into(), account: "HarborCorp".into() };
    let project = Project { id: "p".into(), name: "harbor".into(), region: "ap-southeast-3".into() };
    let user = CloudUser { id: "1".into(), name: "operator".into(), account: "HarborCorp".into() };
    let credential = Credential {
        id: CredentialId("c".into()),
        operator,
        sign_in: "s".into(),
        access: Access { project, user, token: "t".to_owned().into() },
        ends_at: Timestamp(i64::MAX),
    };
    Caller::new(credential, Role::Operator, "here".into())
}

fn desktop(id: &str) -> Desktop {
    Desktop {
        id: id.parse().unwrap(),
        name: id.to_owned(),
        user: None,
        power: Power::Running,
        session: Session::Ready,
        in_maintenance: false,
        task: None,
        pool: None,
        kind: None,
        tags: Vec::new(),
        address: None,
        zone: None,
        enterprise_project: None,
    }
}

#[expect(clippy::unnecessary_wraps, reason = "an answer, beside failures in the same list")]
fn page(ids: &str, total: u32) -> Result<ListedPage, CallFailure> {
    let desktops: Vec<Desktop> = ids.split_whitespace().map(desktop).collect();
    Ok(ListedPage { entries: count(desktops.len()), desktops, total })
}

fn in_maintenance(id: &str) -> Reading {
    Reading {
        id: id.parse().unwrap(),
        in_maintenance: true,
        power: Power::Off,
        session: Session::NotRegistered,
        task: None,
    }
}

#[tokio::test]
async fn pages_are_put_together_and_doubles_dropped() {
    let world = World::new(vec![page("a b", 3), page("b", 3), page("a b", 3), page("c", 3)], 10);
    assert_eq!(world.names().await, ["a", "b", "c"]);
    assert!(!world.catalogues.show(&caller()).await.may_be_incomplete);
}

#[tokio::test]
async fn a_list_that_moves_twice_is_said_to_be_incomplete() {
    let world =
        World::new(vec![page("a", 2), page("b", 3), page("c", 3), page("a", 2), page("b", 3), page("c", 3)], 10);
    assert_eq!(world.names().await, ["a", "b", "c"]);
    assert!(world.catalogues.show(&caller()).await.may_be_incomplete);
}

#[tokio::test]
async fn more_desktops_than_the_limit_are_refused() {
    let snapshot = World::new(vec![page("a", 6)], 10).shows_after(0).await;
    assert_eq!(snapshot.problem, Some(ListProblem::TooMany { limit: 5 }));
}

#[tokio::test(start_paused = true)]
async fn a_page_does_not_wait_for_a_slow_list() {
    let world = World::new(vec![page("a b", 3), page("c", 3)], 1);
    let snapshot = world.shows_after(0).await;
    assert_eq!((snapshot.desktops.len(), snapshot.reading, snapshot.read_at), (2, Some((2, Some(3))), None));
    world.cloud.permits.add_permits(1);
    assert_eq!(world.names().await, ["a", "b", "c"]);
}

#[tokio::test]
async fn a_fresh_list_is_not_read_again_and_an_old_one_is_shown_while_it_is() {
    let world = World::new(vec![page("a", 1), page("b", 1)], 1);
    assert_eq!(world.names().await, ["a"]);
    assert_eq!(world.shows_after(60_000).await.reading, None);
    let old = world.shows_after(1).await;
    assert_eq!((old.desktops.len(), old.reading.is_some()), (1, true));
    world.cloud.permits.add_permits(1);
    while world.names().await != ["b"] {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_cloud_that_is_away_leaves_the_old_list_and_is_asked_again_after_a_while() {
    let failure = CallFailure::NoAnswer(NoAnswer::TimedOut);
    let world = World::new(vec![page("a", 1), Err(failure.clone()), page("b", 1)], 10);
    assert_eq!(world.names().await, ["a"]);
    world.shows_after(61_000).await;
    while world.shows_after(0).await.reading.is_some() {
        tokio::task::yield_now().await;
    }
    let away = world.shows_after(4_000).await;
    assert_eq!((away.desktops.len(), away.problem), (1, Some(ListProblem::Call(failure))));
    world.shows_after(2_000).await;
    while world.names().await != ["b"] {
        tokio::task::yield_now().await;
    }
    assert_eq!(world.shows_after(0).await.problem, None);
}

#[tokio::test]
async fn what_a_run_reads_is_shown_at_once() {
    let world = World::new(vec![page("a b", 2)], 10);
    world.names().await;
    world.catalogues.patch("p", &[in_maintenance("b")]);
    world.catalogues.patch("another project", &[in_maintenance("a")]);
    let desktops = world.shows_after(0).await.desktops;
    assert_eq!(desktops.iter().map(|desktop| desktop.in_maintenance).collect::<Vec<_>>(), [false, true]);
    assert_eq!(desktops[1].power, Power::Off);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_was_under_way_does_not_undo_what_a_run_has_read() {
    let world = World::new(vec![page("a", 1)], 0);
    assert!(world.shows_after(0).await.desktops.is_empty());
    world.catalogues.patch("p", &[in_maintenance("a")]);
    world.cloud.permits.add_permits(1);
    assert!(world.shows_after(0).await.desktops[0].in_maintenance);
}

#[tokio::test]
async fn a_person_who_has_gone_leaves_no_list_behind() {
    let world = World::new(vec![page("a", 1), page("b", 1)], 10);
    assert_eq!(world.names().await, ["a"]);
    world.catalogues.forget("p", &caller().access().user);
    assert_eq!(world.names().await, ["b"]);
}

#[tokio::test]
async fn b16_a_token_that_the_cloud_refuses_is_dropped_and_no_other_failure_drops_one() {
    use domain::maintenance::outcome::{Answer, Body, CloudError};

    for (status, dropped) in [(401, vec!["c".to_owned()]), (403, Vec::new()), (503, Vec::new())] {
        let error = CloudError { status, ..CloudError::default() };
        let answer = Answer { body: Body::Json, error, retry_after: None };
        let world = World::new(vec![Err(CallFailure::Answered(Box::new(answer)))], 1);
        world.catalogues.show(&caller()).await;
        assert_eq!(*lock(&world.dropped.0), dropped, "{status}");
    }
}
