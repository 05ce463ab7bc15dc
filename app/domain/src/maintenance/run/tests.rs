//! What a run decides, case by case. What holds for every run is in `tests/run_properties.rs`.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod after;
mod checking;
mod hard_cases;
mod pausing;
mod permission;
mod reading;
mod sending;
mod size;
mod stopping;
mod written_before;

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Call, Cause, Limits, Outcome, Run, RunDesktop, Step};
use crate::desktop::{DesktopId, Power, Reading, Session};
use crate::maintenance::outcome::{Answer, Body, CloudError, LookOutcome, NoAnswer, PutOutcome, ReadOutcome};
use crate::maintenance::plan::{Class, Plan, PlannedDesktop};
use crate::maintenance::{Mode, Verdict};
use crate::time::Timestamp;

/// A run that puts desktops into maintenance, its clock and the cloud's part played by the test.
pub(crate) struct Play {
    pub(crate) run: Run,
    pub(crate) now: Timestamp,
}

pub(crate) const START: Timestamp = Timestamp(1_000_000);

pub(crate) fn id(number: usize) -> DesktopId {
    format!("d{number}").parse().unwrap()
}

pub(crate) fn answer(status: u16, code: &str) -> Answer {
    let code = (!code.is_empty()).then(|| code.to_owned());
    let body = if code.is_none() { Body::Empty } else { Body::Json };
    Answer { body, error: CloudError { status, code, ..CloudError::default() }, retry_after: None }
}

pub(crate) fn put(status: u16, code: &str) -> Outcome {
    Outcome::Put(PutOutcome::Answered(answer(status, code)))
}

pub(crate) fn lost() -> Outcome {
    Outcome::Put(PutOutcome::NoAnswer(NoAnswer::TimedOut))
}

fn throttled(seconds: u64) -> Outcome {
    let retry_after = Some(Duration::from_secs(seconds));
    Outcome::Put(PutOutcome::Answered(Answer { retry_after, ..answer(429, "APIGW.0308") }))
}

fn read(status: u16) -> Outcome {
    Outcome::Read(ReadOutcome::Answered(answer(status, "")))
}

fn look(status: u16, code: &str) -> Outcome {
    Outcome::Look(LookOutcome::Answered(answer(status, code)))
}

fn reading(id: &DesktopId, in_maintenance: bool) -> Reading {
    Reading { id: id.clone(), in_maintenance, power: Power::Running, session: Session::Ready, task: None }
}

pub(crate) fn plan(classes: &[Class]) -> Plan {
    let desktops = classes.iter().enumerate().map(|(number, class)| PlannedDesktop {
        id: id(number),
        name: format!("PC-{number}"),
        user: None,
        pool: None,
        enterprise_project: None,
        session: None,
        class: *class,
    });
    Plan { mode: Mode::Enter, read_at: START, desktops: desktops.collect() }
}

pub(crate) fn limits(batch_limit_ids: usize) -> Limits {
    Limits { batch_limit_ids, ..Limits::default() }
}

impl Play {
    /// A run of desktops that are all to be changed.
    pub(crate) fn start(count: usize, batch: usize) -> Self {
        Self::start_with(&vec![Class::WillChange; count], batch, &BTreeMap::new())
    }

    pub(crate) fn start_with(classes: &[Class], batch: usize, recent: &BTreeMap<DesktopId, Timestamp>) -> Self {
        Self { run: Run::start(&plan(classes), limits(batch), recent, None, START), now: START }
    }

    /// The same, after Checking has read every desktop as in service.
    pub(crate) fn checked(count: usize, batch: usize) -> Self {
        let mut play = Self::start(count, batch);
        play.read_all(&[]);
        play
    }

    pub(crate) fn pass(&mut self, milliseconds: u64) {
        self.now = self.now.after(Duration::from_millis(milliseconds));
    }

    /// Begins what is due.
    pub(crate) fn due(&mut self) -> Vec<Step> {
        let steps = self.run.next_steps(self.now);
        self.run.begin(&steps, self.now);
        steps
    }

    /// The PUTs that are due, begun, as the numbers of their desktops.
    pub(crate) fn puts(&mut self) -> Vec<(Step, Vec<usize>)> {
        let steps = self.due();
        steps.into_iter().map(|step| (step.clone(), numbers(&step.call))).collect()
    }

    /// Begins the one call that is due.
    pub(crate) fn one(&mut self) -> Step {
        let mut steps = self.due();
        assert_eq!(steps.len(), 1, "{steps:?}");
        steps.remove(0)
    }

    pub(crate) fn record(&mut self, step: &Step, outcome: Outcome) {
        self.run.record(step.id, outcome, self.now, 20);
    }

    /// Answers a read: these desktops are in maintenance, the others not.
    pub(crate) fn list(&mut self, step: &Step, in_maintenance: &[usize]) {
        let wanted: Vec<DesktopId> = in_maintenance.iter().map(|number| id(*number)).collect();
        let outcome = match &step.call {
            Call::Read { ids } => {
                let readings = ids.iter().map(|id| reading(id, wanted.contains(id)));
                Outcome::Read(ReadOutcome::Listed(readings.collect()))
            }
            Call::Look { id } => Outcome::Look(LookOutcome::Found(reading(id, wanted.contains(id)))),
            Call::Put { .. } => panic!("a read was due, not {step:?}"),
        };
        self.record(step, outcome);
    }

    /// Answers all reads that are due now.
    pub(crate) fn read_all(&mut self, in_maintenance: &[usize]) {
        let is_read = |steps: &[Step]| steps.iter().any(|step| !matches!(step.call, Call::Put { .. }));
        while is_read(&self.run.next_steps(self.now)) {
            let reads: Vec<Step> = self
                .run
                .next_steps(self.now)
                .into_iter()
                .filter(|step| !matches!(step.call, Call::Put { .. }))
                .collect();
            self.run.begin(&reads, self.now);
            for step in &reads {
                self.list(step, in_maintenance);
            }
        }
    }

    /// Plays until the run is over: reads show `in_maintenance`, and PUTs are answered by their desktops. Returns what
    /// the PUTs named.
    pub(crate) fn play_out(
        &mut self,
        in_maintenance: &[usize],
        answer: impl Fn(&[usize]) -> Outcome,
    ) -> Vec<Vec<usize>> {
        let mut sent = Vec::new();
        while self.run.is_open() {
            for step in self.due() {
                if let Call::Put { .. } = step.call {
                    let batch = numbers(&step.call);
                    self.record(&step, answer(&batch));
                    sent.push(batch);
                } else {
                    self.list(&step, in_maintenance);
                }
            }
            if let Some(at) = self.run.wake_at(self.now) {
                self.now = at;
            }
        }
        sent
    }

    /// Waits as long as the run wants to.
    pub(crate) fn wake(&mut self) {
        self.now = self.run.wake_at(self.now).unwrap();
    }

    pub(crate) fn row(&self, number: usize) -> &RunDesktop {
        &self.run.desktops()[number]
    }

    fn check(&self, number: usize, verdict: Verdict, cause: Cause) {
        let row = self.row(number);
        assert_eq!((row.verdict(), row.cause), (Some(verdict), cause), "desktop {number}");
    }
}

fn numbers(call: &Call) -> Vec<usize> {
    let number = |id: &DesktopId| id.as_str()[1..].parse().unwrap();
    match call {
        Call::Put { ids, .. } | Call::Read { ids } => ids.iter().map(number).collect(),
        Call::Look { id } => vec![number(id)],
    }
}
